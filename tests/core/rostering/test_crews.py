"""Cover with three numbers, and crews: who must, and who must not, stand together."""

from dataclasses import replace

import pytest

from diba.core.errors import BadInput, NoSolution
from diba.core.rostering import Apart, Cover, Crew, Person, Post, Problem, check, explain, solve
from diba.core.rostering.shortages import count

from .make import WATCHES, plain


def marked(problem, **marks):
    people = tuple(replace(person, marks=frozenset(marks.get(person.id, ""))) for person in problem.people)
    return replace(problem, people=people)


def test_fewer_than_wanted_costs_but_fewer_than_the_least_is_a_broken_rule():
    problem = replace(plain(3, 1), cover=(Cover(0, "E", "p", 3, 10, 0, least=2, most=3),))
    one, two = ({(f"P{n}", 0): ("E", "p") for n in range(number)} for number in (1, 2))
    assert check(problem, two).objective == 10 and check(problem, two).legal
    (broken,) = check(problem, one).violations
    assert (broken.rule, broken.found, broken.limit) == ("cover", 1, 2)


def test_no_more_stand_at_a_post_than_it_has_room_for():
    problem = replace(plain(3, 1, least_minutes=480), cover=(Cover(0, "E", "p", 1, None, 0, most=2),))
    crowd = {(f"P{n}", 0): ("E", "p") for n in range(3)}
    (broken,) = check(problem, crowd).violations
    assert (broken.rule, broken.shift, broken.found, broken.limit) == ("too_many", "E", 3, 2)
    with pytest.raises(NoSolution) as error:
        solve(problem, seconds=5, workers=1)
    assert {part["rule"] for part in error.value.clash} == {"least_minutes", "most"}


def test_one_first_aider_stands_every_night():
    nights = tuple(Crew(day, "f", "N", least=1) for day in range(4))
    problem = replace(marked(plain(6, 4), P1="f", P4="f"), crews=nights)
    roster = solve(problem, seconds=5, workers=1).roster
    for day in range(4):
        assert {who for (who, when), cell in roster.items() if when == day and cell[0] == "N"} & {"P1", "P4"}


def test_two_novices_never_stand_together():
    apart = tuple(Crew(day, "n", shift.id, most=1) for day in range(3) for shift in WATCHES)
    problem = replace(marked(plain(8, 3, needed=2), P0="n", P1="n", P2="n"), crews=apart)
    roster = solve(problem, seconds=5, workers=1).roster
    assert check(problem, roster).legal
    together = {**roster, ("P0", 0): ("E", "p"), ("P1", 0): ("E", "p")}
    assert ("crew_crowded", 0, "E", "n") in {
        (v.rule, v.day, v.shift, v.mark) for v in check(problem, together).violations
    }


def test_a_crew_that_is_only_wanted_costs_its_weight():
    problem = replace(marked(plain(3, 1), P0="s"), crews=(Crew(0, "s", "", least=2, under=7),))
    solution = solve(problem, seconds=5, workers=1)
    assert (solution.objective, solution.report.cost["crews"]) == (7, 7)


def test_a_crew_that_nobody_can_form_is_named():
    problem = replace(plain(4, 2), crews=(Crew(1, "diver", "N", least=1),))
    with pytest.raises(NoSolution) as error:
        solve(problem, seconds=5, workers=1)
    assert {part["rule"] for part in error.value.clash} == {"crews"}


@pytest.mark.parametrize(
    ("change", "field", "row"),
    [
        ({"cover": (Cover(0, "E", "p"), Cover(0, "E", "p"))}, "cover", 2),
        ({"cover": (Cover(0, "E", "p", 2, 5, least=3),)}, "least", 1),
        ({"cover": (Cover(0, "E", "p", 2, most=1),)}, "most", 1),
        ({"crews": (Crew(7, "m"),)}, "crew day", 1),
        ({"crews": (Crew(0, "m"), Crew(0, "", "E"))}, "mark", 2),
        ({"crews": (Crew(0, "m", "Q"),)}, "shifts", 1),
        ({"crews": (Crew(0, "m", posts=frozenset({"q"})),)}, "posts", 1),
        ({"crews": (Crew(0, "m", least=2, most=1),)}, "most", 1),
        ({"people": (Person("A", longest_run=2, shortest_run=3),)}, "shortest_run", "A"),
        ({"people": (Person("A", least_minutes=900, most_minutes=480),)}, "least_minutes", "A"),
    ],
)
def test_numbers_that_contradict_each_other_are_named_with_their_row(change, field, row):
    whole = {"days": 7, "shifts": WATCHES, "people": (Person("A"),), "posts": (Post("p"),)}
    with pytest.raises(BadInput) as error:
        Problem(**{**whole, **change})
    assert (error.value.field, error.value.row) == (field, row)


def test_of_many_crew_rules_only_the_one_that_cannot_be_kept_is_named():
    problem = marked(plain(6, 2), P1="f", P4="f")
    fine = tuple(Crew(day, "f", "N", most=2) for day in range(2))
    torn = tuple(Crew(day, "welder", "N", least=1) for day in range(2))  # nobody is one
    with pytest.raises(NoSolution) as error:
        solve(replace(problem, crews=(*fine, *torn)), seconds=8, workers=1)
    named = [part["marks"] for part in error.value.clash if part["rule"] == "crews"]
    assert named == [["welder"]]


def test_of_many_apart_rules_only_the_one_that_cannot_be_kept_is_named():
    problem = plain(4, 2)
    teams = {"P0": "A", "P1": "B", "P2": "C", "P3": "D"}
    people = tuple(
        replace(person, team=teams[person.id], pins={0: ("E", "p")} if person.id in ("P0", "P1") else {})
        for person in problem.people
    )
    cover = tuple(replace(cell, needed=0) for cell in problem.cover)
    rules = (Apart(frozenset({"C", "D"})), Apart(frozenset({"A", "B"})))
    with pytest.raises(NoSolution) as error:
        solve(replace(problem, people=people, cover=cover, apart=rules), seconds=8, workers=1)
    assert [part["teams"] for part in error.value.clash if part["rule"] == "apart"] == [["A", "B"]]


def test_more_asked_for_than_have_the_mark_is_counted_and_said_with_the_number():
    nights = tuple(Crew(day, "f", "N", least=2) for day in range(14))
    problem = replace(marked(plain(8, 14), P1="f", P4="f", P5="n"), crews=nights)
    away = replace(problem.people[4], days_off=frozenset({9}))
    assert count(problem) == []
    problem = replace(problem, people=(*problem.people[:4], away, *problem.people[5:]))
    (part,) = count(problem)
    assert (part["day"], part["needed"], part["available"]) == (9, 2, 1)
    parts = explain(problem, seconds=10)
    assert {"rule": "crews", "marks": ["f"], "marked": [2], "proved": True} in parts
    assert {part["rule"] for part in parts} == {"crews", "absences"}
