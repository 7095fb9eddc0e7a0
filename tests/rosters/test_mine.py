"""My duties: the next one first, what changed with one receipt, rest, nights, who stands with me, one word the evening before."""

import pytest
from django.urls import reverse

from diba.plant import actions as plant_actions
from diba.plant.models import Delivery
from diba.rosters import actions as rosters
from diba.rosters.models import Membership, Reminder, Roster, Split

from ..conftest import NOW
from .test_swaps import EARLY, LATE, NIGHT, day, republish


@pytest.fixture
def page(plant, client):
    """Return the text of my page of somebody."""
    return lambda name="林涛": plant.signed_in(client, name).get(reverse("rosters:mine")).content.decode()


def test_the_next_duty_is_the_largest_thing_and_the_rest_before_it_is_counted(plant, stand, page):
    stand("林涛", -1, LATE)
    stand("林涛", 1, EARLY)
    mine = rosters.mine(plant.account("林涛"))
    assert (mine.next.day, mine.hours_to_next, mine.rest, mine.run) == (day(1), 21, 32.0, 0)
    text = page()
    head = text[text.index('class="db-next"') :]
    assert head.index("2月15日") < head.index("</h1>")
    assert "32" in text


def test_a_watch_that_runs_past_midnight_is_the_one_now_running(plant, stand):
    stand("林涛", -1, NIGHT)
    with plant_actions.clock.at(NOW.replace(hour=5, minute=30)):
        mine = rosters.mine(plant.account("林涛"))
    assert (mine.running, mine.next.day, mine.hours_to_next) == (True, day(-1), 0)


def test_colleagues_of_the_same_watch_are_named_and_only_named(plant, stand, page):
    stand("林涛", 1, EARLY)
    stand("陈立", 1, EARLY, "zhizhang")
    stand("韩冰", 1, LATE)
    assert rosters.mine(plant.account("林涛")).with_him == [("值长", "陈立")]
    text = page()
    assert "陈立" in text and "韩冰" not in text
    assert plant["陈立"].phone not in text


def test_the_month_counts_nights_the_calendar_shows_absences_and_days_without_a_roster(plant, stand, page):
    stand("林涛", 1, NIGHT)
    stand("林涛", 2, NIGHT)
    plant_actions.take_out(plant["林涛"], "leave", plant_actions.day_start(day(5)), plant_actions.day_start(day(6)))
    mine = rosters.mine(plant.account("林涛"))
    squares = {square.date: square for week in mine.weeks for square in week}
    assert mine.nights == 2
    assert squares[day(5)].away and not squares[day(4)].away
    assert squares[day(1)].duty.watch.code == NIGHT
    assert len(mine.weeks) == 5 and len(squares) == 35
    assert "×" in page()


def test_days_living_in_are_those_of_the_teams_block(plant, stand):
    split = Split.objects.create(at=NOW, adopted_at=NOW, pattern=stand.roster.pattern)
    Membership.objects.create(split=split, person=plant["林涛"], team="A")
    Membership.objects.create(split=split, person=plant["韩冰"], team="B")
    Roster.objects.filter(pk=stand.roster.pk).update(
        split=split, rules={**stand.roster.rules, "block": 7}, first_day=day(-9)
    )
    assert rosters.days_inside(day(0), [plant["林涛"].pk, plant["韩冰"].pk]) == {
        plant["林涛"].pk: 0,
        plant["韩冰"].pk: 3,
    }


def test_what_changed_is_receipted_with_one_tap_and_only_ones_own(plant, stand, client, page):
    stand("林涛", 3)
    republish(plant, stand, {("林涛", 4): EARLY})
    republish(plant, stand, {("林涛", 5): EARLY, ("韩冰", 6): EARLY})
    rows = Delivery.objects.filter(message__receipt_wanted=True)
    mine = [str(row.pk) for row in rows.filter(person=plant["林涛"])]
    other = rows.get(person=plant["韩冰"])
    assert len(mine) == 2
    assert "有变化" in page()
    client.post(reverse("rosters:seen"), {"delivery": [*mine, str(other.pk), "x", "9" * 30]})
    assert set(rows.filter(receipted_at=None)) == {other}
    assert "有变化" not in page()


def test_every_changed_day_stands_on_the_page_and_the_sentence_counts_those_it_leaves_out(plant, stand, page):
    republish(plant, stand, {("林涛", offset): EARLY for offset in range(3, 8)})
    (row,) = Delivery.objects.all()
    words = plant_actions.sentence(row.message.words, row.message.values)
    assert words.startswith("您有 5 天的班次改动：") and words.endswith("；另有 2 天见“我的班次”")
    text = page()
    assert all(f"{day(offset):%m-%d} 休→早班主值班员" in text for offset in range(3, 8))


