"""Edits of a roster as a small programme: who takes which other schedule, so that what is missing is manned at least cost.

min   sum cost_j x_j + price of what stays open
s.t.  sum_j (a_rj - a_r,old) x_j + open_r >= missing_r     each row that an edit touches
      sum_j (a_rj - a_r,old) x_j          <= room_r        each of them with a hard most
      sum_{j of p} x_j <= 1                                each person; none of them: his schedule stays

A schedule that stays is no column at all, so the programme is small; column generation over it gives a true lower bound.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from highspy.highs import _Highs

from .columns.graph import INF
from .columns.pricing import Pricer
from .columns.tables import MANY, Array, Tables

SMOOTHING = 0.5  # of the duals towards those of the best bound (P. Wentges 1997)
NEVER = 1e7  # price of breaking a rule further than the roster already does
NONE = np.zeros(0, np.int32), np.zeros(0)


@dataclass(frozen=True)
class Prices:
    """What one missing costs in each row of the tables, (rows,): of a hard minimum, and of a number that is only wanted.

    hole: inf where no more may be missing than are already; wanted: 0 where nothing is only wanted.
    """

    hole: Array
    wanted: Array


class Edits:
    """The programme of some people (numbers in the tables); everybody else stays as in `roster`. `start` costs nothing."""

    def __init__(self, tables: Tables, prices: Prices, start: Array, roster: Array, people: Sequence[int]) -> None:
        self.tables, self.prices, self.start, self.people = tables, prices, start, list(people)
        fixed = roster.copy()
        fixed[self.people] = start[self.people]
        self.fixed, self.standing = fixed, tables.counts(fixed)
        self.place = {p: row for row, p in enumerate(self.people)}
        self.row: dict[
            tuple[int, int], int
        ] = {}  # (row of the tables, 1: at least, -1: at most) -> row of the programme
        self.right: list[float] = [1.0] * len(self.people)
        self.slacks: list[tuple[float, float, int]] = []  # cost, most, row
        self.columns: list[tuple[int, Array]] = []
        self.index: list[int] = []  # of each column in the programme
        self.known: set[tuple[int, bytes]] = set()
        self.highs: Any = _Highs()  # the bare solver: Highs prints a banner as soon as it is made
        self.highs.setOptionValue("output_flag", False)
        for option, value in (("threads", 1), ("presolve", "off")):
            self.highs.setOptionValue(option, value)
        for _ in self.people:
            self.highs.addRow(-np.inf, 1.0, 0, *NONE)
        rows = tables.rows
        broken = (self.standing < np.maximum(rows.least, rows.need)) | (self.standing > rows.most)
        for r in np.nonzero(broken)[0]:
            self._open(int(r))
        self.value = math.inf

    def _open(self, r: int) -> None:
        """Bring a row of the tables in, with what may stay open there."""
        rows, there = self.tables.rows, int(self.standing[r])
        least = max(int(rows.least[r]), 0) - there
        wanted = int(rows.need[r]) - there if self.prices.wanted[r] > 0 else least
        at = self._row(r, 1, float(max(wanted, least)))
        if wanted > least:
            self._slack(float(self.prices.wanted[r]), float(wanted - least), at, 1.0)
        if math.isfinite(self.prices.hole[r]):
            self._slack(float(self.prices.hole[r]), np.inf, at, 1.0)
        else:
            self._slack(0.0, float(max(0, least)), at, 1.0)
        if rows.most[r] < MANY:
            room = int(rows.most[r]) - there
            at = self._row(r, -1, float(room))
            if room < 0:
                self._slack(NEVER / 100, float(-room), at, -1.0)

    def _row(self, r: int, sign: int, right: float) -> int:
        at = len(self.right)
        self.highs.addRow(right if sign > 0 else -np.inf, np.inf if sign > 0 else right, 0, *NONE)
        self.row[r, sign] = at
        self.right.append(right)
        return at

    def _slack(self, cost: float, most: float, row: int, sign: float) -> None:
        self.highs.addCol(cost, 0.0, most, 1, np.array([row], np.int32), np.array([sign]))
        self.slacks.append((cost, most, row if sign > 0 else -row))

    def add(self, columns: Iterable[tuple[int, Array]]) -> int:
        """Add (person, schedule) edits that are not there yet; return how many were new."""
        before = len(self.columns)
        for person, schedule in columns:
            key = (person, schedule.tobytes())
            if key in self.known or person not in self.place or (schedule == self.start[person]).all():
                continue
            self.known.add(key)
            entries = [(self.place[person], 1.0)]
            for r, more in self._difference(person, schedule).items():
                if (r, 1) not in self.row:
                    self._open(r)
                entries += [(self.row[r, sign], float(more)) for sign in (1, -1) if (r, sign) in self.row]
            index, values = (np.array(part) for part in zip(*entries, strict=True))
            self.index.append(len(self.slacks) + len(self.columns))
            self.highs.addCol(
                self.tables.own(person, schedule), 0.0, np.inf, len(index), index.astype(np.int32), values.astype(float)
            )
            self.columns.append((person, schedule))
        return len(self.columns) - before

    def _difference(self, person: int, schedule: Array) -> dict[int, int]:
        """Return {row of the tables: how many more stand there} when a person takes a schedule."""
        found: dict[int, int] = {}
        for sign, whose in ((1, schedule), (-1, self.start[person])):
            for r in self.tables.rows_of(person, whose):
                found[int(r)] = found.get(int(r), 0) + sign
        return {r: more for r, more in found.items() if more}

    def solve(self) -> Array:
        """Solve the linear programme; return its duals, (rows of the programme,)."""
        self.highs.run()
        self.value = float(self.highs.getInfo().objective_function_value)
        return np.array(self.highs.getSolution().row_dual)

    def price(self, pricer: Pricer, dual: Array) -> tuple[float, list[tuple[int, Array, float]]]:
        """Price everybody under the duals. Returns (lower bound, [(person, schedule, what it gains)])."""
        tables, days = self.tables, np.arange(self.tables.days)
        masks = np.array([layer.who for layer in tables.layers])
        shared = np.array(tables.spread(self._of_tables(dual)))
        bound, found = self._fixed_part(dual), []
        for person in self.people:
            cells = shared[masks[:, person]].sum(0)
            cost, schedule = pricer.price(person, tables.cell[person] - cells)
            gain = cost + float(cells[days, self.start[person]].sum())
            bound += min(0.0, gain)
            if schedule is not None and cost < INF:
                found.append((person, schedule, gain))
        return bound, found

    def _of_tables(self, dual: Array) -> Array:
        price = np.zeros(len(self.tables.rows.need))
        for (r, _), row in self.row.items():
            if row < len(dual):
                price[r] += dual[row]
        return price

    def _fixed_part(self, dual: Array) -> float:
        """Return what the Lagrangian bound holds besides the people."""
        total = float(np.dot(dual[len(self.people) :], self.right[len(self.people) : len(dual)]))
        for cost, most, row in self.slacks:
            if abs(row) < len(dual):
                reduced = cost - (dual[row] if row > 0 else -dual[-row])
                if reduced < -1e-9:
                    total += reduced * most if math.isfinite(most) else -math.inf if reduced < -1e-5 else 0.0
        return total

    def shares(self) -> Array:
        """Return how much of each column the linear programme takes, (columns,)."""
        return np.array(self.highs.getSolution().col_value)[np.array(self.index, np.int64)]

    def enumerate(self, pricer: Pricer, dual: Array, worth: float, most: int, late: Callable[[], bool]) -> bool:
        """Add every edit that could be part of a mix of at most `worth`; False when they are too many, or it is late.

        Such a mix holds no edit of reduced cost above worth - bound (R. Baldacci et al. 2008). The bound is that of the very
        prices each edit is measured by: priced again, somebody whose cap is a multiplier alone may have a lower one.
        """
        tables, days = self.tables, np.arange(self.tables.days)
        masks = np.array([layer.who for layer in tables.layers])
        shared = np.array(tables.spread(self._of_tables(dual)))
        bound, least = self._fixed_part(dual), []
        for person in self.people:
            if late():
                return False
            cells = shared[masks[:, person]].sum(0)
            stays = -float(cells[days, self.start[person]].sum())
            least.append(min(pricer.price(person, tables.cell[person] - cells)[0], stays))
            bound += least[-1] - stays
        for person, cheapest in zip(self.people, least, strict=True):
            if late():
                return False
            cells = tables.cell[person] - shared[masks[:, person]].sum(0)
            found = pricer.within(person, cells, cheapest + worth - bound, most)
            if found is None:
                return False
            most -= self.add((person, schedule) for schedule in found)
        return True

    def whole(self, seconds: float) -> tuple[list[tuple[int, Array]] | None, float]:
        """Solve it in whole edits. Returns (the edits taken or None, a lower bound over these columns)."""
        highs, count = self.highs, len(self.columns)
        index = np.array(self.index, np.int32)
        highs.changeColsIntegrality(count, index, np.array([highspy.HighsVarType.kInteger] * count))
        options: dict[str, Any] = {
            "presolve": "on", "time_limit": highs.getRunTime() + max(0.02, seconds), "mip_rel_gap": 0.0, "mip_abs_gap": 0.99,
        }  # fmt: skip
        for option, value in options.items():
            highs.setOptionValue(option, value)
        highs.run()
        info = highs.getInfo()
        taken = None
        if info.primal_solution_status == 2:
            x = np.array(highs.getSolution().col_value)[index]
            taken = [column for column, share in zip(self.columns, x, strict=True) if share > 0.5]
        return taken, float(info.mip_dual_bound)
