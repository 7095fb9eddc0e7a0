"""What turnstiles, thermometers and plate cameras ask: judged by the guard's own table, written like a guard's crossing, once."""

import re
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction

from diba.core import gating
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person

from ..models import Crossing, Device, Machine, MachineReading, Pass, Presence, Vehicle
from . import absorbing
from .devices import digest, heard
from .judging import judged, known_of, seconds
from .presence import Where
from .reading import HOLDERS, as_time, read
from .signing import good_until, plant_number

TOKEN = 32  # bytes at random
TAKEN_UP = timedelta(seconds=90)  # so long a reading waits for the passage of its person, or of whoever comes next
EARLIER = timedelta(hours=24)  # a machine that was cut off may tell of a moment so long ago
AHEAD = 300  # s that clocks may differ
APP = "machine"


class NoMachine(Exception):
    """A token that opens nothing, or not this: scope says that it is known."""

    def __init__(self, scope=False):
        self.scope = scope
        super().__init__("scope" if scope else "unknown")


@transaction.atomic
def make_token(gate, name, scopes, *, a_minute=120, by):
    """Enter a machine at a gate and return (it, its token), shown this once."""
    token, moment = secrets.token_urlsafe(TOKEN), plant.now()
    # The device's own token is known to nobody: a machine never gets the lists that a guard's phone gets.
    device = Device.objects.create(
        name=name, gate=gate, app=APP, token_hash=digest(secrets.token_urlsafe(TOKEN)), enrolled_at=moment, heard_at=moment, by=by
    )  # fmt: skip
    row = Machine.objects.create(device=device, token_hash=digest(token), scopes=sorted(scopes), a_minute=a_minute)
    plant.note(by, "machine.token", row, detail=" ".join(row.scopes))
    return row, token


def machine_of(token, scope):
    """Return the machine behind a token. Raises NoMachine: unknown or revoked, or without this scope."""
    row = (
        Machine.objects.select_related("device__gate__zone")
        .filter(token_hash=digest(token), device__revoked_at=None)
        .first()
    )
    if row is None:
        raise NoMachine
    if scope not in row.scopes:
        raise NoMachine(scope=True)
    return row


class Answer(NamedTuple):
    """What a machine is told. open: it may let pass; state: "kept" now or "again"."""

    uid: str
    state: str
    open: bool
    verdict: str
    reason: str


def passage(machine, uid, at, direction, *, text="", staff_no=""):
    """Judge and write one passage by a pass that was read, or a staff number. Raises BadInput that names the field."""
    if there := _written(machine, uid):
        return there
    moment = _moment(at)
    holder = _by_pass(text, moment) if text else _by_number(staff_no)
    reading = _reading(machine, holder.get("person"), moment, uid)
    return _kept(machine, uid, moment, direction, holder, reading)


def plate(machine, uid, at, direction, number):
    """Judge and write one vehicle by the plate that a camera read. Raises BadInput that names the field."""
    if there := _written(machine, uid):
        return there
    moment = _moment(at)
    number = re.sub(r"[\s·.•-]", "", number).upper()
    now = as_time(moment)
    found = list(Vehicle.objects.filter(plate=number).order_by("-ends_at")[:20])
    row = next((each for each in found if each.begins_at <= now < each.ends_at), found[0] if found else None)
    holder = {"kind": "vehicle", "vehicle": row and row.pk, "plate": number, "driver": row.driver if row else ""}
    return _kept(machine, uid, moment, direction, holder, None)


def reading(machine, uid, at, tenths, staff_no=""):
    """Keep a reading until the passage of its person, or of whoever comes next; say whether it was new. Raises BadInput."""
    gating.Temperature(tenths, 1)  # its range
    moment = _moment(at)
    person = _by_number(staff_no)["person"] if staff_no else None
    try:
        with transaction.atomic():
            MachineReading.objects.create(
                uid=uid, device=machine.device, person_id=person, at=as_time(moment), said={"tenths": tenths}
            )
    except IntegrityError:
        return False
    heard(machine.device)
    return True


