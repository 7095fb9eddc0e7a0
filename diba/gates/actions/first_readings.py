"""A first reading too high: told to every gate while its person rests, and until his second is taken somewhere."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Exists, Max, OuterRef, Q

from diba.core.gating.facts import is_fever
from diba.plant import actions as plant
from diba.plant.actions.lately import Lately
from diba.plant.models import Person

from ..models import Crossing, FirstReading, MachineReading, Vehicle, Visit
from .judging import limits, seconds
from .reading import HOLDERS, Unreadable, as_time, read
from .rows import set_right

STANDS = timedelta(hours=8)  # so long a case waits at a gate (frontend/src/gate/before.ts); then he has left
RECENT = 2  # s; so old may be what a crossing is judged by, as with the rules
MOST = 100  # told at once: more do not rest at one gate
ROWS = {"person": Person, "visitor": Visit, "vehicle": Vehicle}


class High(NamedTuple):
    """A first reading too high without a second. holder: id by its kind, None for a stranger; taken: as a record has it, by the server's clock."""

    uid: str
    kind: str
    holder: int | None
    at: int
    name: str
    plate: str
    driver: str
    taken: dict


def tell(device, records, drift):
    """Write the first readings too high of whoever rests at a device's gate, each once; return how many stand. Raises Unreadable.

    drift: s the device's clock is ahead now.
    """
    received, counts = plant.now(), limits()
    entries = [read(record) for record in records]
    entries = [one for one in entries if one.direction == "in" and is_first_too_high(one.temperature, counts)]
    known = _known(entries)
    for entry in entries:
        if entry.holder and entry.holder not in known[entry.kind]:
            raise Unreadable(f"unknown {HOLDERS[entry.kind]}")
    _resting.forget()
    FirstReading.objects.bulk_create([_row(device, entry, drift, received) for entry in entries], ignore_conflicts=True)
    return len(entries)


def is_first_too_high(taken, counts):
    return bool(taken.first) and not taken.second and is_fever(taken.first, counts)


def _known(entries):
    """Return {kind: ids that there are} of the holders whom entries name."""
    ids = {kind: {one.holder for one in entries if one.kind == kind and one.holder} for kind in ROWS}
    return {
        kind: set(rows.objects.filter(pk__in=ids[kind]).values_list("pk", flat=True)) if ids[kind] else set()
        for kind, rows in ROWS.items()
    }


def _row(device, entry, drift, received):
    at, off = set_right(entry, drift, received)
    said = {name: text for name in ("name", "plate", "driver") if (text := entry.said.get(name))}
    holder = {f"{HOLDERS[entry.kind]}_id": entry.holder} if entry.holder else {}
    taken = entry.said["temperature"]
    said["temperature"] = taken | {"at": min(taken["at"] - off, at)}
    return FirstReading(uid=entry.uid, device=device, kind=entry.kind, at=as_time(at), said=said, **holder)


def standing(moment, kind="", holder=None):
    """Return each High of the last STANDS whose second reading nobody has taken, oldest first, one a holder: a constant number of queries.

    One that waits at a gate, one of somebody who was refused before the second, and one that a thermometer took and no passage took up.
    kind, holder: his alone, as a turnstile asks.
    """
    since, counts, his = moment - STANDS, limits(), {HOLDERS[kind]: holder} if holder else {}
    refused = Crossing.objects.filter(**his, at__gt=since, direction="in", went=False, fever__in=("high", "again"))
    rows = [(*row, 0) for row in waiting(since).filter(**his).values_list(*FIELDS)]
    rows += refused.order_by().values_list(*FIELDS, "drift")
    found = [
        _high(*row) for row in rows if (row[-2] or {}).get("temperature")
    ]  # what was destroyed says nothing any more
    if kind in ("", "person"):
        found += [row for row in _of_thermometers(since, his) if is_fever(row.taken["first"], counts)]
    measured = _measured_since(found, since)
    stands = {}
    for one in sorted(found, key=lambda one: (one.at, one.uid)):
        if measured.get((one.kind, one.holder), 0) <= one.at:
            stands.setdefault((one.kind, one.holder or one.uid), one)
    return list(stands.values())


_resting = Lately(lambda: {(one.kind, one.holder): one for one in standing(plant.now()) if one.holder}, RECENT)


def rests(kind, holder):
    """Return the High of a holder that stands, as of at most RECENT seconds ago, or None."""
    return _resting().get((kind, holder))


def before_the_second(entry, at, counts):
    """Return the High of whoever was let in at a moment by a first reading, before the rest after another gate's was over; or None."""
    if entry.direction != "in" or not entry.went or not entry.temperature.first or entry.temperature.second:
        return None
    high = rests(entry.kind, entry.holder)
    told = high is not None and high.uid != str(entry.uid) and high.taken["at"] < at < high.taken["at"] + counts.rest
    return high if told else None


def _of_thermometers(since, his):
    rows = MachineReading.objects.filter(Q(at__gt=since) | Q(heard_at__gt=since), **his, passage=None)
    for row in rows.exclude(person=None).select_related("device"):
        if tenths := (row.said or {}).get("tenths"):
            at = seconds(counted_from(row))
            taken = {
                "first": tenths,
                "at": at,
                "second": 0,
                "second_at": 0,
                "method": "forehead",
                "device": row.device.name,
            }
            yield High(str(row.uid), "person", row.person_id, at, "", "", "", taken)


def counted_from(row):
    """Return from when on a machine's reading counts: when it was taken or, if that was later, heard of."""
    return max(row.at, row.heard_at or row.at)


def waiting(since):
    """Return the first readings since a moment whose crossing is not settled."""
    return FirstReading.objects.filter(~Exists(Crossing.objects.filter(uid=OuterRef("uid"))), at__gt=since)


FIELDS = ("uid", "kind", "person", "visit", "vehicle", "at", "said")


def _high(uid, kind, person, visit, vehicle, at, said, off):
    taken = said["temperature"] | {"at": said["temperature"]["at"] - off}
    name, plate, driver = (said.get(field, "") for field in ("name", "plate", "driver"))
    return High(str(uid), kind, person or visit or vehicle, seconds(at), name, plate, driver, taken)


def _measured_since(found, since):
    """Return {(kind, id): when the last reading of a holder was taken that says of him what holds, s}."""
    ids = {
        field: {one.holder for one in found if HOLDERS.get(one.kind) == field} - {None} for field in HOLDERS.values()
    }
    theirs = [Q(**{f"{field}__in": each}) for field, each in ids.items() if each]
    if not theirs:
        return {}
    rows = Crossing.objects.filter(Q(*theirs, _connector=Q.OR), at__gt=since, fever__in=("normal", "fever")).order_by()
    said = rows.values("kind", *HOLDERS.values()).annotate(last=Max("at"))
    return {(row["kind"], row[HOLDERS[row["kind"]]]): seconds(row["last"]) for row in said}
