"""Two planners approve at the same moment: nobody is booked twice, on SQLite and on PostgreSQL."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, connections

from diba.core.errors import BadInput
from diba.plant import actions as plant_actions
from diba.plant.models import Person, Post, Role, Watch, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Correction, Duty, Roster, Swap

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


def on_disk(path):
    """Let the threads to come open the test's database as a file: one that lies in memory belongs to one thread."""
    if connection.vendor != "sqlite":
        return dict(connections.settings["default"])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    return {**connections.settings["default"], "NAME": str(path)}


def test_two_approvals_at_once_book_nobody_twice(agreed, tmp_path, monkeypatch):
    planner = Person.objects.get(name="刘敏").account
    monkeypatch.setitem(connections.settings, "default", on_disk(tmp_path / "race.sqlite3"))
    together, outcomes = threading.Barrier(2), {}

    def work(pk):
        close_old_connections()
        with plant_actions.clock.at(NOW):
            swap = Swap.objects.get(pk=pk)
            together.wait(10)
            try:
                outcomes[pk] = rosters.approve(swap, by=planner).state
            except BadInput as error:
                outcomes[pk] = error.reason
        seen[pk] = (Duty.objects.filter(person__name="孙志强", day=DAY).count(), Correction.objects.count())
        connection.close()

    seen = {}
    threads = [threading.Thread(target=work, args=(pk,)) for pk in agreed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes.values()) == ["approved", "broken"]
    assert set(seen.values()) == {(1, 2)}
