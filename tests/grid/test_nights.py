"""Who stood a night watch sleeps first: due later that day, late and missing later, asked about later; and who is away rests."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diba.grid import actions as grid
from diba.grid.models import Escalation, Expectation, Flip, Policy
from diba.plant import actions
from diba.plant.models import Person, Role, Task, Watch
from diba.rosters.actions.nights import nights_stood
from diba.rosters.models import Duty, Roster

from .test_sweep import at, begin, states


@pytest.fixture
def night(plant):
    """林涛 stood the night from yesterday 22:00 to 06:00; 王海涛 the one of 12 h, 20:00 to 08:00; 刘洋 an evening."""
    watches = {watch.code: watch for watch in Watch.objects.all()}
    roster = Roster.objects.create(
        state=Roster.State.PUBLISHED, pattern=watches["夜"].pattern, first_day=plant.today - timedelta(days=1), days=3,
        published_at=plant.now - timedelta(days=2), asked_by=plant.account("刘敏"), asked_at=plant.now,
    )  # fmt: skip
    post = actions.posts()[0]
    for name, code in (("林涛", "夜"), ("王海涛", "黑"), ("刘洋", "中")):
        Duty.objects.create(roster=roster, person=plant[name], day=roster.first_day, watch=watches[code], post=post)
    begin(plant)
    return plant


def due(plant, name):
    return grid.later_dues(plant.today).get(plant[name].pk)


def hour(plant, hours):
    return plant.now.replace(hour=0, minute=0) + timedelta(hours=hours)


def test_due_eight_hours_after_the_end_of_a_night_watch(night):
    assert (due(night, "林涛"), due(night, "王海涛"), due(night, "刘洋")) == (hour(night, 14), hour(night, 16), None)
    assert grid.later_dues(night.today + timedelta(days=1)) == {}
    Policy.objects.update(night_hours=0)
    assert grid.later_dues(night.today) == {}


def test_never_so_late_that_it_could_not_become_missing_the_same_day_nor_before_everybody(night):
    Policy.objects.update(night_hours=16)
    assert due(night, "王海涛") == hour(night, 24) - timedelta(minutes=121)
    Policy.objects.update(night_hours=2)
    assert due(night, "林涛") is None and due(night, "王海涛") == hour(night, 10)


def test_late_and_missing_come_later_after_a_night(night):
    for hours, others, after_8_h in ((8.9, "due", "due"), (9.1, "late", "due"), (11.1, "missing", "due"), (14.1, "missing", "late"), (16.1, "missing", "missing")):  # fmt: skip
        with at(night, hours):
            grid.sweep()
            assert (states()["刘洋"], states()["林涛"]) == (others, after_8_h), hours
    assert list(Flip.objects.filter(expectation__person=night["林涛"]).values_list("new", flat=True)) == [
        "late",
        "missing",
    ]
    with at(night, 31):  # 07:00 of the next day: asked with everybody
        grid.sweep()
        assert states()["林涛"] == "due"


def test_who_was_away_from_the_night_did_not_stand_it(night):
    actions.take_out(night["林涛"], "leave", hour(night, -3))
    assert due(night, "林涛") is None and due(night, "王海涛")


def test_the_later_hour_stands_on_his_own_page_and_on_the_leads(night, client):
    own = night.signed_in(client, "林涛").get("/grid/checkin/").content.decode()
    assert "您刚下夜班，先休息。14:00 前报。" in own
    assert "09:00 前" in night.signed_in(client, "刘洋").get("/grid/checkin/").content.decode()
    cell = night["林涛"].cell
    page = (
        night.signed_in(client, "陈立", Role.CELL_LEAD, unit=cell).get(f"/grid/cell/?cell={cell.code}").content.decode()
    )
    assert page.count("下夜班，14:00 前报") == 1


def test_why_and_until_when_somebody_is_not_asked_stands_on_the_leads_page(plant, client):
    Policy.objects.update(pause_leave=True)
    begin(plant)
    by = plant.account("孙丽")
    actions.take_out(plant["林涛"], "leave", plant.now, hour(plant, 54), by=by)
    cell = plant["林涛"].cell
    page = (
        plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=cell).get(f"/grid/cell/?cell={cell.code}").content.decode()
    )
    assert "02-16 06:00 前不催报；联系上之前仍算未知。 批准人：孙丽。" in page


def test_a_watch_that_begins_at_midnight_is_a_night_of_the_same_day(night):
    watch = Watch.objects.get(code="夜")
    Watch.objects.filter(pk=watch.pk).update(starts="00:00")
    Duty.objects.update(day=night.today)
    assert due(night, "林涛") == hour(night, 16)


def test_a_superseded_roster_lets_nobody_sleep(night):
    old = Roster.objects.get()
    Roster.objects.create(
        state=Roster.State.PUBLISHED, pattern=old.pattern, first_day=old.first_day, days=3, published_at=night.now,
        asked_by=old.asked_by, asked_at=night.now,
    )  # fmt: skip
    assert nights_stood(night.today) == {}


def test_the_nights_cost_the_same_queries_for_one_or_for_many(night):
    with CaptureQueriesContext(connection) as few:
        nights_stood(night.today)
    roster, watch, post = Roster.objects.get(), Watch.objects.get(code="夜"), actions.posts()[0]
    for name in ("陈立", "周文斌", "高建军", "徐振华"):
        Duty.objects.create(roster=roster, person=night[name], day=roster.first_day, watch=watch, post=post)
    with CaptureQueriesContext(connection) as many:
        assert len(nights_stood(night.today)) == 6
    assert len(few) == len(many) <= 4


def test_those_after_a_night_have_steps_of_their_own(night):
    Person.objects.filter(name="林涛").update(cell=night.cell())
    for person in actions.active().exclude(kind="family").exclude(name__in=["林涛", "刘洋"]):
        night.check_in(person.name)
    cell = night.cell()
    for hours in (11.1, 13.1, 16.1, 16.6, 16.7, 18.1):
        with at(night, hours):
            grid.sweep()
            grid.unanswered_flips()
            grid.escalate()
    since = {row.since for row in Escalation.objects.filter(cell=cell)}
    assert since == {hour(night, 11), hour(night, 16)}
    steps = list(Escalation.objects.filter(since=hour(night, 16)).values_list("step", flat=True))
    assert steps == [1, 3], "half an hour after 16:00 the deputy, two hours after it the command, not at once"
    asked = Task.objects.filter(key__startswith="missing:").order_by("pk")
    assert [task.values["names"] for task in asked] == ["刘洋", "林涛"], "the lead hears of each of them"


def test_leave_planned_ahead_pauses_from_its_first_hour_to_its_last_when_the_policy_says_so(plant):
    Policy.objects.update(pause_leave=True)
    begin(plant)
    actions.take_out(plant["林涛"], "leave", hour(plant, 30), hour(plant, 54))
    actions.take_out(plant["刘洋"], "travel", hour(plant, 30), hour(plant, 54))
    seen = []
    for hours in (12, 31, 53, 55):
        with at(plant, hours):
            grid.settle_pauses()
            grid.sweep()
            assert grid.settle_pauses() == 0, "said once"
            seen.append((states()["林涛"], states()["刘洋"] == "paused"))
            assert grid.double_zero().unknown == len(states()), "paused is not reported"
    assert [state for state, _other in seen] == ["missing", "paused", "paused", "due"]
    assert not any(other for _state, other in seen)


def test_by_default_who_is_on_leave_is_asked(plant):
    begin(plant)
    actions.take_out(plant["林涛"], "leave", plant.now)
    assert states()["林涛"] == "due"


def test_nobody_is_asked_about_who_has_left(plant):
    begin(plant)
    Person.objects.filter(name="林涛").update(left_on=plant.today)
    for day in range(3):
        with at(plant, 24 * day + 11.2):
            grid.settle_pauses()
            grid.sweep()
    assert states()["林涛"] == "paused"
    assert not Flip.objects.filter(expectation__person=plant["林涛"]).exists()


def test_pausing_costs_the_same_queries_for_one_or_for_many(plant):
    begin(plant)
    actions.take_out(plant["林涛"], "sick", plant.now)
    with at(plant, 9), CaptureQueriesContext(connection) as one:
        grid.settle_pauses()
    for name in ("陈立", "周文斌", "高建军"):
        actions.take_out(plant[name], "isolation", plant.now)
    Expectation.objects.update(state="due")
    with at(plant, 9), CaptureQueriesContext(connection) as many:
        grid.settle_pauses()
    assert len(one) == len(many) <= 5
