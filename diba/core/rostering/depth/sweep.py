"""The sweep: every loss tried against one roster, each outcome with its witness or its proof."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from ...errors import BadInput
from ..problem import Problem, Roster
from .base import Base
from .losses import Loss
from .outcome import Outcome
from .partner import Partner, Task
from .tries import Tries

Progress = Callable[[dict[str, float]], None]
Stop = Callable[[], bool]
ALONE = 12  # losses up to which a second process would take longer to start than to help


def sweep(
    problem: Problem, roster: Roster, losses: Sequence[Loss], *, seconds: float = 60, workers: int = 2, first_day: int = 0,
    progress: Progress | None = None, stop: Stop | None = None, seed: int = 1,
) -> list[Outcome]:  # fmt: skip
    """Return what each loss comes to, in the order given; never more than `seconds` and a solver's last step.

    A loss is known on its first day: what stands before it, or before `first_day`, is done and stays. Chains of people who
    move up are tried for every loss first, then those that are left go to the exact solver. progress gets {"done", "total",
    "survived", "seconds"}; stop is asked after each loss. What was not settled by then is neither survived nor proven.
    workers: 2 or more use one more process, no more. Raises BadInput.
    """
    if not 0 <= first_day <= problem.days:
        raise BadInput("out_of_range", "first_day", value=first_day)
    for loss in losses:
        if loss.first >= problem.days or not loss.people <= problem.person.keys():
            raise BadInput("not_in_the_problem", "losses", loss.id)
    return _Sweep(problem, roster, losses, seconds, first_day, progress, stop, seed).run(workers)


class _Sweep:
    """The tasks that are left, and what came of the others."""

    def __init__(
        self, problem: Problem, roster: Roster, losses: Sequence[Loss], seconds: float, first_day: int,
        progress: Progress | None, stop: Stop | None, seed: int,
    ) -> None:  # fmt: skip
        self.losses, self.progress, self.stop = losses, progress, stop
        self.started, self.seconds = time.monotonic(), seconds
        self.problem, self.first_day, self.seed = problem, first_day, seed
        self.base = Base(problem, roster)
        self.tries = Tries(self.base, first_day, seed)
        self.found: dict[int, Outcome] = {}
        self.first: deque[int] = deque(range(len(losses)))
        self.second: deque[int] = deque()
        self.workers, self.stopped, self.lock = 1, False, threading.Lock()

    def run(self, workers: int) -> list[Outcome]:
        self.workers = 2 if workers > 1 and len(self.losses) > ALONE else 1
        partner = None
        if self.workers > 1:
            partner = Partner(self.problem, self.base.roster, self.first_day, self.seed)
            partner.work(self._take, self._give)
        try:
            while (task := self._take()) is not None or (partner and not partner.wait(0.2)):
                if task is not None:
                    number, (way, asked) = task
                    self._give(number, getattr(self.tries, way)(*asked))
                self._tell()
        finally:
            if partner:
                partner.close()
        self._tell()
        return [
            replace(self.found[number], loss=loss) if number in self.found else self.tries.opened(loss)
            for number, loss in enumerate(self.losses)
        ]

    def _left(self) -> float:
        return 0.0 if self.stopped else self.seconds - (time.monotonic() - self.started)

    def _take(self) -> tuple[int, Task] | None:
        """Return the next task: every loss quickly first, then those left over, each with its share of the time."""
        with self.lock:
            left = self._left()
            if left <= 0:
                return None
            if self.first:
                number = self.first.popleft()
                return number, ("quick", (self.losses[number],))
            if self.second:
                share = left * self.workers / len(self.second)
                number = self.second.popleft()
                return number, ("thorough", (self.found[number], min(left, max(1.0, share))))
            return None

    def _give(self, number: int, outcome: Outcome) -> None:
        with self.lock:
            again = number not in self.found
            self.found[number] = outcome
            if again and not outcome.survives and not outcome.proven:
                self.second.append(number)

    def _tell(self) -> None:
        with self.lock:
            survived = sum(outcome.survives for outcome in self.found.values())
            done = len(self.found) - len(self.second)
        if self.progress:
            spent = time.monotonic() - self.started
            self.progress({"done": done, "total": len(self.losses), "survived": survived, "seconds": spent})
        if self.stop is not None and self.stop():
            self.stopped = True
