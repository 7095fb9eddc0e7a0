"""What the machines' readings say of whoever stands at a gate: a first one too high stands until it is taken again."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from diba.core.gating.facts import is_fever
from diba.plant import actions as plant

from ..models import Crossing, MachineReading
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


class TakenUp(NamedTuple):
    """What a passage goes by: what was Taken or None, and of the readings taken up those that name nobody and were too high."""

    readings: Taken | None
    nobodys: tuple = ()


def taken_in(machine, kind, holder, at, uid):
    """Return what is TakenUp by whoever comes in (id, None: unknown) by a machine's gate at a moment; in a transaction.

    The newest reading at this gate is used up by this passage, a number: his own, else one that names nobody. With the latter goes each
    that names nobody and was too high, while it rests: whoever is measured anew does not hide it (`give_back`: it was not his). A first one
    too high, at any gate, stands until one taken after the rest, or a guard's.
    """
    counts = limits()
    found = _taken_up(_found(machine, kind, holder, at, counts), uid)
    high = next(iter(first_readings.standing(as_time(at), kind, holder)), None) if holder else None
    stands = Taken(high.taken["first"], high.taken["at"]) if high else None
    nobodys = [row for row in found if row.person_id is None and _is_high(row, counts)]
    if any(plant.now() - first_readings.counted_from(row) > TAKEN_UP for row in nobodys):
        stands = None  # too long ago to be his second: he rests anew
    rows = {row.pk: row for row in found}
    if kind == "person" and high:
        rows |= {row.pk: row for row in MachineReading.objects.filter(_since(high.at), person=holder, passage=None)}
    in_order = sorted(rows.values(), key=lambda row: (first_readings.counted_from(row), row.pk))
    readings = [_reading(row) for row in in_order if row.said]
    return TakenUp(followed(stands, readings, counts, bool(found)), tuple(row.pk for row in nobodys))


def taken_out(machine, kind, holder, at, uid):
    """Return what is TakenUp by whoever goes out: his own reading; else one too high that names nobody, seen and left to whoever comes in.

    It is seen on the first way out after it, within TAKEN_UP.
    """
    counts = limits()
    own = [row for row in _found(machine, kind, holder, at, counts) if row.person_id]
    if own := _taken_up(own, uid):
        high = next(iter(first_readings.standing(as_time(at), kind, holder)), None)
        stands = Taken(high.taken["first"], high.taken["at"]) if high else None
        return TakenUp(followed(stands, [_reading(row) for row in own if row.said], counts, True))
    high = [row for row in _found(machine, "unknown", None, at, counts) if _is_high(row, counts)]
    if not high or plant.now() - (heard := first_readings.counted_from(high[-1])) > TAKEN_UP:
        return TakenUp(None)
    seen = Crossing.objects.filter(
        device__gate=machine.device.gate, direction="out", at__gte=heard, fever__in=("high", "again")
    )
    return TakenUp(None if seen.exists() else Taken(high[-1].said["tenths"], seconds(heard)))


def give_back(uid, taken_up):
    """Let readings that name nobody wait on: whose passage, a number, they were is kept out for another reason."""
    MachineReading.objects.filter(pk__in=taken_up.nobodys, passage=uid).update(passage=None)


def followed(stands, readings, counts, fresh):
    """Return what was Taken after readings [(tenths, from, until)], oldest first; stands: what was Taken before that is too high still.

    A rest begins with the later of when a reading is said to have been taken and when it was heard of (from), and is over when the earlier
    of both (until) of another says so: no machine's clock makes it shorter. A reading before that says nothing. fresh: the last of them was taken for this passage; else only what is
    too high counts.
    """
    last = None
    for tenths, begins, at in readings:
        if stands is None or stands.second:
            last = Taken(tenths, begins) if stands is None else stands
            stands = last if is_fever(last.first, counts) else None
        elif at - stands.at >= counts.rest:
            last = stands._replace(second=tenths, second_at=at)
            stands = last if is_fever(tenths, counts) else None
    return stands or (last if fresh else None)


def _found(machine, kind, holder, at, counts):
    """Return the readings at this gate that a passage may go by, oldest first: the newest of its person alone, else those that name nobody.

    Of those the newest, and while it rests each that was too high. A machine that measures and lets pass is a lane of its own: what it
    took of nobody is for no other lane.
    """
    person = holder if kind == "person" else None
    near = Q(at__gt=as_time(at) - TAKEN_UP, at__lte=as_time(at) + TAKEN_UP)
    rests = Q(person=None, heard_at__gt=plant.now() - timedelta(seconds=counts.rest))
    lanes = Exists(Crossing.objects.filter(device=OuterRef("device")))
    here = MachineReading.objects.filter(near | rests, device__gate=machine.device.gate, passage=None)
    whose = Q(person=None) & (Q(device=machine.device) | ~lanes)
    rows = list(here.filter(whose | Q(person=person) if person else whose).order_by("at", "pk"))
    since, until = as_time(at) - TAKEN_UP, as_time(at) + TAKEN_UP
    fresh = [row for row in rows if since < row.at <= until]
    if own := [row for row in fresh if row.person_id]:
        return own[-1:]
    return [row for row in rows if row in fresh[-1:] or (row.person_id is None and _is_high(row, counts))]


def _is_high(row, counts):
    tenths = (row.said or {}).get("tenths")
    return bool(tenths) and is_fever(tenths, counts)


def _reading(row):
    """Return (tenths, from, until) as `followed` counts a reading."""
    until = min(row.at, row.heard_at or row.at)
    return row.said["tenths"], seconds(first_readings.counted_from(row)), seconds(until)


def _since(at):
    return Q(at__gte=as_time(at)) | Q(heard_at__gte=as_time(at))


def _taken_up(rows, uid):
    """Take up readings for a passage, a number; return those that no other passage took up at this very moment."""
    return [row for row in rows if MachineReading.objects.filter(pk=row.pk, passage=None).update(passage=uid)]
