"""The restricted master: a linear programme (HiGHS) that mixes the schedules priced so far into a roster.

min   sum cost_j x_j + costs of the slacks
s.t.  sum_j a_rj x_j + short - beyond = need_r      each row of the tables
      sum_{j of p} x_j = 1                          each person
      count_p - highest <= 0 <= count_p - lowest    each member of a burden to be shared evenly
"""

from typing import Any

import numpy as np
from highspy.highs import _Highs

from .tables import MANY, Array, Tables


class Master:
    """The programme and its columns. After solve(): value, dual (rows,), x (columns,)."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.first_person = len(tables.rows.need)
        self.first_even = self.first_person + tables.people
        size = self.first_even + 2 * sum(len(even.members) for even in tables.even)
        self.rhs = np.zeros(size)
        self.rhs[: self.first_person] = tables.rows.need
        self.rhs[self.first_person : self.first_even] = 1
        self.schedules: list[Array] = []
        self.person: list[int] = []
        self.cost: list[float] = []
        self.known: dict[tuple[int, bytes], int] = {}
        self.of: list[list[int]] = [[] for _ in range(tables.people)]
        self._static: list[tuple[float, float, float, list[tuple[int, float]]]] = []
        self._slacks()
        self.row_slacks = len(self._static)
        self._evenness()
        self._load()
        self.value, self.dual, self.x = 0.0, np.zeros(size), np.zeros(0)
        self.iterations = 0

    def _slacks(self) -> None:
        rows, people = self.tables.rows, self.tables.people
        for r in range(len(rows.need)):
            need, least, most = int(rows.need[r]), int(rows.least[r]), int(rows.most[r])
            soft = max(0, need - max(least, 0))
            if soft:
                self._static.append((rows.under[r], 0, soft, [(r, 1.0)]))
            if least > 0:
                self._static.append((rows.under[r] + rows.hard, 0, least, [(r, 1.0)]))
            free = most - need if most < MANY else 2 * people + abs(need)
            if free > 0:
                self._static.append((rows.over[r], 0, free, [(r, -1.0)]))
            if most < MANY:
                self._static.append((rows.over[r] + rows.hard, 0, 2 * people + abs(need), [(r, -1.0)]))

    def _evenness(self) -> None:
        at = self.first_even
        days = self.tables.days
        for even in self.tables.even:
            most = float(even.base.max() + days + even.highest)
            high, low = [], []
            for base in even.base:
                self.rhs[at], self.rhs[at + 1] = -base, -base
                high.append((at, -1.0))
                low.append((at + 1, -1.0))
                self._static.append((0, 0, 2 * most, [(at, 1.0)]))
                self._static.append((0, 0, 2 * most, [(at + 1, -1.0)]))
                at += 2
            self._static.append((even.weight, even.highest, most, high))
            self._static.append((-even.weight, 0, min(even.lowest, most), low))

    def _load(self) -> None:
        # The bare solver under highspy.Highs, which prints a banner as soon as it is made.
        highs: Any = _Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        # Primal simplex: stays feasible when columns arrive.
        highs.setOptionValue("simplex_strategy", 4)
        size = len(self.rhs)
        none = np.zeros(0, np.int32)
        highs.addRows(size, self.rhs, self.rhs, 0, np.zeros(1, np.int32), none, np.zeros(0))
        cost, low, high = (np.array([column[i] for column in self._static], float) for i in range(3))
        entries = [entry for column in self._static for entry in column[3]]
        starts = np.cumsum([0, *(len(column[3]) for column in self._static)])
        self._of_static = np.repeat(np.arange(len(self._static)), np.diff(starts))
        self._row_static = np.array([row for row, _ in entries], np.int32)
        self._value_static = np.array([value for _, value in entries], float)
        if len(cost):
            highs.addCols(
                len(cost),
                cost,
                low,
                high,
                len(entries),
                starts[:-1].astype(np.int32),
                self._row_static,
                self._value_static,
            )
        self._cost_static, self._low, self._high = cost, low, high
        self.slacks = len(cost)
        self.highs = highs

    def entries(self, person: int, schedule: Array) -> tuple[Array, Array]:
        """Return (rows, coefficients) of a schedule's column."""
        rows = [self.tables.rows_of(person, schedule), np.array([self.first_person + person])]
        values = [np.ones(len(rows[0]) + 1)]
        at, days = self.first_even, np.arange(self.tables.days)
        for even in self.tables.even:
            for place in np.nonzero(even.members == person)[0]:
                count = float(even.mask[days, schedule].sum())
                if count:
                    rows.append(np.array([at + 2 * place, at + 2 * place + 1]))
                    values.append(np.array([count, count]))
            at += 2 * len(even.members)
        return np.concatenate(rows), np.concatenate(values)

    def add(self, columns: list[tuple[int, Array]]) -> int:
        """Add (person, schedule) columns that are not there yet; return how many were new."""
        starts: list[int] = []
        rows: list[Array] = []
        values: list[Array] = []
        costs: list[float] = []
        length = 0
        for person, schedule in columns:
            key = (person, schedule.tobytes())
            if key in self.known:
                continue
            self.known[key] = len(self.schedules)
            self.of[person].append(len(self.schedules))
            self.schedules.append(schedule)
            self.person.append(person)
            cost = self.tables.own(person, schedule)
            self.cost.append(cost)
            costs.append(cost)
            row, value = self.entries(person, schedule)
            starts.append(length)
            length += len(row)
            rows.append(row)
            values.append(value)
        new = len(costs)
        if new:
            self.highs.addCols(
                new, np.array(costs), np.zeros(new), np.full(new, np.inf), length, np.array(starts, np.int32),
                np.concatenate(rows).astype(np.int32), np.concatenate(values),
            )  # fmt: skip
        return new

    def solve(self, dual: bool = False) -> float:
        """Solve the programme; dual: by the dual simplex, which is quicker after bounds have changed."""
        if dual:
            self.highs.setOptionValue("simplex_strategy", 1)
        self.highs.run()
        if dual:
            self.highs.setOptionValue("simplex_strategy", 4)
        info, solution = self.highs.getInfo(), self.highs.getSolution()
        self.iterations += max(0, info.simplex_iteration_count)
        self.value = float(info.objective_function_value)
        self.dual = np.array(solution.row_dual)
        self.x = np.array(solution.col_value)[self.slacks :]
        return self.value

    def fixed_part(self, dual: Array) -> float:
        """Return what the Lagrangian bound holds besides the people: dual times right-hand side, and the slacks at their best."""
        reduced = self._cost_static.copy()
        np.subtract.at(reduced, self._of_static, self._value_static * dual[self._row_static])
        slack = np.minimum(reduced * self._low, reduced * self._high).sum()
        people = dual[self.first_person : self.first_even].sum()
        return float(dual @ self.rhs - people + slack)

    def prices(self, dual: Array) -> list[Array]:
        """Return each person's cell costs under the duals, (days, symbols) each; what is shared is computed once."""
        tables = self.tables
        shared = tables.spread(dual[: self.first_person])
        alike: dict[bytes, Array] = {}
        masks = np.array([layer.who for layer in tables.layers])
        found = []
        for person in range(tables.people):
            key = masks[:, person].tobytes()
            if key not in alike:
                alike[key] = sum((shared[i] for i in np.nonzero(masks[:, person])[0]), np.zeros(tables.cell.shape[1:]))
            found.append(tables.cell[person] - alike[key])
        at = self.first_even
        for even in tables.even:
            for place, person in enumerate(even.members):
                price = dual[at + 2 * place] + dual[at + 2 * place + 1]
                if price:
                    found[person] -= price * even.mask
            at += 2 * len(even.members)
        return found

    def close(self, columns: list[int], upper: float = 0.0) -> None:
        """Set the upper bounds of columns: 0 closes them, inf opens them again."""
        if columns:
            count = len(columns)
            index = np.array(columns, np.int32) + self.slacks
            self.highs.changeColsBounds(count, index, np.zeros(count), np.full(count, upper))

    def roster(self) -> Array:
        """Return each person's heaviest schedule, (people, days)."""
        best = [max(mine, key=lambda j: self.x[j]) for mine in self.of]
        return np.array([self.schedules[j] for j in best], np.int16)

    def whole(self) -> bool:
        return bool(((self.x < 1e-6) | (self.x > 1 - 1e-6)).all())

    def fill_slacks(self, values: Array, counts: Array, totals: list[Array]) -> None:
        """Write into `values` the slacks of a roster with these counts a row and these totals a shared burden."""
        gap = self.tables.rows.need - counts
        left = np.where(gap > 0, gap, -gap).astype(float)
        for column, (_, _, high, entries) in enumerate(self._static[: self.row_slacks]):
            row, sign = entries[0]
            if (gap[row] > 0) == (sign > 0) and left[row] > 0:
                values[column] = min(high, left[row])
                left[row] -= values[column]
        column = self.row_slacks
        for even, total in zip(self.tables.even, totals, strict=True):
            highest, lowest = max(even.highest, float(total.max())), min(even.lowest, float(total.min()))
            for own in total:
                values[column], values[column + 1] = highest - own, own - lowest
                column += 2
            values[column], values[column + 1] = highest, lowest
            column += 2
