"""What people said of risk areas and of contacts with cases: saying it, the list for the officers, and the decision."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer

from ..actions import risks as said
from ..actions.cases import open_case
from ..forms.risks import RiskForm, RiskJudgeForm, refusal
from ..models import RiskKind
from .isolation import OFFICERS, PAGE, READERS

GRAVITY = {RiskKind.CASE: 0, RiskKind.AREA: 1, RiskKind.FROM_AREA: 2}
SORTED = {
    "": lambda each: (each[1] is not None, GRAVITY[each[0].kind], -each[0].pk),
    "new": lambda each: -each[0].pk,
    "name": lambda each: (each[0].person.name, -each[0].pk),
}


@plant.allow(*OFFICERS)
@require_GET
def risks(request):
    """Everything said, what is not decided first."""
    q, state, kind = (request.GET.get(name, "").replace("\0", "").strip()[:60] for name in ("q", "state", "kind"))
    rows = [(row, next(reversed(row.judgements.all()), None)) for row in said.risks_visible_to(request.user).prefetch_related("judgements")]  # fmt: skip
    open_count = sum(judgement is None for _row, judgement in rows)
    everything, rows = len(rows), [
        (row, judgement) for row, judgement in rows
        if (not q or q in row.person.name or q == row.person.staff_no) and kind in ("", row.kind)
        and (state not in ("open", "decided") or (judgement is None) is (state == "open"))
    ]  # fmt: skip
    order = request.GET.get("sort", "")
    rows.sort(key=SORTED.get(order, SORTED[""]))
    plant.note(
        request.user,
        "risk.list_read",
        None,
        detail=f"risks={len(rows)}",
        people=[row.person_id for row, _judgement in rows],
    )
    if (form := request.GET.get("format")) in ("xlsx", "csv"):
        return file_answer(form, "risk-contacts", {_("Risk contacts"): _lines(rows)})
    return render(request, "grid/risks.html", {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "open": open_count, "all": everything, "q": q,
        "state": state, "kind": kind, "kinds": RiskKind.choices, "sort": order,
    })  # fmt: skip


def _lines(rows):
    yield [_("Person"), _("Staff number"), _("Cell"), _("What was it?"), _("Risk area"), _("First day"), _("Last day"), _("With whom"),
           _("Where"), _("Said at"), _("Decision"), _("Reason")]  # fmt: skip
    for row, judgement in rows:
        yield [row.person.name, row.person.staff_no, row.person.cell and row.person.cell.name, row.get_kind_display(), row.area and row.area.area,
               row.first, row.last, row.who, row.where, f"{row.at:%Y-%m-%d %H:%M}",
               judgement.get_measure_display() if judgement else "", judgement.reason if judgement else ""]  # fmt: skip


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def risk_new(request):
    """Say it of oneself; who leads people says it of them too."""
    works = plant.has_role(request.user, *READERS)
    if request.user.person is None and not works:
        raise PermissionDenied
    people = plant.active(plant.health_visible_to(request.user)) if works else None
    initial = {"person": request.GET.get("person", "").replace("\0", "")[:80]}
    form = RiskForm(request.POST or None, people=people, areas=said.areas_to_name(plant.today()), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        person = data.pop("person", None) or request.user.person
        try:
            said.declare_risk(person, by=request.user, **data)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, refusal(error))
        else:
            messages.success(request, _("Saved; the health officer decides and calls if need be."))
            return redirect("grid:person", person.pk) if works else redirect("grid:risk_new")
    own = said.own_risks(request.user.person)[:10] if request.user.person and not works else []
    names = people.exclude(staff_no=None).values_list("staff_no", "name") if works else []
    return render(request, "grid/risk_new.html", {"form": form, "people": names, "works": works, "own": own})


@plant.allow(*OFFICERS)
@require_http_methods(["GET", "POST"])
def risk(request, pk):
    """One thing said, whole, and the decision about it."""
    row = get_object_or_404(said.risks_visible_to(request.user), pk=pk)
    people = plant.active(plant.people_of(request.user, *OFFICERS))
    form = RiskJudgeForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            said.judge_risk(row, by=request.user, **form.cleaned_data)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, refusal(error))
        else:
            messages.success(request, _("Decided; what was decided before stays on record."))
            return redirect("grid:risk", pk)
    plant.note(request.user, "risk.read", row, people=[row.person_id])
    judgements = list(row.judgements.select_related("by__person"))
    met = said.met_people(judgements, people)
    last = judgements[-1] if judgements else None
    case = open_case(met[last.met]) if last and last.met in met else None
    return render(request, "grid/risk.html", {
        "row": row, "form": form, "judgements": [(each, met.get(each.met)) for each in reversed(judgements)], "last": last,
        "case": case, "himself": row.person_id == request.user.person_id,
        "people": people.exclude(staff_no=None).values_list("staff_no", "name"),
    })  # fmt: skip
