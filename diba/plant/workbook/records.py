"""From sheets to drafts: each row a draft of one thing with its place, each wrong cell a refusal with its remedy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from . import dates, oneline, values
from .headers import COLUMNS, NEEDED, kind_of, plain
from .sheets import Refused, open_sheets
from .values import Unreadable, text

TOTALS = re.compile(
    r"^(合计|小计|总计|共计|总人数|填表人|制表人|制表|审核|审核人|批准|负责人签字|注|注意|备注|说明|填报|统计|日期|单位[:：]|total|sum|note)s?[:：\s]*",
    re.IGNORECASE,
)
READERS = {
    "name": values.name, "sex": values.sex, "identity": values.identity, "phone": values.phone, "kind": values.kind, "employee": values.name,
    "birth": dates.month_or_day, "joined": dates.month_or_day, "issued": dates.month_or_day, "expires": dates.last_day, "left_on": dates.day,
    "minimum": lambda v: values.whole(v, 0, 99, "not_a_minimum"), "tier": lambda v: values.whole(v, 1, 3, "not_a_tier"),
    "minutes": lambda v: values.whole(v, 60, 1440, "not_a_length"), "level": lambda v: values.whole(v, 0, 4, "not_a_level"),
    "certificates": oneline.certificates,
}  # fmt: skip
# The longest line that each column of text may hold, where it is not 200.
LONGEST = {
    "staff_no": 32, "household": 32, "employer": 100, "job_title": 60, "room": 40, "bus": 40, "note": 300, "relation": 20, "number": 60,
    "department": 100, "team": 100, "branch": 100, "cell": 100, "place": 60, "pattern": 16, "holder": 60, "stands_for": 60, "reason": 300,
}  # fmt: skip
LONGEST_OF = {
    ("certificates", "qualification"): 60,
    ("posts", "code"): 32,
    ("watches", "code"): 8,
    ("units", "code"): 32,
    ("units", "parent"): 100,
}
NAMES = {
    "posts": lambda v: values.line(v, 60),
    "watches": lambda v: values.line(v, 20),
    "units": lambda v: values.line(v, 100),
}


@dataclass(frozen=True)
class Draft:
    """One row as read: kind of thing, values by field, and where it stood."""

    kind: str
    values: Mapping[str, object]
    sheet: str
    row: int
    headings: Mapping[str, str] = field(default_factory=dict)  # field -> what stands over its column


@dataclass(frozen=True)
class Refusal:
    """One cell that cannot be taken: where, what stood there (identity numbers masked), why. The app has the words."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str


@dataclass
class Reading:
    """What a workbook holds: drafts, refusals, and headings that nobody understood."""

    drafts: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    unknown: list = field(default_factory=list)  # (kind of sheet, sheet, heading)
    sheets: list = field(default_factory=list)  # (sheet, kind, rows)


def read(data: bytes, name: str, today: date, mapping: Mapping | None = None) -> Reading:
    """Read a workbook. mapping: {(kind of sheet, heading): field}, said by hand before. Raises Refused."""
    reading = Reading()
    for sheet in open_sheets(data, name):
        found = kind_of(sheet.name, sheet.rows, mapping or {})
        if found is None:
            reading.unknown.append(("", sheet.name, ""))
            continue
        kind, header, fields, unknown = found
        reading.unknown += [(kind, sheet.name, heading) for _column, heading in unknown]
        before = len(reading.drafts)
        headings = {
            column: text(sheet.rows[header][1][column]) if column < len(sheet.rows[header][1]) else ""
            for column in fields
        }
        for number, cells in sheet.rows[header + 1 :]:
            if _is_header_again(cells, fields, headings, sheet.rows[max(0, header - 1) : header + 1]) or _is_note(
                cells, fields, kind
            ):
                continue
            _row(reading, kind, sheet.name, number, cells, fields, headings, today)
        reading.sheets.append((sheet.name, kind, len(reading.drafts) - before))
    if not reading.sheets:
        raise Refused("no_known_sheet")
    return reading


