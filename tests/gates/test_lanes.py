"""What a turnstile makes of readings: his own and nobody's, the first too high and the second, within a lane and beside it."""

import json
import uuid
from base64 import b64decode
from datetime import timedelta

import pytest

from diba.gates.actions import lists
from diba.gates.models import Crossing, MachineReading, OpenItem
from diba.plant import actions

from ..conftest import NOW
from .conftest import AT, record
from .fake_machines import ALL, FAKES, ask, measure
from .fake_machines import his_pass as his_pass
from .fake_machines import send as send


def test_a_reading_goes_to_its_person_and_only_once(plant, send, his_pass):
    post = send(ALL)
    thermometer, turnstile = FAKES.Thermometer(post), FAKES.Turnstile(post)
    number = str(uuid.uuid4())
    assert [thermometer.measure(38.4, "1010", uid=number, at=AT)[1]["state"] for _n in range(2)] == ["kept", "again"]
    thermometer.measure(36.5, at=AT + 1)
    opened, answer = turnstile.scan(his_pass.text, at=AT + 2)
    assert not opened and answer["reason"] == "high"
    taken = MachineReading.objects.get(uid=number)
    assert taken.passage == uuid.UUID(answer["uid"]) and MachineReading.objects.filter(passage=None).count() == 1
    plant.check_in("陈立")
    assert post("passages", {"uid": str(uuid.uuid4()), "at": AT + 3, "direction": "in", "staff_no": "1000"})[1]["open"]
    assert not MachineReading.objects.filter(passage=None).exists()


def test_a_first_reading_too_high_stands_until_one_after_the_rest(plant, send):
    here, there = send(ALL), send(ALL, gate="G2")
    plant.check_in("林涛")
    measure(here, 38.9, staff_no="")
    assert ask(here) == (200, False, "high")
    for seconds in (1, 100, 599):
        with actions.clock.at(NOW + timedelta(seconds=seconds)):
            assert ask(here) == (200, False, "high") and ask(there) == (200, False, "high")
            measure(there, 36.2)
            assert ask(there) == (200, False, "high")
    with actions.clock.at(NOW + timedelta(minutes=11)):
        assert ask(here) == (200, False, "retest")
        measure(here, 36.4)
        assert ask(here) == (200, True, "enters")
    said = Crossing.objects.order_by("pk").last().said["temperature"]
    assert (said["first"], said["second"]) == (389, 364)


@pytest.mark.parametrize("hours, reason", [(7.9, "retest"), (8.1, "measure")])
def test_a_turnstile_forgets_a_first_reading_too_high_when_the_guards_do(plant, send, gates, hours, reason):
    post = send(ALL)
    plant.check_in("林涛")
    measure(post, 38.9)
    assert ask(post)[2] == "high"
    with actions.clock.at(NOW + timedelta(hours=hours)):
        assert ask(post) == (200, False, reason)
        half = json.loads(b64decode(lists.bundle(gates["G2"])[1]["signed"]))["half"]
        assert bool(half) == (reason == "retest")


def test_a_second_reading_too_high_at_a_turnstile_holds_him(plant, send):
    post = send(ALL)
    plant.check_in("林涛")
    measure(post, 38.9)
    assert ask(post)[2] == "high"
    with actions.clock.at(NOW + timedelta(minutes=11)):
        measure(post, 38.5)
        assert ask(post) == (200, False, "fever")
        assert [row.reason for row in actions.held([plant["林涛"].pk])] == ["suspected"]
        measure(post, 36.5)
        assert ask(post) == (200, False, "held")


def test_a_guards_reading_ends_what_a_machine_measured(plant, send, post):
    machine = send(ALL)
    plant.check_in("林涛")
    measure(machine, 38.9)
    assert ask(machine)[2] == "high"
    with actions.clock.at(NOW + timedelta(minutes=1)):
        post.send(record(plant["林涛"], at=AT + 50, direction="out"), sent_at=AT + 60)
        measure(machine, 36.4)
        assert ask(machine) == (200, True, "enters")


def test_a_turnstile_stays_shut_for_whom_a_guard_measured_too_high_until_his_second(plant, send, post):
    machine, high = send(ALL), {"first": 378, "at": AT, "second": 0, "second_at": 0}
    plant.check_in("林涛")
    resting = record(plant["林涛"], temperature=high, verdict={"verdict": "wait", "reason": "high"})
    assert post.post("readings", {"sent_at": AT, "records": [resting]}).status_code == 200
    measure(machine, 36.4)
    assert ask(machine) == (200, False, "high")
    with actions.clock.at(NOW + timedelta(minutes=11)):
        measure(machine, 36.4)
        assert ask(machine) == (200, True, "enters")
    said = Crossing.objects.order_by("pk").last().said["temperature"]
    assert (said["first"], said["second"]) == (378, 364)


def test_two_readings_before_one_passage_do_not_hide_the_first(plant, send):
    post = send(ALL)
    plant.check_in("林涛")
    measure(post, 38.9), measure(post, 36.3)
    assert ask(post) == (200, False, "high")


def test_whoever_was_not_measured_waits_unless_the_turnstile_has_no_thermometer(plant, send):
    plant.check_in("林涛")
    assert ask(send(ALL)) == (200, False, "measure")
    assert not Crossing.objects.get().went
    assert ask(send(ALL, unmeasured=True)) == (200, True, "measure")
    assert ask(send(ALL), direction="out") == (200, True, "leaves")


