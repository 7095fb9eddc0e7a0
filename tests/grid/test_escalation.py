"""Missing people are put before deputy, branch and command in turn: each step once, none skipped back, no flood."""

from datetime import time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diba.grid import actions as grid
from diba.grid.models import Escalation, Policy
from diba.plant import actions
from diba.plant.models import Role, Task, Unit

from .test_sweep import at, begin

STEPS = [Escalation.Step.DEPUTY, Escalation.Step.BRANCH, Escalation.Step.COMMAND]


@pytest.fixture
def led(plant):
    """Cell W01 led by 陈立 with 高建军 for his deputy, in a branch led by 孙丽; W02 has nobody."""
    cell = plant.cell("W01")
    cell.lead, cell.deputy = plant["陈立"], plant["高建军"]
    cell.save()
    branch = Unit.objects.get_parent(cell)
    branch.lead = plant["孙丽"]
    branch.save()
    begin(plant)
    return plant


def tick(plant, hours):
    with at(plant, hours):
        grid.sweep()
        grid.unanswered_flips()
        return grid.escalate()


def asked(plant, cell="W01"):
    rows = Task.objects.filter(key__startswith=f"escalated:{plant.cell(cell).pk}:", closed_at=None).order_by("pk")
    return [row.owner.name if row.owner else row.role for row in rows]


def test_deputy_branch_and_command_are_asked_in_turn(led):
    assert tick(led, 11.25) == 0
    for hours, who in ((11.6, "高建军"), (12.1, "孙丽"), (13.1, Role.DUTY_OFFICER)):
        tick(led, hours)
        assert asked(led)[-1] == who
    assert len(asked(led)) == 3 and Task.objects.get(
        key__contains=":3", urgent=True, unit=None, key__startswith=f"escalated:{led.cell('W01').pk}:"
    )


def test_a_deputy_who_stands_in_already_is_passed_over(led):
    actions.take_out(led["陈立"], "leave", led.now)
    tick(led, 11.6)
    assert asked(led) == ["孙丽"]


def test_where_nobody_is_named_the_command_is_asked(led):
    branch = Unit.objects.get_parent(led.cell("W02"))
    branch.lead = None
    branch.save()
    tick(led, 11.6)
    assert asked(led, "W02") == [Role.DUTY_OFFICER]


def test_whoever_is_found_closes_what_was_asked(led):
    tick(led, 12.1)
    assert asked(led)
    with at(led, 12.2):
        for person in actions.active().filter(cell=led.cell("W01")).exclude(kind="family"):
            led.check_in(person.name)
        grid.escalate()
    assert asked(led) == [] and asked(led, "W02")
    closed = Task.objects.filter(key__startswith=f"missing:{led.cell('W01').pk}:")
    assert not closed.filter(closed_at=None).exists()


def test_whoever_is_asked_works_on_the_cell_until_everybody_is_found(led, client):
    deputy, branch = led.account("高建军"), led.account("孙丽")

    def cells(account):
        account = type(account).objects.get(pk=account.pk)  # its grants are read once a request
        client.force_login(account, backend="diba.plant.login.StaffNumberOrPhone")
        answer = client.get("/grid/cell/")
        return [cell.code for cell in actions.cells_of(account)] if answer.status_code == 200 else []

    assert (cells(deputy), cells(branch)) == ([], [])
    tick(led, 11.6)
    assert (cells(deputy), cells(branch)) == (["W01"], ["W02"]), "W02 has no deputy: its branch is asked first"
    tick(led, 12.1)
    assert (cells(deputy), cells(branch)) == (["W01"], ["W01", "W02"])
    with at(led, 12.2):
        for person in actions.active().filter(cell=led.cell("W01")).exclude(kind="family"):
            led.check_in(person.name)
        grid.escalate()
    assert (cells(deputy), cells(branch)) == ([], ["W02"])


def test_three_days_asleep_make_one_message_a_cell(led):
    assert tick(led, 24 * 3 + 20) == 2
    assert len(asked(led)) == 1 == len(asked(led, "W02"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.lists(st.floats(8, 60), min_size=1, max_size=8).map(sorted), twice=st.booleans())
def test_whenever_it_is_swept_no_step_is_taken_twice_nor_back(led, hours, twice):
    Escalation.objects.all().delete()
    Task.objects.all().delete()
    for hour in hours:
        tick(led, hour)
        if twice:
            assert tick(led, hour) == 0
    rows = list(Escalation.objects.filter(cell=led.cell("W01")).order_by("pk").values_list("day", "step"))
    assert len(rows) == len(set(rows))
    assert rows == sorted(rows), "days go on, and within a day steps go up"
    for day, step in rows:
        assert day == led.today + timedelta(days=(day - led.today).days) and step in STEPS


def test_what_is_asked_stays_past_midnight_and_past_the_next_question_until_everybody_is_heard_from(led, client):
    tick(led, 13.2)
    asked_at_noon = asked(led)
    assert len(asked_at_noon) == 1
    for hours in (24.01, 27, 30.1, 33, 34.9):
        tick(led, hours)
        assert asked(led) == asked_at_noon and asked(led, "W02"), hours
        assert Task.objects.filter(key__startswith="missing:", closed_at=None).count() == 2
    tick(led, 24 + 11.1)
    assert asked(led) == asked_at_noon, "the lead first, and nobody loses the cell meanwhile"
    missing = Task.objects.filter(key__startswith=f"missing:{led.cell('W01').pk}:")
    assert [row.outcome for row in missing.order_by("pk")] == ["仍无消息，已重新催问", ""]
    tick(led, 24 + 13.2)
    assert (
        len(asked(led)) == 1
        and Task.objects.filter(outcome="仍无消息，已重新催问", key__startswith="escalated:").count() == 2
    )
    with at(led, 24 + 13.3):
        for person in actions.active().filter(cell=led.cell("W01")).exclude(kind="family"):
            led.check_in(person.name, day=led.today + timedelta(days=1))
        grid.escalate()
    assert asked(led) == [] and asked(led, "W02")
    assert {row.outcome for row in missing} == {"仍无消息，已重新催问", "人人都有消息"}


def test_a_step_that_falls_after_midnight_is_taken(led):
    Policy.objects.update(due=time(21))
    tick(led, 23.1)
    assert asked(led) == []
    for hours, who in ((23.6, "高建军"), (24.1, "孙丽"), (25.1, Role.DUTY_OFFICER)):
        tick(led, hours)
        assert asked(led)[-1] == who
        assert tick(led, hours) == 0
    assert set(Escalation.objects.values_list("day", flat=True)) == {led.today}


def test_only_who_was_heard_from_is_called_heard_from(led):
    tick(led, 12.1)
    with at(led, 12.2):
        for person in actions.active().filter(cell=led.cell("W01")).exclude(kind="family").exclude(name="高建军"):
            led.check_in(person.name)
        actions.take_out(led["高建军"], "sick", actions.now())
        grid.settle_pauses()
        grid.escalate()
    closed = Task.objects.filter(key__startswith=f"escalated:{led.cell('W01').pk}:")
    assert asked(led) == [] and {row.outcome for row in closed} == {"现在该报的人里没有失联"}
