"""A fever at a gate is a suspicion that the health officer judges, opened without a report of the person's own."""

import pytest

from diba.gates.models import Crossing
from diba.grid import actions as grid
from diba.grid.models import Case, CheckIn
from diba.plant import actions
from diba.plant.models import Absence, Role, Task

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
