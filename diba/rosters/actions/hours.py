"""The hours that the law's week and overtime leave in a roster, and the overtime that some hours would need."""

from collections import Counter
from datetime import timedelta
from itertools import groupby
from math import ceil

from ..models import Rule
from .limits import limits_on, raised
from .manning import duties_between
from .periods import month_of

FOUR_WEEKS = 28  # days; the law's hours are a mean, which a shorter roster cannot break by itself
MONTHS = 12 / 365.25  # in a day


def most_hours(days, week, overtime):
    """Return the most whole hours of a roster's days: so many a week and so many of overtime a month."""
    return int(week * days / 7 + overtime * days * MONTHS)


def overtime_for(hours, days, week):
    """Return the least whole hours of overtime a month with which one may work these hours on so many days."""
    least = max(0, ceil((hours - week * days / 7) / (days * MONTHS)))
    return least if most_hours(days, week, least) >= hours else least + 1


def hours_limits(roster, limits=None):
    """Return (Limit of the week, Limit of overtime) of a roster where they bind its search, or None."""
    limits = limits_on(roster.first_day, roster.level) if limits is None else limits
    week, extra = limits.get(Rule.WEEK), limits.get(Rule.OVERTIME)
    if roster.days < FOUR_WEEKS or not (week and extra and extra.hard and week.value and extra.value is not None):
        return None
    return week, extra


def month_limit(limits):
    """Return the Limit of hours in a month where it is a hard one, or None."""
    row = limits.get(Rule.MONTH)
    return row if row is not None and row.hard and row.value is not None else None


def months_of(roster):
    """Return [(first day of a month, the days of a roster in it)]."""
    days = [roster.first_day + timedelta(days=day) for day in range(roster.days)]
    return [(first, list(same)) for first, same in groupby(days, key=lambda day: month_of(day)[0])]


def minutes_beside(roster):
    """Return {(person id, first day of a month): minutes} of the duties in force in a roster's months on other days than its own."""
    days = {day for _first, same in months_of(roster) for day in same}
    found = Counter()
    for duty in duties_between(month_of(min(days))[0], month_of(max(days))[1]):
        if duty.day not in days:
            found[duty.person_id, month_of(duty.day)[0]] += duty.watch.minutes
    return found


def month_minutes(person, limit, waivers, same, beside):
    """Return how many minutes a month's limit leaves a person on a roster's days in it (`same`)."""
    value = raised(waivers, person, Rule.MONTH, limit.value, same[0], same[-1])
    return max(0, 60 * value - beside.get((person, month_of(same[0])[0]), 0))


def most_minutes(roster, person, limits, waivers, free, longest, beside):
    """Return the most minutes of a person in a roster, or None when he cannot reach them.

    free: the days he may stand, counted from the roster's first; longest: minutes of the longest watch; beside: what
    `minutes_beside` gives. Of several months the sum of what each leaves counts: each by itself the referee's list names.
    """
    most, last = longest * len(free), roster.first_day + timedelta(days=roster.days - 1)
    possible = most
    if (found := hours_limits(roster, limits)) is not None:
        week, extra = found
        overtime = raised(waivers, person, Rule.OVERTIME, extra.value, roster.first_day, last)
        most = min(most, 60 * most_hours(roster.days, week.value, overtime))
    if (limit := month_limit(limits)) is not None:
        left = 0
        for _first, same in months_of(roster):
            there = sum((day - roster.first_day).days in free for day in same)
            left += min(longest * there, month_minutes(person, limit, waivers, same, beside))
        most = min(most, left)
    return most if most < possible else None


def with_source(roster, clash):
    """Return a clash whose most hours say of which limits they come: {"week": h, "overtime": h a month}."""
    found = hours_limits(roster)
    if found is None:
        return clash
    week, extra = found
    return [
        part | {"week": week.value, "overtime": extra.value} if part["rule"] == "most_minutes" else part
        for part in clash
    ]


def with_overtime(roster, advice):
    """Return advice whose steps on the most hours name the overtime a month that gives them, and what it is now."""
    found = hours_limits(roster)
    if found is None:
        return advice
    week, extra = found
    for row in advice:
        for step in row["steps"]:
            if step["rule"] == "most_minutes":
                step["overtime"] = overtime_for(step["value"] / 60, roster.days, week.value)
                step["overtime_was"] = extra.value
    return advice
