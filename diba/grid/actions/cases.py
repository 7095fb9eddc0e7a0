"""Cases: each classification sets whether the person can stand a watch, and closes what it settles."""

from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import AbsenceKind

from ..models import Case, CaseChange, CaseState

# What each classification makes of the person's availability; None: he is back.
ABSENCE_OF = {
    CaseState.SUSPECTED: AbsenceKind.CHECKING,
    CaseState.CONFIRMED: AbsenceKind.ISOLATION,
    CaseState.RULED_OUT: None,
}
SOURCES = ("checkin:", "case:")  # absences that a report or a classification caused


def open_case(person):
    """Return the person's case whose newest classification is not "ruled out", or None."""
    last = CaseChange.objects.filter(case=OuterRef("pk")).order_by("-id").values("state")[:1]
    cases = Case.objects.filter(person=person).annotate(state=Subquery(last))
    return cases.exclude(state=CaseState.RULED_OUT).order_by("-id").first()


@transaction.atomic
def judge_case(case, state, reason, *, by):
    """Classify a case anew, however it stood: the absence follows, and what asked for this judgement is closed."""
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    change = CaseChange.objects.create(case=case, state=state, reason=reason.strip()[:300], by=by, at=plant.now())
    plant.note(by, f"case.{state}", case)
    _set_absence(case.person, ABSENCE_OF[state], f"case:{change.pk}", by)
    if state != CaseState.SUSPECTED:
        for work in ("judge", "abnormal"):
            plant.close_all(f"{work}:{case.person_id}:", str(change.get_state_display()), by=by)


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
