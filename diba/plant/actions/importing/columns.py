"""Recognising the columns of a desk's own kind of sheet, with what was once said of headings nobody knew."""

from ...workbook import dates, values
from ...workbook.headers import SEARCHED, matched
from ...workbook.values import Unreadable
from .desk import mapping

__all__ = ["READ", "Unreadable", "header_of"]
# How one cell is read, by what it holds; each raises Unreadable with a reason that `refusal_words` has the words of.
READ = {"text": values.text, "name": values.name, "identity": values.identity, "day": dates.day, "moment": dates.moment}


def header_of(kind, names, needed, rows):
    """Return (index of the header row, {column: field}, [headings nobody knows]) of a sheet, or None when none fits.

    kind: what the memory calls this kind of sheet; names: {field: [headings, plain: lower case, without spaces and
    brackets]}; needed: sets of fields, one of which a header must hold.
    """
    said, best = mapping(), None
    for index, (_number, cells) in enumerate(rows[:SEARCHED]):
        fields, unknown = matched(kind, names, cells, said)
        if any(wanted <= set(fields.values()) for wanted in needed) and (best is None or len(fields) > len(best[1])):
            best = index, fields, [heading for _column, heading in unknown]
    return best
