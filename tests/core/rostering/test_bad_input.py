"""What cannot be meant is refused at once, with its place; what cannot be done is explained."""

from dataclasses import replace
from datetime import date

import pytest

from diba.core.errors import BadInput, NoSolution
from diba.core.rostering import Cover, Person, Post, Problem, Request, Shift, check, solve

from .make import WATCHES, plain


@pytest.mark.parametrize("days", [0, -1, 401, "28", 7.0, True, None])
def test_a_horizon_of_nothing_or_of_more_than_a_year_is_refused(days):
    with pytest.raises(BadInput) as error:
        Problem(days, WATCHES, (Person("A"),))
    assert (error.value.field, error.value.value) == ("days", days)


def test_one_slip_among_three_thousand_people_is_named_with_its_person():
    crew = [Person(f"P{n}", {"p": (0, 27)}) for n in range(3000)]
    crew[2345] = replace(crew[2345], requests=(Request(28, "E", True, 1),))
    with pytest.raises(BadInput) as error:
        Problem(28, WATCHES, tuple(crew), (), (Post("p"),))
    assert (error.value.field, error.value.row, error.value.value) == ("request day", "P2345", 28)


def test_three_thousand_people_for_a_year_are_too_many():
    with pytest.raises(BadInput) as error:
        Problem(366, WATCHES, tuple(Person(f"P{n}") for n in range(3000)))
    assert (error.value.reason, error.value.field) == ("too_large", "people")


def test_nobody_stands_two_watches_that_overlap_over_midnight():
    shifts = (Shift("N", 1200, 720, True), Shift("D", 420, 480))  # until 08:00, from 07:00
    problem = Problem(2, shifts, (Person("A"),), rest=0)
    (broken,) = check(problem, {("A", 0): ("N", ""), ("A", 1): ("D", "")}).violations
    assert (broken.rule, broken.day, broken.found) == ("rest", 1, -60)


def test_after_a_certificate_lapses_the_post_is_what_stays_open():
    problem = plain(6, 6)
    crew = tuple(replace(person, posts={"p": (0, 2)}) for person in problem.people)
    with pytest.raises(NoSolution) as error:
        solve(replace(problem, people=crew), seconds=5, workers=1)
    (part,) = error.value.clash
    assert (part["rule"], part["posts"], part["available"]) == ("cover", ["p"], 0)
    assert part["day"] >= 3


def test_a_pin_after_the_certificate_has_lapsed_is_named():
    problem = plain(6, 6)
    lapsed = replace(problem.people[0], posts={"p": (0, 2)}, pins={4: ("E", "p")})
    with pytest.raises(NoSolution) as error:
        solve(replace(problem, people=(lapsed, *problem.people[1:])), seconds=5, workers=1)
    assert (error.value.clash[0]["rule"], error.value.clash[0]["day"]) == ("pin", 4)


def test_weekends_and_rest_hold_over_a_leap_day_and_the_end_of_a_month():
    problem = replace(
        plain(1, 4, most_weekends=1), start=date(2020, 2, 28)
    )  # Friday; the 29th and the 1st are a weekend
    roster = {("P0", 1): ("N", "p"), ("P0", 2): ("N", "p")}
    assert problem.weekends() == [(1, 2)]
    assert {v.rule for v in check(problem, roster).violations} == {"cover"}
    early = {**roster, ("P0", 3): ("E", "p")}
    assert ("rest", 3) in {(v.rule, v.day) for v in check(problem, early).violations}


@pytest.mark.parametrize(
    ("make", "field", "row"),
    [
        (lambda: Shift("E", 1440), "start", "E"),
        (lambda: Shift("E", night="yes"), "night", "E"),
        (lambda: Post("p", place=3), "place", "p"),
        (lambda: replace(plain(), cover=(Cover(0, "E", "p", -1),)), "needed", 1),
        (lambda: replace(plain(), people=(Person("A", team=["x"]),)), "team", "A"),
        (lambda: replace(plain(), people=(Person("A"), Person(["A"]))), "people", 2),
        (lambda: replace(plain(), rest=-1), "rest", None),
    ],
)
def test_each_slip_is_named_with_field_and_row(make, field, row):
    with pytest.raises(BadInput) as error:
        make()
    assert (error.value.field, error.value.row) == (field, row)
