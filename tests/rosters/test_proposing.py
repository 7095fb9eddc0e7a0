"""A case proposes a repair, once; its end makes the proposal obsolete."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.plant import actions as plant_actions
from diba.plant.actions import hooks
from diba.plant.models import Job, Role, Task
from diba.rosters.actions.stamp import stamp
from diba.rosters.actions.what_if import way_job
from diba.rosters.models import Duty, WhatIf


@pytest.fixture
def someone(plant, roster):
    """Somebody who stands a watch in the coming days."""
    return roster.duties.filter(day__gt=roster.first_day + timedelta(days=1)).select_related("person")[0].person


def fire(person, state, source="case:7"):
    hooks.fire(hooks.CASE_CHANGED, person, state, source, None)


def test_a_case_has_a_repair_searched_once_and_the_planner_asked(plant, roster, someone):
    before, duties = stamp(), Duty.objects.count()
    fire(someone, "suspected")
    fire(someone, "confirmed")
    row = WhatIf.objects.get()
    assert (row.source, row.obsolete_at, row.job.state) == ("case:7", None, Job.State.WAITING)
    assert row.gone == [{"person": someone.pk, "first": str(plant.today), "last": None}] and someone.name in row.name
    (task,) = plant_actions.tasks_of(plant.account("刘敏", Role.PLANNER))
    assert task.link == reverse("rosters:what_if", args=[row.pk]) and task.values == {"name": someone.name}
    assert stamp() != before and Duty.objects.count() == duties


def test_the_job_finds_the_repair_without_the_person(plant, roster, someone):
    plant_actions.take_out(someone, "isolation", plant.now, source="case:1")
    fire(someone, "confirmed")
    way_job(WhatIf.objects.get().job, lambda **figures: True)
    changes = WhatIf.objects.get().result["changes"]
    assert {change["person"] for change in changes} - {someone.pk}, "others stand in"


def test_an_undone_case_makes_the_proposal_obsolete_and_a_new_one_follows_if_it_returns(plant, roster, someone, client):
    fire(someone, "suspected")
    fire(someone, "suspected", "case:8")
    before = stamp()
    fire(someone, "ruled_out")
    first = WhatIf.objects.get(source="case:7")
    assert first.obsolete_at == plant.now and first.job.state == Job.State.CANCELLED
    assert WhatIf.objects.get(source="case:8").obsolete_at is None, "another case stays"
    assert Task.objects.get(key="repair:case:7").closed_at and not Task.objects.get(key="repair:case:8").closed_at
    assert stamp() != before
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert "已失效" in client.get(reverse("rosters:what_ifs")).content.decode()
    assert "起失效" in client.get(reverse("rosters:what_if", args=[first.pk])).content.decode()
    fire(someone, "")
    fire(someone, "confirmed")
    assert WhatIf.objects.filter(source="case:7").count() == 2
    assert WhatIf.objects.filter(source="case:7", obsolete_at=None).count() == 1


def test_who_has_no_duty_needs_no_repair(plant, roster):
    fire(plant["孙丽"], "confirmed")
    assert not WhatIf.objects.exists() and not Task.objects.filter(key__startswith="repair:").exists()
