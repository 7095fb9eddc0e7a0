"""Tables of the grid on their way out: XLSX or CSV, with nothing in them that a spreadsheet would take for a formula."""

import csv
import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(name, title, heads, lines):
    """Return the answer that saves one table as name.xlsx; heads and lines: values of the cells."""
    return file_answer("xlsx", name, {title: [heads, *lines]})


def text_workbook(name, sheets):
    """Return the answer that saves lines of text just as they are: cells that are text are run by no spreadsheet."""
    book = Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append([text or None for text in line])
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def file_answer(kind, name, sheets):
    """Return the answer that saves tables as a file. kind: "xlsx" or "csv", which holds the first; sheets: {title: lines}."""
    csv_wanted = kind == "csv"
    answer = (
        HttpResponse(_csv(next(iter(sheets.values()))), content_type="text/csv; charset=utf-8")
        if csv_wanted
        else HttpResponse(_xlsx(sheets), content_type=XLSX)
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.{"csv" if csv_wanted else "xlsx"}"'
    return answer


def _csv(lines):
    out = io.StringIO()
    csv.writer(out).writerows([_safe(value) for value in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(sheets):
    book = Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(str(title)[:31])
        for line in lines:
            sheet.append([_safe(value) for value in line])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(value):
    if isinstance(value, (int, float)):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
