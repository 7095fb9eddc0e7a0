"""Tables on their way out: nothing in them runs, nothing in them breaks the file."""

import csv
import io

from openpyxl import load_workbook

from diba.plant.actions.table_files import csv_of, xlsx_of

LINES = [["名", "数"], ["=1+1", 3], ["a\x0bb", None], ["-2", 0.5]]


def test_a_unit_s_name_with_a_slash_may_name_a_sheet():
    book = load_workbook(io.BytesIO(xlsx_of({"生产/技术[一]部*?:": LINES})))
    assert book.sheetnames == ["生产 技术 一 部"]


def test_a_text_that_would_run_and_a_character_no_cell_takes():
    sheet = load_workbook(io.BytesIO(xlsx_of({"表" * 40: LINES}))).active
    assert [[cell.value for cell in row] for row in sheet] == [["名", "数"], ["'=1+1", 3], ["ab", None], ["'-2", 0.5]]
    assert (sheet.title, sheet.freeze_panes) == ("表" * 31, "A2")
    assert list(csv.reader(csv_of(LINES).decode("utf-8-sig").splitlines()))[1:] == [
        ["'=1+1", "3"],
        ["ab", ""],
        ["'-2", "0.5"],
    ]
