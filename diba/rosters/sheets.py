"""A roster as a spreadsheet: people × days, the watch's name and the post in each cell."""

import csv
import io
from datetime import timedelta

from openpyxl import Workbook
from openpyxl.styles import Font


def _lines(roster):
    days = [roster.first_day + timedelta(days=offset) for offset in range(roster.days)]
    cells, people = {}, {}
    for duty in roster.duties.select_related("person", "watch", "post"):
        people[duty.person_id] = duty.person
        cells[duty.person_id, duty.day] = f"{duty.watch.code} {duty.post.name}"
    yield ["工号", "姓名", *(f"{day:%m-%d}" for day in days)]
    for pk, person in sorted(people.items()):
        yield [person.staff_no or "", person.name, *(cells.get((pk, day), "") for day in days)]


def roster_csv(roster):
    """Return the roster as CSV bytes, with a BOM so that Excel reads the Chinese."""
    out = io.StringIO()
    csv.writer(out).writerows(_lines(roster))
    return out.getvalue().encode("utf-8-sig")


def roster_xlsx(roster):
    """Return the roster as the bytes of an XLSX workbook."""
    book = Workbook()
    sheet = book.active
    for line in _lines(roster):
        sheet.append(line)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "C2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
