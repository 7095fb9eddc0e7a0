"""Devices are enrolled by a code, and judge by signed lists that hold what a guard needs and no more."""

import base64
import gzip
import json
import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.core import gating
from diba.gates.actions import absorbing, devices, expected, passes, signing
from diba.gates.actions import lists as module
from diba.gates.models import Device
from diba.plant import actions
from diba.plant.models import Person

from ..conftest import NOW
from .conftest import AT, record


def enrol(client, code, **more):
    return client.post(
        reverse("gates:api_enrol"),
        json.dumps({"code": code, "name": "1 号手机", "app": "1.0", **more}),
        content_type="application/json",
    )


def lists(post, **headers):
    answer = post.get("bundle", **headers)
    told = answer.json()
    raw = base64.b64decode(told["signed"])
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["key"])).verify(bytes.fromhex(told["signature"]), raw)
    return json.loads(raw)


def leaves(found):
    """Return every value that stands in lists, whatever holds it."""
    if isinstance(found, dict | list):
        return [leaf for each in (found.values() if isinstance(found, dict) else found) for leaf in leaves(each)]
    return [found]


def test_a_code_enrols_one_device_once_within_a_quarter_of_an_hour(client, gates, officer):
    _row, code = devices.make_code(gates["G1"], by=officer)
    answer = enrol(client, code)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["gate"]["code"], len(bytes.fromhex(told["plant"]))) == ("G1", 4)
    assert devices.device_of(told["token"]).name == "1 号手机"
    assert enrol(client, code).status_code == 403
    _row, late = devices.make_code(gates["G1"], by=officer)
    with actions.clock.at(NOW + timedelta(minutes=16)):
        assert enrol(client, late).status_code == 403
    assert enrol(client, 7).status_code == 400


def test_neither_code_nor_token_stands_in_the_database(client, gates, officer):
    row, code = devices.make_code(gates["G1"], by=officer)
    token = enrol(client, code).json()["token"]
    row.refresh_from_db()
    assert code not in str(vars(row)) and token not in str(vars(row.device))


def test_the_lists_are_signed_and_say_who_may_come_in(plant, post, officer):
    plant.check_in("林涛")
    plant.check_in("韩冰", "38.9")
    actions.hold(plant["韩冰"], "suspected")
    found = lists(post)
    people = {row["name"]: row for row in found["people"]}
    due = int((NOW.replace(hour=9, minute=0) + timedelta(days=1)).timestamp())
    assert (people["林涛"]["health"], people["林涛"]["health_until"]) == ("ok", due)
    assert (people["韩冰"]["health"], people["韩冰"]["hold"]) == ("abnormal", "held")
    assert people["陈立"]["health"] == "missing"
    assert people["林涛"]["zones"] == ["LIVING", "WORKS"] and people["孙丽"]["zones"] == ["LIVING"]
    assert people["王芳"]["zones"] == ["LIVING", "WORKS"]  # as her husband's
    assert found["limits"]["threshold"] == 373
    assert gating.rules_from(found["rules"]) == gating.TABLE
    assert (found["watch"]["name"], found["gate"]["zone"]) == ("早班", "LIVING")


def test_why_somebody_is_held_is_nothing_that_a_device_is_told(plant, post, officer):
    """A guard's phone may be lost: it says which way is shut, and never of whom that he is a case or a contact."""
    held = {"韩冰": "suspected", "陈立": "confirmed", "林涛": "contact", "孙丽": "returnee", "王芳": "other"}
    for name, reason in held.items():
        actions.hold(plant[name], reason, by=officer)
    found = lists(post)
    words = {row["name"]: row["hold"] for row in found["people"] if row["name"] in held}
    assert words == {"韩冰": "held", "陈立": "held", "林涛": "held", "孙丽": "barred", "王芳": "barred"}
    assert not re.search("suspected|confirmed|contact|returnee", json.dumps(found))


def test_of_anybody_s_health_the_lists_hold_a_word_and_until_when(plant, post):
    plant.check_in("韩冰", "38.9", symptoms=["cough"], symptom_note="浑身发冷", whereabouts="兰州")
    found = lists(post)
    text = json.dumps(found, ensure_ascii=False)
    assert not re.search(r"38\.9|cough|浑身发冷|兰州", text)
    assert plant["林涛"].phone not in text
    assert 389 not in leaves(found) and 38.9 not in leaves(found)  # keys and codes of chance may hold its digits


