"""The depth of each day: of everybody who is there, or of those whom a roster leaves free to stand in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..problem import Person, Problem, Roster
from ..rules import broken_by, further
from .hall import Depth, bottleneck

Seat = tuple[str, str]  # shift, post


@dataclass(frozen=True)
class DayDepth:
    """One day: its depth with the tightest places, the need of each place, and who can stand where."""

    day: int
    depth: Depth[Seat]
    need: Mapping[Seat, int]
    able: Mapping[str, frozenset[Seat]]


def depth_by_day(problem: Problem, roster: Roster | None = None) -> list[DayDepth]:
    """Return the depth of every day on which somebody is needed, by day.

    Without a roster: how many absences the day survives if everybody's other days may give way. With one: if no other day
    is touched, so that only those count whom their own duties around the day leave free by every rule; whoever stands
    somewhere that day may stand elsewhere. Needs are the hard minima, or the wanted numbers where there are none.
    """
    hard = any(cell.minimum for cell in problem.cover)
    need: dict[int, dict[Seat, int]] = {}
    for cell in problem.cover:
        if number := cell.minimum if hard else cell.needed:
            need.setdefault(cell.day, {})[cell.shift, cell.post] = number
    found = []
    for day in sorted(need):
        able = {person.id: _able(problem, person, day, need[day], roster) for person in problem.people}
        found.append(DayDepth(day, bottleneck(need[day], able), need[day], able))
    return found


def _able(
    problem: Problem, person: Person, day: int, seats: Mapping[Seat, int], roster: Roster | None
) -> frozenset[Seat]:
    may = frozenset(seat for seat in seats if problem.may(person, day, *seat))
    if roster is None or not may:
        return may
    # Somebody who cannot work less than he does (a run cut short, least minutes) can work elsewhere all the same.
    person = replace(person, least_minutes=None, shortest_run=1, shortest_break=1)
    row = {when: cell for when in range(problem.days) if (cell := roster.get((person.id, when))) is not None}
    before = broken_by(problem, person, row)
    # A person's own rules know shifts and places, not posts: one look at each is enough.
    free: dict[tuple[str, str], bool] = {}
    found = set()
    for seat in sorted(may):
        kind = (seat[0], problem.post[seat[1]].place)
        if kind not in free:
            free[kind] = not further(before, broken_by(problem, person, {**row, day: seat}))
        if free[kind] or seat == row.get(day):
            found.add(seat)
    return frozenset(found)
