"""A new key to sign with: devices learn it from lists that the old one signs, passes of the old one end on a stated day."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.urls import reverse

from diba.core import gating
from diba.core.errors import BadInput
from diba.gates.actions import devices, expected, passes, signing
from diba.gates.models import Pass, SigningKey
from diba.plant import actions
from diba.plant.models import Record, Role

from ..conftest import NOW
from ..core.gating.test_judge import page as node  # noqa: F401
from .conftest import AT, record

DAY = timedelta(days=1)
PAGE = "/gates/devices/"

pytestmark = pytest.mark.usefixtures("own_gate_key")


def fetched(post, tag=""):
    """Return (lists, the key that signed them, their tag) as a device gets them that says it holds a tag."""
    answer = post.get("bundle", **({"If-None-Match": tag} if tag else {}))
    told = answer.json()
    raw = base64.b64decode(told["signed"])
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["key"])).verify(bytes.fromhex(told["signature"]), raw)
    return json.loads(raw), told, answer["ETag"]


def state_of(issued, at=AT):
    return gating.read(issued.text, plant=signing.plant_number(), at=at, good_until=signing.good_until)[0]


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Return committed(f): call f and do what waits for the commit."""

    def run(call):
        with django_capture_on_commit_callbacks(execute=True):
            return call()

    return run


def test_a_device_that_knows_the_old_key_alone_gets_lists_by_it_that_name_the_new_one(post, officer):
    lists, told, tag = fetched(post)
    old = told["key"]
    new = signing.rotate(NOW + DAY, by=officer).public
    lists, told, second = fetched(post, tag)
    assert (told["key"], lists["keys"], lists["signers"]) == (old, [new, old], [new])
    # The answer was lost on the way: it still holds the first ones, and the old key still speaks to it.
    assert fetched(post, tag)[1]["key"] == old and fetched(post)[1]["key"] == old
    # It holds the second ones, so it knows the new key, which alone signs from now on.
    lists, told, third = fetched(post, second)
    assert (told["key"], lists["signers"]) == (new, [new])
    assert post.get("bundle", **{"If-None-Match": third}).status_code == 304
    assert fetched(post, tag)[1]["key"] == new


def test_a_device_enrolled_after_the_change_gets_lists_by_the_new_key_at_once(post, enrolled, officer):
    new = signing.rotate(NOW + DAY, by=officer)
    assert fetched(enrolled("G2"))[1]["key"] == new.public
    assert list(devices.uninformed()) == [post.device]


def test_a_device_that_slept_through_two_changes_learns_the_newest_from_the_oldest(post, officer):
    _lists, told, tag = fetched(post)
    signing.rotate(NOW + DAY, by=officer)
    newest = signing.rotate(NOW + 2 * DAY, by=officer).public
    lists, told_then, second = fetched(post, tag)
    assert told_then["key"] == told["key"] and lists["signers"] == [newest]
    assert fetched(post, second)[1]["key"] == newest
    assert list(SigningKey.objects.order_by("id").values_list("passes_until", flat=True)) == [
        NOW + DAY,
        NOW + 2 * DAY,
        None,
    ]


def test_the_old_private_half_is_destroyed_when_nobody_waits_for_it(post, enrolled, officer, own_gate_key, committed):
    other = enrolled("G2")
    old, tag = signing.current(), fetched(post)[2]
    signing.rotate(NOW + DAY, by=officer)
    assert signing.older(old.public).stat().st_mode & 0o777 == own_gate_key.stat().st_mode & 0o777 == 0o600
    second = fetched(post, tag)[2]
    committed(lambda: fetched(post, second))
    assert signing.older(old.public).exists()  # the other gate has not heard of it
    committed(lambda: devices.revoke(other.device, by=officer))
    assert not signing.older(old.public).exists()


