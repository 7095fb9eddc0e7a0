"""Holding people at the gates and letting them pass again."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from ..models import Hold
from . import hooks
from .clock import now
from .record import note as write_down
from .record import speaking_of


@transaction.atomic
def hold(person, reason, *, by=None, begins_at=None, ends_at=None, source="", note=""):
    """Let a person no longer pass the gates, at once unless a moment is named; the gates hear of it in this transaction.

    The same `source` holds once, however often it is reported: then the hold there is returned, lifted or not. Whoever
    undoes and does again takes a source of its own for each, such as the id of the change.
    """
    if source and (there := Hold.objects.filter(source=source).first()):
        return there
    moment = now()
    try:
        with transaction.atomic():
            row = Hold.objects.create(
                person=person, reason=reason, note=note, begins_at=begins_at or moment, ends_at=ends_at, source=source,
                by=by, at=moment,
            )  # fmt: skip
    except IntegrityError:
        if source and (there := Hold.objects.filter(source=source).first()):
            return there
        raise
    with speaking_of(person, by):
        write_down(by, "hold.began", row, detail=reason)
        hooks.fire(hooks.HOLD_CHANGED, row, by)
    return row


@transaction.atomic
def lift(hold, *, by=None):
    """Let the person pass again, as far as this hold goes; once. Say whether this call lifted it."""
    lifted = Hold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_at=now(), lifted_by=by)
    if lifted:
        hold.refresh_from_db()
        write_down(by, "hold.lifted", hold)
        hooks.fire(hooks.HOLD_CHANGED, hold, by)
    return bool(lifted)


@transaction.atomic
def lift_all(source_prefix, *, by=None):
    """Lift every hold whose source begins so, such as "case:12:"; return how many."""
    if not source_prefix:
        raise ValueError("an empty prefix would lift every hold there is")
    rows = Hold.objects.filter(source__startswith=source_prefix, lifted_at=None)
    return sum(lift(row, by=by) for row in rows.select_related("person"))


def held(people=None, at=None):
    """Return the holds in force at a moment (now unless named), oldest first; of everybody or of some people."""
    at = at or now()
    rows = Hold.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at), Q(lifted_at=None) | Q(lifted_at__gt=at), begins_at__lte=at
    )
    rows = rows.select_related("person")
    return rows if people is None else rows.filter(person__in=people)
