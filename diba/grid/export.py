"""Tables of the grid on their way out: one table as a workbook, and text that no spreadsheet runs."""

import io

from openpyxl import Workbook

from diba.plant.actions.table_files import XLSX, file_answer, saved


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
    return saved(out.getvalue(), f"{name}.xlsx", XLSX)