def _is_header_again(cells, fields, headings, heads):
    """Say whether a row is the header once more, at a page break: most of it, or one of its two rows and nothing else."""
    filled = [(column, plain(cell)) for column, cell in enumerate(cells) if plain(cell)]
    above = [[plain(cell) for cell in row] for _number, row in heads]
    if len(filled) >= 2 and all(
        any(column < len(row) and row[column] == cell for row in above) for column, cell in filled
    ):
        return True
    same = [
        column
        for column in fields
        if column < len(cells) and plain(cells[column]) and plain(cells[column]) == plain(headings[column])
    ]
    return len(same) >= max(2, len(fields) // 2)


def _is_note(cells, fields, kind):
    """Say whether a row is a total, a signature or a note rather than one of the things."""
    filled = [text(cell) for cell in cells if text(cell)]
    distinct = list(dict.fromkeys(filled))
    if not distinct:
        return True
    if TOTALS.match(distinct[0]) and (len(distinct) <= 4 or distinct[0] in ("合计", "小计", "总计", "共计")):
        return True
    needed = [column for column, name in fields.items() if name in NEEDED[kind]]
    # One long sentence over merged cells under the table is a note, not a person without a name.
    if len(distinct) == 1 and (len(distinct[0]) > 8 or len(filled) > 2):
        return True
    # A staff number or a code without a name is a row that lacks something, not a note.
    keys = [*needed, *(column for column, name in fields.items() if name in ("staff_no", "code"))]
    return not any(column < len(cells) and text(cells[column]) for column in keys) and len(distinct) <= 2


def _row(reading, kind, sheet, number, cells, fields, headings, today):
    found, wrong = {}, False
    heads = {name: headings[column] or name for column, name in fields.items()}
    for column, name in fields.items():
        value = cells[column] if column < len(cells) else None
        try:
            found[name] = _value(kind, name, value, today)
        except Unreadable as error:
            reason = error.reason
            if name == "birth" and (short := dates.without_century(value)) and (said := _born(cells, fields)):
                if short == (said.year % 100, said.month, said.day):
                    found[name] = said  # the identity number says the century
                    continue
                reason = "birth_contradicts"
            wrong = True
            shown = text(value)[:60]
            if name == "identity" or reason == "not_an_identity":
                shown = f"…{shown[-4:]}" if len(shown) > 4 else "…"
            reading.refusals.append(Refusal(sheet, number, heads[name], shown, reason))
    for name in NEEDED[kind]:
        if not wrong and not found.get(name) and found.get(name) != 0:
            wrong = True
            reading.refusals.append(Refusal(sheet, number, heads[name], "", "missing"))
    if not wrong and kind == "staff" and found.get("identity"):
        birth, sex = values.born(found["identity"])
        for name, said in (("birth", birth), ("sex", sex)):
            month = isinstance(found.get(name), dates.Month) and found[name].agrees_with(said)
            if found.get(name) and found[name] != said and not month:
                wrong = True
                reading.refusals.append(Refusal(sheet, number, heads[name], str(found[name]), f"{name}_contradicts"))
            found[name] = said
    if not wrong:
        reading.drafts.append(Draft(kind, found, sheet, number, heads))


def _born(cells, fields):
    """Return the day of birth that a row's identity number says, or None when it has no valid one."""
    column = next((column for column, name in fields.items() if name == "identity"), len(cells))
    number = values.identity_number(cells[column]) if column < len(cells) else None
    return values.born(number)[0] if number else None


def _value(kind, name, value, today):
    value = values.computed(value)
    if name == "name" and kind in NAMES:
        return NAMES[kind](value)
    if name == "family":
        return oneline.family(value, today)
    if name == "kind" and kind == "absences":
        return _absence_kind(value)
    if name == "kind" and kind == "units":
        return values.unit_kind(value)
    if name in ("starts", "ends") and kind == "absences":
        return dates.moment(value)
    if name in ("starts", "ends"):
        return dates.clock(value)
    if reader := READERS.get(name):
        found = reader(value)
        if name == "birth" and found and found > today:
            raise Unreadable("still_to_come")
        return found
    return values.line(value, LONGEST_OF.get((kind, name)) or LONGEST.get(name, 200))


def _absence_kind(value):
    shown = text(value)
    for word, kind in (
        ("病", "sick"),
        ("出差", "travel"),
        ("培训", "training"),
        ("隔离", "isolation"),
        ("待查", "checking"),
        ("假", "leave"),
        ("休", "leave"),
    ):
        if word in shown:
            return kind
    if shown.lower() in ("leave", "sick", "travel", "training", "isolation", "checking", "other"):
        return shown.lower()
    if not shown:
        raise Unreadable("missing")
    return "other"


assert set(NEEDED) == set(COLUMNS)  # every kind of sheet says what it cannot do without
