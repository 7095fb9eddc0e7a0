"""Changes of a roster: what differs, and how much each change asks of the person it hits."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from .problem import Problem, Roster

# Points of one changed cell; all are multiples of 10, which lets a bound be rounded up. Another post of the same watch is the
# mildest change. Being called in on a day off, day for night, short notice and a wish not granted come on top. Only the order
# matters to a planner; the sizes keep it in a sum.
CHANGE = 100
CALLED_IN = 40  # a duty on what was a day off
NIGHT = 30  # day for night, night for day, or a night on a day off
WATCH = 10  # another watch of the same kind
LATE = 50  # within LATE_DAYS
WISH = 20  # against a wish
LATE_DAYS = 2
HOLE = 100_000  # one place that stays open, far above all changes that could fill it
TIER = 1_000  # of each tier more important: what must stay open is the least vital
TIERS = 9
POINTS = 10  # what every cost is a multiple of
WORST = CHANGE + CALLED_IN + NIGHT + LATE + WISH  # points of the harshest change

Array = np.ndarray[Any, Any]
Cell = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """One cell that becomes another; None is a day off."""

    person: str
    day: int
    before: Cell | None
    after: Cell | None


def differences(before: Roster, after: Roster) -> tuple[Change, ...]:
    """Return the cells in which two rosters differ, by day and person."""
    keys = sorted({*before, *after}, key=lambda key: (key[1], key[0]))
    return tuple(Change(*key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key))


def open_points(problem: Problem, post: str) -> int:
    """Return the points of one place of a post that stays open."""
    return HOLE + TIER * max(0, TIERS - problem.post[post].tier)


def against_wish(problem: Problem, change: Change) -> bool:
    """Say whether a change breaks a wish of the person's that the roster before had granted."""
    before = change.before[0] if change.before else ""
    after = change.after[0] if change.after else ""
    return any(
        (before == wish.shift) == wish.wanted and (after == wish.shift) != wish.wanted
        for wish in problem.person[change.person].requests
        if wish.day == change.day
    )


def points(problem: Problem, change: Change, first_day: int = 0) -> int:
    """Return what one change asks of a person, in points; 0 when nothing changes. first_day: the first that is not over."""
    if change.before == change.after:
        return 0
    total = CHANGE
    total += LATE if change.day < first_day + LATE_DAYS else 0
    total += WISH if against_wish(problem, change) else 0
    if change.after is None:
        return total
    to = problem.shift[change.after[0]]
    if change.before is None:
        return total + CALLED_IN + (NIGHT if to.night else 0)
    was = problem.shift[change.before[0]]
    return total + (0 if to.id == was.id else WATCH if to.night == was.night else NIGHT)


def point_table(problem: Problem, cells: list[Cell], number: dict[str, int], before: Array, first_day: int) -> Array:
    """Return `points` of every cell at once, (people, days, symbols): symbol 0 is a day off, s the cell cells[s - 1].

    number: row of each person; before: (people, days) symbols of the roster before.
    """
    watch = np.array([-1, *(problem.shifts.index(problem.shift[shift]) for shift, _ in cells)])
    night = np.array([False, *(problem.shift[shift].night for shift, _ in cells)])
    kind = np.full((len(cells) + 1, len(cells) + 1), CHANGE)
    kind[0, 1:] += CALLED_IN + NIGHT * night[1:]
    other = watch[1:, None] != watch[None, 1:]
    kind[1:, 1:] += np.where(other, np.where(night[1:, None] != night[None, 1:], NIGHT, WATCH), 0)
    np.fill_diagonal(kind, 0)
    found: Array = kind[before]
    late = found[:, : first_day + LATE_DAYS]
    late[late > 0] += LATE
    watches = [shift for shift, _ in cells]
    for person in problem.people:
        row = number[person.id]
        for day in {wish.day for wish in person.requests}:
            hit = np.zeros(len(cells) + 1, bool)
            for wish in (wish for wish in person.requests if wish.day == day):
                its = np.array([False, *(shift == wish.shift for shift in watches)])
                hit |= (its != wish.wanted) & (its[before[row, day]] == wish.wanted)
            found[row, day][hit & (found[row, day] > 0)] += WISH
    return found


def persons(changes: Collection[Change]) -> set[str]:
    """Return who is given another duty, or one more."""
    return {change.person for change in changes if change.after is not None}
