"""The referee: every rule checked on a finished roster, and its cost counted afresh. Trusts no solver."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise

from .meetings import meetings, standing
from .problem import DAY, Person, Problem, Roster


@dataclass(frozen=True)
class Violation:
    """One hard rule that is broken: by whom, when, and by which numbers."""

    rule: str
    person: str = ""
    day: int | None = None
    shift: str = ""
    post: str = ""
    found: int | None = None
    limit: int | None = None
    mark: str = ""
    other: str = ""  # whom he meets


COUNTED = frozenset({"cover", "too_many", "crew_short", "crew_crowded"})  # rules on how many stand somewhere


@dataclass(frozen=True)
class Hole:
    """A place where fewer stand than are needed."""

    day: int
    shift: str
    post: str
    needed: int
    found: int


@dataclass(frozen=True)
class Report:
    """What the referee found. `cost` splits the objective by kind: requests, deviations, under, over, crews, fairness."""

    objective: int
    cost: dict[str, int]
    violations: tuple[Violation, ...]
    holes: tuple[Hole, ...]

    @property
    def legal(self) -> bool:
        return not self.violations

    @property
    def missing(self) -> int:
        """Return how many are missing of hard minima, or too many for hard maxima."""
        return sum(abs((v.limit or 0) - (v.found or 0)) for v in self.violations if v.rule in COUNTED)


def check(problem: Problem, roster: Roster) -> Report:
    """Return the objective, the broken rules and the holes of a roster."""
    violations: list[Violation] = []
    cost: Counter[str] = Counter(requests=0, deviations=0, under=0, over=0, crews=0, fairness=0)
    by_person: dict[str, dict[int, tuple[str, str]]] = defaultdict(dict)
    for (who, day), cell in sorted(roster.items()):
        if who not in problem.person:
            violations.append(Violation("unknown_person", who, day))
        elif not 0 <= day < problem.days:
            violations.append(Violation("unknown_day", who, day))
        elif cell[0] not in problem.shift or cell[1] not in problem.post:
            violations.append(Violation("unknown_shift", who, day, *cell))
        else:
            by_person[who][day] = cell
    for person in problem.people:
        cells = by_person.get(person.id, {})
        violations += broken_by(problem, person, cells)
        for request in person.requests:
            granted = cells.get(request.day, ("", ""))[0] == request.shift
            cost["requests"] += request.weight if granted != request.wanted else 0
        for day, shift in enumerate(person.base):
            cost["deviations"] += problem.deviation if cells.get(day, ("", ""))[0] != shift else 0
    holes = _cover(problem, by_person, cost, violations)
    violations += _crews(problem, by_person, cost)
    violations += _apart(problem, by_person)
    cost["fairness"] = unfairness(problem, by_person)
    return Report(sum(cost.values()), dict(cost), tuple(violations), tuple(holes))


def _cover(
    problem: Problem, by_person: dict[str, dict[int, tuple[str, str]]], cost: Counter[str], violations: list[Violation]
) -> list[Hole]:
    there = Counter((day, *cell) for cells in by_person.values() for day, cell in cells.items())
    holes = []
    for cell in problem.cover:
        found = there[cell.day, cell.shift, cell.post]
        if found < cell.needed:
            holes.append(Hole(cell.day, cell.shift, cell.post, cell.needed, found))
        cost["under"] += (cell.under or 0) * max(0, cell.needed - found)
        cost["over"] += cell.over * max(0, found - cell.needed)
        if found < cell.minimum:
            violations.append(Violation("cover", "", cell.day, cell.shift, cell.post, found, cell.minimum))
        if cell.most is not None and found > cell.most:
            violations.append(Violation("too_many", "", cell.day, cell.shift, cell.post, found, cell.most))
    return holes


def _apart(problem: Problem, by_person: dict[str, dict[int, tuple[str, str]]]) -> list[Violation]:
    """List who meets people of a team that he must not meet: found, how many of them; other, the first."""
    roster = {(who, day): cell for who, cells in by_person.items() for day, cell in cells.items()}
    there = standing(problem, roster)
    return [
        Violation("apart", who, then.day, then.shift, found=len(there[first]), limit=0, other=there[first][0])
        for rule in problem.apart
        for first, then in meetings(problem, rule, there)
        if then.day >= 0
        for who in there[then]
    ]


def _crews(problem: Problem, by_person: dict[str, dict[int, tuple[str, str]]], cost: Counter[str]) -> list[Violation]:
    """Count the marks that stand together; add to the cost what may be broken at one, return what may not."""
    broken = []
    for crew in problem.crews:
        found = sum(
            crew.day in cells and crew.counts(problem.person[who].marks, *cells[crew.day])
            for who, cells in by_person.items()
        )
        missing, beyond = max(0, crew.least - found), 0 if crew.most is None else max(0, found - crew.most)
        cost["crews"] += (crew.under or 0) * missing + (crew.over or 0) * beyond
        if missing and crew.under is None:
            broken.append(Violation("crew_short", "", crew.day, crew.shift, "", found, crew.least, crew.mark))
        if beyond and crew.over is None:
            broken.append(Violation("crew_crowded", "", crew.day, crew.shift, "", found, crew.most, crew.mark))
    return broken


def broken_by(problem: Problem, person: Person, cells: dict[int, tuple[str, str]]) -> list[Violation]:
    """Return the rules that one person's cells, {day: (shift, post)}, break by themselves."""
    broken = [
        *_misplaced(problem, person, cells),
        *_successions(problem, person, cells),
        *_runs(problem, person, cells),
        *_stays(problem, person, cells),
    ]
    shifts = Counter(shift for shift, _ in cells.values())
    minutes = person.credited_minutes + sum(problem.shift[shift].minutes * times for shift, times in shifts.items())
    for shift, most in person.most_of.items():
        if shifts[shift] > most:
            broken.append(Violation("most_of", person.id, shift=shift, found=shifts[shift], limit=most))
    if person.most_minutes is not None and minutes > person.most_minutes:
        broken.append(Violation("most_minutes", person.id, found=minutes, limit=person.most_minutes))
    if person.least_minutes is not None and minutes < person.least_minutes:
        broken.append(Violation("least_minutes", person.id, found=minutes, limit=person.least_minutes))
    worked = sum(any(day in cells for day in weekend) for weekend in problem.weekends())
    if person.most_weekends is not None and worked > person.most_weekends:
        broken.append(Violation("most_weekends", person.id, found=worked, limit=person.most_weekends))
    return broken


