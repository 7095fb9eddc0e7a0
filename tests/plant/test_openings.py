"""Health of somebody no role reaches: opened with a reason, for an hour, told at once, and reviewed by somebody else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from diba.plant import actions
from diba.plant.actions import openings
from diba.plant.models import BreakGlass, Delivery, HealthRead, OpeningReview, Record, Role, Task, Unit


@pytest.fixture
def elsewhere(plant):
    """林涛, whose cell is led by 陈立, and 刘敏, a duty officer of the office only."""
    cell = plant.cell("W01")
    Unit.objects.filter(pk=cell.pk).update(lead=plant["陈立"])
    plant.account("刘敏", Role.DUTY_OFFICER, unit=Unit.objects.get(code="D02"))
    plant.check_in("林涛", "38.7", symptom_note="咽痛得厉害")
    return plant["林涛"]


@pytest.fixture
def page(elsewhere):
    return reverse("grid:person", args=[elsewhere.pk])


def test_the_refusal_offers_to_open_with_a_reason(plant, client, elsewhere, page):
    plant.signed_in(client, "刘敏")
    refused = client.get(page)
    text = refused.content.decode()
    assert refused.status_code == 403 and reverse("plant:open_health", args=[elsewhere.pk]) in text
    assert "38.7" not in text and "咽痛得厉害" not in text


def test_an_employee_a_lead_and_a_planner_are_offered_nothing(plant, client, elsewhere, page):
    for name, roles in (("徐振华", ()), ("高建军", (Role.PLANNER,)), ("周文斌", (Role.CELL_LEAD,))):
        unit = plant.cell("W02") if Role.CELL_LEAD in roles else None
        plant.signed_in(client, name, *roles, unit=unit)
        assert client.get(page).status_code == 404
        assert client.post(reverse("plant:open_health", args=[elsewhere.pk]), {"reason": "x"}).status_code == 403
        with pytest.raises(PermissionDenied):
            openings.open_health(elsewhere, "x", by=plant.account(name))
    assert not BreakGlass.objects.exists()


def test_no_reason_opens_nothing(plant, client, elsewhere, page):
    plant.signed_in(client, "刘敏")
    refused = client.post(reverse("plant:open_health", args=[elsewhere.pk]), {"reason": "  "})
    assert refused.status_code == 400 and "db-err" in refused.content.decode()
    assert client.get(page).status_code == 403 and not BreakGlass.objects.exists()


def test_it_opens_one_person_to_be_read_for_an_hour_and_tells_at_once(plant, client, elsewhere, page):
    plant.signed_in(client, "刘敏")
    client.post(reverse("plant:open_health", args=[elsewhere.pk]), {"reason": "现场晕倒，急需病史"})
    shown = client.get(page).content.decode()
    assert "咽痛得厉害" in shown and "现场晕倒" in shown
    assert client.get(reverse("grid:person", args=[plant["田野"].pk])).status_code == 403
    assert client.post(page, {"state": "confirmed", "reason": "x"}).status_code == 403
    row = BreakGlass.objects.get()
    task = Task.objects.get(key=f"opening:{row.pk}")
    assert task.role == Role.HEALTH_OFFICER and task.urgent
    assert Delivery.objects.filter(person__name="陈立", message__urgent=True).exists()
    read = Record.objects.filter(verb="health.read", detail=f"opening={row.pk}").get()
    assert HealthRead.objects.filter(record_id=read.pk, person_id=elsewhere.pk).exists()
    assert "晕倒" not in str(list(Record.objects.values_list("detail", flat=True)))
    with actions.clock.at(plant.now + timedelta(minutes=61)):
        client.logout()
        plant.signed_in(client, "刘敏")
        assert client.get(page).status_code == 403


def test_an_opening_puts_nobody_into_lists_and_figures(plant, elsewhere):
    officer = plant.account("刘敏")
    openings.open_health(elsewhere, "现场晕倒", by=officer)
    assert actions.health_open_to(officer).filter(pk=elsewhere.pk).exists()
    assert not actions.health_visible_to(officer).filter(pk=elsewhere.pk).exists()


def test_whoever_opened_it_closes_it_before_its_time(plant, client, elsewhere, page):
    plant.signed_in(client, "刘敏")
    row = openings.open_health(elsewhere, "现场晕倒", by=plant.account("刘敏"))
    assert openings.open_health(elsewhere, "又一次", by=plant.account("刘敏")) == row
    client.post(reverse("plant:close_health", args=[row.pk]))
    assert client.get(page).status_code == 403
    assert not openings.close_opening(row, by=plant.account("刘敏"))


def test_somebody_else_reviews_it_and_the_newest_word_counts(plant, client, elsewhere):
    row = openings.open_health(elsewhere, "现场晕倒", by=plant.account("刘敏"))
    address = reverse("plant:opening_review", args=[row.pk])
    plant.account("刘敏", Role.HEALTH_OFFICER)
    plant.signed_in(client, "刘敏")
    assert client.post(address, {"justified": "yes"}).status_code == 400
    plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER)
    assert "现场晕倒" in client.get(reverse("plant:openings")).content.decode()
    assert client.post(address, {"justified": "no", "note": ""}).status_code == 400
    client.post(address, {"justified": "no", "note": "当时已送医"})
    assert Task.objects.get(key=f"opening:{row.pk}").closed_at
    plant.signed_in(client, "韩冰", Role.AUDITOR)
    client.post(address, {"justified": "yes", "note": "经核实确有必要"})
    text = client.get(reverse("plant:openings")).content.decode()
    assert "经核实确有必要" in text and OpeningReview.objects.count() == 2
    book = client.get(reverse("plant:openings"), {"format": "xlsx", "state": "justified"})
    assert book.status_code == 200 and book.content[:2] == b"PK"


def test_a_health_officer_of_one_unit_reviews_only_openings_within_reach(plant, client, elsewhere):
    row = openings.open_health(elsewhere, "现场晕倒", by=plant.account("刘敏"))
    plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER, unit=Unit.objects.get(code="D02"))
    assert "现场晕倒" not in client.get(reverse("plant:openings")).content.decode()
    assert client.post(reverse("plant:opening_review", args=[row.pk]), {"justified": "yes"}).status_code == 404


def test_the_page_of_openings_asks_the_same_of_the_database_for_one_and_for_ten(plant, client, elsewhere, django_assert_max_num_queries):  # fmt: skip
    officer = plant.account("刘敏")
    plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER)
    for name in ("林涛", "田野", "韩冰", "郭峰", "高建军", "徐振华"):
        row = openings.open_health(plant[name], "现场晕倒", by=officer)
        openings.review(row, True, by=plant.account("孙丽"))
    with django_assert_max_num_queries(24):
        client.get(reverse("plant:openings"))
