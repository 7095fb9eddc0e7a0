"""Who may do what, and who may see whom. Decided here, once; a view only names the roles."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from ..models import Person, Role, RoleGrant, Unit
from .clock import now
from .deputies import stood_in_for
from .statements import Many

EVERYONE = frozenset(Role.values)
# Roles that may see the health of the plant, or of the unit they are given for. The administrator is not among them, nor is the auditor, who reads
# the record, which holds no personal values.
PLANT_HEALTH = frozenset({Role.HEALTH_OFFICER, Role.DUTY_OFFICER})
PLANT_REGISTER = PLANT_HEALTH | {Role.PLANNER, Role.ADMINISTRATOR}


_grants = Many(
    lambda account, moment: RoleGrant.objects.in_force(moment).filter(account=account).select_related("unit"),
    RoleGrant._meta.get_field("account"),
    RoleGrant._meta.get_field("ends_at"),
)


def grants_of(account):
    """Return the grants in force, read once a request; a deputy has the cell lead's as long as the lead is away."""
    if not account.is_authenticated:
        return []
    if not hasattr(account, "_grants"):
        account._grants = _grants(account.pk, now())
        account._grants += [
            RoleGrant(account=account, role=Role.CELL_LEAD, unit=cell) for cell in cells_stood_in_for(account)
        ]
    return account._grants


def cells_stood_in_for(account):
    """Return the cells an account leads for now because their lead is away, read once a request."""
    if not hasattr(account, "_stood_in_for"):
        account._stood_in_for = stood_in_for(getattr(account, "person_id", None))
    return account._stood_in_for


def roles_of(account):
    """Return the set of roles in force; everybody who has a person behind the account is an employee too."""
    roles = {grant.role for grant in grants_of(account)}
    if getattr(account, "person_id", None):
        roles.add(Role.EMPLOYEE)
    return frozenset(roles)


def has_role(account, *roles):
    """Say whether the account holds one of the roles."""
    return bool(roles_of(account) & set(roles))


def under(units, field):
    """Return the condition "the unit in `field` is one of these or lies below one"; an empty field: the row is the unit."""
    condition, path = Q(pk__in=[]), f"{field}__path__startswith" if field else "path__startswith"
    for unit in units:
        condition |= Q(**{path: unit.path})
    return condition


def allow(*roles, whole=False, whole_to_write=False):
    """Let only these roles open a view: a stranger signs in first, anyone else is told what he may open instead.

    whole: only when the role is given for the whole plant; for what cannot be divided by unit.
    whole_to_write: a role of one unit reads the page, but sends nothing to it.
    """
    allowed = frozenset(roles)

    def decorator(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            # Whoever has a person behind the account is an employee: no need to ask for the grants.
            plain = Role.EMPLOYEE in allowed and request.user.person_id
            if not plain and not roles_of(request.user) & allowed:
                raise PermissionDenied
            asked_whole = whole or (whole_to_write and request.method not in ("GET", "HEAD"))
            if asked_whole and not whole_plant(request.user, *allowed):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.roles = allowed
        return guarded

    return decorator


def whole_plant(account, *roles):
    """Say whether one of these roles is given for the whole plant, not for a unit of it."""
    return any(grant.role in roles and grant.unit_id is None for grant in grants_of(account))


def units_of(account, *roles):
    """Return the units for which one of these roles is given; none of them is the plant."""
    return [grant.unit for grant in grants_of(account) if grant.role in roles and grant.unit_id]


def people_of(account, *roles):
    """Return the people for whom the account holds one of these roles: all, or those of its units and their families."""
    return Person.objects.filter(_reach(account, roles))


def people_visible_to(account):
    """Return the people whose register entry (not their health) the account may see.

    The offices that staff the plant see everybody of the units their role is given for; a cell lead his cell and its
    families; anyone himself and his family.
    """
    return Person.objects.filter(_own(account) | _cells(account) | _reach(account, PLANT_REGISTER))


def health_visible_to(account):
    """Return the people whose health data the account may see: scoped by unit, cell and role."""
    return Person.objects.filter(_own(account) | _cells(account) | _reach(account, PLANT_HEALTH))


def _reach(account, roles):
    if whole_plant(account, *roles):
        return Q(pk__isnull=False)
    units = [grant.unit for grant in grants_of(account) if grant.role in roles]
    if not units:
        return Q(pk__in=[])
    inside = under(units, "unit") | under(units, "cell")
    return inside | Q(relative_of__in=Person.objects.filter(inside))


def _own(account):
    if not getattr(account, "person_id", None):
        return Q(pk__in=[])
    return Q(pk=account.person_id) | Q(relative_of=account.person_id)


def _cells(account):
    # A lead's grant without a cell opens nothing: a cell lead of "everything" is a health officer.
    units = [grant.unit for grant in grants_of(account) if grant.role == Role.CELL_LEAD and grant.unit_id]
    inside = under(units, "cell")
    return inside | Q(relative_of__in=Person.objects.filter(inside)) if units else Q(pk__in=[])


def cells_of(account):
    """Return the cells the account may work on, as units."""
    if whole_plant(account, *PLANT_HEALTH):
        return Unit.objects.filter(kind="cell")
    condition = Q(pk__in=[])
    for grant in grants_of(account):
        if grant.unit_id and grant.role in {*PLANT_HEALTH, Role.CELL_LEAD}:
            condition |= Q(path__startswith=grant.unit.path)
    return Unit.objects.filter(condition, kind="cell")
