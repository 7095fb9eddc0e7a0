"""Two officers release one person, and two clear one returnee, at the same moment: it happens once, whichever database."""

import uuid
from datetime import timedelta

import pytest

from diba.grid import actions as grid
from diba.grid.models import IsolationOrder, Return, ReturnRule
from diba.plant.models import Account, Role

from ..at_once import at_once, done, on_disk
from ..conftest import NOW, TODAY, small_plant

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


def as_each(act, accounts, monkeypatch, tmp_path):
    """Do the same as each account at the same moment; return "done" or why not, sorted."""
    acts = [done(lambda pk=account.pk: act(Account.objects.get(pk=pk))) for account in accounts]
    return sorted(at_once(monkeypatch, on_disk(tmp_path / "race.sqlite3"), acts)[0])


@pytest.fixture
def officers(plant):
    return [plant.account(name, Role.HEALTH_OFFICER) for name in ("孙丽", "刘敏", "郭峰")]


def test_two_officers_release_once(plant, officers, monkeypatch, tmp_path):
    first, *others = officers
    grid.enter_history([(plant["陈立"].pk, TODAY - timedelta(days=n), "36.5", NOW) for n in range(1, 4)], uuid.uuid4())
    order = grid.isolate(plant["陈立"], "contact", "home", uid=uuid.uuid4(), by=first, days=0, tests=0)
    grid.propose_release(order, by=first)
    outcomes = as_each(lambda by: grid.release(IsolationOrder.objects.get(), by=by), others, monkeypatch, tmp_path)
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
    outcomes = as_each(lambda by: grid.clear_return(Return.objects.get(), by=by), others, monkeypatch, tmp_path)
    assert outcomes == ["cleared_already", "done"]
