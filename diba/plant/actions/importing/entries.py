"""What a plan consists of, and how its names, numbers and moments are read."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from ..clock import day_start


@dataclass
class Entry:
    """One thing that would be added or changed. key: natural, within its kind; changes: {field: (old, new)}."""

    kind: str
    key: tuple
    label: str
    sheet: str
    row: int
    values: dict
    pk: int | None = None
    changes: dict = field(default_factory=dict)


@dataclass
class Plan:
    """The whole: entries in the order in which they must be written, and what was refused."""

    added: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    refused: list = field(default_factory=list)  # (sheet, row, column, value, reason)

    def counts(self):
        return {name: len(getattr(self, name)) for name in ("added", "changed", "unchanged", "refused")}


def bare(name):
    """Return a qualification's name without what offices add: 值长证书 and 值长资格 are 值长."""
    return re.sub(r"(岗位)?(运行值班)?(资格证书|资格证|合格证书|合格证|上岗证|资格|证书|证)$", "", name.strip()) or name


def number_of(name):
    found = re.search(r"\d+", name)
    return int(found[0]) if found else None


def ends_at(end):
    """Return the moment an absence ends: a bare date means the end of that day."""
    if not end[0]:
        return None
    if end[1]:
        return day_start(end[0]) + timedelta(hours=int(end[1][:2]), minutes=int(end[1][3:]))
    return day_start(end[0]) + timedelta(days=1)
