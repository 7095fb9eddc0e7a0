"""Issuing, reissuing and revoking passes; whose is shown on whose phone."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from diba.core import gating
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person

from ..models import Crossing, Pass, PassKind, Revocation, SigningKey
from . import signing
from .places import Reach
from .signing import plant_number, sign

LONGEST = 400  # days
MANY = 500  # rows written at once
NUMBERS = 2**31 - 1


@transaction.atomic
def issue(people, *, by, days=90):
    """Give each of these people a pass from now for so many days; the one before is dead. Return the passes. Raises BadInput."""
    if not 1 <= days <= LONGEST:
        raise BadInput("out_of_range", "days", value=days)
    people = list(
        plant.active(Person.objects.filter(pk__in=[person.pk for person in people])).select_related(
            "unit", "relative_of__unit"
        )
    )
    if not people:
        raise BadInput("nobody", "people")
    begins = _minute(plant.now())
    reach, kill = Reach(), Pass.objects.filter(kind=PassKind.PERSON, revocation=None, ends_at__gt=begins)
    _revoke(kill.filter(person__in=people), Revocation.Why.REISSUED, by)
    rows = [
        Pass(kind=PassKind.PERSON, person=person, begins_at=begins, ends_at=begins + timedelta(days=days), zones=reach.bits(_unit(person)))
        for person in people
    ]  # fmt: skip
    written = _write(rows, by)
    plant.note(by, "pass.issued", ("person", people[0].pk if len(people) == 1 else ""), detail=f"people={len(people)}")
    return written


def _unit(person):
    """Return the path of the unit a person belongs to; a family belongs where its employee does."""
    unit = person.unit or (person.relative_of.unit if person.relative_of else None)
    return unit.path if unit else None


@transaction.atomic
def issue_to(holder, kind, zones, *, by, once=False):
    """Give a visit or a vehicle its pass for the time it is expected; the one before is dead. zones: bits."""
    field = {PassKind.VISITOR: "visit", PassKind.VEHICLE: "vehicle"}[kind]
    _revoke(Pass.objects.filter(**{field: holder}, revocation=None), Revocation.Why.REISSUED, by)
    begins, ends = _minute(holder.begins_at), _minute(holder.ends_at + timedelta(seconds=59))
    [row] = _write([Pass(kind=kind, **{field: holder}, begins_at=begins, ends_at=ends, zones=zones, once=once)], by)
    plant.note(by, "pass.issued", row, detail=f"kind={kind}")
    return row


@transaction.atomic
def issue_anew(*, by):
    """Give every visit and vehicle whose good pass an old key signed one like it by the key in use; return the passes.

    Only what still opens: one that was good for one entry and is used stays as it is, else it would open twice.
    """
    rows = list(_guests_of_old_keys().select_for_update(of=("self",)).order_by("pk"))
    dead = set(Revocation.objects.filter(issued__in=rows).values_list("issued_id", flat=True))
    rows = [row for row in rows if row.pk not in dead]  # somebody else was faster
    _revoke(Pass.objects.filter(pk__in=[row.pk for row in rows]), Revocation.Why.REISSUED, by)
    same = ("kind", "visit_id", "vehicle_id", "begins_at", "ends_at", "zones", "once")
    made = _write([Pass(**{name: getattr(row, name) for name in same}) for row in rows], by)
    if made:
        plant.note(by, "pass.issued", ("pass", ""), detail=f"guests={len(made)}")
    return made


def _write(rows, by):
    """Number, sign and save passes."""
    code, moment, by_key = plant_number(), plant.now(), {}
    for row, number in zip(rows, _numbers(len(rows)), strict=True):
        row.number, row.by, row.at = number, by, moment
        said = gating.Pass(
            code, row.kind, row.number, row.person_id or row.visit_id or row.vehicle_id, int(row.begins_at.timestamp()),
            int(row.ends_at.timestamp()), row.zones, row.once,
        )  # fmt: skip
        packed = gating.pack(said)
        signature, public = sign(packed)
        row.text, by_key[row.number] = gating.text_of(packed, signature), public
    keys = {key.public: key for key in SigningKey.objects.filter(public__in={*by_key.values()})}
    for row in rows:
        row.key = keys[by_key[row.number]]
    return Pass.objects.bulk_create(rows, batch_size=MANY)


def _numbers(count):
    """Return so many numbers that no pass has: made up, and made up anew where one is taken."""
    found: set[int] = set()
    while len(found) < count:
        made = {1 + secrets.randbelow(NUMBERS) for _ in range(count - len(found))}
        parts = [list(made)[start : start + MANY] for start in range(0, len(made), MANY)]
        taken = {
            number for part in parts for number in Pass.objects.filter(number__in=part).values_list("number", flat=True)
        }
        found |= made - taken
    return list(found)


def _minute(moment):
    return moment.replace(second=0, microsecond=0)


@transaction.atomic
def revoke(row, why, *, by):
    """Kill a pass for good; say whether it lived until now."""
    done = _revoke(Pass.objects.filter(pk=row.pk, revocation=None), why, by)
    if done:
        plant.note(by, "pass.revoked", row, detail=why)
    return bool(done)


def _revoke(rows, why, by):
    rows = list(rows.select_for_update(of=("self",)))
    there = set(Revocation.objects.filter(issued__in=rows).values_list("issued_id", flat=True))
    made = [Revocation(issued=row, why=why, at=plant.now(), by=by) for row in rows if row.pk not in there]
    Revocation.objects.bulk_create(made, batch_size=MANY)
    return len(made)


def hold_single(numbers):
    """Make everybody else wait who would use one of these passes that are good for one entry, until this transaction ends.

    After the presences of their holders, in the order of their ids.
    """
    numbers = {number for number in numbers if number}
    if numbers:
        list(
            Pass.objects.select_for_update(of=("self",), no_key=True)
            .filter(number__in=numbers, once=True)
            .order_by("pk")
        )


def own_pass(person):
    """Return the pass a person shows at a gate now, or None."""
    moment = plant.now()
    return Pass.objects.filter(good(moment), person=person, begins_at__lte=moment).order_by("-id").first()


def good(moment, of=""):
    """Return the condition of a pass that is neither dead nor over at a moment, by itself or with the key that signed it.

    of: the way to the passes from what is asked for, such as "passes__".
    """
    with_key = Q(**{f"{of}key__passes_until": None}) | Q(**{f"{of}key__passes_until__gt": moment})
    return Q(**{f"{of}revocation": None, f"{of}ends_at__gt": moment}) & with_key


def without_pass():
    """Return the active people who have no pass that is valid now."""
    have = Pass.objects.filter(good(plant.now()), kind=PassKind.PERSON).values("person")
    return plant.active().exclude(pk__in=have)


def of_old_keys():
    """Return the active people whose good pass was signed by a key that is no longer in use."""
    old = Pass.objects.filter(good(plant.now()), kind=PassKind.PERSON).exclude(key=signing.current())
    return plant.active().filter(pk__in=old.values("person"))


def _guests_of_old_keys():
    """Return the good passes of visits and vehicles that a key signed which is no longer in use, but for those used up."""
    old = Pass.objects.filter(good(plant.now())).exclude(kind=PassKind.PERSON).exclude(key=signing.current())
    used = Crossing.objects.filter(went=True, direction="in", pass_number__in=old.filter(once=True).values("number"))
    return old.exclude(once=True, number__in=used.values("pass_number"))


def guests_of_old_keys():
    """Return how many passes `issue_anew` would give."""
    return _guests_of_old_keys().count()


def valid(wanted="", kind="", only=None):
    """Return the passes that open a gate now or later, with what stands on a card of theirs. only: their ids."""
    rows = found(wanted, "valid", kind)
    return rows if only is None else rows.filter(pk__in=only)


def found(wanted="", state="", kind=""):
    """Return passes, newest first, by number, name or staff number, by kind, and by state: "valid", "dead", "over" or any."""
    rows = Pass.objects.select_related("person__unit", "visit", "vehicle", "revocation", "key", "by__person")
    moment = plant.now()
    if state == "valid":
        rows = rows.filter(good(moment))
    elif state == "dead":
        rows = rows.exclude(revocation=None)
    elif state == "over":
        rows = rows.filter(revocation=None).exclude(good(moment))
    if kind in PassKind.values:
        rows = rows.filter(kind=kind)
    if wanted:
        named = Q(person__name__icontains=wanted) | Q(person__staff_no=wanted)
        named |= Q(visit__name__icontains=wanted) | Q(vehicle__plate__icontains=wanted)
        if wanted.isdecimal() and len(wanted) <= 10 and int(wanted) <= NUMBERS:
            named |= Q(number=int(wanted))
        rows = rows.filter(named)
    return rows
