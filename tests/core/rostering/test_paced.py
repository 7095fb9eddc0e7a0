"""A long horizon by prices: a bound that is true, what is still within reach, and a legal roster window by window."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from diba.core.rostering import check, columns
from diba.core.rostering.columns.compiling import tables
from diba.core.rostering.columns.generation import Clock
from diba.core.rostering.columns.paced import paced
from diba.core.rostering.columns.relaxed import Relaxation, most_units

from .make import tiny
from .test_columns import soft
from .test_solve import best_by_trying_all


@pytest.mark.parametrize("seed", range(24))
def test_prices_never_pass_the_best_of_all_rosters(seed):
    problem = tiny(seed)
    best = best_by_trying_all(problem)
    if best is None:
        return
    compiled, _ = tables(problem, None)
    relaxation = Relaxation(compiled)
    relaxation.climb(200)
    assert relaxation.bound <= best + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_prices_come_near_the_bound_of_whole_schedules(seed):
    problem = soft(seed, people=8, days=28)
    compiled, _ = tables(problem, None)
    relaxation = Relaxation(compiled)
    relaxation.climb(1500)
    found = columns.search(problem, seconds=4)
    assert relaxation.bound <= found.cost
    assert relaxation.bound >= 0.7 * found.bound
    assert np.allclose(relaxation.mean.sum(2), 1)


def test_units_within_reach_are_those_of_the_best_of_all_schedules():
    problem = soft(5, people=2, days=9)
    compiled, _ = tables(problem, None)
    machine, limits = compiled.automata[0], compiled.limits[0]
    allowed = np.ones((compiled.days, machine.groups), np.bool_)
    reach = most_units(machine.trans, machine.units, compiled.weekend, allowed, 2)
    best = dict.fromkeys(range(3), -1)
    for groups in itertools.product(range(machine.groups), repeat=compiled.days):
        symbols = np.array([int(np.nonzero(machine.group_of == group)[0][0]) for group in groups], np.int16)
        end = machine.walk(symbols, compiled.weekend, limits.state, limits.saturday)[-1]
        for weekends in range(3):
            if end[0] >= 0 and end[2] <= weekends:
                best[weekends] = max(best[weekends], int(end[1]))
    assert {weekends: int(reach[limits.state, limits.saturday, weekends]) for weekends in range(3)} == best


def test_half_a_year_is_made_window_after_window_and_keeps_every_limit():
    problem = soft(2, people=6, days=182)
    compiled, codec = tables(problem, None)
    relaxation = Relaxation(compiled)
    relaxation.climb(600)
    roster = paced(relaxation, Clock(120), np.random.default_rng(1), 120, lambda: False)
    assert roster is not None
    report = check(problem, codec.decode(roster))
    assert report.legal
    assert report.objective == compiled.cost(roster)
    assert relaxation.bound <= report.objective <= 1.15 * relaxation.bound


def test_too_short_a_time_gives_no_roster_and_a_stop_is_obeyed():
    compiled, _ = tables(soft(2, people=6, days=182), None)
    relaxation = Relaxation(compiled)
    relaxation.climb(50)
    assert paced(relaxation, Clock(60), np.random.default_rng(1), 0.0, lambda: False) is None
    assert paced(relaxation, Clock(60), np.random.default_rng(1), 60, lambda: True) is None


def test_somebody_without_limits_of_minutes_or_weekends_is_paced_too():
    problem = soft(3, people=5, days=91)
    free = [
        replace(p, least_minutes=None, most_minutes=None, most_weekends=None, most_of={}) for p in problem.people[:2]
    ]
    problem = replace(problem, people=(*free, *problem.people[2:]))
    compiled, codec = tables(problem, None)
    relaxation = Relaxation(compiled)
    relaxation.climb(300)
    roster = paced(relaxation, Clock(60), np.random.default_rng(1), 60, lambda: False)
    assert roster is not None and check(problem, codec.decode(roster)).legal
