"""Letting somebody out of isolation: one proposes, another approves, and only what the rule asks for opens the door."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import IsolationChange, IsolationOrder
from .isolated import standings
from .isolating import absences_of, changed, locked, state_of

What = IsolationChange.What
UNDO = timedelta(hours=1)  # so long after it was given an order may be taken back as a mistake


@transaction.atomic
def propose_release(order, *, by, reason=""):
    """Propose that a person be released; return the change. Raises BadInput "proposed_already", "own_release"."""
    row = locked(order)
    _not_himself(row, by)
    if state_of(row).what == What.PROPOSED:
        raise BadInput("proposed_already")
    plant.close_keyed(f"release:{row.pk}", str(What.PROPOSED.label), by=by)
    return changed(row, What.PROPOSED, by=by, reason=reason)


@transaction.atomic
def refuse_release(order, reason, *, by):
    """Refuse what was proposed, with its reason; return the change. Raises BadInput."""
    row = locked(order)
    if state_of(row).what != What.PROPOSED:
        raise BadInput("not_proposed")
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    return changed(row, What.REFUSED, by=by, reason=reason)


@transaction.atomic
def release(order, *, by):
    """Release a person whose release somebody else proposed and who lacks nothing; return the change.

    Two officers at once: the second is told that it is done. Raises BadInput "not_proposed", "own_proposal",
    "own_release", "lacking", "released_already".
    """
    row = locked(order)
    last = state_of(row)
    _not_himself(row, by)
    if last.what != What.PROPOSED:
        raise BadInput("not_proposed")
    if last.by_id == by.pk:
        raise BadInput("own_proposal")
    [stand] = standings([row])
    if stand.lacks:
        raise BadInput("lacking")
    moment = plant.now()
    if not IsolationOrder.objects.filter(pk=row.pk, released_at=None).update(released_at=moment, released_by=by):
        raise BadInput("released_already")
    change = changed(row, What.RELEASED, by=by)
    _let_go(row, by)
    return change


@transaction.atomic
def withdraw(order, reason, *, by):
    """Take an order back that was given by mistake, within an hour and with its reason; both rows stay. Raises BadInput."""
    row = locked(order)
    _not_himself(row, by)
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    if plant.now() - row.at > UNDO:
        raise BadInput("too_late_to_withdraw")
    if not IsolationOrder.objects.filter(pk=row.pk, released_at=None).update(released_at=plant.now(), released_by=by):
        raise BadInput("released_already")
    # What was taken back is no isolation served: a return it belonged to asks for its days and tests again.
    row.returns.update(order=None)
    change = changed(row, What.WITHDRAWN, by=by, reason=reason)
    _let_go(row, by)
    return change


def _not_himself(order, by):
    if by.person_id == order.person_id:
        raise BadInput("own_release")


def _let_go(order, by):
    for absence in absences_of(order):
        plant.bring_back(absence, by=by)
    for hold in plant.held([order.person_id]):
        if hold.source == f"isolation:{order.pk}":
            plant.lift(hold, by=by)
    for key in (
        f"written:{order.pk}",
        f"release:{order.pk}",
        f"contact_order:{order.pk}",
        f"isolated:{order.person.cell_id or 0}",
    ):
        plant.close_keyed(key, str(What.RELEASED.label), by=by)
    plant.tell(
        [order.person_id], gettext_noop("Your isolation has ended."), link=f"/grid/people/{order.person_id}/", by=by
    )
