"""A person's rules on runs, rest and nights as a finite automaton over groups of symbols that behave alike.

Edge rules: a run that touches the first known day, or the last, has no shortest length. What was served before day 0
chooses the start state. People of one contract share one automaton.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from ..problem import Person, Problem

Array = np.ndarray[Any, Any]
MANY = 10**6
FRESH = ("fresh",)
OUTSIDE = (0, 0)  # no stay
SIX_DAYS = 0b111111  # marks of the days before, the last one lowest
State = tuple[Any, ...]
Stand = tuple[str, str | None]  # shift, place


@njit(cache=True, nogil=True)
def _walk(groups, weekend, trans, units, state, saturday):  # type: ignore[no-untyped-def]
    days = len(groups)
    found = np.zeros((days + 1, 4), np.int64)
    found[0, 0] = state
    found[0, 3] = saturday
    for day in range(days):
        group = groups[day]
        if group < 0 or found[day, 0] < 0:
            found[day + 1 :, 0] = -1
            return found
        found[day + 1, 0] = trans[found[day, 0], group]
        found[day + 1, 1] = found[day, 1] + units[group]
        weekends, flag = found[day, 2], 0
        if weekend[day] == 1:
            flag = 1 if group > 0 else 0
            weekends += flag
        elif weekend[day] == 2 and group > 0 and found[day, 3] == 0:
            weekends += 1
        found[day + 1, 2] = weekends
        found[day + 1, 3] = flag
    return found


class Automaton:
    """trans[state, group] -> state or -1; units[group] of minutes; group_of[symbol], -1 where never allowed.

    Group 0 is a day off; `unit` is the greatest common divisor of the minutes, in min. key tells equal automata.
    """

    def __init__(
        self, trans: Array, units: Array, group_of: Array, unit: int, counts_weekends: bool, key: object
    ) -> None:
        self.trans, self.units, self.group_of = trans, units, group_of
        self.unit, self.counts_weekends, self.key = unit, counts_weekends, key

    @property
    def groups(self) -> int:
        return len(self.units)

    def apart(self, symbols: Array) -> "Automaton":
        """Return an automaton in which these symbols are groups of their own, the last ones, behaving as they did."""
        own, number = np.unique(self.group_of[symbols], return_inverse=True)
        group_of = self.group_of.copy()
        group_of[symbols] = self.groups + number
        trans = np.concatenate([self.trans, self.trans[:, own]], axis=1)
        return Automaton(
            trans, np.append(self.units, self.units[own]), group_of, self.unit, self.counts_weekends,
            (self.key, tuple(own.tolist())),
        )  # fmt: skip

    def walk(self, schedule: Array, weekend: Array, state: int, saturday: int) -> Array:
        """Return (days + 1, 4): run state, units, weekends, Saturday flag before each day and after the last."""
        found: Array = _walk(self.group_of[schedule], weekend, self.trans, self.units, state, saturday)
        return found


class _Rules(NamedTuple):
    """What shapes the states: runs, breaks, nights, and for each group the days that each other may not follow within."""

    longest: int
    shortest: int
    rest: int  # shortest break, days
    nights: int  # most in a row, 0: no limit
    gaps: tuple[tuple[int, ...], ...]  # gaps[first][then]: then may follow at this many days' distance or more
    night: tuple[bool, ...]
    week: int  # most duties in any 7 days, -1: no limit
    stay: tuple[int, int] | None  # longest stay, days off that end it


def automata(
    problem: Problem, cells: Sequence[tuple[str, str]], open_: Array
) -> tuple[tuple[Automaton, ...], list[tuple[Any, ...]]]:
    """Return everybody's automaton and (state, saturday, least, most, weekends, caps) at day 0, in units.

    open_: (people, symbols), whether a symbol is allowed on any day.
    """
    machines, limits = [], []
    for p, person in enumerate(problem.people):
        symbols = tuple(s for s in range(1, len(cells) + 1) if open_[p, s])
        timed = person.least_minutes is not None or person.most_minutes is not None
        lengths = {problem.shift[cells[s - 1][0]].minutes for s in symbols}
        unit = math.gcd(*lengths) if lengths and timed else 1
        stands = _stands(problem, person, [cells[s - 1] for s in symbols])
        groups, members = _groups(problem, person, stands, timed)
        rules = _Rules(
            person.longest_run or 0, person.shortest_run, person.shortest_break,
            person.most_nights_in_row if person.most_nights_in_row is not None else -1,
            tuple(tuple(problem.days_between(a, b) for b in groups) for a in groups),
            tuple(problem.shift[shift].night for shift, _ in groups),
            -1 if person.most_in_week is None else person.most_in_week,
            None if person.longest_stay is None else (person.longest_stay, person.stay_break),
        )  # fmt: skip
        start = (_start(problem, person, rules, groups), *_known(rules, person.before))
        trans, number = _states(rules, start)
        units = np.array([0, *(problem.shift[shift].minutes // unit if timed else 0 for shift, _ in groups)], np.int64)
        group_of = np.full(len(cells) + 1, -1, np.int64)
        group_of[0] = 0
        for symbol, group in zip(symbols, members, strict=True):
            group_of[symbol] = group
        key = (rules, start, units.tobytes(), person.most_weekends is not None)
        machines.append(Automaton(trans, units, group_of, unit, person.most_weekends is not None, key))
        least = -(-max(0, (person.least_minutes or 0) - person.credited_minutes) // unit)
        most = MANY if person.most_minutes is None else (person.most_minutes - person.credited_minutes) // unit
        weekends = person.most_weekends if person.most_weekends is not None else MANY
        caps = [MANY] * (len(cells) + 1)
        for symbol, (shift, _) in enumerate(cells, 1):
            caps[symbol] = person.most_of.get(shift, MANY)
        limits.append((number, 0, least, most, weekends, tuple(caps)))
    return tuple(machines), limits


def _stands(problem: Problem, person: Person, cells: Sequence[tuple[str, str]]) -> list[Stand]:
    """Return each cell as (shift, place); the place is None where a change between places is nobody's concern."""
    places = {problem.post[post].place for _, post in cells} | {person.place_before} - {None}
    matter = problem.between_places and len(places) > 1
    return [(shift, problem.post[post].place if matter else None) for shift, post in cells]


