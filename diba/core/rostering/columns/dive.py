"""Diving on cells: pin the most decided (person, day) to its symbol, price again, until the mix is a roster.

Softer than fixing whole schedules: a pinned cell still leaves a person thousands of them. A step that costs too much is
taken back and tried smaller.
"""

import math

import numpy as np

from .generation import Clock, Pool, generate
from .master import Master
from .pricing import Pricing
from .tables import Array

SURE = 1 - 1e-6


class Dive:
    """One dive down a master that column generation has solved. The master is given back with every column open."""

    def __init__(
        self, master: Master, pricer: Pricing, clock: Clock, pool: Pool, *, step: float, rounds: int, undo: int,
        jump: float, rng: np.random.Generator | None = None,
    ) -> None:  # fmt: skip
        self.master, self.pricer, self.clock, self.pool = master, pricer, clock, pool
        self.step, self.rounds, self.undo, self.jump, self.rng = step, rounds, undo, jump, rng
        tables = master.tables
        shape = (tables.days, tables.symbols)
        self.closed = {p: np.zeros(shape) for p in range(tables.people)}
        self.pinned = np.zeros((tables.people, tables.days), bool)
        self.shut: set[int] = set()
        self.shrink = 1.0

    def run(self, until: float, cutoff: float = math.inf) -> Array:
        """Return a roster: whole when time allows and it can stay below `cutoff`, else everybody's heaviest schedule."""
        master, undone = self.master, 0
        while not master.whole() and self.clock.left(until) > 0:
            pins = self._choose()
            if not pins or master.value > cutoff - 1 + 1e-6:
                break
            before = master.value
            taken, closed = self._pin(pins)
            self._again(until)
            if master.value > before + self.jump and undone < self.undo and self.clock.left(until) > 0:
                undone += 1
                self._take_back(taken, closed)
                self._again(until)
            else:
                self.shrink = min(1.0, self.shrink * 2)
        roster = master.roster()
        master.close(sorted(self.shut), np.inf)
        return roster

    def _again(self, until: float) -> None:
        # After pins the old basis is dual feasible: the dual simplex mends it in half the time.
        self.master.solve(dual=True)
        generate(
            self.master, self.pricer, self.clock, pool=self.pool, rounds=self.rounds, until=until, closed=self.closed,
            tolerance=0.5,
        )  # fmt: skip

    def _shares(self) -> Array:
        """Return how much of each (person, day) each symbol holds, (people, days, symbols)."""
        tables, master = self.master.tables, self.master
        share = np.zeros((tables.people, tables.days, tables.symbols))
        days = np.arange(tables.days)
        for column in np.nonzero(master.x > 1e-7)[0]:
            share[master.person[column], days, master.schedules[column]] += master.x[column]
        return share

    def _choose(self) -> list[tuple[int, int, int]]:
        """Return the (person, day, symbol) to pin next: people who are decided whole, and the most decided other cells."""
        share = self._shares()
        value, symbol = share.max(2), share.argmax(2)
        open_ = ~self.pinned
        decided = value.min(1) > SURE
        sure = open_ & decided[:, None]
        loose = open_ & ~decided[:, None] & (value <= SURE)
        people, days = np.nonzero(loose)
        if not len(people):
            people, days = np.nonzero(open_ & ~decided[:, None])
        weight = value[people, days]
        if self.rng is not None:
            weight = weight * (0.98 + 0.04 * self.rng.random(len(weight)))
        order = np.argsort(-weight, kind="stable")
        count = max(1, int(self.step * self.shrink * value.size))
        taken = [k for i, k in enumerate(order[:count]) if i == 0 or weight[k] > 0.5]
        pins = [(int(people[k]), int(days[k]), int(symbol[people[k], days[k]])) for k in taken]
        if self.shrink == 1.0 and sure.sum() < 0.5 * (sure.sum() + loose.sum()):
            pins += [(int(p), int(d), int(symbol[p, d])) for p, d in zip(*np.nonzero(sure), strict=True)]
        return pins

    def _pin(self, pins: list[tuple[int, int, int]]) -> tuple[list[tuple[int, int, int]], set[int]]:
        """Pin cells, close the columns that break them; people whose pins cannot all be kept are let go again."""
        for person, day, symbol in pins:
            self.closed[person][day] = np.inf
            self.closed[person][day, symbol] = 0
            self.pinned[person, day] = True
        before = set(self.shut)
        lost = self._shut_broken({person for person, _, _ in pins})
        for person in lost:
            for who, day, _ in pins:
                if who == person:
                    self.closed[person][day] = 0
                    self.pinned[person, day] = False
            self._open(person)
        return [pin for pin in pins if pin[0] not in lost], self.shut - before

    def _shut_broken(self, people: "set[int] | range") -> set[int]:
        """Close the columns that break a pin; price one for whoever is left without. Returns whom no schedule is left."""
        master, lost = self.master, set()
        days = np.arange(master.tables.days)
        closing: list[int] = []
        for person in people:
            if not self.pinned[person].any():
                continue
            mine = [j for j in master.of[person] if j not in self.shut]
            schedules = np.array([master.schedules[j] for j in mine])
            broken = ~np.isfinite(self.closed[person][days, schedules].sum(1)) if mine else np.zeros(0, bool)
            if broken.all():
                _, schedule = self.pricer.price(person, master.tables.cell[person] + self.closed[person])
                if schedule is None:
                    lost.add(person)
                    continue
                self.pool.add(person, schedule)
                if not master.add([(person, schedule)]):
                    known = master.known[person, schedule.tobytes()]
                    self.shut.discard(known)
                    master.close([known], np.inf)
            closing += [j for j, out in zip(mine, broken, strict=True) if out]
        self.shut.update(closing)
        master.close(closing)
        return lost

    def _open(self, person: int) -> None:
        """Open again the columns of a person that obey his pins."""
        days = np.arange(self.master.tables.days)
        fits = [
            j for j in self.master.of[person]
            if j in self.shut and np.isfinite(self.closed[person][days, self.master.schedules[j]].sum())
        ]  # fmt: skip
        self.shut.difference_update(fits)
        self.master.close(fits, np.inf)

    def _take_back(self, pins: list[tuple[int, int, int]], closed: set[int]) -> None:
        """Undo the last pins; a single pin that was too dear is forbidden instead."""
        for person, day, _ in pins:
            self.closed[person][day] = 0
            self.pinned[person, day] = False
        for person in {person for person, _, _ in pins}:
            self._open(person)
        self.shrink = self.shrink / 4 if len(pins) > 1 else 1.0
        if len(pins) == 1:
            person, day, symbol = pins[0]
            self.closed[person][day, symbol] = np.inf
            self.pinned[person] |= False
            mine = [j for j in self.master.of[person] if j not in self.shut]
            out = [j for j in mine if self.master.schedules[j][day] == symbol]
            if len(out) < len(mine):
                self.shut.update(out)
                self.master.close(out)
            else:
                self.closed[person][day, symbol] = 0
