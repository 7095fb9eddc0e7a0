"""Who was in a mixed tube that was not negative, and waits for a tube of his own: nobody knows how he is until it is read."""

from datetime import timedelta

from django.db.models import Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from diba.plant import actions as plant

from ..models import Finding, LabResult

OLDEST = 30  # days; a tube older than that says nothing any more
SAID_AT = Coalesce("resolved_at", "file__confirmed_at")


def waiting_tubes(first, people=None):
    """Return [(person id, since when, until when or None)] of those who waited for a tube of their own on a day or later. One query."""
    stands = LabResult.standing()
    own = stands.filter(target__person=OuterRef("target__person"), usable=True, id__gt=OuterRef("id"))
    own = own.exclude(sample__pooled=True).order_by("id").values(at=SAID_AT)[:1]
    rows = stands.filter(_mixed(first))
    if people is not None:
        rows = rows.filter(target__person__in=people)
    found = rows.order_by().annotate(since=SAID_AT, read=Subquery(own))
    return [
        (person, since, until)
        for person, outcome, since, until in found.values_list("target__person", "outcome", "since", "read")
        if str(outcome) == Finding.UNCLEAR
    ]


def tubes_since(first):
    """Return the earliest day on which a mixed tube said something of those who waited on a day or later, standing or taken back; or None."""
    since = LabResult.objects.filter(_mixed(first)).aggregate(since=Min(SAID_AT))["since"]
    return timezone.localdate(since) if since else None


def _mixed(first):
    """Return the condition that a result of a mixed tube says nothing of a person, on a day or so shortly before that he may wait still."""
    return Q(
        usable=False, sample__pooled=True, target__campaign__response__drill=False,
        file__confirmed_at__gte=plant.day_start(first - timedelta(days=OLDEST)),
    )  # fmt: skip
