"""The register goes out as a workbook and comes back unchanged."""

import datetime
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from diba.plant import actions
from diba.plant.actions import importing
from diba.plant.models import Person, Role, Unit

from ..conftest import NOW
from .books import HEAD, bring, xlsx


def test_the_register_goes_out_and_comes_back_unchanged(plant):
    _row, plan, _reading = importing.dry_run(importing.export_register(), "a.xlsx")
    assert (plan.added, plan.changed, plan.refused) == ([], [], [])


def test_the_export_starts_under_its_heading_and_is_read_where_it_stands(plant):
    book = load_workbook(io.BytesIO(importing.export_register()))
    assert [sheet.cell(2, 1).value for sheet in book if sheet.title in ("职工", "证书")] == ["1000", "1000"]
    assert book["职工"].cell(2, 1).number_format == book["职工"].cell(15, 1).number_format == "@"


def test_who_left_goes_out_with_the_day_and_comes_in_as_gone(plant):
    Person.objects.filter(name="孙志强").update(left_on=datetime.date(2020, 1, 31))
    row, plan, _reading = importing.dry_run(importing.export_register(), "a.xlsx")
    assert (plan.added, plan.changed) == ([], [])
    Person.objects.filter(name="孙志强").update(left_on=None)
    row, _plan, _reading = importing.dry_run(
        xlsx({"职工": [["工号", "姓名", "离职日期"], ["1011", "孙志强", "2020-01-31"]]}), "a.xlsx"
    )
    importing.confirm(row)
    assert plant["孙志强"] not in actions.active() and str(plant["孙志强"].left_on) == "2020-01-31"


def test_leave_goes_out_on_the_plants_own_days(plant):
    for name, start, end in (("陈立", (20, 0), (23, 0)), ("田野", (21, 8), (22, 20))):
        moments = [datetime.datetime(2020, 2, day, hour, tzinfo=NOW.tzinfo) for day, hour in (start, end)]
        actions.take_out(plant[name], "leave", *moments)
    data = importing.export_register()
    rows = [
        [cell.value for cell in row[3:5]]
        for row in load_workbook(io.BytesIO(data))["请假"].iter_rows(min_row=2, max_row=3)
    ]
    assert [str(cell)[:16] for row in rows for cell in row] == [
        "2020-02-20 00:00", "2020-02-22 00:00", "2020-02-21 08:00", "2020-02-22 20:00",
    ]  # fmt: skip
    _row, plan, _reading = importing.dry_run(data, "a.xlsx")
    assert (plan.added, plan.changed) == ([], [])


TREE = [
    ["单位编码", "单位名称", "单位类别", "上级单位编码"],
    ["D10", "生产部", "部门", ""],
    ["D11", "运行分场", "部门", "D10"],
    ["T21", "二值", "班组", "D11"],
    ["T22", "二值一组", "班组", "T21"],
    ["Z5", "总支", "支部", ""],
    ["Z6", "运行支部", "支部", "Z5"],
    ["W7", "07网格", "网格", "Z6"],
]
PEOPLE = [
    ["1", "甲一", "男", "", "13893211234", "生产部", "", "总支", "", "", "", "", ""],
    ["2", "乙二", "男", "", "13893211235", "运行分场", "", "运行支部", "07网格", "是", "", "", ""],
    ["3", "丙三", "女", "", "13893211236", "运行分场", "二值", "运行支部", "07网格", "", "", "", ""],
    ["4", "丁四", "女", "", "13893211237", "运行分场", "二值一组", "运行支部", "07网格", "", "", "", ""],
]


def sheets(data):
    return {
        sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in load_workbook(io.BytesIO(data))
    }


def tree():
    return {
        unit.code: (unit.name, unit.kind, getattr(Unit.objects.get_parent(unit), "code", ""))
        for unit in Unit.objects.all()
    }


def test_both_trees_go_out_and_are_built_the_same_in_an_empty_plant(empty):
    row, plan = bring(PEOPLE, HEAD, {"单位": TREE})
    assert not plan.refused
    importing.confirm(row)
    there, homes = tree(), dict(Person.objects.values_list("name", "unit__code"))
    assert (len(there), there["T22"]) == (7, ("二值一组", "team", "T21"))
    assert homes == {"甲一": "D10", "乙二": "D11", "丙三": "T21", "丁四": "T22"}
    data = importing.export_register()
    importing.undo(row)
    assert not Unit.objects.exists() and not Person.objects.exists()
    again, plan, _reading = importing.dry_run(data, "a.xlsx")
    assert not plan.refused
    importing.confirm(again)
    assert (tree(), dict(Person.objects.values_list("name", "unit__code"))) == (there, homes)
    assert sheets(importing.export_register()) == sheets(data)
    assert Unit.objects.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (["T30", "三值", "班组", "X1"], "上级单位编码", "unknown_unit"),
        (["T30", "三值", "班组", "W01"], "上级单位编码", "wrong_unit_above"),
        (["T30", "三值", "车间", "D01"], "单位类别", "not_a_unit_kind"),
        (["D01", "三值", "班组", ""], "单位编码", "another_unit"),
        (["T31", "四值", "班组", "D01"], "单位名称", "given_twice"),
    ],
)
def test_a_unit_that_cannot_stand_there_is_refused_at_its_cell(plant, line, column, reason):
    rows = [TREE[0], ["T40", "四值", "班组", "D01"], line]
    _row, plan, _reading = importing.dry_run(xlsx({"单位": rows}), "a.xlsx")
    assert [entry.label for entry in plan.added] == ["四值"]
    assert [(row, head, why) for _sheet, row, head, _value, why in plan.refused] == [(3, column, reason)]


def test_the_table_of_units_goes_out_with_the_unit_above(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    text = client.get(reverse("plant:table", args=["units"]), {"format": "csv"}).content.decode("utf-8-sig")
    lines = [line.split(",") for line in text.splitlines()]
    at = lines[0].index("上级单位编码")
    assert {line[0]: line[at] for line in lines[1:]} == {code: above for code, (_name, _kind, above) in tree().items()}
