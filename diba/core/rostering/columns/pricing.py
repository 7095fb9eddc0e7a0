"""Each person's cheapest legal schedule under given cell costs: the only seam between rules and search."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np

from .automaton import Automaton
from .graph import INF, Array, Graph, build, shortest, within
from .tables import MANY, Limits, Tables

LIMIT = 6_000_000  # nodes of one graph
ROOM = 1_200_000  # arcs up to which a cap is compiled into the graph
KEEP = 200_000_000  # arcs of all graphs kept for another time: 1 GB
_graphs: dict[object, Graph | None] = {}


class Pricing(Protocol):
    """What column generation and a dive ask of whoever prices schedules."""

    arcs: int  # walked so far

    def price(self, person: int, cell: Array, tries: int = ...) -> tuple[float, Array | None]: ...


class Pricer:
    """price(person, cell) -> (lower bound, schedule or None).

    A cap on a symbol's number is left out at first. When the cheapest schedule breaks it, it is compiled into the graph,
    the smallest cap first, while the graph stays small; else it is priced by a multiplier found by bracketing. The bound
    is valid either way, and a returned schedule keeps every cap.
    """

    def __init__(self, tables: Tables, room: int = ROOM) -> None:
        """Compile everybody's graph. Raises MemoryError when one is too large."""
        self.tables, self.room = tables, room
        people = tables.people
        self.machines = list(tables.automata)
        self.tracked: list[dict[tuple[int, ...], int]] = [{} for _ in range(people)]  # groups -> cap, compiled in
        self.graphs: list[Graph | None] = [self._graph(p, self.machines[p], {}) for p in range(people)]
        self.multiplier = np.zeros((people, tables.symbols))
        self.caps = np.array([limits.caps for limits in tables.limits], float).reshape(people, tables.symbols)
        self.capped = (self.caps < np.minimum(tables.days, MANY)) & (self.caps < MANY)
        self.capped[:, 0] = False
        self.arcs = 0  # walked so far: the engine's own measure of work
        self._distance = np.empty(max([1, *(graph.nodes for graph in self.graphs if graph)]))

    def impossible(self) -> list[int]:
        """Return the people for whom no schedule is legal at all."""
        return [p for p, graph in enumerate(self.graphs) if graph is None]

    def _graph(self, person: int, machine: Automaton, tracked: dict[tuple[int, ...], int]) -> Graph | None:
        """Compile a person's rules; tracked: groups -> how often they may be used together. Raises MemoryError."""
        tables, limits = self.tables, self.tables.limits[person]
        allowed = np.ones((tables.days, machine.groups), np.bool_)
        if tables.tight:
            allowed[:] = False
            for symbol in np.nonzero(machine.group_of >= 0)[0]:
                allowed[:, machine.group_of[symbol]] |= np.isfinite(tables.cell[person, :, symbol])
        most, least, units = _minutes(limits, machine.units, tables.days)
        weekend = tables.weekend if machine.counts_weekends else np.zeros(tables.days, np.int64)
        # A second day that stands alone counts as a weekend too: its first day is before these days.
        lone = (weekend == 2) & (np.append(0, weekend[:-1]) != 1)
        weekends = min(limits.weekends, int((weekend == 1).sum() + lone.sum()))
        if machine.counts_weekends and limits.weekends < 0:
            return None
        band = tables.band[person] if tables.band else None
        key = (
            band.tobytes() if band is not None else b"", machine.key, weekend.tobytes(), allowed.tobytes() if tables.tight else tables.days,
            limits._replace(caps=(), most=most, least=least, weekends=weekends), tuple(tracked.items()),
        )  # fmt: skip
        # Graphs of single days' closings are met once; a year's are dear, and met again and again.
        lasting = band is not None or not tables.tight
        if not lasting or key not in _graphs:
            graph = build(
                weekend, allowed, machine.trans, units, limits.state, limits.saturday, least, most, weekends,
                _cap_table(tracked, machine.groups), limits.final, LIMIT, band,
            )  # fmt: skip
            if not lasting:
                return graph
            if sum(g.arcs for g in _graphs.values() if g) > KEEP:
                _graphs.clear()
            _graphs[key] = graph
        return _graphs[key]

    def _shortest(self, person: int, cell: Array) -> tuple[float, Array]:
        graph, machine = self.graphs[person], self.machines[person]
        schedule = np.zeros(self.tables.days, np.int16)
        if graph is None:
            return INF, schedule
        self.arcs += graph.arcs
        cost = shortest(
            graph.layer,
            graph.start,
            graph.tail,
            graph.group,
            machine.group_of,
            machine.groups,
            cell,
            self._distance,
            schedule,
        )
        return cost, schedule

    def _track(self, person: int, broken: Iterable[int]) -> bool:
        """Compile one more broken cap into the person's graph, if it stays small."""
        graph, machine, tracked = self.graphs[person], self.machines[person], self.tracked[person]
        held = {group for groups in tracked for group in groups}
        for symbol in sorted(broken, key=lambda s: self.caps[person, s]):
            cap = int(max(0, self.caps[person, symbol]))
            if graph is None or int(machine.group_of[symbol]) in held or graph.arcs * (1 + 0.6 * cap) > self.room:
                continue
            alike = np.nonzero((self.tables.shift_of == self.tables.shift_of[symbol]) & (machine.group_of > 0))[0]
            apart = machine.apart(alike)
            grown = {**tracked, tuple(range(machine.groups, apart.groups)): cap}
            try:
                graph = self._graph(person, apart, grown)
            except MemoryError:
                continue
            self.machines[person], self.tracked[person], self.graphs[person] = apart, grown, graph
            self.multiplier[person, alike] = 0
            if graph is not None and graph.nodes > len(self._distance):
                self._distance = np.empty(graph.nodes)
            return True
        return False

    def price(self, person: int, cell: Array, tries: int = 10) -> tuple[float, Array | None]:
        """Return a lower bound on the cheapest legal schedule's cost and the best legal schedule found, or None.

        cell: (days, symbols) costs, inf where not allowed.
        """
        if not self.capped[person].any():
            cost, schedule = self._shortest(person, cell)
            return (INF, None) if cost >= INF else (cost, schedule)
        return self._price_capped(person, cell, tries)

    def _price_capped(self, person: int, cell: Array, tries: int) -> tuple[float, Array | None]:
        caps, multiplier, capped = self.caps[person], self.multiplier[person], self.capped[person]
        days = np.arange(self.tables.days)
        bound, best, best_cost = -INF, None, INF
        low, high, loosened = np.zeros(len(caps)), np.full(len(caps), np.inf), 0
        while tries > 0:
            tries -= 1
            cost, schedule = self._shortest(person, cell + multiplier)
            if cost >= INF:
                return INF, None
            used = self.tables.used(schedule)
            bound = max(bound, cost - self._paid(person))
            broken = capped & (used > caps)
            if not broken.any():
                value = float(cell[days, schedule].sum())
                if value < best_cost:
                    best, best_cost = schedule, value
                loose = (multiplier > 0) & (used < caps)
                if best_cost - bound < 0.02 or not loose.any() or loosened >= 3:
                    break
                loosened += 1
                high[loose] = np.minimum(high[loose], multiplier[loose])
                multiplier[loose] = np.where(low[loose] > 0, (low[loose] + high[loose]) / 2, high[loose] * 0.6)
                multiplier[multiplier < 0.05] = 0
                continue
            if self._track(person, np.nonzero(broken)[0]):
                tries += 1
                continue
            low[broken] = np.maximum(low[broken], multiplier[broken])
            raised = multiplier[broken] * 1.6 + 1.0
            multiplier[broken] = np.where(np.isfinite(high[broken]), (multiplier[broken] + high[broken]) / 2, raised)
        return bound, self._squeeze(person, cell) if best is None else best

    def _paid(self, person: int) -> float:
        """Return multiplier times cap, each shift's once."""
        multiplier, shifts = self.multiplier[person], self.tables.shift_of
        paid = {int(shifts[s]): float(multiplier[s] * self.caps[person, s]) for s in np.nonzero(multiplier > 0)[0]}
        return sum(paid.values())

    def _squeeze(self, person: int, cell: Array) -> Array | None:
        """Return a schedule that keeps every cap, by closing what is used beyond a cap where it is worth least."""
        cell = cell.copy()
        shift_of = self.tables.shift_of
        for _ in range(20):
            cost, schedule = self._shortest(person, cell)
            if cost >= INF:
                return None
            broken = self.capped[person] & (self.tables.used(schedule) > self.caps[person])
            if not broken.any():
                return schedule
            for shift in set(shift_of[broken].tolist()):
                alike = shift_of == shift
                used = np.nonzero(alike[schedule])[0]
                worth = used[np.argsort(cell[used, schedule[used]], kind="stable")]
                shut = np.ones(len(cell), bool)
                shut[worth[: int(self.caps[person][alike].min())]] = False
                cell[np.ix_(shut, alike)] = np.inf
        return None

    def within(self, person: int, cell: Array, limit: float, most: int) -> Array | None:
        """Return every legal schedule that costs at most `limit`, (found, days); None when there are more than `most`."""
        graph, machine = self.graphs[person], self.machines[person]
        multiplier = self.multiplier[person]
        cell = cell + multiplier
        cost, _ = self._shortest(person, cell)
        caps, capped = self.caps[person], self.capped[person]
        # What a multiplier charges beyond a cap's worth is given back: the limit is one of the relaxed cost.
        limit += self._paid(person)
        if graph is None or cost > limit + 1e-6:
            return np.zeros((0, self.tables.days), np.int16)
        found = within(
            graph.layer,
            graph.start,
            graph.tail,
            graph.group,
            machine.group_of,
            cell,
            self._distance,
            limit + 1e-6,
            most,
        )
        if len(found) > most:
            return None
        fits = [not (capped & (self.tables.used(schedule) > caps)).any() for schedule in found]
        kept: Array = found[np.array(fits, bool)] if len(found) else found
        return kept


def _minutes(limits: Limits, units: Array, days: int) -> tuple[int, int, Array]:
    """Return (most, least, units a group); nothing is counted when the minutes of these days cannot matter."""
    reach = int(units.max()) * days
    if limits.least <= 0 and limits.most >= reach:
        return 0, 0, np.zeros_like(units)
    return min(limits.most, reach), max(0, limits.least), units


def _cap_table(tracked: dict[tuple[int, ...], int], count: int) -> Array:
    """Return (counts, groups) -> next count or -1: a mixed-radix counter with a digit for each cap."""
    size = int(np.prod([cap + 1 for cap in tracked.values()])) if tracked else 1
    table = np.tile(np.arange(size, dtype=np.int64)[:, None], (1, count))
    stride = 1
    for groups, cap in tracked.items():
        digit = np.arange(size) // stride % (cap + 1)
        table[:, list(groups)] = np.where(digit < cap, np.arange(size) + stride, -1)[:, None]
        stride *= cap + 1
    return table
