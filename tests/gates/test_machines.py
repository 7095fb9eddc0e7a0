"""Turnstiles, thermometers and plate cameras: tokens with scopes, rates, the document of the API, and a fake machine each."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.gates.actions import devices, expected, machines, passes
from diba.gates.models import Crossing, Device, Machine, MachineReading, OpenItem, Pass, Presence
from diba.plant import actions
from diba.plant.models import Role

from ..conftest import NOW
from .conftest import AT, record
from .fake_machines import ALL, FAKES, ROOT, ask, measure, sender
from .fake_machines import his_pass as his_pass
from .fake_machines import send as send


def test_a_turnstile_turns_for_a_good_pass_once_however_often_it_asks(plant, send, his_pass):
    turnstile, number = FAKES.Turnstile(send(["passages", "readings"])), str(uuid.uuid4())
    assert FAKES.Thermometer(turnstile.send).measure(36.4, at=AT)[1]["state"] == "kept"
    opens = [turnstile.scan(his_pass.text, uid=number, at=AT) for _n in range(4)]
    assert [answer["state"] for _open, answer in opens] == ["kept", "again", "again", "again"]
    assert all(opened for opened, _answer in opens) and opens[0][1]["words"] == "可以进入" and turnstile.turned == 1
    row = Crossing.objects.get()
    assert (row.person, row.went, row.judged, row.pass_number) == (plant["林涛"], True, "pass", his_pass.number)
    assert row.said["temperature"]["first"] == 364 and Presence.objects.get().inside and not OpenItem.objects.exists()


@pytest.mark.parametrize("fault", ["forged", "revoked", "held", "unreadable"])
def test_a_turnstile_stays_shut_with_the_reason_and_the_ledger_knows(plant, send, his_pass, officer, fault):
    text = his_pass.text
    if fault == "forged":
        text = text[:-4] + ("AAAA" if text[-4:] != "AAAA" else "BBBB")
    elif fault == "revoked":
        passes.revoke(his_pass, "lost", by=officer)
    elif fault == "held":
        actions.hold(plant["林涛"], "contact", by=officer)
    else:
        text = "http://example"
    turnstile = FAKES.Turnstile(send(["passages"]))
    opened, answer = turnstile.scan(text, at=AT)
    assert not opened and answer["reason"] in (fault, f"pass_{fault}") and turnstile.turned == 0
    assert not Crossing.objects.get().went and not Presence.objects.filter(inside=True).exists()


def test_a_turnstile_is_opened_by_the_servers_moment_and_never_by_an_old_event(plant, send, his_pass, officer):
    post = send(ALL)
    assert ask(post, at=AT - 3 * 3600) == (200, False, "late") and ask(post, at=AT - 121) == (200, False, "late")
    assert not Crossing.objects.filter(went=True).exists() and not Presence.objects.filter(inside=True).exists()
    assert Crossing.objects.order_by("at").first().at == NOW - timedelta(hours=3)
    with actions.clock.at(NOW + timedelta(seconds=90)):
        passes.revoke(his_pass, "lost", by=officer)
        told = {"uid": str(uuid.uuid4()), "at": AT - 20, "direction": "in", "pass": his_pass.text}
        measure(post, 36.5)
        answer = post("passages", told)[1]
    assert (answer["open"], answer["reason"]) == (False, "pass_revoked")


def test_the_same_number_opens_again_for_two_minutes_only(plant, send, his_pass):
    post, number = send(ALL), str(uuid.uuid4())
    measure(post, 36.5)
    told = {"uid": number, "at": AT, "direction": "in", "pass": his_pass.text}
    assert post("passages", told)[1]["open"]
    for seconds, opens in ((60, True), (600, False)):
        with actions.clock.at(NOW + timedelta(seconds=seconds)):
            answer = post("passages", told)[1]
            assert (answer["state"], answer["open"]) == ("again", opens)


@pytest.mark.parametrize("other", ["person", "direction", "pass", "plate", "reading"])
def test_a_number_of_another_event_opens_nothing_and_writes_nothing(plant, send, his_pass, officer, other, caplog):
    post, number = send(ALL), str(uuid.uuid4())
    plant.check_in("陈立")
    measure(post, 36.5)
    assert ask(post, number=number)[1]
    before = (Crossing.objects.count(), OpenItem.objects.count(), Presence.objects.count())
    path, told = "passages", {"uid": number, "direction": "in", "staff_no": "1010"}
    if other == "person":
        told["staff_no"] = "1000"
    elif other == "direction":
        told["direction"] = "out"
    elif other == "pass":
        told = {"uid": number, "direction": "in", "pass": his_pass.text}
    elif other == "plate":
        path, told = "plates", {"uid": number, "direction": "in", "plate": "甘A12345"}
    else:
        path, number = "readings", str(uuid.uuid4())
        measure(post, 36.5, number=number)
        told = {"uid": number, "celsius": 39.0, "staff_no": "1010"}
    status, answer = post(path, told)
    assert (status, answer["open"]) == (409, False) and number in caplog.text
    assert (Crossing.objects.count(), OpenItem.objects.count(), Presence.objects.filter(inside=True).count()) == (
        *before[:2],
        1,
    )


@pytest.mark.parametrize("direction", ["in", "out"])
def test_a_vehicles_pass_opens_no_turnstile(plant, send, officer, post, direction):
    span = {"begins_at": plant.now - timedelta(hours=1), "ends_at": plant.now + timedelta(hours=8)}
    row = expected.expect_vehicle(by=officer, plate="甘A12345", owner="x", driver="马师傅", **span)
    number = Pass.objects.get(vehicle=row)
    wash = {"kind": "vehicle", "vehicle": row.pk, "plate": "甘A12345", "driver": "马师傅", "disinfected": True}
    post.send(record(**wash, at=AT - 60, direction="out", temperature=None))
    told = {"uid": str(uuid.uuid4()), "direction": direction, "pass": number.text}
    answer = send(ALL)("passages", told)[1]
    assert (answer["open"], answer["verdict"], answer["reason"]) == (False, "stop", "vehicle_pass")
    assert answer["words"] == "车辆通行证，不开人行通道"
    assert send(ALL)("plates", {"uid": str(uuid.uuid4()), "direction": "in", "plate": "甘A12345"})[1]["open"]


def test_a_camera_lifts_for_a_vehicle_that_is_expected_and_disinfected(plant, send, officer, post):
    span = {"begins_at": plant.now - timedelta(hours=1), "ends_at": plant.now + timedelta(hours=8)}
    row = expected.expect_vehicle(by=officer, plate="甘A12345", owner="x", driver="马师傅", **span)
    camera = FAKES.Camera(send(["plates"]))
    assert camera.see("甘A·99999", at=AT)[1]["reason"] == "not_booked"
    opened, answer = camera.see("甘a12345", at=AT)
    assert not opened and answer["reason"] == "disinfect"
    wash = {
        "kind": "vehicle",
        "vehicle": row.pk,
        "plate": "甘A12345",
        "driver": "马师傅",
        "disinfected": True,
        "at": AT - 60,
    }
    post.send(record(**wash, direction="out", temperature=None))
    opened, answer = camera.see("甘A12345", at=AT + 5)
    assert opened, answer
    assert Crossing.objects.filter(vehicle=row, went=True, direction="in").count() == 1


def test_a_vehicle_that_stayed_longer_leaves_by_the_booking_on_which_it_came_in(plant, send, officer, post):
    first, second = [
        expected.expect_vehicle(by=officer, plate="甘A12345", driver="马师傅", begins_at=plant.now + timedelta(hours=n), ends_at=plant.now + timedelta(hours=n + 1))
        for n in (-5, -1)
    ]  # fmt: skip
    post.send(
        record(kind="vehicle", vehicle=first.pk, plate="甘A12345", driver="马师傅", disinfected=True, at=AT - 17000)
    )
    told, ask = {"uid": str(uuid.uuid4()), "at": AT, "direction": "out", "plate": "甘A12345"}, send(["plates"])
    answers = [ask("plates", told)[1] for _n in range(2)]
    assert [(answer["state"], answer["open"]) for answer in answers] == [("kept", True), ("again", True)]
    assert Crossing.objects.get(direction="out").vehicle == first != second and not Presence.objects.get().inside


def test_a_token_opens_its_scopes_alone_and_none_of_the_guards_addresses(client, send, enrolled, officer):
    post = send(["readings"])
    told = {"uid": str(uuid.uuid4()), "at": AT, "direction": "in", "plate": "甘A12345"}
    status, answer = post("plates", told)
    assert status == 403 and answer == {"error": "this token has no scope plates"}
    machine, token = machines.make_token(Device.objects.first().gate, "x", ALL, by=officer)
    assert token not in (machine.token_hash, machine.device.token_hash) and len(machine.token_hash) == 64
    for scheme in ("Device", "Bearer"):
        assert (
            client.get(reverse("gates:api_bundle"), headers={"Authorization": f"{scheme} {token}"}).status_code == 401
        )
    guard = sender(client, enrolled("G2").token)
    assert guard("plates", told)[0] == 401 and sender(client, "x")("plates", told)[0] == 401
    devices.revoke(machine.device, by=officer)
    assert sender(client, token)("plates", told)[0] == 401 and not Crossing.objects.exists()


def test_too_many_requests_and_too_many_wrong_tokens_wait(client, send, one_minute):
    post = send(["readings"], a_minute=3)
    statuses = [post("readings", {"uid": str(uuid.uuid4()), "celsius": 36.5})[0] for _n in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    answer = client.post(
        ROOT + "readings", "{}", content_type="application/json", headers={"Authorization": "Bearer x"}
    )
    for _n in range(40):
        answer = client.post(
            ROOT + "readings", "{}", content_type="application/json", headers={"Authorization": "Bearer x"}
        )
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("path", "told", "status", "words"),
    [
        ("passages", {"direction": "up", "pass": "x"}, 422, "direction"), ("passages", {"direction": "in"}, 400, "either"),
        ("passages", {"direction": "in", "staff_no": "0000"}, 400, "staff_no"), ("passages", {"direction": "in", "pass": "x", "at": AT - 10**6}, 400, "at"),
        ("passages", {"direction": "in", "pass": "x", "at": AT + 10**4}, 400, "at"), ("passages", {"direction": "in", "pass": "x" * 500}, 422, "pass"),
        ("readings", {"celsius": 55}, 422, "celsius"), ("readings", {"celsius": "warm"}, 422, "celsius"), ("readings", {"celsius": 31.0}, 400, "first"),
        ("plates", {"direction": "in", "plate": ""}, 422, "plate"), ("plates", {"direction": "in", "plate": "x", "uid": "7"}, 422, "uid"),
    ],
)  # fmt: skip
def test_what_a_machine_says_wrong_is_named_and_writes_nothing(send, path, told, status, words):
    found, answer = send(ALL)(path, {"uid": str(uuid.uuid4()), **told})
    assert found == status and words in answer["error"], answer
    assert not Crossing.objects.exists() and not MachineReading.objects.exists()


def test_a_body_that_is_no_json_and_a_number_of_another_machine_are_refused(client, send, his_pass):
    post, other, number = send(ALL), send(ALL, gate="G2"), str(uuid.uuid4())
    told = {"uid": number, "at": AT, "direction": "in", "pass": his_pass.text}
    assert post("passages", told)[0] == 200 and other("passages", told) == (409, {"error": "uid: taken", "open": False})
    _machine, token = machines.make_token(Device.objects.first().gate, "x", ALL, by=None)
    headers = {"Authorization": f"Bearer {token}"}
    for body in ("{", "[]", '"x"', b"\xff\xfe", "nul\0"):
        answer = client.post(ROOT + "passages", body, content_type="application/json", headers=headers)
        assert answer.status_code in (400, 422), body


def test_the_document_says_what_the_server_does(client, send, his_pass):
    document = client.get(ROOT + "openapi.json").json()
    assert document["openapi"].startswith("3.") and set(document["paths"]) == {ROOT + name for name in ALL}
    assert {scheme["scheme"] for scheme in document["components"]["securitySchemes"].values()} == {"bearer"}
    for name, path in document["paths"].items():
        assert set(path) == {"post"} and {"200", "400", "401", "403", "422", "429"} <= set(path["post"]["responses"]), (
            name
        )
        assert path["post"]["security"] and path["post"]["summary"]
    answer = FAKES.Turnstile(send(["passages"])).scan(his_pass.text, at=AT)[1]
    said = document["components"]["schemas"]["Judged"]
    assert set(answer) == set(said["properties"]) == set(said["required"])
    assert client.get(ROOT + "docs").status_code == 404


def test_the_office_makes_a_token_shown_once_and_others_do_not(plant, gates, client):
    client = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    form = {
        "do": "machine",
        "machine-gate": gates["G1"].pk,
        "machine-name": "1 号闸机",
        "machine-scopes": ["passages"],
        "machine-a_minute": 60,
        "machine-unmeasured": "on",
    }
    page = client.post(reverse("gates:devices"), form).content.decode()
    machine = Machine.objects.get()
    assert machine.unmeasured and "无测温的闸机" in page
    token = page.split('readonly value="')[1].split('"')[0]
    assert devices.digest(token) == machine.token_hash and "闸机：询问并登记通行" in page
    assert token not in client.get(reverse("gates:devices")).content.decode()
    for bad in (
        {"machine-scopes": ["root"]},
        {"machine-scopes": []},
        {"machine-gate": "9" * 20},
        {"machine-a_minute": 0},
    ):
        assert client.post(reverse("gates:devices"), {**form, **bad}).status_code == 200
    assert Machine.objects.count() == 1
    client = plant.signed_in(client, "孙丽", Role.GUARD)
    assert client.post(reverse("gates:devices"), form).status_code == 403


def test_without_an_answer_the_turnstile_stays_shut(monkeypatch):
    def silent(path, told):
        raise OSError

    monkeypatch.setattr("time.sleep", lambda seconds: None)
    assert FAKES.Turnstile(silent).scan("x") == (False, None)


@pytest.mark.parametrize("plate", [" · ", "\0", "·-.", "??"])
def test_a_plate_of_which_nothing_is_left_is_refused_and_writes_nothing(plant, send, plate):
    told = {"uid": str(uuid.uuid4()), "direction": "in", "plate": plate}
    assert send(["plates"])("plates", told) == (400, {"error": "plate: empty"})
    assert not Crossing.objects.exists() and not OpenItem.objects.exists()


def test_a_nul_in_what_a_machine_says_is_refused_in_words_of_json(plant, send, client):
    told = {"uid": str(uuid.uuid4()), "direction": "in", "staff_no": "10\x0010"}
    assert send(ALL)("passages", told) == (400, {"error": "staff_no: nobody"})
    told = {"uid": str(uuid.uuid4()), "celsius": 36.5, "staff_no": "\0"}
    assert send(ALL)("readings", told) == (400, {"error": "staff_no: nobody"})
    told = {"uid": str(uuid.uuid4()), "direction": "in", "pass": "DB\0"}
    assert send(ALL)("passages", told)[1]["reason"] == "pass_unreadable"
    assert (
        send(ALL)("plates", {"uid": str(uuid.uuid4()), "direction": "in", "plate": "甘A\x0012345"})[1]["reason"]
        == "not_booked"
    )
    assert Crossing.objects.get(kind="vehicle").said["plate"] == "甘A12345"


def test_the_document_says_that_a_repeat_opens_again_so_that_a_machine_turns_once_for_each_number(client, plant):
    document = client.get(ROOT + "openapi.json").json()
    assert "once for each `uid`, not once for each answer" in document["info"]["description"]
    judged = document["components"]["schemas"]["Judged"]["properties"]
    assert "once for each uid" in judged["open"]["description"] and "again" in judged["state"]["description"]
