"""Visitors and vehicles: entered by the office or the host, answered by the host on his phone."""

from django.db import transaction
from django.utils.translation import gettext as _

from diba.core.errors import BadInput
from diba.core.gating import name_key
from diba.plant import actions as plant
from diba.plant.models import Person

from ..models import PassKind, Revocation, Vehicle, Visit, Zone
from .own_guests import guards_now
from .passes import issue_to, revoke
from .walk_ins import STAYS, settled


@transaction.atomic
def announce(*, by, host, begins_at, ends_at, declared="", **values):
    """Enter a visit; one that the host himself enters is approved. Return it. Raises BadInput.

    "announced", with the other visit's id, when the same visitor is expected by the host for a time that meets this one already.
    """
    if ends_at <= begins_at:
        raise BadInput("ends_before", "ends_at")
    if by and by.person_id == host.pk and guards_now(host):
        raise BadInput("guards", "host")
    if (there := _expected_already(host, begins_at, ends_at, values["name"])) is not None:
        raise BadInput("announced", "name", value=there)
    row = Visit.objects.create(
        host=host, begins_at=begins_at, ends_at=ends_at, declared=declared, has_declared=bool(declared), by=by,
        at=plant.now(), **values,
    )  # fmt: skip
    plant.note(by, "visit.entered", row)
    if by and by.person_id == host.pk:
        answer(row, True, by=by)
    return row


def _expected_already(host, begins_at, ends_at, name):
    """Return the id of the announced visit at any time of this one that waits for the host or stands, by this visitor's name; else None.

    Of two that are sent at once the second waits for the host's lock, and sees the first.
    """
    Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=host.pk)
    rows = Visit.objects.filter(
        host=host, arrived_at=None, called_off_at=None, state__in=[Visit.State.ASKED, Visit.State.APPROVED],
        begins_at__lt=ends_at, ends_at__gt=max(begins_at, plant.now()),
    )  # fmt: skip
    same = name_key(name) or name
    return next((pk for pk, other in rows.values_list("pk", "name") if (name_key(other) or other) == same), None)


@transaction.atomic
def answer(visit, yes, *, by):
    """Let the host say yes or no, once; a visit that is approved gets its pass. Say whether this was the answer.

    Raises BadInput: he is on watch at a gate, where the pass would open to whom he announced himself.
    """
    if yes and not visit.arrived_at and by and by.person_id == visit.host_id and guards_now(visit.host):
        raise BadInput("guards", "host")
    state, moment = Visit.State.APPROVED if yes else Visit.State.REFUSED, plant.now()
    waiting, said = Visit.objects.filter(pk=visit.pk, state=Visit.State.ASKED, called_off_at=None), {}
    if visit.arrived_at:  # he stands at the gate: not for ever, and his visit is as long as one agreed by telephone
        waiting, said = waiting.filter(ends_at__gt=moment), {"ends_at": moment + STAYS}
    if not waiting.update(state=state, decided_at=moment, decided_by=by, **said):
        return False
    visit.refresh_from_db()
    plant.note(by, f"visit.{state}", visit)
    if yes:
        issue_to(
            visit,
            PassKind.VISITOR,
            sum(1 << bit for bit in Zone.objects.values_list("bit", flat=True)),
            by=by,
            once=True,
        )
    return True


@transaction.atomic
def expect_vehicle(*, by, begins_at, ends_at, **values):
    """Enter a vehicle with its pass. Raises BadInput."""
    if ends_at <= begins_at:
        raise BadInput("ends_before", "ends_at")
    row = Vehicle.objects.create(begins_at=begins_at, ends_at=ends_at, by=by, at=plant.now(), **values)
    plant.note(by, "vehicle.entered", row)
    issue_to(row, PassKind.VEHICLE, sum(1 << bit for bit in Zone.objects.values_list("bit", flat=True)), by=by)
    return row


@transaction.atomic
def call_off(row, *, by):
    """Let a visit or a vehicle come no more, once, before its time is over; its pass is dead. Say whether this call did it."""
    moment, name = plant.now(), row._meta.model_name
    if not type(row).objects.filter(pk=row.pk, called_off_at=None, ends_at__gt=moment).update(called_off_at=moment):
        return False
    row.refresh_from_db()
    for issued in row.passes.filter(revocation=None):
        revoke(issued, Revocation.Why.OTHER, by=by)
    plant.note(by, f"{name}.called_off", row)
    if name == "visit":
        plant.close_keyed(f"visit:{row.pk}", _("Called off."), by=by)
        settled(row.host, _("Called off."), by=by)
    return True


def visits_of(account):
    """Return the visits an account sees whole: his own guests."""
    return (
        Visit.objects.filter(host=account.person_id).select_related("host", "gate")
        if account.person_id
        else Visit.objects.none()
    )
