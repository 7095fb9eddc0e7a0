"""After a loss: fewest and mildest changes, ranked substitutes with reasons."""

import time
from dataclasses import replace

from diba.core.rostering import check, repair, solve, substitutes

from .make import plain


def test_one_loss_is_mended_with_as_few_changes_as_there_are_holes():
    problem = plain(7, 7, longest_run=6)
    roster = solve(problem, seconds=5, workers=1).roster
    lost = next(who for who, day in roster if day == 3)
    crew = tuple(replace(p, days_off=frozenset({3})) if p.id == lost else p for p in problem.people)
    ways = repair(replace(problem, people=crew), roster, seconds=5, workers=1)
    best = ways[0]
    assert best.after.legal
    assert not best.after.holes
    assert any(change.person == lost and change.day == 3 and change.after != change.before for change in best.changes)
    assert len(best.changes) <= 4
    assert ways == sorted(ways, key=lambda way: (len(way.after.holes), len(way.eased), way.cost))


def test_days_that_are_over_stay_as_they_were():
    problem = plain(7, 7, longest_run=6)
    roster = solve(problem, seconds=5, workers=1).roster
    lost = next(who for who, day in roster if day == 5)
    crew = tuple(replace(p, days_off=frozenset(range(7))) if p.id == lost else p for p in problem.people)
    best = repair(replace(problem, people=crew), roster, first_day=4, seconds=5, workers=1)[0]
    assert all(change.day >= 4 for change in best.changes)


def test_substitutes_are_ranked_with_the_rules_they_would_break():
    problem = plain(5, 3)
    roster = {("P0", 0): ("N", "p"), ("P1", 1): ("E", "p")}
    ranked = substitutes(problem, roster, 1, "E", "p")
    by_person = {candidate.person: candidate for candidate in ranked}
    assert by_person["P0"].broken == ("rest",)
    assert "P1" not in by_person
    assert ranked[0].broken == ()
    assert ranked[-1].person == "P0"


def test_three_hundred_people_and_four_weeks_are_mended_quickly():
    problem = plain(300, 28, needed=60, longest_run=6)
    roster = {}
    for day in range(28):
        for index, shift in enumerate("ELN"):
            for n in range(60):
                roster[f"P{(n + index * 60 + (day // 4) * 60) % 300}", day] = (shift, "p")
    lost = {"P0", "P1", "P2"}
    crew = tuple(replace(p, days_off=frozenset(range(28))) if p.id in lost else p for p in problem.people)
    started = time.process_time()
    ways = repair(replace(problem, people=crew), roster, first_day=2, seconds=4, workers=1, ways=1)
    assert ways
    assert time.process_time() - started < 30
    assert check(problem, ways[0].roster).objective >= 0
