"""The key the plant signs passes and lists with: the private half a file, the public ones in a table."""

import contextlib
import os
import secrets
import threading

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from diba.plant import actions as plant

from ..models import SigningKey

LENGTH = 32  # bytes
PLANT = 4  # bytes by which a pass names the plant
_known: dict[str, Ed25519PrivateKey] = {}
_making = threading.Lock()


def path():
    """Return where the private key lies."""
    return settings.HOME / "keys" / "gates.key"


def sign(data):
    """Return (64 bytes of signature over the bytes, the public key in hex)."""
    key, public = _key()
    return key.sign(data), public


def verify(signature, data):
    """Say whether one of the plant's keys, old ones among them, signed the bytes."""
    return any(_verified(public, signature, data) for public in publics())


def _verified(public, signature, data):
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def publics():
    """Return the public keys in hex, the one in use first. Passes of older ones stay good until they end."""
    public = _key()[1]
    others = SigningKey.objects.exclude(public=public).values_list("public", flat=True)
    return [public, *others]


def plant_number():
    """Return the 4 bytes by which a pass names this plant."""
    site = plant.site()
    return bytes.fromhex(plant.keyed_hash(f"plant:{site.code if site else ''}"))[:PLANT]


@transaction.atomic
def rotate(*, by):
    """Make a new key that signs from now on; what the old one signed stays good."""
    SigningKey.objects.filter(retired_at=None).update(retired_at=plant.now())
    with _making:
        _write(replace=True)
        _known.clear()
    row = SigningKey.objects.get(public=_key()[1])
    plant.note(by, "gatekey.rotated", row)
    return row


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
        _known[name] = Ed25519PrivateKey.from_private_bytes(raw)
    public = _known[name].public_key().public_bytes_raw().hex()
    if not SigningKey.objects.filter(public=public).exists():
        SigningKey.objects.get_or_create(public=public, defaults={"made_at": plant.now()})
    return _known[name], public


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
