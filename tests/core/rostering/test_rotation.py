"""Rotations as base plans: every watch manned every day, the labour law kept, reality as few deviations as can be."""

from dataclasses import replace

import pytest

from diba.core.errors import BadInput
from diba.core.rostering import Cover, Person, Post, Problem, Shift, check, solve
from diba.core.rostering.rotation import ROTATIONS, Rotation, deviations, faults, lay

EIGHT = {"early": Shift("E", 360, 480), "late": Shift("L", 840, 480), "night": Shift("N", 1320, 480, True)}
TWELVE = {"day": Shift("D", 480, 720), "night": Shift("N", 1200, 720, True)}


def shifts_of(rotation):
    return EIGHT if "early" in rotation.cycle else TWELVE


def plant(key, days, each=2, **rules):
    """A plant with so many people a team, every watch wanting one team."""
    rotation = ROTATIONS[key]
    shifts = shifts_of(rotation)
    teams = [f"team {n}" for n in range(len(rotation.offsets))]
    crew = tuple(Person(f"{team}/{n}", team=team, **rules) for team in teams for n in range(each))
    cover = tuple(Cover(day, shift.id, "p", each, None, 50) for day in range(days) for shift in shifts.values())
    problem = Problem(days, tuple(shifts.values()), crew, cover, (Post("p"),), rest=11 * 60)
    return problem, rotation, teams, {watch: shift.id for watch, shift in shifts.items()}


@pytest.mark.parametrize("key", ROTATIONS)
def test_every_watch_of_every_day_has_just_one_team(key):
    rotation = ROTATIONS[key]
    assert set(rotation.manned().values()) == {(1, 1)}
    assert rotation.plan(3, first=5) == tuple(row[5:] for row in rotation.plan(8))


@pytest.mark.parametrize("key", ["4x3", "5x3", "4x2", "5x2"])
def test_the_usual_rotations_keep_rest_and_a_day_off_a_week(key):
    rotation = ROTATIONS[key]
    assert faults(rotation, shifts_of(rotation), rest=11 * 60, longest_run=6, most_in_week=6) == ()


def test_what_a_rotation_breaks_is_named_by_team():
    backward = Rotation("bad", ("night", "early", ""), (0, 1, 2))
    broken = faults(backward, EIGHT, rest=11 * 60)
    assert {violation.rule for violation in broken} == {"rest"}
    assert {violation.person for violation in broken} == {"0", "1", "2"}
    # Seven days inside are a week without a day off: the law asks for consent, the planner is told.
    assert {v.rule for v in faults(ROTATIONS["7-7"], TWELVE, longest_run=6)} == {"longest_run"}
    assert faults(ROTATIONS["7-7"], TWELVE, longest_run=7, rest=660) == ()


@pytest.mark.parametrize("key", ["4x3", "5x2", "7-7"])
@pytest.mark.parametrize("weight", [None, 10])
def test_without_absences_the_roster_is_the_base_plan(key, weight):
    problem, rotation, teams, shifts = plant(key, 16)
    laid = lay(problem, rotation, teams, shifts, first=3, weight=weight)
    solution = solve(laid, seconds=4, workers=1)
    assert solution.objective == 0
    assert deviations(laid, solution.roster) == []


def test_an_absence_costs_as_few_deviations_as_it_must():
    problem, rotation, teams, shifts = plant("4x3", 8)
    laid = lay(problem, rotation, teams, shifts, weight=10)
    crew = (replace(laid.people[0], days_off=frozenset({0})), *laid.people[1:])
    away = replace(laid, people=crew)
    solution = solve(away, seconds=5, workers=1)
    assert solution.report.legal
    found = deviations(away, solution.roster)
    assert solution.report.cost["deviations"] == 10 * len(found)
    # He is missed on one early watch: he and the one who comes in for him.
    assert [(one.day, one.planned) for one in found if one.person == "team 0/0"] == [(0, "E")]
    assert len(found) == 2


def test_deviations_that_are_forbidden_break_a_rule():
    problem, rotation, teams, shifts = plant("4x2", 4)
    laid = lay(problem, rotation, teams, shifts)
    roster = {("team 0/0", 2): ("D", "p")}
    assert "day_off" in {violation.rule for violation in check(laid, roster).violations}
    assert "barred" in {violation.rule for violation in check(laid, {("team 0/0", 0): ("N", "p")}).violations}


@pytest.mark.parametrize(
    ("teams", "shifts", "field"),
    [
        (["team 0"], {"day": "D", "night": "N"}, "teams"),
        (["team 0", "team 1", "team 2", "strangers"], {"day": "D", "night": "N"}, "teams"),
        (["team 0", "team 1", "team 2", "team 3"], {"day": "D"}, "shifts"),
        (["team 0", "team 1", "team 2", "team 3"], {"day": "D", "night": "Q"}, "shifts"),
    ],
)
def test_a_rotation_that_does_not_fit_the_plant_is_refused(teams, shifts, field):
    problem, rotation, _, _ = plant("4x2", 4)
    with pytest.raises(BadInput) as error:
        lay(problem, rotation, teams, shifts)
    assert error.value.field == field


@pytest.mark.parametrize(("cycle", "offsets"), [((), (0,)), (("", ""), (0,)), (("day", ""), (0, 2))])
def test_a_rotation_of_nothing_is_refused(cycle, offsets):
    with pytest.raises(BadInput):
        Rotation("none", cycle, offsets)
