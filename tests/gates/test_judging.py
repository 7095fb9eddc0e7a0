"""A crossing that a device sent is judged again: what held at its moment, who is inside since, what asks to be looked at."""

import json
import uuid
from base64 import b64decode
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diba.gates.actions import absorbing, expected, lists, passes
from diba.gates.models import Crossing, OpenItem, Pass, Presence
from diba.grid import actions as grid
from diba.grid.actions.cases import judge_case
from diba.grid.models import Case
from diba.plant import actions
from diba.plant.actions import hooks
from diba.plant.models import Person, Role, Task

from ..conftest import NOW, TODAY
from .conftest import AT, record


def test_what_the_server_would_have_stopped_becomes_an_open_item(plant, post):
    plant.check_in("林涛")
    actions.hold(plant["林涛"], "contact")
    [result] = post.send(record(plant["林涛"]))
    item = OpenItem.objects.get(pk=result["item"])
    assert (item.kind, item.crossing.judged, item.crossing.judged_reason) == ("refused", "stop", "held")
    assert (
        post.send(record(plant["林涛"], refusal="held", verdict={"verdict": "stop", "reason": "held"}))[0]["item"]
        is None
    )


def test_a_record_is_judged_by_what_held_at_its_moment(plant, post):
    """The hold began at 08:40; he went in at 08:00, well."""
    with actions.clock.at(NOW - timedelta(hours=1)):
        plant.check_in("林涛")
    actions.hold(plant["林涛"], "contact")
    [result] = post.send(record(plant["林涛"], at=AT - 2400, temperature={"first": 365, "at": AT - 2400}))
    assert result["item"] is None
    assert Crossing.objects.get().judged == "pass"


def test_nobody_comes_in_unheard_of(plant, post):
    post.send(record(plant["林涛"]))
    assert Crossing.objects.get().judged_reason == "not_checked_in"


def test_twice_a_fever_asks_the_lead_and_is_told_as_a_reading_not_as_a_check_in(plant, post):
    told = []

    def answer(person, at, readings, source):
        told.append((person, at, readings, source))

    unit = plant.cell(plant["林涛"].cell.code)
    unit.lead = plant["高建军"]
    unit.save()
    hooks.on(hooks.GATE_FEVER, answer)
    fever = {"first": 381, "at": AT - 700, "second": 379, "second_at": AT}
    row = record(plant["林涛"], temperature=fever, verdict={"verdict": "stop", "reason": "fever"}, refusal="fever")
    try:
        post.send(row), post.send(row)
    finally:
        hooks._answers[hooks.GATE_FEVER].remove(answer)
    crossing = Crossing.objects.get()
    assert told == [(plant["林涛"], crossing.at, [381, 379], f"crossing:{crossing.pk}")]
    task = Task.objects.get(key=f"gate-fever:{crossing.pk}")
    assert (task.owner, task.urgent) == (plant["高建军"], True)
    assert crossing.item.kind == "fever"
    assert plant["林涛"].checkins.count() == 0


def test_one_is_inside_at_one_place_whatever_order_the_gates_are_heard_in(plant, enrolled):
    plant.check_in("林涛")
    one, two = enrolled(), enrolled("G2")
    who = plant["林涛"]
    one.send(record(who, at=AT - 600))
    two.send(record(who, at=AT - 300))
    presence = Presence.objects.get()
    assert (presence.inside, presence.gate.code) == (True, "G2")
    assert Crossing.objects.first().judged_reason == "inside_already"
    one.send(record(who, at=AT - 450, direction="out"))  # came late: the newer entry stands
    presence.refresh_from_db()
    assert (presence.inside, presence.gate.code) == (True, "G2")
    two.send(record(who, at=AT - 100, direction="out"), record(who, at=AT - 50, direction="out"))
    presence.refresh_from_db()
    assert not presence.inside
    assert Crossing.objects.first().flags == "exit_without_entry"


def test_no_word_of_his_own_opens_the_gate_before_his_suspicion_is_judged(plant, post, gates):
    """Neither a correction to 36.5 nor the next day's report; a word of the health officer does."""
    officer = plant.account("孙丽", Role.HEALTH_OFFICER)
    report = plant.check_in("林涛", "38.2")
    grid.correct(report, Decimal("36.5"), reason="看错了", uid=uuid.uuid4(), by=plant.account("林涛"))

    def at_the_gate(now):
        with actions.clock.at(now):
            at = int(now.timestamp())
            post.send(record(plant["林涛"], at=at), sent_at=at)
            listed = json.loads(b64decode(lists.bundle(gates["G1"])[1]["signed"]))["people"]
            return next(
                one["health"] for one in listed if one["id"] == plant["林涛"].pk
            ), Crossing.objects.first().judged_reason

    assert at_the_gate(NOW + timedelta(minutes=1)) == ("abnormal", "abnormal")
    with actions.clock.at(NOW + timedelta(days=1)):
        plant.check_in("林涛", "36.5", day=TODAY + timedelta(days=1))
    assert at_the_gate(NOW + timedelta(days=1, minutes=1)) == ("abnormal", "abnormal")
    with actions.clock.at(NOW + timedelta(days=1, minutes=2)):
        judge_case(Case.objects.get(), "ruled_out", "核酸阴性", by=officer)
    assert at_the_gate(NOW + timedelta(days=1, minutes=3))[0] == "ok"


def test_a_report_of_the_same_second_counts(plant, post):
    with actions.clock.at(NOW + timedelta(milliseconds=80)):
        plant.check_in("林涛", "38.2")
        post.send(record(plant["林涛"]))
    assert Crossing.objects.get().judged_reason == "abnormal"


