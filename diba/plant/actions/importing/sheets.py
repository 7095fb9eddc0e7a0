"""A workbook of a desk's own, opened as carefully as the register's."""

from ...workbook.sheets import LARGEST, Refused, open_sheets
from .words import FileRefused, file_words


def bytes_of(file):
    """Return what is uploaded; of more than is ever read one byte more, which tells "too large" without holding it all."""
    return file.read(LARGEST + 1)


def sheets_of(data, name):
    """Return [(sheet name, [(row number, values)])] of a file, blank rows left out. Raises FileRefused in words."""
    try:
        return [(sheet.name, sheet.rows) for sheet in open_sheets(data, name)]
    except Refused as error:
        raise FileRefused(file_words(error)) from error