def test_passes_of_the_old_key_end_on_the_stated_day_and_reissued_ones_do_not(plant, post, officer):
    plant.check_in("林涛")
    [old] = passes.issue([plant["林涛"]], by=officer)
    [other] = passes.issue([plant["韩冰"]], by=officer)
    signing.rotate(NOW + DAY, by=officer)
    assert state_of(old) == state_of(old, AT + 86_399) == "ok" and state_of(old, AT + 86_400) == "expired"
    assert set(passes.of_old_keys()) == {plant["林涛"], plant["韩冰"]}
    [new] = passes.issue([plant["韩冰"]], by=officer)
    assert list(passes.of_old_keys()) == [plant["林涛"]] and new.key == signing.current()
    with actions.clock.at(NOW + DAY):
        assert passes.own_pass(plant["林涛"]) is None and passes.own_pass(plant["韩冰"]) == new
        assert plant["林涛"] in passes.without_pass() and plant["韩冰"] not in passes.without_pass()
        assert list(passes.found(state="valid")) == [new] and old in passes.found(state="over")
    assert state_of(new, AT + 86_400) == "ok" and other.revocation.why == "reissued"


def test_the_server_judges_a_pass_of_the_old_key_by_its_day_one_record_or_many(plant, post, officer):
    plant.check_in("林涛")
    [old] = passes.issue([plant["林涛"]], by=officer)
    signing.rotate(NOW, by=officer)
    with actions.clock.at(NOW + timedelta(minutes=1)):
        refused = {"verdict": "stop", "reason": "pass_expired"}
        told = [
            record(plant["林涛"], pass_number=old.number, passed="ok", at=AT + second, **more)
            for second, more in ((58, {"verdict": refused}), (59, {}), (60, {"direction": "out"}))
        ]
        post.send(told[0], sent_at=AT + 60)  # alone, and nobody's eyes are needed: the short way where there is one
        post.send(*told[1:], sent_at=AT + 60)
    rows = plant["林涛"].crossings.order_by("at")
    assert [row.judged_reason for row in rows] == ["pass_expired", "pass_expired", "leaves"]


def test_a_key_is_changed_once_for_each_who_saw_the_one_before(officer, post):
    seen = signing.current().public[:12]
    signing.rotate(NOW + DAY, by=officer, instead_of=seen)
    for until, more in ((NOW + DAY, {"instead_of": seen}), (NOW - DAY, {}), (NOW + 500 * DAY, {})):
        with pytest.raises(BadInput):
            signing.rotate(until, by=officer, **more)
    assert SigningKey.objects.filter(retired_at=None).count() == 1 and SigningKey.objects.count() == 2


def test_the_page_of_the_devices_changes_the_key_and_says_who_does_not_know_it(
    plant, client, post, officer, own_gate_key
):
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    [issued] = passes.issue([plant["林涛"]], by=officer)
    tag = fetched(post)[2]
    was = signing.current()
    assert "还不认得" not in desk.get(PAGE).content.decode()
    assert (
        "400 天"
        in desk.post(PAGE, {"do": "key", "key-was": was.public[:12], "key-until": "2030-01-01"}).content.decode()
    )
    said = {"do": "key", "key-was": was.public[:12], "key-until": "2020-02-20"}
    assert desk.post(PAGE, said).status_code == 302
    was.refresh_from_db()
    assert was.passes_until == actions.day_start(NOW.date() + 7 * DAY) and was.retired_at == NOW
    page = desk.get(PAGE).content.decode()
    assert "1 台终端还不认得它" in page and "还有 1 张在用" in page and signing.current().public[:12] in page
    assert "已被别人更换" in desk.post(PAGE, said).content.decode() and SigningKey.objects.count() == 2
    page = desk.get(reverse("gates:passes")).content.decode()
    assert "换发 1 张" in page and "随密钥到期" in page
    desk.post(reverse("gates:passes"), {"do": "anew", "anew-days": "90"})
    assert not passes.of_old_keys().exists() and passes.own_pass(plant["林涛"]) != issued
    fetched(post, fetched(post, tag)[2])
    assert "还不认得" not in desk.get(PAGE).content.decode()
    assert Record.objects.get(verb="gatekey.rotated").detail == "until=2020-02-21"


def test_a_device_whose_key_is_lost_altogether_must_be_enrolled_anew(plant, client, post, own_gate_key):
    fetched(post)
    own_gate_key.unlink()  # and no copy of it: the next signature makes a new one
    page = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER).get(PAGE).content.decode()
    assert "须重新登记" in page


def test_a_day_left_empty_ends_the_old_passes_at_once(plant, client, post, officer):
    [old] = passes.issue([plant["林涛"]], by=officer)
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    desk.post(PAGE, {"do": "key", "key-was": "", "key-until": ""})
    assert SigningKey.objects.count() == 1  # a key that nobody saw is not changed
    desk.post(PAGE, {"do": "key", "key-was": signing.current().public[:12], "key-until": ""})
    assert state_of(old) == "expired" and passes.own_pass(plant["林涛"]) is None