def _groups(problem: Problem, person: Person, stands: Sequence[Stand], timed: bool) -> tuple[list[Stand], list[int]]:
    """Put stands that behave alike into one group. Returns each group's first stand, and each symbol's group from 1 on."""
    groups: list[Stand] = []
    seen: dict[object, int] = {}
    members = []
    here = sorted(set(stands), key=str)
    for stand in stands:
        shift = stand[0]
        limited = person.most_nights_in_row is not None and problem.shift[shift].night
        key = (
            problem.shift[shift].minutes if timed else 0, tuple(problem.days_between(stand, b) for b in here),
            tuple(problem.days_between(a, stand) for a in here), limited,
        )  # fmt: skip
        if key not in seen:
            groups.append(stand)
            seen[key] = len(groups)
        members.append(seen[key])
    return groups, members


def _start(problem: Problem, person: Person, rules: _Rules, groups: Sequence[Stand]) -> State:
    """Return the state that the roster before leaves a person in."""
    before = person.before
    if not before:
        return FRESH
    works = [bool(shift) for shift in before]
    length = next((n for n, mark in enumerate(reversed(works)) if mark != works[-1]), len(before))
    known = length < len(before)
    if works[-1]:
        waits = tuple(problem.days_between((before[-1], person.place_before), b) for b in groups)
        night = [bool(shift) and problem.shift[shift].night for shift in before]
        nights = next((n for n, mark in enumerate(reversed(night)) if not mark), len(before))
        return _working(rules, length, waits, not known, nights)
    owed = max(0, rules.rest - length) if known else 0
    waits = ()
    if known:
        last = (before[-1 - length], person.place_before)
        waits = tuple(max(1, problem.days_between(last, b) - length) for b in groups)
    return _resting(owed, waits)


