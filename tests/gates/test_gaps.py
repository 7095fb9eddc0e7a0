"""A watch that begins without a signed hand-over from the one before does not go unseen."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diba.gates.actions import devices, gaps, places
from diba.gates.models import Device, ExplainedGap
from diba.plant import actions
from diba.plant.models import Record, Role, Task, WatchPattern

from ..conftest import NOW
from .conftest import AT

MORNING = NOW.replace(hour=6, minute=0)  # 3x8 begins at 6, 14 and 22


def signed(post, minutes, **more):
    """Hand a watch over so many minutes after the morning's began."""
    at = int(MORNING.timestamp()) + 60 * minutes
    told = {"uid": str(uuid.uuid4()), "sent_at": AT, "at": at, "from": "林涛", "to": "韩冰", "queue": 0, "inside": 0, "keys": 1, "retests": 0,
            "holds": 0, "note": "", "signed_out": "1001 07:58", "signed_in": "1002 08:01", **more}  # fmt: skip
    assert post.post("handover", told).status_code == 200


def seen(days=0):
    """Return [(gate, watch before, watch, minutes it lasted or None)] of the gaps that nobody explained, as of now."""
    since = plant_day() if days == 0 else None
    rows = gaps.open_gaps(since)
    return [
        (gap.gate.code, gap.before.name, gap.watch.name, gap.ends and (gap.ends - gap.begins).total_seconds() / 60)
        for gap in rows
    ]


def plant_day():
    return actions.day_start(actions.today()) + timedelta(hours=1)


@pytest.fixture
def old(post):
    """A device that has stood at its gate for a week."""
    Device.objects.update(enrolled_at=NOW - timedelta(days=7))
    return post


@pytest.mark.parametrize(("minutes", "gap"), [(-60, False), (0, False), (15, False), (-61, True), (16, True)])
def test_a_hand_over_counts_from_an_hour_before_to_a_quarter_of_an_hour_after(old, minutes, gap):
    signed(old, minutes)
    assert bool(seen()) == gap


def test_a_gap_lasts_until_somebody_signs_or_the_next_watch_begins(old):
    assert seen() == [("G1", "夜班", "早班", None)]
    signed(old, 30)
    assert seen() == [("G1", "夜班", "早班", 30)]
    with actions.clock.at(NOW + timedelta(days=1)):
        found = [row for row in seen(days=7) if row[3] != 30]
        assert found[:2] == [("G1", "夜班", "早班", None), ("G1", "中班", "夜班", 480)]


def test_a_watch_that_has_just_begun_is_no_gap_yet(old):
    with actions.clock.at(MORNING + timedelta(minutes=14)):
        assert seen() == []
    with actions.clock.at(MORNING + timedelta(minutes=15)):
        assert len(seen()) == 1


def test_a_gate_is_asked_for_hand_overs_as_long_as_a_device_stands_there(post, gates, officer):
    assert seen(days=7) == []  # enrolled a moment ago; the other gate has none
    Device.objects.update(enrolled_at=MORNING)
    assert [row[0] for row in seen(days=7)] == ["G1"]
    with actions.clock.at(MORNING + timedelta(minutes=1)):
        devices.revoke(post.device, by=officer)
    assert [row[0] for row in seen(days=7)] == ["G1"]
    with actions.clock.at(NOW + timedelta(days=1)):
        assert [row[0] for row in seen(days=7)] == ["G1"]


def test_a_watch_after_a_time_without_any_needs_no_hand_over(old, gates, officer):
    day_only = WatchPattern.objects.create(code="day", name="日班")
    day_only.watches.create(code="D", name="日班", starts=MORNING.time(), minutes=480)
    places.keep_gate(gates["G1"], by=officer, code="G1", name="生活区正门", zone=gates["G1"].zone, pattern=day_only)
    assert seen(days=7) == []


def test_the_duty_officers_are_asked_once_a_moment_for_all_gates_and_no_more_when_it_was_signed_after_all(
    old, enrolled, officer
):
    enrolled("G2")
    Device.objects.update(enrolled_at=MORNING - timedelta(hours=1))
    gaps.tell_of_gaps()
    gaps.tell_of_gaps()
    task = Task.objects.get(key__startswith=gaps.KEY)
    assert (task.role, task.values["gates"], task.values["when"]) == (
        Role.DUTY_OFFICER,
        "生活区正门、厂区大门",
        "02-14 06:00",
    )
    assert task in actions.tasks_of(officer)
    signed(old, 0)  # came late, from a device without a network
    gaps.tell_of_gaps()
    assert Task.objects.get(key=task.key).closed_at is None  # the other gate's is still open
    [gap] = gaps.open_gaps()
    assert gaps.explain(gap.gate, gap.begins, "口头交接", by=officer)
    task.refresh_from_db()
    assert task.closed_by == officer and "已说明" in task.outcome
    gaps.tell_of_gaps()
    assert Task.objects.filter(key__startswith=gaps.KEY).count() == 1


def test_a_task_closed_without_a_word_is_not_asked_again_and_the_page_still_shows_the_gap(old, plant, client, officer):
    Device.objects.update(enrolled_at=MORNING)
    gaps.tell_of_gaps()
    actions.close(Task.objects.get(key__startswith=gaps.KEY), "x", by=officer)
    gaps.tell_of_gaps()
    assert Task.objects.filter(key__startswith=gaps.KEY).count() == 1
    assert "没有交接" in plant.signed_in(client, "陈立", Role.GUARD).get("/gates/").content.decode()


def test_the_plan_shows_each_gap_and_takes_its_explanation_once(old, plant, client, officer):
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    Device.objects.update(enrolled_at=MORNING)
    page = desk.get("/gates/").content.decode()
    assert "夜班 → 早班" in page and "至今" in page and "1 个班次没有签字交接" in page
    said = {"gate": old.device.gate_id, "at": int(MORNING.timestamp()), "words": "发热送医，口头交接"}
    for wrong in ({"words": " "}, {"at": said["at"] + 60}, {"at": "x"}, {"gate": 999}, {"at": 2**32}):
        assert desk.post("/gates/gaps/explain/", said | wrong).status_code == 302
    assert not ExplainedGap.objects.exists()
    desk.post("/gates/gaps/explain/", said)
    desk.post("/gates/gaps/explain/", said | {"words": "别的"})
    row = ExplainedGap.objects.get()
    assert (row.words, row.by) == ("发热送医，口头交接", officer) and Record.objects.filter(
        verb="gap.explained"
    ).count() == 1
    page = desk.get("/gates/").content.decode()
    assert "已说明 1" in page and "发热送医" in page and "没有交接</" not in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM gates_explainedgap")
        assert "发热" not in str(cursor.fetchall())  # sealed


def test_a_guard_sees_the_gaps_and_does_not_explain_them(old, plant, client):
    guard = plant.signed_in(client, "陈立", Role.GUARD)
    assert "夜班 → 早班" in guard.get("/gates/").content.decode()
    assert guard.post("/gates/gaps/explain/", {}).status_code == 403


def test_the_plan_asks_as_much_for_a_week_of_gaps_as_for_none(old, enrolled, plant, client):
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    signed(old, 0)
    Device.objects.update(enrolled_at=MORNING)
    desk.get("/gates/")
    with CaptureQueriesContext(connection) as few:
        desk.get("/gates/")
    enrolled("G2")
    Device.objects.update(enrolled_at=NOW - timedelta(days=9))
    with CaptureQueriesContext(connection) as many:
        assert len(desk.get("/gates/").context["gaps"]) > 30
    assert len(many) == len(few)
