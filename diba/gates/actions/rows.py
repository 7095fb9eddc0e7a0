"""Lines of the ledger as they are written: a record set right, judged, and whether somebody must look at it."""

import json
from collections import namedtuple
from functools import lru_cache

from django.db import connection

from diba.plant import actions as plant
from diba.plant.actions.statements import prepared_cursor

from ..models import Crossing, OpenItem
from .judging import seconds
from .reading import HOLDERS, as_time

FUTURE = 300  # s; what lies further ahead than clocks differ is put at the moment of its arrival

LATE = 7 * 86400  # s; so old are lists by which nobody is judged any more: a line that comes later is flagged


def set_right(entry, drift, received):
    """Return (moment in s by the server's clock, drift) of a record: by the drift it was written under, else that of now."""
    off, latest = drift if entry.drift is None else entry.drift, seconds(received)
    at = entry.at - off
    return (min(at, latest) if at <= latest + FUTURE else latest, off)


FIELDS = [field for field in Crossing._meta.concrete_fields if not field.primary_key]
TABLE, COLUMNS = Crossing._meta.db_table, ", ".join(field.column for field in FIELDS)
SAID = Crossing._meta.get_field("said")
# A crossing before it is written: PostgreSQL takes its values as they are, no object of the model is made for it.
Line = namedtuple("Line", [field.attname for field in FIELDS], defaults=[None] * len(FIELDS))


def row_of(device, batch, digest, entry, at, off, received, verdict, fever):
    """Return the Line of a record that is set right and judged."""
    holder = {f"{HOLDERS[entry.kind]}_id": entry.holder} if entry.holder else {}
    return Line(
        uid=entry.uid, digest=digest, batch=batch, gate_id=device.gate_id, device_id=device.pk, at=as_time(at),
        device_at=as_time(entry.at), received_at=received, drift=off, direction=entry.direction, kind=entry.kind,
        pass_number=entry.pass_number, passed=entry.passed, said=entry.said or None, fever=fever, guard=entry.guard,
        verdict=entry.verdict, reason=entry.reason, lists=entry.lists, refusal=entry.refusal, forced=entry.forced,
        disinfected=entry.disinfected, went=entry.went, judged=verdict.verdict, judged_reason=verdict.reason,
        flags=" ".join([*verdict.warnings, *["told_late"] * (seconds(received) - at > LATE)]), **holder,
    )  # fmt: skip


def values_of(row):
    """Return a row's values as PostgreSQL takes them, in the order of COLUMNS: the driver knows all but what is sealed."""
    return row._replace(said=SAID.get_prep_value(row.said))


@lru_cache(maxsize=1)
def types():
    """Return the types of COLUMNS, without a length: a cast would cut silently what the column refuses."""
    return [field.db_type(connection).partition("(")[0] for field in FIELDS]


def write(rows):
    """Write rows of one batch (some) that are not there yet and return {number: id} of those that this call wrote.

    In the order of their numbers: two requests with the same records wait for each other, never in a circle.
    """
    rows = sorted(rows, key=lambda row: row.uid.int)
    if connection.vendor != "postgresql":
        crossings = [Crossing(**row._asdict()) for row in rows]
        Crossing.objects.bulk_create(crossings, batch_size=len(rows), ignore_conflicts=True)
        mine = Crossing.objects.filter(uid__in=[row.uid for row in rows], batch=rows[0].batch)
        return dict(mine.order_by().values_list("uid", "pk"))
    with prepared_cursor() as cursor:
        cursor.execute(_many(), [json.dumps([values_of(row)._asdict() for row in rows], default=str)])
        return dict(cursor.fetchall())


@lru_cache(maxsize=1)
def _many():
    """Return the statement that writes many rows, given as one text: an array a column takes the driver twice as long."""
    columns = ", ".join(f"{field.attname} {kind}" for field, kind in zip(FIELDS, types(), strict=True))
    names = ", ".join(field.attname for field in FIELDS)
    return (
        f"INSERT INTO {TABLE} ({COLUMNS}) SELECT {names} FROM json_to_recordset(%s::json) AS line({columns}) "
        "ON CONFLICT DO NOTHING RETURNING uid, id"
    )


def digest_of(entry):
    """Return what tells a record from another under its number."""
    return plant.keyed_hash(entry.identity())


# What tells that a record came again with other words: of the line kept, beside its digest.
DIFFERS = ("verdict", "refusal", "forced", "fever", "said")
Told = namedtuple("Told", DIFFERS)


def differs(entry, line):
    """Say whether a record says otherwise than the line kept under its number: let in or not, why, or the readings.

    What was sealed and is destroyed is compared no more.
    """
    if (entry.verdict, entry.refusal, entry.forced) != (line.verdict, line.refusal, line.forced):
        return True
    if not line.said and (line.fever or line.forced):
        return False
    said, kept = ([rows.get("forced", ""), *_readings(rows)] for rows in (entry.said, line.said or {}))
    return said != kept


def _readings(said):
    taken = said.get("temperature") or {}
    return taken.get("first", 0), taken.get("second", 0)


def kind_of(row):
    """Return the kind of item a row opens, or None."""
    if row.fever == "fever":
        return OpenItem.Kind.FEVER
    if row.went and row.direction == "out" and row.fever in ("high", "again"):
        return OpenItem.Kind.HOT_EXIT
    return OpenItem.Kind.REFUSED if row.went and row.judged != "pass" else None
