"""Who met whom at the gates and behind them, for the tracing of contacts: through one gate within minutes, inside a small zone together."""

from bisect import bisect_left
from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from diba.plant import actions as plant

from ..models import Crossing
from .places import Reach

NEAR = timedelta(
    minutes=2
)  # through one gate within so long: face to face, or one behind the other; this system's default
CROWD = 30  # people; a zone in which more were at one time is a place, no meeting; this system's default
LONGEST = timedelta(days=1)  # who has been inside longer was perhaps never written going out


class Passing(NamedTuple):
    """One person's passing of a gate."""

    person: int
    gate: str
    zone: int
    zone_name: str
    at: object
    direction: str


def gate_exposures(person_ids, since, until):
    """Answer hook EXPOSURES by the crossings in [since, until): one gate within minutes, one zone at one time. Three queries."""
    asked = set(person_ids)
    own = set(
        _passings(since, until).filter(person__in=asked).order_by().values_list("gate__zone", flat=True).distinct()
    )
    if not own:
        return []
    # Whoever he met may have gone out by a gate further out, and no gate need lie between.
    reach = Reach()
    zones = own.union(*(reach.around(zone) for zone in own))
    rows = [
        Passing(*row)
        for row in _passings(since - LONGEST, until).filter(gate__zone__in=zones).order_by("at", "pk")
        .values_list("person", "gate__name", "gate__zone", "gate__zone__name", "at", "direction")
    ]  # fmt: skip
    return [*_at_gates(rows, asked, since), *_in_zones(rows, asked, since, until, reach)]


def _passings(since, until):
    return Crossing.objects.filter(went=True, person__isnull=False, at__gte=since, at__lt=until)


def _at_gates(rows, asked, since):
    """Yield who passed the same gate within NEAR of each other."""
    gates = defaultdict(list)
    for row in rows:
        if row.at >= since:
            gates[row.gate].append(row)
    for gate, passed in gates.items():
        moments = [row.at for row in passed]
        for row in passed:
            if row.person not in asked:
                continue
            for other in passed[bisect_left(moments, row.at - NEAR) :]:
                if other.at > row.at + NEAR:
                    break
                if other.person != row.person:
                    first, last = sorted((row.at, other.at))
                    yield plant.Exposure(row.person, other.person, "gate", first, last, None, gate, _span(first, last))


def _in_zones(rows, asked, since, until, reach):
    """Yield who was inside a zone at the same time, where no crowd was inside then."""
    for (name, *_zone), stays in _stays(rows, since, until, reach).items():
        begins = [stay[0] for stay in stays]
        for first, last, person in stays:
            if person not in asked:
                continue
            beside = [
                (max(first, came), min(last, went), other)
                for came, went, other in stays[max(0, bisect_left(begins, first - LONGEST)) :]
                if other != person and came < last and first < went
            ]
            if len({other for *_span, other in beside}) >= CROWD:
                continue
            for came, went, other in beside:
                minutes = int((went - came).total_seconds() // 60)
                if minutes > 0:
                    yield plant.Exposure(person, other, "zone", came, went, minutes, name, _span(came, went))


def _span(first, last):
    """Return two moments for the reader, the same in every language: the day, from, until."""
    first, last = timezone.localtime(first), timezone.localtime(last)
    return (
        f"{first:%m-%d %H:%M}–{last:%H:%M}"
        if first.date() == last.date()
        else f"{first:%m-%d %H:%M}–{last:%m-%d %H:%M}"
    )


def _stays(rows, since, until, reach):
    """Return {(zone's name, id): [(from, until, person)], sorted}: in and out again, or in and not out yet within LONGEST.

    Whoever goes out of a zone is out of what lies in it too.
    """
    found, inside = defaultdict(list), defaultdict(dict)
    for row in rows:
        if row.direction == "in":
            inside[row.person][row.zone] = row
            continue
        for zone in [zone for zone in inside[row.person] if row.zone in (zone, *reach.around(zone))]:
            came = inside[row.person].pop(zone)
            found[came.zone_name, zone].append((came.at, row.at, row.person))
    for person, zones in inside.items():
        for zone, came in zones.items():
            found[came.zone_name, zone].append((came.at, min(until, came.at + LONGEST), person))
    return {
        zone: sorted((max(first, since), last, person) for first, last, person in stays if last > since)
        for zone, stays in found.items()
    }
