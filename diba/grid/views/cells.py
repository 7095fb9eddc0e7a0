"""A lead's cell: whom have I not reached? And all cells, for whoever answers for several."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from .. import actions
from ..actions import page
from ..actions.callbacks import calls_by_cell, drawn
from ..actions.copied import copied_in
from ..actions.coverage import stands
from ..export import workbook
from ..forms import PlaceForm, words
from ..models import Found, Method
from .zero import panel

STATE_KIND = {"up": "ok", "due": "doing", "late": "warn", "missing": "now", "paused": "off"}
SORTED = {
    "unknown": lambda row: (-row.unknown, row.cell.code),
    "cell": lambda row: row.cell.code,
    "people": lambda row: (-row.expected, row.cell.code),
}


@plant.allow(Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
@require_GET
def cell(request):
    cells = list(plant.cells_of(request.user).order_by("code"))
    if not cells:
        return render(request, "grid/cell.html", {"cells": [], "cell": None})
    chosen = next((unit for unit in cells if unit.code == request.GET.get("cell")), None)
    if chosen is None and len(cells) > 1:
        return _overview(request, cells)
    return cell_page(request, cells, chosen or cells[0])


def cell_page(request, cells, unit, refused=None):
    """Return the page of one cell. refused: the form of a contact that was not saved, shown again with what was typed."""
    open_rows, done = page.rows_of(unit)
    everybody = [*open_rows, *done]
    plant.note(
        request.user, "cell.read", unit, detail=f"people={len(everybody)}", people=[row.person.pk for row in everybody]
    )
    families, leading = page.homes_of(unit), actions.leading([unit])[unit.pk]
    context = {
        "cells": cells, "cell": unit, "open": open_rows, "done": done, "count": len(everybody), "kinds": STATE_KIND,
        "methods": Method, "how": render_to_string("grid/how.html", {"methods": Method}), "symptoms": actions.symptom_words(plant.today()), "policy": actions.policy_on(plant.today()), "refused": refused,
        "copied": copied_in(unit, request.user, leading.acting), "families": families, "family_count": sum(len(family) for _p, family, _n in families),
        "homes_unheard": sum(1 for _p, _f, unheard in families if unheard), "isolated": page.isolation_days(everybody),
        "calls": drawn(people=plant.active().filter(cell=unit)), "found": Found, "today": plant.today(),
        "leading": leading, "limit": actions.load_limit(), "myself": request.user.person_id,
        **panel(unit),
    }  # fmt: skip
    return render(request, "grid/cell.html", context)


def _overview(request, cells):
    """All cells within reach with their leads, load, unknowns and signatures; worst first."""
    rows = actions.cell_days(plant.cells_of(request.user).select_related("lead").order_by("code"))
    wanted, order = request.GET.get("q", "").strip()[:60], request.GET.get("sort")
    order = order if order in SORTED else "unknown"
    leading, limit = actions.leading(cells), actions.load_limit()
    calls = calls_by_cell(people=plant.active().filter(cell__in=cells))
    shown = [(row, leading[row.cell.pk], bool(limit and row.expected > limit), calls.get(row.cell.pk)) for row in sorted(rows, key=SORTED[order])
             if wanted in row.cell.name or wanted in str(leading[row.cell.pk].acting or "")]  # fmt: skip
    if request.GET.get("format") == "xlsx":
        heads = [_("Cell"), _("Lead"), _("People"), _("Heard from"), _("Unknown"), _("Overloaded"), _("Signed")]
        lines = [[row.cell.name, lead.acting, row.expected, row.known, row.unknown, "✓" if heavy else "", "✓" if row.stands else ""]
                 for row, lead, heavy, _calls in shown]  # fmt: skip
        return workbook("cells", _("Cells"), heads, lines)
    without = stands(actions.without_cell(request.user))  # who is in no cell is asked as well, and may be unknown
    unknown = sum(row.unknown for row in rows) + sum(not stand.report for stand in without)
    expected = sum(row.expected for row in rows) + len(without)
    context = {"rows": shown, "unknown": unknown, "expected": expected, "q": wanted, "sort": order, "limit": limit, "without": len(without), "heavy": sum(heavy for _row, _lead, heavy, _calls in shown)}  # fmt: skip
    return render(request, "grid/cells.html", context)


@plant.allow(Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
@require_http_methods(["GET", "POST"])
def without_cell(request):
    """Those who belong to no cell, and a cell for each in place; nobody else is shown or moved here."""
    people, cells = actions.without_cell(request.user), plant.cells_of(request.user).order_by("code")
    form = PlaceForm(request.POST or None, cells=cells)
    if request.method == "POST":
        person = get_object_or_404(people, pk=form.cleaned_data["person"]) if form.is_valid() else None
        if person is None:
            messages.error(request, _("Choose the cell first."))
        else:
            _place(request, person, form.cleaned_data["cell"])
        return redirect(request.get_full_path())
    wanted = request.GET.get("q", "").strip()[:60]
    rows = people.filter(name__icontains=wanted) if wanted else people
    if request.GET.get("format") == "xlsx":
        heads = [_("Person"), _("Staff number"), _("Department or team")]
        return workbook(
            "without-cell", _("Without a cell"), heads, [[row.name, row.staff_no, row.unit] for row in rows]
        )
    shown = Paginator(rows, 50).get_page(request.GET.get("page"))
    sizes = {row.cell.pk: row.expected for row in actions.cell_days(cells)}
    context = {
        "page": shown,
        "cells": [(unit, sizes[unit.pk]) for unit in cells],
        "q": wanted,
        "limit": actions.load_limit(),
    }
    return render(request, "grid/without_cell.html", context)


def _place(request, person, unit):
    try:
        actions.put_into_cell(person, unit, by=request.user)
    except BadInput as error:
        messages.error(request, f"{person.name}: {words(error)}")
    else:
        messages.success(request, _("%(name)s now belongs to %(cell)s.") % {"name": person.name, "cell": unit.name})
