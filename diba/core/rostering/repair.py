"""After a loss or new needs: the fewest and mildest changes that keep every post manned, and other ways to the same end."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..errors import BadInput
from .changes import Change, differences, open_points, persons, points
from .columns.generation import Clock
from .mending import Mending
from .parts import Cover, Person
from .problem import Problem, Roster
from .rules import Report, check, further

FIRST = 0.6  # share of the time for the first way
LEAST_REST = 8 * 60  # min; nobody is asked to sign for less
Place = tuple[int, str, str]  # day, shift, post


@dataclass(frozen=True)
class Repair:
    """One way out: its changes, their points, what stays open, and what the referee says before and after.

    bound: the least points of any way that leaves as little open; proven when cost equals it. changes hold the duties lost as
    well, which cost nothing. eased: the rule let go by one step, for a planner to sign; after.violations says of whom and by
    which numbers. without: people this way leaves alone on purpose.
    """

    roster: Roster
    changes: tuple[Change, ...]
    cost: int
    eased: tuple[str, ...]
    before: Report
    after: Report
    seconds: float
    bound: int = 0
    without: tuple[str, ...] = ()
    left_open: int = 0  # points of the places that stay open, a vital one's above a minor one's

    @property
    def proven(self) -> bool:
        return self.cost <= self.bound

    @property
    def open(self) -> int:
        """Return how many places nobody stands at."""
        return missing(self.after)

    @property
    def helpers(self) -> tuple[str, ...]:
        """Return who is given another duty, or one more."""
        return tuple(sorted(persons(self.changes)))


def missing(report: Report) -> int:
    """Return how many people are missing over all places."""
    return sum(hole.needed - hole.found for hole in report.holes)


def repair(
    problem: Problem, roster: Roster, *, first_day: int = 0, begun: Collection[tuple[int, str]] = (),
    demand: Mapping[Place, int] | None = None, seconds: float = 2.0, seed: int = 1, ways: int = 3,
) -> list[Repair]:  # fmt: skip
    """Return ranked ways to mend a roster for a problem whose people or needs have changed; the first changes least.

    Days before `first_day` are done, watches (day, shift) in `begun` are being stood: both stay. demand: {(day, shift, post):
    number} put in place of the problem's. Whoever can no longer stand where the roster has him loses that cell; pins are put
    in place and never touched; nobody breaks a rule further than the loss alone makes him; fairness is left aside. Fewest
    open places come first, then the points of the changes. Later ways use other people or, when something stays open, ease
    one rule by one step; those come last, for they need a signature. Raises BadInput.
    """
    if not 0 <= first_day <= problem.days:
        raise BadInput("out_of_range", "first_day", value=first_day)
    problem = with_demand(problem, demand or {})
    clock = Clock(seconds)
    kept = keepable(problem, roster, first_day, begun)
    work = _Work(problem, roster, kept, first_day, begun, tuple(demand or ()), seed, clock, check(problem, kept))
    first = work.way(FIRST * seconds if ways > 1 else seconds)
    found = [first]
    if ways > 1 and (first.cost or first.open):
        for way in _others(work, first):
            found.append(way)
            if len(found) >= ways or clock.left() <= 0:
                break
    return sorted(_distinct(found), key=lambda way: (len(way.eased), way.left_open, way.cost))[:ways]


def keepable(problem: Problem, roster: Roster, first_day: int = 0, begun: Collection[tuple[int, str]] = ()) -> Roster:
    """Return the roster less the cells that can no longer be stood, with every pin in place that can be kept."""
    kept = {}
    for (who, day), cell in roster.items():
        person = problem.person.get(who)
        if person is None or not 0 <= day < problem.days:
            continue
        if _done(day, cell, first_day, begun) or _may(problem, person, day, cell):
            kept[who, day] = cell
    for person in problem.people:
        for day, pin in person.pins.items():
            here = kept.get((person.id, day))
            if here == pin or day < first_day or (here is not None and (day, here[0]) in begun):
                continue
            if pin is None:
                kept.pop((person.id, day), None)
            elif problem.may(person, day, *pin) and (day, pin[0]) not in begun:
                kept[person.id, day] = pin
    return kept


def with_demand(problem: Problem, demand: Mapping[Place, int]) -> Problem:
    """Return the problem with other numbers at some places. Raises BadInput."""
    if not demand:
        return problem
    cover = {(cell.day, cell.shift, cell.post): cell for cell in problem.cover}
    for place, needed in demand.items():
        old = cover.get(place)
        cover[place] = Cover(*place, needed) if old is None else _with_number(old, needed)
    return replace(problem, cover=tuple(cover.values()))


def _with_number(cell: Cover, needed: int) -> Cover:
    most = None if cell.most is None else max(cell.most, needed)
    return replace(cell, needed=needed, least=min(cell.least, needed), most=most)


def _done(day: int, cell: tuple[str, str], first_day: int, begun: Collection[tuple[int, str]]) -> bool:
    return day < first_day or (day, cell[0]) in begun


def _may(problem: Problem, person: Person, day: int, cell: tuple[str, str]) -> bool:
    wanted = not problem.cover or (day, *cell) in problem.cover_of or person.pins.get(day) == cell
    return wanted and cell[0] in problem.shift and problem.may(person, day, *cell)


@dataclass
class _Work:
    """One loss to be mended: what every way shares."""

    problem: Problem
    roster: Roster
    kept: Roster
    first_day: int
    begun: Collection[tuple[int, str]]
    demanded: tuple[Place, ...]
    seed: int
    clock: Clock
    before: Report
    mending: Mending | None = None

    def way(self, until: float, barred: Collection[str] = (), eased: str = "") -> Repair:
        """Return the best way found until then (s on the clock)."""
        problem = EASINGS[eased](self.problem) if eased else self.problem
        allowed = check(problem, self.kept)
        out = set(barred)
        for _ in range(3):
            mended = self._mending(problem, eased).run(until, out)
            after = check(problem, mended.roster)
            wrong = further(allowed.violations, after.violations)
            if not wrong:
                return self._told(mended.roster, mended.cost - mended.bound, eased, barred)
            # A rule that only the referee knows: those who would break it are left alone.
            changed = {change.person for change in differences(self.kept, mended.roster)}
            out |= {violation.person for violation in wrong if violation.person} or changed
        return self._told(self.kept, 0, "", barred)

    def _mending(self, problem: Problem, eased: str) -> Mending:
        if eased or self.mending is None:
            made = Mending(
                problem, self.roster, self.kept, self.clock, first_day=self.first_day, begun=self.begun,
                demanded=self.demanded, seed=self.seed,
            )  # fmt: skip
            if eased:
                return made
            self.mending = made
        return self.mending

    def _told(self, roster: Roster, gap: int, eased: str, barred: Collection[str]) -> Repair:
        changes = differences(self.roster, roster)
        cost = sum(
            points(self.problem, change, self.first_day)
            for change in changes
            if change.after != self.kept.get((change.person, change.day))
        )
        after = check(self.problem, roster)
        return Repair(
            roster, changes, cost, (eased,) if eased else (), self.before, after, self.clock.now(), max(0, cost - gap),
            tuple(sorted(barred)), sum(open_points(self.problem, h.post) * (h.needed - h.found) for h in after.holes),
        )  # fmt: skip


def _others(work: _Work, first: Repair) -> Iterator[Repair]:
    """Yield further ways: without the first one's helpers, without the one it asks most of, with a rule eased."""
    share = work.clock.now() + work.clock.left() / 3
    if first.helpers:
        other = work.way(share, first.helpers)
        if other.left_open > first.left_open and len(first.helpers) > 1:
            other = work.way(share + work.clock.left() / 3, (_hardest(work, first),))
        if other.left_open <= first.left_open:
            yield other
    if first.open:
        yield from _eased(work, first)


