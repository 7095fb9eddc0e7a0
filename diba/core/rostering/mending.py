"""The search behind a repair: a first answer in milliseconds, a lower bound by column generation, then better answers.

The same tables and the same pricer as the rosters' own search; only the cells cost what a change asks of the person. People
whose own days break a rule once the loss is taken off, and all who are barred, stay as they are.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from .changes import HOLE, POINTS, WORST, Cell, open_points, point_table
from .columns.carried import carried
from .columns.compiling import Codec, tables
from .columns.generation import Clock
from .columns.pricing import Pricer
from .columns.rows import Rows
from .columns.tables import Array, Tables
from .edits import NEVER, SMOOTHING, Edits, Prices
from .meetings import settled
from .problem import Problem, Roster
from .rules import Violation, broken_by, further
from .trials import Trial

WANTED = 400  # points of a number that is wanted and not required
QUICK = 250  # tries before the bound is looked for
MOST = 6_000  # edits that the exact end decides among


@dataclass(frozen=True)
class Mended:
    """A roster, its points with holes included, and a proven lower bound of the points of any."""

    roster: dict[tuple[str, int], Cell]
    cost: int
    bound: int


class Mending:
    """One problem and the roster it is to keep to.

    roster: what people were told; kept: it, less what can no longer be stood. Days before first_day are over, and so are the
    watches (day, shift) that have begun: nobody there is moved, nobody is sent there. demanded: cells (day, shift, post)
    whose number has changed.
    """

    def __init__(
        self, problem: Problem, roster: Roster, kept: Roster, clock: Clock, *, first_day: int = 0,
        begun: Collection[tuple[int, str]] = (), demanded: Collection[tuple[int, str, str]] = (), seed: int = 1,
    ) -> None:  # fmt: skip
        self.clock, self.rng = clock, np.random.default_rng(seed)
        if problem.apart:
            # Each team keeps the watches that it stands: where another would meet it, nobody is sent.
            problem = settled(problem, kept)
        closed = _closed(problem, kept, first_day, begun)
        compiled, self.codec = tables(_history_pinned(problem, kept, closed), soft=HOLE)
        self.start = self.codec.encode(kept)
        told = self.codec.encode(roster)
        number = {person.id: row for row, person in enumerate(problem.people)}
        asked = point_table(problem, self.codec.cells, number, told, first_day)
        cell = np.where(np.isfinite(compiled.cell), asked, np.inf)
        cell[closed] = np.inf
        for symbol, (shift, _) in enumerate(self.codec.cells, 1):
            cell[:, [day for day, its in begun if its == shift], symbol] = np.inf
        np.put_along_axis(cell, self.start[:, :, None].astype(np.int64), 0.0, 2)
        rows, self.prices = _rows(problem, compiled, self.codec, told, demanded)
        rows = _over(rows, compiled, self.codec, compiled.counts(self.start), first_day, begun)
        self.tables = replace(compiled, cell=cell, even=(), rows=rows, constant=0.0)
        self.pricer = Pricer(self.tables)
        self.free = [p for p in range(self.tables.people) if self._legal(p)]
        self.number, self.days = number, np.arange(self.tables.days)
        # Rules that the pricer does not know are asked of the referee, schedule by schedule.
        self.referee = None if carried(problem) else _Referee(problem, self.codec, self.start)
        self.broken = _broken(rows, self.tables.counts(self.start))

    def _legal(self, person: int) -> bool:
        """Say whether a person's schedule, as it stands, keeps his own rules."""
        only = np.full(self.tables.cell.shape[1:], np.inf)
        only[np.arange(self.tables.days), self.start[person]] = 0
        return self.pricer.price(person, only)[1] is not None

    def fits(self, person: int, schedule: Array) -> bool:
        """Say whether a schedule that the pricer gives breaks no rule further than the person's own does."""
        return self.referee is None or self.referee.fits(person, schedule)

    def cost(self, roster: Array) -> float:
        """Return the points of a roster: changes, places that stay open, and rules broken further than before."""
        rows, counts = self.tables.rows, self.tables.counts(roster)
        missing = np.maximum(np.maximum(rows.least, 0) - counts, 0)
        counted = np.isfinite(self.prices.hole)
        wanted = np.maximum(rows.need - np.maximum(counts, rows.least), 0)
        changes = float(self.tables.cell[np.arange(len(roster))[:, None], self.days, roster].sum())
        holes = float(missing[counted] @ self.prices.hole[counted] + wanted @ self.prices.wanted)
        further = np.maximum(_broken(rows, counts) - self.broken, 0)
        further[:, 0][counted] = 0
        return changes + holes + NEVER * float(further.sum())

    def counted(self, people: list[int]) -> float:
        """Return a bound by counting: each place that is open takes a change of its own, by somebody who may stand there."""
        rows, counts = self.tables.rows, self.tables.counts(self.start)
        layer, total = self.tables.layers[0].row, 0.0
        for day, symbol in zip(*np.nonzero(layer >= 0), strict=True):
            r = layer[day, symbol]
            missing = int(max(rows.least[r], 0) - counts[r])
            if missing > 0:
                others = [p for p in people if self.start[p, day] != symbol]
                asked = np.sort(self.tables.cell[others, day, symbol])[:missing]
                asked = np.append(asked, np.full(missing - len(asked), np.inf))
                total += float(np.minimum(asked, self.prices.hole[r]).sum())
        return total

    def open(self, roster: Array) -> int:
        """Return how many places of hard minima nobody stands at."""
        missing = np.maximum(self.tables.rows.least, 0) - self.tables.counts(roster)
        return int(np.maximum(missing, 0)[np.isfinite(self.prices.hole)].sum())

    def run(self, until: float, barred: Collection[str] = ()) -> Mended:
        """Return the best roster found until then (s on the clock). barred: people who are left alone."""
        out = {self.number[who] for who in barred if who in self.number}
        people = [p for p in self.free if p not in out]
        self.best, self.best_cost = self.start.copy(), self.cost(self.start)
        self.bound = self.counted(people)
        trial = Trial(self, people)
        self.offer(trial.plain())
        trial.improve(self._share(until, 0.25), tries=QUICK)
        if not self.over(until) and people:
            edits, dual = self._root(people, until)
            trial.improve(self._share(until, 0.6))
            if not self.over(until) and self.referee is None:
                self._finish(edits, dual, until)
            trial.improve(until)
        return Mended(self.codec.decode(self.best), round(self.best_cost), self._whole())

    def _share(self, until: float, share: float) -> float:
        return self.clock.now() + share * self.clock.left(until)

    def _root(self, people: list[int], until: float) -> tuple[Edits, Array]:
        """Bound the whole from below. Returns the programme and the duals of the bound."""
        prices = self.prices
        if not self.open(self.best):
            # Nothing stays open in the best, so whatever does costs more than some changes: a smaller price is bound enough.
            prices = replace(prices, hole=np.where(np.isfinite(prices.hole), 10 * WORST, np.inf))
        edits = Edits(self.tables, prices, self.start, self.start, people)
        edits.add((p, self.best[p]) for p in people)
        bound, dual = self._generate(edits, self._share(until, 0.7))
        self.bound = max(self.bound, bound)
        return edits, dual

    def _finish(self, edits: Edits, dual: Array, until: float) -> None:
        """Where few edits could still be part of a better mix, decide among all of them: that proves the best."""
        if not edits.enumerate(self.pricer, dual, self.best_cost - POINTS, MOST, lambda: self.over(until)):
            return
        taken, proven = edits.whole(0.8 * self.clock.left(until))
        self.bound = max(self.bound, min(proven, self.best_cost))
        if taken is not None:
            roster = self.start.copy()
            for person, schedule in taken:
                roster[person] = schedule
            self.offer(roster)

    def _generate(self, edits: Edits, until: float) -> tuple[float, Array]:
        """Add edits that pay until none does. Returns the best lower bound and its duals."""
        best, centre = -math.inf, np.zeros(0)
        while True:
            dual = edits.solve()
            share = SMOOTHING if math.isfinite(best) else 0.0
            while True:
                at = dual * (1 - share)
                at[: len(centre)] += share * centre
                bound, columns = edits.price(self.pricer, at)
                if bound > best:
                    best, centre = bound, at
                added = edits.add((p, schedule) for p, schedule, gain in columns if gain < -1e-6)
                if added or share == 0:
                    break
                share = 0.0
            proven = edits.value - best < 1 or self._round_up(best) >= self.best_cost
            if not added or proven or self.clock.left(until) <= 0:
                return best, centre

    def offer(self, roster: Array) -> bool:
        """Keep a roster when it is better; say whether it is."""
        cost = self.cost(roster)
        if cost < self.best_cost - 1e-6:
            self.best, self.best_cost = roster.copy(), cost
            return True
        return False

    def _round_up(self, bound: float) -> float:
        return math.ceil((bound - 1e-3) / POINTS) * POINTS if math.isfinite(bound) else bound

    def _whole(self) -> int:
        return int(min(max(0.0, self._round_up(self.bound)), self.best_cost))

    def over(self, until: float) -> bool:
        """Say whether the best is proven or the time (s on the clock) is over."""
        return self.clock.left(until) <= 0 or self._round_up(self.bound) >= self.best_cost


