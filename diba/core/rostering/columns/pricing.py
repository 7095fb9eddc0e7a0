"""Each person's cheapest legal schedule under given cell costs: the only seam between rules and search."""

from collections.abc import Iterable

import numpy as np

from .graph import INF, Array, Graph, build, shortest, within
from .tables import MANY, Limits, Tables

LIMIT = 6_000_000  # nodes of one graph
ROOM = 1_200_000  # arcs up to which a cap is compiled into the graph
_graphs: dict[object, Graph | None] = {}


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
        self.tracked: list[tuple[int, ...]] = [()] * people
        self.graphs: list[Graph | None] = [self._graph(p, ()) for p in range(people)]
        self.multiplier = np.zeros((people, tables.symbols))
        self.caps = np.array([limits.caps for limits in tables.limits], float).reshape(people, tables.symbols)
        self.capped = (self.caps < np.minimum(tables.days, MANY)) & (self.caps < MANY)
        self.capped[:, 0] = False
        self.arcs = 0  # walked so far: the engine's own measure of work
        self._distance = np.empty(max([1, *(graph.nodes for graph in self.graphs if graph)]))

    def impossible(self) -> list[int]:
        """Return the people for whom no schedule is legal at all."""
        return [p for p, graph in enumerate(self.graphs) if graph is None]

    def _graph(self, person: int, tracked: tuple[int, ...]) -> Graph | None:
        tables, machine, limits = self.tables, self.tables.automata[person], self.tables.limits[person]
        allowed = np.ones((tables.days, machine.groups), np.bool_)
        if tables.tight:
            allowed[:] = False
            for symbol in np.nonzero(machine.group_of >= 0)[0]:
                allowed[:, machine.group_of[symbol]] |= np.isfinite(tables.cell[person, :, symbol])
        groups = {int(machine.group_of[symbol]): self._cap(limits, symbol) for symbol in tracked}
        most, least, units = _minutes(limits, machine.units, tables.days)
        weekend = tables.weekend if machine.counts_weekends else np.zeros(tables.days, np.int64)
        weekends = min(limits.weekends, int((weekend == 1).sum() + (weekend == 2).sum())) if weekend.any() else 0
        if machine.counts_weekends and limits.weekends < 0:
            return None
        key = (
            machine.key, weekend.tobytes(), allowed.tobytes() if tables.tight else tables.days,
            limits._replace(caps=(), most=most, least=least, weekends=weekends), tuple(groups.items()),
        )  # fmt: skip
        if tables.tight or key not in _graphs:
            graph = build(
                weekend, allowed, machine.trans, units, limits.state, limits.saturday, least, most, weekends,
                _cap_table(groups, machine.groups), limits.final, LIMIT,
            )  # fmt: skip
            if tables.tight:
                return graph
            if sum(g.arcs for g in _graphs.values() if g) > 60_000_000:
                _graphs.clear()
            _graphs[key] = graph
        return _graphs[key]

    def _cap(self, limits: Limits, symbol: int) -> int:
        return max(0, limits.caps[symbol])

    def _shortest(self, person: int, cell: Array) -> tuple[float, Array]:
        graph, machine = self.graphs[person], self.tables.automata[person]
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
        graph = self.graphs[person]
        machine = self.tables.automata[person]
        held = {int(machine.group_of[symbol]) for symbol in self.tracked[person]}
        for symbol in sorted(broken, key=lambda s: self.caps[person, s]):
            if graph is None or int(machine.group_of[symbol]) in held:
                continue
            if graph.arcs * (1 + 0.6 * self.caps[person, symbol]) <= self.room:
                self.tracked[person] += (symbol,)
                grown = self._graph(person, self.tracked[person])
                self.graphs[person] = grown
                self.multiplier[person, machine.group_of == machine.group_of[symbol]] = 0
                if grown is not None and grown.nodes > len(self._distance):
                    self._distance = np.empty(grown.nodes)
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
        groups = self.tables.automata[person].group_of
        bound, best, best_cost = -INF, None, INF
        low, high, loosened = np.zeros(len(caps)), np.full(len(caps), np.inf), 0
        while tries > 0:
            tries -= 1
            cost, schedule = self._shortest(person, cell + multiplier)
            if cost >= INF:
                return INF, None
            used = _used(schedule, groups, len(caps))
            bound = max(bound, cost - _paid(multiplier, caps, groups))
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

    def _squeeze(self, person: int, cell: Array) -> Array | None:
        """Return a schedule that keeps every cap, by closing what is used beyond a cap where it is worth least."""
        cell = cell.copy()
        group_of = self.tables.automata[person].group_of
        for _ in range(20):
            cost, schedule = self._shortest(person, cell)
            if cost >= INF:
                return None
            broken = self.capped[person] & (_used(schedule, group_of, len(group_of)) > self.caps[person])
            if not broken.any():
                return schedule
            for group in {int(group_of[symbol]) for symbol in np.nonzero(broken)[0]}:
                alike = group_of == group
                used = np.nonzero(alike[schedule])[0]
                worth = used[np.argsort(cell[used, schedule[used]], kind="stable")]
                shut = np.ones(len(cell), bool)
                shut[worth[: int(self.caps[person][alike].min())]] = False
                cell[np.ix_(shut, alike)] = np.inf
        return None

    def within(self, person: int, cell: Array, limit: float, most: int) -> Array | None:
        """Return every legal schedule that costs at most `limit`, (found, days); None when there are more than `most`."""
        graph, machine = self.graphs[person], self.tables.automata[person]
        multiplier = self.multiplier[person]
        cell = cell + multiplier
        cost, _ = self._shortest(person, cell)
        caps, capped = self.caps[person], self.capped[person]
        # What a multiplier charges beyond a cap's worth is given back: the limit is one of the relaxed cost.
        limit += _paid(multiplier, caps, machine.group_of)
        if graph is None or cost > limit:
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
        fits = [not (capped & (_used(schedule, machine.group_of, len(caps)) > caps)).any() for schedule in found]
        kept: Array = found[np.array(fits, bool)] if len(found) else found
        return kept


def _used(schedule: Array, group_of: Array, symbols: int) -> Array:
    """Return how often each symbol's group is used: symbols of one capped shift share a group and a cap."""
    times = np.bincount(group_of[schedule], minlength=int(group_of.max()) + 1)
    return np.where(group_of >= 0, times[np.maximum(group_of, 0)], 0)


def _paid(multiplier: Array, caps: Array, group_of: Array) -> float:
    """Return multiplier times cap, each group once."""
    paid = {int(group): float(multiplier[s] * caps[s]) for s, group in enumerate(group_of) if multiplier[s] > 0}
    return sum(paid.values())


def _minutes(limits: Limits, units: Array, days: int) -> tuple[int, int, Array]:
    """Return (most, least, units a group); nothing is counted when the minutes of these days cannot matter."""
    reach = int(units.max()) * days
    if limits.least <= 0 and limits.most >= reach:
        return 0, 0, np.zeros_like(units)
    return min(limits.most, reach), max(0, limits.least), units


def _cap_table(groups: dict[int, int], count: int) -> Array:
    """Return (counts, groups) -> next count or -1: a mixed-radix counter of the capped groups."""
    size = int(np.prod([cap + 1 for cap in groups.values()])) if groups else 1
    table = np.tile(np.arange(size, dtype=np.int64)[:, None], (1, count))
    stride = 1
    for group, cap in groups.items():
        digit = np.arange(size) // stride % (cap + 1)
        table[:, group] = np.where(digit < cap, np.arange(size) + stride, -1)
        stride *= cap + 1
    return table
