"""Two workers at the same moment: every state flips once, every step up is taken once, every reminder is sent once."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, transaction

from diba.grid import actions as grid
from diba.grid.models import CheckInReminder, Escalation, Flip
from diba.plant import actions
from diba.plant.models import Delivery, Task

from ..at_once import at_once, on_disk
from ..conftest import small_plant
from .test_sweep import begin

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


def turn():
    """Do what a worker does at its turn."""
    grid.settle_pauses()
    grid.sweep()
    grid.unanswered_flips()
    grid.escalate()
    grid.remind()


def left():
    """Return how many of each thing lie in the database: flips, reminders and their messages, steps and what was asked."""
    asked = Task.objects.filter(key__startswith="escalated:").count()
    return (Flip.objects.count(), CheckInReminder.objects.count(), Delivery.objects.count(), Escalation.objects.count(),
            asked, Task.objects.filter(key__startswith="missing:").count())  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "reminded", "steps"),
    [(9.2, 3, 0), (13.2, 0, 2), (24 * 4 + 13.2, 0, 2)],
    ids=["late", "missing", "asleep"],
)
def test_two_workers_at_once_do_everything_once(plant, monkeypatch, tmp_path, hours, reminded, steps):
    for name in ("林涛", "刘洋", "陈立"):
        plant.account(name)
    begin(plant)
    moment = plant.now.replace(hour=0, minute=0) + timedelta(hours=hours)
    _given, after = at_once(monkeypatch, on_disk(tmp_path / "race.sqlite3"), [turn, turn], left, moment)
    assert after == (14, reminded, reminded, steps, steps, steps)


@pytest.mark.postgresql
def test_what_another_worker_leaves_is_told_by_the_one_who_waited(plant, monkeypatch, tmp_path):
    """A worker has claimed two of those who went missing and not yet committed when the other comes."""
    begin(plant)
    moment, found = plant.now.replace(hour=11, minute=6), []
    with actions.clock.at(moment):
        grid.sweep()
    flips = list(Flip.objects.filter(new="missing").order_by("id").values_list("pk", flat=True))
    claimed, told = threading.Event(), threading.Event()

    def first():
        close_old_connections()
        with transaction.atomic():
            Flip.objects.filter(pk__in=flips[:2]).update(answered_at=moment)
            claimed.set()
            told.wait(1)  # the other one waits for this transaction meanwhile
        connection.close()

    def second():
        close_old_connections()
        claimed.wait(10)
        with actions.clock.at(moment):
            found.append(grid.unanswered_flips())
        told.set()
        connection.close()

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [2]
    counts = [task.values["count"] for task in Task.objects.filter(key__startswith="missing:")]
    assert sum(counts) == len(flips) - 2 and not Flip.objects.filter(answered_at=None).exists()
