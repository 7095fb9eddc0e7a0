"""Duties as iCalendar: read back by a parser, without a session, until the address is revoked."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.urls import reverse
from icalendar import Calendar

from diba.core.errors import BadInput
from diba.plant import actions as plant_actions
from diba.plant.models import Post, Role
from diba.rosters import actions as rosters
from diba.rosters.actions.feeds import USES_AN_HOUR
from diba.rosters.models import Feed

from ..conftest import NOW
from .test_swaps import EARLY, LATE, NIGHT, day, republish

SHANGHAI = ZoneInfo("Asia/Shanghai")


def events(client, token):
    """Return {uid: event} of what the address gives."""
    response = client.get(reverse("rosters:feed", args=[token]))
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/calendar")
    return {str(event["uid"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


@pytest.fixture
def mine(plant, stand):
    """The token of 林涛, who stands a night on day 3 and an early watch on day 6."""
    stand("林涛", 3, NIGHT)
    stand("林涛", 6, EARLY)
    return rosters.make_feed(by=plant.account("林涛"), name="手机")[1]


def test_a_feed_gives_ones_duties_without_a_session_in_the_plants_time(plant, mine, client):
    found = sorted(events(client, mine).values(), key=lambda event: event["dtstart"].dt)
    night = found[0]
    assert len(found) == 2
    assert night["dtstart"].dt == plant_actions.day_start(day(3)) + timedelta(hours=22)
    assert night["dtend"].dt - night["dtstart"].dt == timedelta(hours=8)
    assert night["dtstart"].dt.utcoffset() == timedelta(hours=8)
    assert night["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert (str(night["summary"]), str(night["location"]), str(night["status"])) == (
        "夜班 主值班员",
        "中控室",
        "CONFIRMED",
    )
    assert night["sequence"] == 0


def test_the_file_names_its_time_zone_and_is_well_formed(mine, client):
    calendar = Calendar.from_ical(client.get(reverse("rosters:feed", args=[mine])).content)
    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert calendar["version"] == "2.0"
    assert "prodid" in calendar
    for event in calendar.walk("VEVENT"):
        assert {"uid", "dtstamp", "dtstart", "dtend", "sequence"} <= {name.lower() for name in event}


def test_a_swapped_duty_is_cancelled_with_a_higher_sequence_and_the_new_one_appears(plant, stand, mine, client):
    stand("韩冰", 9, LATE)
    before = events(client, mine)
    swap = rosters.ask_swap(plant["林涛"], day(6), plant["韩冰"], day(9), by=plant.account("林涛"))
    rosters.agree(swap, by=plant.account("韩冰"))
    with plant_actions.clock.at(NOW + timedelta(hours=1)):
        rosters.approve(swap, by=plant.account("刘敏"))
        after = events(client, mine)
    gone = next(event for event in after.values() if event["dtstart"].dt.date() == day(6))
    assert set(before) < set(after)
    assert (str(gone["status"]), gone["sequence"]) == ("CANCELLED", 1)
    assert gone["last-modified"].dt == NOW + timedelta(hours=1)
    new = next(event for event in after.values() if event["dtstart"].dt.date() == day(9))
    assert (str(new["summary"]), str(new["status"]), new["sequence"]) == ("中班 主值班员", "CONFIRMED", 0)


def test_a_duty_moved_by_a_new_roster_keeps_its_uid_and_counts_up(plant, stand, mine, client):
    before = events(client, mine)
    republish(plant, stand, {("林涛", 3): EARLY, ("林涛", 6): EARLY})
    after = events(client, mine)
    assert set(before) == set(after)
    moved, same = sorted(after.values(), key=lambda event: event["dtstart"].dt)
    assert (str(moved["summary"]), moved["sequence"]) == ("早班 主值班员", 1)
    assert same["sequence"] == 0  # published again as it was: nothing for the phone to do


def test_a_feed_holds_no_health_no_reasons_and_nobody_else(plant, stand, mine, client):
    stand("韩冰", 3, NIGHT)
    plant_actions.take_out(plant["林涛"], "isolation", NOW, NOW + timedelta(days=14), reason="密切接触者")
    text = client.get(reverse("rosters:feed", args=[mine])).content.decode()
    for word in ("密切接触者", "isolation", "隔离", "韩冰", "林涛-", plant["林涛"].phone):
        assert word not in text


def test_a_revoked_feed_is_dead_at_once(plant, mine, client):
    feed = Feed.objects.get()
    assert rosters.revoke_feed(feed, by=plant.account("林涛"))
    assert client.get(reverse("rosters:feed", args=[mine])).status_code == 404
    assert not rosters.revoke_feed(feed, by=plant.account("林涛"))


def test_only_the_hash_is_kept_and_a_guess_finds_nothing(plant, mine, client):
    feed = Feed.objects.get()
    assert len(mine) == 43
    assert mine not in str(vars(feed))
    for guess in (mine[:-1], mine[:-1] + ("A" if mine[-1] != "A" else "B"), feed.token_hash, "x" * 43, "1"):
        assert client.get(reverse("rosters:feed", args=[guess])).status_code == 404


def test_who_guesses_on_waits_for_the_rest_of_the_minute_and_is_told_so(mine, client):
    wrong = reverse("rosters:feed", args=["x" * 43])
    found = [client.get(wrong) for _ in range(62)]  # a new minute may begin under the test: 31 fall into one of the two
    shut = next(answer for answer in found if answer.status_code == 429)
    assert [answer.status_code for answer in found[:30]] == [404] * 30
    assert 1 <= int(shut["Retry-After"]) <= 60
    assert shut.content.decode() == "太频繁了，请 1 分钟后再试。"


def test_a_known_address_is_answered_from_where_somebody_guesses(mine, client):
    for _ in range(62):
        client.get(reverse("rosters:feed", args=["x" * 43]))
    assert len(events(client, mine)) == 2


def test_a_guess_is_counted_when_its_count_is_thrown_out_of_the_cache(mine, client, monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *_args: True)  # said to be there, and gone before it is counted up
    assert client.get(reverse("rosters:feed", args=["x" * 43])).status_code == 404


def test_a_phone_that_loops_is_told_how_long_its_own_address_rests(mine, client):
    feed = Feed.objects.get()
    assert not any(rosters.use(feed) for _ in range(USES_AN_HOUR))
    with plant_actions.clock.at(NOW + timedelta(minutes=40)):
        answer = client.get(reverse("rosters:feed", args=[mine]))
        assert (answer.status_code, answer["Retry-After"]) == (429, "1200")
        assert answer.content.decode() == "太频繁了，请 20 分钟后再试。"
    with plant_actions.clock.at(NOW + timedelta(minutes=61)):
        assert len(events(client, mine)) == 2


def test_the_last_use_is_shown_and_somebody_who_left_has_no_feed(plant, mine, client):
    events(client, mine)
    page = plant.signed_in(client, "林涛").get(reverse("rosters:feeds")).content.decode()
    assert "02-14 08:40" in page
    person = plant["林涛"]
    person.left_on = day(0)
    person.save(update_fields=["left_on"])
    assert client.get(reverse("rosters:feed", args=[mine])).status_code == 404


def test_a_planner_makes_a_feed_of_a_post_that_names_who_stands_there(plant, stand, client):
    stand("林涛", 3, NIGHT)
    stand("陈立", 3, NIGHT, "zhizhang")
    post = Post.objects.get(code="zhuzhi")
    with pytest.raises(BadInput, match="not_yours"):
        rosters.make_feed(by=plant.account("林涛"), post=post)
    _feed, token = rosters.make_feed(by=plant.account("刘敏"), post=post)
    assert [str(event["summary"]) for event in events(client, token).values()] == ["夜班 林涛"]


def test_a_page_makes_an_address_shows_it_once_and_only_its_owner_revokes_it(plant, stand, client):
    page = plant.signed_in(client, "林涛").post(reverse("rosters:feeds"), {"name": "手机"}).content.decode()
    token = page.partition("/rosters/feed/")[2].partition(".ics")[0]
    assert rosters.feed_of(token) is not None
    assert token not in client.get(reverse("rosters:feeds")).content.decode()
    feed = Feed.objects.get()
    assert plant.signed_in(client, "韩冰").post(reverse("rosters:feed_revoke", args=[feed.pk])).status_code == 404
    assert rosters.feed_of(token) is not None
    for _ in range(4):
        rosters.make_feed(by=plant.account("林涛"))
    words = plant.signed_in(client, "林涛").post(reverse("rosters:feeds"), {"name": "再来"}).content.decode()
    assert "已有 5 个地址" in words


def test_an_account_that_is_closed_takes_its_feeds_with_it(plant, mine, client):
    plant_actions.close_account(plant.account("林涛"), by=plant.account("刘敏", Role.ADMINISTRATOR))
    assert client.get(reverse("rosters:feed", args=[mine])).status_code == 404
