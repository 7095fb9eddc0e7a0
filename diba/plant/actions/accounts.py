"""Opening accounts and giving roles; every grant says who gave it and when."""

from django.contrib.sessions.models import Session
from django.db import transaction

from ..models import Account, RoleGrant
from .clock import now
from .record import note


@transaction.atomic
def open_account(person, password, *, roles=(), unit=None, by=None, must_change=True):
    """Open an account for a person with some roles, under the staff number."""
    account = Account.objects.create_user(
        person.staff_no, password, person=person, must_change_password=must_change, created_at=now()
    )
    for role in roles:
        grant(account, role, unit=unit, by=by)
    note(by, "account.opened", account)
    return account


@transaction.atomic
def grant(account, role, *, unit=None, by=None):
    """Give a role, for the plant or one unit; the same grant twice is one."""
    there = RoleGrant.objects.filter(account=account, role=role, unit=unit, ended_at=None).first()
    if there:
        return there
    row = RoleGrant.objects.create(account=account, role=role, unit=unit, granted_by=by, granted_at=now())
    note(by, "role.granted", account, detail=f"{role}{f' unit={unit.pk}' if unit else ''}")
    return row


@transaction.atomic
def end_grant(row, *, by):
    """Take a role away; what was done under it stays on record."""
    if row.ended_at is None:
        row.ended_at = now()
        row.save(update_fields=["ended_at"])
        note(by, "role.ended", row.account, detail=row.role)


@transaction.atomic
def close_account(account, *, by):
    """Bar an account from signing in and end its sessions."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(account.pk):
            session.delete()
    note(by, "account.closed", account)
