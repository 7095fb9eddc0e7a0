"""The register goes out as a workbook and comes back unchanged."""

import datetime
import io

from openpyxl import load_workbook

from diba.plant import actions
from diba.plant.actions import importing
from diba.plant.models import (
    Person,
)  # fmt: skip

from ..conftest import NOW
from .books import xlsx


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
