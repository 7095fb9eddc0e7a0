"""What turnstiles, thermometers and plate cameras ask: judged by the guard's own table, written like a guard's crossing, once."""

import logging
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
from .measured import TakenUp, give_back, taken_in, taken_out
from .passes import hold_single
from .presence import locked
from .reading import HOLDERS, as_time, read
from .signing import good_until, plant_number

TOKEN = 32  # bytes at random
EARLIER = timedelta(hours=24)  # a machine that was cut off may tell of a moment so long ago
AHEAD = 300  # s that clocks may differ
PROMPT = 120  # s: what is told or asked again later opens nothing
HOT = ("high", "retest", "fever")  # reasons of the readings
APP = "machine"
log = logging.getLogger(__name__)


class NoMachine(Exception):
    """A token that opens nothing, or not this: scope says that it is known."""

    def __init__(self, scope=False):
        self.scope = scope
        super().__init__("scope" if scope else "unknown")


class Taken(Exception):
    """A number of an event that was another one's: nothing is written."""


@transaction.atomic
def make_token(gate, name, scopes, *, a_minute=120, unmeasured=False, by):
    """Enter a machine at a gate and return (it, its token), shown this once. unmeasured: it opens without a reading."""
    token, moment = secrets.token_urlsafe(TOKEN), plant.now()
    # The device's own token is known to nobody: a machine never gets the lists that a guard's phone gets.
    device = Device.objects.create(
        name=name, gate=gate, app=APP, token_hash=digest(secrets.token_urlsafe(TOKEN)), enrolled_at=moment, heard_at=moment, by=by
    )  # fmt: skip
    row = Machine.objects.create(
        device=device, token_hash=digest(token), scopes=sorted(scopes), a_minute=a_minute, unmeasured=unmeasured
    )
    plant.note(by, "machine.token", row, detail=" ".join([*row.scopes, *["unmeasured"] * unmeasured]))
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
    """Judge and write one passage by a pass that was read, or a staff number. Raises BadInput that names the field, Taken."""
    moment = _moment(at)
    holder = _by_pass(text) if text else _by_number(staff_no)
    return _kept(machine, uid, moment, direction, holder)


def plate(machine, uid, at, direction, number):
    """Judge and write one vehicle by the plate that a camera read. Raises BadInput that names the field, Taken."""
    moment = _moment(at)
    number = re.sub(r"[\s·.•\x00-\x1f-]", "", number).upper()
    if not any(letter.isalnum() for letter in number):
        raise BadInput("empty", "plate")
    now = as_time(moment)
    found = list(Vehicle.objects.filter(plate=number).order_by("-ends_at")[:20])
    row = next((each for each in found if each.begins_at <= now < each.ends_at), found[0] if found else None)
    if direction == "out" and len(found) > 1:
        row = _left_by(found, uid) or row
    holder = {"kind": "vehicle", "vehicle": row and row.pk, "plate": number, "driver": row.driver if row else ""}
    return _kept(machine, uid, moment, direction, holder)


def _left_by(bookings, uid):
    """Return the booking on which a vehicle of several came in last; told again, that by which it left; else None."""
    left = Crossing.objects.filter(uid=uid, vehicle__in=bookings).select_related("vehicle").first()
    here = Presence.objects.filter(vehicle__in=bookings, inside=True).select_related("vehicle").order_by("-at")
    return left.vehicle if left else next((row.vehicle for row in here[:1]), None)


def reading(machine, uid, at, tenths, staff_no=""):
    """Keep a reading until the passage of its person, or of whoever comes next; say whether it was new. Raises BadInput, Taken."""
    gating.Temperature(tenths, 1)  # its range
    moment = _moment(at)
    person = _by_number(staff_no)["person"] if staff_no else None
    try:
        with transaction.atomic():
            MachineReading.objects.create(
                uid=uid, device=machine.device, person_id=person, at=as_time(moment), heard_at=plant.now(),
                said={"tenths": tenths},
            )  # fmt: skip
    except IntegrityError:
        row = MachineReading.objects.get(uid=uid)
        same = row.device_id == machine.device_id and (row.said or {"tenths": tenths})["tenths"] == tenths
        if same and person and _named(row, person):
            return True
        if not same or row.person_id != person:
            raise _taken(machine, uid) from None
        return False
    heard(machine.device)
    return True


def _named(row, person):
    """Say whose a reading was that named nobody and that nobody's passage took up; return whether this call did."""
    return MachineReading.objects.filter(pk=row.pk, person=None, passage=None).update(person=person) == 1


