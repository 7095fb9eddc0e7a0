"""The roll for an evacuation says what it does not know: gates that are silent, what lies on them, whom nobody has seen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.gates.actions import devices, expected, machines, places, roll
from diba.gates.models import Device
from diba.plant import actions
from diba.plant.models import Role, WatchPattern

from ..conftest import NOW
from .conftest import AT, record

SILENCE = timedelta(hours=3)


@pytest.fixture
def six(gates, officer, enrolled):
    """Six gates with a device each, three into each zone, as {code: Post}."""
    for n in range(3, 7):
        zone = gates["G1" if n % 2 else "G2"].zone
        gate = places.keep_gate(by=officer, code=f"G{n}", name=f"{n} 号卡口", zone=zone, pattern=WatchPattern.objects.get(code="3x8"))  # fmt: skip
        gates[f"G{n}"] = gate
    return {code: enrolled(code) for code in sorted(gates)}


def silence(six, *codes):
    """Let these gates be heard of last three hours ago; everybody else now."""
    Device.objects.update(heard_at=actions.now())
    Device.objects.filter(pk__in=[six[code].device.pk for code in codes]).update(heard_at=actions.now() - SILENCE)


def test_with_three_gates_offline_the_roll_says_what_it_does_not_know(plant, six, client):
    people = [plant[name] for name in ("林涛", "陈立", "郭峰")]
    six["G1"].send(record(people[0]), record(people[1], at=AT - 26 * 3600))
    six["G2"].send(record(people[2]), queue=4)
    # Ninety-odd hours of one crossing out an hour at G6: half a crossing an hour over the week, so two in three hours of silence.
    six["G6"].send(*[record(at=AT - 3600 * n, direction="out") for n in range(1, 85)])
    silence(six, "G2", "G3", "G6")
    parts, contacts = roll.roll()
    living, works = parts
    assert [contact.gate.code for contact in contacts][:3] == ["G2", "G3", "G6"] and {
        c.minutes for c in contacts[:3]
    } == {180}
    assert [(len(part.rows), len(part.silent), len(part.contacts)) for part in (living, works)] == [
        (2, 1, 3),
        (1, 2, 3),
    ]
    assert {row.person.name for row in living.rows if row.long_ago} == {"陈立"}
    assert {c.gate.code: c.missed for c in contacts if c.silent} == {"G2": 0, "G3": None, "G6": 2}
    assert contacts[0].waiting == 4 and works.missed == 2 and living.missed is None
    client = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    page = client.get(reverse("gates:inside")).content.decode()
    for words in (
        "已知在内 3 人（车）；",
        "3 个卡口没有联系",
        "厂区大门：02-14 05:40 以后没有消息",
        "4 条",
        "3 个卡口中 2 个没有联系，同样时长平常约进出 2 人次",
        "3 个卡口中 1 个没有联系",
        "已超过一天",
        "3\xa0小时",
    ):
        assert words in page, words
    never = plant["孙丽"].name
    assert never not in page and never in client.get(reverse("gates:inside"), {"never": "1"}).content.decode()
    saved = client.get(reverse("gates:inside"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "厂区,厂区大门,2020-02-14 05:40,没有联系,4,0" in saved, saved
    assert never in saved


def test_with_all_gates_heard_of_nobody_is_doubted(plant, six, client):
    six["G1"].send(record(plant["林涛"]))
    client = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    page = client.get(reverse("gates:inside")).content.decode()
    assert "没有联系" not in page and "所属卡口都有消息" in page and "这份名单不完整" not in page
    assert "据所属全部卡口的记录，没有人在内" in page


def test_a_gate_without_a_device_is_silent_and_its_device_revoked_too(plant, six, officer):
    devices.revoke(six["G4"].device, by=officer)
    (first, *_others) = roll.contacts()
    assert (first.gate.code, first.silent, first.heard_at, first.devices) == ("G4", True, None, 0)


def test_the_roll_takes_as_many_queries_for_many_as_for_one(plant, six, client):
    client = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    counts = []
    for names in (("林涛",), ("陈立", "郭峰", "周文斌", "王海涛")):
        six["G1"].send(*[record(plant[name]) for name in names])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(reverse("gates:inside")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_has_no_desk_of_the_gates_sees_no_roll(plant, client):
    client = plant.signed_in(client, "孙丽")
    assert client.get(reverse("gates:inside")).status_code == 403


def test_a_turnstile_that_chatters_does_not_speak_for_the_guard_s_phone(six, officer, gates):
    silence(six, "G5")
    machines.make_token(gates["G5"], "闸机", ["passages"], by=officer)
    assert [gate.code for gate, _since in devices.silent_gates()] == ["G5"]
    [contact] = [each for each in roll.contacts() if each.gate.code == "G5"]
    assert (contact.silent, contact.devices) == (True, 1)


def test_a_phone_hears_when_the_other_gates_were_heard_of_for_its_own_roll(gates, post, enrolled, officer):
    said = post.get("ping").json()["gates"]
    assert said == [{"name": "厂区大门", "heard_at": 0}]
    other = enrolled("G2")
    Device.objects.filter(pk=other.device.pk).update(heard_at=NOW - timedelta(hours=2))
    machines.make_token(gates["G2"], "闸机", ["passages"], by=officer)  # a turnstile that chatters is nobody who counts
    assert post.get("ping").json()["gates"] == [{"name": "厂区大门", "heard_at": int(NOW.timestamp()) - 7200}]


def test_whoever_came_in_by_no_list_and_who_sits_in_a_vehicle_stands_on_the_roll(plant, gates, post, officer, client):
    van = expected.expect_vehicle(
        by=officer, plate="甘A12345", begins_at=NOW - timedelta(hours=2), ends_at=NOW + timedelta(hours=2)
    )
    strange = {"forced": "值班长同意: 2001", "verdict": {"verdict": "wait", "reason": "not_listed"}}
    post.send(
        record(None, kind="vehicle", vehicle=van.pk, plate="甘A12345", driver="马师傅", passengers="5"),
        record(None, kind="vehicle", plate="陕B00001", driver="赵师傅", passengers="2", **strange),
        record(None, name="抢险队甲", **strange), record(None, name="抢险队乙", at=AT - 60, **strange),
        record(None, name="抢险队乙", direction="out"), record(None, name="没让进", refusal="other"),
        record(None, name="昨天的", at=AT - 25 * 3600, **strange),
    )  # fmt: skip
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    page = desk.get(reverse("gates:inside")).content.decode()
    for words in ("马师傅 · 车上 5 人", "赵师傅 · 车上 2 人", "抢险队甲", "不在名单上"):
        assert words in page, words
    for words in ("抢险队乙", "没让进", "昨天的"):
        assert words not in page, words
    [part] = [part for part in roll.roll()[0] if part.zone == gates["G1"].zone]
    assert part.count == 3
    text = desk.get(reverse("gates:inside") + "?format=csv").content.decode("utf-8-sig")
    assert "陕B00001" in text and "抢险队甲" in text
    assert "抢险队甲" not in desk.get(reverse("gates:inside") + "?q=陕B").content.decode()
