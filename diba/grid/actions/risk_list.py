"""The dated list of risk areas: entered by hand, or brought as a workbook that is taken whole or not at all."""

from dataclasses import dataclass

from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import importing

from ..models import ReturnRule, RiskArea, RiskLevel

KIND = "risk_areas"  # what the memory of headings calls this kind of sheet
HEADS = {
    "area": ["地区", "区域", "地名", "area"], "level": ["风险等级", "等级", "风险", "level"],
    "starts_on": ["开始", "开始日期", "起始日期", "自", "from"], "ends_on": ["结束", "结束日期", "截止日期", "至", "until"],
    "source": ["来源", "依据", "source"],
}  # fmt: skip
NEEDED = [{"area", "level", "starts_on"}]
WORDS = {"高": "high", "高风险": "high", "high": "high", "中": "medium", "中风险": "medium", "medium": "medium", "低": "low",
         "低风险": "low", "low": "low"}  # fmt: skip
MOST_FAULTS = 200


@dataclass(frozen=True)
class Fault:
    """One cell that cannot be taken. reason: a key; value: what stands there."""

    row: int
    field: str
    reason: str
    value: str


@transaction.atomic
def enter_area(*, by, area, level, starts_on, source, ends_on=None):
    """Add an area to the list, or change the row of the same place and first day; what it was stays in its history."""
    if ends_on is not None and ends_on < starts_on:
        raise BadInput("ends_before_start", "ends_on")
    values = {"level": level, "ends_on": ends_on, "source": source, "by": by, "at": plant.now()}
    row, new = RiskArea.objects.update_or_create(area=area, starts_on=starts_on, defaults=values)
    plant.note(by, "risk_area.entered" if new else "risk_area.changed", row)
    return row


def read_areas(data, name):
    """Return ([values of a row], [Fault]) of a file. Raises importing.FileRefused; BadInput "no_heads"."""
    for _sheet, rows in importing.sheets_of(data, name):
        if found := importing.header_of(KIND, HEADS, NEEDED, rows):
            header, columns, _unknown, _headings = found
            return _read(rows[header + 1 :], {field: column for column, field in columns.items()})
    raise BadInput("no_heads", "file")


def _read(rows, columns):
    good, faults, seen = [], [], {}
    for number, values in rows:
        cells = {field: values[index] if index < len(values) else None for field, index in columns.items()}
        row, wrong = _row(cells, number)
        key = (row.get("area"), row.get("starts_on"))
        if not wrong and key in seen:
            wrong = [Fault(number, "area", "twice", f"{row['area']} ({seen[key]})")]
        seen.setdefault(key, number)
        faults += wrong
        good += [] if wrong else [row]
    return good, faults[:MOST_FAULTS]


def _row(cells, number):
    row, faults = {"source": _text(cells.get("source"))[:200] or "—", "ends_on": None}, []
    row["area"] = _text(cells.get("area"))
    if not 2 <= len(row["area"]) <= 80:
        faults.append(Fault(number, "area", "no_area", row["area"][:40]))
    row["level"] = WORDS.get(_text(cells.get("level")).lower(), "")
    if row["level"] not in RiskLevel.values:
        faults.append(Fault(number, "level", "no_level", _text(cells.get("level"))[:40]))
    for field in ("starts_on", "ends_on"):
        value = cells.get(field)
        if field == "ends_on" and _text(value) in ("", "-", "—", "至今"):
            continue
        row[field] = _day(value)
        if row[field] is None:
            faults.append(Fault(number, field, "no_day", _text(value)[:40]))
    if not faults and row["ends_on"] and row["ends_on"] < row["starts_on"]:
        faults.append(Fault(number, "ends_on", "ends_before_start", f"{row['ends_on']}"))
    return row, faults


def _text(value):
    return "" if value is None else str(value).replace("\0", "").strip()


def _day(value):
    try:
        return importing.READ["day"](value)
    except importing.Unreadable:
        return None


@transaction.atomic
def bring_areas(rows, *, by):
    """Enter every row of a file that was read without a fault; return how many."""
    for row in rows:
        enter_area(by=by, **row)
    return len(rows)


@transaction.atomic
def enter_rule(*, by, starts_on, level, days, kind, tests, source):
    """Enter what a level asks for from a day on; rules are never changed, and none begins in the past. Raises BadInput."""
    if starts_on < plant.today():
        raise BadInput("begins_in_the_past", "starts_on")
    rule = {"days": days, "kind": kind, "tests": tests, "source": source}
    row, new = ReturnRule.objects.get_or_create(starts_on=starts_on, level=level, defaults=rule)
    if not new:
        raise BadInput("rule_there", "starts_on")
    plant.note(by, "return_rule.entered", row)
    return row
