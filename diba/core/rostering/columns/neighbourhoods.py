"""Better rosters from smaller problems: some people, some days, everything else as it is.

A neighbourhood is a problem of its own and goes through the same column generation. Its bound either proves that nothing
better is in it, which costs little, or a small integer programme over its columns looks for it.
"""

import math
from dataclasses import dataclass

import highspy
import numpy as np

from .agreement import Agreement
from .dive import Dive
from .generation import Clock, Pool, generate
from .master import Master
from .pricing import Pricer
from .tables import Array, Tables, whole

KINDS = ("people", "window", "mixed", "dive", "agreed")
LONG = ("window", "mixed")  # those that a long horizon has time for
TAIL = 14
MIXED_DAYS = 21
COLUMNS = 3000


@dataclass
class Arm:
    """One kind of neighbourhood: how large, how often, and what it brought."""

    size: float
    weight: float = 1.0
    tries: int = 0
    proofs: int = 0
    wins: int = 0
    seconds: float = 0.0


class Neighbourhoods:
    """The incumbent and its improvement, one neighbourhood at a time.

    price: root duals a row, to rank known schedules. agreement: with the relaxed optimum, once it is known.
    """

    def __init__(
        self, tables: Tables, pool: Pool, roster: Array, clock: Clock, rng: np.random.Generator, *, long: bool = False
    ) -> None:
        self.tables, self.pool, self.clock, self.rng, self.long = tables, pool, clock, rng, long
        self.best, self.cost = roster.copy(), tables.cost(roster)
        people, days = tables.people, tables.days
        self.arms = {
            "people": Arm(min(people, 3.0 if long else 8.0)), "window": Arm(min(days, 8.0)), "mixed": Arm(min(people, 10.0)),
            "dive": Arm(min(people, 10.0)), "agreed": Arm(max(3.0, 0.2 * people * days)),
        }  # fmt: skip
        self.target = 0.6 if days <= 42 else 1.2
        self.price: list[Array] | None = None
        self.agreement: Agreement | None = None

    def offer(self, roster: Array) -> bool:
        """Take a roster that is better, sometimes one that is as good: plateaus are crossed that way."""
        cost = self.tables.cost(roster)
        better = cost < self.cost - 1e-6
        if better or (cost < self.cost + 1e-6 and self.rng.random() < 0.7):
            self.best, self.cost = roster.copy(), cost
        return better

    def step(self, until: float | None = None) -> str:
        """Try one neighbourhood: "better", "same", "proof" (nothing better in it) or "late"."""
        names = LONG if self.long else KINDS if self.agreement and self.agreement.quick else KINDS[:-1]
        weights = np.array([self.arms[kind].weight for kind in names])
        kind = names[self.rng.choice(len(names), p=weights / weights.sum())]
        arm, began = self.arms[kind], self.clock.now()
        if kind == "agreed" and self.agreement:
            result = self._differ(self.agreement, int(arm.size), until)
        else:
            people, first, last = self._pick(kind, arm.size)
            result = self._solve(people, first, last, until, dive=kind == "dive")
        spent = self.clock.now() - began
        arm.tries += 1
        arm.seconds += spent
        arm.proofs += result == "proof"
        arm.wins += result == "better"
        arm.weight = min(5.0, arm.weight + 0.5) if result == "better" else max(0.3, arm.weight * 0.97)
        people_days = self.tables.people * self.tables.days
        most = {"window": self.tables.days, "agreed": people_days}.get(kind, self.tables.people)
        if spent < self.target:
            arm.size = min(most, arm.size * (1.0 if result == "better" else 1.06))
        elif spent > 3 * self.target:
            arm.size = max(3.0, arm.size * 0.9)
        return result

    def window(self, first: int, last: int, seconds: float) -> str:
        """Look for better schedules of everybody on days [first, last), as `step` does, within about so many seconds."""
        people = np.arange(self.tables.people)
        return self._solve(people, first, last, None, seconds / 4, dive=True)

    def _pick(self, kind: str, size: float) -> tuple[Array, int, int]:
        tables, rng = self.tables, self.rng
        days, everybody = tables.days, np.arange(tables.people)
        if kind in ("people", "dive"):
            return self._choose(int(size)), 0, days
        if kind == "mixed":
            length = min(days, MIXED_DAYS)
            first = int(rng.integers(0, max(1, days - length + 1)))
            return self._choose(int(2 * size), first, first + length), first, first + length
        length = int(min(days, size))
        first = int(rng.integers(-2, max(1, days - length + 3)))
        bad = self._bad_rows(short_only=True)
        if len(bad) and rng.random() < 0.6:
            first = int(tables.rows.day[bad[rng.integers(len(bad))]]) - int(rng.integers(length))
        first = min(max(0, first), days - 1)
        last = min(days, first + length)
        return (everybody if tables.people <= 60 else self._choose(60, first, last)), first, last

    def _bad_rows(self, short_only: bool = False) -> Array:
        rows, counts = self.tables.rows, self.tables.counts(self.best)
        cost = np.maximum(rows.need - counts, 0) * rows.under + rows.hard * (np.maximum(rows.least - counts, 0))
        if not short_only:
            cost = cost + np.maximum(counts - rows.need, 0) * rows.over + rows.hard * np.maximum(counts - rows.most, 0)
        found: Array = np.nonzero(cost > 0)[0]
        return found

    def _choose(self, count: int, first: int = 0, last: int | None = None) -> Array:
        """Pick people around a badly manned place (or at random), those dearest and nearest to it first."""
        tables, rng = self.tables, self.rng
        last = tables.days if last is None else last
        score = rng.random(tables.people)
        bad = self._bad_rows()
        bad = bad[(tables.rows.day[bad] >= first) & (tables.rows.day[bad] < last)]
        if len(bad) and rng.random() < 0.75:
            row = bad[rng.integers(len(bad))]
            day = int(tables.rows.day[row])
            for layer in tables.layers:
                symbols = np.nonzero(layer.row[day] == row)[0]
                if len(symbols):
                    near = self.best[:, max(0, day - 3) : day + 4]
                    score += 0.4 * np.isfinite(tables.cell[:, day, symbols]).any(1)
                    score += 0.25 * np.isin(near, symbols).any(1)
        days = np.arange(first, last)
        costs = tables.cell[np.arange(tables.people)[:, None], days, self.best[:, first:last]].sum(1)
        costs -= np.minimum(tables.cell[:, first:last].min(2), 0).sum(1)
        score += 0.3 * costs / max(1.0, float(costs.max()))
        count = min(tables.people, max(2, count))
        chosen: Array = np.sort(np.argsort(-score)[:count])
        return chosen

    def _solve(
        self, people: Array, first: int, last: int, until: float | None, limit: float = 4.0, *, dive: bool
    ) -> str:
        part = self.tables.part(people, first, last, self.best, TAIL)
        try:
            pricer = Pricer(part)
        except MemoryError:
            return "late"
        end = first + part.days
        master = Master(part)
        start = self.best[people, first:end]
        columns = [(p, start[p].copy()) for p in range(len(people))]
        for p, person in enumerate(people):
            columns += [(p, schedule) for schedule in self._known(int(person), first, end, p, part)]
        master.add(columns)
        inner = Pool(len(people))
        bound = self._relax(master, pricer, inner, until, limit)
        if isinstance(bound, str):
            return bound
        if dive:
            down = Dive(master, pricer, self.clock, inner, step=0.02, rounds=12, undo=4, jump=4.0, rng=self.rng)
            found = down.run(self.clock.now() + 2 * limit, self.cost - part.constant)
        else:
            found = self._mix(master, bound, start, limit)
        roster = self.best.copy()
        roster[people, first:end] = found
        return self._take(roster, people)

    def _differ(self, agreement: Agreement, free: int, until: float | None, limit: float = 4.0) -> str:
        """Look for better where the roster and the relaxed optimum differ most, as `step` does."""
        master, closed = agreement.part(self.best, free, self.rng)
        bound = self._relax(master, agreement.pricer, self.pool, until, limit, closed)
        if isinstance(bound, str):
            return bound
        return self._take(self._mix(master, bound, self.best, limit), np.arange(self.tables.people))

    def _relax(
        self, master: Master, pricer: Pricer, pool: Pool, until: float | None, limit: float,
        closed: dict[int, Array] | None = None,
    ) -> float | str:  # fmt: skip
        """Generate columns; return the bound, or "proof" or "late" when there is nothing more to look for."""
        stop = self.clock.now() + 2 * limit
        bound = generate(
            master, pricer, self.clock, pool=pool, cutoff=self.cost, rounds=60, closed=closed,
            until=stop if until is None else min(stop, until),
        )  # fmt: skip
        if whole(bound + master.tables.constant) >= self.cost - 1e-6:
            return "proof"
        return "late" if self.clock.left(until) <= 0 else bound

    def _take(self, roster: Array, people: Array) -> str:
        for person in people:
            self.pool.add(int(person), roster[person].copy())
        return "better" if self.offer(roster) else "same"

    def _mix(self, master: Master, bound: float, start: Array, limit: float) -> Array:
        gap = max(0.0, self.cost - 1 - bound - master.tables.constant)
        found, _ = integer(master, gap + 1e-6, max(0.2, min(limit, self.clock.left())), start, self.clock)
        return found

    def _known(self, person: int, first: int, end: int, place: int, part: Tables) -> Array:
        """Return at most 40 known schedules of the same life outside these days, the most promising first."""
        found: Array = self.pool.like(person, self.best[person], first, end)[:, first:end]
        if not len(found):
            return found
        legal = np.isfinite(part.cell[place][np.arange(end - first), found].sum(1))
        found = found[legal]
        if self.price is not None and len(found) > 40:
            worth = part.cell[place].copy()
            for layer, price in zip(self.tables.layers, self.price, strict=True):
                if layer.who[person]:
                    worth -= price[first:end]
            found = found[np.argsort(worth[np.arange(end - first), found].sum(1))]
        return found[:40]


