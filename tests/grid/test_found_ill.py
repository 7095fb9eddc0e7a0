"""A contact who is not well when he is looked after: put up for judgement, and to be read for good."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.actions import follow_ups, tracing
from diba.grid.models import Case, CheckIn, Contact, FollowUp
from diba.plant import actions
from diba.plant.models import Person, Task

from .zeros import of


@pytest.fixture
def contact(plant, case, officer):
    row = Contact.objects.get(case=case, person__name="王芳")
    # A colleague, so that he counts in the zero report; the case itself is in another cell.
    row.person = plant["高建军"]
    row.save(update_fields=["person"])
    tracing.decide(case, [row.pk], True, "同住", by=officer)
    row.refresh_from_db()
    return row


def found_ill(contact, officer, uid=None, **more):
    return follow_ups.visit(contact, "seen_not_ok", uid=uid or uuid.uuid4(), by=officer, note="发热 39 °C", **more)


def suspicions(contact):
    return Case.objects.filter(person=contact.person)


def test_not_well_at_a_follow_up_does_once_what_a_report_that_is_not_well_does(plant, contact, officer):
    plant.check_in("高建军")
    uid = uuid.uuid4()
    for _ in range(3):
        found_ill(contact, officer, uid)
    report = CheckIn.objects.get(person=contact.person, corrected_by=None)
    assert report.abnormal and report.symptom_note == "发热 39 °C" and report.corrects_id
    assert [change.state for change in suspicions(contact).get().changes.all()] == ["suspected"]
    [absence] = actions.absences_between(plant.now, plant.now + timedelta(minutes=1), [contact.person_id])
    assert absence.kind == "checking"
    cell = contact.person.cell
    assert grid.double_zero().suspected == 2 and of(plant, cell.code).suspected >= 1
    assert Task.objects.filter(key__startswith=f"judge:{contact.person_id}:", closed_at=None, urgent=True).exists()
    assert CheckIn.objects.count() == 2 and FollowUp.objects.count() == 1


def test_a_later_well_of_the_day_undoes_neither_the_suspicion_nor_what_the_list_says(plant, contact, officer):
    found_ill(contact, officer)
    follow_ups.visit(contact, "seen_ok", uid=uuid.uuid4(), by=officer)
    [row] = follow_ups.followed(Contact.objects.filter(pk=contact.pk))
    assert row.today.outcome == "seen_not_ok"
    assert suspicions(contact).get().changes.get().state == "suspected"
    assert FollowUp.objects.count() == 2, "both are kept"


def test_it_stands_on_his_days_and_on_his_page_also_when_the_case_is_over(plant, page, case, contact, officer):
    """Whoever was exposed until today is asked for from tomorrow on; what is found today stands on a day of its own."""
    found_ill(contact, officer)
    traced, person = reverse("grid:traced", args=[contact.pk]), reverse("grid:person", args=[contact.person_id])
    for over in (False, True):
        if over:
            grid.judge_case(case, "ruled_out", "两次阴性", by=officer)
            assert Contact.objects.get(pk=contact.pk).state == "withdrawn"
        assert "发热 39 °C" in page.get(traced).content.decode()
        assert "发热 39 °C" in page.get(person).content.decode()


def test_of_who_has_left_it_is_kept_and_judged_though_no_report_is_asked(plant, contact, officer):
    Person.objects.filter(pk=contact.person_id).update(left_on=plant.today)
    found_ill(contact, officer)
    assert FollowUp.objects.get().note == "发热 39 °C" and not CheckIn.objects.exists()
    assert Task.objects.filter(key__startswith=f"judge:{contact.person_id}:", closed_at=None).exists()
