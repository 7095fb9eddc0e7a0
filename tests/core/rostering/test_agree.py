"""The referee, the plain model and the column engine say the same about legality, cost and the best there is."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diba.core.errors import NoSolution
from diba.core.rostering import check, solve
from diba.core.rostering.columns.carried import carried
from diba.core.rostering.columns.compiling import tables
from diba.core.rostering.columns.descent import Unable
from diba.core.rostering.columns.pricing import Pricer
from diba.core.rostering.columns.search import legal, search
from diba.core.rostering.rules import COUNTED

from .strategies import problems
from .trying import best_of_all, roster_of, rosters, schedules

tried = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@given(st.one_of(problems(people=1, days=5), problems(people=1, days=4, posts=2)), st.integers(0, 999))
@tried
def test_one_person_may_do_in_the_graphs_what_the_referee_lets_him(problem, seed):
    person = problem.people[0]
    if not carried(problem):
        return
    compiled, codec = tables(problem)
    pricer = Pricer(compiled)
    days = np.arange(problem.days)
    price = np.random.default_rng(seed).integers(-9, 9, compiled.cell.shape[1:])
    cell = compiled.cell[0] + price
    costs = []
    for choice, good in schedules(problem, person):
        if any(part is not None and part not in codec.symbol for part in choice):
            continue
        coded = codec.encode(roster_of({person.id: choice}))
        assert legal(compiled, coded) == good, choice
        costs += [cell[days, coded[0]].sum()] if good else []
    bound, schedule = pricer.price(0, cell)
    if not costs:
        assert schedule is None
        return
    assert bound <= min(costs) + 1e-6
    assert schedule is None or cell[days, schedule].sum() >= min(costs) - 1e-6
    assert schedule is None or legal(compiled, schedule[None])
    if not pricer.capped.any():
        assert bound == pytest.approx(min(costs))


@given(problems(people=2, days=3, posts=2), st.integers(0, 999))
@tried
def test_a_roster_costs_in_the_tables_what_the_referee_counts(problem, seed):
    compiled, codec = tables(problem)
    rng = random.Random(seed)
    choices = {p.id: [c for c, good in schedules(problem, p) if good] for p in problem.people}
    if not all(choices.values()):
        return
    for _ in range(20):
        roster = roster_of({who: rng.choice(mine) for who, mine in choices.items()})
        report = check(problem, roster)
        coded = codec.encode(roster)
        assert codec.decode(coded) == roster
        assert compiled.rows.broken(compiled.counts(coded)) == report.missing
        assert compiled.cost(coded) == report.objective + compiled.rows.hard * report.missing


@given(problems(people=2, days=3))
@tried
def test_the_plain_model_finds_the_best_there_is(problem):
    best = best_of_all(problem)
    if best is None:
        with pytest.raises(NoSolution):
            solve(problem, seconds=10, workers=1, engine="cp-sat")
        return
    solution = solve(problem, seconds=10, workers=1, engine="cp-sat")
    assert solution.report.legal
    assert (solution.objective, solution.bound) == (best, best)


@given(problems(people=2, days=3))
@tried
def test_the_engine_never_claims_more_than_the_best_there_is(problem):
    if not carried(problem):
        return
    best = best_of_all(problem)
    try:
        found = search(problem, seconds=1, deterministic=True)
    except Unable as error:
        lost = problem.people[error.people[0]]
        assert problem.apart or not any(good for _, good in schedules(problem, lost))
        return
    report = check(problem, found.roster)
    if best is None:
        assert not report.legal
        return
    assert found.bound <= best
    if report.legal:
        assert found.cost == report.objective >= best


@given(problems(people=3, days=2))
@tried
def test_parts_of_a_roster_cost_what_the_whole_does(problem):
    compiled, codec = tables(problem)
    everything = list(itertools.islice(rosters(problem), 30))
    for roster in everything[:3]:
        coded = codec.encode(roster)
        for people, first, last in ((np.array([0, 2]), 0, problem.days), (np.array([1]), 1, problem.days)):
            part = compiled.part(people, first, last, coded)
            for other in everything:
                mixed = coded.copy()
                mixed[people, first:last] = codec.encode(other)[people, first:last]
                inside = mixed[people, first : first + part.days]
                assert part.cost(inside) == pytest.approx(compiled.cost(mixed))
                if legal(part, inside):
                    assert legal(compiled, mixed)


@given(problems(people=2, days=2))
@tried
def test_a_hard_number_may_be_missed_at_a_price_in_both_engines_alike(problem):
    soft = 1000
    reports = [check(problem, roster) for roster in rosters(problem)]
    reports = [report for report in reports if all(v.rule in COUNTED for v in report.violations)]
    if not reports:
        return
    compiled, codec = tables(problem, soft)
    solution = solve(problem, seconds=10, workers=1, soft=soft, engine="cp-sat")
    assert compiled.cost(codec.encode(solution.roster)) == min(r.objective + soft * r.missing for r in reports)
