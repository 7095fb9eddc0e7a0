"""Which health rules are in force on a day."""

from diba.plant.actions.lately import Lately
from diba.plant.actions.statements import One

from ..models import Policy

_in_force = One(
    lambda day: Policy.objects.filter(starts_on__lte=day).order_by("-starts_on"), Policy._meta.get_field("starts_on")
)


def policy_on(day):
    """Return the health policy in force on a day, or None before the first."""
    return _in_force(day)


policies_lately = Lately(lambda: tuple(Policy.objects.order_by("-starts_on")), 2.0)


def policy_asked(day):
    """Return the same as of at most two seconds ago: for reports and crossings, which come by the thousand."""
    return next((policy for policy in policies_lately() if policy.starts_on <= day), None)
