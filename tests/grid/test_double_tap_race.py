"""One button pressed twice at the same moment: one visit, one call-back, and both are answered with it."""

import uuid

import pytest

from diba.grid import actions as grid
from diba.grid.actions import follow_ups, tracing
from diba.grid.models import CheckIn, Contact, Policy
from diba.plant.models import Role

from ..conftest import small_plant
from .test_release_race import as_each

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


def test_one_visit_sent_twice_at_once_is_one(plant, monkeypatch, tmp_path):
    officer = plant.account("孙丽", Role.HEALTH_OFFICER)
    case = grid.suspect(plant["林涛"], "发热", by=officer)
    contact = Contact.objects.filter(case=case).first()
    tracing.decide(case, [contact.pk], True, "同住", by=officer)
    uid, written = uuid.uuid4(), []

    def tap(by):
        written.append(follow_ups.visit(contact, "seen_not_ok", uid=uid, by=by).pk)

    assert as_each(tap, [officer, officer], monkeypatch, tmp_path) == ["done", "done"]
    assert len(written) == 2 and len(set(written)) == 1


def test_one_call_back_sent_twice_at_once_is_one(plant, monkeypatch, tmp_path):
    Policy.objects.update(callback_percent=100)
    lead = plant.account("孙丽", Role.HEALTH_OFFICER)
    report = plant.check_in("林涛", by=plant.account("林涛"))
    uid, written = uuid.uuid4(), []

    def tap(by):
        written.append(grid.call_back(report, "differs", uid=uid, by=by).pk)

    assert as_each(tap, [lead, lead], monkeypatch, tmp_path) == ["done", "done"]
    assert len(written) == 2 and len(set(written)) == 1


def test_two_corrections_of_one_report_at_once_are_one_and_a_refusal_with_words(plant, monkeypatch, tmp_path):
    report = plant.check_in("林涛", by=plant.account("林涛"))
    by = plant.account("林涛")

    written = []

    def correct(by):
        seen = CheckIn.objects.get(pk=report.pk)
        row, _new = grid.correct(seen, "36.8", uid=uuid.uuid4(), reason="看错了", by=by, as_seen=True)
        written.append(row)

    assert as_each(correct, [by, by], monkeypatch, tmp_path) == ["corrected_since", "done"]
    assert [row.corrects_id for row in written] == [report.pk]