def _written(machine, uid):
    row = Crossing.objects.filter(uid=uid).first()
    if row is None:
        return None
    if row.device_id != machine.device_id:
        raise BadInput("taken", "uid", value=str(uid))
    return Answer(str(uid), "again", row.verdict == "pass", row.verdict, row.reason)


def _moment(at):
    """Return a machine's moment in s, now without one. Raises BadInput when it lies ahead, or more than a day back."""
    now = plant.now()
    moment = seconds(now) if at is None else at
    if not seconds(now - EARLIER) <= moment <= seconds(now) + AHEAD:
        raise BadInput("out_of_range", "at", value=moment)
    return moment


def _by_pass(text, at):
    """Return the holder that a pass names, as a record has it; a pass that cannot be trusted names nobody."""
    state, said = gating.read(text, plant=plant_number(), at=at, good_until=good_until)
    row = Pass.objects.filter(number=said.number).first() if said else None
    if row is None:
        return {"kind": "unknown", "passed": state if said is None else "forged"}
    ids = {"person": row.person_id, "visit": row.visit_id, "vehicle": row.vehicle_id}
    return {"kind": row.kind, "pass_number": row.number, "passed": state, **ids}


def _by_number(number):
    row = plant.active(Person.objects.all()).filter(staff_no=number).first() if number else None
    if row is None:
        raise BadInput("nobody", "staff_no", value=number)
    return {"kind": "person", "person": row.pk}


def _reading(machine, person, at, uid):
    """Take up the newest reading of a person at this gate, else one that names nobody; return its tenths, or None."""
    rows = MachineReading.objects.filter(
        device__gate=machine.device.gate, passage=None, at__gt=as_time(at) - TAKEN_UP, at__lte=as_time(at) + TAKEN_UP
    )
    rows = [row for row in rows.order_by("-at", "-pk") if row.person_id in (person, None)]
    found = next((row for row in rows if row.person_id and row.person_id == person), rows[0] if rows else None)
    if found is None or not MachineReading.objects.filter(pk=found.pk, passage=None).update(passage=uid):
        return None  # another passage took it up at this very moment
    return (found.said or {}).get("tenths")


def _kept(machine, uid, at, direction, holder, tenths):
    """Judge a record by what the server knows, write it as a device's, and return the Answer."""
    record = {
        "uid": str(uid), "at": at, "drift": 0, "direction": direction, "passed": "none", "bundle": APP, "guard": "",
        "verdict": {"verdict": "wait", "reason": ""}, **holder,
        "temperature": {"first": tenths, "at": at, "method": "forehead", "device": machine.device.name} if tenths else None,
    }  # fmt: skip
    verdict = _judged(read(record), at, machine.device.gate)
    record["verdict"] = {"verdict": verdict.verdict, "reason": verdict.reason}
    [result] = absorbing.absorb(machine.device, [record], drift=0)
    if result.state == "unreadable":  # kept as it came, with an open item
        raise BadInput("unreadable", result.why, value=str(uid))
    return Answer(str(uid), result.state, verdict.verdict == "pass", verdict.verdict, verdict.reason)


def _judged(entry, at, gate):
    ids = {kind: {entry.holder} if entry.kind == kind and entry.holder else set() for kind in HOLDERS}
    numbers = {entry.pass_number} if entry.pass_number else set()
    known = known_of(
        as_time(at), as_time(at), people=ids["person"], visits=ids["visitor"], vehicles=ids["vehicle"], passes=numbers
    )
    row = Presence.objects.filter(holder=entry.key).first() if entry.key else None
    where = Where(row.inside, seconds(row.at), row.gate_id).seen_from(at) if row else "unknown"
    return judged(entry, at, 0, gate, known, where)[0]
