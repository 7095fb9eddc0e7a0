"""Why this one and not that: the bill adds up to the referee's, and "why not him on Tuesday" is answered with numbers."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diba.core.errors import BadInput
from diba.core.rostering import Apart, Cover, Crew, Person, Post, Problem, Shift, charges_by, check, score, why_not

from .losses import loss
from .make import plain, tiny


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_the_bill_adds_up_to_the_referees_cost(seed):
    rng = random.Random(seed)
    problem = tiny(seed)
    roster = {
        (person.id, day): (rng.choice("DN"), "")
        for person in problem.people for day in range(problem.days) if rng.random() < 0.6
    }  # fmt: skip
    charges, report = score(problem, roster), check(problem, roster)
    assert sum(charge.amount for charge in charges) == report.objective
    kinds = charges_by(charges, "rule")
    assert kinds.get("requests", 0) == report.cost["requests"]
    assert kinds.get("nights", 0) == report.cost["fairness"]
    assert sum(charges_by(charges, "person").values()) == sum(charges_by(charges, "day").values()) == report.objective


def test_marks_that_stand_together_are_on_the_bill():
    crew = tuple(Person(f"N{n}", marks=frozenset({"novice"})) for n in range(2))
    problem = Problem(1, (Shift("D"),), crew, (Cover(0, "D", "", 1, 5, 7),), crews=(Crew(0, "novice", most=1, over=9),))
    charges = score(problem, {("N0", 0): ("D", ""), ("N1", 0): ("D", "")})
    assert [(charge.rule, charge.amount, charge.found) for charge in charges] == [("crews", 9, 2), ("over", 7, 2)]


def test_too_little_rest_is_the_answer_with_its_minutes():
    problem = plain(4, 3)
    answer = why_not(problem, {("P0", 0): ("N", "p")}, "P0", 1, "E", "p")
    assert not answer.possible
    assert [(one.rule, one.found, one.limit) for one in answer.broken] == [("rest", 0, 660)]


def test_who_would_have_to_move_is_said():
    shifts = (Shift("D", 480, 480),)
    crew = (Person("a"), Person("b"), Person("c", {"y": (0, 0)}))
    problem = Problem(1, shifts, crew, (Cover(0, "D", "x", 1, None, 4), Cover(0, "D", "y")), (Post("x"), Post("y")))
    roster = {("a", 0): ("D", "x"), ("b", 0): ("D", "y")}
    answer = why_not(problem, roster, "b", 0, "D", "x", seconds=3)
    assert answer.possible and answer.surplus and answer.leaves == ("D", "y") and answer.instead_of == ("a",)
    assert answer.moves[0].person == "b"
    assert {(change.person, change.after) for change in answer.moves[1:]} <= {("a", ("D", "y")), ("c", ("D", "y"))}
    assert answer.cost == {"over": 4} and answer.open == 0


def together(**rules):
    """Return (a problem of three people, a stands on D at x; b and c are off) under some rules on who stands together."""
    shifts = (Shift("D", 480, 480), Shift("L", 960, 480))
    crew = (Person("a", marks=frozenset({"novice"})), Person("b", marks=frozenset({"novice"})), Person("c"))
    cover = (Cover(0, "D", "x", 1, None, 4, most=rules.pop("most", None)), Cover(0, "L", "x", 0, None, 4))
    return Problem(1, shifts, crew, cover, (Post("x"),), **rules), {("a", 0): ("D", "x")}


def test_a_hard_rule_on_who_stands_together_is_the_answer():
    problem, roster = together(crews=(Crew(0, "novice", most=1),))
    second = why_not(problem, roster, "b", 0, "D", "x")
    assert [(one.rule, one.found, one.limit) for one in second.broken] == [("crew_crowded", 2, 1)]
    assert not second.possible and second.moves is None
    assert why_not(problem, roster, "c", 0, "D", "x").possible


def test_a_full_place_is_the_answer():
    problem, roster = together(most=1)
    assert [(one.rule, one.found, one.limit) for one in why_not(problem, roster, "b", 0, "D", "x").broken] == [("too_many", 2, 1)]  # fmt: skip


def test_leaving_a_mixed_crew_short_is_the_answer():
    problem, roster = together(crews=(Crew(0, "novice", "D", least=1),))
    assert why_not(problem, roster, "a", 0, "L", "x").possible  # b can take what a leaves
    problem = replace(problem, people=(problem.people[0], Person("b"), Person("c")))
    assert [(one.rule, one.found, one.limit) for one in why_not(problem, roster, "a", 0, "L", "x").broken] == [("crew_short", 0, 1)]  # fmt: skip


def test_meeting_a_group_kept_apart_is_the_answer():
    problem, roster = together(apart=(Apart(("A", "B")),))
    teams = {"a": "A", "b": "B", "c": ""}
    problem = replace(problem, people=tuple(replace(one, team=teams[one.id]) for one in problem.people))
    assert [one.rule for one in why_not(problem, roster, "b", 0, "D", "x").broken] == ["apart"]
    assert why_not(problem, roster, "c", 0, "D", "x").possible


def test_somebody_who_stands_there_already_is_said_to():
    assert why_not(plain(4, 3), {("P0", 0): ("N", "p")}, "P0", 0, "N", "p").stands


def test_what_is_not_in_the_problem_is_refused():
    for wrong in (("X", 0, "N", "p"), ("P0", 3, "N", "p"), ("P0", 0, "Q", "p"), ("P0", 0, "N", "z")):
        with pytest.raises(BadInput):
            why_not(plain(4, 3), {}, *wrong)


@given(st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_a_rule_said_to_be_broken_is_broken(seed):
    problem, roster, first_day = loss(seed, people=3, days=3)
    for person in problem.people:
        answer = why_not(problem, roster, person.id, 2, "D", "a", first_day=min(first_day, 2), seconds=0.5)
        then = {**roster, (person.id, 2): ("D", "a")}
        mine = {v.rule for v in check(problem, then).violations if v.person == person.id}
        assert {v.rule for v in answer.broken} <= mine
