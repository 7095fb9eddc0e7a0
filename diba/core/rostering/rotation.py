"""Rotations: a base plan that repeats, one team after another; reality is laid on it as deviations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ..errors import BadInput
from .parts import Person, Shift
from .problem import Problem, Roster
from .rules import Violation, check

T = TypeVar("T")
OFF = ""
DAY, NIGHT = "day", "night"
EARLY, LATE = "early", "late"


@dataclass(frozen=True)
class Rotation:
    """A cycle of watches, one a day, "" for a day off, that every team runs through; offsets: days each is ahead by."""

    key: str
    cycle: tuple[str, ...]
    offsets: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.cycle or not any(self.cycle):
            raise BadInput("none_given", "cycle", self.key)
        if len({offset % len(self.cycle) for offset in self.offsets}) < max(1, len(self.offsets)):
            raise BadInput("given_twice", "offsets", self.key, list(self.offsets))

    def watch(self, team: int, day: int) -> str:
        """Return a team's watch on a day, "" for a day off; day 0 is the cycle's first day for offset 0."""
        return self.cycle[(day + self.offsets[team]) % len(self.cycle)]

    def plan(self, days: int, first: int = 0) -> tuple[tuple[str, ...], ...]:
        """Return each team's watches on the days first, first + 1, …, (teams, days)."""
        return tuple(
            tuple(self.watch(team, day) for day in range(first, first + days)) for team in range(len(self.offsets))
        )

    def manned(self) -> dict[str, tuple[int, int]]:
        """Return {watch: (fewest, most teams on it on any day)}."""
        length = len(self.cycle)
        days = [Counter(column) for column in zip(*self.plan(length), strict=True)]
        return {
            watch: (min(day[watch] for day in days), max(day[watch] for day in days))
            for watch in dict.fromkeys(self.cycle)
            if watch
        }


def _every(length: int, teams: int) -> tuple[int, ...]:
    return tuple(range(0, length, length // teams))


def _inside(days: int) -> Rotation:
    """Four crews live in by turns: one on days and one on nights inside, two at home; after home the other watch."""
    cycle = (DAY,) * days + (OFF,) * days + (NIGHT,) * days + (OFF,) * days
    return Rotation(f"{days}-{days}", cycle, _every(4 * days, 4))


# Common in Chinese plants: 四值三倒, 五值三倒 (forward, two days a watch), 四值两倒, 五值两倒 (12 h watches), and crews that live in
# for 7, 14 or 10 days (BC Hydro, 2020: 10).
ROTATIONS: Mapping[str, Rotation] = {
    rotation.key: rotation
    for rotation in (
        Rotation("4x3", (EARLY, EARLY, LATE, LATE, NIGHT, NIGHT, OFF, OFF), _every(8, 4)),
        Rotation("5x3", (EARLY, EARLY, LATE, LATE, NIGHT, NIGHT, OFF, OFF, OFF, OFF), _every(10, 5)),
        Rotation("4x2", (DAY, NIGHT, OFF, OFF), _every(4, 4)),
        Rotation("5x2", (DAY, NIGHT, OFF, OFF, OFF), _every(5, 5)),
        _inside(7),
        _inside(14),
        _inside(10),
    )
}


def faults(rotation: Rotation, shifts: Mapping[str, Shift], *, rest: int = 0, **rules: Any) -> tuple[Violation, ...]:
    """Return what the rotation itself breaks, for ever repeated: the person of a violation is the team's number.

    shifts: watch -> shift; rest: min; rules: limits of a person (longest_run, most_nights_in_row, most_in_week …).
    """
    length = len(rotation.cycle)
    named = {watch: _shift_of(shifts, watch) for watch in dict.fromkeys(rotation.cycle) if watch}
    repeats = -(-28 // length)
    teams = [[named[watch].id if watch else OFF for watch in row] for row in rotation.plan(2 * repeats * length)]
    half = repeats * length
    people = tuple(Person(str(number), before=tuple(row[:half]), **rules) for number, row in enumerate(teams))
    problem = Problem(half, tuple({shift.id: shift for shift in named.values()}.values()), people, rest=rest)
    roster = {
        (str(number), day): (shift, problem.posts[0].id)
        for number, row in enumerate(teams)
        for day, shift in enumerate(row[half:])
        if shift
    }
    return check(problem, roster).violations


def lay(
    problem: Problem, rotation: Rotation, teams: Sequence[str], shifts: Mapping[str, str], *, first: int = 0,
    weight: int | None = None,
) -> Problem:  # fmt: skip
    """Return the problem with the rotation as the base plan of its teams.

    teams: the team of each offset; shifts: watch -> shift id; first: the day of the rotation that is day 0 here. weight: cost
    of each day on which somebody does otherwise; None: nobody may. Raises BadInput.
    """
    if len(teams) != len(rotation.offsets):
        raise BadInput("wrong_number_of_teams", "teams", value=len(teams))
    for row, team in enumerate(teams, 1):
        if team not in problem.teams:
            raise BadInput("unknown_team", "teams", row, team)
    named = {watch: _shift_of(shifts, watch) for watch in dict.fromkeys(rotation.cycle) if watch}
    for watch, shift in named.items():
        if shift not in problem.shift:
            raise BadInput("unknown_shift", "shifts", watch, shift)
    plans = {
        team: tuple(named.get(watch, OFF) for watch in row)
        for team, row in zip(teams, rotation.plan(problem.days, first), strict=True)
    }
    people = tuple(_laid(problem, person, plans.get(person.team), weight is None) for person in problem.people)
    return replace(problem, people=people, deviation=problem.deviation if weight is None else weight)


def _laid(problem: Problem, person: Person, plan: tuple[str, ...] | None, forbidden: bool) -> Person:
    if plan is None:
        return person
    if not forbidden:
        return replace(person, base=plan)
    off = frozenset(day for day, shift in enumerate(plan) if not shift)
    barred = frozenset(
        (day, shift.id)
        for day, planned in enumerate(plan)
        if planned
        for shift in problem.shifts
        if shift.id != planned
    )
    return replace(person, base=plan, days_off=person.days_off | off, barred=person.barred | barred)


@dataclass(frozen=True)
class Deviation:
    """A day on which somebody does not work what the base plan says; "" is a day off."""

    person: str
    day: int
    planned: str
    stands: str


def deviations(problem: Problem, roster: Roster) -> list[Deviation]:
    """Return where a roster departs from the base plan, by day and person."""
    found = [
        Deviation(person.id, day, planned, roster.get((person.id, day), (OFF, ""))[0])
        for person in problem.people
        for day, planned in enumerate(person.base)
    ]
    return sorted((one for one in found if one.planned != one.stands), key=lambda one: (one.day, one.person))


def _shift_of(shifts: Mapping[str, T], watch: str) -> T:
    if watch not in shifts:
        raise BadInput("no_shift_for_watch", "shifts", value=watch)
    return shifts[watch]
