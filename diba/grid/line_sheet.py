"""The line list as a spreadsheet: the codes of the standard above, our words below."""

import io

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.styles import Font

from diba.plant.actions.table_files import safe

from .actions.graph import why
from .actions.line_list import HEADS, row_of


def line_xlsx(lines):
    """Return Lines as the bytes of an XLSX workbook; text that looks like a formula is kept from being one."""
    return _book("line list", HEADS, [row_of(line) for line in lines])


def _book(title, heads, rows):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append([code for code, _words in heads])
    sheet.append([str(words) for _code, words in heads])
    for row in rows:
        sheet.append([_safe(value) for value in row])
    for cell in (*sheet[1], *sheet[2]):
        cell.font = Font(bold=True)
    sheet.freeze_panes = "D3"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


CONTACT_HEADS = [
    ("contact_id", _("Contact")), ("name", _("Person")), ("staff_no", _("Staff number")), ("location", _("Unit and cell")), ("degree", _("Degree")),
    ("through", _("Through")), ("exposure", _("Why")), ("date_first_exposure", _("First exposure")), ("date_last_exposure", _("Last exposure")),
    ("status", _("State")), ("days", _("Follow-up, days")),
]  # fmt: skip


def contacts_xlsx(contacts):
    """Return the contacts of a case as the bytes of an XLSX workbook."""
    return _book("contacts", CONTACT_HEADS, [_contact(row) for row in contacts])


def _contact(row):
    person = row.person
    place = " / ".join(str(unit) for unit in (person.unit, person.cell) if unit)
    return [
        row.pk, person.name, person.staff_no or "", place, str(row.get_level_display()), row.via.person.name if row.via else "",
        "；".join(why(row)), row.first_exposed_on, row.last_exposed_on, str(row.get_state_display()), row.days,
    ]  # fmt: skip


def _safe(value):
    return safe(value) if isinstance(value, str) else value