class _Referee:
    """The referee's word on one person's schedule, remembered."""

    def __init__(self, problem: Problem, codec: Codec, start: Array) -> None:
        self.problem, self.codec = problem, codec
        self.known = [self._broken(row, schedule) for row, schedule in enumerate(start)]
        self.said: dict[tuple[int, bytes], bool] = {}

    def _broken(self, person: int, schedule: Array) -> list[Violation]:
        cells = {int(day): self.codec.cells[schedule[day] - 1] for day in np.nonzero(schedule)[0]}
        return broken_by(self.problem, self.problem.people[person], cells)

    def fits(self, person: int, schedule: Array) -> bool:
        key = (person, schedule.tobytes())
        if key not in self.said:
            self.said[key] = not further(self.known[person], self._broken(person, schedule))
        return self.said[key]


def _closed(problem: Problem, kept: Roster, first_day: int, begun: Collection[tuple[int, str]]) -> Array:
    """Return which cells must stay, (people, days)."""
    closed = np.zeros((len(problem.people), problem.days), bool)
    closed[:, :first_day] = True
    for row, person in enumerate(problem.people):
        for day in {day for day, _ in begun}:
            cell = kept.get((person.id, day))
            closed[row, day] |= cell is not None and (day, cell[0]) in begun
    return closed


