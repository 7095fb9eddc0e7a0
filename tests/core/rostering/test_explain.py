"""An impossible request names the rules and posts that clash, with numbers that can be checked on the fingers."""

from dataclasses import replace

import pytest

from diba.core.errors import NoSolution
from diba.core.rostering import Cover, Member, Post, solve, split

from .make import plain


def clash(problem):
    with pytest.raises(NoSolution) as error:
        solve(problem, seconds=10, workers=1)
    return error.value.clash


def test_too_few_people_on_a_day_are_counted():
    (part,) = clash(plain(2, 3))
    assert (part["rule"], part["needed"], part["available"], part["short"], part["posts"]) == ("cover", 3, 2, 1, ["p"])


def test_too_few_duties_over_the_period_are_counted():
    (part,) = clash(plain(3, 14, longest_run=5, shortest_break=2))
    assert part["rule"] == "duties"
    assert part["needed"] == 42
    assert part["available"] < 42


def test_rules_that_only_clash_together_are_both_named_and_leaving_out_either_frees_the_roster():
    problem = plain(3, 7, most_of={"N": 2})
    problem = replace(problem, rest=0)
    rules = {part["rule"] for part in clash(problem)}
    assert rules == {"cover", "most_of"}
    freed = replace(problem, people=tuple(replace(person, most_of={}) for person in problem.people))
    assert solve(freed, seconds=10, workers=1).report.legal


def test_a_pin_to_an_impossible_place_is_named():
    problem = plain(6, 3)
    crew = (replace(problem.people[0], pins={1: ("E", "p")}, days_off=frozenset({1})), *problem.people[1:])
    assert clash(replace(problem, people=crew))[0]["rule"] == "pin"


def operators(count):
    return [Member(f"O{n}", frozenset({"main"})) for n in range(count)]


def test_haibowan_two_teams_of_three_watches_cannot_come_from_fifteen():
    """Haibowan 2020 (3 a watch, 3 watches a day, 15 operators): a team needs 9 a day, two teams 18."""
    with pytest.raises(NoSolution) as error:
        split(operators(15), {"main": 9}, workers=1)
    (part,) = error.value.clash
    assert (part["needed"], part["a_team"], part["available"], part["short"]) == (18, 9, 15, 3)


def test_haibowan_two_watches_of_twelve_hours_give_two_teams():
    teams = split(operators(15), {"main": 6}, workers=1)
    assert min(teams.size["A"], teams.size["B"]) >= 7
    assert teams.depth["A"] >= 1 and teams.depth["B"] >= 1


def test_a_post_that_nobody_can_man_is_the_one_named():
    problem = plain(8, 2)
    cover = (*problem.cover, Cover(0, "E", "q", 1, None, 0))
    (part,) = clash(replace(problem, posts=(Post("p"), Post("q")), cover=cover))
    assert part["posts"] == ["q"]
    assert part["available"] == 0
