"""What a device kept comes to rows once, whatever it sends and however often; nothing is dropped."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.gates.actions import devices
from diba.gates.models import Crossing, Device, OpenItem, Unread
from diba.plant.models import Role

from ..conftest import NOW
from .conftest import AT, record


def test_a_crossing_is_kept_once_however_often_it_comes(plant, post):
    plant.check_in("林涛")
    row = record(plant["林涛"])
    states = [post.send(row)[0]["state"] for _ in range(10)]
    assert states == ["kept", *["again"] * 9]
    crossing = Crossing.objects.get()
    assert (crossing.judged, crossing.went, crossing.gate.code) == ("pass", True, "G1")
    assert crossing.said["temperature"]["first"] == 365
    assert OpenItem.objects.count() == 0


def test_the_readings_are_not_to_be_read_in_a_copy_of_the_database(plant, post):
    post.send(record(plant["林涛"], note="咳嗽", temperature={"first": 381, "at": AT}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM gates_crossing")
        stored = cursor.fetchone()[0]
    assert "咳嗽" not in stored and "first" not in stored
    assert Crossing.objects.get().said["note"] == "咳嗽"


def test_a_torn_batch_writes_nothing_and_the_next_try_writes_all(plant, post):
    rows = [record(plant["林涛"], at=AT - n) for n in range(3)]
    whole = json.dumps({"sent_at": AT, "queue": 3, "records": rows})
    assert post.post("crossings", whole[: len(whole) // 2]).status_code == 400
    assert Crossing.objects.count() == 0
    assert [each["state"] for each in post.send(*rows)] == ["kept"] * 3


def test_the_good_records_of_a_partly_bad_batch_are_kept_and_the_bad_ones_too(plant, post):
    plant.check_in("林涛")
    good, bad = record(plant["林涛"]), record(plant["林涛"], at="gestern")
    results = post.send(good, bad, 7)
    assert [each["state"] for each in results] == ["kept", "unreadable", "unreadable"]
    assert [each["why"] for each in results] == ["", "at", "record"]
    assert (
        json.loads(Unread.objects.get(pk=OpenItem.objects.get(pk=results[1]["item"]).unread_id).raw)["at"] == "gestern"
    )
    assert post.send(good, bad, 7)[1]["item"] == results[1]["item"]
    assert (Crossing.objects.count(), Unread.objects.count(), OpenItem.objects.count()) == (1, 2, 2)


HOSTILE = [
    {"uid": None}, {"uid": "x"}, {"uid": 7}, {"at": True}, {"at": 10**18}, {"at": "9" * 30}, {"at": -5}, {"drift": "x"}, {"drift": 10**12},
    {"direction": "up"}, {"direction": ["in"]}, {"kind": {}}, {"kind": "ghost"}, {"person": "1"}, {"person": 2**70}, {"person": -1},
    {"person": 2**40}, {"pass_number": 2**33}, {"pass_number": 1.5}, {"passed": "\0"}, {"temperature": 36.5}, {"temperature": {"first": 999}},
    {"temperature": {"first": "365"}}, {"temperature": {"second": 370}}, {"verdict": "pass"}, {"verdict": {"verdict": "go"}}, {"verdict": {"verdict": "pass", "reason": "x" * 50}},
    {"refusal": "; DROP TABLE"}, {"declared": "perhaps"}, {"declared": ["no"]}, {"note": ["a"]}, {"disinfected": "yes"}, {"guard": 5},
]  # fmt: skip


@pytest.mark.parametrize("changed", HOSTILE, ids=lambda changed: json.dumps(changed)[:40])
def test_what_cannot_be_read_is_kept_as_it_came(plant, post, changed):
    [result] = post.send(record(plant["林涛"]) | changed)
    assert result["state"] == "unreadable" and result["item"]
    assert Crossing.objects.count() == 0
    assert OpenItem.objects.get(pk=result["item"]).kind == "unread"


def test_texts_with_what_no_text_has_are_kept_without_it(plant, post):
    [result] = post.send(record(plant["林涛"], note="a\0b\ud800", guard="\0" + "9" * 400, bundle="\0" * 9))
    assert result["state"] == "kept"
    row = Crossing.objects.get()
    assert (row.said["note"], len(row.guard), row.lists) == ("ab", 32, "")


@pytest.mark.parametrize("body", ["", "[]", "7", '{"records": []}', '{"sent_at": "x", "records": []}', '{"sent_at": 1581640800}',
                                  "[" * 100_000, '{"sent_at": 1581640800, "records": {}}', "\xff"])  # fmt: skip
def test_a_body_that_is_no_batch_is_refused_with_words(post, body):
    answer = post.post("crossings", body)
    assert answer.status_code == 400 and answer.json()["error"]


def test_a_form_instead_of_json_is_refused_with_words(client, post):
    for name in ("enrol", "crossings", "handover"):
        assert client.post(reverse(f"gates:api_{name}"), {"code": "x"}, headers=post.headers).status_code == 400


def test_a_number_of_five_thousand_digits_does_not_hold_the_queue_up(plant, post):
    body = json.dumps({"sent_at": AT, "records": [record(plant["林涛"], pass_number=1)]}).replace(
        '"pass_number": 1', '"pass_number": ' + "9" * 5000
    )
    assert post.post("crossings", body).json()["results"][0]["state"] == "unreadable"


def test_at_most_a_thousand_records_come_at_once(plant, post):
    assert post.post("crossings", {"sent_at": AT, "records": [0] * 1001}).status_code == 413
    assert Unread.objects.count() == 0


def test_two_devices_with_the_same_record_make_one_row_and_another_record_under_its_number_is_kept_beside(
    plant, enrolled
):
    one, two = enrolled(), enrolled("G2")
    row = record(plant["林涛"])
    assert one.send(row)[0]["state"] == "kept"
    assert two.send(row)[0]["state"] == "again"
    [other] = two.send({**row, "person": plant["韩冰"].pk})
    assert (other["state"], other["why"]) == ("unreadable", "number taken by another record")
    assert Crossing.objects.get().person == plant["林涛"]


def test_the_same_number_twice_in_one_batch_is_written_once(plant, post):
    row = record(plant["林涛"])
    assert [each["state"] for each in post.send(row, row)] == ["kept", "again"]


@pytest.mark.parametrize(
    "other",
    [
        {"forced": "认识他"},
        {"temperature": {"first": 389, "at": AT, "second": 0}},
        {"temperature": None},
        {"refusal": "other"},
        {"verdict": {"verdict": "stop", "reason": "held"}},
    ],
)
@pytest.mark.parametrize("together", [False, True])
def test_a_record_that_comes_again_with_other_words_is_an_open_item_and_the_first_stays(plant, post, other, together):
    plant.check_in("林涛")
    row = record(plant["林涛"])
    first, again = post.send(row, {**row, **other}) if together else post.send(row) + post.send({**row, **other})
    assert (first["state"], first["item"], again["state"]) == ("kept", None, "unreadable")
    assert again["why"] == "differs from the record kept" and OpenItem.objects.get().pk == again["item"]
    crossing = Crossing.objects.get()
    assert crossing.went and crossing.said["temperature"]["first"] == 365 and not crossing.forced
    assert post.send(row)[0]["state"] == "again" and post.send({**row, **other})[0]["item"] == again["item"]
    client = plant.signed_in(post.client, "孙丽", Role.DUTY_OFFICER)
    assert "与该编号已有的记录不一致" in client.get(reverse("gates:items")).content.decode()


def test_what_was_destroyed_is_compared_no_more(plant, post):
    post.send(row := record(plant["林涛"]))
    Crossing.objects.update(said=None)
    assert post.send(row)[0]["state"] == "again"


def test_a_line_told_more_than_a_week_later_is_flagged(plant, post):
    day = 86400
    post.send(record(plant["林涛"], at=AT - 390 * day, drift=0), record(plant["林涛"], at=AT - 6 * day, drift=0))
    assert list(Crossing.objects.order_by("at").values_list("flags", flat=True)) == ["told_late", ""]
    client = plant.signed_in(post.client, "孙丽", Role.DUTY_OFFICER)
    assert (
        "迟报超过 7 天"
        in client.get(reverse("gates:ledger"), {"last": "2019-01-20", "state": "flagged"}).content.decode()
    )


def test_a_revoked_token_asks_as_often_as_a_wrong_one(post, officer, one_minute):
    devices.revoke(post.device, by=officer)
    statuses = [post.get("ping").status_code for _n in range(40)]
    assert set(statuses[:20]) == {401} and statuses[-1] == 429


def test_a_clock_that_is_off_by_hours_is_set_right(plant, post):
    """The device is three hours behind and knew nothing of it."""
    post.send(record(plant["林涛"], at=AT - 3 * 3600 - 60, drift=None), sent_at=AT - 3 * 3600)
    row = Crossing.objects.get()
    assert row.at == NOW - timedelta(minutes=1)
    assert row.device_at == NOW - timedelta(hours=3, minutes=1)
    assert row.flags == "clock_wrong"
    post.device.refresh_from_db()
    assert post.device.drift == -3 * 3600


def test_nobody_crosses_in_the_future(plant, post):
    post.send(record(plant["林涛"], at=AT + 9 * 3600))
    assert Crossing.objects.get().at == NOW


def test_a_batch_asks_as_much_for_forty_as_for_four(plant, post):
    people = [plant[name] for name in ("陈立", "周文斌", "高建军", "徐振华")]
    rows = [record(people[n % 4], at=AT - n) for n in range(40)]
    with CaptureQueriesContext(connection) as few:
        post.send(*rows[:4])
    with CaptureQueriesContext(connection) as many:
        post.send(*rows[4:])
    assert len(many) <= len(few)


@pytest.mark.parametrize("name", ["crossings", "ping", "bundle", "handover"])
def test_a_revoked_device_is_told_so_on_every_call_and_writes_nothing(plant, post, officer, name):
    devices.revoke(post.device, by=officer)
    send = (
        post.get if name in ("ping", "bundle") else lambda name: post.post(name, {"sent_at": AT, "records": [record()]})
    )
    answer = send(name)
    assert (answer.status_code, answer.json()["revoked"]) == (401, True)
    assert Crossing.objects.count() == 0


@pytest.mark.parametrize("count", [1, 2])
def test_what_another_process_revoked_a_moment_ago_writes_nothing_either(plant, post, count):
    plant.check_in("林涛")
    post.send(record(plant["林涛"], at=AT - 60))  # the device is known here now
    Device.objects.filter(pk=post.device.pk).update(revoked_at=NOW)
    rows = [record(plant["林涛"], at=AT - 30 + n, direction="out") for n in range(count)]
    answer = post.post("crossings", {"sent_at": AT, "records": rows})
    assert (answer.status_code, answer.json()["revoked"]) == (401, True)
    assert Crossing.objects.count() == 1 and post.post("crossings", {"sent_at": AT, "records": []}).status_code == 401


@pytest.mark.parametrize("header", [None, "", "Device", "Device ", "Device nonsense", "Bearer x", "Device \xff"])
def test_a_stranger_is_sent_away(client, gates, header):
    headers = {} if header is None else {"Authorization": header}
    for name in ("ping", "bundle"):
        answer = client.get(reverse(f"gates:api_{name}"), headers=headers)
        assert answer.status_code == 401 and "revoked" not in answer.json()
    assert (
        client.post(reverse("gates:api_crossings"), "{}", content_type="application/json", headers=headers).status_code
        == 401
    )


def test_who_tries_many_tokens_has_to_wait(client, gates, one_minute):
    codes = [
        client.get(reverse("gates:api_ping"), headers={"Authorization": f"Device {n}"}).status_code for n in range(40)
    ]
    assert codes[0] == 401 and codes[-1] == 429


def test_a_handover_is_written_once_with_two_signatures(plant, post):
    told = {"uid": str(uuid.uuid4()), "at": AT, "gate": 1, "from": "林涛", "to": "韩冰", "queue": 0, "inside": 12, "keys": "3", "retests": 0,
            "holds": 1, "note": "", "signed_out": "林涛", "signed_in": "韩冰"}  # fmt: skip
    assert post.post("handover", told).json()["state"] == "kept"
    assert post.post("handover", told).json()["state"] == "again"
    assert post.post("handover", {**told, "uid": str(uuid.uuid4()), "signed_in": "林涛"}).status_code == 400
    assert post.post("handover", {**told, "uid": "x"}).status_code == 400
