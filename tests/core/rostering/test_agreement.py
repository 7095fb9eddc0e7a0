"""The neighbourhood that frees what a roster and the relaxed optimum do not agree on."""

import numpy as np
import pytest

from diba.core.rostering.columns import compiling, descent, generation, pricing
from diba.core.rostering.columns.agreement import Agreement
from diba.core.rostering.columns.master import Master
from diba.core.rostering.columns.neighbourhoods import Neighbourhoods
from diba.core.rostering.columns.search import legal

from .test_columns import soft


def relaxed(seed, people=6, days=21):
    """Return (tables, a first roster, the agreement with the relaxed optimum, its bound) of a random problem."""
    tables, _ = compiling.tables(soft(seed, people, days))
    pricer, pool, clock = pricing.Pricer(tables), generation.Pool(tables.people), generation.Clock(60)
    roster = descent.greedy(tables, pricer, pool)
    master = Master(tables)
    master.add([(person, roster[person].copy()) for person in range(tables.people)])
    bound = generation.generate(master, pricer, clock, pool=pool)
    return tables, roster, Agreement(master, pricer), bound + tables.constant


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("free", [0, 17, 6 * 21])
def test_so_many_person_days_are_open_and_all_others_are_as_in_the_roster(seed, free):
    tables, roster, agreement, _ = relaxed(seed)
    master, closed = agreement.part(roster, free, np.random.default_rng(seed))
    open_ = np.array([np.isfinite(closed[person]).all(1) for person in range(tables.people)])
    assert open_.sum() == free
    days = np.arange(tables.days)
    for person in range(tables.people):
        kept = days[~open_[person]]
        assert np.isfinite(closed[person][kept, roster[person][kept]]).all()
        assert np.isfinite(closed[person][kept]).sum() == len(kept)
        assert all((master.schedules[column][kept] == roster[person][kept]).all() for column in master.of[person])
    assert {(p, roster[p].tobytes()) for p in range(tables.people)} <= set(master.known)


def test_what_is_open_is_where_the_two_differ():
    tables, roster, agreement, _ = relaxed(1)
    people, days = np.arange(tables.people)[:, None], np.arange(tables.days)
    agreed = agreement.share[people, days, roster]
    assert agreement.share.sum(2) == pytest.approx(np.ones(roster.shape))
    none = int((agreed < 1e-6).sum())
    assert 17 < none < roster.size / 2
    _, closed = agreement.part(roster, 17, np.random.default_rng(1))
    open_ = np.array([np.isfinite(closed[person]).all(1) for person in range(tables.people)])
    assert agreed[open_].max() < 0.31  # chance may blur three tenths, no more


@pytest.mark.parametrize("seed", range(3))
def test_it_makes_rosters_better_and_legal_and_counts_them_right(seed, monkeypatch):
    tables, _, agreement, bound = relaxed(seed)
    monkeypatch.setattr("diba.core.rostering.columns.neighbourhoods.KINDS", ("agreed",))
    everybody = range(tables.people)
    alone = np.array([agreement.pricer.price(p, tables.cell[p])[1] for p in everybody])  # whoever else is there
    pool, rng = generation.Pool(tables.people), np.random.default_rng(seed)
    around = Neighbourhoods(tables, pool, alone, generation.Clock(60), rng)
    around.agreement, before = agreement, around.cost
    for _ in range(12):
        around.step()
    assert legal(tables, around.best) and around.cost == tables.cost(around.best)
    assert bound <= around.cost and around.cost - bound < 0.2 * (before - bound)


def test_without_a_relaxed_optimum_or_where_one_sweep_is_long_it_is_not_tried(monkeypatch):
    tables, roster, agreement, _ = relaxed(0)
    pool, rng = generation.Pool(tables.people), np.random.default_rng(0)
    around = Neighbourhoods(tables, pool, roster, generation.Clock(60), rng)
    monkeypatch.setattr("diba.core.rostering.columns.agreement.ARCS", 0)
    for held in (None, agreement):
        around.agreement = held
        for _ in range(12):
            around.step()
    assert around.arms["agreed"].tries == 0 < around.arms["people"].tries