def _misplaced(problem: Problem, person: Person, cells: dict[int, tuple[str, str]]) -> list[Violation]:
    broken = []
    for day, (shift, post) in cells.items():
        if day in person.days_off:
            broken.append(Violation("day_off", person.id, day, shift, post))
        if (day, shift) in person.barred or (day, post) in person.barred_posts:
            broken.append(Violation("barred", person.id, day, shift, post))
        if problem.cover and (day, shift, post) not in problem.cover_of and person.pins.get(day) != (shift, post):
            broken.append(Violation("not_wanted", person.id, day, shift, post))
        span = (0, problem.days) if person.posts is None else person.posts.get(post)
        if span is None or not span[0] <= day <= span[1]:
            broken.append(Violation("not_qualified", person.id, day, shift, post))
    broken += [
        Violation("pin", person.id, day, *(pin or ("", "")))
        for day, pin in person.pins.items()
        if cells.get(day) != pin
    ]
    return broken


def _successions(problem: Problem, person: Person, cells: dict[int, tuple[str, str]]) -> list[Violation]:
    broken = []
    past = len(person.before)
    stood = [(day, (shift, person.place_before)) for day, shift in enumerate(person.before, -past) if shift]
    stood += [(day, (cells[day][0], problem.post[cells[day][1]].place)) for day in sorted(cells)]
    for (day, first), (then, second) in pairwise(stood):
        if then < 0 or then - day >= problem.days_between(first, second):
            continue
        earlier, later, post = problem.shift[first[0]], problem.shift[second[0]], cells[then][1]
        if then - day < problem.gap[first[0], second[0]]:
            rest = (then - day) * DAY + later.start - earlier.start - earlier.minutes
            broken.append(Violation("rest", person.id, then, later.id, found=rest, limit=problem.rest))
        else:
            between, least = then - day - 1, problem.between_places
            broken.append(Violation("place", person.id, then, later.id, post, between, least))
    return broken


