"""A problem as arrays. A smaller problem cut out of it, some people on some days, is a Tables again."""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from .automaton import Automaton
from .outlook import Outlook
from .rows import MANY as MANY
from .rows import ROW_FIELDS as ROW_FIELDS
from .rows import Array as Array
from .rows import Layer, Rows

FREE = -1  # any run state may end the horizon


class Limits(NamedTuple):
    """What one person may still do on these days: the run state he starts in, whether he worked this Saturday, units of
    minutes, weekends and each symbol's number left, the run state he must end in (FREE: any).
    """

    state: int
    saturday: int
    least: int
    most: int
    weekends: int
    caps: tuple[int, ...]
    final: int = FREE


@dataclass(frozen=True)
class Even:
    """A burden to be shared evenly: weight times (most - least) of the counts of its members in the marked cells.

    base: what each member carries already outside these tables; highest, lowest: of those who are not in them.
    """

    weight: float
    mask: Array  # (days, symbols) 0 or 1
    members: Array
    base: Array
    highest: float = 0
    lowest: float = MANY

    def cost(self, counts: Array) -> float:
        """Return the cost when the members carry these counts, (members,)."""
        total = counts + self.base
        return self.weight * (max(float(total.max()), self.highest) - min(float(total.min()), self.lowest))


@dataclass(frozen=True)
class Tables:
    """cell[person, day, symbol] is the cost of a cell, inf where he may not; symbol 0 is a day off.

    first: the day of the whole problem that day 0 stands for; who: the people's numbers in the whole problem.
    """

    cell: Array
    minutes: Array
    weekend: Array  # (days,) 0: no weekend day; 1: its first; 2: its second, or one that stands alone
    rows: Rows
    layers: tuple[Layer, ...]
    even: tuple[Even, ...]
    automata: tuple[Automaton, ...]
    limits: tuple[Limits, ...]
    constant: float
    first: int
    who: Array
    shift_of: Array  # (symbols,) the number of each symbol's shift, 0 for a day off: caps are on shifts
    band: tuple[Array, ...] | None = None  # each person's (days + 1, 4), when graphs of the whole would be too large
    tight: bool = False  # cells closed on single days shape the graphs, which people then do not share
    outlook: tuple[Outlook, ...] | None = None  # what each person's schedule costs beyond its cells

    @property
    def people(self) -> int:
        return int(self.cell.shape[0])

    @property
    def days(self) -> int:
        return int(self.cell.shape[1])

    @property
    def symbols(self) -> int:
        return int(self.cell.shape[2])

    def counts(self, roster: Array) -> Array:
        """Return how many stand in each row, (rows,), for a roster (people, days) of symbols."""
        days = np.arange(self.days)
        found = np.zeros(len(self.rows.need), np.int64)
        for layer in self.layers:
            rows = layer.row[days, roster[layer.who]]
            found += np.bincount(rows[rows >= 0], minlength=len(found))
        return found

    def carried(self, even: Even, roster: Array) -> Array:
        """Return the counts of the members of a shared burden, (members,)."""
        carried: Array = even.mask[np.arange(self.days), roster[even.members]].sum(1)
        return carried

    def own(self, person: int, schedule: Array) -> float:
        """Return the cost of one person's cells, and what lies beyond them."""
        return float(self.cell[person, np.arange(self.days), schedule].sum()) + self.beyond(person, schedule)

    def beyond(self, person: int, schedule: Array) -> float:
        """Return what a schedule costs beyond its cells."""
        if self.outlook is None:
            return 0.0
        outlook = self.outlook[person]
        return outlook.cost(self.history(person, schedule)[-1]) + outlook.lost * self.over(person, schedule)

    def over(self, person: int, schedule: Array) -> int:
        """Return how many duties a schedule holds beyond the caps on their shifts."""
        beyond = np.maximum(0, self.used(schedule) - np.array(self.limits[person].caps))
        return sum(dict(zip(self.shift_of.tolist(), beyond.tolist(), strict=True)).values())

    def legal(self, person: int, schedule: Array) -> bool:
        """Say whether a schedule keeps its person's rules."""
        if not np.isfinite(self.cell[person, np.arange(self.days), schedule].sum()):
            return False
        limits, end = self.limits[person], self.history(person, schedule)[-1]
        if end[0] < 0 or not limits.least <= end[1] <= limits.most or self.over(person, schedule):
            return False
        return not (self.automata[person].counts_weekends and end[2] > limits.weekends)

    def cost(self, roster: Array) -> float:
        """Return the cost of a roster; hard rules on people are the graphs' business."""
        cells = self.cell[np.arange(self.people)[:, None], np.arange(self.days), roster].sum()
        fair = sum(even.cost(self.carried(even, roster)) for even in self.even)
        return round(float(cells) + self.rows.cost(self.counts(roster)) + fair + self.constant, 6)

    def used(self, schedule: Array) -> Array:
        """Return how often each symbol's shift stands in a schedule, (symbols,); days off are not counted."""
        times = np.bincount(self.shift_of[schedule], minlength=int(self.shift_of.max()) + 1)
        times[0] = 0
        found: Array = times[self.shift_of]
        return found

    def rows_of(self, person: int, schedule: Array) -> Array:
        """Return the rows that a schedule counts in."""
        days = np.arange(self.days)
        found = [layer.row[days, schedule] for layer in self.layers if layer.who[person]]
        rows: Array = np.concatenate(found) if found else np.zeros(0, np.int64)
        return rows[rows >= 0]

    def spread(self, price: Array) -> list[Array]:
        """Return each layer's prices a cell, (days, symbols), from prices a row."""
        padded = np.append(price, 0.0)
        return [padded[layer.row] for layer in self.layers]

    def history(self, person: int, schedule: Array) -> Array:
        """Return (days + 1, 4): run state, units of minutes, weekends, Saturday flag before each day."""
        limits = self.limits[person]
        return self.automata[person].walk(schedule, self.weekend, limits.state, limits.saturday)

    def part(self, people: Array, first: int, last: int, roster: Array, tail: int = 0) -> "Tables":
        """Return the problem of these people on days [first, last), everything else as in the roster.

        tail: days after it that stay pinned, in which run states may meet again with those of the roster.
        """
        end = min(self.days, last + tail)
        while end < self.days and self.weekend[end] == 2:
            end += 1
        cell = self.cell[people, first:end].copy()
        if end > last:
            pinned = roster[people, last:end]
            kept = np.take_along_axis(cell[:, last - first :], pinned[:, :, None], 2)
            cell[:, last - first :] = np.inf
            np.put_along_axis(cell[:, last - first :], pinned[:, :, None], kept, 2)
        limits = tuple(self._left(int(p), roster[p], first, end) for p in people)
        fixed = roster.copy()
        fixed[people, first:last] = -1
        rows, layers, constant = self._rows_left(fixed, people, first, last, end)
        even, fair = self._even_left(fixed, people, first, last, end)
        inside = float(self.cell[people[:, None], np.arange(first, end), roster[people, first:end]].sum())
        whole = float(self.cell[np.arange(self.people)[:, None], np.arange(self.days), roster].sum())
        return replace(
            self, cell=cell, weekend=self.weekend[first:end], rows=rows, layers=layers, even=even, limits=limits,
            automata=tuple(self.automata[p] for p in people), first=self.first + first, who=self.who[people],
            constant=self.constant + constant + fair + whole - inside, tight=first > 0 or last < self.days,
            band=tuple(self.band[p] for p in people) if self.band and end - first == self.days else None,
        )  # fmt: skip

    def _left(self, person: int, schedule: Array, first: int, end: int) -> Limits:
        if first == 0 and end == self.days:
            return self.limits[person]
        limits, past = self.limits[person], self.history(person, schedule)
        spent = past[-1] - past[end] + past[first]
        outside = np.concatenate([schedule[:first], schedule[end:]])
        used = self.used(outside)
        caps = tuple(cap - int(n) if cap < MANY else MANY for cap, n in zip(limits.caps, used, strict=True))
        return Limits(
            int(past[first, 0]), int(past[first, 3]), max(0, limits.least - int(spent[1])),
            limits.most - int(spent[1]) if limits.most < MANY else MANY,
            limits.weekends - int(spent[2]) if limits.weekends < MANY else MANY, caps,
            limits.final if end == self.days else int(past[end, 0]),
        )  # fmt: skip

    def _rows_left(
        self, fixed: Array, people: Array, first: int, last: int, end: int
    ) -> tuple[Rows, tuple[Layer, ...], float]:
        """Return the rows the part can touch, less those who stand there already, and what the other rows cost."""
        rows, days = self.rows, np.arange(self.days)
        counts = np.zeros(len(rows.need), np.int64)
        for layer in self.layers:
            there = layer.row[days, np.maximum(fixed[layer.who], 0)]
            there = there[(fixed[layer.who] >= 0) & (there >= 0)]
            counts += np.bincount(there, minlength=len(counts))
        touched = (rows.day >= first) & (rows.day < last)
        rest = replace(rows, **{name: getattr(rows, name)[~touched] for name in ROW_FIELDS})
        renumbered = np.append(np.where(touched, np.cumsum(touched) - 1, -1), -1)
        layers = tuple(Layer(renumbered[layer.row[first:end]], layer.who[people]) for layer in self.layers)
        kept = {name: getattr(rows, name)[touched] for name in ROW_FIELDS}
        there = counts[touched]
        kept |= {"day": kept["day"] - first, "need": kept["need"] - there, "least": kept["least"] - there}
        kept |= {"most": kept["most"] - there}
        return replace(rows, **kept), layers, rest.cost(counts[~touched])

    def _even_left(
        self, fixed: Array, people: Array, first: int, last: int, end: int
    ) -> tuple[tuple[Even, ...], float]:
        place = {int(p): i for i, p in enumerate(people)}
        found, constant, days = [], 0.0, np.arange(self.days)
        for even in self.even:
            mine = fixed[even.members]
            outside = (even.mask[days, np.maximum(mine, 0)] * (mine >= 0)).sum(1) + even.base
            inside = np.array([int(p) in place for p in even.members])
            others = outside[~inside]
            highest = max([even.highest, *others.tolist()])
            lowest = min([even.lowest, *others.tolist()])
            if not inside.any():
                constant += even.weight * (highest - lowest)
                continue
            members = np.array([place[int(p)] for p in even.members[inside]])
            mask = even.mask[first:end].copy()
            mask[last - first :] = 0
            found.append(Even(even.weight, mask, members, outside[inside], highest, lowest))
        return tuple(found), constant


def whole(value: float) -> float:
    """Round a bound up to the next whole cost: every cost is whole."""
    return math.ceil(value - 1e-6) if math.isfinite(value) else value
