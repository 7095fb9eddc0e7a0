"""Each rule broken on purpose is found, with who, when and the numbers."""

from dataclasses import replace

import pytest

from diba.core.rostering import Person, check

from .make import plain


def found(problem, plan):
    return {(v.rule, v.person, v.day) for v in check(problem, plan).violations if v.rule != "cover"}


def roster(letters, who="P0"):
    return {(who, day): (letter, "p") for day, letter in enumerate(letters) if letter != "."}


@pytest.mark.parametrize(
    ("rules", "letters", "rule", "day"),
    [
        ({"longest_run": 3}, "EEEE...", "longest_run", 0),
        ({"shortest_run": 2}, "..E....", "shortest_run", 2),
        ({"shortest_break": 2}, "EE.EE..", "shortest_break", 2),
        ({"most_nights_in_row": 2}, ".NNN...", "most_nights_in_row", 1),
        ({"most_of": {"N": 1}}, "N.N....", "most_of", None),
        ({"most_minutes": 960}, "EEE....", "most_minutes", None),
        ({"least_minutes": 960}, "E......", "least_minutes", None),
        ({"most_weekends": 0}, ".....E.", "most_weekends", None),
        ({"days_off": frozenset({1})}, ".E.....", "day_off", 1),
        ({"barred": frozenset({(1, "E")})}, ".E.....", "barred", 1),
        ({"pins": {1: ("L", "p")}}, ".E.....", "pin", 1),
        ({"before": ("N",)}, "E......", "rest", 0),
        ({"before": ("E", "E"), "longest_run": 3}, "EE.....", "longest_run", 0),
        ({}, "NE.....", "rest", 1),
    ],
)
def test_a_broken_rule_is_named(rules, letters, rule, day):
    problem = plain(1, 7, **rules)
    assert (rule, "P0", day) in found(problem, roster(letters))


def test_a_run_at_the_edge_of_the_period_has_no_shortest_length():
    assert found(plain(1, 7, shortest_run=3), roster("E.....E")) == set()


def test_a_person_without_the_post_is_not_qualified_and_a_certificate_ends():
    problem = replace(plain(1, 7), people=(Person("P0", {"p": (0, 2)}),))
    assert found(problem, roster("...E...")) == {("not_qualified", "P0", 3)}
    assert found(problem, roster("..E....")) == set()


def test_holes_and_costs_are_counted_afresh():
    report = check(plain(1, 1), {("P0", 0): ("E", "p")})
    assert [(hole.shift, hole.needed, hole.found) for hole in report.holes] == [("L", 1, 0), ("N", 1, 0)]
    assert not report.legal


def test_strangers_in_a_roster_are_named():
    problem = plain(1, 1)
    assert {v.rule for v in check(problem, {("X", 0): ("E", "p"), ("P0", 9): ("E", "p"), ("P0", 0): ("Q", "p")}).violations} >= {
        "unknown_person", "unknown_day", "unknown_shift",
    }  # fmt: skip
