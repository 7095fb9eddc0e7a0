"""Who is asked to judge a case when the only health officer is the one who has the fever."""

import pytest

from diba.grid.actions.cases import judge_case
from diba.grid.actions.officers import judges, officer_for
from diba.grid.models import Case
from diba.plant import actions
from diba.plant.models import Role


@pytest.fixture
def alone(plant):
    """孙丽, the plant's only health officer; 刘敏 is on duty."""
    plant.account("孙丽", Role.HEALTH_OFFICER)
    return plant.account("刘敏", Role.DUTY_OFFICER)


def put_before(account):
    return {task.key.partition(":")[0] for task in actions.tasks_of(account)}


def test_the_duty_officer_is_asked_about_the_only_health_officer_and_may_judge(plant, alone):
    plant.check_in("孙丽", "38.2")
    assert {"abnormal"} <= put_before(alone)
    case = Case.objects.get()
    assert judges(alone, case.person)
    judge_case(case, "suspected", "发热", by=alone)
    assert {"chain", "report"} <= put_before(alone)
    assert not put_before(plant.account("孙丽")) & {"abnormal", "judge", "chain", "report"}


def test_with_a_lead_who_calls_her_the_duty_officer_is_asked_to_judge(plant, alone):
    cell = plant["孙丽"].cell
    cell.lead = plant["陈立"]
    cell.save()
    plant.check_in("孙丽", "38.2")
    assert "judge" in put_before(alone)


def test_a_second_health_officer_is_asked_and_of_anybody_else_the_only_one(plant, alone):
    assert officer_for(plant["林涛"]) == Role.HEALTH_OFFICER
    plant.account("高建军", Role.HEALTH_OFFICER)
    assert officer_for(plant["孙丽"]) == Role.HEALTH_OFFICER
    plant.check_in("孙丽", "38.2")
    assert "abnormal" in put_before(plant.account("高建军")) and "abnormal" not in put_before(alone)
