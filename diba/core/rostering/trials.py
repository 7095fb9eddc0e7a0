"""Better and better repairs by ruin and recreate: some changes are taken back, and others' best answers fill what opens.

An answer is the cheapest schedule of one person as things stand, exact by the pricer, in well under a millisecond. Now and
then somebody is pushed off his own duty to an open place, so that chains of changes are found too. Source of the scheme: G.
Schrimpf et al. (2000).
"""

from typing import TYPE_CHECKING

import numpy as np

from .columns.tables import Array

if TYPE_CHECKING:
    from .mending import Mending

NEAR = 3  # days around a change from which others are taken back too
TAKEN_BACK = 5  # people at most
ASKED = 25  # people asked to fill what is open
HEAT = 20.0  # points by which a try may be worse and still be gone on from, on average
DEAF = 0.3  # share of the open places that somebody does not hear of, so that the first one asked does not take all
PUSHED = 0.15  # share of the tries in which somebody is pushed off his own duty; more while places stay open
STALE = 4_000  # tries in a row that bring nothing, after which the rest of the time is not worth it

Cell = tuple[int, int]  # day, symbol


class Trial:
    """Tries at one repair, by some of its people (numbers)."""

    def __init__(self, mending: "Mending", people: list[int]) -> None:
        self.mending, self.people = mending, np.array(people, np.int64)
        self.tables, self.rng = mending.tables, mending.rng
        self.masks = np.array([layer.who for layer in self.tables.layers])
        self.least = np.maximum(self.tables.rows.least, 0)
        hole = mending.prices.hole
        self.hole = np.where(np.isfinite(hole), hole, max([1e5, *hole[np.isfinite(hole)]]))
        self.able = np.isfinite(self.tables.cell)
        self.cells: dict[int, Array] = {}

    def plain(self) -> Array:
        """Return a first repair: whoever is able answers once, until nothing is open."""
        roster = self.mending.start.copy()
        counts = self.tables.counts(roster)
        self._fill(roster, counts, self._asked(counts, len(self.people)), 0.0)
        return roster

    def improve(self, until: float, tries: int = 10**9) -> None:
        """Offer better repairs until the time (s on the clock) or the tries are over, or the best is proven."""
        mending = self.mending
        current, cost, stale = mending.best.copy(), mending.best_cost, 0
        while tries > 0 and stale < STALE and len(self.people) and not mending.over(until):
            tries, stale = tries - 1, stale + 1
            trial = self._try(current)
            value = mending.cost(trial)
            if value < cost + self.rng.exponential(HEAT):
                stale = 0 if mending.offer(trial) else stale
                current, cost = trial, value

    def _try(self, current: Array) -> Array:
        roster = current.copy()
        counts = self.tables.counts(roster)
        open_ = self._open(counts)
        for person in self._victims(roster, open_):
            roster[person] = self.mending.start[person]
        counts = self.tables.counts(roster)
        pushed = self._push(roster, counts, 0.5 if len(open_) else PUSHED)
        asked = [int(p) for p in self._asked(counts, ASKED) if p not in pushed]
        self._fill(roster, counts, asked, DEAF if self.rng.random() < 0.7 else 0.0)
        self._fill(roster, counts, asked, 0.0)
        return roster

    def _victims(self, roster: Array, open_: Array) -> list[int]:
        """Return whose changes are taken back: somebody's at random, and of others near them, or near an open place."""
        changed = np.argwhere(roster[self.people] != self.mending.start[self.people])
        if not len(changed):
            return []
        first, day = changed[self.rng.integers(len(changed))]
        if len(open_) and self.rng.random() < 0.5:
            day = self.tables.rows.day[self.rng.choice(open_)]
        near = np.unique(changed[np.abs(changed[:, 1] - day) <= NEAR, 0])
        count = min(len(near), int(self.rng.integers(1, TAKEN_BACK)))
        return [int(self.people[i]) for i in {int(first), *self.rng.choice(near, count, replace=False).tolist()}]

    def _push(self, roster: Array, counts: Array, share: float) -> set[int]:
        """Now and then make people who are on duty elsewhere take an open place, and others the place they leave."""
        pushed: set[int] = set()
        while self.rng.random() < share and len(open_ := self._open(counts)):
            places = self._places(int(self.rng.choice(open_)))
            day, symbol = places[self.rng.integers(len(places))]
            can = self.people[self.able[self.people, day, symbol] & (roster[self.people, day] != symbol)]
            can = [int(p) for p in can if p not in pushed]
            if not can:
                break
            person = int(self.rng.choice(can))
            self._answer(roster, counts, person, push=(int(day), int(symbol)))
            pushed.add(person)
        return pushed

    def _fill(self, roster: Array, counts: Array, asked: "list[int] | Array", deaf: float) -> None:
        for person in asked:
            if not len(self._open(counts)):
                break
            self._answer(roster, counts, int(person), deaf)

    def _answer(self, roster: Array, counts: Array, person: int, deaf: float = 0.0, push: Cell | None = None) -> None:
        """Give a person his cheapest schedule as things stand. push: a cell that he takes whenever his rules allow it."""
        tables = self.tables
        np.subtract.at(counts, tables.rows_of(person, roster[person]), 1)
        spread = tables.spread(self._price(counts, deaf))
        cells = tables.cell[person].copy()
        for layer in np.nonzero(self.masks[:, person])[0]:
            cells += spread[layer]
        if push is not None:
            cells[push] -= 100 * float(self.hole.max())
        schedule = self.mending.pricer.price(person, cells)[1]
        if schedule is not None and self.mending.fits(person, schedule):
            roster[person] = schedule
        np.add.at(counts, tables.rows_of(person, roster[person]), 1)

    def _price(self, counts: Array, deaf: float) -> Array:
        """Return what one more would cost in each row, less than nothing where somebody is missing."""
        rows = self.tables.rows
        price: Array = np.where(counts < rows.need, -self.mending.prices.wanted, 0.0)
        price = np.where(counts < self.least, -self.hole, price)
        if deaf:
            price[(price < 0) & (self.rng.random(len(price)) < deaf)] = 0
        return np.where(counts >= rows.most, price + self.hole, price)

    def _open(self, counts: Array) -> Array:
        """Return the rows where somebody is missing."""
        wanted = (counts < self.tables.rows.need) & (self.mending.prices.wanted > 0)
        found: Array = np.nonzero((counts < self.least) | wanted)[0]
        return found

    def _asked(self, counts: Array, most: int) -> Array:
        """Return people who could take an open place, at random."""
        can = np.zeros(len(self.people), bool)
        for r in self._open(counts):
            day, symbol = self._places(int(r)).T
            can |= self.able[self.people[:, None], day, symbol].any(1)
        found: Array = self.rng.permutation(self.people[can])[:most]
        return found

    def _places(self, r: int) -> Array:
        """Return the cells (day, symbol) that count in a row."""
        if r not in self.cells:
            self.cells[r] = np.concatenate([np.argwhere(layer.row == r) for layer in self.tables.layers])
        return self.cells[r]
