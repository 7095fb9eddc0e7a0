"""The search against brute force, the referee and the known optimum of a public instance."""

import itertools
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from diba.core.errors import BadInput, NoSolution
from diba.core.rostering import Cover, Fairness, Person, Post, Problem, Shift, check, read_problem, solve
from diba.core.rostering.counting import least_cost

from .make import WATCHES, plain, tiny

DATA = Path(os.environ.get("DIBA_BENCH_DATA", Path(__file__).resolve().parents[4] / "shared" / "data" / "rosters"))


def best_by_trying_all(problem):
    """Return the least cost of any legal roster, or None when there is none."""
    cells = [None] + [(shift.id, "") for shift in problem.shifts]
    keys = [(person.id, day) for person in problem.people for day in range(problem.days)]
    best = None
    per_person = {}
    for person in problem.people:
        alone = replace(problem, people=(person,), cover=(), fairness=type(problem.fairness)())
        legal = []
        for choice in itertools.product(cells, repeat=problem.days):
            plan = {(person.id, day): cell for day, cell in enumerate(choice) if cell}
            if check(alone, plan).legal:
                legal.append(plan)
        per_person[person.id] = legal
    assert keys
    for plans in itertools.product(*per_person.values()):
        report = check(problem, {key: cell for plan in plans for key, cell in plan.items()})
        if report.legal and (best is None or report.objective < best):
            best = report.objective
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_search_finds_what_trying_every_roster_finds(seed):
    problem = tiny(seed)
    best = best_by_trying_all(problem)
    if best is None:
        with pytest.raises(NoSolution):
            solve(problem, seconds=10, workers=1)
        return
    solution = solve(problem, seconds=10, workers=1)
    assert solution.report.legal
    assert (solution.objective, solution.bound, solution.proven) == (best, best, True)


def test_the_same_seed_gives_the_same_roster():
    problem = plain(6, 10, longest_run=4)
    first, second = (solve(problem, seconds=2, workers=1, seed=7, deterministic=True) for _ in range(2))
    assert first.roster == second.roster


def test_nobody_stands_an_early_watch_after_a_night_across_the_start_of_the_period():
    problem = plain(5, 4)
    crew = (replace(problem.people[0], before=("N",)), *problem.people[1:])
    solution = solve(replace(problem, people=crew), seconds=5, workers=1)
    assert solution.roster.get(("P0", 0), ("",))[0] not in ("E", "L") or solution.roster[("P0", 0)][0] == "L"
    # A night that ends at 06:00 leaves 8 h to the late watch and none to the early one: both are under 11 h.
    assert solution.report.legal


def test_a_stop_keeps_the_best_so_far():
    found = []
    problem = replace(plain(9, 28, longest_run=4), fairness=Fairness(3, 2, 1))
    solution = solve(problem, seconds=30, workers=1, progress=found.append, stop=lambda: bool(found))
    assert solution.report.legal
    assert solution.seconds < 20


def test_a_search_out_of_time_says_so():
    with pytest.raises(NoSolution) as error:
        solve(plain(10, 28, 2, longest_run=3, shortest_break=2), seconds=0.01, workers=1)
    assert error.value.clash[0]["rule"] == "time"


def test_hard_minimums_may_be_missed_when_asked_and_the_holes_are_named():
    problem = plain(2, 2)
    solution = solve(problem, seconds=5, workers=1, soft=1000)
    assert len(solution.report.holes) == 2  # six places, two people, two days
    assert {violation.rule for violation in solution.report.violations} == {"cover"}


def test_a_problem_names_what_is_wrong_with_it():
    with pytest.raises(BadInput) as error:
        Problem(7, WATCHES, (Person("A", {"nowhere": (0, 6)}),), (), (Post("p"),))
    assert (error.value.field, error.value.value) == ("posts", "nowhere")
    with pytest.raises(BadInput):
        Problem(0, WATCHES, (Person("A"),))
    with pytest.raises(BadInput):
        Problem(7, WATCHES, (Person("A"), Person("A")))
    with pytest.raises(BadInput):
        Problem(7, WATCHES, ())


def test_weekends_follow_the_start_date():
    assert plain(2, 7).weekends() == [(5, 6)]
    assert replace(plain(2, 7), start=date(2020, 2, 16)).weekends() == [(0,), (6,)]  # a Sunday, then the next Saturday


@pytest.mark.skipif(not (DATA / "Instance1.txt").exists(), reason="benchmark data not here (DIBA_BENCH_DATA)")
def test_the_first_public_instance_is_solved_to_its_known_optimum():
    solution = solve(read_problem((DATA / "Instance1.txt").read_text()), seconds=30, workers=2)
    assert (solution.objective, solution.proven) == (607, True)  # schedulingbenchmarks.org, instance 1


@pytest.mark.parametrize("seed", range(4))
def test_what_counting_proves_is_never_above_what_trying_all_finds(seed):
    crew = tuple(Person(f"P{n}", {"p": (0, 2)}, longest_run=2) for n in range(2 + seed % 2))
    cover = tuple(Cover(day, "N" if day == seed % 3 else "D", "p", 1, None, 1 + seed) for day in range(3))
    shifts = (Shift("D", 480, 480), Shift("N", 1320, 480, True))
    problem = Problem(3, shifts, crew, cover, (Post("p"),), fairness=Fairness(nights=2, weekends=1, duties=2))
    cells = [None, ("D", "p"), ("N", "p")]
    keys = [(person.id, day) for person in crew for day in range(3)]
    plans = (
        {key: cell for key, cell in zip(keys, choice, strict=True) if cell}
        for choice in itertools.product(cells, repeat=len(keys))
    )
    best = min(report.objective for report in (check(problem, plan) for plan in plans) if report.legal)
    assert 0 < least_cost(problem) <= best
    assert solve(problem, seconds=5, workers=1).objective == best