def test_a_reading_of_another_gate_or_of_minutes_ago_is_nobodys(send, his_pass):
    FAKES.Thermometer(send(["readings"], gate="G2")).measure(39.0, at=AT)
    FAKES.Thermometer(send(["readings"])).measure(36.4, at=AT - 300)
    _opened, answer = FAKES.Turnstile(send(["passages"])).scan(his_pass.text, at=AT)
    assert answer["reason"] == "measure"


def test_a_high_reading_of_nobody_is_not_erased_by_a_lower_one(plant, send):
    """Whoever was measured at the lane is the next to come in by it; the lower reading a second later is not his second."""
    post = send(ALL)
    plant.check_in("林涛"), plant.check_in("陈立")
    measure(post, 38.4, staff_no="")
    with actions.clock.at(NOW + timedelta(seconds=1)):
        measure(post, 36.4, staff_no="")
        assert ask(post) == (200, False, "high")
        measure(post, 36.4, staff_no="")
        assert ask(post) == (200, False, "high")
        measure(post, 36.4, staff_no="")
        assert ask(post, staff_no="1000") == (200, True, "enters")  # the reading was 林涛's, and the lane is free
    with actions.clock.at(NOW + timedelta(minutes=11)):
        measure(post, 36.4, staff_no="")
        assert ask(post) == (200, True, "enters")


@pytest.mark.parametrize("minutes, opens", [(3, False), (9, False), (11, True)])
def test_a_lane_stays_shut_after_a_high_reading_of_nobody_until_its_rest_is_over(plant, send, minutes, opens):
    post = send(ALL)
    plant.check_in("林涛")
    measure(post, 38.4, staff_no="")
    with actions.clock.at(NOW + timedelta(minutes=minutes)):
        measure(post, 36.4, staff_no="")
        assert ask(post) == (200, opens, "enters" if opens else "high")


def test_somebody_kept_out_for_another_reason_does_not_take_a_high_reading_with_him(plant, send, officer):
    post = send(ALL)
    plant.check_in("林涛"), plant.check_in("陈立")
    actions.hold(plant["陈立"], "contact", by=officer)
    measure(post, 38.4, staff_no="")
    assert ask(post, staff_no="1000") == (200, False, "held")
    assert post("passages", {"uid": str(uuid.uuid4()), "direction": "in", "pass": "http://x"})[1]["open"] is False
    measure(post, 36.4, staff_no="")
    assert ask(post) == (200, False, "high")
    assert not Crossing.objects.exclude(fever="").exclude(person=plant["林涛"]).exists()


def test_a_high_reading_of_nobody_is_said_to_be_somebodys_and_the_lane_is_free(plant, send):
    post, number = send(ALL), str(uuid.uuid4())
    plant.check_in("林涛"), plant.check_in("陈立")
    measure(post, 38.4, staff_no="", number=number)
    assert measure(post, 38.4, staff_no="1010", number=number) == 200  # the same number: whose it was
    assert measure(post, 38.4, staff_no="1000", number=number) == 409
    measure(post, 36.4, staff_no="")
    assert ask(post, staff_no="1000") == (200, True, "enters")
    measure(post, 36.4, staff_no="")
    assert ask(post) == (200, False, "high")


def test_a_lane_that_measures_for_itself_gives_no_reading_of_nobody_to_another(plant, send):
    first, second = send(ALL), send(ALL)
    plant.check_in("林涛"), plant.check_in("陈立"), plant.check_in("王芳")
    for lane in (first, second):
        measure(lane, 36.5, staff_no="")
        ask(lane, staff_no="1001")
    measure(second, 36.5, staff_no=""), measure(first, 38.4, staff_no="")
    assert ask(second, staff_no="1000") == (200, True, "enters")
    measure(first, 36.4, staff_no="")
    assert ask(first) == (200, False, "high")


def test_who_goes_out_leaves_a_high_reading_of_nobody_to_who_comes_in_and_is_looked_at(plant, send):
    post = send(ALL)
    plant.check_in("林涛")
    measure(post, 38.6, staff_no="")
    assert ask(post, staff_no="1000", direction="out") == (200, True, "leaves")
    assert ask(post, staff_no="1001", direction="out") == (200, True, "leaves")  # seen once: not of all who leave
    with actions.clock.at(NOW + timedelta(seconds=5)):
        measure(post, 36.6, staff_no="")
        assert ask(post) == (200, False, "high")
    item = OpenItem.objects.get()
    assert (item.kind, item.crossing.person, item.crossing.direction) == ("hot_exit", plant["陈立"], "out")


def test_a_high_reading_of_his_own_on_the_way_out_is_looked_at_and_no_case_yet(plant, send):
    post = send(ALL)
    measure(post, 38.6)
    assert ask(post, direction="out") == (200, True, "leaves")
    assert OpenItem.objects.get().kind == "hot_exit" and not actions.held([plant["林涛"].pk])


@pytest.mark.parametrize("staff_no", ["1010", ""])
def test_a_rest_begins_when_the_server_heard_of_the_reading_and_no_clock_ends_it(plant, send, staff_no):
    post = send(ALL)
    plant.check_in("林涛")

    def told(celsius, at):
        uid = str(uuid.uuid4())
        return post("readings", {"uid": uid, "at": at, "celsius": celsius, "staff_no": staff_no})[0]

    assert told(38.4, AT - 660) == 200
    assert told(36.4, AT) == 200
    assert ask(post) == (200, False, "high")
    with actions.clock.at(NOW + timedelta(minutes=6)):
        told(36.4, AT + 360 + 290)  # a clock that is ahead
        assert ask(post) == (200, False, "high")
    with actions.clock.at(NOW + timedelta(minutes=11)):
        told(36.4, AT + 660)
        assert ask(post) == (200, True, "enters")
