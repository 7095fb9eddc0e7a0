"""The end of a response: its personal data are gone from everywhere, the counts stay, and a certificate says so."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Sum

from diba.grid.actions import screening
from diba.grid.actions.cases import suspect
from diba.grid.models import Case, CheckIn, Contact, ZeroReport
from diba.plant import actions, fields, keys
from diba.plant.actions import deeds, jobs, purging
from diba.plant.actions.purging import wiping
from diba.plant.models import Absence, Job, KeptCount, Message, Purge, Record, Role, WatchPattern
from diba.rosters.actions import living_in
from diba.rosters.models import Notice, Roster

from ..conftest import TODAY
from ..grid.screenings import campaign_of
from .responses import PLANTED, ended, purged


@pytest.fixture
def over(plant):
    """A response with a fever, an isolation, a return, a screening and what was said of them; all of it closed."""
    with ended(plant) as real:
        yield real


def dump():
    """Return every value of every column of every table as (table, column, text)."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from ((table, name, readable(str(value))) for name, value in zip(columns, row, strict=True))


def readable(text):
    """Return a text with the characters that JSON keeps as numbers."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def opened():
    """Return every sealed value that still opens."""
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, fields.SealedText):
                for value in model._base_manager.values_list(field.attname, flat=True):
                    if value and not isinstance(value, actions.Destroyed):
                        yield model._meta.label_lower, field.name, str(value)


def found():
    """Return the planted values that stand somewhere, open or under a key that is there."""
    texts = [*dump(), *opened()]
    # A reading such as 38.7 and not the seconds of a moment.
    shapes = {word: re.compile(rf"(?<![\d:.]){re.escape(word)}(?!\d)") for word in PLANTED}
    return {word for word, shape in shapes.items() if any(shape.search(text) for _table, _column, text in texts)}


def test_nothing_of_anybody_s_health_is_left_in_any_table(plant, over):
    assert found() == set(PLANTED)
    assert purged(plant, over).state == Purge.State.DONE
    assert found() == set()
    assert list(opened()) == []


def test_no_name_stands_beside_what_was_said_of_health(plant, over):
    purged(plant, over)
    named = {table for table, _column, text in dump() if "林涛" in text}
    assert named <= {"plant_person", "plant_historicalperson"}
    ill = plant["林涛"]
    assert not CheckIn.with_withdrawn.exists() and not Case.objects.exists()
    assert not Absence.objects.exclude(kind="sick").exists() and not Absence.history.exclude(kind="sick").exists()
    assert not ill.holds.exists()


def test_who_was_told_of_his_roster_stays_told_and_stands_in_nobody_s_way(plant, over):
    roster = Roster.objects.create(
        pattern=WatchPattern.objects.get(code="3x8"), first_day=TODAY, days=1, asked_at=plant.now
    )
    with actions.clock.at(plant.now):
        told = actions.tell([plant["陈立"]], "{name}", {"name": "通知丙八"}).deliveries.get()
    Notice.objects.create(roster=roster, delivery=told)
    assert purged(plant, over).state == Purge.State.DONE
    connection.check_constraints()
    assert Notice.objects.get().delivery == told and told.message.__class__.objects.get(pk=told.message_id).values == {}
    assert found() == set()


def test_every_table_of_a_destruction_has_words(plant):
    for row in [each for rows in purging.answers() for each in rows]:
        words = deeds.table_words(f"{row.model._meta.label_lower}:{getattr(row, 'part', '')}".rstrip(":"))
        assert not re.search("[a-z]", words), row.model


def test_what_stands_in_the_way_is_said_in_words(plant):
    real = actions.begin_response("新冠", by=None)
    actions.hold(plant["林涛"], "contact")
    with actions.clock.at(plant.now + timedelta(days=1)):
        actions.end_response(real, by=None)
        with pytest.raises(purging.CannotPurge, match="门岗管控"):
            purging.propose(real, by=plant.account("刘敏"))


def test_the_counts_are_kept_and_small_ones_point_at_no_department(plant, over):
    purged(plant, over)
    counts = KeptCount.objects.filter(response=over, subject="grid.checkin", day=TODAY)
    assert counts.aggregate(Sum("count"))["count__sum"] == 7
    assert counts.get(outcome="False").unit.name == "运行分场"
    fever = counts.get(outcome="True")
    assert fever.count == 1 and fever.unit is None
    states = KeptCount.objects.filter(subject="grid.casechange").values_list("outcome", "count")
    assert dict(states) == {"suspected": 1, "ruled_out": 1}
    report = ZeroReport.objects.get()
    assert (report.expected, report.known, report.suspected) != (0, 0, 0) and not report.facts


def test_the_key_is_gone_and_the_certificate_stands_in_the_record_which_stays_whole(plant, over):
    row = purged(plant, over)
    assert not keys.is_there(over.pk) and row.response.key_destroyed_at
    last = Record.objects.get(verb="purge.done")
    assert last.detail == f"digest={row.digest}" and len(row.digest) == 64
    assert {label for label, *_ in row.tables} >= {"grid.checkin", "grid.answer", "plant.message", "grid.labresult"}
    actions.seal()
    assert actions.verify()[1] == []


def test_a_job_that_broke_off_goes_on_and_counts_nothing_twice(plant, over, monkeypatch):
    row = purging.propose(over, by=plant.account("刘敏"))
    purging.approve(row, by=plant.account("孙丽"))
    usual, calls = purging.tables.clear, []

    def breaks(*args):
        calls.append(args)
        if len(calls) == 9:
            raise OSError("power cut")
        return usual(*args)

    with monkeypatch.context() as patch:
        patch.setattr("diba.plant.actions.purging.running.clear", breaks)
        jobs.run_job.call(str(Purge.objects.get(pk=row.pk).job_id))
    row = Purge.objects.get(pk=row.pk)
    assert row.state == Purge.State.RUNNING and len(row.done) > 0 and keys.is_there(over.pk)
    assert row.job.state == Job.State.FAILED
    assert purging.carry_on(row, by=plant.account("孙丽"))
    jobs.run_job.call(str(Purge.objects.get(pk=row.pk).job_id))
    assert found() == set() and not keys.is_there(over.pk)
    counts = KeptCount.objects.filter(subject="grid.checkin")
    assert counts.aggregate(Sum("count"))["count__sum"] == 7


def test_nobody_purges_alone(plant, over):
    row = purging.propose(over, by=plant.account("刘敏"))
    with pytest.raises(purging.CannotPurge, match="另一人"):
        purging.approve(row, by=plant.account("刘敏"))
    assert purging.withdraw(row, by=plant.account("孙丽"))
    with pytest.raises(purging.CannotPurge):
        purging.approve(row, by=plant.account("孙丽"))
    assert "38.7" in found()


def test_a_running_response_or_somebody_still_held_stands_in_the_way(plant):
    real = actions.begin_response("新冠", by=None)
    with pytest.raises(purging.CannotPurge):
        purging.propose(real, by=plant.account("刘敏"))
    held = actions.hold(plant["林涛"], "contact")
    with actions.clock.at(plant.now + timedelta(days=1)):
        actions.end_response(real, by=None)
        assert purging.dry_run(real)[0]["running"] == 1
        with pytest.raises(purging.CannotPurge):
            purging.propose(real, by=plant.account("刘敏"))
        actions.lift(held)
        assert purging.obstacles(real) == []


def test_what_still_runs_of_screenings_follow_ups_and_living_in_is_named_and_stands_in_the_way(plant):
    by = plant.account("孙丽", Role.HEALTH_OFFICER)
    real = actions.begin_response("新冠", by=None)
    campaign, _round = campaign_of(plant)
    case = suspect(plant["林涛"], "发热", by=by)
    contact = Contact.objects.create(
        case=case, change=case.changes.get(), person=plant["陈立"], level=1, rank=1, days=14, state="accepted",
        accepted_on=TODAY, first_exposed_on=TODAY, last_exposed_on=TODAY, listed_at=plant.now,
    )  # fmt: skip
    turn = living_in.open_turn(
        by=None, name="一轮", team="", enters_on=TODAY, leaves_on=TODAY + timedelta(days=14), longest=14, isolation_days=0, test_days=3
    )  # fmt: skip
    stay = living_in.add_stay(turn, plant["郭峰"], by=by)
    with actions.clock.at(plant.now + timedelta(days=1)):
        actions.end_response(real, by=None)
        words = " ".join(purging.obstacles(real))
        for still in ("1 条进行中的摸排", "1 条随访中的接触者", "1 条驻厂安排"):
            assert still in words, words
        screening.stop(campaign, by=by)
        Contact.objects.filter(pk=contact.pk).update(state="withdrawn")
        living_in.cancel_stay(stay, by=by)
        words = " ".join(purging.obstacles(real))
        assert not any(still in words for still in ("摸排", "接触者", "驻厂"))
    with actions.clock.at(plant.now + timedelta(days=15)):
        Contact.objects.filter(pk=contact.pk).update(state="accepted")
        assert "接触者" not in " ".join(purging.obstacles(real)), "his days are over"


def test_an_exception_is_kept_readable_with_what_it_needs_and_its_reason(plant, over):
    row = purged(plant, over, exceptions=[("grid.isolationchange", "法定保存期")])
    kept = {label: count for label, _how, _rows, count in row.tables if count}
    assert set(kept) == {"grid.isolationchange", "grid.isolationorder"}
    assert ["grid.isolationchange", "法定保存期"] in row.exceptions
    assert {text for _table, _name, text in opened()} == {"生活区三号楼隔离", "密接原因甲"}
    with pytest.raises(purging.CannotPurge):
        purging.propose(over, by=plant.account("刘敏"), exceptions=[("grid.checkin", " ")])


def test_an_exercise_s_purge_leaves_the_real_response_alone(plant, over):
    drill = actions.begin_response("桌面推演", by=None, drill=True)
    actions.end_response(drill, by=None)
    purged(plant, drill)
    assert "38.7" in found() and CheckIn.objects.count() == 8


def test_no_table_that_names_a_response_or_holds_sealed_values_is_forgotten(db):
    assert purging.uncovered() == []


def test_a_message_that_was_purged_still_reads_as_a_sentence(plant, over, client):
    notice = actions.tell([plant["陈立"]], "{name}", {"name": "通知丙八"})
    purging.tables.clear(purging.Clearing(Message, None, blank={"values": {}, "link": ""}), Message.objects.all(), over)
    notice.refresh_from_db()
    assert notice.values == {}
    plant.signed_in(client, "陈立")
    for address in ("/inbox/", "/todo/", "/"):
        assert client.get(address, follow=True).status_code == 200


def test_the_words_of_health_are_in_no_byte_of_any_file_and_in_no_line_of_the_log(tmp_path):
    """A plant of its own, with a database on the disk: free pages, write-ahead log, files and logs are read as bytes."""
    script, root = Path(__file__).parent / "in_files.py", Path(__file__).parents[2]
    env = {name: value for name, value in os.environ.items() if not name.startswith("DIBA_")}
    env |= {"DIBA_HOME": str(tmp_path), "PYTHONPATH": str(root), "DJANGO_SETTINGS_MODULE": "diba.web.settings"}
    done = subprocess.run(
        [sys.executable, str(script)], env=env, capture_output=True, text=True, check=True, timeout=300
    )
    before, after = json.loads(done.stdout)
    assert {"通知丙八", "襄阳老家"} <= {*before}, "the scan finds what stands open"
    assert after == []
    assert [word for word in PLANTED if word in done.stderr] == []


def raw():
    """Return the database as the bytes of its pages, those that are free among them."""
    if connection.vendor == "sqlite":
        return connection.connection.serialize()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 't', 'i')")
        paths = [path for (path,) in cursor.fetchall() if path]
        cursor.execute("SELECT pg_read_binary_file(path) FROM unnest(%s::text[]) AS path", [paths])
        return b"".join(bytes(data) for (data,) in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_no_page_of_the_database_holds_a_deleted_word(plant, monkeypatch):
    monkeypatch.setattr(wiping, "TRIES", 1200)  # the other tests' long transactions run in the same server

    def standing():
        data = raw()
        shapes = {
            word: (word.encode(), json.dumps(word).strip('"').encode())
            for word in ("通知丙八", "请假因庚四", "襄阳老家")
        }
        return {word for word, said in shapes.items() if any(shape in data for shape in said)}

    with ended(plant) as real:
        assert standing() == {"通知丙八", "请假因庚四", "襄阳老家"}
        purged(plant, real)
        assert standing() == set()


@contextmanager
def seen_by_another(path):
    """Have another transaction see the old pages: a reader of the same file, or a writer in another database; yield a connection."""
    with closing(connection.copy()) as mine:
        if connection.vendor == "sqlite":
            mine.settings_dict["NAME"], mine.settings_dict["OPTIONS"]["timeout"] = str(path), 0.1
            with mine.cursor() as cursor:
                cursor.execute("CREATE TABLE word AS SELECT '字' AS text")
            with closing(sqlite3.connect(path)) as other:
                other.execute("BEGIN")
                other.execute("SELECT text FROM word").fetchone()
                yield mine
        else:
            at = connection.settings_dict
            with psycopg.connect(host=at["HOST"], port=at["PORT"], user=at["USER"], dbname="postgres") as other:
                other.execute("SELECT pg_current_xact_id()")
                yield mine


@pytest.mark.django_db(transaction=True)
def test_old_pages_are_not_called_gone_while_another_transaction_sees_them(tmp_path, monkeypatch):
    monkeypatch.setattr(wiping, "TRIES", 1)
    with seen_by_another(tmp_path / "file.sqlite3") as mine:
        monkeypatch.setattr(wiping, "connection", mine)
        with pytest.raises(wiping.StillRead):
            wiping.wipe_free_pages([CheckIn])


def test_who_reports_himself_ill_is_not_named_by_the_record(plant):
    account = plant.account("林涛")
    plant.check_in("林涛", "38.7", by=account)
    rows = Record.objects.filter(verb__in=["checkin.saved", "absence.began", "hold.began", "case.suspected"])
    assert rows and not rows.exclude(account_id=None).exists()
    actions.seal()
    assert actions.verify()[1] == []


def test_a_certificate_that_was_altered_says_so(plant, over):
    row = purged(plant, over)
    assert purging.is_true(row)
    row.tables = [[label, how, rows + 1, kept] for label, how, rows, kept in row.tables]
    assert not purging.is_true(row)
