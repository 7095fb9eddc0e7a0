"""Teams that never meet: on no day, at no hand-over, in no room; crossings named by the referee."""

from dataclasses import replace

import pytest

from diba.core.errors import BadInput, NoSolution
from diba.core.rostering import (
    Apart,
    Cover,
    Person,
    Post,
    Problem,
    Shift,
    check,
    from_json,
    repair,
    solve,
    substitutes,
    to_json,
)
from diba.core.rostering.columns.carried import carried
from diba.core.rostering.meetings import settled

from .make import WATCHES, plain

TEAMS = frozenset("AB")
SITES = (Post("north", place="north"), Post("south", place="south"))


def two_teams(people=12, days=6, rule=None, **problem):
    base = plain(people, days, longest_run=5)
    crew = tuple(replace(person, team="AB"[n % 2]) for n, person in enumerate(base.people))
    return replace(base, people=crew, apart=(rule or Apart(TEAMS),), **problem)


def crossings(problem, **stands):
    """Return the crossings of a roster written as P0="0E 1L": on day 0 early, on day 1 late."""
    roster = {(who, int(cell[0])): (cell[1], "p") for who, cells in stands.items() for cell in cells.split()}
    return [(v.person, v.day, v.shift, v.other) for v in check(problem, roster).violations if v.rule == "apart"]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (Apart(TEAMS, 0), []),
        (Apart(TEAMS, 1), [("P1", 0, "L", "P0")]),  # P0 hands over to P1 at 14:00
        (Apart(TEAMS, 0, same_day=True), [("P1", 0, "L", "P0"), ("P0", 1, "L", "P1")]),
        (Apart(TEAMS, 16 * 60), [("P1", 0, "L", "P0")]),
        (Apart(frozenset("AC")), []),
    ],
)
def test_who_meets_whom_is_listed(rule, found):
    assert crossings(two_teams(rule=rule), P0="0E 1L", P1="0L")[:1] == found[:1]


def test_a_night_meets_the_early_watch_of_the_next_day_and_of_the_day_before_the_period():
    problem = two_teams()
    assert crossings(problem, P0="0N", P1="1E") == [("P1", 1, "E", "P0")]
    crew = (replace(problem.people[0], before=("N",)), *problem.people[1:])
    assert crossings(replace(problem, people=crew), P1="0E") == [("P1", 0, "E", "P0")]
    assert crossings(replace(problem, people=crew), P2="0E", P1="0N") == []


def test_teams_in_two_places_may_work_at_one_time():
    crew = tuple(Person(f"P{n}", team="AB"[n]) for n in range(2))
    problem = Problem(3, WATCHES, crew, (), SITES, apart=(Apart(TEAMS, same_place=True),))
    apart = {("P0", 0): ("E", "north"), ("P1", 0): ("E", "south")}
    assert check(problem, apart).legal
    (broken,) = check(problem, {**apart, ("P1", 0): ("E", "north")}).violations
    assert (broken.rule, broken.person, broken.other, broken.found) == ("apart", "P1", "P0", 1)


@pytest.mark.parametrize("engine", ["columns", "cp-sat"])
def test_two_teams_never_meet_in_what_is_drafted(engine):
    problem = two_teams(days=4, rule=Apart(TEAMS, 0, same_day=True))
    solution = solve(problem, seconds=6, workers=1, engine=engine)
    assert solution.report.legal
    teams = {day: {who for (who, on) in solution.roster if on == day} for day in range(4)}
    assert all(len({int(who[1:]) % 2 for who in people}) == 1 for people in teams.values())
    assert solution.bound <= solution.objective


def test_blocks_of_days_settle_it_and_the_engine_carries_it():
    problem = two_teams()
    assert not carried(problem)
    blocks = {"A": frozenset(range(3)), "B": frozenset(range(3, 6))}
    crew = tuple(replace(person, days_off=blocks[person.team]) for person in problem.people)
    # The last night of B ends at 06:00, when the early watch of A begins: that hand-over must go.
    assert not carried(replace(problem, people=crew))
    quiet = tuple(replace(p, barred=frozenset({(2, "N")})) if p.team == "B" else p for p in crew)
    assert carried(replace(problem, people=quiet))


def test_a_night_before_the_period_closes_the_early_watch_in_the_engine():
    base = two_teams(days=1)
    cover = tuple(replace(cell, under=50) for cell in base.cover)
    crew = (
        replace(base.people[0], before=("N",), days_off=frozenset({0})),
        *(p for p in base.people[1:] if p.team == "B"),
    )
    problem = replace(base, people=crew, cover=cover)
    assert carried(problem)
    solution = solve(problem, seconds=3, workers=1)
    assert solution.report.legal
    assert (solution.objective, {cell[0] for cell in solution.roster.values()}) == (50, {"L", "N"})


