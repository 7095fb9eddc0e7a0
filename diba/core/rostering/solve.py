"""The one face of the search: a problem in, the best roster found in the time, its cost counted by the referee."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import NoSolution
from .counting import least_cost
from .explain import explain
from .model import Model
from .problem import Problem, Roster
from .rules import Report, check
from .search import run

Progress = Callable[[dict[str, float]], None]


@dataclass(frozen=True)
class Solution:
    """A roster and what is known about it. objective is the referee's; bound a proven lower bound of it."""

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
    stop: Callable[[], bool] | None = None,
    deterministic: bool = False,
    hint: Roster | None = None,
    soft: int | None = None,
) -> Solution:
    """Return the best roster found. Raises NoSolution with the named rules that clash, or {"rule": "time"} when the time
    ran out before the first roster.

    soft: what each one missing of a hard minimum may cost, to get a roster with holes where none without exists; the
    report's violations name them. stop: asked now and then; True ends the search with the best so far.
    """
    started = time.monotonic()
    trace: list[tuple[float, int, int]] = []

    counted = least_cost(problem) if soft is None else 0

    def improved(objective: float, bound: float) -> None:
        trace.append((time.monotonic() - started, round(objective), max(counted, _whole(bound))))
        if progress:
            progress({"objective": trace[-1][1], "bound": trace[-1][2], "seconds": trace[-1][0], "found": len(trace)})

    model = Model(problem, soft=soft)
    outcome = run(
        model,
        seconds,
        workers=workers,
        seed=seed,
        deterministic=deterministic,
        hint=hint,
        progress=improved,
        stop=_enough(trace, stop),
    )
    if outcome.roster is None:
        if outcome.status == "infeasible":
            raise NoSolution(explain(problem, seconds=max(5.0, seconds / 2), workers=workers, seed=seed))
        raise NoSolution([{"rule": "time", "seconds": round(seconds)}])
    report = check(problem, outcome.roster)
    bound = max(_whole(outcome.bound), counted)
    if soft is None:
        bound = min(bound, report.objective)
    return Solution(outcome.roster, report, bound, time.monotonic() - started, "cp-sat", tuple(trace))


def _enough(trace: list[tuple[float, int, int]], stop: Callable[[], bool] | None) -> Callable[[], bool]:
    """Return when to stop: when told to, or when what was found is what counting proves to be the least."""
    return lambda: bool(trace and trace[-1][1] <= trace[-1][2]) or (stop is not None and stop())


def _whole(bound: float) -> int:
    """Round a bound up to the next whole number, since every cost is whole, and never below 0."""
    return max(0, math.ceil(bound - 1e-6)) if math.isfinite(bound) else 0
