"""Readings that look copied rather than measured: three plain rules, each of which honest people break very rarely.

They say "look again", never "false": whoever leads the cell asks, and nobody else is told. The false alarms on honest readings are
measured in docs/models/copied.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

SERIES, CONSTANT, BULK = "series", "constant", "bulk"
# All four are this system's own: chosen so that a cell of 15 honest people raises less than one false alarm a year.
SERIES_DAYS = 7  # days in a row on which two people have the same reading, entered together
CONSTANT_DAYS = 10  # readings in a row of one person without a tenth of a degree between them
TOGETHER = timedelta(seconds=60)  # between entries that were made in one go: less than a call and a measurement take
BULK_PEOPLE = 5  # people entered in one go after the fact


@dataclass(frozen=True)
class Entry:
    """One reading as it was entered.

    person: id; day: of which it speaks; tenths: the temperature in 0.1 °C, None when none was taken; hand: id of the account that
    entered it, 0 when not known; at: when the server got it; late: whether that was after it was due.
    """

    person: int
    day: date
    tenths: int | None
    hand: int
    at: datetime
    late: bool = False


@dataclass(frozen=True, order=True)
class Pattern:
    """What looks copied. kind: "series", "constant" or "bulk"; people: ids, ascending; first, last: days; count: days, or people of a bulk."""

    kind: str
    people: tuple[int, ...]
    first: date
    last: date
    count: int


def patterns(entries: Iterable[Entry]) -> list[Pattern]:
    """Return what looks copied among the entries of one cell, one a person and day, ordered by kind and people."""
    rows = sorted(entries, key=lambda row: (row.day, row.person))
    of = defaultdict(list)
    for row in rows:
        if row.tenths is not None:
            of[row.person].append(row)
    return sorted([*_series(of), *_constant(of), *_bulk(rows)])


def _series(of: dict[int, list[Entry]]) -> Iterator[Pattern]:
    """Find pairs who had the same reading on SERIES_DAYS common days in a row, each time entered together by one hand."""
    days = {person: {row.day: row for row in rows} for person, rows in of.items()}
    for one, other in combinations(sorted(days), 2):
        run: list[date] = []
        longest: list[date] = []
        for day in sorted(days[one].keys() & days[other].keys()):
            run = [*run, day] if _same(days[one][day], days[other][day]) else []
            longest = run if len(run) >= len(longest) else longest
        if len(longest) >= SERIES_DAYS:
            yield Pattern(SERIES, (one, other), longest[0], longest[-1], len(longest))


def _same(one: Entry, other: Entry) -> bool:
    by_one_hand = one.hand == other.hand != 0 and abs(one.at - other.at) <= TOGETHER
    return one.tenths == other.tenths and by_one_hand


def _constant(of: dict[int, list[Entry]]) -> Iterator[Pattern]:
    """Find people whose readings did not move by a tenth of a degree for CONSTANT_DAYS readings in a row."""
    for person, rows in of.items():
        run: list[Entry] = []
        longest: list[Entry] = []
        for row in rows:
            run = [*run, row] if run and run[-1].tenths == row.tenths else [row]
            longest = run if len(run) >= len(longest) else longest
        if len(longest) >= CONSTANT_DAYS:
            yield Pattern(CONSTANT, (person,), longest[0].day, longest[-1].day, len(longest))


def _bulk(rows: list[Entry]) -> Iterator[Pattern]:
    """Find, for each day and hand, the largest number of people entered in one go after the fact, from BULK_PEOPLE on."""
    late = defaultdict(list)
    for row in rows:
        if row.late and row.hand:
            late[row.day, row.hand].append(row)
    for (day, _hand), entered in late.items():
        entered.sort(key=lambda row: row.at)
        together = max(
            ([row for row in entered if first.at <= row.at <= first.at + TOGETHER] for first in entered), key=len
        )
        people = tuple(sorted({row.person for row in together}))
        if len(people) >= BULK_PEOPLE:
            yield Pattern(BULK, people, day, day, len(people))
