"""What follows from a judgement, in one transaction: gates, availability and its repair, contacts, calls, the report's clock.

`settle` brings everything that hangs on a case into line with the judgement that holds now. It is the only way there, for a
judgement, for its undoing and for both done twice: whatever already stands as it should is left alone.
"""

from datetime import timedelta

from django.utils.translation import gettext, gettext_noop

from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, Hold, HoldReason, Role

from ..models import CaseState
from ..models.cases import AT_GATE, BY_ITSELF, OPEN, OVER, POSITIVE, TOLD_OF
from . import case_reports, tracing
from .judgements import in_force, running_since, runs
from .officers import officer_for
from .told_meanwhile import sourced, told_of

# What each classification makes of the person's availability; None: he is back.
ABSENCE_OF = {
    CaseState.SUSPECTED: AbsenceKind.CHECKING,
    CaseState.PROBABLE: AbsenceKind.ISOLATION,
    CaseState.CONFIRMED: AbsenceKind.ISOLATION,
    CaseState.ASYMPTOMATIC: AbsenceKind.ISOLATION,
    CaseState.RULED_OUT: None,
    CaseState.WITHDRAWN: None,
}
HOLD_OF = {
    CaseState.SUSPECTED: HoldReason.SUSPECTED,
    CaseState.PROBABLE: HoldReason.SUSPECTED,
    CaseState.CONFIRMED: HoldReason.CONFIRMED,
    CaseState.ASYMPTOMATIC: HoldReason.CONFIRMED,
}
SOURCES = (*BY_ITSELF, "case:")  # absences that a report, what others measured or a classification caused


def settle(case, changes, by):
    """Bring all that hangs on a case into line with its newest change; the case is locked by the caller."""
    last = changes[-1]
    holds = in_force(changes)
    on = runs(holds)
    _set_absence(case.person, ABSENCE_OF[last.state], f"case:{last.pk}", by)
    keeps = on or (holds is not None and holds.state in OPEN and _measured_by_others(case))
    _set_hold(case, HOLD_OF[last.state] if keeps else None, last, by)
    if last.state != CaseState.SUSPECTED:
        for work in ("judge", "abnormal"):
            plant.close_all(f"{work}:{case.person_id}:", str(last.get_state_display()), by=by)
    if on:
        if last.undoes_id and last.undoes.state in OVER:
            tracing.restore_all(case, last.undoes, gettext("Judgement taken back"), by)
        tracing.list_contacts(case, holds, running_since(changes), by)
        _call(case, holds, by)
    else:
        words = gettext("Ruled out") if last.state == CaseState.RULED_OUT else gettext("Judgement taken back")
        tracing.withdraw_all(case, words, by)
        plant.close_all(f"chain:{case.pk}:", words, by=by)
        _ask_again(case, last, holds, by)
    case_reports.run_clock(case, holds if on else None, last, by)
    # A suspicion nobody has judged counts as none: the desks answer to judgements.
    state = holds.state if on else (last.state if last.state == CaseState.RULED_OUT else "")
    plant.hooks.fire(plant.hooks.CASE_CHANGED, case.person, state, f"case:{case.pk}", by)


def _set_absence(person, kind, source, by):
    """Leave the person away for this reason alone among those of health, or bring him back when there is none."""
    moment = plant.now()
    rows = plant.absences_between(moment, moment + timedelta(minutes=1), [person.pk])
    caused = [row for row in rows if row.source.startswith(SOURCES)]
    kept = next((row for row in caused if row.kind == kind and row.ends_at is None), None)
    # The new absence begins before the old one ends: nobody is free in between.
    if kind and kept is None:
        kept = plant.take_out(person, kind, moment, by=by, source=source)
    for row in caused:
        if row != kept:
            plant.bring_back(row, by=by)


def holds_of(case):
    """Return every hold at the gates that a case ever set, lifted or not, oldest first."""
    return Hold.objects.filter(source__startswith=f"case:{case.pk}:").select_related("by__person", "lifted_by__person")


def _measured_by_others(case):
    """Say whether a fever at a gate or a positive result belongs to a case: then the suspicion holds him though nobody has judged it yet."""
    told = holds_of(case).filter(sourced(TOLD_OF, f"case:{case.pk}:"))
    # While an officer held him, the gate's fever set no hold of its own.
    return told.exists() or bool(told_of(case.person, case.opened_at))


def _set_hold(case, reason, change, by):
    """Leave one hold for this reason in force, or none; the new one begins before the old one is lifted."""
    there = list(holds_of(case).filter(lifted_at=None))
    kept = next((row for row in there if row.reason == reason), None)
    if reason and kept is None:
        kept = plant.hold(case.person, reason, by=by, source=f"case:{case.pk}:{change.pk}")
    for row in there:
        if row != kept:
            plant.lift(row, by=by)


def _call(case, judgement, by):
    """Call the cell's lead, or who stands in for him, and the health officer, each with what he is to do."""
    person, values = case.person, {"name": case.person.name}
    lead = plant.lead_of(person.cell) if person.cell_id else None
    lead = lead if lead and lead.pk != person.pk else None
    plant.ask(
        gettext_noop("{name} is held: call him now, keep him where he is, say who lives with him"), values, owner=lead,
        role="" if lead else officer_for(person), unit=person.cell, about=person, urgent=True, key=f"chain:{case.pk}:lead",
        due_at=judgement.at + timedelta(hours=1), link=f"/grid/people/{person.pk}/", by=by,
    )  # fmt: skip
    plant.ask(
        gettext_noop("Judge the contacts of {name}"), values, role=officer_for(person), about=person, urgent=True,
        key=f"chain:{case.pk}:contacts", due_at=judgement.at + timedelta(hours=24),
        link=f"/grid/cases/{case.pk}/contacts/", by=by,
    )  # fmt: skip
    if lead:
        plant.tell([lead], gettext_noop("{name} is held at the gates: you have a task about it"), values,
                   link="/todo/", urgent=True, receipt_wanted=True, by=by)  # fmt: skip


def _ask_again(case, last, holds, by):
    """Put what is open again before its owner: the suspicion to be judged, the planner whose roster was mended meanwhile."""
    person, values = case.person, {"name": case.person.name}
    if holds is not None and holds.reason.startswith(BY_ITSELF):
        words, key = gettext_noop("Judge {name}: abnormal check-in"), plant.today()
        if holds.reason.startswith(AT_GATE):
            words, key = gettext_noop("Judge {name}: twice a fever at a gate"), holds.reason
        elif holds.reason.startswith(POSITIVE):
            words, key = gettext_noop("Judge {name}: positive result"), holds.reason
        plant.ask(
            words, values, role=officer_for(person), unit=person.cell, about=person, urgent=True,
            key=f"judge:{person.pk}:{key}", due_at=plant.now() + timedelta(hours=2), link=f"/grid/cases/{case.pk}/", by=by,
        )  # fmt: skip
    elif last.undoes_id:
        plant.ask(
            gettext_noop("{name} may stand watches again: duties that were given away meanwhile stay as they are until you change them"),
            values, role=Role.PLANNER, key=f"back:case:{case.pk}:{last.pk}", due_at=plant.now() + timedelta(hours=24),
            link="/rosters/", by=by,
        )  # fmt: skip
