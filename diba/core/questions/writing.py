"""A questionnaire as an XLSForm's sheets, so that other programs and other plants can ask the same; read again it is the same."""

import re
from collections.abc import Sequence

from .arranging import arranged
from .form import YES_OR_NO, Item, as_items

SURVEY = ["type", "name", "label::Chinese (zh)", "label::English (en)", "hint::Chinese (zh)", "required", "relevant", "constraint",
          "constraint_message::Chinese (zh)"]  # fmt: skip
CHOICES = ["list_name", "name", "label::Chinese (zh)", "label::English (en)"]
QUOTES = "'\"‘’“”"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def as_sheets(items: Sequence[Item], title: str, version: int = 1) -> dict[str, list[list[str]]]:
    """Return {"survey", "choices", "settings": lines} of a questionnaire without faults."""
    items = arranged(as_items(items))
    kinds = {str(item["name"]): str(item["kind"]) for item in items}
    survey, around = [SURVEY], [""]
    choices = [CHOICES]
    for item in items:
        while around[-1] != item["within"]:
            survey.append(["end group"] + [""] * (len(SURVEY) - 1))
            around.pop()
        survey.append(_line(item, kinds))
        if item["kind"] == "section":
            around.append(str(item["name"]))
        if item["kind"] in ("one", "several"):
            choices += [
                [str(item["name"]), each["name"], each.get("zh", ""), each.get("en", "")] for each in item["choices"]
            ]
    survey += [["end group"] + [""] * (len(SURVEY) - 1) for _section in around[1:]]
    if "yesno" in kinds.values():
        choices += [["yes_or_no", each["name"], each["zh"], each["en"]] for each in YES_OR_NO]
    return {
        "survey": survey,
        "choices": choices,
        "settings": [["form_title", "form_id", "version"], [title, "screening", str(version)]],
    }


def _line(item: Item, kinds: dict[str, str]) -> list[str]:
    name, kind = str(item["name"]), str(item["kind"])
    types = {"one": f"select_one {name}", "several": f"select_multiple {name}", "yesno": "select_one yes_or_no", "section": "begin group"}  # fmt: skip
    return [
        types.get(kind, kind), name, item["zh"], item["en"], item["hint"], "yes" if item["required"] else "",
        " or ".join(" and ".join(_compared(part, kinds) for part in parts) for parts in item["when"]),
        " and ".join(f". {sign} {_value(str(item[key]), kind)}" for key, sign in (("low", ">="), ("high", "<=")) if item[key] != ""),
        item["message"],
    ]  # fmt: skip


def _compared(part: Sequence[str], kinds: dict[str, str]) -> str:
    question, operator, value = part
    shown = f"${{{question}}}"
    if operator in ("has", "has not"):
        chosen = f"selected({shown}, {_quoted(value)})"
        return f"not({chosen})" if operator == "has not" else chosen
    return f"{shown} {operator} {_value(value, kinds.get(question, 'text'))}"


def _value(value: str, kind: str) -> str:
    if kind == "date" and value:
        return f"date('{value}')"
    return value if kind in ("integer", "decimal") and _NUMBER.fullmatch(value) else _quoted(value)


def _quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"
