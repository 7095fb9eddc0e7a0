"""What belongs to which response when its data are destroyed: what is older, between two, corrected under a later one, sealed anew."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection

from diba.grid import actions as grid
from diba.grid.actions import following
from diba.grid.models import CheckIn, PersonTest
from diba.plant import actions
from diba.plant.actions import purging
from diba.plant.models import Role, Task

from ..conftest import TODAY
from .responses import purged


def test_what_is_older_than_every_response_belongs_to_the_first(plant):
    old = plant.check_in("陈立", "38.7")
    CheckIn.objects.filter(pk=old.pk).update(at=plant.now - timedelta(days=400))
    first = actions.response()
    actions.begin_response("新冠肺炎疫情", by=None)
    assert old in actions.of_response(CheckIn)(first)


def test_what_was_written_between_two_responses_belongs_to_the_next(plant):
    with actions.clock.at(plant.now - timedelta(days=90)):
        flu = actions.begin_response("流感", by=None)
    with actions.clock.at(plant.now - timedelta(days=60)):
        actions.end_response(flu, by=None)
    old, between = plant.check_in("陈立"), plant.check_in("林涛")
    CheckIn.objects.filter(pk=old.pk).update(at=plant.now - timedelta(days=70))
    CheckIn.objects.filter(pk=between.pk).update(at=plant.now - timedelta(days=30))
    standing = actions.response()
    assert [*actions.of_response(CheckIn)(flu)] == [old]
    assert [*actions.of_response(CheckIn)(standing)] == [between]
    real = actions.begin_response("新冠", by=None)
    assert [*actions.of_response(CheckIn)(real)] == []


def test_a_correction_of_a_later_response_goes_with_the_report_it_corrects_and_never_before(plant):
    by = plant.account("孙丽", Role.HEALTH_OFFICER)
    flu = actions.begin_response("流感", by=None)
    first = plant.check_in("陈立", "36.4")
    test = following.enter_test(plant["陈立"], TODAY, "positive", uid=uuid.uuid4(), by=by)
    with actions.clock.at(plant.now + timedelta(hours=1)):
        actions.end_response(flu, by=None)
        real = actions.begin_response("新冠", by=None)
        grid.correct(first, "36.5", uid=uuid.uuid4(), reason="看错了", by=by)
        last, _new = grid.correct(first, "36.6", uid=uuid.uuid4(), reason="又看错了", by=by)
        right = following.enter_test(plant["陈立"], TODAY, "negative", uid=uuid.uuid4(), by=by, corrects=test)
        plant.check_in("林涛")
    with actions.clock.at(plant.now + timedelta(days=1)):
        actions.end_response(real, by=None)
        plant.account("刘敏", Role.DUTY_OFFICER)
        for task in Task.objects.filter(closed_at=None):
            actions.close(task, "")
        purged(plant, real)
        assert [(row.pk, str(row.temperature)) for row in CheckIn.objects.of_day(TODAY)] == [(last.pk, "36.6")]
        assert [*PersonTest.objects.filter(corrected_by=None)] == [right]
        purged(plant, flu)
    assert not CheckIn.with_withdrawn.exists() and not PersonTest.objects.exists()


def test_what_another_response_owns_is_sealed_anew_before_the_key_goes(plant):
    actions.response()
    real = actions.begin_response("新冠肺炎疫情", by=None)
    old = plant.check_in("陈立", "36.6")
    CheckIn.objects.filter(pk=old.pk).update(at=plant.now - timedelta(days=400))  # sealed at the upgrade, said before
    with actions.clock.at(plant.now + timedelta(days=1)):
        actions.end_response(real, by=None)
        plant.account("刘敏", Role.DUTY_OFFICER), plant.account("孙丽", Role.HEALTH_OFFICER)
        actions.response()
        purged(plant, real)
    assert str(CheckIn.objects.get(pk=old.pk).temperature) == "36.6"


@pytest.mark.django_db(transaction=True)
def test_sealing_anew_reads_and_writes_under_one_lock_while_others_write(plant, monkeypatch):
    monkeypatch.setattr(purging.tables, "BATCH", 2)
    first = actions.response()
    for name in ("陈立", "林涛", "田野"):
        plant.check_in(name)
    actions.begin_response("新冠肺炎疫情", by=None)
    locked = []

    def watch(execute, sql, *rest):
        if "grid_checkin" in sql and "COUNT" not in sql:
            locked.append((sql[:6], connection.in_atomic_block))
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        purging.tables.reseal(CheckIn, CheckIn.objects.filter(day=TODAY))
    assert locked == [
        ("SELECT", False),
        *[("SELECT", True), *[("UPDATE", True)] * 2],
        ("SELECT", True),
        ("UPDATE", True),
    ]
    assert first.pk != actions.response().pk
    assert {str(row.temperature) for row in CheckIn.objects.all()} == {"36.5"}
