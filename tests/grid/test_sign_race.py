"""Lead and deputy at the same moment: one signature, one sweep, one report for one person, on SQLite and on PostgreSQL."""

import uuid

import pytest

from diba.grid import actions as grid
from diba.grid.models import CheckIn, Expectation, Flip, ZeroReport
from diba.plant import actions
from diba.plant.models import Account

from ..at_once import at_once, on_disk
from ..conftest import NOW, small_plant

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


def test_lead_and_deputy_sign_at_once_and_one_report_is_kept(plant, tmp_path, monkeypatch):
    accounts = [plant.account(name).pk for name in ("孙丽", "郭峰")]
    cell = plant.cell()
    shown = grid.cell_days([cell])[0].digest

    def sign(pk):
        return grid.sign(cell, uid=uuid.uuid4(), by=Account.objects.get(pk=pk), shown=shown).number

    acts = [lambda pk=pk: sign(pk) for pk in accounts]
    given, reports = at_once(monkeypatch, on_disk(tmp_path / "sign.sqlite3"), acts, ZeroReport.objects.count)
    assert (sorted(map(str, given)), reports) == (["1", "signed_already"], 1)


def test_lead_and_deputy_reach_one_person_at_once_and_one_report_is_kept(plant, tmp_path, monkeypatch):
    accounts = [plant.account(name).pk for name in ("孙丽", "郭峰")]
    chen = plant["陈立"]

    def reach(pk):
        return grid.contact(chen, "seen_ok", uid=uuid.uuid4(), by=Account.objects.get(pk=pk)).checkin_id

    acts = [lambda pk=pk: reach(pk) for pk in accounts]
    given, checkins = at_once(monkeypatch, on_disk(tmp_path / "reach.sqlite3"), acts, CheckIn.objects.count)
    assert (len(set(given)), checkins) == (1, 1), "both tries stand, about one report"


def test_two_workers_sweep_at_once_and_nobody_flips_twice(plant, tmp_path, monkeypatch):
    with actions.clock.at(NOW.replace(hour=7)):
        assert grid.expect_everybody() == 14
        assert grid.expect_everybody() == 0
        grid.sweep()
    before = Flip.objects.count()
    database, moment = on_disk(tmp_path / "sweep.sqlite3"), NOW.replace(hour=9, minute=1)
    given, flips = at_once(monkeypatch, database, [grid.sweep, grid.sweep], Flip.objects.count, moment)
    assert sum(given) == flips - before == 14
    assert Expectation.objects.count() == 14
