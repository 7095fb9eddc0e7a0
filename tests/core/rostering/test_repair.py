"""After a loss or new needs: fewest and mildest changes, pins and the past untouched, as brute force says on small plants."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diba.core.errors import BadInput
from diba.core.rostering import (
    Cover,
    Crew,
    Person,
    Post,
    Problem,
    Shift,
    check,
    further,
    keepable,
    points,
    repair,
    solve,
)
from diba.core.rostering.changes import Change, point_table
from diba.core.rostering.columns.compiling import Codec

from .losses import cheapest, loss
from .make import plain

seeds = st.integers(0, 10**6)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_the_best_way_changes_as_little_as_trying_every_roster_says(seed):
    problem, roster, first_day = loss(seed)
    kept = keepable(problem, roster, first_day)
    best = repair(problem, roster, first_day=first_day, seconds=5, ways=1)[0]
    open_places, least = cheapest(problem, roster, kept, first_day)
    assert (best.open, best.cost) == (open_places, least)
    assert best.bound <= best.cost
    assert best.proven


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_no_way_touches_a_pin_or_the_past_or_breaks_a_rule_that_is_not_eased_by_name(seed):
    problem, roster, first_day = loss(seed)
    kept = keepable(problem, roster, first_day)
    before = check(problem, kept)
    for way in repair(problem, roster, first_day=first_day, seconds=5):
        broken = further(before.violations, way.after.violations)
        assert {violation.rule for violation in broken} <= set(way.eased)
        assert way.open <= sum(hole.needed - hole.found for hole in before.holes)
        assert all(change.day >= first_day for change in way.changes)
        for person in problem.people:
            for day, pin in person.pins.items():
                if roster.get((person.id, day)) == pin and day not in person.days_off:
                    assert way.roster.get((person.id, day)) == pin
        assert not set(way.without) & set(way.helpers)


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_the_points_of_all_cells_at_once_are_those_of_each(seed):
    problem, roster, first_day = loss(seed)
    codec = Codec(problem)
    number = {person.id: row for row, person in enumerate(problem.people)}
    table = point_table(problem, codec.cells, number, codec.encode(roster), first_day)
    for person in problem.people:
        for day in range(problem.days):
            before = roster.get((person.id, day))
            for symbol, after in enumerate([None, *codec.cells]):
                change = Change(person.id, day, before, after)
                assert table[number[person.id], day, symbol] == points(problem, change, first_day)


def lose(problem, who, days):
    crew = tuple(replace(p, days_off=p.days_off | frozenset(days)) if p.id == who else p for p in problem.people)
    return replace(problem, people=crew)


def test_one_loss_takes_one_other_person():
    problem = plain(7, 7, longest_run=6)
    roster = solve(problem, seconds=5, workers=1).roster
    lost = next(who for who, day in roster if day == 3)
    best, *others = repair(lose(problem, lost, {3}), roster, seconds=5)
    assert best.after.legal
    assert len(best.changes) == 2
    assert best.proven
    assert all(not set(other.helpers) & set(best.helpers) for other in others if other.without)


def test_days_that_are_over_stay_as_they_were():
    problem = plain(7, 7, longest_run=6)
    roster = solve(problem, seconds=5, workers=1).roster
    lost = next(who for who, day in roster if day == 5)
    best = repair(lose(problem, lost, range(7)), roster, first_day=4, seconds=5)[0]
    assert all(change.day >= 4 for change in best.changes)


def test_a_watch_that_has_begun_is_stood_to_its_end_and_nobody_is_sent_there():
    problem = plain(5, 3)
    roster = {("P0", 0): ("E", "p"), ("P1", 0): ("L", "p")}
    best = repair(problem, roster, begun={(0, "E"), (0, "L")}, seconds=3)[0]
    today = {key: cell for key, cell in best.roster.items() if key[1] == 0}
    assert today["P0", 0] == ("E", "p") and today["P1", 0] == ("L", "p")
    assert [cell for key, cell in today.items() if key[0] not in ("P0", "P1")] == [("N", "p")]


def test_a_day_person_is_spared_the_night_when_somebody_mild_can_be_had():
    shifts = (Shift("D", 480, 480), Shift("N", 1320, 480, night=True))
    cover = (Cover(3, "N", "p", 1), Cover(3, "D", "p", 1))
    crew = (Person("lost", days_off=frozenset({3})), Person("day"), Person("free"))
    problem = Problem(7, shifts, crew, cover, (Post("p"),))
    best = repair(problem, {("lost", 3): ("N", "p"), ("day", 3): ("D", "p")}, seconds=3)[0]
    assert best.helpers == ("free",)


def test_short_notice_costs_more():
    problem = plain(3, 7)
    soon, later = Change("P0", 1, None, ("E", "p")), Change("P0", 5, None, ("E", "p"))
    assert points(problem, soon) > points(problem, later)


def test_more_hands_at_a_post_are_found_when_the_need_grows():
    problem = plain(6, 5)
    roster = solve(problem, seconds=5, workers=1).roster
    best = repair(problem, roster, demand={(2, "E", "p"): 2, (4, "N", "p"): 3}, seconds=5)[0]
    standing = [cell for key, cell in best.roster.items() if key[1] == 4]
    assert standing.count(("N", "p")) == 3
    assert not best.open


def test_what_nobody_can_fill_stays_open_at_the_least_vital_post():
    shifts = (Shift("D", 480, 480),)
    cover = (Cover(0, "D", "vital"), Cover(0, "D", "minor"))
    crew = (Person("gone", days_off=frozenset({0})), Person("left"))
    problem = Problem(1, shifts, crew, cover, (Post("vital", 1), Post("minor", 3)))
    best = repair(problem, {("gone", 0): ("D", "vital"), ("left", 0): ("D", "minor")}, seconds=3)[0]
    assert [hole.post for hole in best.after.holes] == ["minor"]
    assert best.proven


def test_when_a_rule_leaves_a_place_open_the_rule_is_named_for_a_signature():
    problem = Problem(
        3, (Shift("D", 480, 480),), (Person("P0", longest_run=2), Person("P1", days_off=frozenset({0, 1, 2}))),
        tuple(Cover(day, "D", "p") for day in range(3)), (Post("p"),),
    )  # fmt: skip
    plain_way, eased = repair(problem, {("P0", 0): ("D", "p"), ("P0", 1): ("D", "p"), ("P1", 2): ("D", "p")}, seconds=6)
    assert (plain_way.open, plain_way.eased) == (1, ())
    assert (eased.open, eased.eased) == (0, ("longest_run",))
    (broken,) = further(eased.before.violations, eased.after.violations)
    assert (broken.rule, broken.person, broken.found, broken.limit) == ("longest_run", "P0", 3, 2)


def test_novices_are_not_put_together_to_fill_a_place():
    shifts = (Shift("D", 480, 480),)
    crew = (
        Person("old", days_off=frozenset({0})), Person("new1", marks=frozenset({"novice"})),
        Person("new2", marks=frozenset({"novice"})), Person("other"),
    )  # fmt: skip
    problem = Problem(1, shifts, crew, (Cover(0, "D", "", 2),), crews=(Crew(0, "novice", most=1),))
    best = repair(problem, {("old", 0): ("D", ""), ("new1", 0): ("D", "")}, seconds=3)[0]
    assert best.helpers == ("other",)


def test_a_first_day_beyond_the_horizon_is_refused():
    with pytest.raises(BadInput):
        repair(plain(3, 7), {}, first_day=8)
