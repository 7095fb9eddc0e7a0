"""Two planners call for the same gates and days at one moment: one call is made, on SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest

from diba.plant.models import Post, Role, WatchPattern
from diba.rosters.actions import volunteers
from diba.rosters.models import CallUp, Invitation

from ..at_once import at_once, done, on_disk
from ..conftest import small_plant

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


def test_two_calls_at_once_ask_everybody_once(plant, tmp_path, monkeypatch):
    planner, later = plant.account("刘敏", Role.PLANNER), plant.today + timedelta(days=90)
    volunteers.enlist([plant["陈立"], plant["孙丽"]], by=planner, trained_until=later, insured_until=later)
    values = {
        "by": planner, "name": "卡口", "pattern": WatchPattern.objects.get(code="3x8"), "first_day": plant.today + timedelta(days=2), "days": 2,
        "gates": [Post.objects.create(code="kakou1", name="1 号卡口", tier=3)], "needed": 1, "by_day_only": True, "answer_hours": 24,
    }  # fmt: skip
    acts = [done(lambda: volunteers.call_up(**values)) for _n in range(2)]
    states, after = at_once(
        monkeypatch,
        on_disk(tmp_path / "call.sqlite3"),
        acts,
        lambda: (CallUp.objects.count(), Invitation.objects.count()),
    )
    assert (sorted(states), after) == (["called", "done"], (1, 2))
