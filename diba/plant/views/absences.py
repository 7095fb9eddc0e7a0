"""Who cannot stand a watch, and until when: found, filtered, sorted, entered, decided, ended, saved as a file."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import actions
from ..actions.table_files import file_answer
from ..forms import AbsenceForm
from ..models import Absence, Role
from .register import ABSENCES, PAGE

SORTS = {
    "person": "person__name",
    "kind": "kind",
    "starts_at": "starts_at",
    "ends_at": "ends_at",
    "approver": "approver__person__name",
}


@actions.allow(*ABSENCES)
@require_http_methods(["GET", "POST"])
def absences(request):
    people = actions.people_of(request.user, *ABSENCES)
    # A page that names somebody leads here with his number, and is led back to.
    initial = {"person": request.GET.get("person", ""), "starts_at": actions.now()} if "person" in request.GET else None
    form = AbsenceForm(actions.active(people).exclude(kind="family"), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        once = f"form:{data['uid']}:{data['person'].pk}" if data["uid"] else ""
        actions.take_out(
            data["person"], data["kind"], data["starts_at"], data["ends_at"], reason=data["reason"], by=request.user, source=once,
        )  # fmt: skip
        messages.success(
            request,
            _("%(name)s is out of the availability; the manning board shows it at once.")
            % {"name": data["person"].name},
        )
        back = request.GET.get("back", "")
        safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return redirect(back if safe else "plant:absences")
    rows = _rows(request, people)
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        actions.note(request.user, "register.exported", ("absences", ""), detail=f"rows={rows.count()}")
        return file_answer(kind, "absences", {_("Absences"): _lines(rows)})
    narrowed = any(request.GET.get(name) for name in ("q", "kind"))
    return render(request, "plant/absences.html", {
        "form": form, "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "narrowed": narrowed,
        "wanted": request.GET.get("q", ""), "kind": request.GET.get("kind", ""), "kinds": Absence.kind.field.choices,
        "past": request.GET.get("past") == "1", "sort": request.GET.get("sort", ""), "heads": _heads(),
    })  # fmt: skip


def _heads():
    return [("person", _("Person")), ("kind", _("Kind")), ("starts_at", _("From")), ("ends_at", _("Until")), ("approver", _("Approver"))]  # fmt: skip


def _rows(request, people):
    """Return the absences that are asked for: those of now and to come, or those that are over, refused or taken back."""
    rows = Absence.objects.filter(person__in=people).select_related("person__unit", "approver__person")
    if request.GET.get("past") == "1":
        rows = rows.filter(Q(ends_at__lt=actions.now()) | Q(state__in=["refused", "ended"]))
    else:
        rows = rows.filter(state__in=["approved", "requested"]).exclude(ends_at__lt=actions.now())
    if wanted := request.GET.get("q", "").strip()[:60]:
        rows = rows.filter(
            Q(person__name__icontains=wanted)
            | Q(person__staff_no__startswith=wanted)
            | Q(person__unit__name__icontains=wanted)
        )
    if kind := request.GET.get("kind", ""):
        rows = rows.filter(kind=kind[:12])
    sort = request.GET.get("sort", "")
    order = F(SORTS.get(sort.lstrip("-"), "starts_at"))
    return rows.order_by(order.desc(nulls_last=True) if sort.startswith("-") else order.asc(nulls_last=True), "pk")


def _lines(rows):
    def moment(value):
        return f"{localtime(value):%Y-%m-%d %H:%M}" if value else ""

    heads = [
        _("Staff number"),
        _("Name"),
        _("Department or team"),
        *(str(head) for _key, head in _heads()[1:]),
        _("State"),
    ]
    return [heads] + [
        [
            row.person.staff_no or "", row.person.name, str(row.person.unit or ""), row.get_kind_display(),
            moment(row.starts_at), moment(row.ends_at), str(row.approver or ""), row.get_state_display(),
        ]
        for row in rows
    ]  # fmt: skip


@actions.allow(*ABSENCES)
@require_POST
def absence(request, pk):
    people = actions.people_of(request.user, *ABSENCES)
    row = get_object_or_404(Absence.objects.select_related("person"), pk=pk, person__in=people)
    verb = request.POST.get("verb")
    # An absence that health caused ends by the health officer's word, not by the planner's.
    if (
        verb == "end"
        and row.kind in ("checking", "isolation")
        and not actions.people_of(request.user, Role.HEALTH_OFFICER).filter(pk=row.person_id).exists()
    ):
        messages.error(request, _("Only the health officer ends an absence that health caused."))
    elif verb == "end":
        actions.bring_back(row, by=request.user)
        messages.success(request, _("%(name)s is back in the availability.") % {"name": row.person.name})
    elif verb in ("approve", "refuse"):
        actions.decide_absence(row, verb == "approve", by=request.user)
        messages.success(request, _("Decided."))
    return redirect("plant:absences")
