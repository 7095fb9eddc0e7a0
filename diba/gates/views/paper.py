"""The paper day: sheets printed for a gate, keyed back row by row or in bulk, reconciled with what devices wrote."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from .. import words
from ..actions import paper as paper_actions
from ..forms.paper import COLUMNS, SheetsForm, pasted, typed, understood
from ..models import PaperRow, PaperSheet
from .drawn import code
from .ledger import OFFICERS, who

KEYERS = (Role.GUARD, Role.DUTY_OFFICER, Role.ADMINISTRATOR)
PAGE = 20
STATES = {"kept": "ok", "again": "ok", "matched": "doing", "other": "now"}


@plant.allow(*KEYERS, whole=True)
@require_http_methods(["GET", "POST"])
def sheets(request):
    """The sheets with how each stands; making new ones; finding one by a scanned code."""
    if wanted := request.GET.get("code", "").strip()[:40]:
        if found := paper_actions.row_of(wanted):
            return redirect(reverse("gates:paper_sheet", args=[found[0].code]) + f"#r{found[1]}")
        messages.error(request, _("No sheet has this code."))
    form = SheetsForm(request.POST or None, initial={"day": plant.today()})
    if request.method == "POST" and form.is_valid():
        made = paper_actions.make_sheets(**form.cleaned_data, by=request.user)
        return redirect(reverse("gates:paper_print") + "?sheets=" + ",".join(sheet.code for sheet in made))
    page = Paginator(PaperSheet.objects.select_related("gate"), PAGE).get_page(request.GET.get("page"))
    pairs = paper_actions.twice([sheet.pk for sheet in page])
    return render(request, "gates/paper.html", {
        "form": form, "page": page, "tallies": paper_actions.tallies(page), "wanted": wanted,
        "pairs": [(pair, who(pair.crossing)) for pair in pairs],
    })  # fmt: skip


@plant.allow(*KEYERS, whole=True)
@require_GET
def sheets_print(request):
    """The sheets themselves, one a page of A4, a code in each row."""
    names = request.GET.get("sheets", "")[:400].upper().split(",")[:20]
    rows = list(PaperSheet.objects.filter(code__in=names).select_related("gate__zone"))
    return render(request, "gates/paper_print.html", {
        "sheets": [(sheet, [(n, code(paper_actions.row_text(sheet, n), 2)) for n in range(1, sheet.rows + 1)]) for sheet in rows],
        "refusals": [str(word) for word in words.REFUSALS.values()],
    })  # fmt: skip


@plant.allow(*KEYERS, whole=True)
@require_http_methods(["GET", "POST"])
def sheet(request, name):
    """Key a sheet: fifteen rows at once. What stands is shown; what is wrong stays in its cell with why."""
    row = get_object_or_404(PaperSheet.objects.select_related("gate"), code=name)
    cells, faults, states, taken = {}, {}, {}, {}
    if request.method == "POST" and request.POST.get("do") == "paste":
        cells, lost = pasted(request.POST.get("lines", ""), row)
        _entries, faults, taken = understood(cells, row)
        if lost:
            messages.error(request, _("Lines without a row number of this sheet: %(lines)s.") % {"lines": "、".join(map(str, lost[:20]))})  # fmt: skip
        elif not cells:
            messages.error(request, _("Nothing to take over: the first column is the row number."))
    elif request.method == "POST":
        cells = typed(request.POST, row)
        entries, faults, taken = understood(cells, row)
        states = _keyed(request, row, entries)
        if states and not faults and "other" not in states.values():
            return redirect("gates:paper_sheet", name)
    health = plant.whole_plant(request.user, *OFFICERS)
    cells = {number: each | taken.get(number, {}) for number, each in cells.items()}
    kept = {one.number: one for one in row.keyed.select_related("crossing", "twin")}
    shown = ("degrees", "note") if health else ("degrees",)  # as a number or as a word
    if read := [(one.crossing or one.twin).person_id for one in kept.values() if any(map((one.said or {}).get, shown))]:
        plant.note(request.user, "paper.read", row, detail=f"rows={len(kept)}", people=read)
    return render(request, "gates/paper_sheet.html", {
        "sheet": row, "rows": [_line(number, kept.get(number), cells.get(number, {}), faults.get(number, {}), states.get(number), health) for number in range(1, row.rows + 1)],
        "kept": len(kept), "wrong": sum(map(len, faults.values())), "refusals": [str(word) for word in words.REFUSALS.values()],
    })  # fmt: skip


def _keyed(request, row, entries):
    if not entries:
        return {}
    try:
        states = paper_actions.key(row, entries, by=request.user)
    except BadInput as error:
        messages.error(request, _("Nothing was saved: a row cannot be read (%(why)s).") % {"why": error.value})
        return {}
    counts = {state: sum(one == state for one in states.values()) for state in STATES}
    if counts["kept"] or counts["matched"]:
        said = ngettext("%(n)s row saved", "%(n)s rows saved", counts["kept"] + counts["matched"])
        messages.success(request, said % {"n": counts["kept"] + counts["matched"]} + _("; a device had written %(n)s of them.") % {"n": counts["matched"]})  # fmt: skip
    elif counts["again"]:
        messages.success(request, _("These rows stood already; nothing was written twice."))
    if counts["other"]:
        messages.error(request, _("%(n)s rows stand already with other words: they were left as they are.") % {"n": counts["other"]})  # fmt: skip
    return states


def _line(number, kept, cells, faults, state, health):
    """Return what one row of the table shows: as it stands, or as it is being keyed."""
    if kept:
        said = dict(kept.said or {})
        if not health and said.get("degrees"):
            said["degrees"] = words.word(words.FEVERS, (kept.crossing or kept.twin).fever)
        if not health and said.get("note"):
            said["note"] = _("noted, for duty and health officers")
        shown = [(column, COLUMNS[column], said.get(column, ""), "") for column in COLUMNS]
        how = ("now", _("stands with other words")) if state == "other" else ("doing", _("a device wrote it too")) if kept.twin_id else ("ok", _("kept"))  # fmt: skip
        return {"number": number, "kept": True, "cells": shown, "state": how}
    shown = [(column, COLUMNS[column], cells.get(column, ""), faults.get(column, "")) for column in COLUMNS]
    return {"number": number, "kept": False, "cells": shown, "state": ("now", _("see the cells")) if faults else None}


@plant.allow(*KEYERS, whole=True)
@require_POST
def row_join(request, pk):
    """Say that a row and a device's line are one passing."""
    row, number = get_object_or_404(PaperRow.objects.select_related("sheet"), pk=pk), request.POST.get("crossing", "")
    crossing = int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0
    try:
        if paper_actions.join(row, crossing, by=request.user):
            messages.success(request, _("Counted once from now on."))
    except BadInput:
        messages.error(request, _("These two are not the same passing by gate, person and time."))
    return redirect("gates:paper")
