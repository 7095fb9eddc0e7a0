"""The guards' devices: enrolling one with a code, knowing one by its token, hearing of it, revoking it."""

import hashlib
import secrets
from datetime import timedelta
from itertools import chain, count

from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.lately import Lately
from diba.plant.actions.statements import One

from ..models import Device, EnrolmentCode, Gate
from . import signing
from .signing import plant_number, publics

CODE_LIVES = timedelta(minutes=15)
CODE, TOKEN = 16, 32  # bytes at random
SILENT = timedelta(minutes=15)  # a device not heard of for so long counts as offline


class NoDevice(Exception):
    """A token that opens nothing. revoked: it once did."""

    def __init__(self, revoked=False):
        self.revoked = revoked
        super().__init__("revoked" if revoked else "unknown")


def digest(secret):
    """Return what is kept of a code or token: its SHA-256 in hex. They are random, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_code(gate, *, by):
    """Make a code that enrols one device at a gate within 15 minutes; return (row, code), shown this once."""
    code, moment = secrets.token_urlsafe(CODE), plant.now()
    row = EnrolmentCode.objects.create(
        gate=gate, code_hash=digest(code), made_at=moment, ends_at=moment + CODE_LIVES, by=by
    )
    plant.note(by, "device.code", row)
    return row, code


@transaction.atomic
def enrol(code, name, app):
    """Enrol a device by a code and return (device, token). Raises BadInput: the code is unknown, used or too old.

    A name that another one at the gate has gets a number: most are called what the browser says, and the office must tell them apart.
    """
    row = EnrolmentCode.objects.select_for_update().select_related("gate").filter(code_hash=digest(code)).first()
    moment = plant.now()
    if row is None or row.used_at or row.ends_at <= moment:
        raise BadInput("code", "code")
    token = secrets.token_urlsafe(TOKEN)
    device = Device.objects.create(
        name=_free_name(row.gate, name),
        gate=row.gate,
        token_hash=digest(token),
        app=app,
        enrolled_at=moment,
        by_id=row.by_id,
        heard_at=moment,
        key=signing.current(),
    )
    row.used_at, row.device = moment, device
    row.save(update_fields=["used_at", "device"])
    plant.note(None, "device.enrolled", device)
    return device, token


def _free_name(gate, name):
    """Return a name that no device in use at a gate has: it, or with the first free number after it. Behind the gate's lock."""
    Gate.objects.select_for_update(no_key=True).get(pk=gate.pk)
    taken = set(gate.devices.filter(revoked_at=None).values_list("name", flat=True))
    longest = Device._meta.get_field("name").max_length
    numbered = (name[: longest - len(end)].rstrip() + end for end in (f" {n}" for n in count(2)))
    return next(each for each in chain([name], numbered) if each not in taken)


def welcome(device):
    """Return what a device is told when it is enrolled."""
    return {
        "device": {"id": device.pk, "name": device.name}, "gate": gate_data(device.gate),
        "plant": plant_number().hex(), "keys": publics(),
    }  # fmt: skip


def gate_data(gate):
    return {
        "id": gate.pk, "code": gate.code, "name": gate.name, "zone": gate.zone.code, "phone": gate.phone,
        "directions": gate.directions,
    }  # fmt: skip


_by_token = One(
    lambda digest: Device.objects.select_related("gate__zone").filter(token_hash=digest),
    Device._meta.get_field("token_hash"),
)


def device_of(token):
    """Return the device behind a token. Raises NoDevice."""
    return _in_use(_by_token(digest(token)))


_lately = Lately(_by_token, 2.0)


def device_lately(token):
    """Return the same, as it was at most two seconds ago: for whoever asks `as_now` before anything hangs on it. Raises NoDevice."""
    return _in_use(_lately(digest(token)))


def as_now(device):
    """Return a device as it is now. Raises NoDevice: it was revoked meanwhile."""
    return _in_use(_by_token(device.token_hash))


def _in_use(row):
    if row is None:
        raise NoDevice
    if row.revoked_at:
        raise NoDevice(revoked=True)
    return row


def heard(device, **values):
    """Write down that a device was heard of, and what it said of itself."""
    Device.objects.filter(pk=device.pk).update(heard_at=plant.now(), **values)


@transaction.atomic
def revoke(device, *, by):
    """Let a device do nothing any more; say whether it could until now."""
    done = Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=plant.now(), revoked_by=by)
    if done:
        _lately.forget(device.token_hash)
        plant.note(by, "device.revoked", device)
        transaction.on_commit(_let_go)
    return bool(done)


def keys_for(device, tag):
    """Return (the key that a device's lists are signed by, the key in use), rows: the first is the newest it is known to trust.

    tag: of the lists that it says it holds. That lists which name a new key were sent is no proof that they came through.
    """
    newest = signing.current()
    if device.key_id == newest.pk:
        return newest, newest
    if not tag.endswith(f"-{newest.public[:8]}"):
        return device.key or newest, newest
    Device.objects.filter(pk=device.pk).update(key=newest)
    transaction.on_commit(_let_go)
    return newest, newest


def uninformed():
    """Return the devices that judge by lists and are not known to trust the key in use."""
    return guards().filter(revoked_at=None).exclude(key=signing.current()).select_related("key")


def guards():
    """Return the guards' devices, without what stands for paper and machines."""
    return Device.objects.exclude(key=None)


def _let_go():
    """Destroy the private halves that no device waits for any more."""
    signing.let_go(guards().filter(revoked_at=None).values_list("key__public", flat=True).distinct())


def heard_by_gate():
    """Return {gate id: [(heard of at, queue)]} of the devices in use: the guards' where a gate has any, else its machines'.

    A turnstile that chatters says nothing of a guard's phone that is silent beside it.
    """
    found: dict = {}
    for gate, key, *told in Device.objects.filter(revoked_at=None).values_list("gate_id", "key", "heard_at", "queue"):
        found.setdefault(gate, ([], []))[key is None].append(tuple(told))
    return {gate: guards or machines for gate, (guards, machines) in found.items()}


def others_heard(gate):
    """Return [(name, when it was last heard of, None: never)] of the other gates in use, for a roll that a phone calls; two queries."""
    told = heard_by_gate()
    rows = Gate.objects.filter(active=True).exclude(pk=gate.pk).order_by("code")
    return [
        (name, max((moment for moment, _queue in told.get(pk, ())), default=None))
        for pk, name in rows.values_list("pk", "name")
    ]


def silent_gates():
    """Return [(gate, since)] of gates in use of which nothing is heard now; since None: never a device there."""
    heard_at = {gate: max(moment for moment, _queue in told) for gate, told in heard_by_gate().items()}
    limit = plant.now() - SILENT
    gates = Gate.objects.filter(active=True)
    return [(gate, heard_at.get(gate.pk)) for gate in gates if gate.pk not in heard_at or heard_at[gate.pk] < limit]
