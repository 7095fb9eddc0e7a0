"""Burdens shared out evenly: over kinds of watch and over past periods."""

from dataclasses import replace

import pytest

from diba.core.errors import BadInput, NoSolution
from diba.core.rostering import Cover, Fairness, Person, Post, Problem, Shift, check, solve
from diba.core.rostering.counting import least_cost

GATE = Shift("G", 480, 480, kind="gate")
LATE = Shift("GL", 960, 480, kind="gate")
DESK = Shift("D", 480, 480)


def watches(fairness, days=4, shifts=(GATE, DESK), **carried):
    crew = tuple(Person(who, carried=counts) for who, counts in carried.items())
    cover = tuple(Cover(day, shift.id, "", 1, None, 50) for day in range(days) for shift in shifts)
    return Problem(days, (GATE, LATE, DESK), crew, cover, (Post(""),), fairness=fairness)


@pytest.mark.parametrize("engine", ["columns", "cp-sat"])
def test_who_carries_more_from_before_gets_less_now(engine):
    problem = watches(Fairness(kinds={"gate": 5}), a={"gate": 3}, b={"gate": 1})
    solution = solve(problem, seconds=5, workers=1, engine=engine)
    gates = [who for (who, _), cell in solution.roster.items() if cell[0] == "G"]
    assert (gates.count("a"), gates.count("b")) == (1, 3)
    assert solution.report.cost["fairness"] == 0


def test_the_shifts_of_a_kind_are_one_burden_and_a_shift_is_one_of_its_own():
    roster = {("a", 0): ("G", ""), ("a", 1): ("GL", ""), ("b", 0): ("D", "")}
    for kind, cost in (("gate", 2), ("G", 1), ("D", 1)):
        assert check(watches(Fairness(kinds={kind: 1}), a={}, b={}), roster).cost["fairness"] == cost


def test_what_is_carried_counts_in_the_bound_of_counting():
    even, odd = ({"nights": 2}, {"nights": 1})
    problem = watches(Fairness(nights=3), a=even, b=odd)
    assert least_cost(problem) == 3
    assert least_cost(replace(problem, people=tuple(replace(p, carried=even) for p in problem.people))) == 0


@pytest.mark.parametrize("kinds", [{"nobody": 1}, {"nights": 1}, {"gate": -1}])
def test_a_burden_that_no_watch_has_is_named(kinds):
    with pytest.raises(BadInput) as error:
        watches(Fairness(kinds=kinds), a={}, b={})
    assert error.value.field == "fairness"


def test_a_day_on_which_nobody_may_work_is_named_though_burdens_are_shared():
    crew = tuple(Person(who, days_off=frozenset({1})) for who in "ab")
    cover = tuple(Cover(day, "D", "", 1) for day in range(3))
    problem = Problem(3, (Shift("D", 480, 480),), crew, cover, fairness=Fairness(duties=5))
    with pytest.raises(NoSolution) as error:
        solve(problem, seconds=5, workers=1)
    part = next(part for part in error.value.clash if part["rule"] == "cover")
    assert part["on"] == [1] and part["day"] == 1