def test_a_rest_that_no_roster_tells_is_called_unknown_and_a_long_one_is_named(plant, stand, page):
    stand("林涛", 1, EARLY)
    assert "未知：此前没有班表" in page()
    for offset in range(-7, 1):
        stand("韩冰", offset)
    text = page()
    assert "超过一周" in text and "未知：此前没有班表" not in text


def test_the_evening_before_everybody_on_duty_is_told_once(plant, stand):
    stand("林涛", 1, EARLY)
    stand("韩冰", 2, EARLY)
    assert rosters.remind() == 0  # in the morning nobody is
    with plant_actions.clock.at(NOW.replace(hour=19, minute=5)):
        assert rosters.remind() == 1
        assert rosters.remind() == 0
    (row,) = Delivery.objects.all()
    assert row.person == plant["林涛"]
    assert plant_actions.sentence(row.message.words, row.message.values) == "明天您上 02-15 早班 主值班员，06:00 开始"
    assert Reminder.objects.count() == 1


def test_who_is_away_is_not_sent_to_tomorrows_watch(plant, stand):
    stand("林涛", 1, EARLY)
    stand("韩冰", 1, EARLY)
    plant_actions.take_out(plant["林涛"], "isolation", NOW)
    plant_actions.take_out(plant["韩冰"], "leave", NOW, NOW.replace(hour=20))
    with plant_actions.clock.at(NOW.replace(hour=19, minute=5)):
        assert rosters.remind() == 1
    assert [row.person for row in Delivery.objects.filter(message__words__startswith="Tomorrow you stand")] == [
        plant["韩冰"]
    ]


def test_somebody_without_duties_sees_what_will_stand_here(plant, page):
    assert "发布的班表里有您" in page("孙丽")


def test_the_page_asks_the_same_queries_for_one_duty_and_for_a_month(
    plant, stand, client, django_assert_max_num_queries
):
    for offset in range(25):
        stand("林涛", offset)
        stand("陈立", offset, EARLY, "zhizhang")
    client = plant.signed_in(client, "林涛")
    with django_assert_max_num_queries(36):
        client.get(reverse("rosters:mine"))


def test_a_swap_through_the_pages(plant, stand, client):
    stand("林涛", 3)
    stand("韩冰", 5)
    client = plant.signed_in(client, "林涛")
    address = reverse("rosters:swap_new") + f"?day={day(3)}"
    offer = f"{plant['韩冰'].pk}:{day(5)}"
    assert offer in client.get(address).content.decode()
    assert "请选和谁换" in client.post(address, {"offer": "x"}).content.decode()
    answer = client.post(address, {"offer": offer, "reason": "孩子开学"})
    assert answer.status_code == 302
    swap_page = answer["Location"]
    assert "守全部规则" in client.get(swap_page).content.decode()
    verbs = swap_page + "answer/"
    assert "不由您办" in client.post(verbs, {"verb": "agree"}).content.decode()
    assert client.post(verbs, {"verb": "approve"}).status_code == 403
    assert client.post(verbs, {"verb": "explode"}).status_code == 404
    assert plant.signed_in(client, "孙志强").get(swap_page).status_code == 404
    assert "想和您换班" in plant.signed_in(client, "韩冰").get(reverse("rosters:mine")).content.decode()
    assert client.post(verbs, {"verb": "agree"}).status_code == 302
    planner = plant.signed_in(client, "刘敏")
    assert "待批准" in planner.get(reverse("rosters:swaps")).content.decode()
    assert planner.post(verbs, {"verb": "approve", "reason": ""}).status_code == 302
    assert rosters.duty_of(plant["韩冰"], day(3))


def test_an_emergency_through_the_pages(plant, stand, client):
    duty = stand("林涛", 0, LATE)
    address = reverse("rosters:swap_take")
    client = plant.signed_in(client, "韩冰")
    offer = f"{plant['林涛'].pk}:{duty.day}"
    assert offer in client.get(address).content.decode()
    assert client.post(address, {"offer": offer}).status_code == 200  # no reason
    assert client.post(address, {"offer": offer, "reason": "扭伤"}).status_code == 302
    assert rosters.duty_of(plant["韩冰"], day(0))


def test_a_swap_on_behalf_through_the_pages_keeps_what_was_typed_when_refused(plant, stand, client):
    stand("林涛", 3)
    client = plant.signed_in(client, "刘敏")
    address = reverse("rosters:swap_behalf")
    data = {"giver": plant["林涛"].pk, "day": str(day(4)), "taker": plant["韩冰"].pk, "reason": "电话同意"}
    page = client.post(address, data).content.decode()
    assert "这天没有班" in page and "电话同意" in page
    assert client.post(address, {**data, "day": str(day(3))}).status_code == 302
    assert rosters.duty_of(plant["韩冰"], day(3))
    assert plant.signed_in(client, "林涛").get(address).status_code == 403
