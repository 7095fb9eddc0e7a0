"""Whoever was measured too high at one gate is half measured at every gate: he gets his second reading, never a first one anew."""

import json
import uuid
from base64 import b64decode
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diba.gates.actions import lists, machines
from diba.gates.models import Crossing, FirstReading
from diba.plant import actions

from .conftest import AT, NOW, record

HOT = {"first": 378, "at": AT, "second": 0, "second_at": 0, "method": "forehead"}


def rests(person=None, **changed):
    """Return the case of somebody who rests at a gate after a first reading too high."""
    wait = {"verdict": "wait", "reason": "high", "next": "rest", "until": AT + 600, "warnings": []}
    return record(person, **{"temperature": HOT, "verdict": wait} | changed)


def tell(post, *cases, sent_at=AT):
    return post.post("readings", {"sent_at": sent_at, "records": list(cases)})


def half(gate):
    """Return what a gate's lists say of people who are half measured."""
    return json.loads(b64decode(lists.bundle(gate)[1]["signed"]))["half"]


def test_the_other_gates_hear_of_whoever_rests_at_one_and_the_same_case_is_written_once(plant, enrolled, gates):
    case = rests(plant["林涛"])
    for _again in range(2):
        assert tell(enrolled("G1"), case).json() == {"stand": 1}
    assert FirstReading.objects.count() == 1
    for gate in gates.values():
        (one,) = half(gate)
        assert (one["uid"], one["kind"], one["person"], one["visit"]) == (case["uid"], "person", plant["林涛"].pk, None)
        assert (one["temperature"]["first"], one["temperature"]["at"], one["at"]) == (378, AT, AT)


def test_the_moment_of_a_device_whose_clock_is_off_is_set_right(plant, post, gates):
    ahead = AT + 3 * 3600
    case = rests(plant["林涛"], at=ahead, drift=3 * 3600, temperature=HOT | {"at": ahead})
    assert tell(post, case, sent_at=ahead).status_code == 200
    (one,) = half(gates["G2"])
    assert (one["at"], one["temperature"]["at"]) == (AT, AT)


@pytest.mark.parametrize(
    "second, refusal, stands",
    [(366, "", False), (379, "fever", False), (0, "left", True), (0, "", True)],
    ids=["well", "fever", "refused before the second", "not settled"],
)
def test_it_stands_until_the_second_was_taken(plant, post, gates, second, refusal, stands):
    case = rests(plant["林涛"])
    tell(post, case)
    if second or refusal:
        verdict = {"verdict": "pass", "reason": "enters"} if second == 366 else case["verdict"]
        (said,) = post.send({**case, "temperature": HOT | {"second": second}, "refusal": refusal, "verdict": verdict})
        assert said["state"] == "kept"
    assert bool(half(gates["G2"])) == stands


def test_a_second_reading_at_another_gate_ends_it_everywhere(plant, enrolled, gates):
    tell(enrolled("G1"), rests(plant["林涛"]))
    with actions.clock.at(NOW + timedelta(minutes=12)):
        later = record(plant["林涛"], at=AT + 700, temperature=HOT | {"second": 366, "second_at": AT + 700})
        enrolled("G2").send(later, sent_at=AT + 720)
        assert not half(gates["G1"]) and Crossing.objects.get().went


@pytest.mark.parametrize("minutes, item", [(1, True), (11, False)], ids=["before the rest is over", "after it"])
def test_whoever_is_let_in_elsewhere_by_a_first_reading_is_looked_at_unless_he_had_rested(
    plant, enrolled, minutes, item
):
    """The other gate had no network and did not know; after the rest its reading is as good as the second."""
    plant.check_in("林涛")
    tell(enrolled("G1"), rests(plant["林涛"]))
    at = AT + 60 * minutes
    with actions.clock.at(NOW + timedelta(minutes=minutes)):
        other = record(plant["林涛"], at=at, temperature={"first": 365, "at": at, "second": 0, "second_at": 0})
        (said,) = enrolled("G2").send(other, sent_at=at)
    assert bool(said["item"]) == item
    assert Crossing.objects.get().judged_reason == ("high" if item else "enters")


def test_a_reading_of_a_thermometer_that_no_passage_took_up_is_known_at_every_gate(plant, client, gates, officer):
    device, _token = machines.make_token(gates["G1"], "测温仪", ["readings"], by=officer)
    for tenths in (386, 389):
        machines.reading(device, uuid.uuid4(), AT, tenths, staff_no=plant["林涛"].staff_no)
    machines.reading(device, uuid.uuid4(), AT, 364, staff_no=plant["陈立"].staff_no)
    (one,) = half(gates["G2"])
    assert (one["person"], one["temperature"]["first"] in (386, 389)) == (plant["林涛"].pk, True)


def test_whoever_asked_a_turnstile_again_and_again_stands_once(plant, post, gates):
    post.send(*[rests(plant["林涛"], at=AT + n, refusal="left") for n in range(4)])
    (one,) = half(gates["G2"])
    assert one["at"] == AT


def test_after_eight_hours_he_has_left(plant, post, gates):
    tell(post, rests(plant["林涛"]))
    with actions.clock.at(NOW + timedelta(hours=8, minutes=1)):
        assert not half(gates["G1"])


def test_a_stranger_is_known_by_the_name_he_gave(plant, post, gates):
    tell(post, rests(kind="visitor", name="安立新"))
    (one,) = half(gates["G2"])
    assert (one["kind"], one["visit"], one["name"]) == ("visitor", None, "安立新")


def test_a_reading_that_is_well_or_of_one_who_goes_out_is_not_kept(plant, post, gates):
    well, out = record(plant["林涛"]), rests(plant["陈立"], direction="out")
    assert tell(post, well, out).json() == {"stand": 0}
    assert not FirstReading.objects.exists() and not half(gates["G1"])


@pytest.mark.parametrize(
    "told, named",
    [
        ({"sent_at": AT}, "records"),
        ({"sent_at": AT, "records": {}}, "records"),
        ({"records": []}, "sent_at"),
        ({"sent_at": AT, "records": [7]}, "record"),
        ({"sent_at": AT, "records": [rests(temperature={"first": "hot"})]}, "temperature.first"),
        ({"sent_at": AT, "records": [{**rests(kind="person"), "person": 999_999_999}]}, "unknown person"),
        ({"sent_at": AT, "records": [rests()] * 101}, "records"),
        ("{", "body"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_field(plant, post, told, named):
    answer = post.post("readings", told)
    assert (answer.status_code, answer.json()["error"]) == (400, named) and not FirstReading.objects.exists()


def test_only_an_enrolled_device_may_tell(client, gates):
    assert client.post("/gates/api/readings", "{}", content_type="application/json").status_code == 401


def test_the_reading_is_not_to_be_read_in_a_copy_of_the_database(plant, post):
    tell(post, rests(kind="visitor", name="安立新"))
    raw = str(FirstReading.objects.extra(select={"raw": "said"}).values_list("raw", flat=True).get())
    assert "378" not in raw and "安立新" not in raw


def test_forty_who_rest_are_as_many_questions_as_two(plant, post, gates):
    asked = [len(half(gates["G1"]))][:0]  # what is asked seldom is known now
    for count in (2, 40):
        tell(post, *[rests(kind="visitor", name=f"来客 {count} {n}") for n in range(count)], rests(plant["林涛"]))
        with CaptureQueriesContext(connection) as questions:
            assert len(half(gates["G1"])) > count
        asked.append(len(questions))
    assert asked[0] == asked[1]
