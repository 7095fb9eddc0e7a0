"""The record: nothing altered, lost or reordered goes unseen."""

import ast
import datetime
import hashlib
import io
import json
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook

from diba.grid.models import CaseState
from diba.plant import actions
from diba.plant.actions import deeds
from diba.plant.models import Record, Role, Seal
from diba.plant.tables import TABLES


@pytest.fixture
def sealed(plant):
    for name in ("陈立", "林涛", "刘敏", "孙丽"):
        actions.note(plant.account(name), "person.read", plant[name], detail="x")
    actions.seal()
    assert actions.verify()[1] == []


def sql(text):
    with connection.cursor() as cursor:
        cursor.execute(text)


def kinds():
    return {fault.kind for fault in actions.verify()[1]}


def test_a_row_altered_by_hand_is_found(sealed):
    number = Record.objects.order_by("id")[1].pk
    sql(f"UPDATE plant_record SET detail = 'y' WHERE id = {number}")
    assert [(fault.kind, fault.record_id) for fault in actions.verify()[1]] == [("altered", number)]


def test_a_missing_row_is_found(sealed):
    sql(f"DELETE FROM plant_record WHERE id = {Record.objects.order_by('id')[1].pk}")
    assert "missing" in kinds()


def test_reordered_rows_are_found(sealed):
    first, second = Record.objects.order_by("id")[:2]
    sql(f"UPDATE plant_record SET verb = 'a', digest = '{second.digest}' WHERE id = {first.pk}")
    assert "altered" in kinds()


def test_links_taken_out_with_their_rows_are_found(sealed):
    link = Seal.objects.order_by("sequence")[1]
    sql(f"DELETE FROM plant_record WHERE id = {link.record_id}")
    sql(f"DELETE FROM plant_seal WHERE sequence = {link.sequence}")
    assert {"order", "link"} & kinds()


def test_the_end_cut_off_is_found(sealed):
    last = Seal.objects.order_by("-sequence")[0]
    sql(f"DELETE FROM plant_record WHERE id = {last.record_id}")
    sql(f"DELETE FROM plant_seal WHERE sequence = {last.sequence}")
    assert "cut" in kinds()


COLUMNS = "at, account_id, roles, verb, object_type, object_id, detail, address"


@pytest.mark.parametrize("digest", ["digest", "'" + "0" * 64 + "'"], ids=["copied", "invented"])
def test_a_row_added_by_hand_is_found_before_and_after_it_is_sealed(sealed, digest):
    first = Record.objects.order_by("id")[0].pk
    sql(f"INSERT INTO plant_record ({COLUMNS}, digest) SELECT {COLUMNS}, {digest} FROM plant_record WHERE id = {first}")
    added = Record.objects.order_by("-id")[0].pk
    assert ("added", added) in [(fault.kind, fault.record_id) for fault in actions.verify()[1]]
    actions.seal()
    assert [(fault.kind, fault.record_id) for fault in actions.verify()[1]] == [("added", added)]


@pytest.mark.parametrize("followed", [True, False])
def test_a_row_deleted_before_its_seal_is_found(sealed, plant, followed):
    gone = actions.note(plant.account("陈立"), "person.read", plant["林涛"]).pk
    if followed:
        actions.note(plant.account("陈立"), "person.read", plant["刘敏"])
    sql(f"DELETE FROM plant_record WHERE id = {gone}")
    actions.seal()
    lost = [("lost", gone)] if connection.vendor == "sqlite" else []  # a sequence of PostgreSQL has gaps of its own
    assert [(fault.kind, fault.record_id) for fault in actions.verify()[1]] == lost


def test_rows_of_before_the_signatures_are_signed_once_unless_they_were_altered(sealed):
    first, second = Record.objects.order_by("id")[:2]
    for row, detail in ((first, first.detail), (second, "another")):
        values = [
            row.at.timestamp(),
            row.account_id,
            row.roles,
            row.verb,
            row.object_type,
            row.object_id,
            detail,
            row.address,
        ]
        row.digest = hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()
        row.save(update_fields=["digest"])
    import_module("diba.plant.migrations.0003_sign_the_record").sign_rows(apps, None)
    assert [(fault.kind, fault.record_id) for fault in actions.verify()[1]] == [("added", second.pk)]


def test_two_deeds_of_one_moment_are_no_copies(sealed, plant):
    for _ in range(2):
        actions.note(plant.account("陈立"), "person.read", plant["林涛"])
    actions.seal()
    assert actions.verify()[1] == []


