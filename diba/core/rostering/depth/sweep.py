"""The sweep: every loss tried against one roster, each outcome with its witness or its proof."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...errors import BadInput
from ..problem import Problem, Roster
from ..rules import Hole
from .base import Base
from .exact import bound_to, counted, mended, refuted
from .losses import Loss, without
from .mending import Mending

Progress = Callable[[dict[str, float]], None]
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Outcome:
    """What one loss comes to.

    survives: a mended roster was found that the referee accepts (`roster`, the witness). Else proven says whether there is
    none; holes are what stays open in the best one found, posts those that the loss breaks. changes: cells of others than
    the lost that become different.
    """

    loss: Loss
    survives: bool
    proven: bool
    changes: int
    holes: tuple[Hole, ...]
    posts: tuple[str, ...]
    roster: Roster | None


def sweep(
    problem: Problem, roster: Roster, losses: Sequence[Loss], *, seconds: float = 60, workers: int = 2, first_day: int = 0,
    progress: Progress | None = None, stop: Stop | None = None, seed: int = 1,
) -> list[Outcome]:  # fmt: skip
    """Return what each loss comes to, in the order given; never more than `seconds` and a solver's last step.

    A loss is known on its first day: what stands before it, or before `first_day`, is done and stays. Chains of people who
    move up are tried for every loss first, then those that are left go to the exact solver. progress gets {"done", "total",
    "survived", "seconds"}; stop is asked after each loss. What was not settled by then is neither survived nor proven.
    """
    if not 0 <= first_day <= problem.days:
        raise BadInput("out_of_range", "first_day", value=first_day)
    base, started = Base(problem, roster), time.monotonic()
    found: dict[int, Outcome] = {}
    unsettled: list[int] = []

    def going() -> bool:
        if progress:
            survived = sum(outcome.survives for outcome in found.values())
            done = len(found) - len(unsettled)
            progress({"done": done, "total": len(losses), "survived": survived, "seconds": time.monotonic() - started})
        return time.monotonic() - started < seconds and not (stop is not None and stop())

    for number, loss in enumerate(losses):
        found[number] = quick(base, loss, first_day) if going() else untried(base, loss, first_day)
        if not found[number].survives and not found[number].proven:
            unsettled.append(number)
    for number in list(unsettled):
        left = seconds - (time.monotonic() - started)
        if not going():
            break
        found[number] = exact(base, found[number], first_day, max(1.0, left / len(unsettled)), seed)
        unsettled.remove(number)
    going()
    return [found[number] for number in range(len(losses))]


def untried(base: Base, loss: Loss, first_day: int) -> Outcome:
    """Return the outcome of a loss there was no time for: what it opens, and nothing known."""
    first = max(first_day, loss.first)
    holes = Mending(base, without(base.problem, loss, first), first).holes()
    return Outcome(loss, not holes, False, 0, tuple(holes), _posts(holes), None)


def quick(base: Base, loss: Loss, first_day: int) -> Outcome:
    """Return the outcome that chains of people, or counting, can give in some thousandths of a second."""
    first = max(first_day, loss.first)
    problem = without(base.problem, loss, first)
    mending = Mending(base, problem, first)
    holes = mending.mend()
    plan = mending.roster()
    if not holes and base.accepts(problem, plan):
        return Outcome(loss, True, True, _changes(base, loss, plan), (), (), plan)
    posts = counted(base, problem, {hole.day for hole in holes})
    return Outcome(loss, False, bool(posts), _changes(base, loss, plan), tuple(holes), posts or _posts(holes), plan)


def exact(base: Base, outcome: Outcome, first_day: int, seconds: float, seed: int) -> Outcome:
    """Return the outcome of a loss that chains could not mend: the posts it breaks, then all that share people with them."""
    loss = outcome.loss
    first = max(first_day, loss.first)
    problem = without(base.problem, loss, first)
    posts = frozenset(hole.post for hole in outcome.holes)
    if refuted(base, problem, posts, first, seconds / 3, seed):
        return Outcome(loss, False, True, outcome.changes, outcome.holes, tuple(sorted(posts)), outcome.roster)
    _, people = bound_to(base, posts)
    answer = mended(base, problem, dict(outcome.roster or {}), people - base.broken_by, first, seconds / 2, seed)
    if answer.roster is not None and base.accepts(problem, answer.roster):
        return Outcome(loss, True, True, _changes(base, loss, answer.roster), (), (), answer.roster)
    proven = answer.impossible and base.clean
    return Outcome(loss, False, proven, outcome.changes, outcome.holes, outcome.posts, outcome.roster)


def _posts(holes: Sequence[Hole]) -> tuple[str, ...]:
    return tuple(sorted({hole.post for hole in holes}))


def _changes(base: Base, loss: Loss, plan: Roster) -> int:
    keys = {*base.roster, *plan}
    return sum(key[0] not in loss.people and base.roster.get(key) != plan.get(key) for key in keys)