def _eased(work: _Work, first: Repair) -> Iterator[Repair]:
    """Yield the ways that one rule, eased by a step, opens; those that leave least open first."""
    names = [name for name, ease in EASINGS.items() if ease(work.problem) != work.problem]
    found = []
    for done, name in enumerate(names):
        way = work.way(work.clock.now() + work.clock.left() / (len(names) - done), eased=name)
        if way.left_open < first.left_open:
            found.append(way)
    yield from sorted(found, key=lambda way: (way.left_open, way.cost))


def _hardest(work: _Work, way: Repair) -> str:
    """Return the person a way asks most of."""
    asked: Counter[str] = Counter()
    for change in way.changes:
        asked[change.person] += points(work.problem, change, work.first_day) if change.after else 0
    return min(asked, key=lambda who: (-asked[who], who))


def _distinct(ways: Sequence[Repair]) -> list[Repair]:
    found: dict[tuple[Change, ...], Repair] = {}
    for way in ways:
        found.setdefault(way.changes, way)
    return list(found.values())


def _longer(name: str, by: int) -> Callable[[Problem], Problem]:
    """Return how a limit of every person who has it is raised."""

    def ease(problem: Problem) -> Problem:
        people = tuple(
            person if getattr(person, name) is None else replace(person, **{name: getattr(person, name) + by})
            for person in problem.people
        )
        return problem if people == problem.people else replace(problem, people=people)

    return ease


def _less_rest(problem: Problem) -> Problem:
    """Return the problem with the rest cut down to the next shorter one that its watches leave, 8 h at least."""
    gaps = {24 * 60 + then.start - first.start - first.minutes for first in problem.shifts for then in problem.shifts}
    shorter = [gap for gap in gaps if LEAST_REST <= gap < problem.rest]
    return replace(problem, rest=max(shorter)) if shorter else problem


def _more_of(problem: Problem) -> Problem:
    people = tuple(
        replace(person, most_of={shift: most + 1 for shift, most in person.most_of.items()})
        if person.most_of
        else person
        for person in problem.people
    )
    return replace(problem, people=people) if people != problem.people else problem


def _more_minutes(problem: Problem) -> Problem:
    return _longer("most_minutes", max(shift.minutes for shift in problem.shifts))(problem)


EASINGS: dict[str, Callable[[Problem], Problem]] = {
    "longest_run": _longer("longest_run", 1),
    "most_nights_in_row": _longer("most_nights_in_row", 1),
    "rest": _less_rest,
    "most_weekends": _longer("most_weekends", 1),
    "most_minutes": _more_minutes,
    "most_of": _more_of,
    "most_in_week": _longer("most_in_week", 1),
    "longest_stay": _longer("longest_stay", 1),
}
"""How each rule is eased by one step."""
