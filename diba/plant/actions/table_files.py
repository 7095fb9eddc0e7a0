"""A table on its way out: XLSX or CSV, with nothing in it that a spreadsheet would take for a formula."""

import csv
import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.workbook.child import INVALID_TITLE_REGEX

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_answer(kind, name, sheets):
    """Return the answer that saves tables as a file. kind: "csv", which holds the first, or "xlsx"; sheets: {title: lines}.

    The first line of each holds the heads; values are texts, numbers, None or whatever says itself as text.
    """
    if kind == "csv":
        return saved(csv_of(next(iter(sheets.values()))), f"{name}.csv", "text/csv; charset=utf-8")
    return saved(xlsx_of(sheets), f"{name}.xlsx", XLSX)


def saved(data, filename, content_type):
    """Return the answer that saves bytes under a name."""
    answer = HttpResponse(data, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def csv_of(lines):
    """Return lines as the bytes of a CSV that a spreadsheet opens in the right letters."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(value) for value in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def xlsx_of(sheets):
    """Return {title: lines} as the bytes of a workbook, the heads bold and held in place."""
    book = Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(INVALID_TITLE_REGEX.sub(" ", str(title)).strip()[:31])
        for line in lines:
            sheet.append([safe(value) for value in line])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


LEADS = (*"=+-@＝＋－＠", "\t", "\r")  # what a spreadsheet may take for the beginning of a formula


def safe(value):
    """Return a value as a cell may hold it: a text that a spreadsheet would run is led by an apostrophe, characters no cell takes are gone."""
    if isinstance(value, (int, float)):
        return value
    text = "" if value is None else ILLEGAL_CHARACTERS_RE.sub("", str(value))
    return f"'{text}" if text[:1] in LEADS else text
