"""Rounds of a day at one place: which of them are done, late, missed, running or still to come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DONE, LATE, MISSED, OVERDUE, DUE, AHEAD = "done", "late", "missed", "overdue", "due", "ahead"


@dataclass(frozen=True)
class Round:
    """One round of a place's day. due: time of day it is due by; state: of the words above; at: when it was done."""

    due: time
    state: str
    at: datetime | None = None


def rounds_of(
    day: date, times: Iterable[time], done: Mapping[time, datetime], now: datetime, early: timedelta, grace: timedelta
) -> list[Round]:
    """Return the rounds of a day, the earliest first.

    done: {due time: moment it was done}; now: the moment, with its time zone; early: so long before its time a round
    may be done; grace: so long after it a round is still in time. A round may be done until the next one may begin,
    the last until midnight; then it is missed. Every round is in exactly one state.
    """
    due = [datetime.combine(day, each, tzinfo=now.tzinfo) for each in sorted(set(times))]
    midnight = datetime.combine(day + timedelta(days=1), time(0), tzinfo=now.tzinfo)
    found = []
    for place, moment in enumerate(due):
        begins = max(moment - early, due[place - 1]) if place else moment - early
        ends = max(due[place + 1] - early, moment) if place + 1 < len(due) else midnight
        at = done.get(moment.time())
        found.append(Round(moment.time(), _state(moment, begins, ends, at, now, grace), at))
    return found


def _state(
    due: datetime, begins: datetime, ends: datetime, at: datetime | None, now: datetime, grace: timedelta
) -> str:
    if at is not None:
        return LATE if at > due + grace else DONE
    if now >= ends:
        return MISSED
    if now > due + grace:
        return OVERDUE
    return DUE if now >= begins else AHEAD


def open_round(rounds: Iterable[Round]) -> Round | None:
    """Return the round that may be done now, or None: at most one is open at a moment."""
    return next((each for each in rounds if each.state in (DUE, OVERDUE)), None)
