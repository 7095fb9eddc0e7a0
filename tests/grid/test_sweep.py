"""Due, late, missing: one sweep, each flip once, no flood after down time."""

from datetime import time, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from diba.grid import actions as grid
from diba.grid.actions import coverage
from diba.grid.models import Expectation, Flip, Policy
from diba.plant import actions
from diba.plant.models import Person, Task, Unit


def states():
    return dict(Expectation.objects.filter(slot="morning").values_list("person__name", "state"))


def at(plant, hours):
    return actions.clock.at(plant.now.replace(hour=0, minute=0) + timedelta(hours=hours))


def begin(plant):
    with at(plant, 7):
        grid.expect_everybody()
        grid.sweep()


def test_due_becomes_late_becomes_missing(plant):
    begin(plant)
    assert set(states().values()) == {"due"}
    with at(plant, 8):
        plant.check_in("陈立")
    with at(plant, 9.5):
        grid.sweep()
    assert states()["陈立"] == "up"
    assert states()["林涛"] == "late"
    with at(plant, 11.5):
        grid.sweep()
        assert states()["林涛"] == "missing"
        plant.check_in("林涛")
        assert states()["林涛"] == "up"


def test_a_sweep_repeated_flips_nothing_again(plant):
    begin(plant)
    with at(plant, 9.5):
        first = grid.sweep()
        assert first == len(states())
        assert [grid.sweep() for _ in range(3)] == [0, 0, 0]
    assert Flip.objects.filter(new="late").count() == first


def test_after_a_week_of_down_time_everybody_flips_once_and_the_lead_is_asked_once(plant):
    begin(plant)
    cell = plant.cell("W01")
    cell.lead = plant["陈立"]
    cell.save()
    before = Flip.objects.count()
    with actions.clock.at(plant.now + timedelta(days=7, hours=4)):
        grid.sweep()
        assert Flip.objects.count() - before == len(states())
        assert Flip.objects.filter(caught_up=True).count() == len(states())
        grid.unanswered_flips()
        grid.unanswered_flips()
        assert Task.objects.filter(key__startswith="missing:").count() == 2  # one a cell, not one a person
        assert Expectation.objects.get(person__name="林涛").missing_days >= 7


def test_the_sweep_reads_only_what_is_due(plant, django_assert_max_num_queries):
    begin(plant)
    with at(plant, 8.5), django_assert_max_num_queries(2):
        assert grid.sweep() == 0


def test_a_sweep_costs_the_same_queries_for_two_or_for_all(plant):
    from django.db import connection

    begin(plant)
    with at(plant, 9.5):
        Expectation.objects.exclude(person__name__in=["陈立", "林涛"]).update(alert_after=None)
        with CaptureQueriesContext(
            connection,
        ) as two:
            grid.sweep()
    Expectation.objects.update(state="due", day=plant.today, alert_after=plant.now)
    with at(plant, 9.6), CaptureQueriesContext(connection) as everybody:
        grid.sweep()
    assert len(everybody) == len(two)


def test_somebody_in_hospital_is_not_asked_and_not_reported(plant):
    begin(plant)
    absence = actions.take_out(plant["林涛"], "sick", plant.now)
    assert states()["林涛"] == "paused"
    with at(plant, 12):
        grid.sweep()
        assert states()["林涛"] == "paused"
        assert grid.completeness()[0] == 0
        actions.bring_back(absence)
        assert states()["林涛"] == "due"


def test_isolated_people_are_asked_twice_a_day(plant):
    begin(plant)
    actions.take_out(plant["林涛"], "isolation", plant.now, plant.now + timedelta(days=14))
    assert set(Expectation.objects.filter(person=plant["林涛"]).values_list("slot", flat=True)) == {
        "morning",
        "evening",
    }


def test_who_comes_onto_the_register_after_the_hour_is_asked_from_tomorrow_and_his_lead_first(plant):
    begin(plant)
    cell = Unit.add(code="W09", name="09 网格", kind="cell")
    cell.lead = plant["陈立"]
    cell.save()
    newcomer = Person.objects.create(staff_no="90001", name="新来的", cell=cell)
    with at(plant, 13.5):
        _turn()
        assert states()["新来的"] == "due"
        assert not Task.objects.filter(key__contains=f":{cell.pk}:").exists()
        assert newcomer.pk not in coverage.reports(plant.today), "nobody knows of him today either"
    with at(plant, 24 + 11.1):
        _turn()
    row = Expectation.objects.get(person=newcomer)
    assert (row.state, row.day, row.missing_days) == ("missing", plant.today + timedelta(days=1), 0)
    task = Task.objects.get(key__contains=f":{cell.pk}:")
    assert (task.owner, task.values["names"]) == (plant["陈立"], "新来的")


