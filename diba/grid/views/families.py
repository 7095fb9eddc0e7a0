"""Families: the employee reports for his household; a lead sees the families of his cell and enters what was signed on paper."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer

from .. import actions
from ..actions import guardians, households
from ..forms import CheckInForm, asked_by, words
from .checkin import risk_form, say, write
from .isolation import PAGE

FILTERS = {
    "unheard": lambda row: not row.heard and not row.closed,
    "closed": lambda row: row.closed,
    "abnormal": lambda row: row.abnormal,
}
REFUSALS = {
    "not_young": gettext_lazy("Only of a child under 14 the consent of a guardian is asked."),
    "not_guardian": gettext_lazy("Only a grown-up of the child's own family agrees or withdraws."),
    "old_words": gettext_lazy("The words have changed since: read the new ones and agree again."),
}


@plant.allow(*plant.EVERYONE)
@require_GET
def family(request):
    """One's own family: who has reported today, and for whom a guardian has to agree first."""
    person = _own(request)
    rows = households.members(households.family_of(person))
    return render(request, "grid/family.html", {
        "rows": rows, "unheard": sum(row.report is None and not row.closed for row in rows), "closed": sum(row.closed for row in rows),
        "words": guardians.words(), "version": guardians.VERSION, "person": person,
    })  # fmt: skip


def _own(request):
    if request.user.person is None:
        raise Http404
    return request.user.person


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def family_report(request, pk):
    """The check-in of one member of one's family, by the employee."""
    someone = get_object_or_404(households.family_of(_own(request)), pk=pk)
    [member] = households.members([someone])
    form_class, today = asked_by(CheckInForm, actions.version_asked(plant.today())), plant.today()
    form = form_class(request.POST or None, initial={"uid": uuid.uuid4(), "day": today, "slot": member.asked})
    risk = risk_form(request.POST) if request.POST.get("risk-kind") else None
    if request.method == "POST":
        valid = [part.is_valid() for part in (form, risk) if part is not None]
        if all(valid):
            try:
                again = _("Reported again by the family")
                row, _new = write(
                    someone, {**form.cleaned_data, "again": again}, risk and risk.cleaned_data, request.user
                )
            except BadInput as error:
                say(error, form, risk)
            else:
                done = _("%(name)s: reported.")
                if row.corrects_id:
                    done = _("%(name)s: reported; it stands in place of the earlier report, which is kept.")
                messages.success(request, done % {"name": someone.name})
                if told := plant.kept_out(someone):
                    messages.warning(request, f"{someone.name}: {told}")
                return redirect("grid:family")
    return render(request, "grid/family_report.html", {"row": member, "form": form, "risk": risk or risk_form()})


@plant.allow(*plant.EVERYONE)
@require_POST
def consent(request, pk):
    """A guardian agrees or withdraws; a lead or an officer enters what one signed on paper."""
    own = request.user.person
    child = households.family_of(own).filter(pk=pk).first() if own else None
    on_paper = child is None
    if on_paper:
        child = get_object_or_404(households.families_visible_to(request.user), pk=pk)
    guardian = child.relative_of if on_paper else own
    try:
        if request.POST.get("do") == "withdraw":
            guardians.withdraw_consent(child, guardian, by=request.user, on_paper=on_paper)
            messages.success(request, _("%(name)s: withdrawn; nothing more is taken.") % {"name": child.name})
        elif not request.POST.get("agree"):
            messages.error(request, _("Read the words and tick that you agree."))
        else:
            version = request.POST.get("version", "")
            guardians.give_consent(child, guardian, version=version, by=request.user, on_paper=on_paper)
            messages.success(request, _("%(name)s: consent is written down.") % {"name": child.name})
    except BadInput as error:
        messages.error(request, REFUSALS.get(error.reason, words(error)))
    return redirect("grid:families" if on_paper else "grid:family")


@plant.allow(*households.LEADERS)
@require_GET
def families(request):
    """The families of a cell, or of all cells within reach: heard from today or not, and consents that are lacking."""
    q, state = (request.GET.get(name, "").replace("\0", "").strip()[:60] for name in ("q", "state"))
    visible = households.families_visible_to(request.user)
    everybody = households.known(visible)
    rows = [row for row in everybody if not q or q in row.name or q in row.host or q == row.host_no]
    if state in FILTERS:
        rows = [row for row in rows if FILTERS[state](row)]
    kind = request.GET.get("format")
    whole = kind in ("xlsx", "csv")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    read = rows if whole else page.object_list  # who is shown, not who is counted
    plant.note(request.user, "families.read", None, detail=f"people={len(read)}", people=[row.person for row in read])
    if whole:
        return file_answer(kind, "families", {_("Families"): _lines(_whole(visible, rows))})
    counts = {name: sum(map(test, everybody)) for name, test in FILTERS.items()}
    return render(request, "grid/families.html", {
        "page": page, "rows": _whole(visible, page.object_list), "count": len(everybody), "counts": counts, "q": q, "state": state,
        "words": guardians.words(), "version": guardians.VERSION, "myself": request.user.person_id,
    })  # fmt: skip


def _whole(visible, rows):
    """Return the members of these rows with their reports, but for what was said, and consents."""
    return households.members(visible.filter(pk__in=[row.person for row in rows]), said=False)


def _lines(rows):
    yield [_("Person"), _("Relation"), _("Family of"), _("Staff number"), _("Cell"), _("Today"), _("Reported at"), _("Under 14"),
           _("Consent")]  # fmt: skip
    for row in rows:
        host = row.person.relative_of
        report = row.report
        today = _("not heard from") if report is None else _("abnormal") if report.abnormal else _("normal")
        yield [row.person.name, row.person.relation, host and host.name, host and host.staff_no, host and host.cell and host.cell.name, today,
               f"{report.at:%Y-%m-%d %H:%M}" if report else "", "✓" if row.young else "",
               (_("given") if row.agreed else _("lacking")) if row.young else ""]  # fmt: skip
