"""Months and runs of days, as limits and budgets count them."""

from calendar import monthrange
from datetime import timedelta


def month_of(day):
    """Return the first and the last day of a day's month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def runs(days):
    """Return [(first day, length)] of the runs of days in a row."""
    found = []
    for day in sorted(set(days)):
        if found and day == found[-1][0] + timedelta(days=found[-1][1]):
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((day, 1))
    return found
