"""Entering rules and past reports in bulk: a new policy, a month carried over from paper."""

import uuid
from decimal import Decimal

from django.db import transaction

from diba.core import screening
from diba.plant import actions as plant

from ..models import CheckIn, Policy
from .policies import policies_lately
from .profiles import version_asked


@transaction.atomic
def set_policy(starts_on, *, by=None, **rules):
    """Enter the health rules in force from a day; rules of a day that is there already are left as they are."""
    policy, new = Policy.objects.get_or_create(starts_on=starts_on, defaults=rules)
    if new:
        policies_lately.forget()
        plant.note(by, "policy.entered", policy)
    return policy


@transaction.atomic
def enter_history(rows, batch):
    """Enter past morning check-ins, [(person id, day, temperature, moment)], once for each batch id; return how many.

    History sets nothing off: it is over. An abnormal reading is kept as such.
    """
    policies = list(Policy.objects.order_by("starts_on"))
    made = []
    for person, day, temperature, moment in rows:
        policy = next(policy for policy in reversed(policies) if policy.starts_on <= day)
        version = version_asked(day)
        profile = version.rules if version else screening.PLAIN
        reading = screening.Reading(Decimal(temperature), (), profile.added[0][0])
        verdict = screening.judge(reading, screening.Policy(policy.threshold, policy.comparator), profile)
        made.append(CheckIn(
            uid=uuid.uuid5(batch, f"{person}:{day}"), person_id=person, day=day, temperature=temperature,
            abnormal=verdict.abnormal, reasons=[list(reason) for reason in verdict.reasons], policy=policy, profile=version,
            said_at=moment, at=moment,
        ))  # fmt: skip
    CheckIn.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
    return len(made)
