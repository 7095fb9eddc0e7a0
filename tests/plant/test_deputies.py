"""The deputy of a cell takes over by himself when the lead is away, and gives it back by himself."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.plant import actions
from diba.plant.actions import access
from diba.plant.actions.telling import task_count
from diba.plant.models import Role, RoleGrant

HOUR = timedelta(hours=1)


@pytest.fixture
def cell(plant):
    """W01 with 陈立 at its head and 高建军 as his deputy."""
    unit = plant.cell("W01")
    unit.lead, unit.deputy = plant["陈立"], plant["高建军"]
    unit.save(update_fields=["lead", "deputy"])
    return unit


def leave(plant, name="陈立", hours=8):
    return actions.take_out(plant[name], "leave", plant.now - HOUR, plant.now + hours * HOUR)


def test_the_lead_leads_unless_he_is_away(plant, cell):
    assert actions.lead_of(cell) == plant["陈立"]
    leave(plant)
    assert actions.lead_of(cell) == plant["高建军"]
    assert actions.lead_of(cell, plant.now + 9 * HOUR) == plant["陈立"], "he is back by then"
    leave(plant, "高建军")
    assert actions.lead_of(cell) == plant["陈立"], "both away: the lead stays responsible"


def test_a_wish_to_be_away_that_nobody_approved_changes_nothing(plant, cell):
    actions.ask_for_absence(plant["陈立"], "leave", plant.now - HOUR, plant.now + HOUR, by=plant.account("陈立"))
    assert actions.lead_of(cell) == plant["陈立"]


def test_a_cell_without_a_lead_or_whose_lead_left_is_led_by_its_deputy(plant, cell):
    lead = cell.lead
    lead.left_on = plant.today
    lead.save(update_fields=["left_on"])
    assert actions.lead_of(cell) == plant["高建军"]
    cell.lead = None
    cell.save(update_fields=["lead"])
    assert actions.lead_of(cell) == plant["高建军"]
    cell.deputy = None
    cell.save(update_fields=["deputy"])
    assert actions.lead_of(cell) is None


def test_many_cells_are_one_query(plant, cell, django_assert_num_queries):
    leave(plant)
    other = plant.cell("W02")
    with django_assert_num_queries(1):
        found = actions.leads_of([cell, other])
    assert found == {cell.pk: plant["高建军"], other.pk: None}


def test_the_deputy_sees_and_works_the_cell_while_he_stands_in(plant, cell, client):
    assert list(access.cells_of(plant.account("高建军"))) == []
    client = plant.signed_in(client, "高建军")
    assert client.get(reverse("grid:cell")).status_code == 403
    away = leave(plant)
    account = plant.account("高建军")
    assert list(access.cells_of(account)) == [cell] and Role.CELL_LEAD in access.roles_of(account)
    assert access.health_visible_to(account).filter(name="郭峰").exists()
    assert not access.health_visible_to(account).filter(name="周文斌").exists(), "the other cell stays closed"
    assert "郭峰" in client.get(reverse("grid:cell")).content.decode()
    assert not RoleGrant.objects.filter(account=account).exists(), "nobody had to grant anything"
    actions.bring_back(away)
    assert list(access.cells_of(plant.account("高建军"))) == []
    assert client.get(reverse("grid:cell")).status_code == 403


def test_what_is_asked_of_the_lead_for_his_cell_reaches_the_deputy(plant, cell):
    by_role = actions.ask("Call {name}", {"name": "郭峰"}, role=Role.CELL_LEAD, unit=cell)
    his_own = actions.ask("Call {name}", {"name": "郭峰"}, owner=plant["陈立"])
    of_his_cell = actions.ask("Call {name}", {"name": "田野"}, owner=plant["陈立"], unit=cell)
    assert not actions.tasks_of(plant.account("高建军")).exists()
    leave(plant)
    assert set(actions.tasks_of(plant.account("高建军"))) == {by_role, of_his_cell}
    assert his_own in actions.tasks_of(plant.account("陈立"))


def test_an_alarm_of_the_cell_is_put_before_who_stands_in(plant, cell):
    leave(plant)
    plant.check_in("郭峰", "38.4")
    (task,) = [task for task in actions.tasks_of(plant.account("高建军")) if task.key.startswith("abnormal:")]
    assert task.owner == plant["高建军"]


def test_the_deputy_of_a_lead_with_a_fever_is_called_about_him(plant, cell):
    plant.check_in("陈立", "38.4")
    (task,) = [task for task in actions.tasks_of(plant.account("高建军")) if task.key.startswith("abnormal:")]
    assert task.owner == plant["高建军"]


def test_the_deputy_of_a_cell_without_a_lead_has_no_task_of_a_role_he_does_not_hold(plant, cell):
    cell.lead = None
    cell.save(update_fields=["lead"])
    actions.ask("judge", role=Role.HEALTH_OFFICER, unit=cell, about=plant["陈立"], key="judge:1")
    actions.ask("sign", owner=actions.lead_of(cell), unit=cell, key="sign:1")
    account = plant.account("高建军")
    assert [task.key for task in actions.tasks_of(account)] == ["sign:1"]
    assert task_count(account) == 1
