"""Recognising the columns of a desk's own kind of sheet, with what was once said of headings nobody knew."""

from ...workbook import dates, values
from ...workbook.headers import SEARCHED, joined_heads, matched
from ...workbook.values import Unreadable
from .desk import mapping

__all__ = ["READ", "Unreadable", "header_of"]
# How one cell is read, by what it holds; each raises Unreadable with a reason that `refusal_words` has the words of.
READ = {
    "text": values.text,
    "computed": values.computed,
    "code": values.code,
    "name": values.name,
    "identity": values.identity,
    "day": dates.day,
    "moment": dates.moment,
}


def header_of(kind, names, needed, rows):
    """Return (index of the header row, {column: field}, {column: heading of no field}, headings) of a sheet, or None.

    kind: what the memory calls this kind of sheet; names: {field: [headings, plain: lower case, without spaces and
    brackets]}; needed: sets of fields, one of which a header must hold. Where merged cells make a header of two rows, the
    index is that of the lower one and a heading is both: 检测 over 日期 is 检测日期. Of two columns of one field the
    first has it, the second is of no field.
    """
    said, best = mapping(), None
    for index, (_number, cells) in enumerate(rows[:SEARCHED]):
        for joined, headings in enumerate((cells, joined_heads(rows, index))):
            if headings is None:
                continue
            fields, unknown = matched(kind, names, headings, said)
            if not any(wanted <= set(fields.values()) for wanted in needed):
                continue
            again, _ = matched(kind, names, ["" if at in fields else head for at, head in enumerate(headings)], said)
            score = len(fields) - joined / 2
            if best is None or score > best[0]:
                shown = {column: values.text(heading) for column, heading in enumerate(headings)}
                best = score, index + joined, fields, dict(unknown) | {at: shown[at] for at in again}, shown
    return best and best[1:]
