"""Mending by walking: open places are passed on from person to person until they meet somebody who has a day to spare."""

import itertools
import random

from .base import Place
from .mending import Mending, Move

TABU = 12  # steps for which a day that was just changed stays
FEW = 8  # ways looked at when none opens nothing


class Walk:
    """A search from a mending that got stuck. Deterministic for a seed and a number of steps."""

    def __init__(self, mending: Mending, seed: int) -> None:
        self.mending, self.rng = mending, random.Random(seed)
        self.open: list[Place] = [
            (hole.day, hole.shift, hole.post) for hole in mending.holes() for _ in range(hole.needed - hole.found)
        ]
        self.changed: dict[tuple[str, int], int] = {}

    def go(self, steps: int) -> bool:
        """Take so many steps at most; say whether nothing is open at the end. The best state met is kept."""
        best, mark = len(self.open), len(self.mending.journal)
        for step in range(steps):
            if not self.open:
                return True
            place = self.open.pop(self.rng.randrange(len(self.open)))
            move = self._move(place, step)
            if move is None:
                self.open.append(place)
                continue
            self._take(move, step)
            if len(self.open) < best:
                best, mark = len(self.open), len(self.mending.journal)
        if self.open:
            self.mending.undo(mark)
        return not self.open

    def _move(self, place: Place, step: int) -> Move | None:
        """Return a way to fill a place: one that opens nothing, else one that opens least among a few."""
        touched = frozenset(key for key, when in self.changed.items() if step - when < TABU)
        self.mending.effort = 10**9
        fewest: Move | None = None
        for move in itertools.islice(self.mending.moves(place, touched, self.rng), FEW):
            if fewest is None or len(move.opened) < len(fewest.opened):
                fewest = move
            if not move.opened:
                break
        return fewest

    def _take(self, move: Move, step: int) -> None:
        before = self.mending.rows[move.who]
        for day in before.keys() | move.row.keys():
            if before.get(day) != move.row.get(day):
                self.changed[move.who, day] = step
        self.mending.set(move.who, move.row)
        self.open += move.opened
