"""A lead's cell: whom have I not reached?"""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from .. import actions
from ..actions.contacts import contacts_of, strips
from ..forms import SYMPTOM_WORDS, ContactForm, words
from ..models import DailyContact, Expectation, Outcome, Slot


@plant.allow(Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
@require_GET
def cell(request):
    cells = list(plant.cells_of(request.user).order_by("code"))
    if not cells:
        return render(request, "grid/cell.html", {"cells": [], "cell": None})
    chosen = next((unit for unit in cells if unit.code == request.GET.get("cell")), None)
    if chosen is None and len(cells) > 1:
        return render(request, "grid/cells.html", _overview(cells))
    return render(request, "grid/cell.html", _cell_page(request, cells, chosen or cells[0]))


def _overview(cells):
    own = {unit.pk for unit in cells}
    figures = [figure for figure in actions.cells() if figure.cell.pk in own]
    unknown = sum(figure.unknown for figure in figures)
    return {"figures": sorted(figures, key=lambda figure: -figure.unknown), "unknown": unknown,
            "expected": sum(figure.expected for figure in figures)}  # fmt: skip


STATE_KIND = {"up": "ok", "due": "doing", "late": "warn", "missing": "now", "paused": "off"}
ORDER = ["missing", "late", "due", "paused", "up"]


def _cell_page(request, cells, unit):
    today = plant.today()
    people = list(plant.active().filter(cell=unit).exclude(kind="family").order_by("staff_no"))
    families = list(plant.active().filter(relative_of__in=people).select_related("relative_of").order_by("relative_of"))
    reports, tries, days = actions.latest(people, today), contacts_of(people, today), strips(people, today)
    states = {row.person_id: row for row in Expectation.objects.filter(person__in=people, slot=Slot.MORNING)}
    away = {}
    for absence in plant.absences_between(plant.now(), plant.now() + timedelta(minutes=1), people):
        away[absence.person_id] = absence
    open_rows, done = [], []
    for person in people:
        row = {"person": person, "report": reports.get(person.pk), "try": tries.get(person.pk), "state": states.get(person.pk),
               "strip": days.get(person.pk, [""] * 14), "absence": away.get(person.pk), "uid": uuid.uuid4()}  # fmt: skip
        (done if row["report"] else open_rows).append(row)
    open_rows.sort(key=lambda row: (row["try"] is not None, ORDER.index(row["state"].state) if row["state"] else 1))
    plant.note(request.user, "cell.read", unit, detail=f"people={len(people)}")
    return {
        "cells": cells, "cell": unit, "open": open_rows, "done": done, "families": families, "count": len(people),
        "outcomes": Outcome, "symptoms": SYMPTOM_WORDS, "kinds": STATE_KIND, "policy": actions.policy_on(today),
    }  # fmt: skip


@plant.allow(Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
@require_POST
def contact(request, pk):
    person = get_object_or_404(plant.active(plant.health_visible_to(request.user)), pk=pk)
    if person.pk == request.user.person_id:
        raise PermissionDenied  # nobody vouches for himself as a lead; his own check-in is his own page
    form = ContactForm(request.POST)
    back = f"{redirect('grid:cell').url}?cell={person.cell.code}" if person.cell else redirect("grid:cell").url
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, f"{person.name}: {errors[0]}")
        return redirect(back)
    try:
        row = actions.contact(person, by=request.user, **form.cleaned_data)
    except BadInput as error:
        messages.error(request, f"{person.name}: {words(error)}")
    else:
        text = _("%(name)s: %(outcome)s, saved.") % {"name": person.name, "outcome": row.get_outcome_display()}
        messages.success(
            request, text, extra_tags="" if row.checkin_id else f"undo:{reverse('grid:undo_contact', args=[row.pk])}"
        )
    return redirect(back)


@plant.allow(Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
@require_POST
def undo_contact(request, pk):
    row = get_object_or_404(DailyContact, pk=pk, by=request.user)
    if actions.take_back(row, by=request.user):
        messages.success(request, _("Taken back."))
    else:
        messages.error(request, _("It is too late to take this back, or it is a health report: correct that instead."))
    return redirect("grid:cell")
