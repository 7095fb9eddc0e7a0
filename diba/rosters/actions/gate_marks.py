"""Who writes down that a volunteer came, and how many hours of a watch can be."""

from datetime import timedelta

from diba.plant import actions as plant
from diba.plant.models import Role

from .at_gates import on_watch

OVER = 120  # min beyond a watch's own length, for a relief that came late: this system's default
NEAR = timedelta(hours=24)  # a guard speaks for the watches of the gate where he himself stands within a day


def most_minutes(watch):
    """Return the most minutes that somebody can have stood on a watch."""
    return watch.minutes + OVER


def may_mark(account, duties):
    """Return the ids of those of these gate duties whose attendance an account writes down: a constant number of queries.

    Planners and duty officers all; a guard those at the post where he stands himself within a day, and never his own.
    """
    if plant.whole_plant(account, Role.PLANNER, Role.DUTY_OFFICER):
        return {duty.pk for duty in duties}
    if not duties or not account.person_id or not plant.whole_plant(account, Role.GUARD):
        return set()
    spans = {duty.pk: duty.watch.span(duty.day) for duty in duties}
    since, until = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    rows = on_watch([duty.post_id for duty in duties], since - NEAR, until + NEAR)
    his = [(post, begins, ends) for post, begins, ends, person in rows if person.pk == account.person_id]
    return {
        duty.pk
        for duty in duties
        if duty.person_id != account.person_id
        and any(
            post == duty.post_id and begins < spans[duty.pk][1] + NEAR and spans[duty.pk][0] - NEAR < ends
            for post, begins, ends in his
        )
    }
