"""Mending by hand, fast: each open place is filled by a chain of people who move up, every step checked by the rules."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ..problem import Crew, Person, Problem
from ..rules import Hole, broken_by
from .base import Base, Cell, Place, key_of
from .distance import There

LONGEST = 3  # people in one chain
SHORT = 2  # people in one chain once a place could not be filled
EFFORT = 400  # rows looked at for one open place and length of chain
REACH = 7  # days around a place within which somebody gives up another duty


@dataclass(frozen=True)
class Move:
    """Somebody's new row, and the places where he is missed then."""

    who: str
    row: dict[int, Cell]
    opened: tuple[Place, ...]


class Mending:
    """One loss being mended. Rows of people who are not touched are the base's own."""

    def __init__(self, base: Base, problem: Problem, first: int) -> None:
        """problem: the one that is left after the loss; days before `first` are done and stay."""
        self.base, self.problem, self.first = base, problem, first
        self.rows = dict(base.rows)
        self.there: Counter[Place] = Counter(base.there)
        self.near: There = defaultdict(Counter, {key: Counter(at) for key, at in base.near.items()})
        self.journal: list[tuple[str, dict[int, Cell]]] = []
        self.effort, self.longest = 0, LONGEST
        for person in problem.people:
            if person is not base.problem.person[person.id]:
                row = self.rows[person.id]
                self.set(person.id, {day: row[day] for day in row if day < first or day not in person.days_off})

    def roster(self) -> dict[tuple[str, int], Cell]:
        """Return the roster as it stands."""
        return {(who, day): cell for who, row in self.rows.items() for day, cell in row.items()}

    def holes(self) -> list[Hole]:
        """Return what is still open."""
        return self.base.holes(self.there)

    def mend(self) -> list[Hole]:
        """Fill what can be filled, the places that fewest can stand at first; return what is left open."""
        for hole in sorted(self.holes(), key=lambda hole: (len(self.base.able[hole.post]), hole.day)):
            place = (hole.day, hole.shift, hole.post)
            while self.there[place] < hole.needed and self._fill(place):
                pass
        return self.holes()

    def settle(self) -> None:
        """Give people back the days that were changed without need: a walk leaves detours behind."""
        for who, before in self.base.rows.items():
            row = self.rows[who]
            person = self.problem.person[who]
            if row is before or person is not self.base.problem.person[who]:
                continue
            for day in sorted(before.keys() | row.keys()):
                self._give_back(who, day, before.get(day))

    def _give_back(self, who: str, day: int, old: Cell | None) -> None:
        row = self.rows[who]
        now = row.get(day)
        if now == old or (now is not None and not self._spare((day, *now))):
            return
        if old and self.there[(day, *old)] >= self.base.most.get((day, *old), len(self.rows)):
            return
        back = {when: cell for when, cell in row.items() if when != day} | ({day: old} if old else {})
        move = Move(who, back, ())
        disturbs = (bool(self.base.crews) and self._crowds(move)) or self._meets(move)
        if not disturbs and not broken_by(self.problem, self.problem.person[who], back):
            self.set(who, back)

    def _fill(self, place: Place) -> bool:
        for length in range(1, self.longest + 1):
            self.effort = EFFORT
            if self._chain(place, length, frozenset()):
                return True
        # Where one place stays open the exact solver is asked anyway: the others are only to be filled cheaply.
        self.longest = SHORT
        return False

    def _chain(self, place: Place, length: int, touched: frozenset[tuple[str, int]]) -> bool:
        """Put somebody there, and others where he is missed then, `length` people at most; undo what leads nowhere."""
        mark = len(self.journal)
        for move in self._moves(place, length, touched):
            before = self.rows[move.who]
            days = {day for day in before.keys() | move.row.keys() if before.get(day) != move.row.get(day)}
            self.set(move.who, move.row)
            here = touched | {(move.who, day) for day in days}
            if all(self._chain(other, (length - 1) // len(move.opened), here) for other in move.opened):
                return True
            self.undo(mark)
        return False

    def _moves(self, place: Place, length: int, touched: frozenset[tuple[str, int]]) -> Iterator[Move]:
        """Yield who could come, those first who are not missed elsewhere; then those who must give up another duty."""
        blocked = []
        for move in self._candidates(place, length, touched):
            if self._legal(move, place[0]):
                yield move
            elif length > 1 + len(move.opened):
                blocked.append(move)
        for move in blocked:
            yield from self._giving_up(move, place[0], touched)

    def moves(self, place: Place, touched: frozenset[tuple[str, int]], rng: random.Random) -> Iterator[Move]:
        """Yield every way to fill a place that opens two others at most, in random order but who is spare first."""
        blocked = []
        candidates = self._candidates(place, 2, touched)
        rng.shuffle(candidates)
        for move in sorted(candidates, key=lambda move: len(move.opened)):
            if self._legal(move, place[0]):
                yield move
            elif not move.opened:
                blocked.append(move)
        for move in blocked:
            yield from self._giving_up(move, place[0], touched)

    def _candidates(self, place: Place, length: int, touched: frozenset[tuple[str, int]]) -> list[Move]:
        day, shift, post = place
        found = []
        for rank, who in enumerate(self.base.able[post]):
            row = self.rows[who]
            old = row.get(day)
            if (who, day) in touched or old == (shift, post):
                continue
            opened = () if old is None or self._spare((day, *old)) else ((day, *old),)
            if len(opened) < length and self.problem.may(self.problem.person[who], day, shift, post):
                move = Move(who, {**row, day: (shift, post)}, opened)
                helps = self._helps(who, day, shift, post) if self.base.crews else 0
                found.append(((len(opened), helps, old is None, len(row) + rank // 4), rank, move))
        return [move for *_, move in sorted(found, key=lambda entry: entry[:2])]

    def _giving_up(self, move: Move, day: int, touched: frozenset[tuple[str, int]]) -> Iterator[Move]:
        """Yield the move with one other duty near the day given up, where that makes it legal."""
        pins = self.problem.person[move.who].pins
        for other in sorted(move.row, key=lambda other: abs(other - day)):
            if other == day or abs(other - day) > REACH or other < self.first or other in pins:
                continue
            if (move.who, other) in touched:
                continue
            place = (other, *move.row[other])
            row = {when: cell for when, cell in move.row.items() if when != other}
            eased = Move(move.who, row, move.opened if self._spare(place) else (*move.opened, place))
            if self._legal(eased, day):
                yield eased

    def _spare(self, place: Place) -> bool:
        return self.there[place] > self.base.need.get(place, 0)

    def _legal(self, move: Move, day: int) -> bool:
        self.effort -= 1
        if self.effort < 0:
            return False
        person: Person = self.problem.person[move.who]
        if move.who not in self.base.broken_by and self._plainly_broken(person, move.row, day):
            return False
        if (self.base.crews and self._crowds(move)) or self._meets(move):
            return False
        return all(key_of(violation) in self.base.known for violation in broken_by(self.problem, person, move.row))

    def _plainly_broken(self, person: Person, row: dict[int, Cell], day: int) -> bool:
        """Say whether the rest or the run around a day is broken: most rows are, and the referee takes longer."""
        shift, forbidden = row[day][0], self.problem.forbidden
        if day and day - 1 in row and (row[day - 1][0], shift) in forbidden:
            return True
        if day + 1 in row and (shift, row[day + 1][0]) in forbidden:
            return True
        return person.longest_run is not None and _run(person, row, day) > person.longest_run

    def _standing(self, crew: Crew, who: str = "", row: dict[int, Cell] | None = None) -> int:
        """Return how many a crew counts, with another row for one person."""
        people, marked = self.problem.person, self.base.marked[crew.mark]
        rows = ((other, row if other == who and row is not None else self.rows[other]) for other in marked)
        return sum(crew.day in own and crew.counts(people[other].marks, *own[crew.day]) for other, own in rows)

    def _helps(self, who: str, day: int, shift: str, post: str) -> int:
        """Return 0 for somebody whom a crew that is short that day would count, else 1."""
        marks = self.problem.person[who].marks
        crews = (crew for crew in self.base.crews[day] if crew.counts(marks, shift, post))
        return int(not any(self._standing(crew) < crew.least for crew in crews))

    def _crowds(self, move: Move) -> bool:
        """Say whether a move makes a crew short or crowded that was not, or more so."""
        before = self.rows[move.who]
        days = [day for day in before.keys() | move.row.keys() if before.get(day) != move.row.get(day)]
        for crew in (crew for day in days for crew in self.base.crews[day]):
            now, then = self._standing(crew), self._standing(crew, move.who, move.row)
            if crew.under is None and then < min(now, crew.least):
                return True
            if crew.over is None and crew.most is not None and then > max(now, crew.most):
                return True
        return False

    def _meets(self, move: Move) -> bool:
        """Say whether a move brings somebody to where he meets people of a team that is kept apart from his."""
        if not self.problem.apart:
            return False
        before, distance = self.rows[move.who], self.base.distance
        return any(
            distance.meets(self.near, day, shift, distance.place(move.who, post))
            for day, (shift, post) in move.row.items()
            if before.get(day) != (shift, post)
        )

    def set(self, who: str, row: dict[int, Cell], *, noted: bool = True) -> None:
        before = self.rows[who]
        if noted:
            self.journal.append((who, before))
        for day in before.keys() | row.keys():
            if before.get(day) != row.get(day):
                if day in before:
                    self._count(who, day, before[day], -1)
                if day in row:
                    self._count(who, day, row[day], 1)
        self.rows[who] = row

    def _count(self, who: str, day: int, cell: Cell, number: int) -> None:
        self.there[(day, *cell)] += number
        if self.problem.apart:
            self.near[day, cell[0]][self.base.distance.place(who, cell[1])] += number

    def undo(self, mark: int) -> None:
        while len(self.journal) > mark:
            who, before = self.journal.pop()
            self.set(who, before, noted=False)


def _run(person: Person, row: dict[int, Cell], day: int) -> int:
    """Return the length of the run of work that a day is in, the roster before counted in."""
    first, last = day, day
    while first - 1 in row:
        first -= 1
    while last + 1 in row:
        last += 1
    length = last - first + 1
    for shift in reversed(person.before) if first == 0 else ():
        if not shift:
            break
        length += 1
    return length
