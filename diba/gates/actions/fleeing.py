"""How far an evacuation is: who is still inside, which gates have not been told, how many came out."""

from ..models import Crossing
from .roll import roll


def count(row):
    """Return (roll's parts, gates of which nothing is known now or since it began, how many people went out since it began): a constant number of queries."""
    parts, contacts = roll()
    out = Crossing.objects.filter(
        at__gte=row.begun_at, direction="out", went=True, person__isnull=False, gate__zone__within=None
    )
    return parts, [contact for contact in contacts if contact.silent], out.values("person").distinct().count()
