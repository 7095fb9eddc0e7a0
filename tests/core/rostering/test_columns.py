"""The search by columns alone: its rosters against brute force, its bound against the optimum, its order of battle."""

import random
from dataclasses import replace

import pytest

from diba.core.rostering import Cover, Person, Problem, Request, Shift, check, columns
from diba.core.rostering.columns import compiling, descent, generation, pricing
from diba.core.rostering.columns.finish import finish
from diba.core.rostering.columns.master import Master
from diba.core.rostering.columns.search import legal

from .make import plain, tiny
from .test_solve import best_by_trying_all

WORLD = (Shift("D", 480, 480), Shift("L", 840, 600, not_before=frozenset({"D"})))


def soft(seed, people=6, days=21):
    """A random problem in the benchmark's manner: every cover at a cost, minutes, weekends, runs, requests."""
    rng = random.Random(seed)
    crew = tuple(
        Person(
            f"P{n}", least_minutes=480 * (days // 3), most_minutes=480 * (days * 2 // 3), longest_run=5, shortest_run=2,
            shortest_break=2, most_weekends=days // 14, days_off=frozenset({rng.randrange(days)}), most_of={"L": days // 2},
            requests=tuple(Request(rng.randrange(days), rng.choice("DL"), rng.random() < 0.5, rng.randint(1, 3)) for _ in range(4)),
        )
        for n in range(people)
    )  # fmt: skip
    cover = tuple(Cover(day, shift, "", rng.randint(1, people // 2), 100, 1) for day in range(days) for shift in "DL")
    return Problem(days, WORLD, crew, cover)


@pytest.mark.parametrize("seed", range(24))
def test_columns_find_what_trying_every_roster_finds(seed):
    problem = tiny(seed)
    best = best_by_trying_all(problem)
    try:
        found = columns.search(problem, seconds=5)
    except columns.Unable:
        assert best is None
        return
    if best is None:
        assert found.missing
        return
    report = check(problem, found.roster)
    assert report.legal
    assert found.cost == report.objective == best
    assert found.bound <= best


@pytest.mark.parametrize("seed", range(4))
def test_a_bound_never_passes_the_best_roster_and_the_referee_counts_the_same_cost(seed):
    problem = soft(seed)
    told = []
    found = columns.search(problem, seconds=6, workers=2, told=lambda *figures: told.append(figures))
    report = check(problem, found.roster)
    assert report.legal
    assert found.cost == report.objective
    assert all(bound <= found.cost + 1e-6 for _, bound, _ in told)
    assert [cost for cost, _, _ in told] == sorted((cost for cost, _, _ in told), reverse=True)
    assert found.bound >= 0.9 * found.cost


def test_a_search_goes_on_from_the_roster_it_is_given():
    problem = soft(7, people=10, days=28)
    first = columns.search(problem, seconds=0.2)
    told = []
    then = columns.search(problem, seconds=2, hint=first.roster, told=lambda *figures: told.append(figures))
    assert told[0][0] <= first.cost
    assert then.cost <= first.cost


def test_the_same_seed_and_work_give_the_same_roster_by_columns():
    problem = soft(3, people=8, days=28)
    first, second = (columns.search(problem, seconds=0.5, seed=5, deterministic=True) for _ in range(2))
    assert first.roster == second.roster
    assert first.bound == second.bound


def test_a_year_is_rolled_by_windows_into_a_legal_roster():
    problem = soft(1, people=3, days=364)
    found = columns.search(problem, seconds=6)
    assert check(problem, found.roster).legal


def test_somebody_whose_own_rules_clash_is_named():
    problem = plain(4, 14)
    torn = replace(problem.people[2], least_minutes=480 * 14, longest_run=3)
    with pytest.raises(columns.Unable) as error:
        columns.search(replace(problem, people=(*problem.people[:2], torn, problem.people[3])), seconds=5)
    assert error.value.people == [2]


def test_a_stop_ends_the_search_with_the_best_so_far():
    found = columns.search(soft(9, people=12, days=42), seconds=60, workers=2, stop=lambda: True)
    assert check(soft(9, people=12, days=42), found.roster).legal


def test_schedules_nearest_to_the_bound_end_a_search_where_all_are_too_many():
    """The programme over a part of them finds a better roster, never a worse one, and claims no bound of its own."""
    problem = soft(3, people=8)
    tables, _codec = compiling.tables(problem, None)
    clock, pricer, pool = generation.Clock(60), pricing.Pricer(tables), generation.Pool(tables.people)
    start = descent.greedy(tables, pricer, pool)
    master = Master(tables)
    master.add([(p, s) for p in range(tables.people) for s in pool.schedules[p].values()])
    bound = generation.generate(master, pricer, clock, pool=pool) + tables.constant
    assert finish(master, pricer, start, clock, 5) is None  # a poor roster leaves the gap wide
    better, claimed = finish(master, pricer, start, clock, 5, nearest=True)
    assert tables.cost(better) < tables.cost(start) and legal(tables, better)
    best = columns.search(problem, seconds=20)
    assert claimed <= bound + 1e-6 and claimed <= best.cost