def _over(
    rows: Rows, compiled: Tables, codec: Codec, standing: Array, first_day: int, begun: Collection[tuple[int, str]]
) -> Rows:
    """Return the rows with nothing wanted any more where the watch is over or has begun."""
    done = rows.day < first_day
    for symbol, (shift, _) in enumerate(codec.cells, 1):
        for day in (day for day, its in begun if its == shift):
            if (r := compiled.layers[0].row[day, symbol]) >= 0:
                done[r] = True
    least, need = (np.where(done, np.minimum(wanted, standing), wanted) for wanted in (rows.least, rows.need))
    return replace(rows, least=least, need=need)


def _broken(rows: Rows, counts: Array) -> Array:
    """Return (rows, 2): how many are missing of a hard least, and how many are too many for a hard most."""
    return np.stack([np.maximum(np.maximum(rows.least, 0) - counts, 0), np.maximum(counts - rows.most, 0)], 1)


def _history_pinned(problem: Problem, kept: Roster, closed: Array) -> Problem:
    """Return the problem with what must stay pinned, so that its cells are known even where nobody wants them now."""
    people = []
    for row, person in enumerate(problem.people):
        pins = dict(person.pins)
        pins |= {int(day): kept.get((person.id, int(day))) for day in np.nonzero(closed[row])[0]}
        people.append(replace(person, pins=pins) if len(pins) != len(person.pins) else person)
    return replace(problem, people=tuple(people))


def _rows(
    problem: Problem, compiled: Tables, codec: Codec, told: Array, demanded: Collection[tuple[int, str, str]]
) -> tuple[Rows, Prices]:
    """Return the rows as a repair sees them, and what is missing costs. A number only wanted is wanted as far as it stood
    before, unless it is what has changed; a surplus is nobody's trouble.
    """
    rows = compiled.rows
    hole = np.full(len(rows.need), np.inf)
    full = np.zeros(len(rows.need), bool)
    for cell in problem.cover:
        r = compiled.layers[0].row[cell.day, codec.symbol[cell.shift, cell.post]]
        if r >= 0:
            hole[r] = open_points(problem, cell.post)
            full[r] = (cell.day, cell.shift, cell.post) in demanded
    need = np.where(full, rows.need, np.minimum(rows.need, np.maximum(compiled.counts(told), rows.least)))
    wanted = np.where(rows.under > 0, float(WANTED), 0.0)
    return replace(rows, need=need, under=wanted, over=np.zeros_like(rows.over)), Prices(hole, wanted)