def test_the_device_s_judge_and_the_server_s_see_the_same_person(plant, post, gates):
    plant.check_in("林涛")
    person = next(row for row in lists(post)["people"] if row["name"] == "林涛")
    names = ("zones", "hold", "hold_until", "health", "health_until", "turns", "left")
    facts = gating.facts_from({
        "at": AT, "direction": "in", "kind": "person", "zone": "LIVING", "lists_at": AT, "inside": "no",
        "person": {name: person[name] for name in names}, "temperature": {"first": 365, "at": AT},
    })  # fmt: skip
    assert gating.judge(facts).verdict == "pass"


def test_lists_that_are_known_are_not_sent_again_until_something_changes(plant, post):
    tag = post.get("bundle")["ETag"]
    assert post.get("bundle", **{"If-None-Match": tag}).status_code == 304
    plant.check_in("林涛")
    assert post.get("bundle", **{"If-None-Match": tag}).status_code == 200
    with actions.clock.at(NOW + timedelta(hours=2)):
        assert post.get("bundle", **{"If-None-Match": tag}).status_code == 200  # their age tells of the network


def test_the_lists_say_what_was_known_before_they_were_read_and_a_device_when_its_lines_were_kept(
    plant, post, monkeypatch
):
    plant.check_in("林涛")
    read, absorb = module._inside, absorbing.absorb

    def slowly(*told, **more):  # it takes five seconds, and somebody may come in meanwhile
        found = (read if len(told) == 1 else absorb)(*told, **more)
        monkeypatch.setattr(actions, "now", lambda: NOW + timedelta(seconds=5))
        return found

    monkeypatch.setattr(module, "_inside", slowly)
    assert lists(post)["made_at"] == AT
    monkeypatch.undo()
    monkeypatch.setattr(absorbing, "absorb", slowly)
    told = post.post("crossings", {"sent_at": AT, "queue": 1, "records": [record(plant["林涛"])]}).json()
    assert (told["server_at"], told["kept_at"]) == (AT, AT + 5)


def test_two_thousand_people_take_as_many_questions_as_twenty_and_fit_in_300_kB(plant, post):
    post.get("bundle")
    with CaptureQueriesContext(connection) as few:
        post.get("bundle")
    unit = plant["林涛"].unit
    Person.objects.bulk_create([Person(staff_no=f"x{n}", name=f"测试{n}", unit=unit) for n in range(2000)])
    with CaptureQueriesContext(connection) as many:
        answer = post.get("bundle", **{"Accept-Encoding": "gzip"})
    assert len(many) == len(few)
    assert len(answer.content) < 300_000
    assert len(json.loads(gzip.decompress(answer.content))["signed"]) > 2000


def test_a_lost_phone_s_pass_is_dead_with_the_next_lists_and_for_the_server_at_once(plant, post, officer):
    plant.check_in("林涛")
    [issued] = passes.issue([plant["林涛"]], by=officer)
    state, said = read(issued)
    assert (state, said.number, said.holder) == ("ok", issued.number, plant["林涛"].pk)
    passes.revoke(issued, "lost", by=officer)
    assert not passes.revoke(issued, "lost", by=officer)
    assert lists(post)["passes"]["revoked"] == [issued.number]
    post.send(record(plant["林涛"], pass_number=issued.number, passed="ok"))
    assert plant["林涛"].crossings.get().judged_reason == "pass_revoked"


def read(issued, at=AT):
    return gating.read(issued.text, plant=signing.plant_number(), at=at, good_until=signing.good_until)


def test_a_new_pass_kills_the_old_one(plant, officer):
    [old] = passes.issue([plant["林涛"]], by=officer)
    [new] = passes.issue([plant["林涛"]], by=officer)
    assert passes.own_pass(plant["林涛"]) == new
    old.refresh_from_db()
    assert old.revocation.why == "reissued"


def test_a_pass_nobody_issued_is_forged_to_the_server(plant, post):
    plant.check_in("林涛")
    post.send(record(plant["林涛"], pass_number=77, passed="ok"))
    assert plant["林涛"].crossings.get().judged_reason == "pass_forged"


