"""Why no roster exists: counting first, which a planner can check on his fingers; then rule after rule left out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .depth import bottleneck
from .model import GROUPS, Model
from .problem import Person, Problem
from .search import run

Clash = list[Mapping[str, object]]
RULES = (*GROUPS[1:], "pins", "absences")


def explain(problem: Problem, *, seconds: float = 10, workers: int = 2, seed: int = 1) -> Clash:
    """Return a smallest set found of rules that cannot all be kept, each with its numbers. Never empty.

    A count that forbids the roster is given alone. Otherwise rules are dropped one by one, and those whose return makes
    it impossible again are named: leaving out any one of them frees the roster.
    """
    return count(problem) or _delete(problem, seconds, workers, seed)


def count(problem: Problem) -> Clash:
    """Return what counting alone shows to be impossible, with its numbers; empty when counting says nothing."""
    for found in (_pins(problem), _days(problem), _totals(problem)):
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


def _days(problem: Problem) -> Clash:
    """Find the day on which some posts need more people than can stand there: one shift a person and day."""
    worst: Mapping[str, object] | None = None
    short = 0
    for day in range(problem.days):
        need = {(cell.shift, cell.post): cell.minimum for cell in problem.cover if cell.day == day and cell.minimum}
        able = {
            person.id: frozenset(place for place in need if problem.may(person, day, *place))
            for person in problem.people
        }
        found = bottleneck(need, able)
        if found.depth < short:
            short = found.depth
            worst = {
                "rule": "cover", "day": day, "needed": found.needed, "available": found.available,
                "short": -found.depth, "places": sorted(found.places), "posts": sorted({post for _, post in found.places}),
                "shifts": sorted({shift for shift, _ in found.places}), "people": sorted(found.people)[:50],
            }  # fmt: skip
    return [worst] if worst else []


def most_duties(problem: Problem, person: Person) -> int:
    """Return an upper bound on the duties of a person over the horizon: days he may work, runs, breaks and minutes."""
    days = sum(
        day not in person.days_off and not (day in person.pins and person.pins[day] is None)
        for day in range(problem.days)
    )
    if person.longest_run is not None:
        cycle = person.longest_run + person.shortest_break
        whole, rest = divmod(problem.days, cycle)
        # The first and the last break may be cut by the horizon's edges, so one break is given away.
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
            }]  # fmt: skip
    return []


def _delete(problem: Problem, seconds: float, workers: int, seed: int) -> Clash:
    """Drop rule after rule while what is left is still impossible: what cannot be dropped is the clash."""
    posts = sorted({cell.post for cell in problem.cover if cell.minimum})
    kept = [*(f"cover:{post}" for post in posts), *(group for group in RULES if _stands(problem, group))]
    everything = list(kept)
    share = max(0.5, seconds / max(len(kept), 1))
    for rule in everything:
        fewer = [other for other in kept if other != rule]
        dropped = [other for other in everything if other not in fewer]
        eased = _without(problem, dropped)
        if run(Model(eased, without=dropped), share, workers=workers, seed=seed).status == "infeasible":
            kept = fewer
    clash: Clash = [{"rule": rule, **_figures(problem, rule)} for rule in kept if not rule.startswith("cover:")]
    short = [rule.removeprefix("cover:") for rule in kept if rule.startswith("cover:")]
    return [{"rule": "cover", "posts": short, **_needs(problem, short)}, *clash] if short else clash


def _needs(problem: Problem, posts: Sequence[str]) -> dict[str, object]:
    """Return what the posts need over the horizon, and who may stand there."""
    needed = sum(cell.minimum for cell in problem.cover if cell.post in posts)
    people = [
        person for person in problem.people if person.posts is None or any(post in person.posts for post in posts)
    ]
    return {"needed": needed, "people": len(people), "days": problem.days}


def _stands(problem: Problem, group: str) -> bool:
    people = problem.people
    return {
        "longest_run": any(person.longest_run is not None for person in people),
        "rest": bool(problem.forbidden),
        "most_nights_in_row": any(person.most_nights_in_row is not None for person in people),
        "most_weekends": any(person.most_weekends is not None for person in people),
        "minutes": any(person.least_minutes or person.most_minutes is not None for person in people),
        "most_of": any(person.most_of for person in people),
        "shortest_run": any(person.shortest_run > 1 for person in people),
        "shortest_break": any(person.shortest_break > 1 for person in people),
        "most": any(cell.most is not None for cell in problem.cover),
        "crews": any(
            (crew.least and crew.under is None) or (crew.most is not None and crew.over is None)
            for crew in problem.crews
        ),
        "most_in_week": any(person.most_in_week is not None for person in people),
        "longest_stay": any(person.longest_stay is not None for person in people),
        "places": problem.between_places > 0 and len(problem.places) > 1,
        "pins": any(person.pins for person in people),
        "absences": any(person.days_off or person.barred or person.barred_posts for person in people),
    }[group]


def _without(problem: Problem, dropped: Sequence[str]) -> Problem:
    people = problem.people
    if "pins" in dropped:
        people = tuple(replace(person, pins={}) for person in people)
    if "absences" in dropped:
        people = tuple(
            replace(person, days_off=frozenset(), barred=frozenset(), barred_posts=frozenset()) for person in people
        )
    return problem if people is problem.people else replace(problem, people=people)


def _figures(problem: Problem, group: str) -> dict[str, object]:
    people = problem.people
    limits: dict[str, list[int | None]] = {
        "longest_run": [person.longest_run for person in people],
        "most_nights_in_row": [person.most_nights_in_row for person in people],
        "most_weekends": [person.most_weekends for person in people],
        "most_in_week": [person.most_in_week for person in people],
        "longest_stay": [person.longest_stay for person in people],
        "minutes": [person.most_minutes for person in people],
        "shortest_run": [person.shortest_run for person in people],
        "shortest_break": [person.shortest_break for person in people],
    }
    if group == "rest":
        return {"limit": problem.rest}
    if group == "places":
        return {"limit": problem.between_places}
    known = [limit for limit in limits.get(group, []) if limit is not None]
    return {"limit": min(known)} if known else {}
