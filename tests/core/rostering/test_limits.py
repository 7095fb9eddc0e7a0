"""What one person may do: duties in a week, days inside in one stay, minutes with leave counted in."""

from dataclasses import replace

import pytest

from diba.core.errors import BadInput
from diba.core.rostering import Person, Problem, check, solve
from diba.core.rostering.columns.compiling import tables

from .make import WATCHES, plain


def broken(letters, **rules):
    """Return (day, found) of each rule broken by a row of watches, "." for a day off."""
    problem = replace(plain(1, len(letters)), people=(Person("P0", **rules),), cover=())
    roster = {("P0", day): (letter, "p") for day, letter in enumerate(letters) if letter != "."}
    return [(v.rule, v.day, v.found) for v in check(problem, roster).violations]


@pytest.mark.parametrize(
    ("letters", "before", "found"),
    [
        ("EEE.EEE", (), [("most_in_week", 6, 6)]),
        ("EEE..EEE", (), []),
        ("E......", ("E", "E", "E", "", "E", "E"), [("most_in_week", 0, 6)]),
        (".E.....", ("E", "E", "E", "", "E", "E"), []),
        ("EE.EE.EE.EE", (), []),
    ],
)
def test_no_more_duties_in_any_seven_days_than_allowed(letters, before, found):
    assert broken(letters, most_in_week=5, before=before) == found


@pytest.mark.parametrize(
    ("letters", "before", "found"),
    [
        ("EE.EE.E", (), [("longest_stay", 4, 5), ("longest_stay", 6, 7)]),
        ("EE..EE.", (), []),
        ("E......", ("E", "", "E", "E"), [("longest_stay", 0, 5)]),
        (".E.....", ("E", "E", "E", ""), []),
        ("E......", ("E", "E", "E", "E", "E", "E", ""), [("longest_stay", 0, 8)]),
    ],
)  # fmt: skip
def test_a_stay_inside_ends_only_after_days_at_home(letters, before, found):
    assert broken(letters, longest_stay=4, stay_break=2, before=before) == found


@pytest.mark.parametrize("engine", ["columns", "cp-sat"])
def test_ten_days_inside_are_followed_by_days_at_home(engine):
    problem = plain(8, 21, longest_stay=10, stay_break=4)
    solution = solve(problem, seconds=6, workers=1, engine=engine)
    assert solution.report.legal
    for person in problem.people:
        duties = [day for day in range(21) if (person.id, day) in solution.roster]
        began = [day for day, last in zip(duties, [-9, *duties], strict=False) if day - last > 4]
        for first, following in zip(began, [*began[1:], 99], strict=True):
            stay = [day for day in duties if first <= day < following]
            assert stay[-1] - first < 10


def test_leave_counts_as_worked_minutes():
    duties = "EE....."
    assert broken(duties, least_minutes=1440) == [("least_minutes", None, 960)]
    assert broken(duties, least_minutes=1440, credited_minutes=480) == []
    assert broken(duties, most_minutes=1200, credited_minutes=480) == [("most_minutes", None, 1440)]


def test_a_rule_of_the_week_makes_the_graph_no_more_than_it_needs():
    compiled, _ = tables(plain(1, 28, most_in_week=5, longest_run=6))
    assert compiled.automata[0].trans.shape[0] < 400


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"most_in_week": 8}, "most_in_week"),
        ({"longest_stay": 0}, "longest_stay"),
        ({"stay_break": 0}, "stay_break"),
        ({"longest_stay": 2, "shortest_run": 3}, "shortest_run"),
        ({"credited_minutes": 900, "most_minutes": 480}, "credited_minutes"),
        ({"base": ("E",) * 6}, "base"),
        ({"base": ("E",) * 6 + ("Q",)}, "shifts"),
        ({"carried": {"mornings": 2}}, "carried"),
        ({"carried": {"nights": -1}}, "carried"),
    ],
)
def test_rules_that_cannot_be_meant_are_named_with_the_person(rules, field):
    with pytest.raises(BadInput) as error:
        Problem(7, WATCHES, (Person("马", **rules),))
    assert (error.value.field, error.value.row) == (field, "马")
