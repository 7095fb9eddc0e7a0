"""Changing a questionnaire item by item: put in, moved, doubled, taken out, each giving new items. What hangs together stays so.

A section stands before what lies in it, and its items follow it without a gap: that is how an XLSForm writes groups.
"""

from collections.abc import Sequence

from ..errors import BadInput
from .form import MOST, Item, as_items


def arranged(items: Sequence[Item]) -> list[Item]:
    """Return items with every section's items behind it; an item within a section that is not there stands by itself."""
    known = {str(item["name"]) for item in items if item["kind"] == "section"}
    below: dict[str, list[Item]] = {}
    for item in items:
        within = str(item["within"])
        below.setdefault(within if within in known else "", []).append(
            item if within in known else {**item, "within": ""}
        )
    found: list[Item] = []
    _flatten("", below, found)
    return found + [
        item for rows in below.values() for item in rows
    ]  # what only circles are made of: named by faults_of


def _flatten(section: str, below: dict[str, list[Item]], found: list[Item]) -> None:
    for item in below.pop(section, ()):
        found.append(item)
        if item["kind"] == "section":
            _flatten(str(item["name"]), below, found)


def depth_of(items: Sequence[Item]) -> dict[str, int]:
    """Return in how many sections each item lies, by name."""
    found: dict[str, int] = {}
    for item in items:
        found[str(item["name"])] = found.get(str(item["within"]), -1) + 1 if item["within"] else 0
    return found


def free_name(items: Sequence[Item], stem: str = "q") -> str:
    """Return a name that no item has: the stem with the lowest number behind it."""
    taken = {str(item["name"]) for item in items}
    return next(f"{stem}{number}" for number in range(1, len(taken) + 2) if f"{stem}{number}" not in taken)


def put(items: Sequence[Item], item: Item, *, name: str = "", after: str = "") -> list[Item]:
    """Return items with one written in the place of `name`, or as a new one behind `after` (else last).

    A new name of an item is written into every condition that speaks of the old one. Raises BadInput("too_many"|"unknown_question").
    """
    items, (item,) = as_items(items), as_items([item])
    if not name:
        if len(items) >= MOST:
            raise BadInput("too_many", "name", value=str(MOST))
        at = _end_of(items, after) if after else len(items)
        return arranged([*items[:at], item, *items[at:]])
    at = _index(items, name)
    new = str(item["name"])
    renamed = [_renamed(each, name, new) for each in items]
    renamed[at] = _renamed(item, name, new)
    return arranged(renamed)


def _renamed(item: Item, old: str, new: str) -> Item:
    when = [[[new if part[0] == old else part[0], *part[1:]] for part in parts] for parts in item["when"]]
    return {**item, "when": when, "within": new if item["within"] == old else item["within"]}


def _index(items: Sequence[Item], name: str) -> int:
    at = next((index for index, item in enumerate(items) if item["name"] == name), None)
    if at is None:
        raise BadInput("unknown_question", "name", value=name[:60])
    return at


def _end_of(items: Sequence[Item], name: str) -> int:
    """Return the index behind an item and all that lies in it."""
    at = _index(items, name)
    inside = {name}
    end = at + 1
    while end < len(items) and items[end]["within"] in inside:
        inside.add(str(items[end]["name"]))
        end += 1
    return end


def moved(items: Sequence[Item], name: str, step: int) -> list[Item]:
    """Return items with one moved before (-1) or behind (1) its neighbour of the same section, with all that lies in it.

    At the edge nothing changes. Raises BadInput("asked_later", value: name of the question) when it would pass what it hangs on.
    """
    items = arranged(as_items(items))
    at = _index(items, name)
    same = [str(item["name"]) for item in items if item["within"] == items[at]["within"]]
    place = same.index(name) + (1 if step > 0 else -1)
    if not 0 <= place < len(same):
        return items
    first, second = (name, same[place]) if step > 0 else (same[place], name)
    start, middle, end = _index(items, first), _index(items, second), _end_of(items, second)
    found = [*items[:start], *items[middle:end], *items[start:middle], *items[end:]]
    seen: set[str] = set()
    for item in found:
        late = [part[0] for parts in item["when"] for part in parts if part[0] not in seen]
        if late:
            raise BadInput("asked_later", "when", value=str(late[0]))
        seen.add(str(item["name"]))
    return found


def removed(items: Sequence[Item], name: str) -> list[Item]:
    """Return items without one; what lay in a section stays, one level up. Raises BadInput("hung_on", value: who hangs on it)."""
    items = as_items(items)
    within = str(items[_index(items, name)]["within"])
    hanging = next((item for item in items if any(part[0] == name for parts in item["when"] for part in parts)), None)
    if hanging is not None:
        raise BadInput("hung_on", "when", value=str(hanging["name"]))
    kept = [{**item, "within": within} if item["within"] == name else item for item in items if item["name"] != name]
    return arranged(kept)


def doubled(items: Sequence[Item], name: str) -> tuple[list[Item], str]:
    """Return (items with a copy of one behind it, the copy's name). A section is copied without what lies in it."""
    items = as_items(items)
    copy = {**items[_index(items, name)], "name": free_name(items, f"{name[:55]}_")}
    return put(items, copy, after=name), str(copy["name"])