def test_the_guard_s_page_learns_the_new_key_and_believes_neither_the_old_one_nor_a_stranger_after(
    plant, post, officer, node, tmp_path  # noqa: F811
):  # fmt: skip
    [old] = passes.issue([plant["林涛"]], by=officer)
    first, tag = fetched(post)[1:]
    stolen = Ed25519PrivateKey.from_private_bytes(signing.path().read_bytes())
    signing.rotate(NOW + DAY, by=officer)
    [new] = passes.issue([plant["韩冰"]], by=officer)
    second, tag = fetched(post, tag)[1:]
    third, _tag = fetched(post, tag)[1:]

    def by(key):
        raw = base64.b64decode(third["signed"])
        return {
            "signed": third["signed"],
            "signature": key.sign(raw).hex(),
            "key": key.public_key().public_bytes_raw().hex(),
        }

    forged = gating.text_of(gating.pack(gating.Pass(signing.plant_number(), "person", 9, 9, AT - AT % 60, AT - AT % 60 + 600)), bytes(64))  # fmt: skip
    texts = [old.text, new.text, forged]
    got = [first, second, by(Ed25519PrivateKey.generate()), third, by(stolen)]
    envelopes = [{"envelope": each, "scans": texts, "at": AT} for each in got]
    envelopes.insert(4, {"envelope": third, "scans": texts, "at": AT + 86_400})
    told = node({"rules": [], "facts": [], "scans": [], "trusted": devices.welcome(post.device)["keys"][1:], "envelopes": envelopes})["believed"]  # fmt: skip
    key, newest = first["key"], third["key"]
    assert told[0] == {"trusted": [key], "states": ["ok", "forged", "forged"]}
    assert told[1] == {"trusted": [newest, key], "states": ["ok", "ok", "forged"]}
    assert told[2] is None  # a stranger's
    assert told[3] == {"trusted": [newest], "states": ["ok", "ok", "forged"]}
    assert told[4] == {"trusted": [newest], "states": ["expired", "ok", "forged"]}
    assert told[5] is None  # the old key signs no lists any more


def guests(officer, host):
    """Return (the pass of a visit, that of a vehicle)."""
    span = {"begins_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=9)}
    visit = expected.announce(by=officer, host=host, name="来客", purpose="送货", declared="无", **span)
    expected.answer(visit, True, by=officer)
    van = expected.expect_vehicle(by=officer, plate="甘A12345", **span)
    return visit.passes.get(), van.passes.get()


def test_visitors_and_vehicles_get_new_passes_for_the_time_they_had(plant, officer, client, post):
    of_visit, of_van = guests(officer, plant["林涛"])
    signing.rotate(NOW + timedelta(hours=2), by=officer)
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    assert "换发 2 张" in desk.get("/gates/passes/").content.decode()
    answer = desk.post("/gates/passes/", {"do": "anew", "anew-days": 30}, follow=True)
    assert "已签发 2 张" in answer.content.decode()
    for old in (of_visit, of_van):
        old.refresh_from_db()
        new = Pass.objects.get(kind=old.kind, revocation=None)
        assert (new.begins_at, new.ends_at, new.zones, new.once) == (old.begins_at, old.ends_at, old.zones, old.once)
        assert old.revocation.why == "reissued" and new.key == signing.current() and new.number != old.number
        assert state_of(new, AT + 3 * 3600) == "ok" and state_of(old, AT + 3 * 3600) == "expired"
    assert passes.issue_anew(by=officer) == [] and 'value="anew"' not in desk.get("/gates/passes/").content.decode()


def test_a_pass_for_one_entry_that_is_used_is_not_given_again(plant, officer, post):
    of_visit, _of_van = guests(officer, plant["林涛"])
    visit = {"kind": "visitor", "visit": of_visit.visit_id, "pass_number": of_visit.number, "passed": "ok"}
    post.send(record(None, **visit))
    signing.rotate(NOW + timedelta(hours=2), by=officer)
    assert [row.kind for row in passes.issue_anew(by=officer)] == ["vehicle"]
    of_visit.refresh_from_db()
    assert not hasattr(of_visit, "revocation")
