"""How long a stock lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

WINDOW = 14  # days of issues that the use of a day is read from


@dataclass(frozen=True)
class Cover:
    """use: pieces a day, None when nothing says; days: whole days the stock lasts, None with no use known."""

    use: float | None
    days: int | None


def cover(stock: int, issued: Sequence[int], planned: int | None = None) -> Cover:
    """Return how long a stock lasts. issued: pieces of each day since the first movement, the newest last, at most WINDOW
    count; planned: pieces a day that the plant counts on, which goes before what was issued when it is more.

    A stock that nobody has drawn from is not endless: without use nothing is said.
    """
    days = issued[-WINDOW:]
    drawn = sum(days) / len(days) if days and sum(days) else None
    use = max((each for each in (drawn, planned) if each), default=None)
    return Cover(use, None if use is None else int(stock / use))


def lasting(use: float, days: int) -> int:
    """Return how many pieces `days` days of a use ask for."""
    return ceil(use * days)
