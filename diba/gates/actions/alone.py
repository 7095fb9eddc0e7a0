"""A record that comes alone, as every crossing does while the network is there: one question, one statement that writes.

What is new, of a person on the register, and needs nobody's eyes goes this way on PostgreSQL; everything else, and whatever
somebody else moved meanwhile, goes the long way of `absorbing`, which comes to the same rows.
"""

import uuid
from functools import lru_cache

from django.db import IntegrityError, connection
from django.db.models import Case, DateTimeField, Max, TextField, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, Concat, Least

from diba.plant import actions as plant
from diba.plant.actions import hooks
from diba.plant.actions.statements import Part, Together, prepared_cursor
from diba.plant.models import Hold, Person

from ..models import Device, Pass, Presence, Revocation
from . import evacuating
from .first_readings import before_the_second
from .judging import LOOK_BACK, NEXT_TURN, SECOND, Known, by_moment, holding, judged, limits, seconds, uses
from .places import reach_lately
from .presence import Where
from .reading import Unreadable, as_time, read
from .rows import COLUMNS, TABLE, digest_of, kind_of, row_of, set_right, types, values_of

DESKS = {"health": (hooks.HEALTH_SAID, hooks.HEALTH_SAID_OF_ONE), "turns": (hooks.TURNS, hooks.TURNS_OF_ONE)}


def kept(device, record, drift, queue):
    """Write a record if it can go the short way, and return its number; None: nothing was written."""
    if connection.vendor != "postgresql" or not _all_answer():
        return None
    try:
        entry = read(record)
    except Unreadable:
        return None
    if entry.kind != "person" or not entry.holder:
        return None
    received = plant.now()
    at, off = set_right(entry, drift, received)
    known, before, version = _asked(entry, at)
    if known is None or any(once for _begins, _ends, _dead, once, _used in known.passes.values()):
        return None  # a pass for one entry is judged under its lock
    verdict, fever = judged(
        entry, at, off, device.gate, known, before.seen_from(device.gate, at, known.reach) if before else "unknown"
    )
    row = row_of(device, uuid.uuid4(), digest_of(entry), entry, at, off, received, verdict, fever)
    if kind_of(row) or before_the_second(entry, at, known.limits):
        return None
    moves = entry.went and (before is None or at >= before.at)
    after = Where.after(entry.direction, at, device.gate) if moves else None
    return str(entry.uid) if _write(row, entry.key, version, after, (received, queue, drift)) else None


def _all_answer():
    """Say whether every desk that is asked about people can be asked within one statement."""
    return all(hooks.answered(many) == hooks.answered(one) for many, one in DESKS.values())


def _asked(entry, at):
    """Return (what is Known of the person of a record at its moment, Where he is, which version of that row says so).

    (None, None, None) for nobody; the last two None for whoever has no such row.
    """
    pk, moment, number = entry.holder, as_time(at), entry.pass_number
    about = {
        "person": (pk,), "hold": (pk, moment, moment + SECOND), "presence": (pk,), "pass": (number,), "dead": (number,), "used": (number,),
        "health": (pk, moment - LOOK_BACK, moment + SECOND), "turns": (pk, moment, moment + NEXT_TURN),
    }  # fmt: skip
    question = _question()
    found = question({name: about[name.partition(" ")[0]] for name in question.parts})
    if not found["person"]:
        return None, None, None
    [(_none, left, path)] = found["person"]
    health = [(seconds(said), word, seconds(end)) for _pk, said, end, word in _of_desks(found, "health")]
    known = Known(
        limits=limits(), reach=reach_lately(), evacuations=evacuating.lately(), people={pk: (path, left and left.date())},
        holds={pk: [(seconds(begins), seconds(ends), reason) for begins, ends, reason in found["hold"]]},
        health={pk: by_moment(health)} if health else {},
        turns={pk: [(seconds(begins), seconds(ends)) for _pk, begins, ends in _of_desks(found, "turns")]},
        visits={}, ill={}, vehicles={}, washed={}, passes=_pass(number, found),
    )  # fmt: skip
    for since, _none, words in found["presence"]:
        zone, _blank, version = words.partition(" ")
        return known, Where(int(zone) if zone else None, seconds(since), None), version
    return known, None, None


def _of_desks(found, name):
    return [row for part, rows in found.items() if part.startswith(f"{name} ") for row in rows]


def _pass(number, found):
    dead, used = (next((seconds(row[0]) for row in found[name]), 0) for name in ("dead", "used"))
    rows = [(seconds(begins), seconds(ends), dead, word == "once", used) for begins, ends, word in found["pass"]]
    return {number: rows[0]} if rows else {}


@lru_cache(maxsize=1)
def _question():
    """Return the statement that asks everything about one person; put together at the first crossing."""
    desks = {
        f"{name} {place}": part for name, (_many, one) in DESKS.items() for place, part in enumerate(hooks.gather(one))
    }
    by_person, by_number = (_field(Presence, "person"),), (_field(Pass, "number"),)
    return Together({
        "person": _part(by_person, _person), "hold": _part((*by_person, *[_field(Hold, "begins_at")] * 2), _holds),
        "presence": _part(by_person, _presence), "pass": _part(by_number, _issued), "dead": _part(by_number, _dead),
        "used": _part(by_number, _used), **desks,
    })  # fmt: skip


