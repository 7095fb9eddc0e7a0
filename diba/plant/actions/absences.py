"""Taking people out of the availability and bringing them back: the place where health meets the roster."""

from contextlib import nullcontext

from django.db import IntegrityError, transaction
from django.db.models import Q

from ..models import Absence, AbsenceKind
from . import hooks
from .clock import now
from .record import note, speaking_of

OF_HEALTH = (AbsenceKind.CHECKING, AbsenceKind.ISOLATION)  # kinds that say something of a person's health


def absences_between(starts_at, ends_at, people=None):
    """Return the approved absences that overlap [starts_at, ends_at), oldest first."""
    rows = Absence.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=starts_at), state=Absence.State.APPROVED, starts_at__lt=ends_at
    )
    return rows if people is None else rows.filter(person__in=people)


@transaction.atomic
def take_out(person, kind, starts_at, ends_at=None, *, by=None, source="", reason=""):
    """Make a person unavailable at once, and let every desk that cares know in the same transaction.

    The same `source` takes a person out once, however often it is reported; then the absence there is returned.
    """
    if source and (there := Absence.objects.filter(source=source).first()):
        return there
    try:
        with transaction.atomic():
            absence = Absence.objects.create(
                person=person, kind=kind, starts_at=starts_at, ends_at=ends_at, reason=reason, source=source,
                state=Absence.State.APPROVED, approver=by, entered_by=by, entered_at=now(),
            )  # fmt: skip
    except IntegrityError:
        if source and (there := Absence.objects.filter(source=source).first()):
            return there
        raise
    with speaking_of(person, by) if kind in OF_HEALTH else nullcontext():
        note(by, "absence.began", absence, detail=kind)
        hooks.fire(hooks.ABSENCES_CHANGED, [absence], by)
    return absence


@transaction.atomic
def bring_back(absence, *, by=None, at=None):
    """End an absence now (or at a moment); one that had not begun is taken back whole."""
    at = at or now()
    if absence.starts_at >= at:
        absence.state = Absence.State.ENDED
    absence.ends_at = at if absence.starts_at < at else absence.ends_at
    absence.save(update_fields=["state", "ends_at"])
    note(by, "absence.ended", absence)
    hooks.fire(hooks.ABSENCES_CHANGED, [absence], by)
    return absence


@transaction.atomic
def ask_for_absence(person, kind, starts_at, ends_at, *, by, reason=""):
    """Enter a wish to be away; it counts only when somebody approves it."""
    absence = Absence.objects.create(
        person=person, kind=kind, starts_at=starts_at, ends_at=ends_at, reason=reason, entered_by=by, entered_at=now()
    )
    with speaking_of(person, by) if kind in OF_HEALTH else nullcontext():
        note(by, "absence.asked", absence, detail=kind)
    return absence


@transaction.atomic
def decide_absence(absence, approved, *, by):
    """Approve or refuse a wish; one that was decided already stays as it was."""
    state = Absence.State.APPROVED if approved else Absence.State.REFUSED
    if not Absence.objects.filter(pk=absence.pk, state=Absence.State.REQUESTED).update(state=state, approver=by):
        return absence
    absence.refresh_from_db()
    absence.save(update_fields=["state", "approver"])  # so that the history has the decision too
    note(by, f"absence.{state}", absence)
    hooks.fire(hooks.ABSENCES_CHANGED, [absence], by)
    return absence