def _runs(problem: Problem, person: Person, cells: dict[int, tuple[str, str]]) -> list[Violation]:
    """Check the lengths of runs of work, of days off and of nights. A run that touches the horizon's edge has no
    shortest length, and counts from the roster before when there is one.
    """
    broken = []
    past = len(person.before)
    worked = [bool(shift) for shift in person.before] + [day in cells for day in range(problem.days)]
    for works, start, length in _stretches(worked):
        end = start + length
        # A run that ends with the day before ends by what day 0 brings; one that ended earlier is history.
        if end < past:
            continue
        inner = start > 0 and end < past + problem.days
        day = max(start - past, 0)
        if works and end > past and person.longest_run is not None and length > person.longest_run:
            broken.append(Violation("longest_run", person.id, day, found=length, limit=person.longest_run))
        if works and inner and length < person.shortest_run:
            broken.append(Violation("shortest_run", person.id, day, found=length, limit=person.shortest_run))
        if not works and inner and length < person.shortest_break:
            broken.append(Violation("shortest_break", person.id, day, found=length, limit=person.shortest_break))
    if person.most_nights_in_row is not None:
        nights = [bool(shift) and problem.shift[shift].night for shift in person.before]
        nights += [day in cells and problem.shift[cells[day][0]].night for day in range(problem.days)]
        for night, start, length in _stretches(nights):
            if night and start + length > past and length > person.most_nights_in_row:
                day, most = max(start - past, 0), person.most_nights_in_row
                broken.append(Violation("most_nights_in_row", person.id, day, found=length, limit=most))
    return broken


def _stays(problem: Problem, person: Person, cells: dict[int, tuple[str, str]]) -> list[Violation]:
    """Check each duty against the six days before it and against the stay inside that it belongs to."""
    broken: list[Violation] = []
    worked = [-n for n, shift in enumerate(reversed(person.before), 1) if shift][::-1] + sorted(cells)
    began = 0
    for number, day in enumerate(worked):
        if number == 0 or day - worked[number - 1] > person.stay_break:
            began = day
        if day < 0:
            continue
        week = sum(day - 7 < other <= day for other in worked[max(0, number - 6) : number + 1])
        if person.most_in_week is not None and week > person.most_in_week:
            broken.append(Violation("most_in_week", person.id, day, found=week, limit=person.most_in_week))
        stay = day - began + 1
        if person.longest_stay is not None and stay > person.longest_stay:
            broken.append(Violation("longest_stay", person.id, day, found=stay, limit=person.longest_stay))
    return broken


def _stretches(marks: list[bool]) -> list[tuple[bool, int, int]]:
    """Return (mark, start, length) of every run of equal marks."""
    found, start = [], 0
    for mark, group in groupby(marks):
        length = len(list(group))
        found.append((mark, start, length))
        start += length
    return found


def further(before: Iterable[Violation], after: Iterable[Violation]) -> list[Violation]:
    """Return those of `after` whose rule is broken further than in `before`; places that stay open are no matter of it."""
    after = list(after)
    known = _excess(before)
    worse = {key for key, size in _excess(after).items() if size > known[key]}
    return [violation for violation in after if _whose(violation) in worse]


def _excess(violations: Iterable[Violation]) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for violation in violations:
        if violation.rule != "cover":
            found[_whose(violation)] += abs((violation.found or 0) - (violation.limit or 0)) or 1
    return found


def _whose(violation: Violation) -> tuple[object, ...]:
    place = () if violation.person else (violation.day, violation.shift, violation.post, violation.mark)
    return (violation.rule, violation.person, *place)


def unfairness(problem: Problem, by_person: dict[str, dict[int, tuple[str, str]]]) -> int:
    """Return the cost of unequal burdens: per team and kind, weight times (most - least), past periods counted in."""
    total = 0
    for burden in problem.burdens:
        for members in problem.teams.values():
            counts = [
                person.carried.get(burden.kind, 0)
                + sum(burden.counts(day, shift) for day, (shift, _) in by_person.get(person.id, {}).items())
                for person in members
            ]
            total += burden.weight * (max(counts) - min(counts))
    return total
