"""Repair and explanation as the desk sees them: pins and begun watches left alone, reasons and advice in words."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core import rostering
from diba.plant.models import Certificate, Role, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions.words import SENTENCES
from diba.rosters.models import Duty, Roster


@pytest.fixture
def planner(plant):
    return plant.account("刘敏", Role.PLANNER)


def later_duty(plant, roster, after=2):
    return roster.duties.filter(day__gt=plant.today + timedelta(days=after)).select_related("person", "post", "watch")[
        0
    ]


def test_a_watch_that_has_begun_and_a_pinned_duty_are_left_alone(plant, roster):
    ill = later_duty(plant, roster)
    standing = rosters.as_things_stand()
    begun = standing.begun(plant.now)
    assert begun and all(day == 0 for day, _code in begun)
    pinned = roster.duties.filter(day__gt=plant.today).exclude(person=ill.person)[0]
    Duty.objects.filter(pk=pinned.pk).update(pinned=True)
    plant.check_in(ill.person.name, "38.2")
    made, ways = rosters.repairs_for(seconds=4)
    assert ways
    for way in ways:
        assert all((change.day, (change.before or ("",))[0]) not in begun for change in way.changes)
        key = str(pinned.person_id), (pinned.day - made.first_day).days
        assert way.roster[key] == (pinned.watch.code, pinned.post.code)


def test_the_panel_of_a_hole_says_why_each_stands_where_he_does(plant, roster, client, planner):
    duty = later_duty(plant, roster)
    plant.check_in(duty.person.name, "38.2")
    ranked = rosters.substitutes_for(duty.day, duty.watch, duty.post)
    for (broken, notes), one in zip(
        rosters.candidate_words(ranked, duty.day, duty.watch.pattern_id), ranked, strict=True
    ):
        assert bool(broken) == (not one.fits)
        assert any("连上" in note for note in notes) and any("通知" in note for note in notes)
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    cell = next(c for c in rosters.manning(14).short_cells())
    page = client.get(reverse("rosters:manning") + f"?cell={cell.key}").content.decode()
    assert page


def test_every_phrase_has_its_chinese(plant):
    for rule in ("rest", "longest_run", "crew_crowded", "leaves_open"):
        phrase = rosters.broken_phrase(rostering.Violation(rule, "1", 0, found=3, limit=2))
        assert not phrase.isascii()
    assert all(not str(sentence()).isascii() for sentence in SENTENCES.values())


def test_an_impossible_month_names_the_clash_and_what_frees_it(plant, planner, client):
    pattern = WatchPattern.objects.get(code="3x8")
    for certificate in Certificate.objects.filter(qualification__code="ZZ")[2:]:
        certificate.delete()
    made = rosters.ask_now(pattern, plant.today, 7, by=planner, rules={"block": 0, "seconds": 5})
    assert made.state == Roster.State.IMPOSSIBLE
    assert "值长" in " ".join(rosters.clash_words(made.result["clash"], made.first_day))
    advice = rosters.advice_words(made.result["advice"], made.first_day, pattern)
    assert advice and any("值长" in sentence for sentence in advice)
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert advice[0] in client.get(reverse("rosters:roster", args=[made.pk])).content.decode()
    problem = rosters.problem_of(made)
    steps = [rostering.Step(**{**step, "posts": tuple(step["posts"])}) for step in made.result["advice"][0]["steps"]]
    freed = rostering.solve(rostering.applied(problem, steps), seconds=10)
    assert freed.report.legal
