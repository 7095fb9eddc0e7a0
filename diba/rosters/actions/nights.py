"""Who comes from a night watch, for whoever must let him sleep."""

from datetime import timedelta

from django.utils import timezone

from diba.plant import actions as plant
from diba.plant.models import Watch

from ..models import Duty
from .manning import in_force

FEW = 500  # people; above it the absences of everybody are read and sorted out here


def nights_stood(day, people=None):
    """Answer NIGHTS_STOOD: {person id: when his night watch ended} of those who stood one that ended on a day. Four queries.

    A watch may begin the evening before or after midnight; who was away from it by an approved absence did not stand it.
    """
    watches = {watch.pk: watch for watch in Watch.objects.filter(night=True)}
    before = day - timedelta(days=1)
    rosters = in_force(before, day) if watches else {}
    rows = Duty.objects.filter(
        roster__in={row.pk for row in rosters.values()}, day__range=(before, day), watch__in=watches
    )
    if people is not None:
        rows = rows.filter(person__in=people)
    spans = {(on, pk): watch.span(on) for on in (before, day) for pk, watch in watches.items()}
    ending = {key for key, (_starts_at, ends_at) in spans.items() if timezone.localdate(ends_at) == day}
    found = {}
    for person, roster, begins_on, watch in rows.values_list("person", "roster", "day", "watch"):
        if (begins_on, watch) in ending and begins_on in rosters and rosters[begins_on].pk == roster:
            found[person] = spans[begins_on, watch]
    away = _away(found, day)
    return {person: ends_at for person, (_starts_at, ends_at) in found.items() if person not in away}


def _away(found, day):
    """Return the ids of those who were away when their watch began. found: {person id: (start, end)}."""
    if not found:
        return set()
    first = min(starts_at for starts_at, _ends_at in found.values())
    people = [*found] if len(found) <= FEW else None
    rows = plant.absences_between(first, plant.day_start(day + timedelta(days=1)), people)
    return {
        person
        for person, starts_at, ends_at in rows.values_list("person", "starts_at", "ends_at")
        if person in found and starts_at <= found[person][0] and (ends_at is None or ends_at > found[person][0])
    }
