"""What does not fit together among the stays: beds given twice, entries that were not allowed, stays that are too long."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from diba.plant import actions as plant

from ..models import Stay, TeamName
from .fitness import fitness


@dataclass(frozen=True)
class Conflict:
    """Something that does not fit together. kind: double_bed, no_bed, not_fit, over_limit, overdue, teams_meet."""

    kind: str
    people: tuple
    place: str = ""
    days: int = 0


def conflicts():
    """Return every Conflict among the stays of now and of turns to come, the gravest first."""
    today = plant.today()
    rows = list(
        Stay.objects.filter(
            cancelled_at=None, left_at=None, turn__leaves_on__gte=today - timedelta(days=60)
        ).select_related("person", "room", "turn")
    )
    return [
        *_not_fit(rows),
        *_too_long(rows, today),
        *_double_beds(rows),
        *_teams_meet(rows, today),
        *_without_bed(rows, today),
    ]


def _not_fit(rows):
    """Name those who are inside though isolation or test were not done on the day they went in."""
    entries = defaultdict(list)
    for stay in rows:
        if stay.entered_at:
            entries[stay.turn, stay.entered_at.astimezone().date()].append(stay)
    for (turn, day), stays in entries.items():
        found = fitness([stay.person_id for stay in stays], day, turn.isolation_days, turn.test_days, day)
        for stay in stays:
            if not found[stay.person_id].fit:
                yield Conflict("not_fit", (stay.person,), str(stay.room or ""))


def _too_long(rows, today):
    for stay in rows:
        if not stay.entered_at:
            continue
        days = (today - stay.entered_at.astimezone().date()).days + 1
        if days > stay.turn.longest:
            yield Conflict("over_limit", (stay.person,), str(stay.room or ""), days - stay.turn.longest)
        elif stay.leaves_on < today:
            yield Conflict("overdue", (stay.person,), str(stay.room or ""), (today - stay.leaves_on).days)


def _double_beds(rows):
    beds = defaultdict(list)
    for stay in rows:
        if stay.room_id:
            beds[stay.room, stay.bed].append(stay)
    for (room, bed), stays in beds.items():
        for number, stay in enumerate(stays):
            for other in stays[number + 1 :]:
                if stay.enters_on < other.leaves_on and other.enters_on < stay.leaves_on:
                    yield Conflict("double_bed", (stay.person, other.person), f"{room.code}-{bed}")


def _teams_meet(rows, today):
    """Name the smaller of the teams whose people are inside together now."""
    teams = defaultdict(list)
    for stay in rows:
        if stay.entered_at and stay.turn.team not in ("", TeamName.RESERVE):
            teams[stay.turn.team].append(stay.person)
    if len(teams) > 1:
        fewest = min(teams.values(), key=len)
        yield Conflict("teams_meet", tuple(fewest[:5]), "", len(fewest))


def _without_bed(rows, today):
    people = tuple(stay.person for stay in rows if stay.room_id is None and stay.leaves_on > today)
    if people:
        yield Conflict("no_bed", people[:8], "", len(people))
