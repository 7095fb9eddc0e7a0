"""Two corrections of one answer at the same moment: both are kept, one after the other, and one counts."""

import uuid

import pytest

from diba.grid.actions import screening
from diba.plant.models import Role

from ..conftest import small_plant
from .screenings import answered, campaign_of
from .test_release_race import as_each

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


def test_two_corrections_at_once_follow_each_other(plant, monkeypatch, tmp_path):
    campaign, round = campaign_of(plant)
    first = answered(campaign, round, plant["陈立"])
    officers = [plant.account(name, Role.HEALTH_OFFICER) for name in ("孙丽", "刘敏")]

    written = []

    def correct(by):
        row, _new = screening.correct_answer(first, {"fever": "no"}, uid=uuid.uuid4(), reason="记错", by=by)
        written.append(row)

    assert as_each(correct, officers, monkeypatch, tmp_path) == ["done", "done"]
    earlier, later = sorted(written, key=lambda row: row.pk)
    assert (earlier.corrects_id, later.corrects_id) == (first.pk, earlier.pk)
