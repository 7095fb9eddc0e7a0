"""What was answered: which questions were asked at all, and whether each answer can be one."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from .form import BOUNDED, NO, SILENT, YES, Item, as_items, bound
from .relevance import Condition, holds

LONGEST_ANSWER = 500  # characters


def is_asked(item: Item, items: Mapping[str, Item], answers: Mapping[str, object]) -> bool:
    """Say whether an item is asked, given the answers before it: its own condition and those of the sections around it."""
    within = str(item.get("within") or "")
    if within and within in items and not is_asked(items[within], items, answers):
        return False
    when = item.get("when") or []
    return holds([[Condition(*part) for part in parts] for parts in when], answers)


def checked(items: Sequence[Item], given: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """Return (answers that count, {question: what is wrong}).

    Answers to what was not asked are dropped. Numbers and dates are kept as plain text, several choices as a list.
    """
    by_name = {str(item["name"]): item for item in as_items(items)}
    answers: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for name, item in by_name.items():
        if item["kind"] in SILENT or not is_asked(item, by_name, answers):
            continue
        answer, reason = _answer(item, given.get(name))
        if reason:
            wrong[name] = reason
        elif answer:
            answers[name] = answer
    return answers, wrong


def _answer(item: Item, value: object) -> tuple[object, str]:
    kind = item["kind"]
    chosen = [str(one).strip() for one in value if str(one).strip()] if isinstance(value, list | tuple) else []
    text = "" if value is None or isinstance(value, list | tuple) else str(value).strip()
    if kind == "several":
        chosen = list(dict.fromkeys(chosen or ([text] if text else [])))
        known = {choice["name"] for choice in item["choices"]}
        return (
            (None, "unknown_choice")
            if set(chosen) - known
            else (chosen, "missing" if item["required"] and not chosen else "")
        )
    text = text or (chosen[0] if chosen else "")
    if not text:
        return None, "missing" if item["required"] else ""
    if kind == "text":
        return text, "too_long" if len(text) > LONGEST_ANSWER else ""
    if kind in ("one", "yesno"):
        known = {YES, NO} if kind == "yesno" else {choice["name"] for choice in item["choices"]}
        return text, "" if text in known else "unknown_choice"
    return _bounded(item, text)


def _bounded(item: Item, text: str) -> tuple[object, str]:
    """Return a number or a date as text, and what is wrong with it."""
    kind = str(item["kind"])
    assert kind in BOUNDED
    plain = text.translate(str.maketrans("０１２３４５６７８９．，,－", "0123456789...-"))
    found = bound(kind, plain)
    if found is None:
        return None, {"date": "not_a_date", "integer": "not_whole"}.get(kind, "not_a_number")
    low, high = (bound(kind, str(item[key])) if item[key] != "" else found for key in ("low", "high"))
    if not low <= found <= high:  # type: ignore[operator]
        return None, "out_of_range"
    return found.isoformat() if isinstance(found, date) else _plain(found), ""


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
