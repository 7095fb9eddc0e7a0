"""A loss is survived only where teams that never meet do not meet in the mended roster either."""

import random
from dataclasses import replace

import pytest

from diba.core.errors import NoSolution
from diba.core.rostering import (
    Apart,
    Cover,
    Loss,
    Person,
    Post,
    Problem,
    Shift,
    certify,
    confirm,
    solve,
    sweep,
    without,
)

from .test_contingency import rows, small

TEAMS = frozenset("AB")
DAY = Shift("D", 480, 720)


def test_the_other_team_is_not_sent_to_stand_beside_those_it_never_meets():
    people = tuple(Person(who, {"p": (0, 0)}, team=team) for who, team in (("a1", "A"), ("a2", "A"), ("b1", "B")))
    problem = Problem(1, (DAY,), people, (Cover(0, "D", "p", 2),), (Post("p"),), apart=(Apart(TEAMS, same_day=True),))
    roster = {("a1", 0): ("D", "p"), ("a2", 0): ("D", "p")}
    (outcome,) = sweep(problem, roster, [Loss("person", "a1", frozenset({"a1"}), 0, 0)], seconds=5)
    assert not outcome.survives and outcome.proven
    # Whoever is of the same team may come.
    helped = replace(problem, people=(*people, Person("a3", {"p": (0, 0)}, team="A")))
    outcomes = sweep(helped, roster, [Loss("person", "a1", frozenset({"a1"}), 0, 0)], seconds=5)
    assert outcomes[0].survives and outcomes[0].roster[("a3", 0)] == ("D", "p")
    assert confirm(certify(helped, roster, outcomes), helped, roster) == []


def apart(seed):
    """Return the small problem with its people in two teams that are never there on one day, or at one watch."""
    problem, rng = small(seed), random.Random(seed)
    people = tuple(
        replace(person, team="AB"[n % 2], posts={"gate": (0, 3), "relay": (0, 3)})
        for n, person in enumerate(problem.people)
    )
    extra = (replace(people[0], id="X0"),)
    rule = Apart(TEAMS, rng.choice([0, 1]), same_day=rng.random() < 0.3)
    cover = tuple(cell for cell in problem.cover if cell.post == "gate")
    return replace(problem, people=(*people, *extra), cover=cover, apart=(rule,))


def can_be_held(problem):
    """Say by trying every roster whether one keeps every rule and no two teams meet."""
    reached = {frozenset()}
    for person in problem.people:
        cells = {
            frozenset((day, *cell, person.team) for (_, day), cell in plan.items())
            for plan in rows(problem, person, ())
        }
        together = {before | more for before in reached for more in cells}
        reached = {places for places in together if not _met(problem, problem.apart[0], places)}
    return any(set(problem.cover_of) <= {place[:3] for place in places} for places in reached)


def _met(problem, rule, places):
    for day, shift, _post, team in places:
        for other_day, other_shift, _other_post, other in places:
            first, then = (
                each_day * 1440 + problem.shift[each].start
                for each_day, each in ((day, shift), (other_day, other_shift))
            )
            near = then < first + 720 + rule.gap and first < then + 720 + rule.gap
            if team != other and (near or (rule.same_day and day == other_day)):
                return True
    return False


@pytest.mark.parametrize("seed", range(8))
def test_every_outcome_is_what_trying_all_rosters_says(seed):
    problem = apart(seed)
    try:
        roster = solve(problem, seconds=5).roster
    except NoSolution:
        assert not can_be_held(problem)
        return
    wanted = [Loss("person", person.id, frozenset({person.id}), 0, 3) for person in problem.people]
    outcomes = sweep(problem, roster, wanted, seconds=20, workers=1)
    assert confirm(certify(problem, roster, outcomes), problem, roster) == []
    for outcome in outcomes:
        assert outcome.survives or outcome.proven
        assert outcome.survives == can_be_held(without(problem, outcome.loss, 0))
