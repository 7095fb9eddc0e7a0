"""Reading one record of a crossing as a device sends it: into an `Entry`, or why it cannot be read. Knows no database."""

import json
import math
import re
import uuid
from datetime import UTC, datetime
from typing import NamedTuple

from diba.core import gating
from diba.core.errors import BadInput
from diba.core.gating.facts import KINDS, PASSES
from diba.core.gating.table import VERDICTS

EARLIEST, LATEST = 946_684_800, 4_102_444_800  # s: the years 2000 to 2100
DRIFTS = 400 * 86400  # s; a clock that is further off says nothing
WORD = re.compile(r"[a-z_]{0,20}\Z")
LISTS = re.compile(r"[0-9A-Za-z:._+-]{0,64}\Z")
LONGEST = 300  # characters of a text
IDS = 2**63 - 1
NUMBERS = 2**31 - 1
TEXTS = ("name", "plate", "driver", "passengers", "cargo", "purpose", "host", "note", "forced")
DECLARED = (
    "",
    "no",
    "yes",
)  # whether a visitor was in a risk area of late, as he said at the gate; "": not asked there
HOLDERS = {"person": "person", "visitor": "visit", "vehicle": "vehicle"}


class Unreadable(Exception):
    """A record that cannot be read; str() names the field."""


class Entry(NamedTuple):
    """A record as it was read. at: s since 1970 by the device's clock; drift: s, None where the device does not know it."""

    uid: uuid.UUID
    at: int
    drift: int | None
    direction: str
    kind: str
    holder: int | None  # id of the person, visit or vehicle
    pass_number: int | None
    passed: str
    verdict: str
    reason: str
    lists: str
    refusal: str
    forced: bool
    disinfected: bool
    guard: str
    temperature: gating.Temperature
    said: dict  # what is sealed

    @property
    def went(self):
        """Say whether he passed the gate: let through by the verdict, or against it, and not refused."""
        return not self.refusal and (self.verdict == "pass" or self.forced)

    @property
    def key(self):
        """Return where the presence of the holder stands, or None for somebody nobody knows."""
        return f"{self.kind}:{self.holder}" if self.holder else None

    @property
    def says_whose_pass(self):
        """Say whether it names nobody but the number of a pass that the plant signed: whose it was, the server knows."""
        unsigned = self.passed in ("none", "forged", "unreadable", "other_plant")
        return bool(self.pass_number) and not self.holder and self.kind in HOLDERS and not unsigned

    def identity(self):
        """Return what must be the same when the same number comes again."""
        said = [self.said.get(name, "") for name in ("name", "plate")]
        return json.dumps([self.at, self.direction, self.kind, self.holder, *said], ensure_ascii=False)


def read(record):
    """Return the Entry of one record. Raises Unreadable."""
    if not isinstance(record, dict):
        raise Unreadable("record")
    kind = _one_of(record, "kind", KINDS)
    verdict = record.get("verdict")
    if not isinstance(verdict, dict):
        raise Unreadable("verdict")
    forced = _text(record, "forced")
    taken = _temperature(record.get("temperature"))
    return Entry(
        uid=number_of(record.get("uid")), at=moment(record.get("at"), "at"), drift=drift_of(record.get("drift")),
        direction=_one_of(record, "direction", ("in", "out")), kind=kind, holder=_number(record, HOLDERS.get(kind), IDS),
        pass_number=_number(record, "pass_number", NUMBERS), passed=_one_of({"passed": record.get("passed") or "none"}, "passed", PASSES),
        verdict=_one_of(verdict, "verdict", VERDICTS), reason=_word(verdict, "reason"), lists=_lists(record.get("bundle")),
        refusal=_word(record, "refusal"), forced=bool(forced), disinfected=_truth(record, "disinfected"), guard=_text(record, "guard")[:32],
        temperature=taken, said=_said(record, taken),
    )  # fmt: skip


def moment(value, name):
    """Return whole seconds since 1970. Raises Unreadable."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Unreadable(name)
    if not EARLIEST <= value < LATEST:
        raise Unreadable(name)
    return int(value)


def as_time(seconds):
    """Return seconds since 1970 as a moment."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def count(value):
    """Return a number of things a device tells, 0 where it tells none that can be."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6 else 0


def clean(value, longest=LONGEST):
    """Return a text without what no text has, cut. Raises Unreadable for what is none."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable("text")
    # A lone surrogate is no character: JSON can spell one, UTF-8 cannot hold it.
    return value.replace("\0", "").encode("utf-8", "ignore").decode()[:longest].strip()


def number_of(value):
    """Return the number a device gave a record. Raises Unreadable."""
    try:
        return uuid.UUID(value) if isinstance(value, str) else _fail("uid")
    except ValueError:
        raise Unreadable("uid") from None


def _fail(name):
    raise Unreadable(name)


def drift_of(value):
    """Return s a clock is ahead, None where the device does not know it. Raises Unreadable."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Unreadable("drift")
    return int(value) if abs(value) < DRIFTS else _fail("drift")


def _one_of(data, name, words):
    value = data.get(name)
    return value if isinstance(value, str) and value in words else _fail(name)


def _word(data, name):
    value = data.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) and WORD.match(value) else _fail(name)


def _lists(value):
    return value if isinstance(value, str) and LISTS.match(value) else ""


def _number(data, name, most):
    value = data.get(name) if name else None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= most:
        raise Unreadable(name)
    return value


def _truth(data, name):
    value = data.get(name)
    return value if isinstance(value, bool) else _fail(name) if value is not None else False


def _text(data, name):
    try:
        return clean(data.get(name))
    except Unreadable:
        raise Unreadable(name) from None


def _temperature(value):
    if value is None:
        return gating.Temperature()
    if not isinstance(value, dict):
        raise Unreadable("temperature")
    numbers = {}
    for name in ("first", "at", "second", "second_at"):
        number = value.get(name) or 0
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < LATEST:
            raise Unreadable(f"temperature.{name}")
        numbers[name] = number
    try:
        return gating.Temperature(numbers["first"], numbers["at"], numbers["second"])
    except BadInput as error:
        raise Unreadable(f"temperature.{error.field}") from None


def _said(record, taken):
    """Return what is sealed: who and what, and the readings with how they were taken."""
    said = {name: text for name in TEXTS if (text := _text(record, name))}
    zone = _text(record, "zone")
    if zone:
        said["zone"] = zone
    if declared := _one_of({"declared": record.get("declared") or ""}, "declared", DECLARED):
        said["declared"] = declared
    if taken.first:
        given = record["temperature"]
        said["temperature"] = {
            "first": taken.first, "at": taken.at, "second": taken.second, "second_at": given.get("second_at") or 0,
            **{name: text for name in ("method", "place", "device") if (text := _text(given, name))},
        }  # fmt: skip
    return said
