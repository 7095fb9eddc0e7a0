"""Whoever lives in the plant with his team passes the gates in his team's time; before it, and once he has come out, he does not."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from diba.core import gating
from diba.gates.models import Crossing
from diba.plant import actions
from diba.rosters.actions import living_in
from diba.rosters.models import Stay, Turn

from ..conftest import NOW
from .conftest import record
from .test_lists import lists

DAY = timedelta(days=1)


@pytest.fixture
def stay(plant):
    """Return a function that writes a stay of somebody, in days from today; days: went in, came out (None: not)."""
    turn = Turn.objects.create(name="A", at=NOW, enters_on=plant.today, leaves_on=plant.today + 14 * DAY)

    def make(name, first, last, *, went_in=None, came_out=None, **more):
        moments = [None if days is None else NOW + days * DAY for days in (went_in, came_out)]
        return Stay.objects.create(
            turn=Turn.objects.create(name=name, at=NOW, enters_on=turn.enters_on, leaves_on=turn.leaves_on), person=plant[name],
            enters_on=plant.today + first * DAY, leaves_on=plant.today + last * DAY, entered_at=moments[0], left_at=moments[1], **more,
        )  # fmt: skip

    return make


def judged(post, person, moment):
    """Let somebody come in at a moment; return what the server's judge and the lists' judge of then say: reason or pass."""
    with actions.clock.at(moment):
        people = {row["id"]: row for row in lists(post)["people"]}
        row = record(person, at=int(moment.timestamp()), refusal="other")  # so that he is not inside afterwards
        post.send(row, sent_at=int(moment.timestamp()))
    line = Crossing.objects.get(uid=row["uid"])
    return line.judged_reason, by_lists(post, people[person.pk], moment)


def by_lists(post, known, moment):
    names = ("zones", "hold", "hold_until", "health", "health_until", "turns", "left")
    facts = gating.facts_from({
        "at": int(moment.timestamp()), "direction": "in", "kind": "person", "zone": post.device.gate.zone.code, "inside": "unknown",
        "lists_at": int(moment.timestamp()), "person": {name: known[name] for name in names},
        "temperature": {"first": 365, "at": int(moment.timestamp())},
    })  # fmt: skip
    return gating.judge(facts).reason


def at_hour(hour, day):
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=hour)


@pytest.fixture
def well(plant):
    """Everybody checks in early each day, so that nothing but the turn stops him."""

    def make(name, *moments):
        for moment in moments:
            with actions.clock.at(moment):
                plant.check_in(name, day=moment.date())

    return make


@pytest.mark.parametrize("hour", [2, 9])
@pytest.mark.parametrize("came_out", [None, -1, -5], ids=["the plan's last day was yesterday", "came out yesterday", "in the middle"])  # fmt: skip
def test_whoever_came_out_does_not_come_in_again(plant, post, stay, well, hour, came_out):
    stay("林涛", -9, -1 if came_out is None else 3, went_in=came_out and -9, came_out=came_out)
    stay("陈立", -9, 5, went_in=-9)  # somebody lives in
    moment = at_hour(hour, plant.today)
    for name in ("林涛", "陈立", "韩冰"):
        well(name, moment - timedelta(hours=1))
    assert judged(post, plant["林涛"], moment) == ("turn", "turn")
    assert judged(post, plant["陈立"], moment) == ("enters", "enters")
    assert judged(post, plant["韩冰"], moment) == ("enters", "enters")


@pytest.mark.parametrize("hour", [0, 2, 9, 23])
def test_the_last_day_of_a_turn_and_the_first_are_the_plant_s_whole_days(plant, post, stay, well, hour):
    stay("林涛", -9, 0)
    stay("陈立", 1, 9)
    for day, (his, hers) in ((0, ("enters", "turn")), (1, ("turn", "enters"))):
        moment = at_hour(hour, plant.today + day * DAY) + timedelta(minutes=5)
        for name in ("林涛", "陈立"):
            well(name, moment - timedelta(minutes=1))
        assert judged(post, plant["林涛"], moment) == (his, his)
        assert judged(post, plant["陈立"], moment) == (hers, hers)


def test_a_next_turn_lets_him_in_again(plant, post, stay, well):
    stay("林涛", -30, -16, went_in=-30, came_out=-16)
    well("林涛", NOW)
    stay("陈立", -9, 5, went_in=-9)
    assert judged(post, plant["林涛"], NOW) == ("turn", "turn")
    stay("林涛", -1, 9, went_in=-1)
    assert judged(post, plant["林涛"], NOW) == ("enters", "enters")


@pytest.mark.parametrize(("ago", "reason"), [(59, "turn"), (61, "enters")])
def test_a_stay_long_over_binds_nobody(plant, post, stay, well, ago, reason):
    stay("林涛", -ago - 14, -ago, went_in=-ago - 14, came_out=-ago)
    stay("陈立", -9, 5, went_in=-9)
    well("林涛", NOW)
    assert judged(post, plant["林涛"], NOW) == (reason, reason)


def test_once_nobody_lives_in_any_more_whoever_did_is_an_ordinary_person(plant, post, stay, well):
    stay("林涛", -14, -3, went_in=-14, came_out=-3)
    last = stay("陈立", -9, 5, went_in=-9)
    well("林涛", NOW)
    assert judged(post, plant["林涛"], NOW) == ("turn", "turn")
    living_in.come_out(last, by=None)
    with actions.clock.at(NOW + DAY):
        well("林涛", NOW + DAY)
    assert judged(post, plant["林涛"], NOW + DAY) == ("enters", "enters")
    stay("孙丽", 12, 26)  # the next team is called
    assert judged(post, plant["林涛"], NOW + DAY) == ("turn", "turn")


def test_whoever_went_in_and_was_not_said_to_have_come_out_is_inside_though_his_day_is_over(plant, post, stay, well):
    """The relief is late: he goes between the living quarters and the works as before."""
    row = stay("林涛", -16, -2, went_in=-16)
    well("林涛", NOW)
    assert judged(post, plant["林涛"], NOW) == ("enters", "enters")
    assert living_in.come_out(row, by=None)
    stay("陈立", -1, 9, went_in=-1)
    moment = NOW + timedelta(minutes=1)
    assert judged(post, plant["林涛"], moment) == ("turn", "turn")


@pytest.mark.parametrize("offline", [0, 6])
@pytest.mark.parametrize(("ahead", "reason"), [(13, "turn"), (14, "turn"), (15, "enters"), (20, "enters")])
def test_a_turn_to_come_is_looked_for_as_far_ahead_by_the_phone_as_by_the_server(
    plant, post, stay, well, offline, ahead, reason
):
    moment = at_hour(0, plant.today + offline * DAY)
    stay("林涛", offline + ahead, offline + ahead + 14)
    well("林涛", moment)
    people = {row["id"]: row for row in lists(post)["people"]}
    known = people[plant["林涛"].pk] | {"health": "ok", "health_until": int(moment.timestamp()) + 60}
    assert judged(post, plant["林涛"], moment)[0] == reason == by_lists(post, known, moment)


def test_a_stay_that_was_cancelled_says_nothing(plant, post, stay, well):
    stay("林涛", -14, -3, cancelled_at=NOW)
    stay("陈立", -9, 5, went_in=-9)
    well("林涛", NOW)
    assert judged(post, plant["林涛"], NOW) == ("enters", "enters")
