"""Who was in a mixed tube that was not negative, and waits for a tube of his own: nobody knows how he is until it is read."""

from datetime import timedelta

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from diba.plant import actions as plant
from diba.plant.actions.statements import Many, One

from ..models import Finding, LabFile, LabResult

OLDEST = 30  # days; a tube older than that says nothing any more
SAID_AT = Coalesce("resolved_at", "file__confirmed_at")


def waiting_tubes(first, people=None):
    """Return [(person id, since when, until when or None)] of those who waited for a tube of their own on a day or later. One query."""
    return [
        (row.person, row.since, row.read)
        for row in _unread(_oldest(first))
        if (people is None or row.person in people) and str(row.outcome) == Finding.UNCLEAR
    ]


def tubes_since(first):
    """Return the earliest day on which a mixed tube said something of those who waited on a day or later, standing or taken back; or None."""
    row = _earliest(_oldest(first))
    return timezone.localdate(row.since) if row and row.since else None


def _oldest(first):
    """Return the moment from which on a tube was read by which somebody may wait still on a day."""
    return plant.day_start(first - timedelta(days=OLDEST))


def _mixed(results, since):
    """Return those of results that are of a mixed tube and say nothing of a person."""
    return results.filter(
        usable=False, sample__pooled=True, target__campaign__response__drill=False, file__confirmed_at__gte=since
    )


def _with_the_own(since):
    stands = LabResult.standing()
    own = stands.filter(target__person=OuterRef("target__person"), usable=True, id__gt=OuterRef("id"))
    own = own.exclude(sample__pooled=True).order_by("id").annotate(said=SAID_AT).values("said")[:1]
    rows = _mixed(stands, since).order_by().only("outcome")
    return rows.annotate(person=F("target__person"), since=SAID_AT, read=Subquery(own))


# Every page of the grid asks them.
_unread = Many(_with_the_own, LabFile._meta.get_field("confirmed_at"))
_earliest = One(
    lambda since: _mixed(LabResult.objects, since).only("id").annotate(since=SAID_AT).order_by("since"),
    LabFile._meta.get_field("confirmed_at"),
)