def _written(machine, uid, direction, holder):
    """Return the Answer that an event was given before, None to a new one. Raises Taken: it was another event's."""
    row = Crossing.objects.filter(uid=uid).first()
    if row is None:
        return None
    same = (row.device_id, row.direction, row.kind, row.pass_number) == (
        machine.device_id, direction, holder["kind"], holder.get("pass_number"),
    )  # fmt: skip
    same &= all(getattr(row, f"{field}_id") == holder.get(field) for field in HOLDERS.values())
    same &= not row.said or row.said.get("plate", "") == holder.get("plate", "")
    if not same:
        raise _taken(machine, uid)
    opens = row.verdict == "pass" and plant.now() - row.received_at <= timedelta(seconds=PROMPT)
    return Answer(str(uid), "again", opens, row.verdict, row.reason)


def _taken(machine, uid):
    log.warning("machine %s: the number %s was another event's; nothing is written", machine.pk, uid)
    return Taken(str(uid))


def _moment(at):
    """Return a machine's moment in s, now without one. Raises BadInput when it lies ahead, or more than a day back."""
    now = plant.now()
    moment = seconds(now) if at is None else at
    if not seconds(now - EARLIER) <= moment <= seconds(now) + AHEAD:
        raise BadInput("out_of_range", "at", value=moment)
    return moment


def _by_pass(text):
    """Return the holder that a pass names, as a record has it; a pass that cannot be trusted names nobody."""
    state, said = gating.read(text, plant=plant_number(), at=seconds(plant.now()), good_until=good_until)
    row = Pass.objects.filter(number=said.number).first() if said else None
    if row is None:
        return {"kind": "unknown", "passed": state if said is None else "forged"}
    ids = {"person": row.person_id, "visit": row.visit_id, "vehicle": row.vehicle_id}
    return {"kind": row.kind, "pass_number": row.number, "passed": state, **ids}


def _by_number(number):
    known = number and "\0" not in number  # PostgreSQL would not be asked for one
    row = plant.active(Person.objects.all()).filter(staff_no=number).first() if known else None
    if row is None:
        raise BadInput("nobody", "staff_no", value=number)
    return {"kind": "person", "person": row.pk}


def _kept(machine, uid, at, direction, holder):
    """Judge an event by what the server knows now, behind the locks of its holder, write it, and return the Answer."""
    answer, why = _judged_and_written(machine, uid, at, direction, holder)
    if why:  # kept as it came, with an open item
        raise BadInput("unreadable", why, value=str(uid))
    return answer


@transaction.atomic
def _judged_and_written(machine, uid, at, direction, holder):
    now, kind = seconds(plant.now()), holder["kind"]
    pk = holder.get(HOLDERS[kind]) if kind in HOLDERS else None
    # Six turnstiles at one moment come one after the other: the second is judged after the first is inside.
    where = locked([f"{kind}:{pk}"] if pk else [])
    hold_single([holder.get("pass_number")])
    if there := _written(machine, uid, direction, holder):
        return there, ""
    late = now - at > PROMPT
    goes_by = TakenUp(None)
    if kind != "vehicle" and not late:
        goes_by = (taken_in if direction == "in" else taken_out)(machine, kind, pk, at, uid)
    record = {
        "uid": str(uid), "at": at, "drift": 0, "direction": direction, "passed": "none", "bundle": APP, "guard": "",
        "verdict": {"verdict": "wait", "reason": ""}, **holder, "temperature": goes_by.readings and goes_by.readings.said(machine.device),
    }  # fmt: skip
    verdict, reason = ("wait", "late") if late else _judged(machine, read(record), now, where)
    if goes_by.nobodys and (pk is None or reason not in HOT):
        give_back(uid, goes_by)  # kept out for another reason, or nobody: whose it was is not known by that
        record["temperature"] = None
    record["verdict"] = {"verdict": verdict, "reason": reason}
    [result] = absorbing.absorb(machine.device, [record], drift=0, short=False)
    why = result.why if result.state == "unreadable" else ""
    return Answer(str(uid), result.state, verdict == "pass" and not why, verdict, reason), why


def _judged(machine, entry, now, where):
    """Return (verdict, reason) of an entry, now: whoever was not measured waits where a machine can measure."""
    ids = {kind: {entry.holder} if entry.kind == kind and entry.holder else set() for kind in HOLDERS}
    numbers = {entry.pass_number} if entry.pass_number else set()
    moment = as_time(now)
    known = known_of(
        moment, moment, people=ids["person"], visits=ids["visitor"], vehicles=ids["vehicle"], passes=numbers
    )
    inside = where[entry.key].seen_from(machine.device.gate, now, known.reach) if entry.key in where else "unknown"
    found = judged(entry._replace(at=now), now, 0, machine.device.gate, known, inside)[0]
    if entry.kind == "vehicle" and entry.pass_number and found.reason != "evacuation":
        return (
            "stop",
            "vehicle_pass",
        )  # nobody measures a vehicle: its driver shows his own pass, and a camera reads its plate
    unmeasured = found.reason == "measure" and entry.kind != "vehicle" and not machine.unmeasured
    return "wait" if unmeasured else found.verdict, found.reason
