"""Teams that never meet: which duties of two teams come too near each other, at hand-over, on a day, at a place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from .parts import DAY, Apart
from .problem import Problem, Roster


class Slot(NamedTuple):
    """A team on a shift of a day at a place; None: the place is not known, so it may be any."""

    team: str
    day: int
    shift: str
    place: str | None


def meetings(problem: Problem, rule: Apart, slots: Iterable[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Yield the pairs of slots in which two teams of the rule would meet, the earlier first."""
    here: dict[tuple[int, str], list[Slot]] = defaultdict(list)
    for slot in sorted(set(slots), key=lambda slot: (slot.day, slot.team, slot.shift, slot.place or "")):
        if slot.team in rule.teams:
            here[slot.day, slot.shift].append(slot)
    near = _near(problem, rule)
    for (day, shift), firsts in here.items():
        for later, following in near[shift]:
            for first in firsts:
                for then in here.get((day + later, following), ()):
                    if first.team != then.team and _one_place(rule, first, then) and (later or first.team < then.team):
                        yield first, then


def _near(problem: Problem, rule: Apart) -> dict[str, list[tuple[int, str]]]:
    """Return {shift: [(days later, shift)]} of the duties that come too near; the same day is listed both ways."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for first in problem.shifts:
        for then in problem.shifts:
            for later in range(3 + rule.gap // DAY):
                starts = later * DAY + then.start
                touch = (
                    starts < first.start + first.minutes + rule.gap and first.start < starts + then.minutes + rule.gap
                )
                if touch or (later == 0 and rule.same_day):
                    found[first.id].append((later, then.id))
    return found


def _one_place(rule: Apart, first: Slot, then: Slot) -> bool:
    return not rule.same_place or None in (first.place, then.place) or first.place == then.place


def stood_before(problem: Problem) -> dict[Slot, list[str]]:
    """Return who stood where in the days before the horizon."""
    found: dict[Slot, list[str]] = defaultdict(list)
    for person in problem.people if problem.apart else ():
        for day, shift in enumerate(person.before, -len(person.before)):
            if shift:
                found[Slot(person.team, day, shift, person.place_before)].append(person.id)
    return found


def standing(problem: Problem, roster: Roster) -> dict[Slot, list[str]]:
    """Return who stands where in a roster, the days before counted in."""
    found = stood_before(problem)
    for (who, day), (shift, post) in sorted(roster.items()) if problem.apart else ():
        found[Slot(problem.person[who].team, day, shift, problem.post[post].place)].append(who)
    return found


def met(problem: Problem, there: Iterable[Slot], slot: Slot) -> list[Slot]:
    """Return the slots in which people stand whom somebody in this slot would meet."""
    reach = 2 + max((rule.gap // DAY for rule in problem.apart), default=0)
    near = [other for other in there if abs(other.day - slot.day) <= reach]
    pairs = [pair for rule in problem.apart for pair in meetings(problem, rule, [*near, slot]) if slot in pair]
    return [first if then == slot else then for first, then in pairs]


def settled(problem: Problem, roster: Roster) -> Problem:
    """Return the problem with each day's shifts left to the teams that a legal roster has there, so that nobody can meet.

    Where neither of two teams stands, the one of the earlier duty keeps it. Under rules that ask for a place each team keeps to the
    shifts and the places that it has there on each day; where it could still meet another by exchanging them, the rule is left to the search.
    """
    if any(rule.same_place for rule in problem.apart):
        return _as_it_stands(problem, roster)
    taken = set(standing(problem, roster))
    slots = taken | {
        Slot(team, day, shift.id, None)
        for team in problem.teams
        for day in range(problem.days)
        for shift in problem.shifts
    }
    taken_at = {slot[:3] for slot in taken}
    barred: set[tuple[str, int, str]] = set()
    for rule in problem.apart:
        for first, then in meetings(problem, rule, slots):
            if first[:3] not in barred and then[:3] not in barred:
                barred.add(first[:3] if then[:3] in taken_at else then[:3])
    people = tuple(
        replace(person, barred=person.barred | {(day, shift) for team, day, shift in barred if team == person.team and day >= 0})
        for person in problem.people
    )  # fmt: skip
    return replace(problem, people=people)


def _as_it_stands(problem: Problem, roster: Roster) -> Problem:
    """Return the problem with the teams kept apart left to the shifts and the places that a roster has them at, day by day."""
    apart = {team for rule in problem.apart for team in rule.teams}
    shifts: set[tuple[str, int, str]] = set()
    places: set[tuple[str, int, str]] = set()
    for (who, day), (shift, post) in roster.items():
        team = problem.person[who].team
        shifts.add((team, day, shift))
        places.add((team, day, problem.post[post].place))
    off = {
        team: frozenset((day, s.id) for day in range(problem.days) for s in problem.shifts if (team, day, s.id) not in shifts)
        for team in apart
    }  # fmt: skip
    elsewhere = {
        team: frozenset((day, p.id) for day in range(problem.days) for p in problem.posts if (team, day, p.place) not in places)
        for team in apart
    }  # fmt: skip
    people = tuple(
        replace(
            person, barred=person.barred | off.get(person.team, frozenset()),
            barred_posts=person.barred_posts | elsewhere.get(person.team, frozenset()),
        )
        for person in problem.people
    )  # fmt: skip
    return replace(problem, people=people)
