"""Running the model: hints, progress, stopping, and a roster read back."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .model import Model
from .problem import Roster


@dataclass(frozen=True)
class Outcome:
    """What one run gave: status is optimal, feasible, infeasible or unknown; the bound is of the model's own objective."""

    status: str
    roster: dict[tuple[str, int], tuple[str, str]] | None
    objective: float
    bound: float
    seconds: float


def run(
    model: Model,
    seconds: float,
    *,
    workers: int = 2,
    seed: int = 1,
    deterministic: bool = False,
    hint: Roster | None = None,
    progress: Callable[[float, float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Outcome:
    """Solve a model for so many seconds; in deterministic mode the seconds are CP-SAT's deterministic time.

    progress: told (objective, bound) of every better roster and every better bound, the objective inf with a bound alone.
    """
    from ortools.sat.python import cp_model

    if hint:
        for (person, day, shift, post), cell in model.cell.items():
            model.cp.add_hint(cell, int(hint.get((person, day)) == (shift, post)))
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.num_workers = workers
    if deterministic:
        solver.parameters.max_deterministic_time = seconds
        solver.parameters.interleave_search = True
    else:
        solver.parameters.max_time_in_seconds = seconds
    solver.parameters.relative_gap_limit = 0.0

    over = threading.Event()

    def ask() -> None:
        # The solver's own callbacks come with news only; a wish to stop must not wait for any.
        while stop is not None and not over.wait(0.2):
            if stop():
                solver.stop_search()

    class Watcher(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        def on_solution_callback(self) -> None:
            if progress:
                progress(self.objective_value, self.best_objective_bound)

    def watch_bound(bound: float) -> None:
        if progress:
            progress(float("inf"), bound)

    solver.best_bound_callback = watch_bound
    asker = threading.Thread(target=ask, daemon=True)
    asker.start()
    try:
        status = solver.solve(model.cp, Watcher())
    finally:
        over.set()
        asker.join()
    names: dict[Any, str] = {
        cp_model.OPTIMAL: "optimal", cp_model.FEASIBLE: "feasible", cp_model.INFEASIBLE: "infeasible"
    }  # fmt: skip
    found = names.get(status, "unknown")
    roster = None
    if found in ("optimal", "feasible"):
        roster = {
            (person, day): (shift, post)
            for (person, day, shift, post), cell in model.cell.items()
            if solver.boolean_value(cell)
        }
    known = roster is not None
    return Outcome(
        found, roster, solver.objective_value if known else float("inf"), solver.best_objective_bound, solver.wall_time
    )
