"""Why not this person on Tuesday: the rules his standing there would break, else what it would cost and whom it would move."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from ..errors import BadInput
from .changes import Cell, Change
from .problem import Problem, Roster
from .repair import repair
from .rules import Violation, broken_by, check, further
from .substitutes import Candidate, candidate_for

TOGETHER = frozenset({"too_many", "crew_short", "crew_crowded", "apart"})  # rules on who and how many stand together


@dataclass(frozen=True)
class WhyNot:
    """One person at one place. stands: he stands there already. broken: rules it would break further, with their numbers.

    His own, and those on who stands together. cost: {kind: how much the roster's cost would rise (fall)}, as the referee counts. leaves: the place he would leave. instead_of:
    who stands at the place now; surplus: there are enough without him. moves: the mildest changes that would make room for him and
    fill what he leaves, his own first; None when it breaks a rule. open: places that would stay open even so.
    """

    person: str
    day: int
    cell: Cell
    stands: bool
    broken: tuple[Violation, ...]
    cost: dict[str, int]
    leaves: Cell | None
    instead_of: tuple[str, ...]
    surplus: bool
    moves: tuple[Change, ...] | None
    open: int
    candidate: Candidate | None

    @property
    def possible(self) -> bool:
        return not self.broken


def why_not(
    problem: Problem, roster: Roster, person: str, day: int, shift: str, post: str, *, first_day: int = 0,
    begun: Collection[tuple[int, str]] = (), seconds: float = 1.0,
) -> WhyNot:  # fmt: skip
    """Return why somebody does not stand at a place, or what it would take. Raises BadInput for what is not in the problem."""
    _known(problem, person, day, shift, post)
    cell, before = (shift, post), roster.get((person, day))
    there = tuple(sorted(who for (who, on), at in roster.items() if on == day and at == cell and who != person))
    cover = problem.cover_of.get((day, *cell))
    surplus = cover is not None and len(there) >= cover.needed
    if before == cell:
        return WhyNot(person, day, cell, True, (), {}, None, there, surplus, (), 0, None)
    one = candidate_for(problem, roster, person, (day, shift, post), first_day, begun)
    then = {**roster, (person, day): cell}
    now, after = check(problem, roster).cost, check(problem, then).cost
    # What the place and whoever stands there forbid, the person's own schedule does not know.
    broken = (*_own(problem, roster, person, then), *(row for row in one.violations if row.rule in TOGETHER))
    cost = {kind: after[kind] - now[kind] for kind in after if after[kind] != now[kind]}
    moves, left_open = None, 0
    if not broken:
        moves, left_open = _moves(problem, roster, person, day, cell, first_day, begun, seconds)
    return WhyNot(person, day, cell, False, broken, cost, before, there, surplus, moves, left_open, one)


def _known(problem: Problem, person: str, day: int, shift: str, post: str) -> None:
    for value, known, field in (
        (person, problem.person, "person"),
        (shift, problem.shift, "shift"),
        (post, problem.post, "post"),
    ):
        if value not in known:
            raise BadInput(f"unknown_{field}", field, value=value)
    if not 0 <= day < problem.days:
        raise BadInput("out_of_range", "day", value=day)


def _own(problem: Problem, roster: Roster, person: str, then: Roster) -> tuple[Violation, ...]:
    """Return the person's own rules that it breaks further."""
    rows = [{day: cell for (who, day), cell in plan.items() if who == person} for plan in (roster, then)]
    before, after = (broken_by(problem, problem.person[person], row) for row in rows)
    return tuple(further(before, after))


def _moves(
    problem: Problem, roster: Roster, person: str, day: int, cell: Cell, first_day: int,
    begun: Collection[tuple[int, str]], seconds: float,
) -> tuple[tuple[Change, ...], int]:  # fmt: skip
    """Return the mildest changes with him pinned there, and how many places are left open by them."""
    people = tuple(
        replace(each, pins={**each.pins, day: cell}) if each.id == person else each for each in problem.people
    )
    held = replace(problem, people=people)
    before = sum(hole.needed - hole.found for hole in check(problem, roster).holes)
    way = repair(held, roster, first_day=first_day, begun=begun, seconds=seconds, ways=1)[0]
    own = [change for change in way.changes if change.person == person]
    return (*own, *(change for change in way.changes if change.person != person)), max(0, way.open - before)
