"""Problem files and roster files: round trips, and errors that name section, row and column."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diba.core.errors import BadInput
from diba.core.rostering import check, from_benchmark, from_json, read_problem, read_roster, to_json, write_roster

from .make import plain, tiny
from .strategies import problems

TEXT = """SECTION_HORIZON
# days
7

SECTION_SHIFTS
D,480,
N,600,D

SECTION_STAFF
A,D=7|N=3,4320,0,5,2,2,1
B,D=7|N=7,4320,0,5,2,2,1

SECTION_DAYS_OFF
A,0

SECTION_SHIFT_ON_REQUESTS
A,2,D,3

SECTION_SHIFT_OFF_REQUESTS
B,1,N,2

SECTION_COVER
0,D,1,100,1
"""


def test_a_benchmark_file_is_read_rule_by_rule():
    problem = from_benchmark(TEXT)
    first = problem.people[0]
    assert (problem.days, first.most_of, first.most_minutes, first.longest_run, first.shortest_run) == (
        7,
        {"D": 7, "N": 3},
        4320,
        5,
        2,
    )
    assert first.days_off == {0}
    assert first.requests[0].weight == 3 and first.requests[0].wanted
    assert ("N", "D") in problem.forbidden
    assert problem.cover[0].under == 100


@pytest.mark.parametrize("problem", [plain(3, 4, longest_run=3), tiny(3), tiny(7)])
def test_our_own_file_gives_the_same_problem_back(problem):
    assert from_json(to_json(problem)) == problem


@given(problems(people=3, days=4, posts=2))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_every_rule_goes_into_the_file_and_comes_back(problem):
    marks = {mark for person in problem.people for mark in person.marks}
    lost = any(crew.mark not in marks for crew in problem.crews)
    if lost or any(rule.teams - set(problem.teams) for rule in problem.apart):
        with pytest.raises(BadInput) as error:
            from_json(to_json(problem))
        assert error.value.field in ("crews", "apart")
        return
    assert from_json(to_json(problem)) == problem


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("hello", ""),
        ("", "HORIZON"),
        (TEXT.replace("A,0", "A,x"), "DAYS_OFF"),
        (TEXT.replace("0,D,1,100,1", "0,Z,1,100,1"), "shifts"),
        (TEXT.replace("A,2,D,3", "C,2,D,3"), "DAYS_OFF or requests"),
        (TEXT.replace("0,D,1,100,1", "0,D"), "COVER"),
        ('{"schema": "other"}', "schema"),
        ('{"schema": "diba-roster-problem/1", "days": 3, "people": 5}', "people"),
        ('{"schema": "diba-roster-problem/1", "days": 3, "shifts": [{"nonsense": 1}]}', "shifts"),
        ("{not json", ""),
    ],
)
def test_a_bad_file_is_refused_by_name(text, field):
    with pytest.raises(BadInput) as error:
        read_problem(text)
    assert error.value.field == field


JUNK = st.sampled_from(
    [None, "x", "", -1, 10**12, 1.5, True, [], {}, [[1]], {"a": 1}, [None], "P0", [0, "D"], [["D", 0]]]
)


def places_in(data, path=()):
    """Return the path of every value in nested lists and dicts."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for key, value in inside for found in places_in(value, (*path, key)))]


@given(problems(people=2, days=3, posts=2), st.data())
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_nonsense_anywhere_in_a_file_is_refused_by_name_or_harmless(problem, data):
    whole = json.loads(to_json(problem))
    path = data.draw(st.sampled_from(places_in(whole)[1:]))
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = data.draw(JUNK)
    try:
        read = from_json(json.dumps(whole))
    except BadInput as error:
        assert error.field
        return
    check(read, {})
    assert from_json(to_json(read)) == read


def test_a_roster_file_goes_out_and_comes_back():
    problem = plain(2, 3)
    roster = {("P0", 0): ("E", "p"), ("P1", 2): ("N", "p")}
    assert read_roster(problem, write_roster(problem, roster)) == roster


@pytest.mark.parametrize("line", ["X,0,E,p", "P0,9,E,p", "P0,a,E,p", "P0,0,Q,p", "P0,0", "P0,0,E,q"])
def test_a_bad_roster_row_is_named(line):
    with pytest.raises(BadInput) as error:
        read_roster(plain(2, 3), f"employee,day,shift,post\n{line}\n")
    assert error.value.row == 2


def test_two_shifts_on_one_day_are_refused():
    with pytest.raises(BadInput):
        read_roster(plain(2, 3), "employee,day,shift\nP0,0,E\nP0,0,L\n")
