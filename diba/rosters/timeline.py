"""What the time line of a roster shows: demand on top, people × days by team, exchange days, what a draft would change."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from diba.plant import actions as plant

from . import actions
from .models import Roster


@dataclass(frozen=True)
class _Change:
    """One cell that a repair would change, with the tints of its two sides."""

    old: object
    new: object
    old_tint: str
    new_tint: str


def time_line(row):
    """Return the days and the people × days of a roster: by team, each cell the watch's letter, absences hatched."""
    days = [row.first_day + timedelta(days=offset) for offset in range(row.days)]
    duties = list(row.duties.select_related("person__unit", "watch", "post"))
    pairs = _changed(row)
    watches = {
        duty.watch_id: duty.watch for duty in [*duties, *(duty for pair in pairs.values() for duty in pair if duty)]
    }
    tint = _tints(watches.values())
    changed = {
        key: _Change(old, new, *(tint[duty.watch_id] if duty else "o" for duty in (old, new)))
        for key, (old, new) in pairs.items()
    }
    team_of = dict(row.split.memberships.values_list("person", "team")) if row.split_id else {}
    people = {duty.person_id: duty.person for duty in duties}
    cells = {(duty.person_id, duty.day): duty for duty in duties}
    away = _away(people, days)
    inside = {team: {duty.day for duty in duties if team_of.get(duty.person_id) == team} for team in ("A", "B")}
    groups = []
    for team in ("A", "B", "R", ""):
        members = sorted(
            (person for pk, person in people.items() if team_of.get(pk, "") == team), key=lambda person: (person.unit_id or 0, person.pk)
        )  # fmt: skip
        lines = [
            (person, [_cell(person.pk, day, cells, away, changed, inside.get(team)) for day in days],
             sum((person.pk, day) in cells for day in days))
            for person in members
        ]  # fmt: skip
        if lines:
            groups.append((team, _stretches(inside.get(team, ())), lines))
    return {
        "days": days, "groups": groups, "tint": tint, "today": plant.today(), "people_count": len(people),
        "cuts": _cuts(inside, days), "demand": _demand(row, duties, days), "watches": sorted(watches.values(), key=lambda watch: watch.starts),
    }  # fmt: skip


def _cell(pk, day, cells, away, changed, inside):
    """Return (day, duty, absence, change, gone): gone when the person's team is not in the plant that day."""
    duty = cells.get((pk, day))
    return (
        day,
        duty,
        away.get((pk, day)),
        changed.get((pk, day)),
        duty is None and inside is not None and day not in inside,
    )


def _changed(row):
    """Return {(person, day): (duty before, duty after)} of a repair that is still a draft."""
    if row.state != Roster.State.DRAFT or not row.repairs_id:
        return {}
    return {(person.pk, day): (old, new) for person, rows in actions.changes_to(row).items() for day, old, new in rows}


def _away(people, days):
    """Return {(person, day): absence} of the days that an absence touches."""
    found = {}
    end = plant.day_start(days[-1]) + timedelta(days=1)
    for absence in plant.absences_between(plant.day_start(days[0]), end, people):
        for day in days:
            start = plant.day_start(day)
            if absence.starts_at < start + timedelta(days=1) and (absence.ends_at is None or absence.ends_at > start):
                found[absence.person_id, day] = absence
    return found


def _demand(row, duties, days):
    """Return [(post, [(day, duties, missing)])]: what stands at each post, and what the search left open."""
    manned = Counter((duty.post_id, duty.day) for duty in duties)
    missing = Counter()
    for hole in row.result.get("holes", []):
        missing[hole["post"], row.first_day + timedelta(days=hole["day"])] += hole["needed"] - hole["found"]
    posts = sorted({duty.post_id: duty.post for duty in duties}.values(), key=lambda post: post.pk)
    return [(post, [(day, manned[post.pk, day], missing[post.code, day]) for day in days]) for post in posts]


def _cuts(inside, days):
    """Return the days on which another team comes in."""
    on_site = [tuple(day in inside[team] for team in ("A", "B")) for day in days]
    return (
        {day for day, before, now in zip(days[1:], on_site, on_site[1:], strict=False) if before != now}
        if all(inside.values())
        else set()
    )


def _stretches(inside):
    """Return [(first, last)] of the runs of days on which a team is in the plant."""
    runs = []
    for day in sorted(inside):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return runs


def _tints(watches):
    """Return {watch id: css class}: nights dark, the later of the days darker than the earlier."""
    found = {}
    for watch in sorted(set(watches), key=lambda watch: watch.starts):
        found[watch.pk] = "n" if watch.night else ("e" if "e" not in found.values() else "l")
    return found
