"""Tables of the gates on their way out: XLSX or CSV, with nothing in them that a spreadsheet would take for a formula."""

import csv
import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_answer(kind, name, title, lines):
    """Return the answer that saves one table as a file. kind: "xlsx" or "csv"; lines: its rows, the heads first."""
    if kind == "csv":
        out = io.StringIO()
        csv.writer(out).writerows([_safe(value) for value in line] for line in lines)
        answer = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(_xlsx(title, lines), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{"csv" if kind == "csv" else "xlsx"}"'
    return answer


def _xlsx(title, lines):
    book = Workbook()
    sheet = book.active
    sheet.title = str(title)[:31]
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
