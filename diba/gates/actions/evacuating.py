"""The switch for an evacuation: begun and ended by a person; every gate sees it at its next contact."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.lately import Lately

from ..models import Evacuation

BACK = timedelta(days=30)  # records older than this are not judged by the evacuations of their time


@transaction.atomic
def begin(why, *, by, drill=False):
    """Begin an evacuation: from now on the gates let out and nobody in. Raises BadInput: no reason, or one runs."""
    if not why.strip():
        raise BadInput("required", "why")
    try:
        with transaction.atomic():
            row = Evacuation.objects.create(why=why.strip()[:200], drill=drill, begun_at=plant.now(), begun_by=by)
    except IntegrityError as error:
        raise BadInput("runs_already", "why") from error
    lately.forget()
    plant.note(by, "evacuation.begun", row, detail="drill" if drill else "")
    return row


@transaction.atomic
def end(row, *, by):
    """End an evacuation, once; say whether this call ended it."""
    done = Evacuation.objects.filter(pk=row.pk, ended_at=None).update(ended_at=plant.now(), ended_by=by)
    lately.forget()
    if done:
        plant.note(by, "evacuation.ended", row)
    return bool(done)


def running():
    """Return the evacuation that runs, the real one before an exercise, or None."""
    return Evacuation.objects.filter(ended_at=None).select_related("begun_by__person").order_by("drill", "-id").first()


def _spans():
    rows = Evacuation.objects.filter(Q(ended_at=None) | Q(ended_at__gt=plant.now() - BACK)).order_by()
    return [
        (int(begun.timestamp()), int(ended.timestamp()) if ended else 0)
        for begun, ended in rows.values_list("begun_at", "ended_at")
    ]


lately = Lately(_spans, 2.0)  # [(from, until or 0)] in s since 1970, as of at most two seconds ago


def was_on(spans, at):
    """Say whether one ran at a moment (s since 1970)."""
    return any(begun <= at and (not ended or at < ended) for begun, ended in spans)
