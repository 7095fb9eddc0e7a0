"""The key of each response: 32 bytes in a file of its own, so that a copy of the database alone opens nothing.

Who destroys the file destroys every value sealed under it, in the database and in all its backups.
"""

import os
import secrets
import time
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

LENGTH = 32  # bytes: AES-256
CHECKED_EVERY = 2.0  # s; so long may a process go on with a key whose file another process destroyed
_in_force: list = []  # who says under which response a value is sealed now; the models cannot know the actions
_known: dict[int, "_Known"] = {}


class KeyGone(Exception):
    """Something was to be sealed under a response whose key is not there."""

    def __init__(self, response_id):
        self.response_id = response_id
        super().__init__(f"the key of response {response_id} is not in DIBA_HOME/keys: nothing can be written under it")


@dataclass
class _Known:
    cipher: AESGCM
    checked: float  # monotonic seconds


def path(response_id):
    """Return where the key of a response lies."""
    return settings.HOME / "keys" / f"response-{response_id}.key"


def make(response_id):
    """Make the key of a new response, whole or not at all, and have it on the disk before this returns.

    A file that is there belongs to a response whose transaction failed; its key was never lent out and is kept.
    """
    place = path(response_id)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, place)  # unlike a renaming, it never takes the place of a key that is there
    except FileExistsError:
        if place.stat().st_size != LENGTH:
            os.replace(draft, place)
    draft.unlink(missing_ok=True)
    _sync(place.parent)
    _known.pop(response_id, None)


def destroy(response_id):
    """Overwrite the key and take its file away; say whether there was one."""
    place = path(response_id)
    _known.pop(response_id, None)
    try:
        with place.open("r+b") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return False
    place.unlink()
    _sync(place.parent)
    return True


def is_there(response_id):
    """Say whether the key of a response lies where it belongs, whole."""
    try:
        return path(response_id).stat().st_size == LENGTH
    except FileNotFoundError:
        return False


def cipher(response_id):
    """Return the cipher of a response, or None when its key is gone. The file is looked for every two seconds."""
    known, moment = _known.get(response_id), time.monotonic()
    if known and moment - known.checked < CHECKED_EVERY:
        return known.cipher
    try:
        key = path(response_id).read_bytes()
    except FileNotFoundError:
        key = b""
    if len(key) != LENGTH:
        _known.pop(response_id, None)
        return None
    known = _known[response_id] = _Known(AESGCM(key), moment)
    return known.cipher


def in_force_is(answer):
    """Have `answer()` say the id of the response that is sealed under."""
    _in_force[:] = [answer]


def in_force():
    """Return the id of the response that a value written now is sealed under."""
    return _in_force[0]()


def forget():
    """Drop the keys this process holds in memory; they are read anew when they are needed."""
    _known.clear()


def _sync(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
