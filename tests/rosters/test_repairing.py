"""Repair and explanation as the desk sees them: pins and begun watches left alone, reasons and advice in words."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core import rostering
from diba.plant.models import Certificate, Role, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions.words import SENTENCES
from diba.rosters.models import Duty, Roster


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


@pytest.mark.one_database
def test_an_impossible_month_names_the_clash_and_what_frees_it(plant, planner, client):
    pattern = WatchPattern.objects.get(code="3x8")
    for certificate in Certificate.objects.filter(qualification__code="ZZ")[2:]:
        certificate.delete()
    made = rosters.ask_now(pattern, plant.today, 7, by=planner, rules={"block": 0, "seconds": 5}, deterministic=True)
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


def test_an_advice_leads_to_where_it_is_followed_and_the_question_is_kept(plant, planner, client):
    """One supervisor too few by a day: a longer run frees it, and the link asks again with that run."""
    steps = [
        {"kind": "limit", "rule": "longest_run", "value": 7, "was": 6},
        {"kind": "rest", "rule": "", "value": 480, "was": 660},
    ]
    blank = {"person": "", "day": 0, "posts": [], "shifts": [], "people": [], "places": []}
    result = {
        "clash": [{"rule": "longest_run", "limit": 6}],
        "advice": [{"cost": 1, "steps": [{**step, **blank}]} for step in steps],
    }
    made = Roster.objects.create(
        name="缺人的一周", state=Roster.State.IMPOSSIBLE, pattern=WatchPattern.objects.get(code="2x12"), first_day=plant.today, days=9,
        rules={**rosters.DEFAULT_RULES, "block": 0, "seconds": 7}, result=result, asked_at=plant.now,
    )  # fmt: skip
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = client.get(f"/rosters/{made.pk}/").content.decode()
    assert f"/rosters/ask/?again={made.pk}&amp;longest_run=7" in page
    assert f"/rosters/ask/?again={made.pk}&amp;rest_hours=8" in page
    form = client.get(f"/rosters/ask/?again={made.pk}&longest_run=7&rest_hours=x").context["form"]
    begun = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    assert (begun["name"], begun["days"], begun["pattern"], begun["seconds"]) == ("缺人的一周", 9, made.pattern, 7)
    assert (begun["longest_run"], begun["rest_hours"]) == (7, 11)
    for nonsense in ("", "x", "9" * 30, "²", "0"):
        assert client.get(f"/rosters/ask/?again={nonsense}&longest_run=²").status_code == 200
