"""The order of battle: a first roster, the root's bound, a dive, then neighbourhoods, on every core that is given."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..problem import Problem, Roster
from .agreement import Agreement
from .compiling import tables
from .descent import Unable, descend, greedy
from .dive import Dive
from .finish import finish
from .generation import Clock, Pool, generate
from .helpers import Helpers
from .master import Master
from .neighbourhoods import Neighbourhoods
from .paced import paced
from .pricing import Pricer
from .relaxed import Relaxation
from .rolling import banded, sweep
from .tables import Array, Tables, whole

BIG = 1500  # people times days from which a careful dive takes longer than it is worth
PATIENCE = 0.7  # s that a single core gets before the others are woken: most small problems are proven by then
FEWEST, ROUNDS = 200, 3000  # steps of the prices of a long horizon
PRICED, PACED = 0.1, 0.6  # shares of the time for the prices of a long horizon, and until its roster by them must stand
LONG, CLOSE = (
    300,
    0.005,
)  # s of a search, and share of the cost that is left: from there on the nearest schedules alone are tried too
ARCS = 250_000_000  # arcs of one sweep over everybody, above which the horizon is taken in windows


@dataclass(frozen=True)
class Found:
    """The best roster, its cost with shortage of hard minima priced in, a proven lower bound of that cost, and how many
    are missing of hard minima.
    """

    roster: dict[tuple[str, int], tuple[str, str]]
    cost: float
    bound: float
    missing: int
    columns: int
    tries: int


Told = Callable[[float, float, int], None]  # cost, bound, how many are missing of hard minima


def search(
    problem: Problem, *, seconds: float, workers: int = 1, seed: int = 1, deterministic: bool = False,
    hint: Roster | None = None, soft: int | None = None, told: Told | None = None, stop: Callable[[], bool] | None = None,
    floor: float = 0,
) -> Found:  # fmt: skip
    """Search until proven, stopped, or the time is over. Raises Unable with the people who have no legal schedule.

    floor: a lower bound that is known already.
    """
    compiled, codec = tables(problem, soft)
    clock = Clock(seconds, deterministic)
    helpers = Helpers(compiled, clock.left, 0 if deterministic else workers - 1, seed)
    begun = Search(compiled, clock, np.random.default_rng(seed), helpers, told=told, stop=stop)
    begun.bound = whole(floor)
    try:
        best = begun.run(codec.encode(hint) if hint else None)
    finally:
        helpers.close()
    missing = compiled.rows.broken(compiled.counts(best.roster))
    return Found(codec.decode(best.roster), best.cost, best.bound, missing, best.columns, best.tries)


class Others(Protocol):
    """What a search expects of the other processes."""

    def wake(self) -> None: ...

    def send_root(self, master: Master, price: list[Array]) -> None: ...

    def send_roster(self, roster: Array, cost: float) -> None: ...

    def heard(self) -> list[Array]: ...


class Search:
    """One process's search. `helpers` are the other processes: they send rosters and get the root's columns."""

    def __init__(
        self, tables: Tables, clock: Clock, rng: np.random.Generator, helpers: Others, *, told: Told | None = None,
        stop: Callable[[], bool] | None = None, careful: bool = True,
    ) -> None:  # fmt: skip
        self.tables, self.clock, self.rng, self.helpers, self.careful = tables, clock, rng, helpers, careful
        self.told, self.asked_to_stop = told, stop
        self.pool = Pool(tables.people)
        self.roster = np.zeros((tables.people, tables.days), np.int16)
        self.cost, self.bound = math.inf, -math.inf
        self.columns = self.tries = 0
        self.root: tuple[Master, Pricer] | None = None
        self.tried_at = math.inf
        self.price: list[Array] | None = None
        self.agreement: Agreement | None = None
        self.windows_only = False

    def run(self, start: Array | None = None) -> "Search":
        try:
            pricer = self.graphs()
        except MemoryError:
            return self._long(start)
        if lost := pricer.impossible():
            raise Unable(lost)
        self.first(pricer, start)
        if not self._over():
            self._root(pricer)
        self._improve()
        return self

    def _missing(self) -> int:
        return self.tables.rows.broken(self.tables.counts(self.roster))

    def graphs(self) -> Pricer:
        """Return the pricer with everybody's graph. Raises MemoryError when they are too large for this machine."""
        pricer = Pricer(self.tables)
        if sum(graph.arcs for graph in pricer.graphs if graph) > ARCS:
            raise MemoryError("arcs")
        return pricer

    def first(self, pricer: Pricer, start: Array | None) -> None:
        """A first legal roster, from the hint when it is legal, else greedily; then everybody's best in turn."""
        order = None if self.careful else self.rng
        if start is not None and legal(self.tables, start):
            self.offer(start)
            for person in range(self.tables.people):
                self.pool.add(person, start[person].copy())
        else:
            self.offer(greedy(self.tables, pricer, self.pool, order))
        better = descend(
            self.tables, pricer, self.roster, self.clock, self.pool, until=0.2 * self.clock.seconds, rng=order
        )
        self.offer(better)

    def _root(self, pricer: Pricer) -> None:
        """Column generation on the whole for the bound, then a dive. Others improve what there is meanwhile."""
        tables, clock = self.tables, self.clock
        master = Master(tables)
        master.add([(p, s) for p in range(tables.people) for s in self.pool.schedules[p].values()])
        until = 0.45 * clock.seconds
        if clock.left(until) <= 0:
            return
        patience = clock.now() + PATIENCE

        def tick(bound: float) -> bool:
            self.raise_bound(bound + tables.constant)
            if clock.now() > patience:
                self.helpers.wake()
                self.listen()
            return self._over()

        tick(generate(master, pricer, clock, pool=self.pool, cutoff=self.cost, until=until, tick=tick))
        if self._over():
            return
        self.columns = len(master.schedules)
        self.price = tables.spread(master.dual[: master.first_person])
        if clock.seconds > PATIENCE:
            self.helpers.wake()
        self.helpers.send_root(master, self.price)
        self.root, self.agreement = (master, pricer), Agreement(master, pricer)
        self._finish(master, pricer)
        if self._over():
            return
        big = tables.people * tables.days > BIG
        box = min(0.9 * clock.seconds, clock.now() + max(6.0, 0.2 * clock.seconds))
        jump = 8.0 * max(1.0, self.cost / 4000)
        dive = Dive(
            master, pricer, clock, self.pool, step=0.02 if big else 0.012, rounds=12 if big else 16, undo=8, jump=jump
        )
        self.offer(descend(tables, pricer, dive.run(box), clock, self.pool))

    def _finish(self, master: Master, pricer: Pricer) -> None:
        """Close the gap for good where it is small enough; again whenever a better roster has made it smaller."""
        if self.cost >= self.tried_at or self._over():
            return
        self.tried_at = self.cost
        close = self.clock.seconds >= LONG and self.cost - self.bound <= CLOSE * abs(self.cost)
        share = 0.15 if close else 0.3
        found = finish(master, pricer, self.roster, self.clock, max(0.5, share * self.clock.left()), nearest=close)
        if found is not None:
            self.offer(found[0])
            self.raise_bound(found[1])

    def _improve(self, around: Neighbourhoods | None = None) -> None:
        around = around or Neighbourhoods(self.tables, self.pool, self.roster, self.clock, self.rng)
        around.price, around.agreement = self.price, self.agreement
        while not self._over() and self.clock.left() > 0:
            if self.root is not None:
                self._finish(*self.root)
                self._hand(around)
            around.step()
            self.offer(around.best)
            self.tries += 1
            self.listen()
            self._hand(around)

    def _hand(self, around: Neighbourhoods) -> None:
        """Let the neighbourhoods go on from a better roster; one of equal cost is theirs to keep: they drift."""
        if self.cost < around.cost - 1e-6:
            around.best, around.cost = self.roster.copy(), self.cost

    def _long(self, start: Array | None) -> "Search":
        """A horizon too long for whole graphs: a first roster near the even pace, prices of the whole, then windows."""
        whole_year, clock = self.tables, self.clock
        self.windows_only = True
        self.tables = banded(whole_year)
        pricer = Pricer(self.tables, room=0)
        if lost := pricer.impossible():
            raise Unable(lost)
        self.first(pricer, start)
        self.helpers.wake()

        better = self._priced(whole_year)
        around = Neighbourhoods(self.tables, self.pool, self.roster, clock, self.rng, long=True)

        def after() -> bool:
            self.offer(around.best)
            self.listen()
            self._hand(around)
            return self._over()

        if not better:
            sweep(around, clock, 0.4 * clock.left(), after)
        self._improve(around)
        return self

    def _priced(self, tables: Tables) -> bool:
        """Price the whole horizon for the bound, and make a roster by these prices; say whether it is the best so far."""
        clock, relaxation, before = self.clock, Relaxation(tables), self.cost
        rounds = max(FEWEST, min(ROUNDS, int(PRICED * clock.left() / relaxation.seconds)))

        def tick(bound: float) -> bool:
            self.raise_bound(bound)
            self.listen()
            return self._over() or clock.left() <= 0

        relaxation.climb(rounds, tick=tick)
        clock.add(arcs=rounds * relaxation.arcs)
        if tick(relaxation.bound):
            return False
        roster = paced(relaxation, clock, self.rng, PACED * clock.seconds, self._over)
        if roster is not None:
            self.offer(roster)
        return self.cost < before and roster is not None and self.tables.cost(roster) <= self.cost

    def offer(self, roster: Array) -> None:
        """Take a roster when it is better, and tell."""
        cost = self.tables.cost(roster)
        if cost < self.cost - 1e-6:
            self.roster, self.cost = roster.copy(), cost
            self.helpers.send_roster(roster, cost)
            self._tell()

    def raise_bound(self, bound: float) -> None:
        if whole(bound) > self.bound:
            self.bound = whole(bound)
            if math.isfinite(self.cost):
                self._tell()

    def listen(self) -> None:
        for roster in self.helpers.heard():
            self.offer(roster)

    def _tell(self) -> None:
        if self.told:
            self.told(self.cost, self.bound, self._missing())

    def _over(self) -> bool:
        if self.asked_to_stop is not None and self.asked_to_stop():
            self.clock.stopped = True
        return self.clock.stopped or self.cost <= self.bound + 1e-6


def legal(tables: Tables, roster: Array) -> bool:
    """Say whether everybody's schedule keeps his rules."""
    return all(tables.legal(person, roster[person]) for person in range(tables.people))
