"""After a loss: the fewest and mildest changes that keep every post manned, and who could fill one hole."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import BadInput
from .model import Model
from .problem import Person, Problem, Roster
from .rules import Report, check

# Costs of one changed cell. Late notice is worse than early, a duty on a day off worse than another post, and a night in
# place of a day worse than the reverse. Only their order matters to a planner; the sizes keep it in a sum.
CHANGE, CALLED_IN, TO_NIGHT, LATE = 100, 40, 30, 50
HOLE = 100_000
LATE_DAYS = 2


@dataclass(frozen=True)
class Change:
    """One cell that becomes another; None is a day off."""

    person: str
    day: int
    before: tuple[str, str] | None
    after: tuple[str, str] | None


@dataclass(frozen=True)
class Repair:
    """One way out: its changes, what they cost, what stays open, and what the referee says before and after."""

    roster: Roster
    changes: tuple[Change, ...]
    cost: int
    eased: tuple[str, ...]  # rules left out on purpose, for a planner to sign
    before: Report
    after: Report
    seconds: float


@dataclass(frozen=True)
class Candidate:
    """Somebody for one hole. broken: the rules it would break, as the referee names them; empty means fit."""

    person: str
    cost: int
    broken: tuple[str, ...]
    duties: int  # in the horizon
    nights: int


def repair(
    problem: Problem, roster: Roster, *, first_day: int = 0, seconds: float = 2.0, workers: int = 2, seed: int = 1,
    ways: int = 3,
) -> list[Repair]:  # fmt: skip
    """Return ranked ways to mend a roster for a problem whose people or needs have changed; the first changes least.

    Days before `first_day` are done and stay. People who cannot stand where the roster has them lose that cell; the
    holes are then filled from those who can, everyone else's cells staying as they are. Exact on the people tried: all
    who could fill a hole and those they would have to trade with. Later ways use other people, or ease a rule by name.
    """
    started = time.monotonic()
    if not 0 <= first_day <= problem.days:
        raise BadInput("out_of_range", "first_day", value=first_day)
    kept = {
        key: cell for key, cell in roster.items() if key[0] in problem.person and _stands(problem, key, cell, first_day)
    }
    before = check(problem, kept)
    found: list[Repair] = []
    for eased, barred in _ways(problem, kept, before, found):
        left = seconds - (time.monotonic() - started)
        if left < 0.1 or len(found) >= ways:
            break
        mended = _mend(problem, roster, kept, first_day, left, workers, seed, eased, barred)
        if mended is None or any(mended == other.roster for other in found):
            continue
        changes = differences(roster, mended)
        cost = sum(_price(problem, change, first_day) for change in changes)
        after = check(problem, mended)
        found.append(Repair(mended, changes, cost, eased, before, after, time.monotonic() - started))
    return sorted(found, key=lambda way: (len(way.after.holes), len(way.eased), way.cost))


def differences(before: Roster, after: Roster) -> tuple[Change, ...]:
    """Return the cells in which two rosters differ, by day and person."""
    keys = sorted({*before, *after}, key=lambda key: (key[1], key[0]))
    return tuple(Change(*key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key))


def _stands(problem: Problem, key: tuple[str, int], cell: tuple[str, str], first_day: int) -> bool:
    return key[1] < first_day or problem.may(problem.person[key[0]], key[1], *cell)


def _ways(problem: Problem, kept: Roster, before: Report, found: list[Repair]) -> Any:
    """Yield (rules eased, people not to be used) for each way: plain, without the first way's helpers, then easier."""
    yield (), frozenset()
    if found:
        helpers = {change.person for change in found[0].changes if change.after is not None}
        yield (), frozenset(helpers)
        first = sorted(helpers)[:1]
        if len(helpers) > 1:
            yield (), frozenset(first)
    if not found or found[0].after.holes:
        yield ("rest",), frozenset()
        yield ("longest_run", "most_nights_in_row"), frozenset()


def _mend(
    problem: Problem, roster: Roster, kept: Roster, first_day: int, seconds: float, workers: int, seed: int,
    eased: tuple[str, ...], barred: frozenset[str],
) -> dict[tuple[str, int], tuple[str, str]] | None:  # fmt: skip
    holes = [hole for hole in check(problem, kept).holes if hole.day >= first_day]
    people = _helpers(problem, kept, holes, barred)
    days = {day for hole in holes for day in range(hole.day - 3, hole.day + 4)}
    small = _neighbourhood(problem, kept, people, days, first_day)
    model = Model(replace(small, fairness=type(problem.fairness)()), without=eased, soft=HOLE)
    for (person, day, shift, post), cell in model.cell.items():
        old = roster.get((person, day))
        if old == (shift, post):
            model.cost.append(CHANGE * (1 - cell))
        else:
            model.cost.append(
                (_price(problem, Change(person, day, old, (shift, post)), first_day) - (CHANGE if old else 0)) * cell
            )
    model.cp.minimize(sum(model.cost))
    from .search import run

    outcome = run(model, seconds, workers=workers, seed=seed, hint=kept)
    if outcome.roster is None:
        return None
    return {**{key: cell for key, cell in kept.items() if key[0] not in people}, **outcome.roster}


