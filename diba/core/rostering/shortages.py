"""What counting alone shows to be impossible: a planner can check it on his fingers."""

from collections.abc import Iterable, Mapping
from typing import Any

from .depth import Depth, bottleneck
from .problem import Person, Problem

Clash = list[Mapping[str, object]]


def count(problem: Problem) -> Clash:
    """Return what counting alone shows to be impossible, with its numbers; empty when counting says nothing."""
    for found in (_pins(problem), _days(problem), _crews(problem), _totals(problem)):
        if found:
            return found
    return []


def _pins(problem: Problem) -> Clash:
    """Find a pin to where the person may not stand, and pins that break a succession."""
    clash: Clash = []
    for person in problem.people:
        for day, pin in sorted(person.pins.items()):
            if pin and not problem.may(person, day, *pin):
                clash.append({"rule": "pin", "person": person.id, "day": day, "shift": pin[0], "post": pin[1]})
            following = person.pins.get(day + 1)
            if pin and following and (pin[0], following[0]) in problem.forbidden:
                clash.append({"rule": "rest", "person": person.id, "day": day + 1, "limit": problem.rest})
    return clash


def lapses(problem: Problem, posts: Iterable[str], until: int) -> list[tuple[str, int]]:
    """Return [(person, last day he may stand there)] of those whose right to one of the posts ends before the day `until`.

    Whoever may stand at another of them on that day is left out: nothing of his runs out that counts.
    """
    wanted, found = set(posts), []
    for person in problem.people:
        ends = [last for post, (_first, last) in (person.posts or {}).items() if post in wanted]
        if ends and max(ends) < until:
            found.append((person.id, max(ends)))
    return sorted(found, key=lambda row: (row[1], row[0]))


def able_and_needed(problem: Problem, day: int) -> Depth[tuple[str, str]]:
    """Return the places of one day that are hardest to man, with how many are needed and able: one duty a person and day."""
    need = {(cell.shift, cell.post): cell.minimum for cell in problem.cover if cell.day == day and cell.minimum}
    able = {
        person.id: frozenset(place for place in need if problem.may(person, day, *place)) for person in problem.people
    }
    return bottleneck(need, able)


def _days(problem: Problem) -> Clash:
    """Find the day on which some posts need more people than can stand there."""
    worst: dict[str, Any] | None = None
    short = 0
    for day in range(problem.days):
        found = able_and_needed(problem, day)
        if found.depth < short:
            short = found.depth
            worst = {
                "rule": "cover", "day": day, "needed": found.needed, "available": found.available,
                "short": -found.depth, "places": sorted(found.places), "posts": sorted({post for _, post in found.places}),
                "shifts": sorted({shift for shift, _ in found.places}), "people": sorted(found.people)[:50],
            }  # fmt: skip
            worst |= named_lapses(problem, worst["posts"], day)
    return [worst] if worst else []


def _crews(problem: Problem) -> Clash:
    """Find the rule on who stands together that asks for more people on a day than can stand there."""
    for crew in problem.crews:
        if crew.least and crew.under is None:
            places = [
                (s.id, p.id) for s in problem.shifts for p in problem.posts if crew.counts((crew.mark,), s.id, p.id)
            ]
            able = sum(
                crew.mark in person.marks and any(problem.may(person, crew.day, *place) for place in places)
                for person in problem.people
            )
            if able < crew.least:
                return [
                    {"rule": "crews", "marks": [crew.mark], "day": crew.day, "needed": crew.least, "available": able}
                ]
    return []


def named_lapses(problem: Problem, posts: Iterable[str], until: int) -> dict[str, object]:
    """Return {"lapses": as `lapses` gives them} as a part of a clash carries it; {} when nothing runs out."""
    found = lapses(problem, posts, until)
    return {"lapses": [list(row) for row in found]} if found else {}


def most_duties(problem: Problem, person: Person, first: int = 0, last: int | None = None) -> int:
    """Return an upper bound on the duties of a person on the days first..last: days he may work, runs, breaks and minutes."""
    span = range(first, problem.days if last is None else last + 1)
    days = sum(day not in person.days_off and not (day in person.pins and person.pins[day] is None) for day in span)
    if person.longest_run is not None:
        cycle = person.longest_run + person.shortest_break
        whole, rest = divmod(len(span), cycle)
        # The first and the last break may be cut by the edges, so one break is given away.
        days = min(days, whole * person.longest_run + min(rest + person.shortest_break - 1, person.longest_run))
    if person.most_minutes is not None:
        days = min(days, person.most_minutes // min(shift.minutes for shift in problem.shifts))
    return days


def _totals(problem: Problem) -> Clash:
    """Find the team, and within it the post, that needs more duties over the horizon than its people may do."""
    need: dict[str, int] = {}
    for cell in problem.cover:
        if cell.minimum:
            need[cell.post] = need.get(cell.post, 0) + cell.minimum
    groups: list[tuple[str, ...]] = [(post,) for post in need] + ([tuple(need)] if len(need) > 1 else [])
    for posts in groups:
        people = [
            person for person in problem.people if person.posts is None or any(post in person.posts for post in posts)
        ]
        able = sum(most_duties(problem, person) for person in people)
        needed = sum(need[post] for post in posts)
        if needed > able:
            return [{
                "rule": "duties", "posts": sorted(posts), "needed": needed, "available": able, "short": needed - able,
                "people": len(people), "days": problem.days,
                "longest_run": max((person.longest_run or problem.days for person in people), default=0),
                **named_lapses(problem, posts, problem.days - 1),
            }]  # fmt: skip
    return []
