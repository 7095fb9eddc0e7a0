"""Who carries how much, as a spreadsheet."""

import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from diba.plant.actions.table_files import safe


def fatigue_xlsx(rows):
    """Return [(person, Load)] as the bytes of an XLSX workbook."""
    book = Workbook()
    sheet = book.active
    sheet.append([
        _("Staff number"), _("Person"), _("Days in a row now"), _("Longest run"), _("Nights in a row"), _("Least rest, h"),
        _("Hours a week"), _("Hours this month"), _("Overtime, h"), _("Nights this month"), _("Above"), _("Waived"),
    ])  # fmt: skip
    for person, load in rows:
        sheet.append([
            safe(person.staff_no), safe(person.name), load.run_now, load.longest_run, load.nights_in_row, load.least_rest,
            round(load.week, 1), round(load.month, 1), round(load.overtime, 1), load.nights,
            "；".join(str(row.limit.get_rule_display()) for row in load.open),
            "；".join(str(row.limit.get_rule_display()) for row in load.above if row.waiver),
        ])  # fmt: skip
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "C2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
