"""Who could stand at one open place, best first, with what speaks for and against each."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from .changes import Cell, Change, points
from .meetings import Slot, met, standing
from .problem import DAY, Person, Problem, Roster
from .rules import Violation, broken_by, further

LOOKED = 10  # people tried for the place that a trade leaves
BACK = 7  # days looked back and ahead for the rest before and after


@dataclass(frozen=True)
class Candidate:
    """Somebody for one place, and the numbers a planner asks for.

    cost: points of all changes, then 2 a duty and 3 a night that he has in the horizon: the order of the list. violations: the
    rules that would be broken further, as the referee names them. rest_before, rest_after: min to his duties around it, None
    when there is none within a week. run: days in a row that he would work. notice: days from first_day. leaves: the place
    he would leave. trade: what else would have to change, his own change apart.
    """

    person: str
    cost: int
    violations: tuple[Violation, ...]
    duties: int
    nights: int
    rest_before: int | None
    rest_after: int | None
    run: int
    nights_in_row: int
    called_in: bool
    notice: int
    leaves: Cell | None = None
    trade: tuple[Change, ...] = ()

    @property
    def broken(self) -> tuple[str, ...]:
        """Return the names of the rules that would be broken."""
        return tuple(dict.fromkeys(violation.rule for violation in self.violations))

    @property
    def fits(self) -> bool:
        return not self.violations


class Place(NamedTuple):
    """A place of one day."""

    day: int
    shift: str
    post: str

    @property
    def cell(self) -> Cell:
        return (self.shift, self.post)


def substitutes(
    problem: Problem, roster: Roster, day: int, shift: str, post: str, *, first_day: int = 0,
    begun: Collection[tuple[int, str]] = (),
) -> list[Candidate]:  # fmt: skip
    """Return everybody who holds what the post asks for and does not stand there, best first: those who break no rule, then
    by what it asks of them. first_day, begun: as in `repair`.
    """
    bench = _Bench(problem, roster, first_day, begun)
    place = Place(day, shift, post)
    holders = (p for p in problem.people if (p.posts is None or post in p.posts) and p.id not in bench.there(place))
    found = [bench.candidate(person, place) for person in holders]
    return sorted(found, key=lambda one: (len(one.broken), one.cost, one.person))


def candidate_for(
    problem: Problem, roster: Roster, person: str, place: tuple[int, str, str], first_day: int = 0,
    begun: Collection[tuple[int, str]] = (),
) -> Candidate:  # fmt: skip
    """Return one person for one place, whether he holds what it asks for or not."""
    return _Bench(problem, roster, first_day, begun).candidate(problem.person[person], Place(*place))


class _Bench:
    """A roster by person and by day, so that one change is checked by what it touches and nothing else."""

    def __init__(self, problem: Problem, roster: Roster, first_day: int, begun: Collection[tuple[int, str]]) -> None:
        self.problem, self.roster, self.first_day, self.begun = problem, roster, first_day, begun
        self.cells: dict[str, dict[int, Cell]] = {person.id: {} for person in problem.people}
        for (who, day), cell in roster.items():
            if who in self.cells and 0 <= day < problem.days and cell[0] in problem.shift:
                self.cells[who][day] = cell
        self.standing = Counter((day, *cell) for (_, day), cell in roster.items())
        self.slots = standing(problem, roster)
        self.known: dict[str, list[Violation]] = {}
        self.fillers: dict[Place, str | None] = {}

    def there(self, place: Place) -> set[str]:
        return {who for (who, day), cell in self.roster.items() if day == place.day and cell == place.cell}

    def candidate(self, person: Person, place: Place) -> Candidate:
        """Return what speaks for and against one person."""
        own = self.cells[person.id]
        before = own.get(place.day)
        move = Change(person.id, place.day, before, place.cell)
        trade, broken = self._trade(person, move)
        problem = self.problem
        after = self._with(person.id, (move, *trade))
        nights = sum(problem.shift[shift].night for shift, _ in own.values())
        cost = sum(points(problem, change, self.first_day) for change in (move, *trade))
        return Candidate(
            person.id, cost + 2 * len(own) + 3 * nights, tuple(broken), len(own), nights, *self._rests(person, place, after),
            self._run(person, place.day, after), self._nights_in_row(person, place, after), before is None,
            place.day - self.first_day, before, trade,
        )  # fmt: skip

    def _trade(self, person: Person, move: Change) -> tuple[tuple[Change, ...], list[Violation]]:
        """Return what else has to change for it, and what is broken even so."""
        leaving = [self._left(move)] if move.before and not self._spare(Place(move.day, *move.before)) else []
        broken = self.broken((move, *(change for change in leaving if change)))
        if None in leaving:
            broken.append(Violation("leaves_open", person.id, move.day, *(move.before or ("", ""))))
        trade = tuple(change for change in leaving if change)
        if broken and not leaving and any(violation.rule == "rest" for violation in broken):
            for day in (move.day - 1, move.day + 1):
                if (freed := self._freed(person, day)) and not self.broken((move, *freed)):
                    return freed, []
        return trade, broken

    def _freed(self, person: Person, day: int) -> tuple[Change, ...]:
        """Return how a person's duty of another day is taken over, or nothing when it cannot be."""
        cell = self.cells[person.id].get(day)
        if cell is None or day < self.first_day or (day, cell[0]) in self.begun or day in person.pins:
            return ()
        off = Change(person.id, day, cell, None)
        if self._spare(Place(day, *cell)):
            return (off,)
        filled = self._left(off)
        return (off, filled) if filled else ()

    def _spare(self, place: Place) -> bool:
        """Say whether one may leave a place without opening it."""
        cell = self.problem.cover_of.get(place)
        return cell is None or self.standing[place] > cell.needed

    def _left(self, move: Change) -> Change | None:
        """Return who off duty takes over the place that a move leaves, the mildest first; None when nobody can."""
        assert move.before is not None
        place = Place(move.day, *move.before)
        if place not in self.fillers:
            self.fillers[place] = self._filler(place)
        who = self.fillers[place]
        return None if who is None or who == move.person else Change(who, place.day, None, place.cell)

    def _filler(self, place: Place) -> str | None:
        if (place.day, place.shift) in self.begun:
            return None
        off = [
            Change(person.id, place.day, None, place.cell)
            for person in self.problem.people
            if place.day not in self.cells[person.id] and self.problem.may(person, *place)
        ]
        off.sort(key=lambda change: (points(self.problem, change, self.first_day), len(self.cells[change.person])))
        for change in off[:LOOKED]:
            if not self.broken((change,)):
                return change.person
        return None

    def broken(self, moves: Iterable[Change]) -> list[Violation]:
        """Return the rules that these changes break further."""
        moves = tuple(moves)
        found: list[Violation] = []
        for who in dict.fromkeys(move.person for move in moves):
            person = self.problem.person[who]
            after = broken_by(self.problem, person, self._with(who, moves))
            if after:
                if who not in self.known:
                    self.known[who] = broken_by(self.problem, person, self.cells[who])
                found += further(self.known[who], after)
        return found + self._counted(moves) + (self._apart(moves) if self.problem.apart else [])

    def _apart(self, moves: Iterable[Change]) -> list[Violation]:
        """Return whom people would meet where nobody of their team stands yet."""
        found = []
        for move in moves:
            if move.after is None:
                continue
            team, (shift, post) = self.problem.person[move.person].team, move.after
            slot = Slot(team, move.day, shift, self.problem.post[post].place)
            for other in met(self.problem, self.slots, slot) if slot not in self.slots else ():
                whom = self.slots[other]
                found.append(Violation("apart", move.person, move.day, shift, post, len(whom), 0, other=whom[0]))
        return found

    def _with(self, who: str, moves: Iterable[Change]) -> dict[int, Cell]:
        cells = dict(self.cells[who])
        for move in moves:
            if move.person == who:
                if move.after is None:
                    cells.pop(move.day, None)
                else:
                    cells[move.day] = move.after
        return cells

    def _counted(self, moves: tuple[Change, ...]) -> list[Violation]:
        """Return the numbers at places, and of marks that stand together, that would be broken further."""
        found = []
        more: Counter[tuple[int, str, str]] = Counter()
        for move in moves:
            more.update({(move.day, *move.after): 1} if move.after else {})
            more.subtract({(move.day, *move.before): 1} if move.before else {})
        for place, number in more.items():
            cell = self.problem.cover_of.get(place)
            if cell and cell.most is not None and number > 0 and self.standing[place] + number > cell.most:
                found.append(Violation("too_many", "", *place, self.standing[place] + number, cell.most))
        return found + [broken for day in {move.day for move in moves} for broken in self._crews(day, moves)]

    def _crews(self, day: int, moves: tuple[Change, ...]) -> list[Violation]:
        found = []
        for crew in self.problem.crews:
            if crew.day != day:
                continue
            marks = {move.person: self.problem.person[move.person].marks for move in moves if move.day == day}
            more = sum(
                (move.after is not None and crew.counts(marks[move.person], *move.after))
                - (move.before is not None and crew.counts(marks[move.person], *move.before))
                for move in moves
                if move.day == day
            )
            if not more:
                continue
            there = more + sum(
                day in cells and crew.counts(self.problem.person[who].marks, *cells[day])
                for who, cells in self.cells.items()
            )
            if more < 0 and crew.under is None and there < crew.least:
                found.append(Violation("crew_short", "", day, crew.shift, "", there, crew.least, crew.mark))
            if more > 0 and crew.over is None and crew.most is not None and there > crew.most:
                found.append(Violation("crew_crowded", "", day, crew.shift, "", there, crew.most, crew.mark))
        return found

    def _shift_on(self, person: Person, day: int, cells: Mapping[int, Cell]) -> str:
        """Return the shift of a day, of the roster before too; "" for a day off."""
        if day >= 0:
            return cells[day][0] if day in cells else ""
        return person.before[day] if -day <= len(person.before) else ""

    def _rests(self, person: Person, place: Place, cells: Mapping[int, Cell]) -> tuple[int | None, int | None]:
        """Return the min of rest before and after the duty."""
        problem, here = self.problem, self.problem.shift[place.shift]
        before = after = None
        for away in range(BACK, 0, -1):
            if earlier := self._shift_on(person, place.day - away, cells):
                then = problem.shift[earlier]
                before = away * DAY + here.start - then.start - then.minutes
            if place.day + away < problem.days and (later := self._shift_on(person, place.day + away, cells)):
                after = away * DAY + problem.shift[later].start - here.start - here.minutes
        return before, after

    def _run(self, person: Person, day: int, cells: Mapping[int, Cell]) -> int:
        first, last = day, day
        while self._shift_on(person, first - 1, cells):
            first -= 1
        while last + 1 < self.problem.days and self._shift_on(person, last + 1, cells):
            last += 1
        return last - first + 1

    def _nights_in_row(self, person: Person, place: Place, cells: Mapping[int, Cell]) -> int:
        """Return how many nights in a row it would make; 0 when the place is no night."""
        nights = {day: cell for day, cell in cells.items() if self.problem.shift[cell[0]].night}
        before = tuple(shift if shift and self.problem.shift[shift].night else "" for shift in person.before)
        return self._run(replace(person, before=before), place.day, nights) if place.day in nights else 0
