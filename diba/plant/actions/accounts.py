"""Opening accounts and giving roles; every grant says who gave it and when."""

import secrets
from datetime import timedelta

from allauth.core.internal import ratelimit
from axes.utils import reset as forget_failures
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.models import Session
from django.contrib.sites.shortcuts import get_current_site
from django.db import transaction
from django.db.models import Q

from ..models import Account, Role, RoleGrant
from .access import under
from .clock import day_start, now
from .record import note
from .register import active

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read for another
MOST_AT_ONCE = 500  # accounts; a few seconds of work
# A first password has 59 bits and lives until the first sign-in, which hashes again: many rounds would add nothing, and
# four hundred people would wait for minutes.
ROUNDS = 20_000


def first_password():
    """Return a password to be handed over and changed at once: twelve letters in three groups, about 59 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


@transaction.atomic
def open_account(person, password, *, roles=(), unit=None, by=None, must_change=True):
    """Open an account for a person with some roles, under the staff number."""
    account = Account.objects.create_user(
        person.staff_no, password, person=person, must_change_password=must_change, created_at=now()
    )
    for role in roles:
        grant(account, role, unit=unit, by=by)
    note(by, "account.opened", account)
    lead_his_cells(account, by=by)
    return account


def without_account(unit=None, people=None):
    """Return the active people with a staff number who have no account, by number; of one unit and what lies below it.

    people: only these, such as those an administrator has in hand.
    """
    of = active() if people is None else active().filter(pk__in=people)
    people = of.exclude(staff_no=None).exclude(kind="family").filter(account=None).select_related("unit", "cell")
    inside = under([unit], "unit") | under([unit], "cell") if unit else Q()
    return people.filter(inside).order_by("staff_no")


@transaction.atomic
def open_accounts(people, *, by):
    """Open an account for each of these people; return [(person, first password)]. Only the hash is kept."""
    opened = []
    for person in people[:MOST_AT_ONCE]:
        password = first_password()
        account = open_account(person, None, by=by)
        _set_first(account, password)
        opened.append((person, password))
    return opened


@transaction.atomic
def renew_password(account, *, by, request=None):
    """Give a forgotten or closed account a new first password and return it: old sessions end, the lock opens."""
    reopened = not account.is_active
    password, account.is_active, account.must_change_password = first_password(), True, True
    account.save(update_fields=["is_active", "must_change_password"])
    _set_first(account, password)
    _end_sessions(account)
    for name in filter(None, [account.username, account.person.phone if account.person_id else ""]):
        forget_failures(username=name)
        if request is not None:
            key = f"{get_current_site(request).domain}:{name.lower()}"
            ratelimit.clear(request, app="allauth.account", action="login_failed", key=key)
    note(by, "account.reopened" if reopened else "account.renewed", account)
    return password


def _set_first(account, password):
    hasher = PBKDF2PasswordHasher()
    account.password = hasher.encode(password, hasher.salt(), iterations=ROUNDS)
    account.save(update_fields=["password"])


def lead_his_cells(account, *, by):
    """Give an account the cell lead's role for every cell its person leads; return how many are new."""
    there = set(
        RoleGrant.objects.in_force(now()).filter(account=account, role=Role.CELL_LEAD).values_list("unit", flat=True)
    )
    cells = (
        [unit for unit in account.person.leads.filter(kind="cell") if unit.pk not in there] if account.person_id else []
    )
    for cell in cells:
        grant(account, Role.CELL_LEAD, unit=cell, by=by)
    return len(cells)


@transaction.atomic
def grant(account, role, *, unit=None, by=None, last_day=None):
    """Give a role, for the plant or one unit, until the end of a day or for good; the same grant twice is one.

    Given again with another end, the grant that is there ends then; one whose own end is past makes way for a new one.
    """
    ends_at = day_start(last_day + timedelta(days=1)) if last_day else None
    row = RoleGrant.objects.select_for_update().filter(account=account, role=role, unit=unit, ended_at=None).first()
    if row and row.ends_at and row.ends_at <= now():
        row.ended_at = row.ends_at
        row.save(update_fields=["ended_at"])
        row = None
    if row and row.ends_at == ends_at:
        return row
    if row:
        row.ends_at = ends_at
        row.save(update_fields=["ends_at"])
    else:
        row = RoleGrant.objects.create(
            account=account, role=role, unit=unit, granted_by=by, granted_at=now(), ends_at=ends_at
        )
    details = [role, f"unit={unit.pk}" if unit else "", f"ends_at={last_day}" if last_day else ""]
    note(by, "role.granted", account, detail=" ".join(filter(None, details)))
    return row


@transaction.atomic
def end_grant(row, *, by):
    """Take a role away; what was done under it stays on record."""
    if row.ended_at is None:
        row.ended_at = now()
        row.save(update_fields=["ended_at"])
        note(by, "role.ended", row.account, detail=row.role)


@transaction.atomic
def pass_lead_on(cell, old, new, *, by):
    """Let the role for a cell go with its lead, from one person (id or None) to another; return (grants ended, the one given or None)."""
    leading = RoleGrant.objects.in_force(now()).filter(role=Role.CELL_LEAD, unit=cell)
    ended = list(leading.filter(account__person=old).exclude(account__person=new)) if old else []
    for row in ended:
        end_grant(row, by=by)
    account = Account.objects.filter(person=new).first() if new else None
    if account is None or leading.filter(account=account).exists():
        return ended, None
    return ended, grant(account, Role.CELL_LEAD, unit=cell, by=by)


@transaction.atomic
def close_account(account, *, by):
    """Bar an account from signing in and end its sessions."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    _end_sessions(account)
    note(by, "account.closed", account)


def _end_sessions(account):
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(account.pk):
            session.delete()
