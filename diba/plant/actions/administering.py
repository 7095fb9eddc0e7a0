"""What an administrator has in hand: whose accounts, which units, which roles. One whose role is given for a unit stays inside it.

A role is in hand when its unit is, never one for the whole plant: whoever is given less than the plant cannot give, see
or end more than he has, nor take over the account of somebody who has more.
"""

from django.db.models import Exists, OuterRef

from ..models import Account, Role, RoleGrant, Unit
from .access import people_of, under, units_of, whole_plant
from .clock import now

# What these open is not divided by unit: the record, the board, the gates, the directives.
UNDIVIDED = frozenset({Role.AUDITOR, Role.DISPATCHER, Role.EDITOR, Role.GUARD})


def administers_all(account):
    """Say whether the administrator's role is given for the whole plant."""
    return whole_plant(account, Role.ADMINISTRATOR)


def units_in_hand(account):
    """Return the units for which an administrator may give roles and open accounts."""
    if administers_all(account):
        return Unit.objects.all()
    return Unit.objects.filter(under(units_of(account, Role.ADMINISTRATOR), ""))


def roles_in_hand(account):
    """Return [(role, words)] that an administrator may give."""
    whole = administers_all(account)
    return [(role, words) for role, words in Role.choices if whole or role not in UNDIVIDED]


def people_in_hand(account):
    """Return the people for whom an administrator may open accounts."""
    return people_of(account, Role.ADMINISTRATOR)


def accounts_in_hand(account):
    """Return the accounts an administrator sees and may give roles to."""
    if administers_all(account):
        return Account.objects.all()
    return Account.objects.filter(person__in=people_in_hand(account))


def grants_in_hand(account):
    """Return the roles in force that an administrator sees and may end."""
    grants = RoleGrant.objects.in_force(now())
    if administers_all(account):
        return grants
    inside = grants.filter(unit__in=units_in_hand(account), account__in=accounts_in_hand(account))
    return inside.exclude(role__in=UNDIVIDED)


def closable(account):
    """Return the accounts an administrator may close or give a new password: all of whose roles are in hand."""
    if administers_all(account):
        return Account.objects.all()
    wider = RoleGrant.objects.in_force(now()).filter(account=OuterRef("pk")).exclude(pk__in=grants_in_hand(account))
    return accounts_in_hand(account).exclude(Exists(wider))