def test_what_a_roster_settles_keeps_that_roster_and_nobody_can_meet():
    problem = two_teams(days=4)
    roster = solve(problem, seconds=6, workers=1, engine="cp-sat").roster
    small = settled(problem, roster)
    assert carried(small)
    assert check(small, roster).legal


def test_teams_apart_in_two_rooms_are_left_to_the_rooms_that_a_roster_has_them_in():
    shifts, days = (Shift("D", 480, 720), Shift("N", 1200, 720, True)), 7
    cover = tuple(Cover(day, *place, 2, None) for day in range(days) for place in (("D", "north"), ("N", "south")))
    crew = tuple(Person(f"P{n}", team="AB"[n % 2], longest_run=6) for n in range(12))
    problem = Problem(days, shifts, crew, cover, SITES, rest=660, apart=(Apart(TEAMS, 30, same_place=True),))
    assert not carried(problem)
    roster = solve(problem, seconds=6, workers=1, engine="cp-sat").roster
    small = settled(problem, roster)
    assert carried(small) and check(small, roster).legal
    assert solve(problem, seconds=6, workers=1).report.legal


def test_nyiso_crews_on_two_sites_never_meet():
    """NYISO 2020: 37 people sequestered on two sites, 7 on duty at any time on 12 h watches, day and night crews apart."""
    shifts = (Shift("D", 360, 720), Shift("N", 1080, 720, True))
    need = {"north": 4, "south": 3}
    cover = tuple(Cover(day, shift.id, site, need[site], None) for day in range(7) for shift in shifts for site in need)
    crew = []
    for n in range(37):
        site, watch = ("north" if n < 20 else "south"), "DN"[n % 2]
        barred = frozenset((day, "DN".replace(watch, "")) for day in range(7))
        crew.append(Person(f"P{n}", {site: (0, 6)}, site + watch, barred=barred, longest_run=6))
    names = sorted({person.team for person in crew})
    rule = Apart(frozenset(names), 0, same_place=True)
    problem = Problem(7, shifts, tuple(crew), cover, SITES, rest=660, apart=(rule,), name="NYISO")
    assert carried(problem)
    solution = solve(problem, seconds=5, workers=1)
    assert solution.report.legal and not solution.report.holes
    assert from_json(to_json(problem)) == problem


def test_teams_too_small_to_be_kept_apart_are_named():
    problem = two_teams(people=4, days=1, rule=Apart(TEAMS, 0, same_day=True))  # three watches, two of each team
    with pytest.raises(NoSolution) as error:
        solve(problem, seconds=6, workers=1)
    assert {part["rule"] for part in error.value.clash} == {"cover", "apart"}


def test_nobody_of_the_other_team_is_sent_or_called_fit():
    problem = two_teams(days=4, rule=Apart(TEAMS, 0, same_day=True))
    roster = solve(problem, seconds=6, workers=1).roster
    who, day = next(key for key in sorted(roster) if key[1] == 1)
    crew = tuple(replace(p, days_off=frozenset(range(4))) if p.id == who else p for p in problem.people)
    lost = replace(problem, people=crew)
    kept = {key: cell for key, cell in roster.items() if key[0] != who}
    other = {p.id for p in problem.people if p.team != problem.person[who].team}
    ranked = substitutes(lost, kept, day, *roster[who, day])
    assert all("apart" in one.broken for one in ranked if one.person in other)
    assert any(not one.broken for one in ranked if one.person not in other)
    for way in repair(lost, roster, seconds=3):
        assert not [v for v in way.after.violations if v.rule == "apart"]


@pytest.mark.parametrize(
    ("rule", "field"), [(Apart(frozenset("A")), "apart"), (Apart(TEAMS, -1), "gap"), (Apart(frozenset({"A", ""})), "team")]
)  # fmt: skip
def test_a_rule_that_keeps_nobody_apart_is_refused(rule, field):
    with pytest.raises(BadInput) as error:
        two_teams(rule=rule)
    assert (error.value.field, error.value.row) == (field, 1)


def test_a_file_that_names_a_team_nobody_is_in_is_refused():
    with pytest.raises(BadInput) as error:
        from_json(to_json(two_teams(rule=Apart(frozenset("AC")))))
    assert (error.value.field, error.value.value) == ("apart", "C")