def _turn():
    grid.expect_everybody()
    grid.sweep()
    grid.unanswered_flips()
    grid.escalate()


def test_who_joins_before_the_hour_is_asked_the_same_day(plant):
    with at(plant, 8.9):
        grid.expect_everybody()
    with at(plant, 11.1):
        grid.sweep()
        assert set(states().values()) == {"missing"}


def test_who_comes_back_from_leave_after_the_hour_is_not_missing_the_same_day(plant):
    begin(plant)
    absence = actions.take_out(plant["林涛"], "sick", plant.now)
    with at(plant, 15):
        actions.bring_back(absence)
        grid.sweep()
        assert states()["林涛"] == "due"
    with at(plant, 24 + 11.1):
        grid.sweep()
        assert states()["林涛"] == "missing"


def test_who_is_isolated_late_in_the_evening_is_asked_the_next_evening(plant):
    begin(plant)
    with at(plant, 22):
        actions.take_out(plant["林涛"], "isolation", actions.now(), actions.now() + timedelta(days=14))
        grid.sweep()
        evening = Expectation.objects.get(person=plant["林涛"], slot="evening")
        assert (evening.state, evening.day) == ("due", plant.today + timedelta(days=1))


@pytest.mark.parametrize("hours", [8, 12, 22, 23.5, 27])
def test_rules_that_ask_on_the_day_before_do_not_hold_the_sweep(plant, hours):
    Policy.objects.update(due=time(0), second_due=time(1))
    begin(plant)
    with at(plant, hours):
        assert grid.sweep() >= 0
        assert not Expectation.objects.filter(alert_after__lte=actions.now()).exists()


def test_who_is_isolated_by_day_is_not_missing_for_yesterday_s_evening(plant):
    begin(plant)
    with at(plant, 10):
        actions.take_out(plant["林涛"], "isolation", actions.now(), actions.now() + timedelta(days=14))
        grid.sweep()
        assert Expectation.objects.get(person=plant["林涛"], slot="evening").state == "due"
        assert not Flip.objects.filter(expectation__slot="evening").exists()
    with at(plant, 20.5):
        grid.sweep()
        evening = Expectation.objects.get(person=plant["林涛"], slot="evening")
        assert (evening.state, evening.day) == ("missing", plant.today)


def test_who_joins_in_the_night_is_asked_from_the_morning_on(plant):
    with at(plant, 4):
        _turn()
        assert set(states().values()) == {"due"} and not Flip.objects.exists()


def test_a_missing_person_in_no_cell_is_put_before_the_health_officer_then_the_command(plant):
    Person.objects.filter(name="林涛").update(cell=None)
    begin(plant)
    with at(plant, 11.1):
        _turn()
        _turn()
        task = Task.objects.get(key__startswith="missing:0:", closed_at=None)
        assert (task.role, task.unit, task.values["names"]) == ("health_officer", plant["林涛"].unit, "林涛")
    with at(plant, 12.9):
        _turn()
        assert not Task.objects.filter(key__startswith="escalated:0:").exists()
    with at(plant, 13.1):
        _turn()
        asked = Task.objects.get(key__startswith="escalated:0:")
        assert (asked.role, asked.unit, asked.values["names"]) == ("duty_officer", plant["林涛"].unit, "林涛")
        assert asked.urgent
        _turn()
        asked.refresh_from_db()
        assert asked.closed_at is None, "nobody has heard from him"
        actions.close(asked, "x")
    with at(plant, 13.5):
        _turn()
        assert Task.objects.filter(key__startswith="escalated:0:").count() == 1, "once a day"
        assert Task.objects.filter(key__startswith="missing:0:", closed_at=None).exists()
        plant.check_in("林涛")
        _turn()
        assert not Task.objects.filter(key__startswith="missing:0:", closed_at=None).exists()
