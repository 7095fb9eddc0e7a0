"""What counting alone proves about the cost of any roster: burdens that cannot be shared out evenly."""

from collections import Counter, defaultdict

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
    if teams is None:
        return 0
    members = Counter(person.team for person in problem.people)
    nights = {shift.id for shift in problem.shifts if shift.night}
    weekend = {day for days in problem.weekends() for day in days}
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for cell in problem.cover:
        team = totals[teams[cell.day]]
        team["duties"] += cell.needed
        team["nights"] += cell.needed * (cell.shift in nights)
        team["weekends"] += cell.needed * (cell.day in weekend)
    weights = {
        "nights": problem.fairness.nights,
        "weekends": problem.fairness.weekends,
        "duties": problem.fairness.duties,
    }
    uneven = sum(
        weight for team, total in totals.items() for kind, weight in weights.items() if total[kind] % members[team]
    )
    return min(uneven, min(cell.over for cell in problem.cover))


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
