"""What the machines' readings say of whoever stands at a gate: a first one too high stands until it is taken again."""

from datetime import timedelta
from typing import NamedTuple

from diba.core.gating.facts import is_fever

from ..models import MachineReading
from . import first_readings
from .judging import limits, seconds
from .reading import as_time

TAKEN_UP = timedelta(seconds=90)  # so long a reading waits for the passage of its person, or of whoever comes next


class Taken(NamedTuple):
    """Readings in tenths of °C and when each was taken, s; second 0: not taken."""

    first: int
    at: int
    second: int = 0
    second_at: int = 0

    def said(self, device):
        """Return the readings as a record has them."""
        return {**self._asdict(), "method": "forehead", "device": device.name}


def taken(machine, kind, holder, at, uid):
    """Return what was Taken of a holder (id, None: unknown) who passes a machine's gate at a moment, or None.

    The newest reading at this gate is used up by this passage, a number: his own, else one that names nobody. A first
    one too high, at any gate, stands until one taken after the rest, or a guard's.
    """
    found, counts = _found(machine, holder if kind == "person" else None, at, uid), limits()
    high = next(iter(first_readings.standing(as_time(at), kind, holder)), None) if holder else None
    stands = Taken(high.taken["first"], high.taken["at"]) if high else None
    rows = {found.pk: found} if found else {}
    if kind == "person" and high:
        rows |= {
            row.pk: row for row in MachineReading.objects.filter(person=holder, passage=None, at__gte=as_time(high.at))
        }
    said = [(row.at, row.pk, (row.said or {}).get("tenths")) for row in rows.values()]
    return followed(
        stands, [(tenths, seconds(moment)) for moment, _pk, tenths in sorted(said) if tenths], counts, bool(found)
    )


def followed(stands, readings, counts, fresh):
    """Return what was Taken after readings [(tenths, at)], oldest first; stands: what was Taken before that is too high still.

    A reading before the rest is over says nothing. fresh: the last of them was taken for this passage; else only what is
    too high counts.
    """
    last = None
    for tenths, at in readings:
        if stands is None or stands.second:
            last = Taken(tenths, at) if stands is None else stands
            stands = last if is_fever(last.first, counts) else None
        elif at - stands.at >= counts.rest:
            last = stands._replace(second=tenths, second_at=at)
            stands = last if is_fever(tenths, counts) else None
    return stands or (last if fresh else None)


def _found(machine, person, at, uid):
    """Take up the newest reading of a person at this gate, else one that names nobody; return it, or None."""
    rows = MachineReading.objects.filter(
        device__gate=machine.device.gate, passage=None, at__gt=as_time(at) - TAKEN_UP, at__lte=as_time(at) + TAKEN_UP
    )
    rows = [row for row in rows.order_by("-at", "-pk") if row.person_id in (person, None)]
    found = next((row for row in rows if row.person_id and row.person_id == person), rows[0] if rows else None)
    if found is None or not MachineReading.objects.filter(pk=found.pk, passage=None).update(passage=uid):
        return None  # another passage took it up at this very moment
    return found
