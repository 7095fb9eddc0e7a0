"""Teams that never meet, in the column engine: carried where closed cells keep them apart already."""

from collections.abc import Sequence

import numpy as np

from ..meetings import Slot, meetings, stood_before
from ..problem import Problem
from .rows import Array

Cells = Sequence[tuple[str, str]]  # (shift, post) of symbol 1 and on


def close_after(problem: Problem, cells: Cells, cost: Array) -> None:
    """Close, in cost (people, days, symbols), whatever would meet another team's duty from before the horizon."""
    slots = [*stood_before(problem), *open_slots(problem, cells, cost)] if problem.apart else []
    for rule in problem.apart:
        for first, then in meetings(problem, rule, slots):
            if first.day < 0 <= then.day:
                members = [row for row, person in enumerate(problem.people) if person.team == then.team]
                symbols = [s for s, (shift, post) in enumerate(cells, 1) if _is(problem, shift, post, then)]
                cost[np.ix_(members, [then.day], symbols)] = np.inf


def could_meet(problem: Problem, cells: Cells, cost: Array) -> bool:
    """Say whether two teams that must not meet have open cells in which they would."""
    slots = open_slots(problem, cells, cost)
    return any(True for rule in problem.apart for _ in meetings(problem, rule, slots))


def open_slots(problem: Problem, cells: Cells, cost: Array) -> set[Slot]:
    """Return where each team has somebody who may stand there."""
    found = set()
    number = {person.id: row for row, person in enumerate(problem.people)}
    for team, members in problem.teams.items():
        open_: Array = np.any(np.isfinite(cost[[number[person.id] for person in members]]), axis=0)
        for day, symbol in zip(*np.nonzero(open_[:, 1:]), strict=True):
            shift, post = cells[symbol]
            found.add(Slot(team, int(day), shift, problem.post[post].place))
    return found


def _is(problem: Problem, shift: str, post: str, slot: Slot) -> bool:
    return shift == slot.shift and problem.post[post].place == slot.place
