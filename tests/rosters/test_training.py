"""The register of trainings and the reserve: what a training adds, that passing asks and does not do, who is ready."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant import actions
from diba.plant.models import Certificate, Delivery, Qualification, Role, Task, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions import training
from diba.rosters.models import Membership, Split, Training


def planned(plant, planner, who="刘敏", code="ZB", mentor="林涛"):
    return training.plan_training(
        plant[who],
        Qualification.objects.get(code=code),
        plant.today,
        plant.today + timedelta(days=10),
        mentor=plant[mentor],
        watches=3,
        by=planner,
    )


def test_both_are_told_and_the_effect_on_depth_is_shown(plant, roster, planner):
    row = planned(plant, planner)
    assert {each.person.name for each in Delivery.objects.filter(message__words__startswith="Training:")} == {
        "刘敏",
        "林涛",
    }
    (line,) = training.register()
    assert line.row == row and [post.code for post in line.posts] == ["zhuzhi"]
    assert line.then == line.depth + 1
    assert line.chances == roster.duties.filter(person=plant["林涛"], day__lte=row.last_day).count()


def test_what_he_holds_what_the_mentor_lacks_and_twice_are_refused(plant, planner):
    for who, code, mentor, reason in (("林涛", "ZB", "陈立", "holds_it"), ("刘敏", "ZZ", "林涛", "mentor_lacks_it")):
        with pytest.raises(BadInput) as error:
            planned(plant, planner, who, code, mentor)
        assert error.value.reason == reason
    planned(plant, planner)
    with pytest.raises(BadInput) as error:
        planned(plant, planner)
    assert error.value.reason == "learns_it"


def test_passing_asks_the_administrator_and_makes_no_certificate(plant, planner):
    row = planned(plant, planner)
    assert not training.step(row, "passed", by=planner)  # it has not begun
    assert training.step(row, "started", by=planner) and training.step(row, "passed", by=planner)
    task = Task.objects.get(role=Role.ADMINISTRATOR)
    assert actions.sentence(task.words, task.values) == "刘敏 已通过主值班员证考试：证书到手后请录入台账"
    assert not Certificate.objects.filter(person=plant["刘敏"]).exists()
    assert [step.state for step in row.steps.all()] == ["planned", "started", "passed"]
    assert not training.step(row, "stopped", by=planner)


def test_the_reserve_is_ready_rusty_away_or_expired(plant, roster, planner):
    split = Split.objects.create(
        at=plant.now, by=planner, pattern=WatchPattern.objects.get(code="3x8"), adopted_at=plant.now
    )
    names = ["陈立", "周文斌", "林涛", "孙志强"]
    Membership.objects.bulk_create([Membership(split=split, person=plant[name], team="R") for name in names])
    actions.take_out(plant["周文斌"], "leave", plant.now, plant.now + timedelta(days=3))
    Certificate.objects.filter(person=plant["孙志强"]).update(expires=plant.today - timedelta(days=1))
    with actions.clock.at(plant.now + timedelta(days=1)):
        found = {each.person.name: each for each in training.reserve()}
        stood = {duty.person.name for duty in rosters.duties_between(plant.today, plant.today)}
    assert found["周文斌"].state == "away" and found["孙志强"].state == "expired"
    for name in ("陈立", "林涛"):
        assert found[name].state == ("ready" if name in stood else "rusty")


def test_the_page_enters_steps_and_exports(plant, roster, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    wanted = Qualification.objects.get(code="ZB")
    form = {
        "person": "孙丽",
        "qualification": wanted.pk,
        "mentor": "林涛",
        "first_day": "2020-02-14",
        "last_day": "2020-03-01",
        "watches": 4,
    }
    for changed, words in (({"mentor": "孙丽"}, "不能自己带自己"), ({"last_day": "2020-02-01"}, "结束不能早于开始"), ({"person": "陈立"}, "已持有此证"),
                           ({"person": "陈立 林涛"}, "只写一个人"), ({"mentor": "刘敏"}, "师傅没有此证")):  # fmt: skip
        page = client.post(reverse("rosters:training"), {**form, **changed}).content.decode()
        assert words in page
    client.post(reverse("rosters:training"), form)
    row = Training.objects.get()
    step = reverse("rosters:training_step", args=[row.pk])
    assert "不能走这一步" in client.post(step, {"state": "x"}, follow=True).content.decode()
    client.post(step, {"state": "started"})
    assert "录入前深度不变" in client.post(step, {"state": "passed"}, follow=True).content.decode()
    assert "孙丽" in client.get(reverse("rosters:training"), {"format": "csv"}).content.decode("utf-8-sig")
    assert client.get(reverse("rosters:training"), {"format": "xlsx"}).content[:2] == b"PK"


def test_a_duty_officer_reads_and_does_not_enter(plant, client):
    client = plant.signed_in(client, "孙丽", Role.DUTY_OFFICER)
    assert "安排培训" not in client.get(reverse("rosters:training")).content.decode()
    wanted = Qualification.objects.get(code="ZB")
    client.post(
        reverse("rosters:training"),
        {
            "person": "刘敏",
            "qualification": wanted.pk,
            "first_day": "2020-02-14",
            "last_day": "2020-03-01",
            "watches": 4,
        },
    )
    assert not Training.objects.exists()
