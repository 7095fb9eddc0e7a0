"""Who says himself how he is, after somebody else said so for him: what says that somebody is ill is never thrown away."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.models import Case, CheckIn, DailyContact
from diba.plant.models import Person, Role, Task

from ..at_once import at_once, on_disk
from ..conftest import NOW, small_plant
from .test_links import sent
from .test_reported_again import follows

CHECKIN = "/grid/checkin/"


@pytest.fixture
def lead(plant):
    return plant.account("孙丽", Role.CELL_LEAD, unit=plant["林涛"].cell)


def well(plant, lead):
    return grid.contact(plant["林涛"], "seen_ok", uid=uuid.uuid4(), by=lead)


def from_his_phone(client, plant, **changed):
    return client.post(CHECKIN, {**sent(plant, **changed), "slot": "morning"}, follow=True).content.decode()


def test_a_fever_he_sends_after_his_lead_said_well_corrects_it_once_and_sets_everything_off(plant, client, lead):
    client = plant.signed_in(client, "林涛")
    well(plant, lead)
    fever = {"temperature": "38.9", "symptom_note": "夜里冷", "uid": uuid.uuid4()}
    pages = [from_his_phone(client, plant, **fever) for _ in range(3)]
    first, second = CheckIn.objects.order_by("pk")
    assert (second.corrects, second.temperature, second.symptom_note) == (first, Decimal("38.9"), "夜里冷")
    assert second.abnormal and second.by.person == plant["林涛"] and second.correction_reason
    assert follows(plant) == [1, 1, True] and grid.double_zero().suspected == 1
    assert "代替" in pages[0] and all("今天已经报过" not in page for page in pages)


def test_two_phones_of_one_person_both_count_and_only_the_same_again_is_said_already(plant, client):
    client = plant.signed_in(client, "林涛")
    from_his_phone(client, plant)
    assert "今天已经报过" in from_his_phone(client, plant)
    assert CheckIn.objects.count() == 1, "the same again is no correction"
    from_his_phone(client, plant, temperature="38.4")
    from_his_phone(client, plant, temperature="38.4", symptoms=["cough"])
    assert [row.temperature for row in CheckIn.objects.order_by("pk")][1:] == [Decimal("38.4")] * 2
    assert CheckIn.objects.get(corrected_by=None).symptoms == ["cough"] and Case.objects.count() == 1


def test_a_well_of_the_lead_s_does_not_undo_that_he_is_not_well_and_says_so(plant, client, lead):
    own = plant.check_in("林涛", "38.9", by=plant.account("林涛"))
    client = plant.signed_in(client, "孙丽")
    to = reverse("grid:contact", args=[plant["林涛"].pk])
    page = client.post(to, {"uid": uuid.uuid4(), "outcome": "seen_ok", "method": "phone"}, follow=True).content.decode()
    assert CheckIn.objects.get() == own and Case.objects.get().changes.get().state == "suspected"
    assert "今天的报告是异常" in page


@pytest.mark.parametrize("reported", [False, True])
def test_a_well_with_a_fever_in_it_is_kept_as_not_well(plant, lead, reported):
    if reported:
        plant.check_in("林涛", "36.5")
    row = grid.contact(plant["林涛"], "seen_ok", uid=uuid.uuid4(), by=lead, temperature=Decimal("39.5"))
    assert row.outcome == "seen_not_ok" and DailyContact.objects.get().checkin.temperature == Decimal("39.5")
    assert CheckIn.objects.get(corrected_by=None).abnormal and follows(plant) == [1, 1, True]
    assert Task.objects.filter(key__startswith="judge:", closed_at=None).exists() or not plant["林涛"].cell.lead_id


def test_what_he_sends_arrives_twice_at_once_and_is_one_correction(transactional_db, tmp_path, monkeypatch):
    big = small_plant()
    by, uid = big.account("林涛"), uuid.uuid4()
    grid.contact(big["林涛"], "seen_ok", uid=uuid.uuid4(), by=big.account("孙丽", Role.HEALTH_OFFICER))

    def sends():
        return grid.check_in(Person.objects.get(name="林涛"), NOW.date(), Decimal("38.9"), uid=uid, by=by)[1]

    given, rows = at_once(monkeypatch, on_disk(tmp_path / "d.sqlite3"), [sends, sends], CheckIn.objects.count)
    assert sorted(given) == [False, True] and rows == 2
