"""An impossible request names the rules and posts that clash, with numbers that can be checked on the fingers."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diba.core.errors import NoSolution
from diba.core.rostering import Cover, Member, Person, Post, check, solve, split
from diba.core.rostering.clash import only
from diba.core.rostering.explain import explanation
from diba.core.rostering.solvable import solvable

from .losses import feasible, loss
from .make import plain


def clash(problem):
    with pytest.raises(NoSolution) as error:
        solve(problem, seconds=10, workers=1)
    return error.value.clash


def test_too_few_people_on_a_day_are_counted():
    (part,) = clash(plain(2, 3))
    assert (part["rule"], part["needed"], part["available"], part["short"], part["posts"]) == ("cover", 3, 2, 1, ["p"])


def test_too_few_duties_over_some_days_are_counted_with_the_rule_that_forbids_more():
    cover, run = clash(plain(3, 14, longest_run=5, shortest_break=2))
    assert (cover["rule"], cover["days"], cover["needed"], cover["available"], cover["short"]) == (
        "cover",
        6,
        18,
        15,
        3,
    )
    assert (run["rule"], run["limit"]) == ("longest_run", 5)
    assert cover["proved"] and run["proved"]


def test_an_absence_that_leaves_a_post_open_is_named_with_the_person_and_the_days():
    problem = plain(3, 7)
    crew = (replace(problem.people[0], days_off=frozenset({2, 3})), *problem.people[1:])
    cover, away = clash(replace(problem, people=crew))
    assert (cover["posts"], len(cover["on"])) == (["p"], 1)
    assert (away["rule"], away["who"]) == ("absences", ["P0"])


def test_of_many_posts_and_days_only_those_that_clash_are_named():
    problem = plain(4, 10, most_nights_in_row=2)
    posts = (*problem.posts, *(Post(f"q{n}") for n in range(4)))
    others = tuple(Person(f"Q{n}-{k}", {f"q{n}": (0, 9)}) for n in range(4) for k in range(2))
    cover = (
        *(cell for cell in problem.cover if cell.shift == "N" and 4 <= cell.day < 7),
        *(Cover(day, "E", f"q{n}") for day in range(10) for n in range(4)),
    )
    crew = (*(replace(person, posts={"p": (0, 9)}) for person in problem.people[:1]), *others)
    parts = clash(replace(problem, posts=posts, people=crew, cover=cover))
    assert parts[0]["posts"] == ["p"] and parts[0]["on"] == [4, 5, 6]
    assert {part["rule"] for part in parts} == {"cover", "most_nights_in_row"}


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_every_part_is_needed_and_the_parts_alone_are_impossible(seed):
    problem, _, _ = loss(seed)
    possible = feasible(problem)
    assert solvable(problem, 10)[0] == ("yes" if possible else "no")
    if possible:
        return
    found = explanation(problem, seconds=30)
    assert found.proven
    assert not feasible(only(problem, found.parts))
    for part, roster in zip(found.parts, found.freed, strict=True):
        assert roster is not None
        assert check(only(problem, [other for other in found.parts if other != part]), roster).legal


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


def after_a_night(pin):
    """Return a problem whose first person stood last night and is pinned on the first day."""
    problem = plain(6, 4)
    return replace(problem, people=(replace(problem.people[0], before=("N",), pins={0: pin}), *problem.people[1:]))


@pytest.mark.parametrize("engine", ["columns", "cp-sat"])
@pytest.mark.parametrize(("under", "soft"), [(None, None), (100, None), (None, 10_000)])
def test_a_pin_too_soon_after_the_last_watch_of_the_roster_before_is_named_with_the_rest(engine, under, soft):
    problem = after_a_night(("E", "p"))
    problem = replace(problem, cover=tuple(replace(cell, under=under) for cell in problem.cover))
    with pytest.raises(NoSolution) as error:
        solve(problem, seconds=5, workers=1, engine=engine, soft=soft)
    rest, pin = error.value.clash
    assert (rest["rule"], rest["limit"]) == ("rest", 660)
    assert (pin["rule"], pin["person"], pin["day"], pin["shift"]) == ("pin", "P0", 0, "E")


@pytest.mark.parametrize("engine", ["columns", "cp-sat"])
def test_a_pin_that_leaves_the_rest_after_the_roster_before_is_kept(engine):
    found = solve(after_a_night(("N", "p")), seconds=5, workers=1, engine=engine)
    assert found.roster["P0", 0] == ("N", "p") and not found.report.violations


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
