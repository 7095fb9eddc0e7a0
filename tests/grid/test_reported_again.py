"""Who is worse than he reported this morning: heard from a lead, by a personal address, for the family; nothing told is lost."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.actions import links
from diba.grid.models import Case, CheckIn, DailyContact, LinkUse
from diba.plant import actions
from diba.plant.models import Role, Task

from .isolating import isolated
from .test_links import address, sent


@pytest.fixture
def lead(plant):
    return plant.account("孙丽", Role.CELL_LEAD, unit=plant["林涛"].cell)


def not_well(plant, lead, uid=None, **said):
    return grid.contact(plant["林涛"], "seen_not_ok", uid=uid or uuid.uuid4(), by=lead, **said)


def follows(plant, name="林涛"):
    """Return what an abnormal report sets off: open cases, absences, tasks about the person."""
    away = actions.absences_between(plant.now, plant.now.replace(hour=23), [plant[name].pk])
    return [Case.objects.count(), away.count(), Task.objects.filter(about=plant[name], urgent=True).exists()]


def test_not_well_after_a_well_of_the_morning_sets_off_what_it_always_does(plant, lead):
    plant.check_in("林涛", whereabouts="三号机")
    uid = uuid.uuid4()
    for _ in range(2):
        row = not_well(plant, lead, uid, temperature=Decimal("38.9"), symptoms=["cough"], note="夜里咳")
    first, second = CheckIn.objects.order_by("pk")
    assert row.checkin == second and second.corrects == first and second.abnormal and second.by == lead
    assert (second.temperature, second.symptoms, second.symptom_note) == (Decimal("38.9"), ["cough"], "夜里咳")
    assert second.whereabouts == "三号机" and second.correction_reason
    assert follows(plant) == [1, 1, True] and grid.double_zero().suspected == 1
    assert DailyContact.objects.count() == 1


def test_a_symptom_the_profile_makes_nothing_of_is_abnormal_all_the_same_when_a_lead_saw_it(plant, lead):
    plant.check_in("林涛", "36.5")
    not_well(plant, lead, symptoms=["diarrhoea"])
    last = CheckIn.objects.get(corrects__isnull=False)
    assert last.abnormal and last.temperature == Decimal("36.5"), "nobody measured anew: the morning's stays"
    assert Case.objects.count() == 1


def test_not_well_after_a_report_that_was_corrected_corrects_the_newest(plant, lead):
    first = plant.check_in("林涛", "38.4")
    better, _ = grid.correct(first, Decimal("36.6"), uid=uuid.uuid4(), reason="看错了")
    row = not_well(plant, lead, temperature=Decimal("38.1"))
    assert row.checkin.corrects == better and row.checkin.abnormal


def test_what_is_told_of_somebody_who_said_himself_that_he_is_not_well_is_kept_beside_it(plant, lead):
    plant.check_in("林涛", "38.2", symptoms=["cough"])
    row = not_well(plant, lead, temperature=Decimal("39.4"), symptoms=["fatigue"])
    assert (row.checkin.temperature, set(row.checkin.symptoms)) == (Decimal("39.4"), {"cough", "fatigue"})
    assert Case.objects.count() == 1
    before = CheckIn.objects.count()
    assert not_well(plant, lead, temperature=Decimal("39.4")).checkin == row.checkin
    assert CheckIn.objects.count() == before, "nothing new was told"


def test_well_after_a_report_of_his_own_changes_nothing(plant, lead):
    own = plant.check_in("林涛", "38.2")
    row = grid.contact(plant["林涛"], "seen_ok", uid=uuid.uuid4(), by=lead)
    assert row.checkin == own and CheckIn.objects.count() == 1


def test_the_follow_up_of_an_isolated_person_who_got_worse_is_not_lost(plant, officer):
    order = isolated(plant, officer)
    name = order.person.name
    plant.check_in(name)
    values = {"temperature": Decimal("38.9"), "symptoms": ["cough"]}
    grid.follow(order, "seen_not_ok", uid=uuid.uuid4(), by=officer, **values)
    assert CheckIn.objects.get(corrects__isnull=False).temperature == Decimal("38.9")
    assert Case.objects.get().person.name == name


def test_a_second_report_by_an_address_stands_in_place_of_the_first(plant, client):
    _given, token = links.give_link(plant["林涛"], by=plant.account("孙丽"))
    client.post(address(token), sent(plant))
    worse = sent(plant, temperature="38.9", symptoms=["cough"])
    for _ in range(3):
        answer = client.post(address(token), worse)
        assert answer.status_code == 302
    first, second = CheckIn.objects.order_by("pk")
    assert second.corrects == first and second.temperature == Decimal("38.9") and second.by is None
    assert follows(plant) == [1, 1, True] and LinkUse.objects.count() == 2
    page = client.get(answer["Location"]).content.decode()
    assert "已收到" in page and "38.9" not in page
    better = sent(plant, temperature="36.6")
    client.post(address(token), better)
    assert CheckIn.objects.get(uid=better["uid"]).corrects == second and Case.objects.count() == 1


def test_of_who_reports_twice_a_day_the_report_that_came_last_is_corrected(plant, client, officer):
    person = isolated(plant, officer).person
    _given, token = links.give_link(person, by=plant.account("孙丽"))
    client.post(address(token), sent(plant))
    with actions.clock.at(plant.now.replace(hour=19)):
        client.post(address(token), sent(plant))
        evening = CheckIn.objects.get(slot="evening")
        client.post(address(token), sent(plant, temperature="38.7"))
        assert CheckIn.objects.get(corrects=evening).abnormal


def test_a_second_report_for_one_of_the_family_stands_in_place_of_the_first(plant, client):
    client = plant.signed_in(client, "林涛")
    wife = plant["王芳"]
    to = reverse("grid:family_report", args=[wife.pk])
    client.post(to, {**sent(plant), "slot": "morning"})
    worse = {**sent(plant, temperature="38.9"), "slot": "morning"}
    for _ in range(2):
        answer = client.post(to, worse, follow=True)
    first, second = CheckIn.objects.order_by("pk")
    assert (second.corrects, second.person, second.abnormal) == (first, wife, True) and second.by.person == plant[
        "林涛"
    ]
    assert "代替" in answer.content.decode()
    risk = {"risk-kind": "case", "risk-first": plant.today, "risk-last": plant.today, "risk-who": "邻居", "risk-uid": uuid.uuid4()}  # fmt: skip
    third = {**sent(plant, temperature="38.5"), "slot": "morning", **risk}
    client.post(to, third)
    assert CheckIn.objects.get(uid=third["uid"]).corrects == second
