"""A roster as a workbook that the office may edit and send back: people × days, watch and post in each cell.

The last heading of the first row, `班表#12.3`, says which roster and version the file is of; it survives Excel, WPS and CSV.
"""

import csv
import io
from datetime import timedelta

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from diba.plant import actions as plant
from diba.plant.actions.table_files import safe
from diba.plant.models import Person

from .actions import version_of
from .actions.sheet_reading import NAME, NUMBER, mark

WEEKEND = PatternFill("solid", fgColor="ECEFF1")


def _lines(roster):
    """Yield the heading and one line a person; everybody of the teams stands there, whether on duty or not."""
    days = [roster.first_day + timedelta(days=offset) for offset in range(roster.days)]
    cells, ids = {}, set()
    for duty in roster.duties.select_related("watch", "post"):
        ids.add(duty.person_id)
        cells[duty.person_id, duty.day] = f"{duty.watch.code} {duty.post.name}"
    if roster.split_id:
        ids |= set(roster.split.memberships.values_list("person", flat=True))
    yield [NUMBER, NAME, *days, mark(roster.pk, version_of(roster))]
    for person in Person.objects.filter(pk__in=ids).order_by("staff_no", "pk"):
        yield [person.staff_no or "", person.name, *(cells.get((person.pk, day), "") for day in days)]


def _safe(value):
    return safe(value) if isinstance(value, str) else value


def roster_csv(roster):
    """Return the roster as CSV bytes, with a BOM so that Excel reads the Chinese."""
    out = io.StringIO()
    csv.writer(out).writerows([_safe(value) for value in line] for line in _lines(roster))
    return out.getvalue().encode("utf-8-sig")


def roster_xlsx(roster):
    """Return the roster as the bytes of a workbook: the time line, and a sheet that says what may be written in it."""
    book = Workbook()
    sheet = book.active
    sheet.title = "班表"
    for line in _lines(roster):
        sheet.append([_safe(value) for value in line])
    last = get_column_letter(roster.days + 2)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="center")
    for cell in sheet[1][2:-1]:
        cell.number_format = "yyyy-mm-dd"  # whole, so that a copy saved as CSV still says which year and month
        if cell.value.weekday() >= 5:
            cell.fill = WEEKEND
        sheet.column_dimensions[cell.column_letter].width = 12
    sheet.freeze_panes = "C2"
    count = _codes(book, roster)
    choice = DataValidation("list", formula1=f"=可填!$A$2:$A${count + 1}", allow_blank=True, showErrorMessage=False)
    choice.add(f"C2:{last}{max(2, sheet.max_row)}")
    sheet.add_data_validation(choice)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _codes(book, roster):
    """Add the sheet of what may stand in a cell; return how many lines it has."""
    sheet = book.create_sheet("可填")
    sheet.append(["格内可填（空格为休）"])
    posts = [post for post in plant.posts() if post.qualifications.all()]
    words = [f"{watch.code} {post.name}" for post in posts for watch in plant.watches(roster.pattern)]
    for text in ["休", *words]:
        sheet.append([_safe(text)])
    sheet.column_dimensions["A"].width = 28
    return len(words) + 1
