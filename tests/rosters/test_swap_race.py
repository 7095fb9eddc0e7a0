"""Two planners approve at the same moment: nobody is booked twice, on SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest

from diba.plant.models import Person, Post, Role, Watch, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Correction, Duty, Roster, Swap

from ..at_once import at_once, on_disk
from ..conftest import NOW, TODAY, small_plant

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())
DAY = TODAY + timedelta(days=3)


@pytest.fixture
def agreed(plant, tmp_path):
    """Two agreed swaps that both give 孙志强 a duty of the same day, each open when it was agreed."""
    planner = plant.account("刘敏", Role.PLANNER)
    pattern, _ = WatchPattern.objects.get_or_create(code="3x8")
    roster = Roster.objects.create(
        state="published", pattern=pattern, first_day=TODAY, days=28, rules=dict(rosters.DEFAULT_RULES, block=0), asked_at=NOW,
        published_at=NOW, published_by=planner,
    )  # fmt: skip
    post = Post.objects.get(code="zhuzhi")
    swaps = []
    for name, watch in (("林涛", "早"), ("韩冰", "中")):
        Duty.objects.create(
            roster=roster, person=plant[name], day=DAY, watch=Watch.objects.get(pattern=pattern, code=watch), post=post
        )
        swap = rosters.ask_swap(plant[name], DAY, plant["孙志强"], by=plant.account(name))
        swaps.append(rosters.agree(swap, by=plant.account("孙志强")))
    return [swap.pk for swap in swaps]


def test_two_approvals_at_once_book_nobody_twice(agreed, tmp_path, monkeypatch):
    planner = Person.objects.get(name="刘敏").account
    acts = [lambda swap=swap: rosters.approve(swap, by=planner).state for swap in Swap.objects.filter(pk__in=agreed)]

    def left():
        return Duty.objects.filter(person__name="孙志强", day=DAY).count(), Correction.objects.count()

    states, after = at_once(monkeypatch, on_disk(tmp_path / "race.sqlite3"), acts, left)
    assert (sorted(states), after) == (["approved", "broken"], (1, 2))
