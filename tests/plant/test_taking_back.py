"""An import is taken back whole, or says what was built upon it."""

import datetime
import json
from decimal import Decimal

import pytest

from diba.grid import actions as grid
from diba.grid.models import Expectation
from diba.plant import actions
from diba.plant.actions import importing, jobs
from diba.plant.models import (
    Certificate,
    Household,
    Import,
    Person,
    Post,
    Qualification,
    Task,
    Unit,
)  # fmt: skip

from ..conftest import NOW, PASSWORD, TODAY
from .books import ONE, bring


def test_an_import_is_taken_back_whole(empty):
    before = bring()[0]
    importing.confirm(before)
    rows = [[*ONE[0]], [*ONE[1]], ["1003", "高建军", *[""] * 11]]
    rows[0][4] = "13911111111"
    row, _plan = bring(rows)
    importing.confirm(row)
    importing.undo(row)
    assert Person.objects.get(staff_no="1001").phone == "13893211234"
    assert not Person.objects.filter(staff_no="1003").exists()
    importing.undo(Import.objects.get(pk=before.pk))
    assert [model.objects.count() for model in (Person, Unit, Certificate, Household, Qualification)] == [0] * 5


def edited(row, **values):
    """Confirm an import, then edit 方志远 by hand; return why the import is not taken back."""
    importing.confirm(row)
    person = Person.objects.get(staff_no="1001")
    for name, value in values.items():
        setattr(person, name, value)
    person.save()
    with pytest.raises(importing.Collision) as error:
        importing.undo(row)
    there = Person.objects.get(staff_no="1001")
    assert {name: getattr(there, name) for name in values} == values, "what was typed by hand stays"
    return error.value.labels


def test_what_was_changed_since_is_not_taken_back_silently(empty):
    importing.confirm(bring()[0])
    rows = [[*ONE[0]], [*ONE[1]]]
    rows[0][4] = "13911111111"
    assert edited(bring(rows)[0], phone="13922222222") == ["方志远：手机之后又改过"]


def test_a_person_who_was_brought_and_edited_since_is_not_deleted(empty):
    row, _plan = bring()
    assert edited(row, note="膝盖手术，不爬梯") == ["方志远：备注之后又改过"]
    person = Person.objects.get(staff_no="1001")
    person.note = ""
    person.save()
    assert importing.undo(row) > 0 and not Person.objects.exists()


def test_an_import_from_before_the_histories_were_marked_is_still_taken_back(empty):
    row, _plan = bring()
    importing.confirm(row)
    row.refresh_from_db()
    Import.objects.filter(pk=row.pk).update(undo=json.dumps(json.loads(row.undo)["journal"]))
    assert importing.undo(row) > 0 and not Person.objects.exists()


def test_what_the_machine_wrote_by_itself_does_not_stand_in_the_way_of_taking_back(empty):
    """The worker expects a check-in of everybody, flips it to missing and asks the imported lead about it."""
    row, _plan = bring()
    importing.confirm(row)
    grid.set_policy(TODAY, threshold=Decimal("37.3"), comparator=">", due=datetime.time(9), grace=120,
                    second_due=datetime.time(18), isolation_days=14, source="test")  # fmt: skip
    jobs.run_ticks()
    with actions.clock.at(NOW + datetime.timedelta(hours=6)):
        jobs.run_ticks()
    assert Expectation.objects.filter(state="missing").count() == 2
    assert Task.objects.filter(owner__staff_no="1001").exists()
    assert importing.undo(row) > 0
    assert (Person.objects.count(), Expectation.objects.count(), Task.objects.count()) == (0, 0, 0)


def test_what_people_did_since_stands_in_the_way_and_is_named(empty):
    row, _plan = bring()
    importing.confirm(row)
    actions.open_account(Person.objects.get(staff_no="1001"), PASSWORD)
    with pytest.raises(importing.Collision) as error:
        importing.undo(row)
    assert error.value.labels == ["方志远 (1001)：账号"]
    assert Person.objects.filter(staff_no="1001").exists() and Import.objects.get(pk=row.pk).state == "confirmed"


def test_a_qualification_that_a_post_asks_for_since_is_not_taken_from_it(empty):
    row, _plan = bring()
    importing.confirm(row)
    Post.objects.create(code="zz", name="值长").qualifications.add(Qualification.objects.get(name="值长证"))
    with pytest.raises(importing.Collision) as error:
        importing.undo(row)
    assert error.value.labels == ["值长：所需资质之后又改过"]
