"""The import's pages and command: the whole way, bad files, words of the reader."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from diba.plant.actions import importing
from diba.plant.models import (
    Import,
    Person,
    Post,
    Role,
)  # fmt: skip

from .books import HEAD, ONE, bring, xlsx


@pytest.mark.parametrize("typed", [1e30, 70000, "9" * 5000, 100])
def test_a_minimum_out_of_range_never_reaches_the_register(plant, client, typed):
    planner = plant.signed_in(client, "刘敏", Role.PLANNER)
    row, plan = bring(sheets={"岗位": [["岗位", "级别", "每班人数"], ["门卫", 1, typed], ["司机", 2, 1]]})
    (refused,) = importing.as_json(plan)["refused"]
    assert (refused["sheet"], refused["row"], refused["column"]) == ("岗位", 2, "每班人数")
    assert "99" in refused["reason"] and refused["remedy"]
    assert planner.post(reverse("plant:import_confirm", args=[row.pk])).status_code == 302
    assert Post.objects.filter(name="司机").exists() and not Post.objects.filter(name="门卫").exists()


def test_the_page_and_the_command_walk_the_whole_way(plant, client, tmp_path, capsys):
    planner = plant.signed_in(client, "刘敏", Role.PLANNER)
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(xlsx({"职工": [HEAD, *ONE]}))
    with path.open("rb") as file:
        response = planner.post(reverse("plant:import"), {"file": file})
    number = Import.objects.latest("id").pk
    assert response["Location"] == reverse("plant:import_review", args=[number])
    assert "方志远" in planner.get(response["Location"]).content.decode()
    planner.post(reverse("plant:import_confirm", args=[number]))
    assert Person.objects.filter(name="方志远").exists()
    planner.post(reverse("plant:import_undo", args=[number]))
    assert not Person.objects.filter(name="方志远").exists()
    call_command("staff", "import", str(path), dry_run=True, json=True)
    told = json.loads(capsys.readouterr().out)
    assert set(told) >= {"added", "changed", "unchanged", "refused"}
    assert not Person.objects.filter(name="方志远").exists()


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04no", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, b"<html>", b"\x00\x01\x02"]
)
def test_a_bad_file_gets_words_not_a_500(plant, client, tmp_path, data):
    planner = plant.signed_in(client, "刘敏", Role.PLANNER)
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with path.open("rb") as file:
        response = planner.post(reverse("plant:import"), {"file": file})
    assert response.status_code == 400
    assert "xlsx" in response.content.decode() or "空" in response.content.decode()
    assert Import.objects.count() == 0


def test_the_review_speaks_the_readers_words_and_asks_what_a_column_means_in_chinese(plant, client):
    planner = plant.signed_in(client, "刘敏", Role.PLANNER)
    head = ["工号", "姓名", "性别", "是否党员", "网格", "网格长", "手机"]
    data = xlsx(
        {"职工": [head, ["1000", "陈立", "男", "是", "01 网格", "是", ""], ["x" * 40, "张三", "", "", "", "", ""]]}
    )
    row, _plan, _reading = importing.dry_run(data, "a.xlsx")
    page = planner.get(reverse("plant:import_review", args=[row.pk])).content.decode()
    assert "网格长: <s>—</s> → <b>陈立</b>" in page and "性别: <s>—</s> → <b>男</b>" in page
    assert "staff_no" not in page.replace('value="staff_no"', "") and "[(" not in page and "未知" not in page
    assert '<option value="cell_lead">网格长</option>' in page and "<td>工号</td>" in page
    planner.post(reverse("plant:import_columns", args=[row.pk]), {"kind": "staff", "heading": "是否党员", "field": ""})
    assert "是否党员" not in planner.get(reverse("plant:import_review", args=[row.pk])).content.decode()


def test_a_workbook_that_says_nothing_new_offers_nothing_to_write(plant, client, tmp_path, capsys):
    importing.confirm(bring()[0])
    row, _plan = bring()
    planner = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = planner.get(reverse("plant:import_review", args=[row.pk])).content.decode()
    assert "台账已是这样" in page and reverse("plant:import_confirm", args=[row.pk]) not in page
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx({"全部": [HEAD, *ONE]}))
    call_command("staff", "import", str(path), yes=True)
    told = capsys.readouterr().out
    assert "nothing to write" in told and "undo" not in told


def test_an_import_that_was_settled_before_is_not_said_to_be_dropped_or_written(plant, client):
    planner = plant.signed_in(client, "刘敏", Role.PLANNER)
    row, _plan = bring()
    importing.confirm(row)
    page = planner.post(reverse("plant:import_drop", args=[row.pk]), follow=True).content.decode()
    assert "早已处理过" in page and "什么都没有写" not in page and Person.objects.filter(name="方志远").exists()
    importing.undo(Import.objects.get(pk=row.pk))
    page = planner.post(reverse("plant:import_confirm", args=[row.pk]), follow=True).content.decode()
    assert "早已处理过" in page and not Person.objects.filter(name="方志远").exists()
