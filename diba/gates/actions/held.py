"""Somebody is held while he stands at a gate: whichever of the two is written second hears of the first."""

from django.db import transaction

from diba.plant import actions as plant

from ..models import Crossing, OpenItem, Presence
from .presence import locked


def on_hold(hold, _by):
    """Answer HOLD_CHANGED: once the hold is written, look at who came in since; whoever is judged at this moment is judged anew.

    After the commit, in a transaction of its own: one that holds several people would else wait for a batch of crossings in a circle.
    """
    if hold.lifted_at is None:
        transaction.on_commit(lambda: look_at_entries(hold))


@transaction.atomic
def look_at_entries(hold):
    """Open an item for each entry of a person that was judged without the hold that held already; return how many.

    His row of presence is touched: what was asked about him before that, and is not written yet, is asked again.
    """
    key = f"person:{hold.person_id}"
    locked([key])
    Presence.objects.filter(holder=key).update(holder=key)
    since = max(hold.begins_at, hold.at).replace(microsecond=0)  # crossings count whole seconds
    rows = Crossing.objects.filter(person=hold.person_id, direction="in", went=True, judged="pass", at__gte=since)
    made = [OpenItem(kind=OpenItem.Kind.HELD, crossing=row, opened_at=plant.now()) for row in rows.filter(item=None)]
    OpenItem.objects.bulk_create(made)
    return len(made)
