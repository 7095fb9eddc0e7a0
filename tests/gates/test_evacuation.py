"""The switch for an evacuation: who may, what the gates hear of it, how it is judged, and that a person ends it."""

import base64
import json
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.gates.actions import evacuating
from diba.gates.models import Crossing, Device, Evacuation
from diba.plant import actions
from diba.plant.actions import clock
from diba.plant.models import Record, Role

from .conftest import AT, record


def heard(post):
    """Return what a gate hears: (by its ping, by its signed lists)."""
    lists = json.loads(base64.b64decode(post.get("bundle").json()["signed"]))
    return post.get("ping").json()["evacuation"], lists["evacuation"]


def test_every_gate_hears_of_it_at_its_next_contact_until_a_person_ends_it(plant, enrolled, client):
    one, two = enrolled(), enrolled("G2")
    plant.check_in("林涛"), plant.check_in("陈立")
    one.send(record(plant["林涛"], at=AT - 900), record(plant["陈立"], at=AT - 900))
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    assert heard(one) == (False, False)
    assert desk.post(reverse("gates:evacuation"), {"why": "厂房烟雾", "drill": "on"}).status_code == 302
    row = Evacuation.objects.get()
    assert (row.drill, row.begun_by, row.why) == (True, plant.account("刘敏"), "厂房烟雾")
    assert heard(one) == heard(two) == (True, True)
    one.send(record(plant["林涛"], direction="out"))
    page = desk.get(reverse("gates:evacuation")).content.decode()
    for words in ("1 人仍在内", "08:40 以来已出 1 人", "厂房烟雾", "演练"):
        assert words in page, words
    assert desk.post(reverse("gates:evacuation_end", args=[row.pk])).status_code == 302
    assert heard(two) == (False, False)
    row.refresh_from_db()
    assert row.ended_by == plant.account("刘敏") and not evacuating.end(row, by=plant.account("刘敏"))
    assert {"evacuation.begun", "evacuation.ended"} <= set(Record.objects.values_list("verb", flat=True))
    assert "厂房烟雾" in desk.get(reverse("gates:evacuation")).content.decode()


def test_one_of_a_kind_runs_and_a_real_one_beside_an_exercise(plant, officer, client):
    drill = evacuating.begin("演练", by=officer, drill=True)
    with pytest.raises(BadInput, match="runs_already"):
        evacuating.begin("再演练", by=officer, drill=True)
    real = evacuating.begin("真的", by=officer)
    assert evacuating.running() == real
    evacuating.end(real, by=officer)
    assert evacuating.running() == drill
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    assert desk.post(reverse("gates:evacuation"), {"why": " "}).status_code == 200
    assert (
        "已有疏散在进行"
        in desk.post(reverse("gates:evacuation"), {"why": "x", "drill": "on"}, follow=True).content.decode()
    )
    assert Evacuation.objects.count() == 2


def test_only_a_duty_officer_or_administrator_of_the_whole_plant_may(plant, officer, client):
    row = evacuating.begin("x", by=officer)
    for who, role, unit in (
        ("林涛", Role.GUARD, None),
        ("孙丽", Role.HEALTH_OFFICER, None),
        ("陈立", Role.DUTY_OFFICER, plant["林涛"].unit),
    ):
        plant.signed_in(client, who, role, unit=unit)
        assert client.post(reverse("gates:evacuation"), {"why": "x"}).status_code == 403
        assert client.post(reverse("gates:evacuation_end", args=[row.pk])).status_code == 403
    assert evacuating.running() == row


def test_a_crossing_is_judged_by_whether_one_ran_at_its_moment(plant, post, officer):
    plant.check_in("林涛")
    actions.hold(plant["陈立"], "contact")
    evacuating.begin("x", by=officer)
    before = record(plant["林涛"], at=AT - 300, temperature={"first": 365, "at": AT - 300})
    [early], [late], [out] = (
        post.send(before),
        post.send(record(plant["韩冰"])),
        post.send(record(plant["陈立"], direction="out")),
    )
    assert late["item"] and not out["item"]
    judged = {str(row.uid): (row.judged, row.judged_reason) for row in Crossing.objects.all()}
    assert judged[early["uid"]][1] != "evacuation"
    assert (judged[late["uid"]], judged[out["uid"]]) == (("stop", "evacuation"), ("pass", "evacuation"))


def test_every_gate_without_contact_since_it_began_is_named_as_not_told(plant, enrolled, officer, client):
    one, two = enrolled(), enrolled("G2")
    one.send(record(plant["林涛"], at=AT - 900))
    Device.objects.filter(pk=one.device.pk).update(heard_at=actions.now() - timedelta(minutes=3))
    Device.objects.filter(pk=two.device.pk).update(heard_at=actions.now() - timedelta(minutes=12))
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    assert "所属卡口都有消息" in desk.get(reverse("gates:inside")).content.decode()
    evacuating.begin("厂房烟雾", by=officer)
    page = desk.get(reverse("gates:evacuation")).content.decode()
    untold = page[page.index("还没收到通知") :]
    for words in ("生活区正门 (最后联系 02-14 08:37", "厂区大门 (最后联系 02-14 08:28"):
        assert words in untold, words
    called = desk.get(reverse("gates:inside")).content.decode()
    assert "所属卡口都有消息" not in called and "厂区大门：02-14 08:28 以后没有消息" in called
    one.get("ping")
    page = desk.get(reverse("gates:evacuation")).content.decode()
    assert "生活区正门 (" not in page and "厂区大门 (最后联系" in page
    with clock.at(actions.now() + timedelta(minutes=20)):
        page = desk.get(reverse("gates:evacuation")).content.decode()
        assert page.index("厂区大门 (") < page.index("收到过通知") < page.index("生活区正门 (最后联系 02-14 08:40")
