"""The form of a questionnaire: a list of items as plain data, and everything that can be wrong with it.

An item is {"name", "kind", "zh", "en", "hint", "required", "low", "high", "message": what is said out of bounds, "choices":
[{"name", "zh", "en"}], "when": [[[question, operator, value], …], …], "within": name of the section or ""}; missing keys are
empty. low, high: inclusive bounds as text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from .relevance import NAME, OPERATORS

KINDS = ("text", "integer", "decimal", "date", "one", "several", "yesno", "note", "section")
SILENT = ("note", "section")  # shown, not answered
BOUNDED = ("integer", "decimal", "date")
MOST = 200  # questions: more is not answered on a phone in a morning
MOST_CHOICES = 100  # of one question
LONGEST_LABEL, LONGEST_NAME = 300, 64
YES, NO = "yes", "no"
DECIMALS = 6  # of an answer or a bound: more is no reading
YES_OR_NO = [{"name": YES, "zh": "是", "en": "Yes"}, {"name": NO, "zh": "否", "en": "No"}]  # how a file says "yesno"
Item = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an item: its index from 0, which of its keys, why, and what stood there."""

    index: int
    key: str
    reason: str
    value: str = ""


def as_items(items: Sequence[Item]) -> list[Item]:
    """Return items with every key there, as they are stored."""
    empty = {
        "name": "",
        "kind": "",
        "zh": "",
        "en": "",
        "hint": "",
        "required": False,
        "low": "",
        "high": "",
        "message": "",
        "within": "",
    }
    return [{**empty, "choices": [], "when": [], **item} for item in items]


def choices_of(item: Item) -> list[dict[str, str]]:
    """Return what can be chosen in answer to an item; nothing where the answer is free."""
    return YES_OR_NO if item["kind"] == "yesno" else item["choices"]


def faults_of(items: Sequence[Item]) -> list[Fault]:
    """Return what is wrong with a questionnaire, in its order; nothing when it can be asked."""
    items = as_items(items)
    found: list[Fault] = []
    if not any(item["kind"] not in SILENT for item in items):
        found.append(Fault(0, "kind", "no_question"))
    if len(items) > MOST:
        found.append(Fault(MOST, "name", "too_many", str(len(items))))
    seen: dict[str, int] = {}
    for index, item in enumerate(items[:MOST]):
        found += _own(index, item)
        name = str(item["name"])
        if name in seen:
            found.append(Fault(index, "name", "name_twice", name))
        seen.setdefault(name, index)
    for index, item in enumerate(items[:MOST]):
        found += _relevance(index, item, items, seen)
    return sorted(found, key=lambda fault: fault.index)


def _own(index: int, item: Item) -> list[Fault]:
    """Return what is wrong with an item by itself."""
    name, kind = str(item["name"]), item["kind"]
    found: list[Fault] = []
    if not re.fullmatch(NAME, name) or len(name) > LONGEST_NAME:
        found.append(Fault(index, "name", "not_a_name", name[:60]))
    if kind not in KINDS:
        found.append(Fault(index, "kind", "unknown_kind", str(kind)[:60]))
    if not (item["zh"] or item["en"]):
        found.append(Fault(index, "zh", "no_label", name))
    found += [
        Fault(index, key, "too_long", str(item[key])[:60])
        for key in ("zh", "en", "hint", "message")
        if len(item[key]) > LONGEST_LABEL
    ]
    return [*found, *_bounds(index, item), *_choices(index, item)]


def _bounds(index: int, item: Item) -> list[Fault]:
    values: dict[str, Any] = {}
    for key in ("low", "high"):
        if item[key] == "":
            continue
        if item["kind"] not in BOUNDED:
            return [Fault(index, key, "no_range_here", str(item[key]))]
        values[key] = bound(item["kind"], str(item[key]))
        if values[key] is None:
            return [Fault(index, key, "not_a_bound", str(item[key])[:60])]
    if len(values) == 2 and values["low"] > values["high"]:
        return [Fault(index, "high", "high_below_low", str(item["high"]))]
    return []


def bound(kind: str, text: str) -> Decimal | date | None:
    """Return a bound or an answer as what it is compared as, or None when the text is no such thing."""
    try:
        if kind == "date":
            return date.fromisoformat(text)
        found = Decimal(text)
    except (InvalidOperation, ValueError):
        return None
    if not found.is_finite() or abs(found) >= Decimal("1e12"):
        return None
    # Written out, 1e-999999 would be a million characters.
    fits = found == round(found, 0 if kind == "integer" else DECIMALS)
    return found if fits else None


def _choices(index: int, item: Item) -> list[Fault]:
    choices: list[dict[str, str]] = item["choices"]
    names: set[str] = set()
    if item["kind"] not in ("one", "several"):
        return []
    if not choices:
        return [Fault(index, "choices", "no_choices", str(item["name"]))]
    if len(choices) > MOST_CHOICES:
        return [Fault(index, "choices", "too_many_choices", str(len(choices)))]
    for choice in choices:
        if not choice["name"] or choice["name"] in names or len(choice["name"]) > LONGEST_NAME or " " in choice["name"]:
            return [Fault(index, "choices", "choice_twice", str(choice["name"])[:60])]
        if not (choice.get("zh") or choice.get("en")):
            return [Fault(index, "choices", "no_label", str(choice["name"]))]
        names.add(choice["name"])
    return []


def _relevance(index: int, item: Item, items: list[Item], seen: Mapping[str, int]) -> list[Fault]:
    """Return what is wrong with when an item is asked: only earlier answers can decide it."""
    found = []
    for name, operator, value in (part for parts in item["when"] for part in parts):
        at = seen.get(name)
        if at is None:
            found.append(Fault(index, "when", "unknown_question", name))
        elif _reaches(name, str(item["name"]), items, seen, set()):
            found.append(Fault(index, "when", "circle", name))
        elif at >= index:
            found.append(Fault(index, "when", "asked_later", name))
        elif items[at]["kind"] in SILENT:
            found.append(Fault(index, "when", "never_answered", name))
        elif operator not in OPERATORS:
            found.append(Fault(index, "when", "unsupported_relevance", operator))
        elif value and not _possible(items[at], value):
            found.append(Fault(index, "when", "unknown_choice", f"{name}: {value}"[:60]))
    return found


def _possible(item: Item, value: str) -> bool:
    """Say whether a question can have a value as its answer."""
    if item["kind"] in ("one", "several"):
        return value in {choice["name"] for choice in item["choices"]}
    return (
        value in (YES, NO)
        if item["kind"] == "yesno"
        else item["kind"] == "text" or bound(item["kind"], value) is not None
    )


def _reaches(start: str, goal: str, items: list[Item], seen: Mapping[str, int], passed: set[str]) -> bool:
    """Say whether an item hangs on another: by its own condition or by that of its section."""
    if start == goal:
        return True
    if start in passed or start not in seen:
        return False
    passed.add(start)
    item = items[seen[start]]
    following = [str(part[0]) for parts in item["when"] for part in parts] + (
        [str(item["within"])] if item["within"] else []
    )
    return any(_reaches(name, goal, items, seen, passed) for name in following)
