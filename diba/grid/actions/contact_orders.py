"""Isolating the contacts of a case: proposed by the rule in force, ordered by the health officer for many at once, taken back."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from diba.core import isolation
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..models import Cause, Contact, IsolationKind, IsolationOrder
from ..models.tracing import FOLLOWED
from .isolating import isolate
from .policies import policy_on
from .releasing import withdraw


@dataclass(frozen=True)
class Proposed:
    """What the rule asks of one contact: where he lives, from which day, until when."""

    contact: Contact
    place: str
    counted_from: date
    ends_on: date

    @property
    def close(self):
        return self.contact.level == Contact.CLOSE


def proposals(case):
    """Return [Proposed] of the contacts followed up whom no order isolates and whose days are not over; three queries."""
    policy, today = policy_on(plant.today()), plant.today()
    if policy is None:
        return []
    rows = Contact.objects.filter(FOLLOWED, case=case).exclude(person__in=_isolated())
    rows = rows.exclude(person__left_on__lte=today).select_related("person__cell", "person__unit", "person__household")
    found = [Proposed(row, _home(row.person), row.last_exposed_on, _ends(row, policy)) for row in rows]
    return [row for row in found if row.ends_on >= today]


def _isolated():
    return IsolationOrder.objects.filter(released_at=None, response=plant.response()).values("person")


def _ends(contact, policy):
    return isolation.planned_end(contact.last_exposed_on, policy.isolation_days)


def _home(person):
    return person.household.address if person.household else ""


@transaction.atomic
def order_many(case, chosen, *, batch, by):
    """Order what was chosen, {contact id: (kind, place)}, all or none; return the orders. batch: one uuid a press of the button.

    Sent again with the same batch it orders nobody twice. Raises BadInput with the contact's id as its row: "no_place",
    "isolated_already", and what `isolate` raises; "nobody_chosen" when there is nobody.
    """
    rows = list(Contact.objects.filter(FOLLOWED, case=case, pk__in=chosen).select_related("person"))
    if not rows and (there := _ordered(case, batch)):
        return there
    if not rows:
        raise BadInput("nobody_chosen", "contacts")
    return [_one(row, *chosen[row.pk], batch, by) for row in rows]


def _one(contact, kind, place, batch, by):
    if kind not in IsolationKind.values:
        raise BadInput("unknown_kind", "kind", row=contact.pk)
    if not place.strip():
        raise BadInput("no_place", "place", row=contact.pk)
    try:
        return isolate(
            contact.person, Cause.CONTACT, kind, uid=_uid(batch, contact), by=by, counted_from=contact.last_exposed_on,
            place=place[:200],
        )  # fmt: skip
    except BadInput as error:
        raise BadInput(error.reason, error.field, row=contact.pk, value=error.value) from error


def _uid(batch, contact):
    return uuid5(batch, f"contact:{contact.pk}")


def _ordered(case, batch):
    uids = [_uid(batch, row) for row in Contact.objects.filter(case=case)]
    return list(IsolationOrder.objects.filter(uid__in=uids))


@transaction.atomic
def take_back_many(case, batch, *, by):
    """Take back what one press of the button ordered, within the hour; return how many. Raises BadInput."""
    rows = [row for row in _ordered(case, batch) if row.released_at is None]
    for row in rows:
        withdraw(row, gettext("Taken back at once"), by=by)
    return len(rows)


def stop_asking(contacts, by):
    """Ask no longer about the isolation of people who are contacts again: the order stands as it was given."""
    people = {row.person_id for row in contacts}
    for order in IsolationOrder.objects.filter(person__in=people, released_at=None, cause=Cause.CONTACT):
        plant.close_keyed(f"contact_order:{order.pk}", gettext("Followed up as a contact again"), by=by)


def look_again(contacts, by):
    """Ask the health officer about the isolation of people who are no contacts any more; nobody is let out by itself."""
    people = {row.person_id for row in contacts}
    still = set(Contact.objects.filter(FOLLOWED, person__in=people).values_list("person", flat=True))
    orders = IsolationOrder.objects.filter(person__in=people - still, released_at=None, cause=Cause.CONTACT)
    for order in orders.select_related("person"):
        plant.ask(
            gettext_noop("{name} is isolated as a contact but is none any more: decide about the order"), {"name": order.person.name},
            role=Role.HEALTH_OFFICER, about=order.person, key=f"contact_order:{order.pk}", link=f"/grid/isolation/{order.pk}/", by=by,
        )  # fmt: skip
