"""One person's legal schedules as a layered graph, and the shortest path through it: the pricing problem, in Numba.

Node = (run state, units of minutes, weekends, Saturday worked?, numbers of the capped symbols) before a day. Nodes that cannot
be reached or cannot be completed are dropped. Source of the idea: schedules as resource-constrained shortest paths in
column generation, e.g. A. Caprara et al. (2003), P. Brucker et al. (2011); docs/models/rostering.md.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

Array = np.ndarray[Any, Any]
INF = 1e18


class Graph(NamedTuple):
    """Arcs by head: node v has the arcs start[v]..start[v + 1], each with its tail and its group; layer[d] is day d's first."""

    layer: Array
    start: Array
    tail: Array
    group: Array

    @property
    def nodes(self) -> int:
        return len(self.start) - 1

    @property
    def arcs(self) -> int:
        return len(self.tail)


@njit(cache=True, nogil=True, inline="always")
def _step(code, group, kind, most, weekends, caps, trans, units, cap_trans, band, day):  # type: ignore[no-untyped-def]
    cap = cap_trans[code % caps, group]
    rest = code // caps
    flag = rest % 2
    rest //= 2
    worked = rest % (weekends + 1)
    rest //= weekends + 1
    minutes = rest % (most + 1) + units[group]
    run = trans[rest // (most + 1), group]
    if run < 0 or minutes > most or cap < 0 or minutes < band[day, 0] or minutes > band[day, 1]:
        return -1
    if kind == 1:
        flag = 1 if group > 0 else 0
        worked += flag
    elif kind == 2:
        if group > 0 and flag == 0:
            worked += 1
        flag = 0
    # Who is below the band's weekends is taken to have worked them: stricter than he is bound, never laxer.
    worked = max(worked, band[day, 2])
    if worked > weekends or worked > band[day, 3]:
        return -1
    return (((run * (most + 1) + minutes) * (weekends + 1) + worked) * 2 + flag) * caps + cap


@njit(cache=True, nogil=True)
def _reach(weekend, allowed, start, most, least, weekends, caps, trans, units, cap_trans, final, band, limit):  # type: ignore[no-untyped-def]
    """Walk forward, then mark what can be completed. Returns layers, followers (node, group) and marks."""
    days, groups = allowed.shape
    longest = units.max()
    room = 1024
    code = np.empty(room, np.int64)
    then = np.full((room, groups), -1, np.int32)
    place = np.full(trans.shape[0] * (most + 1) * (weekends + 1) * 2 * caps, -1, np.int32)
    layer = np.zeros(days + 2, np.int64)
    code[0] = start
    layer[1] = 1
    count = 1
    for day in range(days):
        end = count
        for node in range(layer[day], end):
            for group in range(groups):
                if not allowed[day, group]:
                    continue
                head = _step(
                    code[node], group, weekend[day], most, weekends, caps, trans, units, cap_trans, band, day + 1
                )
                if head < 0:
                    continue
                minutes = (head // (caps * 2 * (weekends + 1))) % (most + 1)
                if minutes + (days - day - 1) * longest < least:
                    continue
                at = place[head]
                if at < end:
                    at = count
                    if count == room:
                        if count > limit:
                            return layer, then[:0], np.zeros(0, np.int32), code[:0]
                        room *= 2
                        wider = np.empty(room, np.int64)
                        wider[:count] = code
                        code = wider
                        wide = np.full((room, groups), -1, np.int32)
                        wide[:count] = then
                        then = wide
                    code[at] = head
                    place[head] = at
                    count += 1
                then[node, group] = at
        layer[day + 2] = count
    alive = np.zeros(count, np.int32)
    for node in range(layer[days], count):
        rest = code[node] // (caps * 2 * (weekends + 1))
        if rest % (most + 1) >= least and (final < 0 or rest // (most + 1) == final):
            alive[node] = 1
    for node in range(layer[days] - 1, -1, -1):
        for group in range(groups):
            if then[node, group] >= 0 and alive[then[node, group]]:
                alive[node] = 1
                break
    return layer, then[:count], alive, code[:count]


@njit(cache=True, nogil=True)
def _compact(layer, then, alive):  # type: ignore[no-untyped-def]
    """Renumber the living nodes and turn followers into arcs by head."""
    number = np.empty(len(alive), np.int64)
    nodes = 0
    for node in range(len(alive)):
        nodes += alive[node]
        number[node] = nodes - 1
    layers = np.zeros(len(layer), np.int64)
    for day in range(1, len(layer)):
        layers[day] = number[layer[day] - 1] + 1
    start = np.zeros(nodes + 1, np.int32)
    groups = then.shape[1]
    for node in range(len(alive)):
        if alive[node]:
            for group in range(groups):
                head = then[node, group]
                if head >= 0 and alive[head]:
                    start[number[head] + 1] += 1
    for node in range(nodes):
        start[node + 1] += start[node]
    fill = start[:nodes].copy()
    tail = np.empty(start[nodes], np.int32)
    label = np.empty(start[nodes], np.uint8)
    for node in range(len(alive)):
        if alive[node]:
            for group in range(groups):
                head = then[node, group]
                if head >= 0 and alive[head]:
                    at = fill[number[head]]
                    tail[at] = number[node]
                    label[at] = group
                    fill[number[head]] += 1
    return layers, start, tail, label


def build(
    weekend: Array, allowed: Array, trans: Array, units: Array, state: int, saturday: int, least: int, most: int,
    weekends: int, caps: Array, final: int, limit: int, band: Array | None = None,
) -> Graph | None:  # fmt: skip
    """Build the graph of the days in `weekend`. None when no schedule is legal; MemoryError beyond `limit` nodes.

    allowed (days, groups); caps (counts, groups) -> next count or -1; least, most in units; final run state or -1.
    band (days + 1, 4): least and most units, weekends counted at least and at most, before each day and after the last.
    """
    if band is None:
        band = np.tile(np.array([0, most, 0, weekends], np.int64), (len(weekend) + 1, 1))
    if most < 0 or weekends < 0:
        return None
    begin = ((state * (most + 1) * (weekends + 1)) * 2 + saturday) * len(caps)
    if trans.shape[0] * (most + 1) * (weekends + 1) * 2 * len(caps) > 2**28:
        raise MemoryError("states")
    layer, then, alive, code = _reach(
        weekend, allowed, begin, most, least, weekends, len(caps), trans, units, caps, final, band, limit
    )
    if not len(code):
        raise MemoryError("nodes")
    if not alive[0]:
        return None
    return Graph(*_compact(layer, then, alive))


@njit(cache=True, nogil=True)
def weigh(cell, group_of, groups):  # type: ignore[no-untyped-def]
    """Return (weight, chosen), (days, groups): what each group's cheapest symbol costs a day, and which it is."""
    days, symbols = cell.shape
    weight = np.full((days, groups), INF)
    chosen = np.zeros((days, groups), np.int16)
    for day in range(days):
        for symbol in range(symbols):
            group = group_of[symbol]
            if group >= 0 and cell[day, symbol] < weight[day, group]:
                weight[day, group] = cell[day, symbol]
                chosen[day, group] = symbol
    return weight, chosen


@njit(cache=True, nogil=True)
def shortest(layer, start, tail, label, group_of, groups, cell, distance, schedule):  # type: ignore[no-untyped-def]
    """Write the cheapest schedule for cell (days, symbols) into `schedule` and return its cost; INF when there is none."""
    days = len(cell)
    weight, chosen = weigh(cell, group_of, groups)
    distance[0] = 0.0
    for day in range(days):
        today = weight[day]
        for node in range(layer[day + 1], layer[day + 2]):
            best = INF
            for arc in range(start[node], start[node + 1]):
                cost = distance[tail[arc]] + today[label[arc]]
                if cost < best:
                    best = cost
            distance[node] = best
    best = INF
    at = -1
    for node in range(layer[days], layer[days + 1]):
        if distance[node] < best:
            best = distance[node]
            at = node
    if at < 0 or best > 1e15:
        return INF
    for day in range(days - 1, -1, -1):
        for arc in range(start[at], start[at + 1]):
            if distance[tail[arc]] + weight[day, label[arc]] <= distance[at]:
                schedule[day] = chosen[day, label[arc]]
                at = tail[arc]
                break
    return best


@njit(cache=True, nogil=True)
def within(layer, start, tail, label, group_of, cell, distance, limit, most):  # type: ignore[no-untyped-def]
    """Return every schedule that costs at most `limit`, (found, days); found = most + 1 when there are more.

    distance: what `shortest` left behind for the same cells, so that no branch is followed in vain.
    """
    days, symbols = cell.shape
    found = np.zeros((64, days), np.int16)
    count = 0
    path = np.zeros(days, np.int16)
    node = np.zeros(days + 1, np.int64)
    suffix = np.zeros(days + 1)
    arc = np.zeros(days, np.int64)
    symbol = np.zeros(days, np.int64)
    for end in range(layer[days], layer[days + 1]):
        if distance[end] > limit:
            continue
        day = days - 1
        node[days] = end
        suffix[days] = 0.0
        arc[day] = start[end]
        symbol[day] = 0
        while day < days:
            # Take the next (arc, symbol) of this day that can still be completed within the limit.
            taken = False
            while arc[day] < start[node[day + 1] + 1]:
                at = arc[day]
                room = limit - suffix[day + 1] - distance[tail[at]]
                while symbol[day] < symbols:
                    s = symbol[day]
                    symbol[day] += 1
                    if group_of[s] == label[at] and cell[day, s] <= room:
                        path[day] = s
                        node[day] = tail[at]
                        suffix[day] = suffix[day + 1] + cell[day, s]
                        taken = True
                        break
                if taken:
                    break
                arc[day] += 1
                symbol[day] = 0
            if not taken:
                day += 1
                continue
            if day > 0:
                day -= 1
                arc[day] = start[node[day + 1]]
                symbol[day] = 0
                continue
            if count == len(found):
                wider = np.zeros((2 * len(found), days), np.int16)
                wider[:count] = found
                found = wider
            found[count] = path
            count += 1
            if count > most:
                return found[:count]
    return found[:count]
