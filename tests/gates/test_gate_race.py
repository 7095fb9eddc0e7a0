"""One pass at several turnstiles or phones at one moment: one opens, the others are judged after it, on either database."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, connections

from diba.gates.actions import absorbing, expected, machines, passes
from diba.gates.models import Crossing, Device, Gate, Machine, Presence
from diba.plant import actions
from diba.plant.models import Role

from ..conftest import NOW, small_plant
from ..rosters.test_swap_race import on_disk
from .conftest import AT, gates, officer, record

AGAIN = {"inside_already", "pass_used"}
plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())
__all__ = ["gates", "officer"]


def at_once(path, monkeypatch, *acts):
    """Do these at the same moment, each in a thread of its own; return what each gave, and what `left` reads afterwards."""
    monkeypatch.setitem(connections.settings, "default", on_disk(path))
    together, given, found = threading.Barrier(len(acts)), [], []

    def work(act):
        close_old_connections()
        with actions.clock.at(NOW):
            together.wait(10)
            given.append(act())
            together.wait(30)
            found.append((
                Presence.objects.filter(inside=True).count(),
                sorted(Crossing.objects.values_list("judged", "judged_reason")),
            ))  # fmt: skip
        connection.close()

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == len(acts), given
    return given, found[0]


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
    answers, (inside, _lines) = at_once(
        tmp_path / "scan.sqlite3", monkeypatch, *[lambda pk=pk: scan(pk, text) for pk in ids]
    )
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
    states, (inside, lines) = at_once(tmp_path / "phones.sqlite3", monkeypatch, *acts)
    assert states == ["kept"] * 4 and inside == 1
    assert [verdict for verdict, _why in lines].count("pass") == 1 and {why for _verdict, why in lines} - {
        "enters"
    } <= AGAIN
