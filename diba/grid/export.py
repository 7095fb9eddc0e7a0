"""A table of the grid on its way out: XLSX, with nothing in it that a spreadsheet would take for a formula."""

import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(name, title, heads, lines):
    """Return the answer that saves one table as name.xlsx; heads and lines: values of the cells."""
    book = Workbook()
    sheet = book.active
    sheet.title = str(title)[:31]
    for line in [heads, *lines]:
        sheet.append([_safe(value) for value in line])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def _safe(value):
    if isinstance(value, (int, float)):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
