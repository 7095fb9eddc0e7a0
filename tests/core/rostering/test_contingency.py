"""Losses tried against a roster: what survives has a witness, what fails is what trying every roster says."""

import random
from dataclasses import replace
from itertools import product

import pytest

from diba.core.errors import BadInput, NoSolution
from diba.core.rostering import Cover, Crew, Loss, Person, Post, Problem, Shift, check, losses, solve, sweep, without

from .make import plain


def small(seed):
    """Two posts on a day and a night watch for four days, four people: every roster of them can be tried."""
    rng = random.Random(seed)
    shifts = (Shift("D", 480, 720), Shift("N", 1200, 720, night=True))
    cover = [Cover(day, "D", "gate", 1) for day in range(4)] + [Cover(day, "N", "gate", 1) for day in range(4)]
    cover += [Cover(day, "D", "relay", 1) for day in range(4) if rng.random() < 0.4]
    people = tuple(
        Person(
            f"P{n}",
            dict.fromkeys(rng.sample(["gate", "relay"], rng.choice([1, 2, 2])), (0, 3)),
            longest_run=rng.choice([2, 3, 4]),
            most_nights_in_row=rng.choice([None, 2]),
            days_off=frozenset(rng.sample(range(4), rng.choice([0, 0, 1]))),
        )
        for n in range(4)
    )
    return Problem(4, shifts, people, tuple(cover), (Post("gate"), Post("relay")), rest=11 * 60)


def rows(problem, person, fixed):
    """Yield every legal row of one person that begins with what is fixed."""
    alone = Problem(problem.days, problem.shifts, (person,), (), problem.posts, problem.rest)
    cells = [None, ("D", "gate"), ("N", "gate"), ("D", "relay")]
    for choice in product(cells, repeat=problem.days):
        plan = {(person.id, day): cell for day, cell in enumerate(choice) if cell}
        wanted = all((day, *cell) in problem.cover_of for (_, day), cell in plan.items())
        if wanted and choice[: len(fixed)] == fixed and check(alone, plan).legal:
            yield plan


def can_be_held(problem, roster, first):
    """Say by trying every roster whether one keeps every rule, the days before `first` as they were."""
    choices = [
        list(rows(problem, person, tuple(roster.get((person.id, day)) for day in range(first))))
        for person in problem.people
    ]
    wanted = set(problem.cover_of)
    reached = {frozenset()}
    for plans in choices:
        cells = {frozenset((day, *cell) for (_, day), cell in plan.items()) for plan in plans}
        reached = {before | more for before in reached for more in cells}
    return any(wanted <= places for places in reached)


@pytest.mark.parametrize("seed", range(30))
def test_every_outcome_is_what_trying_all_rosters_says(seed):
    problem = small(seed)
    try:
        roster = solve(problem, seconds=1, workers=1).roster
    except NoSolution:
        assert not can_be_held(problem, {}, 0)
        return
    for outcome in sweep(problem, roster, losses(problem, ["person"], 1, days=2), seconds=20):
        left = without(problem, outcome.loss, 1)
        assert outcome.proven
        assert outcome.survives == can_be_held(left, roster, 1)
        if outcome.survives:
            assert check(left, outcome.roster).legal
            assert all(outcome.roster.get(key) == cell for key, cell in roster.items() if key[1] < 1)


def test_losses_name_people_crews_households_teams_and_draws():
    problem = plain(people=6)
    found = losses(problem, ["person", "crew", "household"], 2, 3, crews={"甲": ["P0", "P1"]}, households={"h": ["P9"]})
    assert [(loss.kind, loss.id) for loss in found] == [("person", f"P{n}") for n in range(6)] + [("crew", "甲")]
    assert {(loss.first, loss.last) for loss in found} == {(2, 4)}
    drawn = losses(problem, ["random"], 0, k=3, draws=5, seed=4)
    assert [len(loss.people) for loss in drawn] == [3] * 5
    assert drawn == losses(problem, ["random"], 0, k=3, draws=5, seed=4)


@pytest.mark.parametrize(
    "asked",
    [
        {"kinds": ["flood"], "first": 0},
        {"kinds": ["person"], "first": 7},
        {"kinds": ["person"], "first": 0, "days": 0},
        {"kinds": ["random"], "first": 0, "k": 99},
    ],
)
def test_a_wrong_question_is_refused_by_name(asked):
    with pytest.raises(BadInput) as error:
        losses(plain(), **asked)
    assert error.value.field


def test_a_sweep_that_is_stopped_says_what_it_does_not_know():
    problem = plain(people=5, days=7, longest_run=5)
    roster = solve(problem, seconds=2).roster
    seen = []
    found = sweep(problem, roster, losses(problem, ["person"], 0), progress=seen.append, stop=lambda: len(seen) > 2)
    assert len(found) == 5
    unknown = [outcome for outcome in found if not outcome.survives and not outcome.proven]
    assert len(unknown) == 2
    assert all(outcome.holes for outcome in unknown)


def test_nobody_is_asked_to_change_a_day_that_is_done():
    problem = plain(people=6, days=7)
    roster = solve(problem, seconds=2).roster
    loss = Loss("person", "P0", frozenset({"P0"}), 0, 6)
    (found,) = sweep(problem, roster, [loss], first_day=4)
    assert all(found.roster.get(key) == roster.get(key) for key in {*roster, *found.roster} if key[1] < 4)


@pytest.mark.parametrize("seed", range(12))
def test_a_crew_that_must_have_one_of_a_mark_is_kept_in_every_witness(seed):
    rng = random.Random(seed)
    problem = plain(people=9, days=7, longest_run=5)
    people = tuple(
        replace(person, marks=frozenset(mark for mark in ("senior", "novice") if rng.random() < 0.5))
        for person in problem.people
    )
    crews = tuple(
        crew
        for day in range(7)
        for crew in (Crew(day, "senior", "N", least=1), Crew(day, "novice", "", most=2))
    )  # fmt: skip
    problem = replace(problem, people=people, crews=crews)
    try:
        roster = solve(problem, seconds=2, workers=1).roster
    except NoSolution:
        return
    for outcome in sweep(problem, roster, losses(problem, ["person"], 2, days=4), seconds=20):
        left = without(problem, outcome.loss, 2)
        if outcome.survives:
            assert check(left, outcome.roster).legal
        else:
            assert outcome.proven
