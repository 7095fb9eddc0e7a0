"""A fever at a gate is a suspicion that the health officer judges, opened without a report of the person's own."""

import base64
import json
from datetime import timedelta

import pytest

from diba.gates.actions import expected
from diba.gates.models import Crossing, OpenItem
from diba.grid import actions as grid
from diba.grid.models import Case, CheckIn
from diba.plant import actions
from diba.plant.models import Absence, Role, Task

from ..conftest import NOW
from .conftest import AT, record

FEVER = {
    "temperature": {"first": 381, "at": AT - 700, "second": 379},
    "verdict": {"verdict": "stop", "reason": "fever"},
    "refusal": "fever",
}


@pytest.fixture
def health(plant):
    return plant.account("孙丽", Role.HEALTH_OFFICER)


def test_a_fever_at_a_gate_opens_a_suspicion_once_and_takes_him_out(plant, post, health):
    row = record(plant["林涛"], **FEVER)
    post.send(row), post.send(row)
    case, crossing = Case.objects.get(), Crossing.objects.get()
    assert (case.person, grid.open_case(plant["林涛"])) == (plant["林涛"], case)
    assert str(case.changes.get().why) == "卡口两次测温发热"
    assert Absence.objects.get().source == f"crossing:{crossing.pk}"
    task = Task.objects.get(key=f"judge:{plant['林涛'].pk}:crossing:{crossing.pk}")
    assert (task.role, task.urgent, task.about) == (Role.HEALTH_OFFICER, True, plant["林涛"])
    assert not CheckIn.objects.exists()


def test_a_suspicion_that_is_ruled_out_brings_him_back_and_closes_the_call(plant, post, health):
    post.send(record(plant["林涛"], **FEVER))
    grid.judge_case(Case.objects.get(), "ruled_out", "复测正常", by=health)
    moment = actions.now()
    assert not [
        row
        for row in actions.absences_between(moment, moment)
        if row.person_id == plant["林涛"].pk and row.ends_at is None
    ]
    assert not Task.objects.filter(key__startswith="judge:", closed_at=None).exists()


def test_whoever_is_suspected_already_stays_with_his_case(plant, post, health):
    case = grid.suspect(plant["林涛"], "咳嗽", by=health)
    post.send(record(plant["林涛"], **FEVER))
    assert Case.objects.get() == case
    assert Task.objects.filter(key__contains=":crossing:").count() == 1


def walks_in(person, **changed):
    return record(person, **{"at": AT + 60, **changed})


def test_after_a_fever_every_gate_holds_him_until_he_is_ruled_out(plant, enrolled, gates, health):
    here, there = enrolled(), enrolled("G2")
    plant.check_in("林涛")
    here.send(record(plant["林涛"], **FEVER))
    [hold] = actions.held([plant["林涛"].pk])
    assert (hold.reason, hold.begins_at) == ("suspected", Crossing.objects.get().at)
    with actions.clock.at(NOW + timedelta(minutes=2)):
        signed = json.loads(base64.b64decode(there.get("bundle").json()["signed"]))
        [him] = [row for row in signed["people"] if row["id"] == plant["林涛"].pk]
        assert him["hold"] == "held"
        [answer] = there.send(row := walks_in(plant["林涛"]), sent_at=AT + 120)
        crossing = Crossing.objects.get(uid=row["uid"])
        assert (crossing.judged, crossing.judged_reason, crossing.item.pk) == ("stop", "held", answer["item"])
        grid.judge_case(Case.objects.get(), "ruled_out", "复测正常", by=health)
        assert not actions.held([plant["林涛"].pk])


@pytest.mark.parametrize("later", [0, 60])
def test_one_batch_with_the_fever_and_the_entry_after_it_is_judged_in_order(plant, post, later):
    plant.check_in("林涛")
    fever = record(plant["林涛"], **FEVER, uid="f" * 32)
    entry = walks_in(plant["林涛"], at=AT + later, uid="0" * 32)
    with actions.clock.at(NOW + timedelta(minutes=2)):
        post.send(fever, entry, sent_at=AT + 120)
    kinds = list(OpenItem.objects.order_by("crossing__pk").values_list("kind", flat=True))
    assert Crossing.objects.get(uid=entry["uid"]).judged_reason == "held" and sorted(kinds) == ["fever", "refused"]


def test_an_entry_that_was_told_of_before_the_fever_is_looked_at(plant, enrolled):
    here, there = enrolled(), enrolled("G2")
    plant.check_in("林涛")
    with actions.clock.at(NOW + timedelta(minutes=2)):
        there.send(row := walks_in(plant["林涛"]), sent_at=AT + 120)
        assert not OpenItem.objects.exists()
        here.send(record(plant["林涛"], **FEVER), sent_at=AT + 120)
    assert OpenItem.objects.get(crossing__uid=row["uid"]).kind == "after" and OpenItem.objects.count() == 2


