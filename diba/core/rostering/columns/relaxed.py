"""The whole horizon at once with everything that is counted over it priced: a bound for a year in seconds, and good prices.

Cover rows, minutes, weekends and caps become prices (Lagrangian relaxation); what is left of a person's rules is his
automaton alone, whose cheapest schedule of a year takes a tenth of a millisecond. The prices are climbed with steps scaled
by their own history (D. Kingma, J. Ba 2015), which on a year comes closer in ten seconds than a restricted master does in
ten minutes. Every value met is a lower bound. docs/models/rostering.md has the equations.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numba import njit

from .graph import INF, weigh
from .master import Master
from .outlook import Outlook
from .tables import MANY, Array, Tables

FIRST, LAST = 10.0, 0.03  # steps at the start and at the end of a climb, in hundredths of the dearest row
MOMENT, SPREAD = 0.9, 0.99
CLOSED = 1e17
STRAY, LOST = 0.1, 3.0  # what a duty off the pace, and one that can no longer be made good, cost in dearest rows
UNITS_FREE, WEEKENDS_FREE = 1.0, 0.7  # duties and weekends off the pace that cost nothing
PER_ARC = 1.2e-9  # s
SPARE = 1.0  # duties kept in hand: what is owed to the last one leaves no choice


@njit(cache=True, nogil=True)
def look_ahead(weight, trans, weekend, weekend_price, value):  # type: ignore[no-untyped-def]
    """Fill value[day, state, Saturday worked?], the least cost from there on; value[days] is given."""
    days, groups = weight.shape
    for day in range(days - 1, -1, -1):
        kind = weekend[day]
        for state in range(trans.shape[0]):
            for flag in range(2):
                if flag == 1 and kind != 2:
                    value[day, state, 1] = value[day, state, 0]
                    continue
                best = INF
                for group in range(groups):
                    then = trans[state, group]
                    if then < 0 or weight[day, group] >= CLOSED:
                        continue
                    worked = 1 if group > 0 else 0
                    cost = weight[day, group] + value[day + 1, then, worked if kind == 1 else 0]
                    if worked and (kind == 1 or (kind == 2 and flag == 0)):
                        cost += weekend_price
                    best = min(best, cost)
                value[day, state, flag] = best


@njit(cache=True, nogil=True)
def follow(weight, chosen, trans, weekend, weekend_price, value, state, flag, schedule):  # type: ignore[no-untyped-def]
    """Write the cheapest schedule from a state into `schedule`; return (cost, weekends worked)."""
    days, groups = weight.shape
    total = value[0, state, flag]
    weekends = 0
    if total >= CLOSED:
        return INF, 0
    for day in range(days):
        kind, best, taken, fresh = weekend[day], INF, -1, 0
        for group in range(groups):
            then = trans[state, group]
            if then < 0 or weight[day, group] >= CLOSED:
                continue
            worked = 1 if group > 0 else 0
            begins = 1 if worked and (kind == 1 or (kind == 2 and flag == 0)) else 0
            cost = weight[day, group] + value[day + 1, then, worked if kind == 1 else 0] + begins * weekend_price
            if cost < best:
                best, taken, fresh = cost, group, begins
        schedule[day] = chosen[day, taken]
        weekends += fresh
        flag = 1 if kind == 1 and taken > 0 else 0
        state = trans[state, taken]
    return total, weekends


@njit(cache=True, nogil=True)
def most_units(trans, units, weekend, allowed, weekends):  # type: ignore[no-untyped-def]
    """Return (states, 2, weekends + 1): most units that these days allow from a state with at most so many weekends."""
    days, groups = allowed.shape
    then = np.zeros((trans.shape[0], 2, weekends + 1), np.int64)
    now = np.zeros_like(then)
    for day in range(days - 1, -1, -1):
        kind = weekend[day]
        for state in range(trans.shape[0]):
            for flag in range(2):
                for left in range(weekends + 1):
                    best = -(10**9)
                    for group in range(groups):
                        head = trans[state, group]
                        if head < 0 or not allowed[day, group]:
                            continue
                        worked = group > 0
                        spent = 1 if worked and (kind == 1 or (kind == 2 and flag == 0)) else 0
                        if spent <= left:
                            rest = then[head, 1 if worked and kind == 1 else 0, left - spent]
                            best = max(best, units[group] + rest)
                    now[state, flag, left] = best
        then, now = now, then
    return then


class Prices(NamedTuple):
    """Prices of a row, of a unit of minutes (positive: dear), of a weekend, and of a shift under a cap."""

    row: Array
    minute: Array  # (people,)
    weekend: Array  # (people,)
    shift: Array  # (people, shifts)


class Relaxation:
    """Tables with their counted limits priced. After `climb`: bound, prices, mean and values[person][day, state, flag].

    mean (people, days, symbols) is how often each cell stood in the schedules of a climb's second half: about the best
    roster of the relaxation, in fractions.
    """

    def __init__(self, tables: Tables, near: "Relaxation | None" = None) -> None:
        """near: the relaxation of a problem that these tables are the later days of; its prices are where to start."""
        self.tables, self.master = tables, Master(tables)
        people, rows = tables.people, tables.rows
        self.kinds = [
            tables.weekend if machine.counts_weekends else np.zeros(tables.days, np.int64)
            for machine in tables.automata
        ]
        self.units = np.array([np.where(m.group_of >= 0, m.units[m.group_of], 0) for m in tables.automata])
        self.duty = float(max(1, np.median(self.units.max(1))))  # minutes are priced by the duty, as rows are
        self._limits()
        low = -rows.over - rows.hard * (rows.most < MANY)
        high = rows.under + rows.hard * (rows.least > 0)
        self.dearest = float(max(high.max(initial=1), 1))
        ceiling = 4 * self.dearest * max(1, tables.days // 7)
        self.low = np.concatenate([low, np.zeros(len(self._bounded))])
        self.high = np.concatenate([high, np.where(self._bounded, ceiling, 0.0)])
        self.edges = np.cumsum([len(low), people, people, people])
        self.values = [np.zeros((tables.days + 1, len(m.trans), 2)) for m in tables.automata]
        self.at = np.concatenate([0.5 * high, np.zeros(len(self._bounded))])
        if near is not None:
            later = near.tables.rows.day >= tables.first - near.tables.first
            self.at = np.clip(
                np.concatenate([near.at[: len(later)][later], near.at[len(later) :]]), self.low, self.high
            )
        self.bound = -np.inf
        self.mean = np.zeros((people, tables.days, tables.symbols))
        self.arcs = sum(value.size * m.groups for value, m in zip(self.values, tables.automata, strict=True))
        self.seconds = self.arcs * PER_ARC  # about what one round takes

    def _limits(self) -> None:
        tables, limits = self.tables, self.tables.limits
        self.least = np.array([max(0, one.least) for one in limits]) / self.duty
        self.most = np.array([min(MANY, one.most) for one in limits]) / self.duty
        counted = zip(limits, tables.automata, strict=True)
        self.weekends = np.array([one.weekends if machine.counts_weekends else MANY for one, machine in counted])
        self.caps = np.full((tables.people, int(tables.shift_of.max()) + 1), MANY)
        for person, one in enumerate(limits):
            np.minimum.at(self.caps[person], tables.shift_of[1:], np.array(one.caps[1:]))
        self.timed = (self.least > 0) | (self.most * self.duty < MANY)
        self._bounded = np.concatenate(
            [self.least > 0, self.most * self.duty < MANY, self.weekends < MANY, (self.caps < MANY).ravel()]
        )

    def climb(
        self, rounds: int, first: float = FIRST, last: float = LAST, tick: Callable[[float], bool] | None = None
    ) -> None:
        """Raise the bound by so many rounds of steps from `first` down to `last`. tick: told the bound; True ends it."""
        at, best, scale = self.at.copy(), self.at.copy(), self.dearest / 100
        drift, spread = np.zeros_like(at), np.zeros_like(at)
        everybody, days = np.arange(self.tables.people)[:, None], np.arange(self.tables.days)
        for turn in range(1, rounds + 1):
            bound, slope, schedules = self.weigh(at)
            if 2 * turn > rounds:
                self.mean[everybody, days, schedules] += 1
            if bound > self.bound:
                self.bound, best = bound, at.copy()
            if tick is not None and turn % 50 == 0 and tick(self.bound):
                break
            drift = MOMENT * drift + (1 - MOMENT) * slope
            spread = SPREAD * spread + (1 - SPREAD) * slope * slope
            step = scale * first * (last / first) ** (turn / rounds)
            ahead = drift / (1 - MOMENT**turn) / (np.sqrt(spread / (1 - SPREAD**turn)) + 1e-3)
            at = np.clip(at + step * ahead, self.low, self.high)
        self.at = best
        self.mean /= np.maximum(1, self.mean.sum(2, keepdims=True))
        self.weigh(best)

    def prices(self, at: Array | None = None) -> Prices:
        row, least, most, weekend, shift = np.split(self.at if at is None else at, self.edges)
        return Prices(row, (most - least) / self.duty, weekend, shift.reshape(self.caps.shape))

    def own(self, prices: Prices) -> Array:
        """Return what a cell costs by its minutes and its shift's cap, (people, symbols)."""
        own: Array = prices.minute[:, None] * self.units + prices.shift[:, self.tables.shift_of]
        own[:, 0] = 0
        return own

    def weigh(self, at: Array) -> tuple[float, Array, Array]:
        """Return (lower bound, slope, schedules) at these prices; the values of every state are left in `values`."""
        tables, prices = self.tables, self.prices(at)
        dual = np.zeros(len(self.master.rhs))
        dual[: len(prices.row)] = prices.row
        total = self.master.fixed_part(dual) + tables.constant
        schedules = np.zeros((tables.people, tables.days), np.int16)
        weekends = np.zeros(tables.people)
        own = self.own(prices)
        for person, cell in enumerate(self.master.prices(dual)):
            machine, limits, value = tables.automata[person], tables.limits[person], self.values[person]
            weight, chosen = weigh(cell + own[person], machine.group_of, machine.groups)
            if limits.final >= 0:
                value[-1] = INF
                value[-1, limits.final] = 0
            price, kinds = prices.weekend[person], self.kinds[person]
            look_ahead(weight, machine.trans, kinds, price, value)
            cost, weekends[person] = follow(
                weight, chosen, machine.trans, kinds, price, value, limits.state, limits.saturday, schedules[person]
            )
            total += cost
        _, least, most, weekend, shift = np.split(at, self.edges)
        total += float(least @ self.least - most @ self.most - weekend @ self.weekends - shift @ self.caps.ravel())
        return total, np.where(self.high > self.low, self._slope(schedules, weekends), 0.0), schedules

    def _slope(self, schedules: Array, weekends: Array) -> Array:
        tables = self.tables
        units = self.units[np.arange(tables.people)[:, None], schedules].sum(1) / self.duty
        used = np.array([np.bincount(tables.shift_of[one], minlength=self.caps.shape[1]) for one in schedules])
        used[:, 0] = 0
        return np.concatenate([
            tables.rows.need - tables.counts(schedules), self.least - units, units - self.most,
            weekends - self.weekends, (used - self.caps).ravel(),
        ])  # fmt: skip

    def outlook(self, person: int, days: int) -> Outlook:
        """Return what lies beyond the first `days` for one person, with the pace of his mean schedule on them."""
        tables, machine, limits = self.tables, self.tables.automata[person], self.tables.limits[person]
        here, kinds = self.mean[person, :days], self.kinds[person]
        spent = np.array([(here * self.units[person]).sum(), here[kinds[:days] > 0, 1:].sum() / 2])
        free = np.array([UNITS_FREE * self.duty, WEEKENDS_FREE])
        bounded = np.array([self.timed[person], self.weekends[person] < MANY])
        slope = STRAY * self.dearest * np.array([1 / self.duty, 1.0]) * bounded
        weekends = int(min(self.weekends[person], tables.days)) if bounded[1] else 0
        allowed = np.zeros((tables.days - days, machine.groups), np.bool_)
        for symbol in np.nonzero(machine.group_of >= 0)[0]:
            allowed[:, machine.group_of[symbol]] |= np.isfinite(tables.cell[person, days:, symbol])
        reach = most_units(machine.trans, machine.units, kinds[days:] * bounded[1], allowed, max(0, weekends))
        spare = round(SPARE * self.duty) if limits.least > 0 and days < tables.days else 0
        return Outlook(
            float(self.prices().weekend[person]), self.values[person][days], spent - free, spent + free, slope, reach,
            max(0, limits.least) + spare, LOST * self.dearest / self.duty, bool(bounded[1]),
        )  # fmt: skip