def test_an_altered_pass_is_forged(plant, officer):
    [issued] = passes.issue([plant["林涛"]], by=officer)
    text = issued.text[:20] + ("A" if issued.text[20] != "A" else "B") + issued.text[21:]
    assert gating.read(text, plant=signing.plant_number(), at=AT, good_until=signing.good_until)[0] in (
        "forged",
        "unreadable",
        "other_plant",
    )


def test_a_ping_tells_the_office_of_the_clock_and_of_what_waits(post):
    for asked, found in (
        (f"?sent_at={AT + 10_800}&queue=7", (10_800, 7)), ("?sent_at=&queue=-1", (10_800, 7)), ("?sent_at=x&queue=99999999999", (10_800, 7)), (f"?sent_at={AT}", (0, 7)),
    ):  # fmt: skip
        assert post.client.get(f"/gates/api/ping{asked}", headers=post.headers).status_code == 200
        row = Device.objects.get()
        assert (row.drift, row.queue) == found


def test_a_ping_tells_that_the_device_was_heard_of(post):
    answer = post.get("ping")
    others = [{"name": "厂区大门", "heard_at": 0}]
    assert answer.json() == {
        "server_at": AT, "bundle": "", "revoked": False, "queue_seen": 0, "evacuation": False, "evacuation_at": 0, "gates": others, "news": "0.0",
    }  # fmt: skip


def test_a_ping_tells_that_somebody_is_held_or_rests_so_that_the_lists_are_asked_for_at_once(plant, post):
    told = [post.get("ping").json()["news"]]
    actions.hold(plant["林涛"], "suspected")
    told.append(post.get("ping").json()["news"])
    hot = {"first": 378, "at": AT, "second": 0, "second_at": 0, "method": "forehead"}
    resting = record(plant["陈立"], temperature=hot, verdict={"verdict": "wait", "reason": "high"})
    post.post("readings", {"sent_at": AT, "records": [resting]})
    told += [post.get("ping").json()["news"] for _n in range(2)]
    assert len(set(told)) == 3 and told[-1] == told[-2]


def test_whoever_is_inside_stands_in_the_lists_however_long_ago_his_visit_ended(plant, post, officer):
    when = {"by": officer, "begins_at": NOW, "ends_at": NOW + timedelta(hours=8)}
    host = plant["林涛"]
    visits = [expected.announce(host=host, name=name, purpose="检修", **when) for name in ("王师傅", "赵师傅")]
    vehicles = [expected.expect_vehicle(plate=plate, **when) for plate in ("甘A11111", "甘A22222")]
    post.send(
        record(kind="visitor", visit=visits[0].pk, name="王师傅"), record(kind="vehicle", vehicle=vehicles[0].pk, plate="甘A11111"), record(host)
    )  # fmt: skip
    with actions.clock.at(NOW + timedelta(days=40)):
        Person.objects.filter(pk=host.pk).update(left_on=actions.today() - timedelta(days=35))
        found = lists(post)
        assert [row["name"] for row in found["visits"]] == ["王师傅"]
        assert [row["plate"] for row in found["vehicles"]] == ["甘A11111"]
        assert host.pk in {row["id"] for row in found["people"]} and len(found["inside"]) == 3
        at = int(actions.now().timestamp())
        out = {"at": at, "direction": "out", "temperature": None, "verdict": {"verdict": "pass", "reason": "leaves"}}
        post.send(record(kind="visitor", visit=visits[0].pk, **out), record(kind="vehicle", vehicle=vehicles[0].pk, **out), record(host, **out), sent_at=at)  # fmt: skip
        found = lists(post)
        assert (found["visits"], found["vehicles"], found["inside"]) == ([], [], [])
        assert host.pk not in {row["id"] for row in found["people"]}


@pytest.mark.parametrize(("name", "query"), [("walkin", "uid"), ("ping", "sent_at"), ("ping", "queue")])
def test_a_nul_in_a_device_s_address_is_refused_as_json_that_names_the_field(post, name, query):
    answer = post.client.get(reverse(f"gates:api_{name}") + f"?{query}=%00", headers=post.headers)
    assert (answer.status_code, answer.json()) == (400, {"error": query})
    assert post.client.get(reverse("gates:api_enrol") + "?x%00=1").json() == {"error": "x"}
    assert post.client.get("/accounts/login/?next=%00")["Content-Type"].startswith("text/html")
