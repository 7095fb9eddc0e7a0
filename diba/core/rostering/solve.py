"""The one face of the search: a problem in, the best roster found in the time, its cost counted by the referee."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..errors import NoSolution
from .counting import least_cost
from .explain import explain
from .meetings import settled
from .model import Model
from .problem import LARGEST, Fairness, Problem, Roster
from .rules import COUNTED, Report, check
from .search import run
from .shortages import count

Progress = Callable[[dict[str, float]], None]
Stop = Callable[[], bool]
# Shares of the time that the plain model gets first at least, and at most while it still has news at least that often.
FIRST, FIRST_AT_MOST, NEWS = 0.4, 0.9, 0.15
LEAST = 0.05  # share of the time below which the columns are not begun


@dataclass(frozen=True)
class Solution:
    """A roster and what is known about it. objective is the referee's; bound a proven lower bound of it.

    Where hard minima may be missed at a cost (`soft`), the bound is of rosters that miss no more than this one does.
    """

    roster: Roster
    report: Report
    bound: int
    seconds: float
    engine: str
    trace: tuple[tuple[float, int, int], ...]  # (s, objective, bound) of every improvement

    @property
    def objective(self) -> int:
        return self.report.objective

    @property
    def gap(self) -> float:
        """Return (objective - bound) / objective; 0 when proven best."""
        return (self.objective - self.bound) / self.objective if self.objective else 0.0

    @property
    def proven(self) -> bool:
        return self.objective <= self.bound


def solve(
    problem: Problem,
    *,
    seconds: float = 30,
    workers: int = 2,
    seed: int = 1,
    progress: Progress | None = None,
    stop: Stop | None = None,
    deterministic: bool = False,
    hint: Roster | None = None,
    soft: int | None = None,
    engine: str = "columns",
) -> Solution:
    """Return the best roster found. Raises NoSolution with the named rules that clash, or {"rule": "time"} when the time
    ran out before the first roster.

    soft: what each one missing of a hard minimum may cost, to get a roster with holes where none without exists; the
    report's violations name them. stop: asked now and then; True ends the search with the best so far. hint: a roster to
    go on from. deterministic: the same seed gives the same roster, the time counted in work done. engine: "columns", or
    "cp-sat" for the plain model of the same rules, which is the cross-check.
    """
    watch = _Watch(progress, least_cost(problem) if soft is None else 0, soft)
    if soft is None and count(problem):
        raise NoSolution(explain(problem, seconds=max(8.0, seconds / 2), workers=workers, seed=seed))
    asked = engine
    engine = asked if _carried(problem, asked) else "cp-sat"
    if engine != asked and problem.apart and _carried(replace(problem, apart=()), asked):
        engine, one = asked, _settled
    else:
        one = _columns if engine == "columns" else _plain
    found, bound = one(problem, watch, seconds, workers, seed, deterministic, hint, stop)
    report = check(problem, found)
    if soft is not None:
        bound -= soft * report.missing
    bound = max(0, min(bound, report.objective))
    return Solution(found, report, bound, watch.seconds(), engine, tuple(watch.trace))


class _Watch:
    """What is told of a search while it runs, and kept of it: legal rosters and bounds."""

    def __init__(self, progress: Progress | None, counted: int, soft: int | None) -> None:
        self.progress, self.counted, self.soft = progress, counted, soft
        self.trace: list[tuple[float, int, int]] = []
        self.started = time.monotonic()
        self.news = 0.0

    def seconds(self) -> float:
        return time.monotonic() - self.started

    def told(self, cost: float, bound: float, missing: int = 0) -> None:
        """Take news: a better roster, a better bound, or both; the cost is inf with a bound alone."""
        self.news = self.seconds()
        known = self.trace[-1] if self.trace else (0.0, None, 0)
        bound = max(self.counted, known[2], _whole(bound))
        if math.isinf(cost):
            if known[1] is None or bound == known[2]:
                return
            cost = known[1]
        entry = self.news, round(cost), bound
        if self.soft is not None or not missing:
            self.trace.append(entry)
        if self.progress:
            figures = {"objective": entry[1], "bound": entry[2], "seconds": entry[0], "found": len(self.trace)}
            self.progress({**figures, "holes": missing})

    def enough(self) -> bool:
        """Say whether what was found is what counting proves to be the least."""
        return bool(self.trace and self.trace[-1][1] <= self.trace[-1][2])


def _carried(problem: Problem, engine: str) -> bool:
    """Say whether the engine asked for keeps every rule of the problem."""
    from . import columns

    return engine != "columns" or columns.carried(problem)


def _columns(
    problem: Problem, watch: _Watch, seconds: float, workers: int, seed: int, deterministic: bool, hint: Roster | None,
    stop: Stop | None,
) -> tuple[Roster, int]:  # fmt: skip
    """Search by columns; where minima are hard or burdens shared, the plain model goes first: it is quick to find out
    whether they can be kept at all, and evenness is a plateau to whoever improves a few people at a time.
    """
    from . import columns

    began, bound = watch.seconds(), watch.counted
    if _knotty(problem) and watch.soft is None:
        leave = stop if deterministic else _stale(watch, seconds, stop)

        def share(most: float) -> float:
            # Building models takes time too; in deterministic mode only work counts.
            return most * seconds if deterministic else max(0.05, most * seconds - (watch.seconds() - began))

        try:
            hint = hint or _uneven(problem, watch, share(FIRST), workers, seed, deterministic, stop)
            if not watch.enough():
                most = share(FIRST if deterministic else FIRST_AT_MOST)
                hint, bound = _plain(problem, watch, most, workers, seed, deterministic, hint, leave)
        except _Late:
            pass
    left = seconds if deterministic else max(0.1, seconds - (watch.seconds() - began))
    if hint and (watch.enough() or left < LEAST * seconds or (stop is not None and stop())):
        return hint, bound
    try:
        found = columns.search(
            problem, seconds=left, workers=workers, seed=seed, deterministic=deterministic, hint=hint, soft=watch.soft,
            told=watch.told, stop=stop, floor=bound,
        )  # fmt: skip
    except columns.Unable as error:
        raise NoSolution(_of_one(problem, problem.people[error.people[0]].id)) from None
    if found.missing and watch.soft is None:
        raise NoSolution([{"rule": "time", "seconds": round(seconds), "missing": found.missing}])
    return found.roster, max(_whole(found.bound), bound)


def _settled(
    problem: Problem, watch: _Watch, seconds: float, workers: int, seed: int, deterministic: bool, hint: Roster | None,
    stop: Stop | None,
) -> tuple[Roster, int]:  # fmt: skip
    """Search where teams that must not meet could: first by the plain model, then by columns with every shift left to the
    team that its roster has there. The bound is the plain model's, which knows of every other way.
    """
    from . import columns

    began, leave = watch.seconds(), stop if deterministic else _stale(watch, seconds, stop)
    first, bound = _plain(problem, watch, FIRST_AT_MOST * seconds, workers, seed, deterministic, hint, leave)
    small = settled(problem, first)
    if watch.enough() or (stop is not None and stop()):
        return first, bound
    left = seconds if deterministic else max(0.1, seconds - (watch.seconds() - began))
    if not columns.carried(small):
        return _plain(problem, watch, left, workers, seed, deterministic, first, stop)
    found = columns.search(
        small, seconds=left, workers=workers, seed=seed, deterministic=deterministic, hint=first, soft=watch.soft,
        told=lambda cost, _, missing: watch.told(cost, bound, missing), stop=stop, floor=bound,
    )  # fmt: skip
    soft = watch.soft if watch.soft is not None else LARGEST
    reports = [(check(problem, roster), roster) for roster in (first, found.roster)]
    legal = [(report, roster) for report, roster in reports if all(v.rule in COUNTED for v in report.violations)]
    return min(legal, key=lambda one: one[0].objective + soft * one[0].missing)[1], bound


def _stale(watch: _Watch, seconds: float, stop: Stop | None) -> Stop:
    """Return when to leave the plain model: when told to, or after its first share, once it has had no news for a while."""

    def leave() -> bool:
        quiet = watch.seconds() > FIRST * seconds and watch.seconds() - watch.news > NEWS * seconds
        return quiet or (stop is not None and stop())

    return leave


def _uneven(
    problem: Problem, watch: _Watch, seconds: float, workers: int, seed: int, deterministic: bool, stop: Stop | None
) -> Roster | None:
    """Return a first roster in no time: every rule and wish, but evenness left for later."""
    if problem.fairness == Fairness():
        return None
    uneven = replace(problem, fairness=Fairness())
    first, _ = _plain(uneven, _Watch(None, 0, None), seconds, workers, seed, deterministic, None, stop)
    watch.told(check(problem, first).objective, 0)
    return first


def _knotty(problem: Problem) -> bool:
    """Say whether minima are hard or burdens are to be shared evenly."""
    return problem.fairness != Fairness() or any(cell.minimum for cell in problem.cover)


class _Late(NoSolution):
    """The time was over before the first roster."""


def _of_one(problem: Problem, person: str) -> list[Mapping[str, object]]:
    """Return why one person has no legal schedule at all: his own rules, the cover left out."""
    alone = replace(problem, people=(problem.person[person],), cover=(), crews=(), fairness=Fairness())
    return [{**part, "person": person} for part in explain(alone, seconds=5.0, workers=1)]


def _plain(
    problem: Problem, watch: _Watch, seconds: float, workers: int, seed: int, deterministic: bool, hint: Roster | None,
    stop: Stop | None,
) -> tuple[Roster, int]:  # fmt: skip
    """Search with the plain CP-SAT model of the same rules."""
    outcome = run(
        Model(problem, soft=watch.soft), seconds, workers=workers, seed=seed, deterministic=deterministic, hint=hint,
        progress=watch.told, stop=lambda: watch.enough() or (stop is not None and stop()),
    )  # fmt: skip
    if outcome.roster is None:
        if outcome.status == "infeasible":
            raise NoSolution(explain(problem, seconds=max(8.0, seconds / 2), workers=workers, seed=seed))
        raise _Late([{"rule": "time", "seconds": round(seconds)}])
    return outcome.roster, max(_whole(outcome.bound), watch.counted)


def _whole(bound: float) -> int:
    """Round a bound up to the next whole number, since every cost is whole, and never below 0."""
    return max(0, math.ceil(bound - 1e-6)) if math.isfinite(bound) else 0
