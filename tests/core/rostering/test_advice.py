"""What would free an impossible month: computed, and each advice proved by solving the problem it changes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diba.core.errors import NoSolution
from diba.core.rostering import Cover, Crew, Person, Post, Problem, Shift, advise, applied, solve
from diba.core.rostering.together import contains

from .losses import feasible, loss
from .make import plain


def steps(problem, **options):
    return [advice.steps[0] for advice in advise(problem, seconds=30, **options)]


def test_an_absence_that_ends_two_days_earlier_is_found():
    problem = plain(3, 7)
    crew = (replace(problem.people[0], days_off=frozenset({4, 5, 6})), *problem.people[1:])
    cover = tuple(cell for cell in problem.cover if cell.day == 5)
    back = next(step for step in steps(replace(problem, people=crew, cover=cover)) if step.kind == "return")
    assert (back.person, back.value, back.was) == ("P0", 5, 7)


def test_a_longer_run_and_one_person_more_are_both_offered_the_easier_first():
    shifts = (Shift("D", 480, 480),)
    problem = Problem(
        7, shifts, (Person("P0", longest_run=6),), tuple(Cover(d, "D", "p") for d in range(7)), (Post("p"),)
    )
    found = steps(problem)
    assert (found[0].kind, found[0].rule, found[0].value, found[0].was) == ("limit", "longest_run", 7, 6)
    hired = next(step for step in found if step.kind == "hire")
    assert (hired.value, hired.posts, hired.day) == (1, ("p",), 6)
    assert [step.cost for step in found] == sorted(step.cost for step in found)


def test_somebody_who_could_be_trained_is_named():
    problem = plain(2, 3)
    spare = Person("spare", {"q": (0, 2)})
    trained = next(
        step for step in steps(replace(problem, people=(*problem.people, spare), posts=(Post("p"), Post("q"))))
        if step.kind == "train"
    )  # fmt: skip
    assert (trained.person, trained.posts) == ("spare", ("p",))


def test_two_clashes_apart_are_freed_by_two_steps_together():
    shifts = (Shift("D", 480, 480),)
    crew = (Person("a", {"p": (0, 0)}, days_off=frozenset({0})), Person("b", {"q": (0, 0)}, days_off=frozenset({0})))
    problem = Problem(1, shifts, crew, (Cover(0, "D", "p"), Cover(0, "D", "q")), (Post("p"), Post("q")))
    first = advise(problem, seconds=30)[0]
    assert {step.kind for step in first.steps} == {"return"}
    assert {step.person for step in first.steps} == {"a", "b"}


def test_a_month_that_can_be_had_needs_no_advice():
    assert advise(plain(7, 7), seconds=10) == []


@given(st.integers(0, 10**6))
@settings(max_examples=12, deadline=None)
def test_every_advice_makes_the_whole_problem_solvable(seed):
    problem, _, _ = loss(seed, people=3, days=3)
    if feasible(problem):
        return
    for advice in advise(problem, seconds=20):
        assert feasible(applied(problem, advice.steps))


def lapsing(ends, days=6):
    """Return a problem of one post that five people may hold, two a day needed, `ends` their last days."""
    people = tuple(Person(f"P{number}", {"p": (0, end)}) for number, end in enumerate(ends))
    cover = tuple(Cover(day, "D", "p", 2) for day in range(days))
    return Problem(days, (Shift("D", 480, 480),), people, cover, (Post("p"),))


def test_certificates_that_run_out_are_named_in_the_clash_and_renewing_the_fewest_comes_first():
    problem = lapsing((5, 2, 2, 2, 2))
    with pytest.raises(NoSolution) as error:
        solve(problem, seconds=5)
    assert error.value.clash[0]["lapses"] == [["P1", 2], ["P2", 2], ["P3", 2], ["P4", 2]]
    first = advise(problem, seconds=30)[0]
    (step,) = first.steps
    assert (step.kind, step.posts, step.lapses, step.value) == ("renew", ("p",), (("P1", 2),), 5)
    assert solve(applied(problem, first.steps), seconds=5).report.missing == 0


def test_no_advice_asks_for_all_that_another_asks_for():
    nobody = replace(lapsing((5,)), people=(Person("X", {"q": (0, 5)}),), posts=(Post("p"), Post("q")))
    for problem in (lapsing((5, 2, 2, 2, 2)), nobody):
        found = advise(problem, seconds=30)
        assert found
        for advice in found:
            assert len({step.kind for step in advice.steps}) == len(advice.steps)
            assert not any(contains(advice.steps, other.steps) for other in found if other is not advice)


def test_two_rules_on_crews_that_contradict_each_other_are_freed_by_ending_either():
    crews = tuple(
        crew for day in range(2)
        for crew in (Crew(day, "three", "D", None, least=3), Crew(day, "two", "D", None, most=2))
    )  # fmt: skip
    people = tuple(Person(f"P{number}", marks=frozenset({"three", "two"})) for number in range(5))
    problem = Problem(2, (Shift("D", 480, 480),), people, tuple(Cover(d, "D", "p", 1) for d in range(2)), (Post("p"),), crews=crews)  # fmt: skip
    ended = {step.rule for step in steps(problem) if step.kind == "let_go"}
    assert ended == {"three", "two"}


def test_a_watch_more_of_hours_is_offered_before_somebody_is_hired():
    shifts = (Shift("D", 480, 720), Shift("S", 480, 240))
    cover = tuple(Cover(day, "D", "p") for day in range(3))
    problem = Problem(3, shifts, (Person("P0", most_minutes=2 * 720),), cover, (Post("p"),))
    found = steps(problem)
    hours = next(step for step in found if step.rule == "most_minutes")
    assert (hours.value, hours.was, hours.cost) == (3 * 720, 2 * 720, 20)
    hired = next(step for step in found if step.kind == "hire")
    assert found.index(hours) < found.index(hired) and hours.cost < hired.cost
    two = replace(hours, value=4 * 720)
    assert two.cost == 2 * hours.cost
    assert replace(hours, rule="longest_run", value=8, was=6, by=1).cost == 40
