"""A table on its way out: XLSX or CSV, with nothing in it that a spreadsheet would take for a formula."""

import csv
import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_answer(kind, name, sheets):
    """Return the answer that saves tables as a file. sheets: {title: [heads, line, ...]}; a CSV holds the first."""
    answer = (
        HttpResponse(_csv(next(iter(sheets.values()))), content_type="text/csv; charset=utf-8")
        if kind == "csv"
        else HttpResponse(_xlsx(sheets), content_type=XLSX)
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.{"csv" if kind == "csv" else "xlsx"}"'
    return answer


def _safe(value):
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
    return "" if value is None else value if isinstance(value, (int, float)) else str(value)


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
