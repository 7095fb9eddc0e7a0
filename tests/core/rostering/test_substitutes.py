"""Who could stand at one open place: ranked, with the rules it would break, and confirmed by the referee."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from diba.core.rostering import Cover, Crew, Person, Post, Problem, Shift, check, further, keepable, points, substitutes

from .losses import loss
from .make import plain


def test_substitutes_are_ranked_with_the_rules_they_would_break():
    problem = plain(2, 3)
    roster = {("P0", 0): ("N", "p"), ("P1", 0): ("L", "p")}
    first, last = substitutes(problem, roster, 1, "E", "p")
    assert (first.person, first.violations[0].found) == ("P1", 480)
    assert (last.broken, last.violations[0].found, last.violations[0].limit) == (("rest",), 0, 660)


def test_a_night_that_stands_in_the_way_is_traded_away():
    problem = plain(5, 3)
    roster = {("P0", 0): ("N", "p"), ("P1", 1): ("E", "p")}
    ranked = substitutes(problem, roster, 1, "E", "p")
    assert "P1" not in {candidate.person for candidate in ranked}
    assert ranked[-1].person == "P0" and ranked[-1].fits
    given_up, taken = ranked[-1].trade
    assert (given_up.person, given_up.day, given_up.after) == ("P0", 0, None)
    assert (taken.day, taken.after) == (0, ("N", "p"))


def test_the_numbers_a_planner_asks_for_stand_beside_each():
    problem = plain(4, 7, longest_run=6)
    roster = {("P0", day): ("E", "p") for day in range(3)} | {("P0", 5): ("L", "p"), ("P1", 2): ("N", "p")}
    one = next(c for c in substitutes(problem, roster, 3, "L", "p", first_day=1) if c.person == "P0")
    assert (one.rest_before, one.rest_after) == (24 * 60, 40 * 60)
    assert (one.run, one.duties, one.nights, one.called_in, one.notice) == (4, 4, 0, True, 2)


def test_somebody_on_duty_elsewhere_is_offered_with_the_one_who_would_take_his_place():
    shifts = (Shift("D", 480, 480),)
    crew = (Person("both", {"hard": (0, 0), "easy": (0, 0)}), Person("easy", {"easy": (0, 0)}))
    problem = Problem(1, shifts, crew, (Cover(0, "D", "hard"), Cover(0, "D", "easy")), (Post("hard"), Post("easy")))
    (one,) = substitutes(problem, {("both", 0): ("D", "easy")}, 0, "D", "hard")
    assert one.fits and one.leaves == ("D", "easy")
    assert [(change.person, change.after) for change in one.trade] == [("easy", ("D", "easy"))]


def test_nobody_to_take_his_place_is_said():
    shifts = (Shift("D", 480, 480),)
    crew = (Person("both"),)
    problem = Problem(1, shifts, crew, (Cover(0, "D", "hard"), Cover(0, "D", "easy")), (Post("hard"), Post("easy")))
    (one,) = substitutes(problem, {("both", 0): ("D", "easy")}, 0, "D", "hard")
    assert one.broken == ("leaves_open",)


def test_a_second_novice_is_not_called_fit():
    crew = tuple(Person(f"N{n}", marks=frozenset({"novice"})) for n in range(2))
    problem = Problem(1, (Shift("D"),), crew, (Cover(0, "D", "", 2),), crews=(Crew(0, "novice", most=1),))
    (one,) = substitutes(problem, {("N0", 0): ("D", "")}, 0, "D", "")
    assert one.broken == ("crew_crowded",)


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_whoever_is_called_fit_is_confirmed_by_the_referee(seed):
    problem, roster, first_day = loss(seed)
    problem = replace(problem, people=tuple(replace(person, pins={}) for person in problem.people))
    kept = keepable(problem, roster, first_day)
    before = check(problem, kept)
    for hole in before.holes:
        for one in substitutes(problem, kept, hole.day, hole.shift, hole.post, first_day=first_day):
            then = {**kept, (one.person, hole.day): (hole.shift, hole.post)}
            for change in one.trade:
                then.pop((change.person, change.day), None)
                then |= {(change.person, change.day): change.after} if change.after else {}
            broken = further(before.violations, check(problem, then).violations)
            holes = sum(h.needed - h.found for h in check(problem, then).holes)
            filled = holes < sum(h.needed - h.found for h in before.holes)
            assert one.fits == (not broken and filled), (one, broken)
            assert one.cost >= points(problem, one.trade[0], first_day) if one.trade else one.cost >= 100