def integer(
    master: Master, gap: float, seconds: float, start: Array, clock: Clock, room: int = COLUMNS
) -> tuple[Array, float]:
    """Return the best whole mix of the columns whose reduced cost can still pay, at worst the start, and its bound."""
    tables = master.tables
    cells, days = master.prices(master.dual), np.arange(tables.days)
    people = master.dual[master.first_person : master.first_even]
    reduced = np.array([
        cells[p][days, schedule].sum() - people[p]
        for p, schedule in zip(master.person, master.schedules, strict=True)
    ])  # fmt: skip
    keep = [j for j in np.argsort(reduced, kind="stable")[:room] if reduced[j] <= gap]
    known = {master.known[p, start[p].tobytes()] for p in range(tables.people)}
    small = Master(tables)
    small.add([(master.person[j], master.schedules[j]) for j in sorted({*map(int, keep), *known})])
    highs, count, slacks = small.highs, len(small.schedules), small.slacks
    index = np.arange(slacks, slacks + count, dtype=np.int32)
    highs.changeColsIntegrality(count, index, np.array([highspy.HighsVarType.kInteger] * count))
    options: dict[str, float | int] = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.99, "mip_heuristic_effort": 0.2}
    options |= {"mip_max_nodes": 200} if clock.deterministic else {"time_limit": float(seconds)}
    for name, value in options.items():
        highs.setOptionValue(name, value)
    solution = highspy.HighsSolution()
    solution.col_value = _start_values(small, start)
    highs.setSolution(solution)
    highs.run()
    clock.add(iterations=max(0, highs.getInfo().simplex_iteration_count))
    if highs.getInfo().primal_solution_status != 2:
        return start, -math.inf
    small.x = np.array(highs.getSolution().col_value)[slacks:]
    return small.roster(), float(highs.getInfo().mip_dual_bound)


def _start_values(master: Master, start: Array) -> list[float]:
    """Return the incumbent as a solution of the programme; slacks are left to the solver's own completion."""
    tables = master.tables
    values = np.zeros(master.slacks + len(master.schedules))
    for p in range(tables.people):
        values[master.slacks + master.known[p, start[p].tobytes()]] = 1
    master.fill_slacks(values, tables.counts(start), [tables.carried(even, start) + even.base for even in tables.even])
    return [float(value) for value in values]
