"""An XLSForm as a questionnaire (https://xlsform.org/en/): the subset that a screening needs; the rest is refused by its cell.

Taken: text, integer, decimal, date, select_one, select_multiple, note, begin/end group; relevant with comparisons joined by and/or,
required, constraint as bounds of a number or a date, with its message. Columns of the file that change nothing here (appearance, media …) are passed over.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ..errors import BadInput
from .form import MOST, YES_OR_NO, Item, bound, faults_of
from .relevance import parsed

TYPES = {
    "text": "text",
    "string": "text",
    "integer": "integer",
    "int": "integer",
    "decimal": "decimal",
    "date": "date",
    "note": "note",
}
META = {
    "start",
    "end",
    "today",
    "deviceid",
    "username",
    "phonenumber",
    "audit",
    "instanceid",
}  # of the phone: not asked
LOOPS = ("begin repeat", "end repeat")
REFUSED_COLUMNS = ("calculation", "choice_filter", "repeat_count")  # they change what is asked
Rows = list[tuple[int, list[Any]]]
Row = dict[str, str]
Choices = list[dict[str, str]]
ROWS = 5_000  # of a sheet; a list of choices may be long
SHEETS = ("survey", "choices", "settings")  # the others say nothing of what is asked
_BOUND = re.compile(r"\.\s*(<=|>=|<|>)\s*(?:(-?\d+(?:\.\d+)?)|date\('([^']*)'\)|'(\d{4}-\d{2}-\d{2})')")
COLUMN_OF = {"name": "name", "kind": "type", "zh": "label", "en": "label", "hint": "hint", "low": "constraint", "high": "constraint",
             "choices": "type", "when": "relevant"}  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """One cell of the workbook that cannot be taken: sheet, row (1-based), column's heading, why, what stood there."""

    sheet: str
    row: int
    column: str
    reason: str
    value: str = ""


@dataclass
class Table:
    """One sheet under its headings: rows as (row number, {heading: text})."""

    name: str
    heads: list[str]
    rows: list[tuple[int, dict[str, str]]]
    all: int  # rows of the sheet, of which ROWS are kept


def from_sheets(sheets: Sequence[tuple[str, Rows]]) -> tuple[dict[str, Any], list[Refusal]]:
    """Return ({"title", "items"}, refusals) of the sheets [(name, [(row number, cells)])] of a workbook."""
    tables = {name.strip().lower(): _table(name, rows) for name, rows in sheets if rows}
    if "survey" not in tables:
        return {"title": "", "items": []}, [Refusal("survey", 1, "", "no_survey")]
    survey, choices = tables["survey"], tables.get("choices")
    found = [
        Refusal("survey", survey.rows[0][0] - 1 if survey.rows else 1, head, "no_column")
        for head in ("type", "name")
        if head not in survey.heads
    ]
    found += [Refusal(table.name, table.rows[-1][0], "", "too_many_rows", str(table.all)) for name, table in tables.items() if table.all > ROWS and name in SHEETS]  # fmt: skip
    if found:
        return {"title": "", "items": []}, found
    lists, found = _lists(choices) if choices else ({}, [])
    items, places, more = _items(survey, lists)
    found += more
    for fault in faults_of(items) if not found else []:
        row = places[min(fault.index, len(places) - 1)] if places else 1
        column = _column(survey, fault.key)
        found.append(Refusal("survey", row, column, fault.reason, fault.value))
    return {"title": _title(tables.get("settings")), "items": items}, found


def _column(survey: Table, key: str) -> str:
    column = COLUMN_OF.get(key, key)
    return next((head for head in survey.heads if head.startswith(column)), column)


def _table(name: str, rows: Rows) -> Table:
    heads = [_text(cell).lower() for cell in rows[0][1]]
    body = [
        (number, {head: _text(cell) for head, cell in zip(heads, cells, strict=False) if head})
        for number, cells in rows[1 : ROWS + 1]
    ]
    return Table(name, heads, body, len(rows) - 1)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return re.sub(r"\s+", " ", str(cell)).strip() if cell is not None else ""


def _title(settings: Table | None) -> str:
    return next((row.get("form_title", "") for _number, row in settings.rows), "") if settings else ""


def _labels(row: Mapping[str, str], what: str = "label") -> tuple[str, str]:
    """Return (Chinese, English) of a row; a column without a language is Chinese unless it holds no such character."""
    chinese = english = ""
    for head, value in row.items():
        base, _colon, language = head.partition("::")
        if base.strip() != what or not value:
            continue
        if any(word in language for word in ("chinese", "zh", "中")):
            chinese = value
        elif any(word in language for word in ("english", "en", "英")) or not re.search(r"[\u3400-\u9fff]", value):
            english = english or value
        else:
            chinese = chinese or value
    return chinese, english


def _lists(choices: Table) -> tuple[dict[str, Choices], list[Refusal]]:
    """Return ({list: choices}, refusals) of the choices' sheet."""
    lists: dict[str, Choices] = {}
    found: list[Refusal] = []
    for number, row in choices.rows:
        name, value = row.get("list_name") or row.get("list name", ""), row.get("name") or row.get("value", "")
        if not name and not value:
            continue
        chinese, english = _labels(row)
        reason = "no_list" if not name else "missing" if not value else "no_label" if not chinese + english else ""
        if " " in value:
            reason = "space_in_name"
        elif any(choice["name"] == value for choice in lists.get(name, ())):
            reason = "choice_twice"
        if reason:
            column = {"no_list": "list_name", "no_label": "label"}.get(reason, "name")
            found.append(Refusal(choices.name, number, column, reason, value or name))
            continue
        lists.setdefault(name, []).append({"name": value, "zh": chinese, "en": english})
    return lists, found