def test_who_was_refused_is_not_inside(plant, post):
    post.send(record(plant["林涛"], refusal="no_mask"))
    assert not Presence.objects.get().inside


def test_a_vehicle_disinfected_at_this_very_crossing_needs_no_second_look(plant, post, officer):
    begins, ends = plant.now - timedelta(hours=1), plant.now + timedelta(hours=3)
    car = expected.expect_vehicle(by=officer, begins_at=begins, ends_at=ends, plate="甘AD00017", driver="马师傅")
    said = {"kind": "vehicle", "vehicle": car.pk, "plate": car.plate}
    post.send(record(**said, at=AT - 60, refusal="not_disinfected"))
    post.send(record(**said, disinfected=True))
    assert list(Crossing.objects.order_by("at").values_list("judged", "judged_reason", "item")) == [
        ("wait", "disinfect", None),
        ("pass", "enters", None),
    ]


@pytest.mark.parametrize(
    ("before", "at_the_gate", "judged"),
    [("", "no", "pass"), ("", "yes", "not_declared"), ("", None, "not_declared"), ("", "", "not_declared"),
     ("未去过", None, "pass"), ("未去过", "", "pass"), ("未去过", "yes", "not_declared")],
)  # fmt: skip
def test_what_a_visitor_says_at_the_gate_is_kept_sealed_and_judged_by(
    plant, post, officer, before, at_the_gate, judged
):
    """His declaration may follow at the gate: the line says that it did, and an older page says nothing of it."""
    visit = expected.announce(
        by=officer, host=plant["林涛"], begins_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=2), name="安立新",
        purpose="电梯维保", declared=before,
    )  # fmt: skip
    expected.answer(visit, True, by=officer)
    told = {} if at_the_gate is None else {"declared": at_the_gate}
    [result] = post.send(record(kind="visitor", visit=visit.pk, name="安立新", **told))
    row = Crossing.objects.get()
    assert (row.judged if row.judged == "pass" else row.judged_reason) == judged
    assert (result["item"] is None) == (judged == "pass")
    assert (row.said or {}).get("declared", "") == (at_the_gate or "")
    visit.refresh_from_db()
    assert (visit.has_declared, visit.declared) == (bool(before), before)


OUT = {"direction": "out", "temperature": None, "verdict": {"verdict": "pass", "reason": "leaves"}}


def test_whose_pass_it_is_the_server_knows_where_the_lists_of_the_device_do_not(plant, post, officer):
    passes.issue([plant["陈立"]], by=officer)
    visit = expected.announce(by=plant.account("林涛"), host=plant["林涛"], name="王师傅", purpose="检修", begins_at=NOW, ends_at=NOW + timedelta(hours=2))  # fmt: skip
    vehicle = expected.expect_vehicle(by=officer, plate="甘A11111", begins_at=NOW, ends_at=NOW + timedelta(hours=2))
    numbers = dict(Pass.objects.values_list("kind", "number"))
    post.send(record(plant["陈立"]), record(kind="visitor", visit=visit.pk), record(kind="vehicle", vehicle=vehicle.pk))
    assert Presence.objects.filter(inside=True).count() == 3
    gone = [
        record(kind=kind, at=AT + 9000, passed="expired", pass_number=number, **OUT) for kind, number in numbers.items()
    ]
    with actions.clock.at(NOW + timedelta(seconds=9000)):
        for state in ("kept", "again"):
            assert [row["state"] for row in post.send(*gone, sent_at=AT + 9000)] == [state] * 3
    assert not Presence.objects.filter(inside=True).exists() and Crossing.objects.count() == 6
    assert Crossing.objects.get(visit=visit, direction="out").flags == ""


@pytest.mark.parametrize(
    "changed", [{"passed": "forged"}, {"kind": "person"}, {"kind": "unknown"}, {"pass_number": 77}]
)
def test_a_pass_that_names_nobody_for_sure_moves_nobody(plant, post, officer, changed):
    vehicle = expected.expect_vehicle(by=officer, plate="甘A11111", begins_at=NOW, ends_at=NOW + timedelta(hours=2))
    post.send(record(kind="vehicle", vehicle=vehicle.pk))
    [result] = post.send(record(at=AT + 1, **{"kind": "vehicle", "passed": "ok", "pass_number": Pass.objects.get().number, **OUT, **changed}))  # fmt: skip
    assert result["state"] == "kept" and Presence.objects.get().inside


def test_many_passes_that_name_their_holders_are_one_question(plant, post, officer):
    made = passes.issue([plant["陈立"], plant["林涛"], plant["郭峰"]], by=officer)

    def count(rows):
        told = [record(kind="person", passed="ok", pass_number=row.number) for row in rows]
        with CaptureQueriesContext(connection) as queries:
            absorbing.absorb(post.device, told, drift=0)
        return sum("gates_pass" in query["sql"] for query in queries)

    absorbing.absorb(post.device, [record(person) for person in Person.objects.all()[:9]], drift=0)
    assert count(made[:1]) == count(made)
    assert Crossing.objects.filter(person=plant["郭峰"]).exists()


@pytest.mark.parametrize(
    ("ways", "direction", "reason", "looked_at"),
    [("both", "in", "enters", False), ("in", "in", "enters", False), ("out", "out", "leaves", False), ("out", "in", "way", True), ("in", "out", "way", True)],
)  # fmt: skip
def test_whoever_goes_against_a_gate_s_direction_is_looked_at(plant, post, gates, ways, direction, reason, looked_at):
    plant.check_in("林涛")
    type(gates["G1"]).objects.filter(code="G1").update(directions=ways)
    [result] = post.send(record(plant["林涛"], direction=direction))
    assert Crossing.objects.get().judged_reason == reason
    assert (result["item"] is not None) == looked_at
