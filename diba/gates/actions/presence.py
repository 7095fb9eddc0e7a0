"""Who is inside: one row a holder, moved only by a crossing that is newer than the one it stands by."""

from typing import NamedTuple

from django.db import connection

from diba.plant.models import Person

from ..models import Presence, Vehicle, Visit
from .judging import seconds

MANY = 500  # rows written at once
TABLE = Presence._meta.db_table
MODELS = {"person": Person, "visitor": Visit, "vehicle": Vehicle}
FIELDS = {"person": "person_id", "visitor": "visit_id", "vehicle": "vehicle_id"}


class Where(NamedTuple):
    """Where a holder is: in a zone (None: outside), by the crossing at a moment (s since 1970; 0: no crossing yet) at a gate."""

    zone: int | None
    at: int
    gate: int | None

    @classmethod
    def after(cls, direction, at, gate):
        """Return where whoever passed a gate is: in its zone, or out of it, which may be in the zone around."""
        return cls(gate.zone_id if direction == "in" else gate.zone.within_id, at, gate.pk)

    def seen_from(self, gate, at, reach):
        """Return "yes" or "no", inside or not as a gate knew it before a crossing; "unknown" before the first, and for what came late.

        Whoever is in a zone that the gate's zone lies in has not come into it yet.
        """
        if not self.at or at < self.at:
            return "unknown"
        return "no" if self.zone is None or self.zone in reach.around(gate.zone_id) else "yes"


def locked(keys):
    """Return {key: Where} of holders, each with a row that nobody else moves until this transaction ends.

    What is there is locked in the order of its ids, then what is missing is made in the order of its keys: two batches wait
    for each other, never in a circle. A holder whom nobody knows gets no row.
    """
    keys = sorted(set(keys))
    found = _held(keys)
    missing = _registered([key for key in keys if key not in found])
    if missing:
        Presence.objects.bulk_create([_new(key) for key in missing], batch_size=MANY, ignore_conflicts=True)
        found |= _held(missing)
    return found


def _held(keys):
    found = {}
    for part in _parts(keys):
        rows = Presence.objects.select_for_update(of=("self",)).filter(holder__in=part).order_by("pk")
        for key, zone, at, gate in rows.values_list("holder", "zone_id", "at", "gate_id"):
            found[key] = Where(zone, seconds(at), gate)
    return found


def _registered(keys):
    """Return those keys whose holder there is, in their order."""
    ids: dict = {}
    for key in keys:
        kind, _sign, pk = key.partition(":")
        ids.setdefault(kind, set()).add(int(pk))
    there = {
        f"{kind}:{pk}" for kind, some in ids.items() for part in _parts(sorted(some))
        for pk in MODELS[kind].objects.filter(pk__in=part).order_by().values_list("pk", flat=True)
    }  # fmt: skip
    return [key for key in keys if key in there]


def _new(key):
    kind, _sign, pk = key.partition(":")
    return Presence(holder=key, inside=False, **{FIELDS[kind]: int(pk)})


def moved(changed, as_time):
    """Write {key: Where} of locked holders."""
    keys = sorted(changed)
    places = [changed[key] for key in keys]
    columns = (
        [where.zone is not None for where in places],
        [where.zone for where in places],
        [as_time(where.at) for where in places],
        [where.gate for where in places],
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"UPDATE {TABLE} SET inside = new.inside, zone_id = new.zone, at = new.at, gate_id = new.gate FROM "
                "unnest(%s::varchar[], %s::boolean[], %s::bigint[], %s::timestamptz[], %s::bigint[]) "
                "new(holder, inside, zone, at, gate) "
                f"WHERE {TABLE}.holder = new.holder",
                [keys, *map(list, columns)],
            )
        else:
            inside, zones, moments, gates = columns
            moments = [connection.ops.adapt_datetimefield_value(moment) for moment in moments]
            statement = f"UPDATE {TABLE} SET inside = %s, zone_id = %s, at = %s, gate_id = %s WHERE holder = %s"
            cursor.executemany(statement, list(zip(inside, zones, moments, gates, keys, strict=True)))


def inside(zones, wanted=""):
    """Return the rows of who is inside some zones, oldest first, whose name, number or plate holds a word."""
    rows = Presence.objects.filter(inside=True, zone__in=zones).select_related(
        "person__unit", "person__cell", "visit__host", "vehicle", "gate"
    )
    if wanted:
        rows = (
            rows.filter(person__name__icontains=wanted) | rows.filter(person__staff_no=wanted)
            | rows.filter(visit__name__icontains=wanted) | rows.filter(vehicle__plate__icontains=wanted)
        )  # fmt: skip
    return rows.order_by("zone__bit", "person__unit__path", "at", "pk")


def forget_people(people_ids):
    """Drop where people are who are taken back from the register."""
    for part in _parts(list(people_ids)):
        Presence.objects.filter(person__in=part).delete()


def _parts(items):
    return [items[start : start + MANY] for start in range(0, len(items), MANY)]
