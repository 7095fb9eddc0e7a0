"""Mending by hand, fast: each open place is filled by a chain of people who move up, every step checked by the rules."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..problem import Person, Problem
from ..rules import Hole
from ..rules import _broken_by as broken_by
from .base import Base, Cell, Place, key_of

LONGEST = 4  # people in one chain
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
        self.journal: list[tuple[str, dict[int, Cell]]] = []
        self.effort = 0
        for person in problem.people:
            if person is not base.problem.person[person.id]:
                row = self.rows[person.id]
                self._set(person.id, {day: row[day] for day in row if day < first or day not in person.days_off})

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

    def _fill(self, place: Place) -> bool:
        for length in range(1, LONGEST + 1):
            self.effort = EFFORT
            if self._chain(place, length, frozenset()):
                return True
        return False

    def _chain(self, place: Place, length: int, touched: frozenset[tuple[str, int]]) -> bool:
        """Put somebody there, and others where he is missed then, `length` people at most; undo what leads nowhere."""
        mark = len(self.journal)
        for move in self._moves(place, length, touched):
            before = self.rows[move.who]
            days = {day for day in before.keys() | move.row.keys() if before.get(day) != move.row.get(day)}
            self._set(move.who, move.row)
            here = touched | {(move.who, day) for day in days}
            if all(self._chain(other, (length - 1) // len(move.opened), here) for other in move.opened):
                return True
            self._undo(mark)
        return False

    def _moves(self, place: Place, length: int, touched: frozenset[tuple[str, int]]) -> Iterator[Move]:
        """Yield who could come, those first who are not missed elsewhere; then those who must give up another duty."""
        blocked = []
        for move in self._candidates(place, length, touched):
            if self._legal(move):
                yield move
            elif length > 1 + len(move.opened):
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
                found.append(((len(opened), old is None, len(row) + rank // 4), rank, move))
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
            if self._legal(eased):
                yield eased

    def _spare(self, place: Place) -> bool:
        return self.there[place] > self.base.need.get(place, 0)

    def _legal(self, move: Move) -> bool:
        self.effort -= 1
        if self.effort < 0:
            return False
        person: Person = self.problem.person[move.who]
        return all(key_of(violation) in self.base.known for violation in broken_by(self.problem, person, move.row))

    def _set(self, who: str, row: dict[int, Cell], *, noted: bool = True) -> None:
        before = self.rows[who]
        if noted:
            self.journal.append((who, before))
        for day in before.keys() | row.keys():
            if before.get(day) != row.get(day):
                if day in before:
                    self.there[(day, *before[day])] -= 1
                if day in row:
                    self.there[(day, *row[day])] += 1
        self.rows[who] = row

    def _undo(self, mark: int) -> None:
        while len(self.journal) > mark:
            who, before = self.journal.pop()
            self._set(who, before, noted=False)
