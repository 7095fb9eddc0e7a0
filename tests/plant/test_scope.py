"""A role given for one unit counts there and below, and nowhere else: on every page, in the search and in the exports."""

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant import actions
from diba.plant.actions import access
from diba.plant.models import Absence, Post, Role
from diba.rosters.actions import ask_on_behalf, givers_for

READING = [Role.PLANNER, Role.DUTY_OFFICER, Role.HEALTH_OFFICER, Role.ADMINISTRATOR]
HEALTH = [Role.DUTY_OFFICER, Role.HEALTH_OFFICER]
W01, W02 = "陈立", "周文斌"


def names(people):
    return set(people.values_list("name", flat=True))


def in_cell(plant, code):
    return names(type(plant[W01]).objects.filter(cell__code=code))


@pytest.mark.parametrize("role", [*READING, Role.CELL_LEAD])
def test_a_role_for_one_cell_sees_this_cell_and_its_families(plant, role):
    account = plant.account("刘敏", role, unit=plant.cell("W01"))
    families = {"王芳", "林小雨"} if plant["林涛"].cell.code == "W01" else set()
    assert names(access.people_visible_to(account)) == in_cell(plant, "W01") | families | {"刘敏"}


@pytest.mark.parametrize("role", READING)
def test_a_role_for_a_department_sees_this_department(plant, role):
    account = plant.account("刘敏", role, unit=plant["刘敏"].unit)
    assert names(access.people_visible_to(account)) == {"刘敏", "孙丽"}


@pytest.mark.parametrize("role", READING)
def test_a_role_for_the_whole_plant_sees_everybody(plant, role):
    account = plant.account("刘敏", role)
    assert access.people_visible_to(account).count() == type(plant[W01]).objects.count()


@pytest.mark.parametrize("role", HEALTH)
def test_the_health_of_another_cell_stays_closed(plant, client, role):
    client = plant.signed_in(client, "刘敏", role, unit=plant.cell("W01"))
    assert client.get(reverse("grid:person", args=[plant[W01].pk])).status_code == 200
    refused = client.get(reverse("grid:person", args=[plant[W02].pk]))  # opening it in an emergency is offered
    assert refused.status_code == 403 and "体温" not in refused.content.decode()
    assert W02 not in client.get(reverse("grid:cell"), {"cell": "W02"}).content.decode()


@pytest.mark.parametrize("role", [*HEALTH, Role.CELL_LEAD])
def test_a_branch_holds_its_cells_and_a_cell_itself(plant, role):
    branch = type(plant.cell("W01")).objects.get(code="Z1")
    assert access.cells_of(plant.account("刘敏", role, unit=branch)).count() == 2
    assert list(access.cells_of(plant.account("孙丽", role, unit=plant.cell("W02")))) == [plant.cell("W02")]


@pytest.mark.parametrize("role", [Role.PLANNER, Role.ADMINISTRATOR])
def test_a_planner_and_an_administrator_see_no_health_wherever(plant, role):
    account = plant.account("刘敏", role, unit=plant.cell("W01"))
    assert names(access.health_visible_to(account)) == {"刘敏"}


@pytest.mark.parametrize("role", READING)
@pytest.mark.parametrize("table", ["people", "certificates"])
def test_tables_search_and_exports_keep_to_the_unit(plant, client, role, table):
    client = plant.signed_in(client, "刘敏", role, unit=plant.cell("W01"))
    for query in ({}, {"format": "csv"}):
        text = client.get(reverse("plant:table", args=[table]), query).content.decode()
        assert W01 in text and W02 not in text
    found = client.get(reverse("plant:search"), {"q": W02}).content.decode()
    assert reverse("plant:person", args=[plant[W02].pk]) not in found


def test_a_planner_of_one_cell_changes_nobody_of_another(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER, unit=plant.cell("W01"))
    assert client.get(reverse("plant:edit", args=["people", plant[W01].pk])).status_code == 200
    assert client.post(reverse("plant:edit", args=["people", plant[W02].pk]), {"name": "x"}).status_code == 404
    away = {"kind": "leave", "starts_at": "2020-02-15 08:00", "person": plant[W02].pk}
    client.post(reverse("plant:absences"), away)
    assert not Absence.objects.exists()
    other = actions.take_out(plant[W02], "leave", plant.now)
    assert W02 not in client.get(reverse("plant:absences")).content.decode()
    assert client.post(reverse("plant:absence", args=[other.pk]), {"verb": "end"}).status_code == 404


def test_a_lead_who_is_health_officer_elsewhere_judges_nobody_of_his_cell(plant, client):
    plant.check_in(W01, "38.2")
    plant.account("刘敏", Role.HEALTH_OFFICER, unit=plant.cell("W02"))
    client = plant.signed_in(client, "刘敏", Role.CELL_LEAD, unit=plant.cell("W01"))
    page = reverse("grid:person", args=[plant[W01].pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"state": "ruled_out", "reason": "x"}).status_code == 403


def test_the_task_to_judge_goes_to_the_officer_of_that_cell(plant):
    plant.check_in(W01, "38.2")
    here = plant.account("刘敏", Role.HEALTH_OFFICER, unit=plant.cell("W01"))
    elsewhere = plant.account("孙丽", Role.HEALTH_OFFICER, unit=plant.cell("W02"))
    assert actions.tasks_of(here).count() == 1
    assert not actions.tasks_of(elsewhere).exists()


@pytest.mark.parametrize("role", [Role.PLANNER, Role.DUTY_OFFICER])
def test_swaps_are_entered_for_the_people_of_the_unit_alone(plant, role):
    account = plant.account("刘敏", role, unit=plant.cell("W01"))
    assert W01 in names(givers_for(account)) and W02 not in names(givers_for(account))
    with pytest.raises(BadInput) as error:
        ask_on_behalf(plant[W02], plant.today, plant["高建军"], by=account, reason="x")
    assert error.value.reason == "not_yours"
    whole = plant.account("孙丽", role)
    assert {W01, W02} <= names(givers_for(whole))


def test_a_planner_of_one_unit_leaves_the_plants_own_tables_alone(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER, unit=plant.cell("W01"))
    for table in ("units", "posts", "watches", "manning", "qualifications", "calendar", "households"):
        assert client.get(reverse("plant:new", args=[table])).status_code == 403, table
    post = Post.objects.first()
    assert client.post(reverse("plant:delete", args=["posts", post.pk])).status_code == 403
    assert "新增" not in client.get(reverse("plant:table", args=["posts"])).content.decode()


def test_a_planner_of_one_unit_moves_nobody_out_of_it_nor_adds_to_another(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER, unit=plant.cell("W01"))
    path = reverse("plant:edit", args=["people", plant[W01].pk])
    shown = client.get(path).context
    values = {name: value for name, value in shown["form"].initial.items() if value not in (None, "")}
    values["version"] = shown["version"]
    moved = values | {"cell": plant.cell("W02").pk, "unit": ""}
    page = client.post(path, moved).content.decode()
    assert "超出了您的角色" in page and plant[W01].cell == plant.cell("W01")
    assert client.post(path, values | {"job_title": "值长"}).status_code == 302
    assert plant[W01].job_title == "值长"
