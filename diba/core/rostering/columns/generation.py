"""Column generation: solve the master, price everybody under its duals, add what is worth adding, until nothing is.

The duals are smoothed towards those of the best bound so far (P. Wentges 1997), which takes a third of the rounds.
"""

import math
import time
from collections.abc import Callable

import numpy as np

from .graph import INF
from .master import Master
from .pricing import Pricing
from .tables import Array, whole

SMOOTHING = 0.6
PER_ARC = 4e-9  # s of the engine's own time: it runs on work done, so that a seed gives the same roster on any machine
PER_ITERATION = 2e-4


class Clock:
    """How much time is left; in deterministic mode counted in work done, not in seconds."""

    def __init__(self, seconds: float, deterministic: bool = False, started: float | None = None) -> None:
        self.seconds, self.deterministic = seconds, deterministic
        self.started = time.monotonic() if started is None else started
        self.work = 0.0
        self.stopped = False

    def now(self) -> float:
        return self.work if self.deterministic else time.monotonic() - self.started

    def add(self, arcs: float = 0, iterations: float = 0) -> None:
        self.work += arcs * PER_ARC + iterations * PER_ITERATION

    def left(self, until: float | None = None) -> float:
        if self.stopped:
            return 0.0
        return (self.seconds if until is None else min(until, self.seconds)) - self.now()


class Pool:
    """Every schedule ever priced, a person."""

    def __init__(self, people: int, room: int = 4000) -> None:
        self.schedules: list[dict[bytes, Array]] = [{} for _ in range(people)]
        self.room = room

    def add(self, person: int, schedule: Array) -> None:
        mine = self.schedules[person]
        mine.setdefault(schedule.tobytes(), schedule)
        if len(mine) > self.room:
            for key in list(mine)[: self.room // 4]:
                del mine[key]

    def like(self, person: int, schedule: Array, first: int, last: int) -> Array:
        """Return the known schedules that equal this one outside [first, last), (found, days)."""
        mine = list(self.schedules[person].values())
        if not mine:
            return np.zeros((0, len(schedule)), np.int16)
        known = np.array(mine)
        alike = (known[:, :first] == schedule[:first]).all(1) & (known[:, last:] == schedule[last:]).all(1)
        found: Array = known[alike]
        return found


def price_all(
    master: Master, pricer: Pricing, dual: Array, closed: dict[int, Array] | None = None
) -> tuple[float, list[tuple[int, Array]]]:
    """Return (sum of the people's lower bounds, their best schedules). closed: person -> (days, symbols) of 0 or inf."""
    total, columns = 0.0, []
    for person, cell in enumerate(master.prices(dual)):
        if closed is not None and person in closed:
            cell = cell + closed[person]
        bound, schedule = pricer.price(person, cell)
        total += bound
        if schedule is not None:
            columns.append((person, schedule))
    return total, columns


def generate(
    master: Master, pricer: Pricing, clock: Clock, *, pool: Pool | None = None, cutoff: float = math.inf,
    rounds: int = 10**9, until: float | None = None, closed: dict[int, Array] | None = None, tolerance: float = 1e-4,
    tick: Callable[[float], bool] | None = None, centre: Array | None = None,
) -> float:  # fmt: skip
    """Run rounds until nothing pays, the bound reaches `cutoff`, or the time is over. Returns the best lower bound.

    tick: told the bound after each round; True ends the run. centre: duals to stay near to at first.
    """
    best = -math.inf
    for _ in range(rounds):
        arcs, iterations = pricer.arcs, master.iterations
        value = master.solve()
        dual = master.dual
        share = SMOOTHING if centre is not None else 0.0
        while True:
            at = dual if centre is None else share * centre + (1 - share) * dual
            total, columns = price_all(master, pricer, at, closed)
            if total < INF / 2:
                bound = master.fixed_part(at) + total
                if bound > best:
                    best, centre = bound, at
            added = master.add(_worth(master, dual, columns))
            if pool is not None:
                for person, schedule in columns:
                    pool.add(person, schedule)
            if added or share == 0:
                break
            share = share - 0.35 if share > 0.35 else 0.0
        clock.add(pricer.arcs - arcs, master.iterations - iterations)
        offset = master.tables.constant
        if not added or value - best < tolerance or whole(best + offset) >= value + offset - 1e-6:
            break
        if whole(best + offset) >= cutoff - 1e-6 or clock.left(until) <= 0 or (tick is not None and tick(best)):
            break
    master.solve()
    return best


def _worth(master: Master, dual: Array, columns: list[tuple[int, Array]]) -> list[tuple[int, Array]]:
    """Return the columns of negative reduced cost."""
    cells = master.prices(dual)
    days = np.arange(master.tables.days)
    people = dual[master.first_person : master.first_even]
    return [
        (p, schedule) for p, schedule in columns
        if cells[p][days, schedule].sum() + master.tables.beyond(p, schedule) - people[p] < -1e-6
    ]  # fmt: skip
