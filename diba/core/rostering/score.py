"""Where the cost of a roster comes from: rule by rule, person by person, day by day."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .changes import Cell
from .problem import Problem, Roster

Rows = dict[str, dict[int, Cell]]


@dataclass(frozen=True)
class Charge:
    """One line of the bill. rule: requests, deviations, under, over, crews, or the burden that is uneven (nights, weekends …).

    amount in the objective's unit; person, day, shift, post where they apply; found against wanted: how many stood, or the most
    burdened's count against the least burdened's (`against`, a person).
    """

    rule: str
    amount: int
    person: str = ""
    day: int | None = None
    shift: str = ""
    post: str = ""
    found: int | None = None
    wanted: int | None = None
    against: str = ""
    team: str = ""
    mark: str = ""


def score(problem: Problem, roster: Roster) -> list[Charge]:
    """Return every line of a roster's cost, the dearest first; they add up to the referee's objective."""
    rows: Rows = {person.id: {} for person in problem.people}
    for (who, day), cell in roster.items():
        if who in rows and 0 <= day < problem.days and cell[0] in problem.shift and cell[1] in problem.post:
            rows[who][day] = cell
    found = [*_own(problem, rows), *_cover(problem, rows), *_crews(problem, rows), *_uneven(problem, rows)]
    return sorted(
        (charge for charge in found if charge.amount),
        key=lambda c: (-c.amount, c.day if c.day is not None else -1, c.person),
    )


def charges_by(charges: Iterable[Charge], what: str) -> dict[object, int]:
    """Return {rule, person, day or post: amount} of the charges, the dearest first."""
    found: Counter[object] = Counter()
    for charge in charges:
        found[getattr(charge, what)] += charge.amount
    return dict(found.most_common())


def _own(problem: Problem, rows: Rows) -> Iterable[Charge]:
    for person in problem.people:
        cells = rows[person.id]
        for wish in person.requests:
            if (cells.get(wish.day, ("", ""))[0] == wish.shift) != wish.wanted:
                yield Charge("requests", wish.weight, person.id, wish.day, wish.shift, wanted=int(wish.wanted))
        for day, shift in enumerate(person.base):
            if cells.get(day, ("", ""))[0] != shift:
                yield Charge("deviations", problem.deviation, person.id, day, shift)


def _cover(problem: Problem, rows: Rows) -> Iterable[Charge]:
    there = Counter((day, *cell) for cells in rows.values() for day, cell in cells.items())
    for cell in problem.cover:
        place = (cell.day, cell.shift, cell.post)
        found = there[place]
        if found < cell.needed:
            yield Charge("under", (cell.under or 0) * (cell.needed - found), "", *place, found, cell.needed)
        elif found > cell.needed:
            yield Charge("over", cell.over * (found - cell.needed), "", *place, found, cell.needed)


def _crews(problem: Problem, rows: Rows) -> Iterable[Charge]:
    by_day: dict[int, list[tuple[str, Cell]]] = defaultdict(list)
    for who, cells in rows.items():
        for day, cell in cells.items():
            by_day[day].append((who, cell))
    for crew in problem.crews:
        found = sum(crew.counts(problem.person[who].marks, *cell) for who, cell in by_day[crew.day])
        if found < crew.least:
            yield Charge(
                "crews",
                (crew.under or 0) * (crew.least - found),
                "",
                crew.day,
                crew.shift,
                "",
                found,
                crew.least,
                mark=crew.mark,
            )
        if crew.most is not None and found > crew.most:
            yield Charge(
                "crews",
                (crew.over or 0) * (found - crew.most),
                "",
                crew.day,
                crew.shift,
                "",
                found,
                crew.most,
                mark=crew.mark,
            )


def _uneven(problem: Problem, rows: Rows) -> Iterable[Charge]:
    """Charge what is uneven to the most burdened; of several to the first, against the first of the least burdened."""
    for burden in problem.burdens:
        for team, members in problem.teams.items():
            counts = {
                person.id: person.carried.get(burden.kind, 0)
                + sum(burden.counts(day, shift) for day, (shift, _) in rows[person.id].items())
                for person in members
            }
            most, least = max(counts, key=lambda who: counts[who]), min(counts, key=lambda who: counts[who])
            size = counts[most] - counts[least]
            yield Charge(
                burden.kind,
                burden.weight * size,
                most,
                found=counts[most],
                wanted=counts[least],
                against=least,
                team=team,
            )
