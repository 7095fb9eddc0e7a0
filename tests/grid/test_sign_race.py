"""Lead and deputy at the same moment: one signature, one sweep, one report for one person, on SQLite and on PostgreSQL."""

import threading
import uuid

import pytest
from django.db import close_old_connections, connection, connections

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.models import CheckIn, Expectation, Flip, ZeroReport
from diba.plant import actions
from diba.plant.models import Account

from ..conftest import NOW, small_plant
from ..rosters.test_swap_race import on_disk

plant = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


def at_once(path, monkeypatch, *acts, moment=NOW):
    """Do these at the same moment, each in a thread of its own; return what each gave, then what `after` reads there."""
    monkeypatch.setitem(connections.settings, "default", on_disk(path))
    together, given, left = threading.Barrier(len(acts)), {}, {}

    def work(number, act):
        close_old_connections()
        with actions.clock.at(moment):
            together.wait(10)
            try:
                given[number] = act()
            except BadInput as error:
                given[number] = error.reason
            together.wait(30)
            left[number] = (ZeroReport.objects.count(), CheckIn.objects.count(), Flip.objects.count())
        connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(left) == len(acts), given
    return given, left[0]


def test_lead_and_deputy_sign_at_once_and_one_report_is_kept(plant, tmp_path, monkeypatch):
    accounts = [plant.account(name).pk for name in ("孙丽", "郭峰")]
    cell = plant.cell()
    shown = grid.cell_days([cell])[0].digest

    def sign(pk):
        return grid.sign(cell, uid=uuid.uuid4(), by=Account.objects.get(pk=pk), shown=shown).number

    acts = [lambda pk=pk: sign(pk) for pk in accounts]
    given, (reports, _checkins, _flips) = at_once(tmp_path / "sign.sqlite3", monkeypatch, *acts)
    assert (sorted(map(str, given.values())), reports) == (["1", "signed_already"], 1)


def test_lead_and_deputy_reach_one_person_at_once_and_one_report_is_kept(plant, tmp_path, monkeypatch):
    accounts = [plant.account(name).pk for name in ("孙丽", "郭峰")]
    chen = plant["陈立"]

    def reach(pk):
        return grid.contact(chen, "seen_ok", uid=uuid.uuid4(), by=Account.objects.get(pk=pk)).checkin_id

    acts = [lambda pk=pk: reach(pk) for pk in accounts]
    given, (_reports, checkins, _flips) = at_once(tmp_path / "reach.sqlite3", monkeypatch, *acts)
    assert (len(set(given.values())), checkins) == (1, 1), "both tries stand, about one report"


def test_two_workers_sweep_at_once_and_nobody_flips_twice(plant, tmp_path, monkeypatch):
    with actions.clock.at(NOW.replace(hour=7)):
        assert grid.expect_everybody() == 14
        assert grid.expect_everybody() == 0
        grid.sweep()
    before = Flip.objects.count()
    given, (_reports, _checkins, flips) = at_once(
        tmp_path / "sweep.sqlite3", monkeypatch, grid.sweep, grid.sweep, moment=NOW.replace(hour=9, minute=1)
    )
    assert sum(given.values()) == flips - before == 14
    assert Expectation.objects.count() == 14
