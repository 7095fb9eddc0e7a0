"""A long horizon's roster, window after window, each with everybody in it and with the rest of the horizon in its prices.

What a schedule spends of minutes, weekends and caps is charged at the relaxation's prices, the state that it ends in at
its value from there on, straying from the relaxation's pace at a slope; after each window the prices are climbed again for
what is left. So nobody's year is spent by summer, and no window needs a graph of the year.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .dive import Dive
from .generation import Clock, Pool, generate
from .graph import INF, weigh
from .master import Master
from .pricing import Pricer
from .relaxed import Relaxation, follow, look_ahead
from .tables import MANY, Array, Limits, Tables

WINDOW, STEP, LAST = 28, 14, 42  # days looked at together, days kept of them, days of the last window at most
AGAIN = (300, 3.0, 0.05)  # rounds, first and last step of a climb after each window
CLOSE = 0.01  # cost by which a schedule may be dearer than its bound
TRIES, STRONGER = 5, (1, 2, 4, 8)


class PacedPricer:
    """price(person, cell) -> (lower bound, schedule or None) by the automaton alone; the outlook prices what is counted.

    Straying is charged by multipliers no larger than its slope, found by bracketing. What could no longer be made good,
    and what is over a cap, is pushed away by stronger ones: there the schedule need not be the best of its kind.
    """

    def __init__(self, tables: Tables) -> None:
        assert tables.outlook is not None
        self.tables, self.outlooks, self.arcs = tables, tables.outlook, 0
        self.values = [np.zeros((tables.days + 1, len(m.trans), 2)) for m in tables.automata]
        self.kinds = [tables.weekend if m.counts_weekends else np.zeros(tables.days, np.int64) for m in tables.automata]
        for value, outlook in zip(self.values, self.outlooks, strict=True):
            value[-1] = outlook.value
        self.units = [np.where(m.group_of >= 0, m.units[m.group_of], 0) for m in tables.automata]
        self.dear = np.zeros((tables.people, tables.symbols))  # extra cost of symbols that went over a cap
        self.shift = np.zeros((tables.people, 2))  # multipliers of units and weekends, kept from one price to the next

    def price(self, person: int, cell: Array, tries: int = TRIES) -> tuple[float, Array | None]:
        outlook, slope = self.outlooks[person], self.outlooks[person].slope
        low, high, shift = -slope, slope, self.shift[person]
        bound, best, found = -INF, INF, None
        for _ in range(tries):
            cost, schedule = self._cheapest(person, cell + self.dear[person], shift)
            if schedule is None:
                return INF, None
            used = self.tables.history(person, schedule)[-1, 1:3]
            bound = max(bound, cost - float(shift @ np.where(shift > 0, outlook.high, outlook.low)))
            value = self._value(person, cell, schedule)
            if value < best:
                best, found = value, schedule
            over, under = used > outlook.high, used < outlook.low
            inside = ~over & ~under
            right = inside & (shift == 0) | over & (shift >= slope) | under & (shift <= -slope)
            if right.all() or best - bound < CLOSE:
                break
            low = np.where(over | inside & (shift < 0), shift, low)
            high = np.where(under | inside & (shift > 0), shift, high)
            across = over & (shift < 0) | under & (shift > 0)
            toward = np.where(over, (shift + high) / 2, np.where(under, (shift + low) / 2, shift / 2))
            toward = np.where(across | (np.abs(toward) < 0.02 * slope), 0, toward)
            shift = self.shift[person] = np.where(right, shift, toward)
        return bound, self._kept(person, cell, found, best)

    def _kept(self, person: int, cell: Array, found: Array | None, best: float) -> Array | None:
        """Return the schedule, or a better one that keeps the caps and leaves what is owed within reach."""
        tables, outlook = self.tables, self.outlooks[person]
        caps, units = np.array(tables.limits[person].caps), self.units[person]
        for times in STRONGER:
            if found is None or not (over := tables.used(found) > caps).any():
                break
            self.dear[person] += 0.2 * times * outlook.lost * units.max() * over
            found, best = self._better(person, cell, self.shift[person], found, best)
        for times in STRONGER:
            if found is None or not outlook.missing(tables.history(person, found)[-1]):
                break
            push = 0.1 * times * outlook.lost
            found, best = self._better(person, cell, np.array([-push, push * units.max()]), found, best)
        return found

    def _better(self, person: int, cell: Array, shift: Array, found: Array, best: float) -> tuple[Array, float]:
        _, schedule = self._cheapest(person, cell + self.dear[person], shift)
        value = INF if schedule is None else self._value(person, cell, schedule)
        return (schedule, value) if schedule is not None and value < best else (found, best)

    def _value(self, person: int, cell: Array, schedule: Array) -> float:
        return float(cell[np.arange(len(cell)), schedule].sum()) + self.tables.beyond(person, schedule)

    def _cheapest(self, person: int, cell: Array, shift: Array) -> tuple[float, Array | None]:
        machine, limits, value = self.tables.automata[person], self.tables.limits[person], self.values[person]
        weight, chosen = weigh(cell + shift[0] * self.units[person], machine.group_of, machine.groups)
        price, kinds = self.outlooks[person].weekend + shift[1], self.kinds[person]
        look_ahead(weight, machine.trans, kinds, price, value)
        self.arcs += value.size * machine.groups
        schedule = np.zeros(len(cell), np.int16)
        cost, _ = follow(weight, chosen, machine.trans, kinds, price, value, limits.state, limits.saturday, schedule)
        return (INF, None) if cost >= INF / 2 else (cost, schedule)


def paced(
    relaxation: Relaxation, clock: Clock, rng: np.random.Generator, until: float, tick: Callable[[], bool]
) -> Array | None:
    """Return a legal roster, or None when the time is too short or somebody's limits cannot be met this way.

    relaxation: climbed; tick: asked after each window; True ends it.
    """
    tables, begun = relaxation.tables, clock.now()
    everybody = np.arange(tables.people)
    roster = np.zeros((tables.people, tables.days), np.int16)
    first = 0
    while first < tables.days:
        rest = tables.days - first
        days = rest if rest <= LAST else _edge(tables, first + WINDOW) - first
        kept = rest if rest <= LAST else _edge(tables, first + STEP) - first
        found = _window(relaxation, days, clock, rng, until)
        roster[:, first : first + kept] = found[:, :kept]
        first += kept
        gone = clock.now() - begun
        if tick() or begun + gone * (0.5 + 0.5 * tables.days / first) > until:
            return None
        if first < tables.days:
            relaxation = Relaxation(tables.part(everybody, first, tables.days, roster), relaxation)
            relaxation.climb(*AGAIN)
    return roster if all(_mended(tables, person, roster) for person in range(tables.people)) else None


def _edge(tables: Tables, day: int) -> int:
    """Return the day, or the next on which no weekend is cut in two."""
    while day < tables.days and tables.weekend[day] == 2:
        day += 1
    return min(day, tables.days)


def _window(relaxation: Relaxation, days: int, clock: Clock, rng: np.random.Generator, until: float) -> Array:
    """Return everybody's schedule of the first days of what is left."""
    tables, prices = relaxation.tables, relaxation.prices()
    people = np.arange(tables.people)
    part = tables.part(people, 0, days, np.zeros((tables.people, tables.days), np.int16))
    part = replace(
        part, cell=part.cell + relaxation.own(prices)[:, None, :], band=None,
        limits=tuple(Limits(one.state, one.saturday, 0, MANY, MANY, one.caps) for one in tables.limits),
        outlook=tuple(relaxation.outlook(person, days) for person in range(tables.people)),
    )  # fmt: skip
    pricer, master, pool = PacedPricer(part), Master(part), Pool(tables.people)
    centre = np.zeros(len(master.rhs))
    centre[: len(part.rows.need)] = prices.row[tables.rows.day < days]
    for noise in (0.0, 0.1, 0.3):
        cells = master.prices(centre * (1 + noise * rng.standard_normal(len(centre))))
        priced = [(person, pricer.price(person, cell)[1]) for person, cell in enumerate(cells)]
        master.add([(person, schedule) for person, schedule in priced if schedule is not None])
    coarse = relaxation.dearest / 100
    generate(master, pricer, clock, pool=pool, centre=centre, until=until, tolerance=coarse)
    dive = Dive(master, pricer, clock, pool, step=0.05, rounds=6, undo=4, jump=20 * coarse, rng=rng)
    return dive.run(until)


def _mended(tables: Tables, person: int, roster: Array) -> bool:
    """Say whether a schedule is legal; one that is not gets its last weeks anew, by the graph that knows every limit."""
    for weeks in (0, 4, 8, 16):
        if tables.legal(person, roster[person]):
            return True
        since = max(0, tables.days - 7 * (weeks or 4))
        part = tables.part(np.array([person]), since, tables.days, roster)
        pricer = Pricer(part)
        if pricer.impossible():
            continue
        rows = part.rows.of_one_more(np.zeros(len(part.rows.need), np.int64))
        cell = part.cell[0] + sum(part.spread(rows))
        _, schedule = pricer.price(0, cell, tries=40)
        if schedule is not None:
            roster[person, since:] = schedule
    return tables.legal(person, roster[person])
