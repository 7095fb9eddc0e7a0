"""Who looks after which contact: the lead of his cell, unless an officer has handed him to somebody else."""

from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext, gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role, RoleGrant

from ..models import Contact, ContactFollower
from ..models.tracing import FOLLOWED

MAY_FOLLOW = (Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)


def with_follower(contacts):
    """Return contacts (a queryset) with `handed_to`: the id of whom each was handed to, or None."""
    newest = ContactFollower.objects.filter(contact=OuterRef("pk")).order_by("-id")
    return contacts.annotate(handed_to=Subquery(newest.values("follower")[:1]))


def responsible(contacts):
    """Return {contact id: the Person who looks after it, or None: the health officers} of contacts with `handed_to`.

    Nobody looks after himself; for who was handed a contact and is away or has left, the lead does. Three queries.
    """
    ids, moment = {row.handed_to for row in contacts if row.handed_to}, plant.now()
    away = {row.person_id for row in plant.absences_between(moment, moment + timedelta(minutes=1), ids)} if ids else ids
    handed = plant.active().in_bulk(ids - away)
    leads = plant.leads_of({row.person.cell for row in contacts if row.person.cell_id})
    found = {row.pk: handed.get(row.handed_to) or leads.get(row.person.cell_id) for row in contacts}
    own = {row.pk: row.person_id for row in contacts}
    return {pk: person if person and person.pk != own[pk] else None for pk, person in found.items()}


def may_follow():
    """Return the people to whom contacts may be handed: those with a role that looks after contacts."""
    holders = RoleGrant.objects.in_force(plant.now()).filter(role__in=MAY_FOLLOW, account__is_active=True)
    return plant.active().filter(account__in=holders.values("account"))


@transaction.atomic
def hand_over(contacts, follower, *, by):
    """Hand followed contacts (a queryset) to a Person, or with None back to their leads; return how many. Raises BadInput.

    Today's tasks go with them: what is open is closed and asked of the new one by the next round of the clock.
    """
    rows = list(contacts.filter(FOLLOWED).select_for_update(of=("self",)).select_related("person"))
    if not rows:
        raise BadInput("nobody_chosen", "contacts")
    if follower is not None and not may_follow().filter(pk=follower.pk).exists():
        raise BadInput("may_not_follow", "follower", value=follower.name)
    if follower is not None and any(row.person_id == follower.pk for row in rows):
        raise BadInput("own_follow_up", "follower", value=follower.name)
    before = dict(with_follower(Contact.objects.filter(pk__in=[row.pk for row in rows])).values_list("pk", "handed_to"))
    changed = [row for row in rows if before[row.pk] != getattr(follower, "pk", None)]
    ContactFollower.objects.bulk_create(
        [ContactFollower(contact=row, follower=follower, by=by, at=plant.now()) for row in changed], batch_size=500
    )
    for row in changed:
        plant.close_keyed(f"follow:{row.pk}:{plant.today()}", gettext("Handed over"), by=by)
    plant.note(by, "contact.handed", detail=f"people={len(changed)}")
    if follower is not None and changed:
        words = gettext_noop("{count} contacts are yours to look after from today.")
        plant.tell([follower], words, {"count": len(changed)}, link="/grid/follow-ups/", by=by)
    return len(changed)