def test_a_judgement_taken_back_leaves_the_hold_of_the_fever(plant, post, health):
    post.send(record(plant["林涛"], **FEVER))
    case = Case.objects.get()
    grid.judge_case(case, "confirmed", "核酸阳性", by=health)
    assert [row.reason for row in actions.held([plant["林涛"].pk])] == ["confirmed"]
    grid.undo_judgement(case, "样本弄错", by=health)
    assert [row.reason for row in actions.held([plant["林涛"].pk])] == ["suspected"]
    grid.judge_case(case, "ruled_out", "复测正常", by=health)
    assert not actions.held([plant["林涛"].pk])


def test_a_fever_holds_him_who_reported_himself_ill_before(plant, post, health):
    plant.check_in("林涛", "38.2")
    post.send(record(plant["林涛"], **FEVER))
    case = Case.objects.get()
    assert [row.source for row in actions.held([plant["林涛"].pk])] == [
        f"case:{case.pk}:crossing:{Crossing.objects.get().pk}"
    ]
    grid.judge_case(case, "ruled_out", "复测正常", by=health)
    assert not actions.held([plant["林涛"].pk])


def test_after_a_visitor_s_fever_every_gate_stops_him_on_this_visit_that_his_host_agreed_to(
    plant, enrolled, gates, officer
):
    here, there = enrolled(), enrolled("G2")
    moments = {"begins_at": NOW - timedelta(hours=2), "ends_at": NOW + timedelta(hours=8)}
    with actions.clock.at(NOW - timedelta(hours=1)):
        ill, other = (
            expected.announce(by=officer, host=plant["林涛"], name=name, purpose="维保", declared="没有", **moments)
            for name in ("安立", "何新")
        )
        assert expected.answer(ill, True, by=officer) and expected.answer(other, True, by=officer)

    def visits(visit, **changed):
        return record(kind="visitor", visit=visit.pk, **changed)

    before = visits(ill, at=AT - 60)
    here.send(visits(ill, **FEVER, at=AT - 30, uid="f" * 32), visits(ill, at=AT - 1, uid="0" * 32))
    there.send(before)  # it came late, and nobody knew then
    with actions.clock.at(NOW + timedelta(minutes=2)):
        signed = json.loads(base64.b64decode(there.get("bundle").json()["signed"]))
        assert {row["name"]: row["state"] for row in signed["visits"]} == {"安立": "ill", "何新": "approved"}
        there.send(visits(ill, at=AT + 60), visits(other, at=AT + 60), sent_at=AT + 120)

    found = {(row.visit_id, row.at): row.judged_reason for row in Crossing.objects.all()}
    at = {shift: NOW + timedelta(seconds=shift) for shift in (-60, -30, -1, 60)}
    assert {shift: found[ill.pk, moment] for shift, moment in at.items()} == {
        -60: "enters",
        -30: "fever",
        -1: "visit_ill",
        60: "visit_ill",
    }
    assert found[other.pk, at[60]] == "enters"


def test_a_visitor_s_entry_that_was_told_of_before_his_fever_is_looked_at(plant, enrolled, officer):
    here, there = enrolled(), enrolled("G2")
    moments = {"begins_at": NOW - timedelta(hours=2), "ends_at": NOW + timedelta(hours=8)}
    with actions.clock.at(NOW - timedelta(hours=1)):
        visit = expected.announce(
            by=officer, host=plant["林涛"], name="安立", purpose="维保", declared="没有", **moments
        )
        assert expected.answer(visit, True, by=officer)
    with actions.clock.at(NOW + timedelta(minutes=2)):
        there.send(row := record(kind="visitor", visit=visit.pk, at=AT + 60), sent_at=AT + 120)
        here.send(record(kind="visitor", visit=visit.pk, **FEVER), sent_at=AT + 120)
    assert OpenItem.objects.get(crossing__uid=row["uid"]).kind == "after" and OpenItem.objects.count() == 2


def test_a_lower_third_reading_at_the_gate_of_the_first_undoes_no_fever(plant, enrolled, health):
    """Both gates had his first reading: the one takes a fever, the other, which has not heard of it, a good second."""
    first, second = enrolled(), enrolled("G2")
    plant.check_in("林涛")
    with actions.clock.at(NOW + timedelta(minutes=2)):
        second.send(record(plant["林涛"], **FEVER), sent_at=AT + 120)
        good = {"first": 381, "at": AT - 700, "second": 365, "second_at": AT + 60}
        first.send(row := walks_in(plant["林涛"], temperature=good), sent_at=AT + 120)
        assert [hold.begins_at for hold in actions.held([plant["林涛"].pk])] == [NOW]
    assert Crossing.objects.get(uid=row["uid"]).judged_reason == "held" and Case.objects.count() == 1
    assert sorted(OpenItem.objects.values_list("kind", flat=True)) == ["fever", "refused"]
