"""A pass as it stands in a QR code: 24 bytes of what it says and 64 of an Ed25519 signature, in Base32 for a small code.

    version 1 | plant 4 | kind 1 | number 4 | holder 4 | from 4 | until 4 | zones 2   (big-endian; moments in minutes since 1970)

"DB1" + Base32 (RFC 4648, without "=") is 144 characters of a QR code's alphanumeric mode: version 6 at level M. No name,
no telephone, nothing of anybody's health: whoever finds a pass learns a number.
"""

import base64
import binascii
import struct
from collections.abc import Callable, Container
from dataclasses import dataclass

from ..errors import BadInput

HEAD = "DB1"
VERSION = 1
LAYOUT = struct.Struct(">B4sBIIIIH")
SIGNATURE = 64  # bytes
KINDS = ("person", "visitor", "vehicle")
ONCE = 0x80  # bit of the kind: good for one entry


@dataclass(frozen=True)
class Pass:
    """What a pass says. plant: 4 bytes; begins and ends in seconds since 1970, whole minutes; zones: a bit each."""

    plant: bytes
    kind: str
    number: int
    holder: int
    begins: int
    ends: int
    zones: int = 0xFFFF
    once: bool = False

    def __post_init__(self) -> None:
        if len(self.plant) != 4:
            raise BadInput("out_of_range", "plant", value=self.plant.hex())
        if self.kind not in KINDS:
            raise BadInput("unknown_word", "kind", value=self.kind)
        for name, most in (("number", 2**32), ("holder", 2**32), ("zones", 2**16)):
            if not 0 <= getattr(self, name) < most:
                raise BadInput("out_of_range", name, value=getattr(self, name))
        if not 0 <= self.begins < self.ends < 60 * 2**32 or self.begins % 60 or self.ends % 60:
            raise BadInput("out_of_range", "ends", value=self.ends)


def pack(said: Pass) -> bytes:
    """Return the 24 bytes that are signed."""
    kind = KINDS.index(said.kind) | (ONCE if said.once else 0)
    return LAYOUT.pack(
        VERSION, said.plant, kind, said.number, said.holder, said.begins // 60, said.ends // 60, said.zones
    )


def text_of(packed: bytes, signature: bytes) -> str:
    """Return the words of the QR code."""
    return HEAD + base64.b32encode(packed + signature).decode().rstrip("=")


def read(
    text: str,
    *,
    plant: bytes,
    at: int,
    good_until: Callable[[bytes, bytes], int | None],
    revoked: Container[int] = (),
    used: Container[int] = (),
) -> tuple[str, Pass | None]:
    """Return (state, pass) of what was scanned at a moment; the pass is None when it cannot be trusted.

    state: "ok", "unreadable", "forged" (which an altered one is), "other_plant", "revoked", "expired", "not_yet", "used".
    good_until(signature, signed) says until when (s since 1970; 0: without end) what its key signed is good; None: no key of the
    plant signed it.
    """
    said, signature = _unpacked(text)
    if said is None:
        return "unreadable", None
    if said.plant != plant:
        return "other_plant", None
    until = good_until(signature, pack(said))
    if until is None:
        return "forged", None
    if said.number in revoked:
        return "revoked", said
    if at >= said.ends or (until and at >= until):
        return "expired", said
    if at < said.begins:
        return "not_yet", said
    return ("used" if said.once and said.number in used else "ok"), said


def _unpacked(text: str) -> tuple[Pass | None, bytes]:
    body = text.strip().upper()
    if not body.startswith(HEAD):
        return None, b""
    body = body[len(HEAD) :]
    try:
        data = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        return None, b""
    # The bits after the last byte must be nought: one pass, one text.
    if len(data) != LAYOUT.size + SIGNATURE or text_of(data, b"") != HEAD + body:
        return None, b""
    version, plant, kind, number, holder, begins, ends, zones = LAYOUT.unpack(data[: LAYOUT.size])
    if version != VERSION or kind & ~ONCE >= len(KINDS):
        return None, b""
    try:
        said = Pass(plant, KINDS[kind & ~ONCE], number, holder, begins * 60, ends * 60, zones, bool(kind & ONCE))
    except BadInput:
        return None, b""
    return said, data[LAYOUT.size :]
