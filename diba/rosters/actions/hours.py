"""The hours that the law's week and overtime leave in a roster, and the overtime that some hours would need."""

from datetime import timedelta
from math import ceil

from ..models import Rule
from .limits import limits_on, raised

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


def most_minutes(roster, person, limits, waivers, possible):
    """Return the most minutes of a person in a roster, or None when he cannot reach them.

    possible: the minutes of a watch on every day he may stand.
    """
    found = hours_limits(roster, limits)
    if found is None:
        return None
    week, extra = found
    last = roster.first_day + timedelta(days=roster.days - 1)
    overtime = raised(waivers, person, Rule.OVERTIME, extra.value, roster.first_day, last)
    most = 60 * most_hours(roster.days, week.value, overtime)
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
