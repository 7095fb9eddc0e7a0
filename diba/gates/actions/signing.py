"""The keys the plant signs passes and lists with: the private halves files, the public ones in a table."""

import contextlib
import os
import secrets
import threading
from datetime import timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import SigningKey

LENGTH = 32  # bytes
PLANT = 4  # bytes by which a pass names the plant
LONGEST = timedelta(days=401)  # so long after a new key passes of an old one may be good: as long as any pass
_known: dict[str, Ed25519PrivateKey] = {}
_making = threading.Lock()


def path():
    """Return where the private key lies."""
    return settings.HOME / "keys" / "gates.key"


def older(public):
    """Return where the private half of a key lies that signs lists only, for devices that know no newer one."""
    return path().with_name(f"gates-{public[:16]}.key")


def sign(data, older_key=None):
    """Return (64 bytes of signature over the bytes, the public key in hex).

    older_key: the row of one that is to sign; where its private half is no more, the one in use signs.
    """
    key, public = _key()
    if older_key is not None and older_key.public != public:
        with contextlib.suppress(FileNotFoundError):
            return _private(older(older_key.public).read_bytes()).sign(data), older_key.public
    return key.sign(data), public


def _private(raw):
    return Ed25519PrivateKey.from_private_bytes(raw)


def speaks(row):
    """Say whether an older key can still sign lists: its private half is there."""
    return older(row.public).exists()


def good_until(signature, data):
    """Return until when (s, 0: without end) what the key signed is good that signed these bytes; None: none of the plant's."""
    _key()
    for public, until in SigningKey.objects.values_list("public", "passes_until"):
        if _verified(public, signature, data):
            return int(until.timestamp()) if until else 0
    return None


def _verified(public, signature, data):
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def publics():
    """Return the public keys in hex, the one in use first."""
    return list(pass_keys())


def pass_keys():
    """Return {public key in hex: until when (s, 0: without end) its passes are good}, the one in use first."""
    public = _key()[1]
    rows = dict(SigningKey.objects.values_list("public", "passes_until"))
    rows = {public: rows.pop(public), **rows}
    return {name: int(until.timestamp()) if until else 0 for name, until in rows.items()}


def current():
    """Return the row of the key in use."""
    return SigningKey.objects.get(public=_key()[1])


def plant_number():
    """Return the 4 bytes by which a pass names this plant."""
    site = plant.site()
    return bytes.fromhex(plant.keyed_hash(f"plant:{site.code if site else ''}"))[:PLANT]


@transaction.atomic
def rotate(until, *, by, instead_of=""):
    """Make a new key that signs from now on; passes of those before are good until a moment (None: now). Return its row. Raises BadInput.

    instead_of: how the key begins that was seen in use; another one stands there already: nothing is done.
    """
    moment = plant.now()
    until = until or moment
    if not moment <= until <= moment + LONGEST:
        raise BadInput("out_of_range", "until")
    was = SigningKey.objects.select_for_update().get(pk=current().pk)
    if was.public != _key()[1] or not was.public.startswith(instead_of):
        raise BadInput("key_changed")
    SigningKey.objects.filter(passes_until=None).update(passes_until=until)
    SigningKey.objects.filter(retired_at=None).update(retired_at=moment)
    with _making:
        with contextlib.suppress(FileExistsError):
            os.link(path(), older(was.public))  # signs for the devices that know no newer one
        _write(replace=True)
        _known.clear()
    row = current()
    plant.note(by, "gatekey.rotated", row, detail=f"until={until:%Y-%m-%d}")
    return row


def let_go(needed):
    """Destroy the private halves of older keys, but of those (public, in hex) that some device still needs."""
    kept = {older(public) for public in needed}
    for place in path().parent.glob("gates-*.key"):
        if place not in kept:
            place.unlink(missing_ok=True)


def _key():
    """Return (private key, public key in hex) as the file says, made on first use; the public one stands in the table."""
    place = path()
    try:
        raw = place.read_bytes()
    except FileNotFoundError:
        with _making:
            _write(replace=False)
        raw = place.read_bytes()
    name = raw.hex()
    if name not in _known:
        _known.clear()
        _known[name] = _private(raw)
    key = _known[name]
    public = key.public_key().public_bytes_raw().hex()
    if not SigningKey.objects.filter(public=public).exists():
        SigningKey.objects.get_or_create(public=public, defaults={"made_at": plant.now()})
    return key, public


def _write(*, replace):
    """Write a new key, whole or not at all, and have it on the disk before this returns."""
    place = path()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes_raw())
        file.flush()
        os.fsync(file.fileno())
    if replace:
        os.replace(draft, place)
        return
    with contextlib.suppress(FileExistsError):
        os.link(draft, place)  # never takes the place of a key that is there
    draft.unlink(missing_ok=True)
