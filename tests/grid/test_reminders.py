"""A word before the check-in is due and when it is: once each, to nobody who was heard from, none when late, none after days asleep."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions.due import due_at
from diba.grid.models import CheckIn, CheckInReminder, Expectation, Policy, ReminderChoice
from diba.plant import actions
from diba.plant.models import Delivery, Person, Watch
from diba.rosters.models import Duty, Roster

from .test_sweep import at, begin

NAMES = ["林涛", "刘洋", "陈立"]


@pytest.fixture
def signed_up(plant):
    """Three have an account and so an inbox."""
    for name in NAMES:
        plant.account(name)
    begin(plant)
    return plant


def tick(plant, hours):
    with at(plant, hours):
        grid.expect_everybody()
        grid.settle_pauses()
        grid.sweep()
        return grid.remind()


def told(name):
    rows = Delivery.objects.filter(person__name=name, message__link="/grid/checkin/").order_by("pk")
    return [row.message.words.split()[0] for row in rows]


def test_before_it_is_due_and_when_it_is_each_once(signed_up):
    assert [tick(signed_up, hours) for hours in (7.9, 8.1, 8.5, 9.01, 9.5)] == [0, 3, 0, 3, 0]
    assert told("林涛") == ["Please", "Your"]
    assert tick(signed_up, 11.1) == 0, "what is missing is the lead's"
    assert not Delivery.objects.exclude(person__name__in=NAMES).exists(), "who has no inbox is not written to"


def test_whoever_was_heard_from_gets_none(signed_up):
    with at(signed_up, 8):
        signed_up.check_in("林涛")
    assert (tick(signed_up, 8.2), told("林涛")) == (2, [])
    with at(signed_up, 8.9):
        grid.contact(signed_up["刘洋"], "seen_ok", uid=uuid.uuid4(), by=signed_up.account("陈立"))
    assert tick(signed_up, 9.1) == 1 and told("刘洋") == ["Please"]


def test_after_three_days_asleep_there_is_at_most_the_one_of_now(signed_up):
    for hours, sent in ((72 + 7.5, 0), (72 + 8.5, 3)):
        with transaction.atomic():
            assert tick(signed_up, hours) == sent
            assert Delivery.objects.filter(message__link="/grid/checkin/").count() == sent
            transaction.set_rollback(True)


def test_the_sentence_is_in_the_readers_language_and_says_the_hour(signed_up, client):
    tick(signed_up, 8.5)
    inbox = signed_up.signed_in(client, "林涛").get("/inbox/").content.decode()
    assert "请在 09:00 前打卡" in inbox
    client.cookies["language"] = "en"
    assert "Please check in by 09:00" in client.get("/inbox/").content.decode()


def test_after_a_night_the_reminders_come_later(signed_up):
    watch = Watch.objects.get(code="夜")
    roster = Roster.objects.create(
        state=Roster.State.PUBLISHED, pattern=watch.pattern, first_day=signed_up.today - timedelta(days=1), days=1,
        published_at=signed_up.now, asked_by=signed_up.account("刘敏"), asked_at=signed_up.now,
    )  # fmt: skip
    Duty.objects.create(
        roster=roster, person=signed_up["林涛"], day=roster.first_day, watch=watch, post=actions.posts()[0]
    )
    for hours in (8.5, 9.5):
        tick(signed_up, hours)
    assert (told("林涛"), told("刘洋")) == ([], ["Please", "Your"])
    assert tick(signed_up, 13.5) == 1 == tick(signed_up, 14.5)
    assert told("林涛") == ["Please", "Your"]
    assert {row.message.values["time"] for row in Delivery.objects.filter(person__name="林涛")} == {"14:00"}


def test_an_isolated_person_is_reminded_of_the_evening_too_and_cannot_switch_it_off(signed_up, client):
    page = signed_up.signed_in(client, "林涛")
    page.post("/grid/reminders/", {"wanted": "0"})
    shown = page.get("/grid/checkin/").content.decode()
    assert not ReminderChoice.objects.get().wanted and "不提醒" in shown
    assert "不发短信和邮件" in shown, "no channel is promised that is not there"
    assert tick(signed_up, 8.5) == 2 and told("林涛") == []
    actions.take_out(signed_up["林涛"], "isolation", signed_up.now)
    assert tick(signed_up, 8.75) == 1
    with pytest.raises(BadInput):
        grid.choose_reminders(signed_up["林涛"], False, by=signed_up.account("林涛"))
    with at(signed_up, 9):
        for name in NAMES:
            signed_up.check_in(name)
    assert tick(signed_up, 17.5) == 1 and told("林涛")[-1] == "Please"


def test_switched_on_again_and_where_the_rules_forbid_it(signed_up, client):
    page = signed_up.signed_in(client, "林涛")
    for wanted in "0011":
        page.post("/grid/reminders/", {"wanted": wanted})
    assert [row.wanted for row in ReminderChoice.objects.all()] == [False, True], "a tap repeated changes nothing"
    page.post("/grid/reminders/", {"wanted": "0"})
    Policy.objects.update(remind_may_stop=False)
    assert tick(signed_up, 8.5) == 3
    assert "健康规则要求保留提醒" in page.post("/grid/reminders/", {"wanted": "1"}, follow=True).content.decode()
    Policy.objects.update(remind_before=0, remind_at_due=False)
    assert tick(signed_up, 9.5) == 0


def test_rows_are_kept_a_week_and_paused_people_get_none(signed_up):
    actions.take_out(signed_up["林涛"], "sick", signed_up.now)
    assert tick(signed_up, 8.8) == 2
    tick(signed_up, 24 * 8 + 8.5)
    assert set(CheckInReminder.objects.values_list("day", flat=True)) == {signed_up.today + timedelta(days=8)}


def test_reminding_costs_the_same_queries_for_two_or_for_all(signed_up):
    with CaptureQueriesContext(connection) as few:
        tick(signed_up, 8.5)
    for person in Person.objects.exclude(kind="family").filter(account=None):
        signed_up.account(person.name)
    CheckInReminder.objects.all().delete()
    Expectation.objects.update(state="due", day=signed_up.today, alert_after=signed_up.now)
    with CaptureQueriesContext(connection) as many:
        assert tick(signed_up, 8.5) > 10
    assert len(few) == len(many)


def events():
    moment = st.floats(5, 100)
    return st.lists(
        st.tuples(st.sampled_from(["tick", "report", "isolate", "leave"]), moment, st.integers(0, 2)), max_size=10
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=events())
def test_whatever_happens_nobody_is_reminded_twice_nor_when_heard_nor_out_of_time(signed_up, steps):
    with transaction.atomic():
        for what, hours, number in sorted(steps, key=lambda step: step[1]):
            person = signed_up[NAMES[number]]
            with at(signed_up, hours):
                if what == "report":
                    signed_up.check_in(person.name, day=actions.today())
                elif what != "tick":
                    kind = {"isolate": "isolation", "leave": "sick"}[what]
                    actions.take_out(person, kind, actions.now())
                before = CheckInReminder.objects.count()
                sent = grid.remind() if what != "tick" else tick(signed_up, hours)
                assert CheckInReminder.objects.count() - before == sent and grid.remind() == 0
                assert sent <= len(NAMES), "one a person at a time, however long nobody looked"
        for row in CheckInReminder.objects.all():
            due = due_at(row.day, row.slot)
            assert due - timedelta(minutes=60) <= row.at < due + timedelta(minutes=120)
            heard = CheckIn.objects.filter(person=row.person, day=row.day, slot=row.slot, at__lt=row.at)
            assert not heard.exists()
        keys = list(CheckInReminder.objects.values_list("person", "day", "slot", "step"))
        assert len(keys) == len(set(keys)) == Delivery.objects.filter(message__link="/grid/checkin/").count()
        transaction.set_rollback(True)
