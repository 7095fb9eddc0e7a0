"""One pass at several turnstiles or phones at one moment: one opens, the others are judged after it, on either database."""

import uuid
from datetime import timedelta

import pytest

from diba.gates.actions import absorbing, devices, expected, machines, passes
from diba.gates.models import Crossing, Device, Gate, Machine, Presence, Visit
from diba.plant.models import Role

from ..at_once import at_once, done, on_disk
from ..conftest import NOW, small_plant
from .conftest import AT, gates, officer, record

AGAIN = {"inside_already", "pass_used"}
plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())
__all__ = ["gates", "officer"]


def left():
    """Return how many are inside afterwards, and how each crossing was judged."""
    inside = Presence.objects.filter(inside=True).count()
    return inside, sorted(Crossing.objects.values_list("judged", "judged_reason"))


@pytest.fixture
def guest_pass(plant, gates, officer):
    host = plant.account("陈立", Role.EMPLOYEE)
    span = {"begins_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=4)}
    visit = expected.announce(by=host, host=host.person, name="来客", declared="无", **span)
    return visit.passes.get()


def scan(pk, text):
    machine = Machine.objects.select_related("device__gate__zone").get(pk=pk)
    return machines.passage(machine, uuid.uuid4(), AT, "in", text=text)


@pytest.mark.parametrize("whose", ["staff", "guest"])
def test_six_turnstiles_at_one_moment_open_once(plant, gates, officer, guest_pass, whose, tmp_path, monkeypatch):
    plant.check_in("林涛")
    text = guest_pass.text if whose == "guest" else passes.issue([plant["林涛"]], by=officer)[0].text
    ids = [machines.make_token(gates["G1"], "闸机", ["passages"], unmeasured=True, by=officer)[0].pk for _n in range(6)]
    acts = [lambda pk=pk: scan(pk, text) for pk in ids]
    answers, (inside, _lines) = at_once(monkeypatch, on_disk(tmp_path / "scan.sqlite3"), acts, left)
    assert sorted(answer.open for answer in answers) == [False] * 5 + [True], answers
    assert {answer.reason for answer in answers if not answer.open} <= AGAIN and inside == 1


@pytest.mark.parametrize("whose", ["staff", "guest"])
def test_four_phones_at_one_moment_are_judged_one_after_the_other(
    plant, gates, guest_pass, whose, tmp_path, monkeypatch
):
    plant.check_in("林涛")
    device = Device.objects.create(
        name="手机", gate=Gate.objects.get(code="G1"), token_hash="x", enrolled_at=NOW, heard_at=NOW
    )
    guest = {"kind": "visitor", "visit": guest_pass.visit_id, "pass_number": guest_pass.number, "passed": "ok"}
    rows = [record(None, **guest) if whose == "guest" else record(plant["林涛"]) for _n in range(4)]
    acts = [lambda row=row: absorbing.absorb(device, [row], drift=0)[0].state for row in rows]
    states, (inside, lines) = at_once(monkeypatch, on_disk(tmp_path / "phones.sqlite3"), acts, left)
    assert states == ["kept"] * 4 and inside == 1
    assert [verdict for verdict, _why in lines].count("pass") == 1 and {why for _verdict, why in lines} - {
        "enters"
    } <= AGAIN


def test_two_who_announce_the_same_visitor_at_one_moment_make_one_visit(plant, officer, tmp_path, monkeypatch):
    span = {"begins_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=4)}
    acts = [
        done(lambda name=name: expected.announce(by=officer, host=plant["林涛"], name=name, purpose="维保", **span))
        for name in ("李工", "李 工")
    ]
    states, after = at_once(monkeypatch, on_disk(tmp_path / "visit.sqlite3"), acts, Visit.objects.count)
    assert (sorted(states), after) == (["announced", "done"], 1)


def test_two_devices_enrolled_at_one_gate_at_one_moment_have_two_names(plant, gates, officer, tmp_path, monkeypatch):
    codes = [devices.make_code(gates["G1"], by=officer)[1] for _n in range(2)]
    acts = [done(lambda code=code: devices.enrol(code, "PC", "post/1")) for code in codes]

    def names():
        return sorted(Device.objects.values_list("name", flat=True))

    states, after = at_once(monkeypatch, on_disk(tmp_path / "enrol.sqlite3"), acts, names)
    assert (states, after) == (["done", "done"], ["PC", "PC 2"])
