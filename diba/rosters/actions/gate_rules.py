"""The rules among the gate watches of one volunteer, whichever call they are of: rest, nights and days in a row, any seven days."""

from collections import Counter, defaultdict
from datetime import timedelta

from diba.core import rostering

from ..models import CallUp, GateDuty

REST = 11 * 60  # min, as for the plant's own watches
NIGHTS = 1  # in a row: nobody stands two nights running beside his own work
RUN = 3  # days in a row
REACH = 7  # days before and after a call whose watches meet a rule together with its own
BACK = 28  # days behind a call whose watches count when new ones are shared out


def shift(watch, name):
    """Return a watch as the core has it, under a name."""
    return rostering.Shift(name, watch.starts.hour * 60 + watch.starts.minute, watch.minutes, watch.night)


def of_other_calls(call, people):
    """Return {person id: [GateDuty]} of the published watches of other calls, from four weeks before until a week after. One query."""
    rows = GateDuty.objects.filter(
        person__in=people, call__state=CallUp.State.PUBLISHED, day__gte=call.first_day - timedelta(days=BACK),
        day__lt=call.first_day + timedelta(days=call.days + REACH),
    ).exclude(call=call).select_related("watch")  # fmt: skip
    found = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found


def near(call, duties):
    """Return those of the watches that meet a rule together with the call's own."""
    return [duty for duty in duties if duty.day >= call.first_day - timedelta(days=REACH)]


def broken(call, limits, duties):
    """Return {person id: {(rule, day, found)}} that the watches of each break among themselves in the days around a call.

    limits: {person id: most watches a week}; duties: {person id: [GateDuty]}. No query.
    """
    first = call.first_day - timedelta(days=REACH)
    watches = {duty.watch_id: duty.watch for rows in duties.values() for duty in rows}
    found, cells = defaultdict(set), {}
    for who, rows in duties.items():
        for duty in rows:
            cells[str(who), (duty.day - first).days] = f"w{duty.watch_id}", "-"
        found[who] |= {("same_day", day, n) for day, n in Counter(duty.day for duty in rows).items() if n > 1}
    if not cells:
        return found
    people = tuple(
        rostering.Person(str(who), longest_run=RUN, most_nights_in_row=NIGHTS, most_in_week=limits[who])
        for who in duties
    )
    shifts = tuple(shift(watch, f"w{pk}") for pk, watch in watches.items())
    problem = rostering.Problem(
        call.days + 2 * REACH, shifts, people, posts=(rostering.Post("-"),), rest=REST, start=first
    )
    for row in rostering.check(problem, cells).violations:
        found[int(row.person)].add((row.rule, first + timedelta(days=row.day), row.found))
    return found


def full(limit, stood, day):
    """Say whether one more watch on a day makes more than the limit in any seven days; stood: days numbered like it."""
    return any(sum(start <= other < start + 7 for other in stood) >= limit for start in range(day - 6, day + 1))
