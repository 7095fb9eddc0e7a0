"""Across and down: the coverage of both trees, level by level, down to the person."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from diba.plant import actions as plant
from diba.plant.models import Person, Role

from .. import actions
from ..actions.tree import TREES, Coverage
from ..export import workbook

SHOWN = {
    "unknown": (lambda stand: not stand.report, gettext_lazy("unknown")),
    "abnormal": (lambda stand: stand.abnormal, gettext_lazy("abnormal")),
    "isolated": (lambda stand: stand.isolated, gettext_lazy("isolated")),
    "case": (lambda stand: bool(stand.case), gettext_lazy("open case")),
    "all": (lambda stand: True, gettext_lazy("everybody")),
}
PAGE = 50


@plant.allow(Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
@require_GET
def tree(request):
    name = request.GET.get("tree") if request.GET.get("tree") in TREES else "branch"
    found = actions.tree(request.user, name)
    at = next((node for node in found.nodes.values() if node.unit.code == request.GET.get("at")), None)
    below = [node for node in (at.below if at else found.tops) if node.coverage.expected]
    show = request.GET.get("show") if request.GET.get("show") in SHOWN else ""
    people = _people(found, at, show, request.GET.get("q", "").strip()[:60])
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    listed = people if request.GET.get("format") == "xlsx" else page.object_list
    seen = [stand.person for stand in listed]
    plant.note(request.user, "tree.read", at.unit if at else None, detail=f"people={len(people)}", people=seen)
    if request.GET.get("format") == "xlsx":
        return _as_workbook(at, below, people)
    context = {
        "name": name, "at": at, "above": _above(found, at), "below": below, "show": show, "shown": SHOWN,
        "coverage": at.coverage if at else found.whole, "outside": _counted(found.outside) if at is None else None,
        "page": page, "q": request.GET.get("q", ""),
    }  # fmt: skip
    context["page"].object_list = _named(context["page"].object_list)
    return render(request, "grid/tree.html", context)


def _counted(stands):
    coverage = Coverage()
    for stand in stands:
        coverage.add(stand)
    return coverage


def _above(found, at):
    return [node for node in found.nodes.values() if at and at != node and at.unit.path.startswith(node.unit.path)]


def _people(found, at, show, q):
    """Return the stands to list, worst first: of one state at any level, else those who belong to the unit itself."""
    if show:
        nodes = [node for node in found.nodes.values() if at is None or node.unit.path.startswith(at.unit.path)]
        rows = [stand for node in nodes for stand in node.own] + (found.outside if at is None else [])
        rows = [stand for stand in rows if SHOWN[show][0](stand)]
    else:
        rows = list(at.own) if at else list(found.outside)
    if q and rows:
        ids = set(Person.objects.filter(name__icontains=q).values_list("pk", flat=True))
        ids |= set(Person.objects.filter(staff_no__startswith=q).values_list("pk", flat=True))
        rows = [stand for stand in rows if stand.person in ids]
    return sorted(
        rows,
        key=lambda stand: (not stand.case, not stand.abnormal, bool(stand.report), not stand.isolated, stand.person),
    )


def _named(stands):
    """Return [(person, stand)] in the same order."""
    people = Person.objects.filter(pk__in=[stand.person for stand in stands]).select_related("unit", "cell").in_bulk()
    return [(people[stand.person], stand) for stand in stands if stand.person in people]


def _state(stand):
    return (
        _("open case")
        if stand.case
        else _("abnormal")
        if stand.abnormal
        else _("heard from")
        if stand.report
        else _("unknown")
    )


def _as_workbook(at, below, people):
    heads = [_("Unit"), _("People"), _("Heard from"), _("Unknown"), _("Abnormal"), _("Isolated"), _("Open cases")]
    lines = [[node.unit.name, node.coverage.expected, node.coverage.known, node.coverage.unknown, node.coverage.abnormal,
              node.coverage.isolated, node.coverage.cases] for node in below]  # fmt: skip
    if people:
        lines += [[], [_("Person"), _("Staff number"), _("Department or team"), _("Cell"), _("State"), _("Isolated")]]
        lines += [[person.name, person.staff_no, person.unit, person.cell, _state(stand), "✓" if stand.isolated else ""]
                  for person, stand in _named(people)]  # fmt: skip
    return workbook("coverage", at.unit.name if at else _("Coverage"), heads, lines)
