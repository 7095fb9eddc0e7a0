"""The one clock. A drill or a replay sets it; everything else asks it."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

_moved = timedelta(0)  # of every thread of this process
_shift: ContextVar[timedelta] = ContextVar("shift", default=timedelta(0))
_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """Return the present moment, aware, in the plant's time zone."""
    frozen = _frozen.get()
    return timezone.localtime(frozen if frozen else timezone.now() + _moved + _shift.get())


def today() -> date:
    """Return the plant's calendar day."""
    return now().date()


def day_start(day: date) -> datetime:
    """Return midnight at the start of a day in the plant's time zone."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))


@contextmanager
def at(moment: datetime):
    """Hold the clock at a moment, in this thread, until the block ends."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)


@contextmanager
def shifted(by: timedelta):
    """Let the clock run ahead (or behind) by so much, in this thread, until the block ends."""
    token = _shift.set(by)
    try:
        yield
    finally:
        _shift.reset(token)


@contextmanager
def moved(by: timedelta):
    """Let the clock of every thread of this process run ahead (or behind) by so much, until the block ends."""
    global _moved
    before, _moved = _moved, by
    try:
        yield
    finally:
        _moved = before
