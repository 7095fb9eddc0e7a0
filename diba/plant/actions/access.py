"""Who may do what, and who may see whom. Decided here, once; a view only names the roles."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from ..models import Person, Role, RoleGrant, Unit

EVERYONE = frozenset(Role.values)
# Roles that may see the health of the whole plant. The administrator is not among them, nor is the auditor, who reads
# the record, which holds no personal values.
PLANT_HEALTH = frozenset({Role.HEALTH_OFFICER, Role.DUTY_OFFICER})


def grants_of(account):
    """Return the grants in force, read once a request."""
    if not account.is_authenticated:
        return []
    if not hasattr(account, "_grants"):
        account._grants = list(RoleGrant.objects.filter(account=account, ended_at=None).select_related("unit"))
    return account._grants


def roles_of(account):
    """Return the set of roles in force; everybody who has a person behind the account is an employee too."""
    roles = {grant.role for grant in grants_of(account)}
    if getattr(account, "person_id", None):
        roles.add(Role.EMPLOYEE)
    return frozenset(roles)


def has_role(account, *roles):
    """Say whether the account holds one of the roles."""
    return bool(roles_of(account) & set(roles))


def units_of(account, role):
    """Return the units a role is confined to, or None when it is given for the whole plant."""
    units = [grant.unit for grant in grants_of(account) if grant.role == role]
    return None if None in units else units


def under(units, field):
    """Return the condition "the unit in `field` is one of these or lies below one"."""
    condition = Q(pk__in=[])
    for unit in units:
        condition |= Q(**{f"{field}__path__startswith": unit.path})
    return condition


def allow(*roles):
    """Let only these roles open a view: a stranger signs in first, anyone else is told what he may open instead."""
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
            return view(request, *args, **kwargs)

        guarded.roles = allowed
        return guarded

    return decorator


def people_visible_to(account):
    """Return the people whose register entry (not their health) the account may see.

    The offices that staff the plant see everybody; a cell lead his cell and its families; anyone himself and his family.
    """
    if has_role(account, Role.PLANNER, Role.DUTY_OFFICER, Role.HEALTH_OFFICER, Role.ADMINISTRATOR):
        return Person.objects.all()
    return Person.objects.filter(_own(account) | _cells(account))


def health_visible_to(account):
    """Return the people whose health data the account may see: scoped by cell and role."""
    if has_role(account, *PLANT_HEALTH):
        return Person.objects.all()
    return Person.objects.filter(_own(account) | _cells(account))


def _own(account):
    if not getattr(account, "person_id", None):
        return Q(pk__in=[])
    return Q(pk=account.person_id) | Q(relative_of=account.person_id)


def _cells(account):
    if not has_role(account, Role.CELL_LEAD):
        return Q(pk__in=[])
    units = units_of(account, Role.CELL_LEAD) or []
    # A lead's grant without a cell opens nothing: a cell lead of "everything" is a health officer.
    inside = under(units, "cell")
    return inside | Q(relative_of__in=Person.objects.filter(inside)) if units else Q(pk__in=[])


def cells_of(account):
    """Return the cells the account may work on, as units."""
    if has_role(account, *PLANT_HEALTH):
        return Unit.objects.filter(kind="cell")
    units = units_of(account, Role.CELL_LEAD) if has_role(account, Role.CELL_LEAD) else []
    condition = Q(pk__in=[])
    for unit in units or []:
        condition |= Q(path__startswith=unit.path)
    return Unit.objects.filter(condition, kind="cell")
