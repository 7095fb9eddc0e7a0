"""What counting alone proves about the cost of any roster: burdens that cannot be shared out evenly."""

from collections import Counter
from collections.abc import Iterator

from .problem import Problem


def least_cost(problem: Problem) -> int:
    """Return a lower bound of the objective from fairness alone; 0 when counting says nothing.

    The duties of a team are known when each day is open to one team only and every place is a hard minimum. If they do
    not divide by its members, the most and the least burdened differ by one at least; only a duty too many could mend
    that, and costs its `over`. So the bound is the smaller of the two.
    """
    if any(cell.under is not None for cell in problem.cover) or not problem.cover:
        return 0
    teams = _team_of_day(problem)
    if teams is None or any(pin and (day, *pin) not in problem.cover_of for day, pin in _pins(problem)):
        return 0
    uneven = 0
    for burden in problem.burdens:
        totals: Counter[str] = Counter()
        for cell in problem.cover:
            if cell.day in teams:  # else nobody may work there
                totals[teams[cell.day]] += cell.needed * burden.counts(cell.day, cell.shift)
        for team, members in problem.teams.items():
            carried = sum(person.carried.get(burden.kind, 0) for person in members)
            uneven += burden.weight * ((totals[team] + carried) % len(members) > 0)
    return min(uneven, min(cell.over for cell in problem.cover))


def _pins(problem: Problem) -> Iterator[tuple[int, tuple[str, str] | None]]:
    for person in problem.people:
        yield from person.pins.items()


def _team_of_day(problem: Problem) -> dict[int, str] | None:
    """Return the one team that each day is open to, or None when a day is open to two."""
    found: dict[int, str] = {}
    for person in problem.people:
        for day in range(problem.days):
            if day in person.days_off:
                continue
            if found.setdefault(day, person.team) != person.team:
                return None
    return found
