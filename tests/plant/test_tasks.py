"""A role's task about a person goes to whom that person is near; to the plant's holders when nobody is, or in time.

A message is read and receipted once.
"""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.plant import actions
from diba.plant.models import Delivery, Role, Task, Unit

HERE, THERE = "陈立", "周文斌"  # W01 and W02; both of D01


@pytest.fixture
def holders(plant):
    """刘敏 plans for cell W01, 孙丽 for the office, 韩冰 for the whole plant."""
    return (
        plant.account("刘敏", Role.PLANNER, unit=plant.cell("W01")),
        plant.account("孙丽", Role.PLANNER, unit=Unit.objects.get(code="D02")),
        plant.account("韩冰", Role.PLANNER),
    )


def asked(holders):
    """Say who of the three has something to do."""
    return [actions.tasks_of(type(one).objects.get(pk=one.pk)).exists() for one in holders]


def ask(**more):
    return actions.ask("x", role=Role.PLANNER, **more)


def test_a_task_about_a_person_goes_to_the_holder_whose_unit_covers_him(plant, holders):
    ask(about=plant[HERE])
    assert asked(holders) == [True, False, False]


def test_what_is_overdue_comes_first_then_what_is_urgent_and_what_has_no_deadline_last(plant, holders):
    hours = {"sometime": None, "soon": 1, "late": -1, "later": 5, "urgent soon": 2, "urgent": None, "urgent late": -2}
    for key, when in hours.items():
        due = plant.now + timedelta(hours=when) if when else None
        ask(about=plant[HERE], key=key, urgent=key.startswith("urgent"), due_at=due)
    rows = actions.tasks_of(holders[0])
    assert [row.key for row in rows] == ["urgent late", "late", "urgent soon", "urgent", "soon", "later", "sometime"]


def test_where_no_unit_covers_him_the_plants_holders_are_asked(plant, holders):
    ask(about=plant[THERE])
    assert asked(holders) == [False, False, True]


def test_a_department_covers_its_people_and_a_cell_its_own(plant, holders):
    ask(about=plant["刘敏"])
    assert asked(holders) == [True, True, False], "刘敏 is of cell W01 and of the office"


def test_a_family_stands_where_its_employee_does(plant, holders):
    ask(about=plant["王芳"])
    inside = plant["林涛"].cell.code == "W01"
    assert asked(holders) == [inside, False, not inside]


def test_a_unit_named_by_itself_counts_the_same(plant, holders):
    ask(unit=plant.cell("W01"))
    assert asked(holders) == [True, False, False]


def test_what_nobody_near_has_done_in_time_is_put_before_the_plants_holders_too(plant, holders):
    ask(about=plant[HERE], due_at=plant.now + timedelta(hours=1))
    assert asked(holders) == [True, False, False]
    with actions.clock.at(plant.now + timedelta(hours=2)):
        assert asked(holders) == [True, False, True]


def test_a_closed_account_or_a_role_that_has_ended_covers_nobody(plant, holders):
    ask(about=plant[HERE])
    actions.close_account(holders[0], by=None)
    assert asked(holders)[2]
    holders[0].is_active = True
    holders[0].save()
    assert not asked(holders)[2]
    actions.end_grant(holders[0].grants.get(), by=None)
    assert asked(holders) == [False, False, True]


def test_a_role_given_until_a_day_covers_nobody_after_it(plant, holders):
    ask(about=plant[HERE])
    actions.grant(holders[0], Role.PLANNER, unit=plant.cell("W01"), last_day=plant.today)
    assert asked(holders) == [True, False, False]
    with actions.clock.at(actions.day_start(plant.today + timedelta(days=1))):
        assert asked(holders) == [False, False, True]
        assert [actions.telling.task_count(type(one).objects.get(pk=one.pk)) for one in holders] == [0, 0, 1]


def test_a_task_about_the_plant_goes_to_every_holder(plant, holders):
    ask()
    assert asked(holders) == [True, True, True]


def test_who_asks_to_be_away_puts_it_before_his_own_units_planner(plant, holders):
    from diba.rosters import actions as rosters

    day = plant.today + timedelta(days=9)
    rosters.cannot(plant[HERE], day, day, "回家", by=plant.account(HERE))
    assert asked(holders) == [True, False, False]


def test_a_fever_without_a_lead_goes_to_the_health_officer_of_that_cell(plant):
    here = plant.account("刘敏", Role.HEALTH_OFFICER, unit=plant.cell("W01"))
    elsewhere = plant.account("孙丽", Role.HEALTH_OFFICER, unit=plant.cell("W02"))
    plant.check_in(HERE, "38.2")
    assert asked([here, elsewhere]) == [True, False]


def test_a_message_is_unread_then_read_then_receipted_once(plant, client):
    actions.tell([plant["林涛"], plant["林涛"], plant["陈立"].pk], "The roster has changed.", receipt_wanted=True)
    client = plant.signed_in(client, "林涛")
    delivery = Delivery.objects.get(person=plant["林涛"])
    assert delivery.read_at is None
    client.get(reverse("plant:inbox"))
    with actions.clock.at(plant.now.replace(minute=45)):
        client.post(reverse("plant:receipt", args=[delivery.pk]))
    with actions.clock.at(plant.now.replace(minute=50)):
        client.post(reverse("plant:receipt", args=[delivery.pk]))
    delivery.refresh_from_db()
    assert (delivery.read_at, delivery.receipted_at) == (plant.now, plant.now.replace(minute=45))
    other = Delivery.objects.get(person=plant["陈立"])
    assert client.post(reverse("plant:receipt", args=[other.pk])).status_code == 404


def test_a_task_goes_to_whoever_holds_the_role_in_that_unit_and_is_closed_once(plant, client):
    task = actions.ask("Call {name}", {"name": "陈立"}, role=Role.CELL_LEAD, unit=plant.cell("W01"), key="call:1")
    assert (
        actions.ask("Call {name}", {"name": "陈立"}, role=Role.CELL_LEAD, unit=plant.cell("W01"), key="call:1") == task
    )
    other = plant.account("周文斌", Role.CELL_LEAD, unit=plant.cell("W02"))
    assert list(actions.tasks_of(other)) == []
    client = plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=plant.cell("W01"))
    close = reverse("plant:close_task", args=[task.pk])
    client.post(close, {"outcome": ""})
    assert Task.objects.get(pk=task.pk).closed_at is None
    client.post(close, {"outcome": "已联系"})
    assert client.post(close, {"outcome": "改写"}).status_code == 404
    assert Task.objects.get(pk=task.pk).outcome == "已联系"
    assert actions.ask("Call {name}", role=Role.CELL_LEAD, unit=plant.cell("W01"), key="call:1") != task