def _known(rules: _Rules, before: Sequence[str]) -> tuple[int, tuple[int, int]]:
    """Return the marks of the last six days and the stay so far that the roster before leaves, whatever it broke."""
    week, stay = 0, OUTSIDE
    for shift in before:
        week = (week << 1 | bool(shift)) & SIX_DAYS if rules.week >= 0 else 0
        stay = _stay(rules, stay, bool(shift)) if rules.stay else OUTSIDE
    return week, stay


def _stay(rules: _Rules, stay: tuple[int, int], works: bool) -> tuple[int, int]:
    """Return (days since the stay's first duty, days off at its end) a day later; one day too long stands for more."""
    longest, ends = rules.stay or (0, 1)
    length, off = stay
    if works:
        return min(length, longest) + 1, 0
    return OUTSIDE if not length or off + 1 >= ends else (min(length, longest) + 1, off + 1)


def _working(rules: _Rules, length: int, waits: tuple[int, ...], exempt: bool, nights: int) -> State:
    cap = max(rules.longest, rules.shortest) if rules.longest else rules.shortest
    exempt = exempt and length < rules.shortest
    return ("work", min(length, cap), waits, exempt, min(nights, rules.nights) if rules.nights >= 0 else 0)


def _resting(owed: int, waits: tuple[int, ...]) -> State:
    return ("off", owed, waits if any(wait > 1 for wait in waits) else ())


@lru_cache(4096)
def _states(rules: _Rules, start: State) -> tuple[Array, int]:
    """Return (trans, number of the start state) by walking every state that can be reached."""
    number: dict[State, int] = {start: 0}
    order, rows = [start], []
    for state in order:
        row = []
        for group in range(len(rules.gaps) + 1):
            then = _next(rules, state, group)
            if then is not None and then not in number:
                number[then] = len(order)
                order.append(then)
            row.append(-1 if then is None else number[then])
        rows.append(row)
    return np.array(rows, np.int64).reshape(len(order), len(rules.gaps) + 1), 0


def _next(rules: _Rules, state: State, group: int) -> State | None:
    """Return the state after giving a group (0: a day off), or None where the rules forbid it."""
    run, week, stay = state
    after = _after(rules, run, group)
    if after is None or (group and 0 <= rules.week <= week.bit_count()):
        return None
    if rules.stay:
        stay = _stay(rules, stay, group > 0)
        if group and stay[0] > rules.stay[0]:
            return None
    return after, (week << 1 | (group > 0)) & SIX_DAYS if rules.week >= 0 else 0, stay


def _after(rules: _Rules, state: State, group: int) -> State | None:
    """Return the run, rest and nights after giving a group, or None where the rules on them forbid it."""
    kind = state[0]
    if group == 0:
        if kind == "fresh":
            return _resting(0, ())
        if kind == "off":
            return _resting(max(0, state[1] - 1), tuple(max(1, wait - 1) for wait in state[2]))
        _, length, waits, exempt, _ = state
        if length < rules.shortest and not exempt:
            return None
        return _resting(max(0, rules.rest - 1), tuple(max(1, wait - 1) for wait in waits))
    night = rules.night[group - 1] and rules.nights >= 0
    if night and rules.nights < 1:
        return None
    waits = rules.gaps[group - 1]
    if kind == "fresh":
        return _working(rules, 1, waits, True, int(night))
    if kind == "off":
        if state[1] or (state[2] and state[2][group - 1] > 1):
            return None
        return _working(rules, 1, waits, False, int(night))
    _, length, before, exempt, nights = state
    if before[group - 1] > 1 or (rules.longest and length >= rules.longest):
        return None
    if night and nights >= rules.nights:
        return None
    return _working(rules, length + 1, waits, exempt, nights + 1 if night else 0)
