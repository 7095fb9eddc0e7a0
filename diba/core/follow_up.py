"""The follow-up of a contact: which days are asked for, and how it stands on a day.

Days are calendar days of the plant. A follow-up runs from the day after it was accepted or after the last exposure,
whichever is later, to the last exposure plus the policy's days, both included. It ends by itself: there is no state that
asks for a day after its end, and none without an end (SORMAS #1710 had both).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

DUE, DONE, OVERDUE, ENDED, WAITING = "due", "done", "overdue", "ended", "waiting"
LONGEST = 60  # days; no follow-up of a contact is longer, whatever a policy says


@dataclass(frozen=True)
class Standing:
    """How a follow-up stands on a day.

    state: "waiting" (its first day is still to come), "due", "done" (seen today), "overdue" (a day before this one went
    by unseen), "ended". asked: days that were to be followed up to today, today only when it is done; seen: those of
    them on which the contact was seen; unseen: those on which he was not.
    """

    state: str
    first: date
    last: date
    asked: int
    seen: int

    @property
    def unseen(self) -> int:
        return self.asked - self.seen


def last_day(last_exposed: date, days: int) -> date:
    """Return the last day of a follow-up of `days` days (1 to 60) after the last exposure. Raises ValueError."""
    if not 1 <= days <= LONGEST:
        raise ValueError(f"a follow-up lasts 1 to {LONGEST} days, not {days}")
    return last_exposed + timedelta(days=days)


def days_asked(accepted: date, last_exposed: date, days: int) -> list[date]:
    """Return the days on which a contact accepted on a day is to be seen; empty when he is accepted after the end."""
    last = last_day(last_exposed, days)
    first = max(accepted, last_exposed + timedelta(days=1))
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def may_be_seen(accepted: date, last_exposed: date, days: int, day: date) -> bool:
    """Say whether a visit on a day is one of the follow-up: a day asked for, or one before them from the acceptance on.

    Whoever was exposed until today is asked for from tomorrow on, but is traced by a visit of today.
    """
    asked = days_asked(accepted, last_exposed, days)
    return bool(asked) and accepted <= day <= asked[-1]


def standing(accepted: date, last_exposed: date, days: int, seen: Collection[date], today: date) -> Standing:
    """Return how the follow-up of a contact stands today. seen: days on which he was seen, well or not."""
    asked = days_asked(accepted, last_exposed, days)
    first, last = max(accepted, last_exposed + timedelta(days=1)), last_day(last_exposed, days)
    past = [day for day in asked if day < today]
    done = today in asked and today in seen
    counted = [*past, today] if done else past
    met = sum(day in seen for day in counted)
    return Standing(_state(asked, past, seen, today, done), first, last, len(counted), met)


def _state(asked: list[date], past: list[date], seen: Collection[date], today: date, done: bool) -> str:
    if not asked or today > asked[-1]:
        return ENDED
    if today < asked[0]:
        return WAITING
    if done:
        return DONE
    return OVERDUE if past and past[-1] not in seen else DUE
