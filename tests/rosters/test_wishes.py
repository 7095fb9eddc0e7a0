"""Wishes: within budget and deadline, weighed by the search, answered when published; days one cannot stand."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant import actions as plant_actions
from diba.plant.models import Absence, Delivery, Role, Task, Watch, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Roster, Rule, Wish

from ..conftest import NOW, TODAY

FAR = TODAY + timedelta(days=20)


def early():
    return Watch.objects.get(pattern__code="3x8", code="早")


def draft(plant, days=7, first=FAR):
    account = plant.account("刘敏", Role.PLANNER)
    return rosters.ask_now(
        WatchPattern.objects.get(code="3x8"),
        first,
        days,
        by=account,
        rules={"block": 0, "seconds": 3},
        deterministic=True,
    )


def test_wishes_enter_the_problem_with_their_weight(plant):
    rosters.wish(plant["林涛"], FAR, by=plant.account("林涛"), weight=Wish.Weight.STRONG)
    rosters.wish(plant["韩冰"], FAR + timedelta(days=1), early(), by=plant.account("韩冰"))
    roster = Roster(
        pattern=WatchPattern.objects.get(code="3x8"), first_day=FAR, days=7, rules=dict(rosters.DEFAULT_RULES, block=0)
    )
    problem = rosters.problem_of(roster)
    off = problem.person[str(plant["林涛"].pk)].requests
    assert {(r.day, r.shift, r.wanted) for r in off} == {(0, "早", False), (0, "中", False), (0, "夜", False)}
    (on,) = problem.person[str(plant["韩冰"].pk)].requests
    assert (on.day, on.shift, on.wanted) == (1, "早", True)
    assert off[0].weight > on.weight


def test_a_draft_grants_what_it_can_and_everybody_sees_which_were_granted(plant, client):
    for name in ("林涛", "韩冰", "孙志强"):
        rosters.wish(plant[name], FAR + timedelta(days=2), by=plant.account(name), weight=Wish.Weight.STRONG)
    made = draft(plant)
    assert made.state == "draft"
    rosters.publish(made, by=plant.account("刘敏"))
    stands = {duty.person_id for duty in rosters.duties_between(FAR + timedelta(days=2), FAR + timedelta(days=2))}
    for name in ("林涛", "韩冰", "孙志强"):
        ((_wish, granted),) = rosters.wishes_of(plant[name].pk, FAR, FAR + timedelta(days=9))
        assert granted is (plant[name].pk not in stands)
        assert granted  # twelve operators for six places: three can be free
        assert Delivery.objects.filter(person=plant[name], message__words__contains="granted").count() == 1
    page = plant.signed_in(client, "林涛").get(reverse("rosters:wishes")).content.decode()
    assert "已满足" in page


def test_the_budget_is_counted_by_month_and_year_and_given_back(plant):
    me = plant.account("林涛")
    day = TODAY.replace(month=4, day=1)
    for offset in range(2):
        rosters.wish(me.person, day + timedelta(days=offset), by=me, weight=6)
    with pytest.raises(BadInput, match="month_spent") as error:
        rosters.wish(me.person, day + timedelta(days=2), by=me, weight=1)
    assert error.value.value == 0
    rosters.wish(me.person, day, early(), by=me, weight=3)  # another one for the same day takes its place
    assert rosters.budget(me.person_id, day).month_left == 3
    assert Wish.objects.filter(withdrawn_at=None).count() == 2
    rosters.withdraw_wish(Wish.objects.filter(withdrawn_at=None).first(), by=me)
    assert rosters.budget(me.person_id, day).month_left == 6
    rosters.set_limit(Rule.WISH_YEAR, 7, kind="plant", source="厂规", starts_on=TODAY, by=None)
    with pytest.raises(BadInput, match="year_spent"):
        rosters.wish(me.person, day.replace(month=5), by=me, weight=6)


def test_a_deadline_closes_the_wishes_and_a_published_roster_too(plant, roster):
    me, planner = plant.account("林涛"), plant.account("刘敏", Role.PLANNER)
    with pytest.raises(BadInput, match="published"):
        rosters.wish(me.person, TODAY + timedelta(days=3), by=me)
    with pytest.raises(BadInput, match="past"):
        rosters.wish(me.person, TODAY, by=me)
    rosters.call_for_wishes(FAR, FAR + timedelta(days=27), NOW + timedelta(hours=2), by=planner)
    row = rosters.wish(me.person, FAR, by=me)
    with plant_actions.clock.at(NOW + timedelta(hours=2)):
        with pytest.raises(BadInput, match="closed"):
            rosters.wish(me.person, FAR + timedelta(days=1), by=me)
        assert not rosters.withdraw_wish(row, by=me)
    with (
        plant_actions.clock.at(plant_actions.day_start(FAR + timedelta(days=23))),
        pytest.raises(BadInput, match="closed"),
    ):
        rosters.wish(me.person, FAR + timedelta(days=29), by=me)  # six days before, and the rule says seven


def test_a_call_tells_everybody_who_can_be_rostered(plant):
    rosters.call_for_wishes(
        FAR, FAR + timedelta(days=27), NOW + timedelta(days=3), by=plant.account("刘敏", Role.PLANNER)
    )
    assert Delivery.objects.count() == 12
    for first, last, deadline in (
        (FAR, FAR - timedelta(days=1), NOW + timedelta(days=1)),
        (FAR, FAR, NOW),
        (FAR, FAR, NOW + timedelta(days=40)),
    ):
        with pytest.raises(BadInput, match="out_of_range"):
            rosters.call_for_wishes(first, last, deadline, by=plant.account("刘敏"))


def test_days_one_cannot_stand_go_to_the_planner_and_the_answer_comes_back(plant):
    me, planner = plant.account("林涛"), plant.account("刘敏", Role.PLANNER)
    absence = rosters.cannot(me.person, FAR, FAR + timedelta(days=1), "孩子手术", by=me)
    assert absence.state == Absence.State.REQUESTED
    task = Task.objects.get(role="planner")
    assert "孩子手术" not in str(task.values)  # a reason may be about health: it stands with the absence only
    plant_actions.decide_absence(absence, True, by=planner)
    assert Delivery.objects.filter(person=me.person, message__words__contains="approved").exists()
    task.refresh_from_db()
    assert task.closed_at
    made = draft(plant, days=3)
    assert not made.duties.filter(person=me.person, day__lte=FAR + timedelta(days=1)).exists()


def test_pages_take_a_wish_say_what_is_wrong_and_keep_what_was_typed(plant, roster, client):
    client = plant.signed_in(client, "林涛")
    address = reverse("rosters:wishes")
    page = client.post(address, {"day": str(TODAY + timedelta(days=3)), "weight": "3"}).content.decode()
    assert "已发布" in page and str(TODAY + timedelta(days=3)) in page
    assert client.post(address, {"day": str(FAR), "weight": "3"}).status_code == 302
    page = client.get(address).content.decode()
    assert "3月5日" in page
    row = Wish.objects.get()
    assert plant.signed_in(client, "韩冰").post(reverse("rosters:wish_withdraw", args=[row.pk])).status_code == 404
    assert plant.signed_in(client, "林涛").post(reverse("rosters:wish_withdraw", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at
    page = client.post(
        reverse("rosters:cannot"), {"away-first_day": str(FAR), "away-last_day": str(TODAY), "away-reason": "x"}
    )
    assert "最后一天" in page.content.decode()
    assert client.get(reverse("rosters:wish_calls")).status_code == 403