def _part(fields, build):
    return Part(fields, build, lambda *about: about, lambda *told: told[-1])


def _field(model, name):
    return model._meta.get_field(name)


NEVER = Cast(Value(None), DateTimeField())


def _person(pk):
    path = Coalesce("unit__path", "relative_of__unit__path")
    return Person.objects.filter(pk=pk).order_by().values_list(NEVER, Cast("left_on", DateTimeField()), path)


def _holds(pk, since, until):
    ends = Least("ends_at", "lifted_at")  # of which PostgreSQL leaves out what is not there
    return holding(since, until).filter(person=pk).order_by().values_list("begins_at", ends, "reason")


def _presence(pk):
    zone = Coalesce(Cast("zone_id", TextField()), Cast(Value(""), TextField()))
    version = RawSQL(f"{PRESENCE}.xmin::text", [], TextField())  # another one after each writing
    return (
        Presence.objects.filter(person=pk)
        .order_by()
        .values_list("at", NEVER, Concat(zone, Cast(Value(" "), TextField()), version))
    )


def _issued(number):
    word = Case(When(once=True, then=Value("once")), default=Value("often"))
    ends = Least("ends_at", "key__passes_until")  # of which PostgreSQL leaves out what is not there
    return Pass.objects.filter(number=number).order_by().values_list("begins_at", ends, word)


def _dead(number):
    rows = Revocation.objects.filter(issued__number=number).order_by()
    return rows.values_list("at", NEVER, Cast(Value(""), TextField()))


def _used(number):
    once = Pass.objects.filter(number=number, once=True).values("number")
    rows = uses().filter(pass_number__in=once).order_by().values("pass_number").annotate(last=Max("at"))
    return rows.values_list("last", NEVER, Cast(Value(""), TextField()))


PRESENCE, DEVICE = Presence._meta.db_table, Device._meta.db_table


@lru_cache(maxsize=1)
def _statements():
    """Return (the first crossing of a holder, a later one): each a statement that is its own transaction.

    Presence first, then the crossing, as everywhere. Nothing is written if the row was written since he was asked about, be it
    that he was moved or that he is held now (`held`), if the number is there, or if the device is revoked: it was asked about
    two seconds ago perhaps.
    """
    crossing = (
        f"written AS (INSERT INTO {TABLE} ({COLUMNS}) SELECT {', '.join(f'%s::{kind}' for kind in types())} "
        "FROM held ON CONFLICT DO NOTHING RETURNING id)"
    )
    heard = (
        f"heard AS (UPDATE {DEVICE} SET heard_at = %s, queue = %s, drift = %s "
        "WHERE id = %s AND EXISTS (SELECT 1 FROM written))"
    )
    in_use = f"EXISTS (SELECT 1 FROM {DEVICE} WHERE id = %s AND revoked_at IS NULL)"
    first = (
        f"WITH held AS (INSERT INTO {PRESENCE} (holder, person_id, inside, zone_id, at, gate_id) "
        "SELECT %s::varchar, %s::bigint, %s::boolean, %s::bigint, %s::timestamptz, %s::bigint "
        f"WHERE NOT EXISTS (SELECT 1 FROM {TABLE} WHERE uid = %s) AND {in_use} ON CONFLICT DO NOTHING RETURNING id), "
        f"{crossing.replace(' ON CONFLICT DO NOTHING', '')}, {heard} SELECT id FROM written"
    )
    later = (
        f"WITH held AS (SELECT id FROM {PRESENCE} WHERE holder = %s AND xmin::text = %s AND {in_use} FOR UPDATE), {crossing}, {heard}, "
        f"moved AS (UPDATE {PRESENCE} SET inside = %s, zone_id = %s, at = %s, gate_id = %s "
        "WHERE %s AND holder = %s AND EXISTS (SELECT 1 FROM written)) SELECT id FROM written"
    )
    return first, later


def _write(row, key, version, after, heard):
    """Write a row with who is inside and that the device was heard of, all or nothing; say whether it was written.

    version: of the row of presence, as it was asked about; None: there was none.
    """
    values = values_of(row)
    first, later = _statements()
    to = (after.zone is not None, after.zone, as_time(after.at), after.gate) if after else (False, None, None, None)
    try:
        with prepared_cursor() as cursor:
            if version is None:
                cursor.execute(first, [key, row.person_id, *to, row.uid, row.device_id, *values, *heard, row.device_id])
            else:
                moving = [*to, after is not None, key]
                cursor.execute(later, [key, version, row.device_id, *values, *heard, row.device_id, *moving])
            return cursor.fetchone() is not None
    except IntegrityError:  # the number came at this very moment with another holder: whoever is second is read again
        return False
