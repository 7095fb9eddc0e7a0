"""What the grid tells the gates of people's health: a word, from when, until when. Nothing of what was reported."""

from datetime import datetime, timedelta

from django.utils import timezone

from diba.plant import actions as plant

from ..models import CheckIn, Policy
from .policies import policy_on


def health_said(people, since, until):
    """Answer hook HEALTH_SAID: each report of these people (ids; None: all) that came in [since, until]. Two queries.

    A "well" stands until the next day's report is due.
    """
    rows = CheckIn.objects.filter(
        at__gte=since, at__lte=until, day__gte=since.date() - timedelta(days=1), corrected_by=None
    )
    if people is not None:
        rows = rows.filter(person__in=people)
    policies = list(Policy.objects.filter(starts_on__lte=until.date()).order_by("-starts_on"))
    ends: dict = {}
    found = []
    for person, day, at, abnormal in rows.order_by().values_list("person", "day", "at", "abnormal"):
        if day not in ends:
            ends[day] = _due_after(day, policies)
        found.append((person, at, ends[day], "abnormal" if abnormal else "ok"))
    return found


def _due_after(day, policies):
    """Return when the report of the day after is due, by the policy of the day; midnight where there is none."""
    rule = next((policy for policy in policies if policy.starts_on <= day), None)
    due = rule.due if rule else datetime.min.time()
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), due))


def fever_above():
    """Answer hook FEVER_ABOVE: (tenths of °C, whether the threshold itself counts) in force today."""
    rule = policy_on(plant.today())
    return (int(rule.threshold * 10), rule.comparator == ">=") if rule else (373, False)
