"""Rooms and sites: nobody changes between them without days in between, and rest holds over days off."""

from dataclasses import replace

import pytest

from diba.core.errors import BadInput, NoSolution
from diba.core.rostering import Cover, Person, Post, Problem, Shift, check, columns, solve
from diba.core.rostering.columns.carried import carried

ROOMS = (Post("main", place="main room"), Post("backup", place="backup room"))
DAY = Shift("D", 480, 720)


def gansu(people=4, days=6, between=2, **rules):
    """Dispatchers who alternate between a main and a backup room, as in Gansu in 2020."""
    cover = tuple(Cover(day, "D", post.id, 1, None) for day in range(days) for post in ROOMS)
    crew = tuple(Person(f"P{n}", **rules) for n in range(people))
    return Problem(days, (DAY,), crew, cover, ROOMS, between_places=between)


def rooms(problem, letters):
    names = {"m": "main", "b": "backup"}
    roster = {("P0", day): ("D", names[letter]) for day, letter in enumerate(letters) if letter != "."}
    return [(v.day, v.found, v.limit) for v in check(problem, roster).violations if v.rule == "place"]


@pytest.mark.parametrize(
    ("letters", "found"),
    [("mm..b.", []), ("mm.b..", [(3, 1, 2)]), ("mb....", [(1, 0, 2)]), ("m..b.m", [(5, 1, 2)]), ("m.mm..", [])],
)
def test_a_change_of_rooms_needs_its_days_between(letters, found):
    assert rooms(gansu(1), letters) == found


def test_the_room_before_the_period_counts():
    problem = gansu(1, before=("D", ""), place_before="backup room")
    assert rooms(problem, "m.....") == [(0, 1, 2)]
    assert rooms(problem, "b.....") == rooms(problem, ".m....") == []
    unknown = gansu(1, before=("D", ""))
    assert rooms(unknown, "m.....") == []


@pytest.mark.parametrize("engine", ["columns", "cp-sat"])
def test_two_rooms_are_manned_by_people_who_stay_in_theirs(engine):
    solution = solve(gansu(longest_run=2), seconds=5, workers=1, engine=engine)
    assert solution.report.legal


def test_rooms_that_keep_people_apart_too_long_are_named():
    problem = gansu(3, longest_run=2)
    assert solve(replace(problem, between_places=0), seconds=5, workers=1).report.legal
    with pytest.raises(NoSolution) as error:
        solve(problem, seconds=5, workers=1)
    assert "places" in {part["rule"] for part in error.value.clash}


def test_a_post_that_is_barred_on_a_day_is_not_given_then():
    problem = gansu(1, barred_posts=frozenset({(2, "main")}))
    rules = {(v.rule, v.day) for v in check(problem, {("P0", 2): ("D", "main"), ("P0", 3): ("D", "main")}).violations}
    assert ("barred", 2) in rules and ("barred", 3) not in rules


def test_rest_of_more_than_a_day_holds_over_a_day_off():
    problem = Problem(
        3, (DAY,), (Person("P0"),), (), rest=40 * 60
    )  # 12 h watches: two days later there are 36 h of rest
    (broken,) = check(problem, {("P0", 0): ("D", ""), ("P0", 2): ("D", "")}).violations
    assert (broken.rule, broken.day, broken.found, broken.limit) == ("rest", 2, 36 * 60, 40 * 60)


def test_a_number_of_one_watch_counts_over_two_rooms():
    assert carried(gansu(most_of={"D": 3}))
    found = columns.search(gansu(most_of={"D": 3}), seconds=3)
    report = check(gansu(most_of={"D": 3}), found.roster)
    assert report.legal or {violation.rule for violation in report.violations} == {"cover"}
    plain = solve(gansu(most_of={"D": 3}), seconds=5, workers=1, engine="cp-sat")
    assert plain.report.legal


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"between_places": 61}, "between_places"),
        ({"people": (Person("A", place_before="cellar"),)}, "place_before"),
        ({"people": (Person("A", barred_posts=frozenset({(9, "main")})),)}, "barred day"),
        ({"people": (Person("A", barred_posts=frozenset({(0, "cellar")})),)}, "posts"),
    ],
)
def test_rooms_that_do_not_exist_are_named(change, field):
    with pytest.raises(BadInput) as error:
        replace(gansu(), **change)
    assert error.value.field == field
