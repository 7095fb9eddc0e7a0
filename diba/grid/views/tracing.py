"""The contacts of a case: who was near, why, and what is decided; one contact with his days."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..actions import contact_orders, follow_ups, graph, judgements, tracing
from ..actions.cases import cases_visible_to
from ..actions.policies import policy_on
from ..forms import AgainForm, DecideForm, LostForm, case_words
from ..line_sheet import contacts_xlsx
from ..models import Contact
from .cases import PAGE, READERS, XLSX


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def contacts(request, pk):
    case = get_object_or_404(cases_visible_to(request.user).select_related("person"), pk=pk)
    officer = plant.people_of(request.user, Role.HEALTH_OFFICER).filter(pk=case.person_id).exists()
    rows = tracing.contacts_of_case(case)
    if request.method == "POST" and not officer:
        raise PermissionDenied
    within = _within(request.user, rows) if officer else set()
    form = DecideForm([row for row in rows if row.pk in within], request.POST or None)
    if request.method == "POST" and form.is_valid() and _decide(request, case, form):
        offer = form.cleaned_data["accepted"] == "yes" and contact_orders.proposals(case)
        return redirect("grid:contact_orders" if offer else "grid:contacts", pk)
    plant.note(request.user, "contacts.read", case, detail=f"people={len(rows)}", people=_people(case, rows))
    stands = {row.contact.pk: row.standing for row in follow_ups.followed(Contact.objects.filter(case=case))}
    changes = judgements.changes_of(case)
    until = judgements.running_since(changes) or plant.now()
    anchor, what = tracing.anchor(case)
    chosen = set(form.data.getlist("contacts")) if form.is_bound else set()
    wanted = request.GET.get("q", "").strip()[:60]
    level, state = request.GET.get("level", ""), request.GET.get("state", "")
    shown = [
        (row, stands.get(row.pk), str(row.pk) in chosen, graph.why(row), row.pk in within)
        for row in rows
        if _fits(row, wanted, level, state)
    ]
    if request.GET.get("format") == "xlsx":
        return _workbook(request, case, [row for row, *_rest in shown])
    return render(request, "grid/contacts.html", {
        "case": case, "rows": shown, "page": Paginator(shown, PAGE).get_page(request.GET.get("page")), "form": form, "officer": officer, "unordered": len(contact_orders.proposals(case)) if officer else 0, "runs": judgements.runs(judgements.in_force(changes)),
        "wanted": wanted, "degree": level, "state": state, "states": Contact.State.choices,
        "waiting": sum(row.state == Contact.State.CANDIDATE for row in rows), "accepted": sum(row.state == Contact.State.ACCEPTED for row in rows),
        "all": len(rows), "window": tracing.window(case, until), "anchor": anchor, "anchor_is": what, "policy": policy_on(anchor), "outside": officer and len(within) < len(rows),
        **graph.picture(case, rows),
    })  # fmt: skip


def _within(account, rows):
    """Return the ids of the contacts about whom an account decides: those its role covers, and never itself."""
    mine = plant.people_of(account, Role.HEALTH_OFFICER).filter(pk__in={row.person_id for row in rows})
    ids = set(mine.values_list("pk", flat=True)) - {account.person_id}
    return {row.pk for row in rows if row.person_id in ids}


def _workbook(request, case, rows):
    plant.note(request.user, "contacts.exported", case, detail=f"rows={len(rows)}", people=_people(case, rows))
    headers = {"Content-Disposition": 'attachment; filename="contacts.xlsx"'}
    return HttpResponse(contacts_xlsx(rows), content_type=XLSX, headers=headers)


def _fits(row, wanted, level, state):
    if wanted and wanted not in row.person.name and wanted not in (row.person.staff_no or ""):
        return False
    return (not level or str(row.level) == level) and (not state or row.state == state)


def _decide(request, case, form):
    data = form.cleaned_data
    try:
        n = tracing.decide(case, data["contacts"], data["accepted"] == "yes", data["reason"], by=request.user)
    except BadInput as error:
        form.add_error(error.field if error.field == "reason" else None, case_words(error))
        return False
    messages.success(request, ngettext("%(n)s contact decided.", "%(n)s contacts decided.", n) % {"n": n})
    return True


@plant.allow(*READERS)
@require_http_methods(["GET", "POST"])
def traced(request, pk):
    row = get_object_or_404(Contact.objects.select_related("case__person", "person__unit", "person__cell", "via__person"), pk=pk, case__in=cases_visible_to(request.user))  # fmt: skip
    own = plant.people_of(request.user, Role.HEALTH_OFFICER).filter(pk=row.case.person_id).exists()
    officer = own and bool(_within(request.user, [row]))
    if request.method == "POST" and not officer:
        raise PermissionDenied
    # The case is his, the contact need not be: what is known of the contact's health is for whoever may see that.
    health = plant.health_visible_to(request.user).filter(pk=row.person_id).exists()
    verb, post = request.POST.get("verb"), request.POST
    forms = {"again": AgainForm(post if verb == "again" else None), "lost": LostForm(post if verb == "lost" else None)}
    if verb in forms and forms[verb].is_valid() and _step(request, row, verb, forms[verb]):
        return redirect("grid:traced", pk)
    plant.note(request.user, "contacts.read", row.case, detail="people=1", people=_people(row.case, [row]))
    followed = next(iter(follow_ups.followed(Contact.objects.filter(pk=pk))), None)
    return render(request, "grid/traced.html", {
        "contact": row, "followed": followed, "why": graph.why(row), "days": follow_ups.days(row) if health else [], "health": health, "forms": forms if officer else None,
        "steps": row.steps.select_related("by__person").order_by("-id"),
    })  # fmt: skip


def _step(request, row, verb, form):
    data = form.cleaned_data
    try:
        if verb == "again":
            tracing.expose_again(row, data["day"], data["reason"], by=request.user)
        else:
            tracing.lose(row, data["lost_reason"], by=request.user)
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, case_words(error))
        return False
    messages.success(request, _("Saved; what stood before stays on record."))
    return True


def _people(case, rows):
    return {case.person_id, *(row.person_id for row in rows)}