def test_a_chain_computed_anew_without_the_key_is_found(sealed, settings):
    row = Record.objects.order_by("id")[1]
    sql(f"UPDATE plant_record SET detail = 'y' WHERE id = {row.pk}")
    settings.RECORD_KEY, kept = "a thief's", settings.RECORD_KEY
    Seal.objects.all().delete()
    actions.seal()
    settings.RECORD_KEY = kept
    assert kinds()


def test_the_command_says_so_and_exits_with_one(sealed, capsys):
    call_command("record", "verify")
    assert "0 faults" in capsys.readouterr().out
    sql(f"UPDATE plant_record SET verb = 'z' WHERE id = {Record.objects.order_by('id')[0].pk}")
    with pytest.raises(SystemExit) as stop:
        call_command("record", "verify")
    assert stop.value.code == 1
    assert "altered" in capsys.readouterr().out


def test_the_auditor_reads_and_verifies_but_changes_nothing(sealed, plant, client):
    client = plant.signed_in(client, "田野", Role.AUDITOR)
    assert client.get(reverse("plant:record")).status_code == 200
    assert client.post(reverse("plant:verify"), follow=True).status_code == 200
    assert client.get(reverse("plant:table", args=["people"])).status_code == 403


def test_the_record_holds_no_personal_values(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    client.get(reverse("plant:person", args=[plant["林涛"].pk]))
    client.get(reverse("plant:table", args=["people"]) + "?format=csv")
    plant.check_in("林涛", "38.8")
    text = " ".join(str(vars(row)) for row in Record.objects.all())
    for secret in ("林涛", "38.8", plant["林涛"].phone):
        assert secret not in text


def test_every_verb_of_the_record_has_words():
    """Read the sources: what any desk writes into the record is named where the record is shown."""
    root = Path(actions.__file__).parents[2]
    written = set()
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and len(node.args) > 1):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "note" and isinstance(node.args[1], ast.Constant):
                written.add(node.args[1].value)
    written |= {f"absence.{state}" for state in ("approved", "refused")}
    written |= {f"case.{state}" for state in CaseState.values} | {f"{table}.changed" for table in TABLES}
    written |= {f"questionnaire.{what}" for what in ("retired", "brought_back")}
    assert len(written) > 30
    assert {verb for verb in written if not deeds.is_named(verb)} == set()
    assert not deeds.is_named("roster.eaten")


def test_the_records_page_speaks_the_readers_language(plant, client):
    planner, auditor = plant.account("刘敏", Role.PLANNER), plant.account("刘洋", Role.AUDITOR)
    client.force_login(planner, backend="diba.plant.login.StaffNumberOrPhone")
    client.get(reverse("plant:table", args=["people"]), {"format": "csv"})
    client.post(
        reverse("plant:absences"), {"person": plant["陈立"].pk, "kind": "isolation", "starts_at": "2020-02-15T08:00"}
    )
    client.force_login(auditor, backend="diba.plant.login.StaffNumberOrPhone")
    page = client.get(reverse("plant:record")).content.decode()
    for words in ("导出台账", "行 16", "移出可用人员", "隔离", "排班员", "授予角色"):
        assert words in page, words
    for code in ("register.exported</td>", "rows=", "absence.began</td>", "planner,employee"):
        assert code not in page, code
    found = client.get(reverse("plant:record"), {"verb": "register.exported"}).content.decode()
    assert "导出台账" in found and "移出可用人员</td>" not in found


def test_the_auditor_finds_by_the_number_he_reads_by_name_and_by_day_and_saves_what_he_found(plant, client):
    for name in ("陈立", "林涛"):
        actions.note(plant.account(name), "person.read", plant[name])
    number = plant.account("林涛").username
    client = plant.signed_in(client, "孙丽", Role.AUDITOR)

    def found(**query):
        page = client.get(reverse("plant:record"), {"verb": "person.read", **query})
        return [line["account"].username for line in page.context["lines"]]

    assert set(found()) == {plant.account("陈立").username, number}
    assert found(who=number) == [number] == found(who="林")
    today, tomorrow = actions.today(), actions.today() + datetime.timedelta(days=1)
    assert len(found(since=today, until=today)) == 2 and found(since=tomorrow) == []
    assert len(found(since="2020-02-31", until="nonsense")) == 2
    book = load_workbook(io.BytesIO(client.get(reverse("plant:record"), {"format": "xlsx", "who": number}).content))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][2] == "账号" and {row[2] for row in rows[1:]} == {number}
    assert Record.objects.filter(verb="register.exported", object_type="record").exists()
    assert "没有符合条件的" in client.get(reverse("plant:record"), {"who": "查无此人"}).content.decode()


def test_what_an_import_sent_back_is_called_so(plant):
    assert deeds.detail_words("added=1 sent_back=11") == "新增 1，退回 11"
