"""When a check-in is asked for and due: by the policy, and later that day for who comes from a night watch."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from diba.plant import actions as plant

from ..models import Slot
from .policies import policy_on

LEAD_IN = timedelta(hours=3)  # a check-in is asked for from so long before it is due


def due_at(day, slot, policy=None):
    """Return when the check-in of a day and slot is due for whoever does not come from a night watch."""
    policy = policy or policy_on(day)
    moment = time(9) if policy is None else policy.due if slot == Slot.MORNING else policy.second_due
    return timezone.make_aware(datetime.combine(day, moment))


def asked_from(slot, day, policy):
    """Return the moment from which the check-in of a day and slot is asked for; the same for everybody."""
    return due_at(day, slot, policy) - LEAD_IN


def rests_until(slot, day, policy):
    """Return until when somebody heard on a day is left alone: the next day's question."""
    return asked_from(slot, day + timedelta(days=1), policy)


def first_asked(slot, moment, policy):
    """Return (day, from when) somebody is asked first who joins or comes back at a moment: the first question he can answer in time.

    Whoever comes after the hour is not late: he would be missing at once, and past his lead the command would be called.
    """
    today = timezone.localdate(moment)
    if policy is None:
        return today, moment
    if moment < due_at(today, slot, policy):
        # Not before it is asked for: until then the state is yesterday's, and of yesterday nobody asked him.
        return today, max(moment, asked_from(slot, today, policy))
    tomorrow = today + timedelta(days=1)
    return tomorrow, asked_from(slot, tomorrow, policy)


def later_dues(day, policy=None, people=None):
    """Return {person id: when his morning check-in is due} of those who come from a night watch on a day; constant queries.

    So many hours after the watch as the policy says; never before everybody's, and never so late that it could not become
    missing on the same day.
    """
    policy = policy or policy_on(day)
    if policy is None or not policy.night_hours:
        return {}
    usual = due_at(day, Slot.MORNING, policy)
    latest = plant.day_start(day + timedelta(days=1)) - timedelta(minutes=policy.grace + 1)
    dues = {}
    for ended in plant.hooks.gather(plant.hooks.NIGHTS_STOOD, day, people):
        due = {moment: min(moment + timedelta(hours=policy.night_hours), latest) for moment in {*ended.values()}}
        dues |= {person: due[moment] for person, moment in ended.items() if due[moment] > usual}
    return dues
