"""Two officers release one person, and two clear one returnee, at the same moment: it happens once, whichever database."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, connections

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.models import IsolationOrder, Return, ReturnRule
from diba.plant import actions as plant_actions
from diba.plant.models import Account, Role

from ..conftest import NOW, TODAY, small_plant

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


def on_disk(path):
    """Let the threads to come open the test's database as a file: one that lies in memory belongs to one thread."""
    if connection.vendor != "sqlite":
        return dict(connections.settings["default"])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    return {**connections.settings["default"], "NAME": str(path)}


def at_once(act, accounts, monkeypatch, tmp_path):
    """Do the same as each account at the same moment; return what came of it, sorted."""
    monkeypatch.setitem(connections.settings, "default", on_disk(tmp_path / "race.sqlite3"))
    together, outcomes, rows = threading.Barrier(len(accounts)), [], []

    def work(pk):
        close_old_connections()
        with plant_actions.clock.at(NOW):
            by = Account.objects.get(pk=pk)
            together.wait(10)
            try:
                act(by)
                outcomes.append("done")
            except BadInput as error:
                outcomes.append(error.reason)
            rows.append(by.pk)
        connection.close()

    threads = [threading.Thread(target=work, args=(account.pk,)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(rows) == len(accounts)
    return sorted(outcomes)


@pytest.fixture
def officers(plant):
    return [plant.account(name, Role.HEALTH_OFFICER) for name in ("孙丽", "刘敏", "郭峰")]


def test_two_officers_release_once(plant, officers, monkeypatch, tmp_path):
    first, *others = officers
    grid.enter_history([(plant["陈立"].pk, TODAY - timedelta(days=n), "36.5", NOW) for n in range(1, 4)], uuid.uuid4())
    order = grid.isolate(plant["陈立"], "contact", "home", uid=uuid.uuid4(), by=first, days=0, tests=0)
    grid.propose_release(order, by=first)
    outcomes = at_once(lambda by: grid.release(IsolationOrder.objects.get(), by=by), others, monkeypatch, tmp_path)
    assert outcomes == ["done", "released_already"]


def test_two_officers_clear_a_returnee_once(plant, officers, monkeypatch, tmp_path):
    first, *others = officers
    row = grid.declare_return(
        plant["陈立"], "某地", TODAY - timedelta(days=20), "car", uid=uuid.uuid4(), by=first, declared="officer"
    )
    # A database that was emptied between two tests has none of the rules a new plant begins with.
    ReturnRule.objects.get_or_create(level="low", starts_on=TODAY, defaults={"days": 0, "source": "x"})
    grid.judge_return(row, "low", "已核实", by=first)
    plant.check_in("陈立")
    outcomes = at_once(lambda by: grid.clear_return(Return.objects.get(), by=by), others, monkeypatch, tmp_path)
    assert outcomes == ["cleared_already", "done"]
