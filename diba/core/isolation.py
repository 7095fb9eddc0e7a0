"""Isolation of a person: how long, which days are followed up, and what is still lacking for the release.

Days are calendar days of the plant. Everything is computed from facts and the moment; nothing here is stored.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST = (
    60  # days between the day counted from and the end: longer than any rule known, so that no order is without an end
)
NEGATIVE, POSITIVE, WAITING, UNCLEAR = "negative", "positive", "waiting", "unclear"


def planned_end(counted_from: date, days: int) -> date:
    """Return the last day of an isolation of `days` days (0 to 60) after the day counted from. Raises ValueError."""
    if not 0 <= days <= LONGEST:
        raise ValueError(f"an isolation lasts 0 to {LONGEST} days, not {days}")
    return counted_from + timedelta(days=days)


def restarted(end: date, counted_from: date, days: int) -> date:
    """Return the end after the count began anew: never before the end that was planned. Raises ValueError."""
    return max(end, planned_end(counted_from, days))


@dataclass(frozen=True)
class FollowUp:
    """How the follow-up stands today. asked: days that were to be followed up to and with today; seen: those that were.

    state: "due", "overdue" (yesterday or, past the hour, today went by unseen), "done", "waiting" (not begun) or "ended".
    """

    state: str
    asked: int
    seen: int

    @property
    def unseen(self) -> int:
        return self.asked - self.seen


def days_followed(begun: date, end: date, released: date | None = None) -> list[date]:
    """Return the days on which a follow-up is asked for: from the first to the end or the release, both included."""
    last = end if released is None else min(end, released)
    return [begun + timedelta(days=offset) for offset in range((last - begun).days + 1)]


def follow_up(
    begun: date,
    end: date,
    seen: Collection[date],
    today: date,
    *,
    released: date | None = None,
    past_hour: bool = False,
) -> FollowUp:
    """Return how a follow-up stands. seen: days on which the person was met; past_hour: today's should be done by now."""
    days = days_followed(begun, end, released)
    counted = [day for day in days if day <= today]
    met = sum(day in seen for day in counted)
    if released is not None or not days or today > days[-1]:
        state = "ended"
    elif today < begun:
        state = "waiting"
    elif today in seen:
        state = "done"
    else:
        yesterday = today - timedelta(days=1)
        state = "overdue" if past_hour or (yesterday in days and yesterday not in seen) else "due"
    return FollowUp(state, len(counted), met)


@dataclass(frozen=True)
class Criteria:
    """What a release asks for: negative tests in a row, days at least between two samples, days in a row without symptoms."""

    tests: int
    gap: int
    quiet: int


@dataclass(frozen=True)
class Lack:
    """One thing that is lacking. code: "days", "tests", "waiting", "quiet"; number: how many."""

    code: str
    number: int


def lacking(
    criteria: Criteria,
    end: date,
    today: date,
    tests: Iterable[tuple[date, str]],
    well: Collection[date],
    ill: Collection[date],
) -> tuple[Lack, ...]:
    """Return what a release today still lacks; nothing means that it may be approved.

    tests: (day of the sample, result), any order; well: days on which the person was known to be well; ill: days on
    which something was abnormal. A day of which nobody knows is no day without symptoms.
    """
    tests = sorted(tests)
    found = [
        Lack("days", max(0, (end - today).days)),
        Lack("tests", max(0, criteria.tests - negatives(tests, criteria.gap))),
        Lack("waiting", outstanding(tests) if criteria.tests else 0),
        Lack("quiet", criteria.quiet - quiet_days(today, well, ill, criteria.quiet)),
    ]
    return tuple(lack for lack in found if lack.number)


def negatives(tests: Iterable[tuple[date, str]], gap: int) -> int:
    """Return how many negative samples, at least `gap` days apart, there are after the last positive one."""
    count, last = 0, None
    for day, result in sorted(tests):
        if result == POSITIVE:
            count, last = 0, None
        elif result == NEGATIVE and (last is None or (day - last).days >= gap):
            count, last = count + 1, day
    return count


def outstanding(tests: Iterable[tuple[date, str]]) -> int:
    """Return how many samples have no answer yet: not back, or not clear and not tested again on that day or later."""
    tests = list(tests)
    clear = max((day for day, result in tests if result in (NEGATIVE, POSITIVE)), default=None)
    return sum(result == WAITING or (result == UNCLEAR and (clear is None or clear < day)) for day, result in tests)


def quiet_days(today: date, well: Collection[date], ill: Collection[date], most: int) -> int:
    """Return for how many days in a row, up to `most`, the person is known to have had nothing; today counts once it is known."""
    day, count = today, 0
    if day not in well and day not in ill:
        day -= timedelta(days=1)
    while count < most and day in well and day not in ill:
        day, count = day - timedelta(days=1), count + 1
    return count
