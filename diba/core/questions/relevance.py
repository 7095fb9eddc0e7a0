"""When a question is asked: comparisons with earlier answers, joined by "and" and "or"; the subset of XLSForm's expressions
(https://xlsform.org/en/#relevant) that a screening needs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ..errors import BadInput

OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "has", "has not")
NAME = r"[A-Za-z_][A-Za-z0-9_.-]*"
_VALUE = r"(?:'([^']*)'|\"([^\"]*)\"|date\('([^']*)'\)|(-?\d+(?:\.\d+)?))"
_COMPARED = re.compile(rf"\$\{{\s*({NAME})\s*\}}\s*(<=|>=|!=|=|<|>)\s*{_VALUE}")
_CHOSEN = re.compile(rf"(not\s*\(\s*)?selected\s*\(\s*\$\{{\s*({NAME})\s*\}}\s*,\s*{_VALUE}\s*\)\s*(\))?")
_JOINED = re.compile(r"\s+(and|or)\s+(?=(?:[^']*'[^']*')*[^']*$)(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", re.IGNORECASE)
LONGEST = 500  # characters of an expression


@dataclass(frozen=True)
class Condition:
    """One comparison: the answer to `question` stands to `value` as `operator` says ("has": is among those chosen)."""

    question: str
    operator: str
    value: str


def parsed(text: str) -> list[list[Condition]]:
    """Return the expression as alternatives of conditions that must all hold. Raises BadInput("unsupported_relevance")."""
    shown = text.strip().translate(str.maketrans("‘’“”", "''\"\""))
    if not shown or len(shown) > LONGEST:
        raise BadInput("unsupported_relevance", "relevant", value=shown[:60])
    pieces = _JOINED.split(shown)
    alternatives = [[_condition(pieces[0])]]
    for word, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if word.lower() == "or":
            alternatives.append([])
        alternatives[-1].append(_condition(piece))
    return alternatives


def _condition(piece: str) -> Condition:
    piece = piece.strip()
    if found := _COMPARED.fullmatch(piece):
        return Condition(found[1], found[2], next((group for group in found.groups()[2:] if group is not None), ""))
    found = _CHOSEN.fullmatch(piece)
    if found is None or bool(found[1]) != bool(found[7]):
        raise BadInput("unsupported_relevance", "relevant", value=piece[:60])
    value = next((group for group in found.groups()[2:6] if group is not None), "")
    return Condition(found[2], "has not" if found[1] else "has", value)


def holds(alternatives: list[list[Condition]], answers: Mapping[str, object]) -> bool:
    """Say whether one of the alternatives holds for what was answered so far; without any, it does."""
    return not alternatives or any(all(_one(part, answers) for part in parts) for parts in alternatives)


def _one(part: Condition, answers: Mapping[str, object]) -> bool:
    answer = answers.get(part.question)
    chosen = answer if isinstance(answer, list) else [] if answer in (None, "") else [answer]
    if part.operator in ("has", "has not"):
        return (part.value in chosen) == (part.operator == "has")
    if not chosen:
        return (part.operator == "=" and part.value == "") or (part.operator == "!=" and part.value != "")
    if part.operator in ("=", "!="):
        same = any(_equal(str(one), part.value) for one in chosen)
        return same == (part.operator == "=")
    left, right = _ordered(str(chosen[0]), part.value)
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[part.operator])


def _equal(left: str, right: str) -> bool:
    return left == right or (_number(left) is not None and _number(left) == _number(right))


def _ordered(left: str, right: str) -> tuple[Any, Any]:
    """Return both as numbers when both are, else as text: dates written as 2020-02-14 are in order as text."""
    numbers = _number(left), _number(right)
    return (left, right) if numbers[0] is None or numbers[1] is None else (numbers[0], numbers[1])


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