def _helpers(problem: Problem, kept: Roster, holes: Sequence[Any], barred: frozenset[str]) -> set[str]:
    """Return who could fill a hole, and whoever shares a post with them near it: the people a trade may touch."""
    posts = {hole.post for hole in holes}
    able = {
        person.id
        for person in problem.people
        if person.id not in barred and any(problem.may(replace(person, pins={}), h.day, h.shift, h.post) for h in holes)
    }
    if len(able) > 60:
        near = {hole.day for hole in holes}
        free = [who for who in sorted(able) if not any((who, day) in kept for day in near)]
        able = set(free[:45]) | set(sorted(able - set(free))[:15])
    touched = {key[0] for key, cell in kept.items() if cell[1] in posts and key[0] in able}
    return able | touched


def _neighbourhood(problem: Problem, kept: Roster, people: set[str], days: set[int], first_day: int) -> Problem:
    """Return the problem of these people alone: their cells outside the days are pinned, others' cells met in advance."""
    by_others: dict[tuple[int, str, str], int] = {}
    for (person, day), cell in kept.items():
        if person not in people:
            by_others[day, *cell] = by_others.get((day, *cell), 0) + 1
    cover = tuple(c.beside(by_others.get((c.day, c.shift, c.post), 0)) for c in problem.cover)
    crews = problem.crews_beside({key: cell for key, cell in kept.items() if key[0] not in people})
    chosen = tuple(
        _pinned(person, kept, days, first_day, problem.days) for person in problem.people if person.id in people
    )
    if not chosen:
        chosen = (Person("nobody", posts={}),)
    return replace(problem, people=chosen, cover=cover, crews=crews)


def _pinned(person: Person, kept: Roster, days: set[int], first_day: int, horizon: int) -> Person:
    pins: dict[int, tuple[str, str] | None] = dict(person.pins)
    for day in range(horizon):
        if day < first_day or day not in days:
            pins[day] = kept.get((person.id, day))
    # What was served before may break today's rules; it is history, not a choice.
    off = frozenset(day for day in person.days_off if day >= first_day and day in days)
    return replace(person, pins=pins, days_off=off, requests=(), least_minutes=None, most_weekends=None)


def _price(problem: Problem, change: Change, first_day: int) -> int:
    if change.after is None:
        return CHANGE if change.before else 0
    price = CHANGE + (0 if change.before else CALLED_IN)
    price += LATE if change.day < first_day + LATE_DAYS else 0
    was_night = change.before is not None and problem.shift[change.before[0]].night
    return price + (TO_NIGHT if problem.shift[change.after[0]].night and not was_night else 0)


def substitutes(
    problem: Problem, roster: Roster, day: int, shift: str, post: str, *, first_day: int = 0
) -> list[Candidate]:
    """Return everybody who holds what the post asks for, best first, with the rules his standing there would break."""
    ranked = []
    for person in problem.people:
        if person.posts is not None and post not in person.posts:
            continue
        if roster.get((person.id, day)) == (shift, post):
            continue
        alone = replace(problem, people=(person,), cover=(), crews=())
        own = {key: cell for key, cell in roster.items() if key[0] == person.id}
        there: Mapping[tuple[str, int], tuple[str, str]] = {**own, (person.id, day): (shift, post)}
        known = {(violation.rule, violation.day) for violation in check(alone, own).violations}
        new = [v.rule for v in check(alone, there).violations if (v.rule, v.day) not in known]
        if (person.id, day) in own:
            new.append("on_duty")
        nights = sum(problem.shift[cell[0]].night for cell in own.values())
        price = _price(problem, Change(person.id, day, own.get((person.id, day)), (shift, post)), first_day)
        ranked.append(
            Candidate(person.id, price + 1000 * len(new) + 2 * len(own) + 3 * nights, tuple(new), len(own), nights)
        )
    return sorted(ranked, key=lambda candidate: (len(candidate.broken), candidate.cost, candidate.person))