def _items(survey: Table, lists: Mapping[str, Choices]) -> tuple[list[Item], list[int], list[Refusal]]:
    items: list[Item] = []
    places: list[int] = []
    found: list[Refusal] = []
    around: list[tuple[str, int]] = []
    for number, row in survey.rows:
        kind = re.sub(r"[\s_]+", " ", row.get("type", "")).strip().lower()
        if not kind:
            if row.get("name"):
                found.append(Refusal(survey.name, number, "type", "missing", row["name"]))
            continue
        if kind in META or row.get("disabled", "").lower() in ("yes", "true"):
            continue
        if kind == "end group":
            if not around:
                found.append(Refusal(survey.name, number, "type", "end_without_begin", row["type"]))
            else:
                around.pop()
            continue
        item, wrong = _item(survey, number, row, kind, lists)
        found += wrong
        if item is None:
            continue
        item["within"] = around[-1][0] if around else ""
        if item["kind"] == "section":
            around.append((item["name"], number))
        items.append(item)
        places.append(number)
        if len(items) > MOST:
            found.append(Refusal(survey.name, number, "type", "too_many", str(len(survey.rows))))
            break
    else:
        found += [Refusal(survey.name, number, "type", "group_not_ended", name) for name, number in around]
    return items, places, found


def _item(
    survey: Table, number: int, row: Row, kind: str, lists: Mapping[str, Choices]
) -> tuple[Item | None, list[Refusal]]:
    """Return one row as an item, or None and why not."""
    if kind in LOOPS:
        return None, [Refusal(survey.name, number, "type", "loop", row["type"])]
    found = [
        Refusal(survey.name, number, head, "unsupported_column", row[head][:60])
        for head in REFUSED_COLUMNS
        if row.get(head)
    ]
    chinese, english = _labels(row)
    hints, messages = _labels(row, "hint"), _labels(row, "constraint_message")
    item = {"name": row.get("name", ""), "zh": chinese, "en": english, "hint": hints[0] or hints[1], "message": messages[0] or messages[1],
            "required": row.get("required", "").lower() in ("yes", "true", "true()", "1")}  # fmt: skip
    item["kind"], item["choices"], wrong = _kind(survey, number, row["type"], kind, lists)
    found += wrong
    if item["kind"] == "section" and not chinese + english:
        item["zh"] = item["name"]
    for read, column in ((_when, "relevant"), (_range, "constraint")):
        try:
            item |= read(row.get(column, ""), str(item["kind"]))
        except BadInput as error:
            found.append(Refusal(survey.name, number, column, error.reason, str(error.value)))
    return (None if wrong else item), found


def _kind(
    survey: Table, number: int, shown: str, kind: str, lists: Mapping[str, Choices]
) -> tuple[str, Choices, list[Refusal]]:
    if kind == "begin group":
        return "section", [], []
    if kind in TYPES:
        return TYPES[kind], [], []
    parts = re.match(r"select[_ ](one|multiple)\s+(\S+)\s*(.*)$", shown.strip(), re.IGNORECASE)
    if parts is None or parts[3]:
        return "", [], [Refusal(survey.name, number, "type", "unknown_kind", shown[:60])]
    if parts[2] not in lists:
        return "", [], [Refusal(survey.name, number, "type", "unknown_list", parts[2][:60])]
    choices = list(lists[parts[2]])
    if parts[1].lower() == "one" and choices == YES_OR_NO:
        return "yesno", [], []
    return ("one" if parts[1].lower() == "one" else "several"), choices, []


def _when(text: str, _kind: str) -> Item:
    return (
        {"when": [[[part.question, part.operator, part.value] for part in parts] for parts in parsed(text)]}
        if text
        else {}
    )


def _range(text: str, kind: str) -> Item:
    """Return {"low", "high"} of a constraint such as ". >= 34 and . <= 43". Raises BadInput("unsupported_constraint")."""
    found: dict[str, str] = {}
    for piece in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE) if text else ():
        parts = _BOUND.fullmatch(piece.strip())
        value = (parts[2] or parts[3] or parts[4]) if parts else ""
        edge = bound(kind, value) if value and kind in ("integer", "decimal", "date") else None
        if parts is None or edge is None or (parts[1] in "<>" and kind == "decimal"):
            raise BadInput("unsupported_constraint", "constraint", value=text[:60])
        side, step = "low" if ">" in parts[1] else "high", {"<": -1, ">": 1}.get(parts[1], 0)
        try:
            moved = edge + timedelta(days=step) if isinstance(edge, date) else edge + Decimal(step)
        except OverflowError:  # beyond the calendar's last day, or before its first
            side = ""
        if not side or side in found:  # of two bounds on one side neither is dropped unseen
            raise BadInput("unsupported_constraint", "constraint", value=text[:60])
        found[side] = moved.isoformat() if isinstance(moved, date) else str(moved)
    return found
