"""What is known of whoever stands at a gate, and the flags that the table of rules asks about.

Every moment is a whole number of seconds since 1970 (UTC), every temperature tenths of °C: numbers that a device and a
server compare alike. A flag that does not apply is "none".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..errors import BadInput

# Tenths of °C: outside, a thermometer or a thumb is wrong (screening.LOWEST, HIGHEST).
LOWEST, HIGHEST = 340, 430
KINDS = ("person", "visitor", "vehicle", "unknown")
PASSES = ("none", "ok", "forged", "unreadable", "other_plant", "revoked", "expired", "not_yet", "used")
HOLDS = ("none", "held", "barred")  # held: neither in nor out; barred: not in. Why is nothing that a gate knows
HEALTHS = ("none", "ok", "abnormal", "missing")
VISITS = ("none", "asked", "approved", "refused", "withdrawn", "ill")


@dataclass(frozen=True)
class Limits:
    """What the rules count with. threshold in tenths of °C; every span in seconds."""

    threshold: int = 373
    inclusive: bool = False  # True: the threshold itself is a fever
    rest: int = 600  # between a first reading that is too high and the second
    fresh: int = 12 * 3600  # age of the lists from which the guard is warned
    stale: int = 7 * 86400  # age of the lists from which nobody is judged by them
    clean: int = 24 * 3600  # how long a vehicle counts as disinfected
    clock: int = 300  # how far a device's clock may be off
    ahead: int = 14 * 86400  # before a turn of his begins somebody waits for it so long, and stays out
    after: int = 60 * 86400  # after a turn of his ended somebody stays out so long; then he has no turns

    def __post_init__(self) -> None:
        if not LOWEST <= self.threshold <= HIGHEST:
            raise BadInput("out_of_range", "threshold", value=self.threshold)
        for name in ("rest", "fresh", "stale", "clean", "clock", "ahead", "after"):
            if not 0 <= getattr(self, name) <= 400 * 86400:
                raise BadInput("out_of_range", name, value=getattr(self, name))
        if self.fresh > self.stale:
            raise BadInput("fresh_after_stale", "fresh", value=self.fresh)


@dataclass(frozen=True)
class Person:
    """Somebody on the lists. turns: the spans in which he lives in the plant with his team, those over of late too; () for whoever has no turn."""

    zones: tuple[str, ...] = ()
    hold: str = "none"
    hold_until: int = 0  # 0: until it is lifted
    health: str = "none"
    health_until: int = 0  # from then on what was said of his health is too old
    turns: tuple[tuple[int, int], ...] = ()
    left: bool = False

    def __post_init__(self) -> None:
        _one_of("hold", self.hold, HOLDS)
        _one_of("health", self.health, HEALTHS)


@dataclass(frozen=True)
class Visit:
    """A visit as its host knows it. declared: the visitor has said where he was and how he is."""

    state: str = "none"
    begins: int = 0
    ends: int = 0
    declared: bool = False

    def __post_init__(self) -> None:
        _one_of("state", self.state, VISITS)


@dataclass(frozen=True)
class Vehicle:
    """A vehicle. plate: whether it is one that can be; booked: the span for which it is expected, 0 and 0: it is not."""

    plate: bool = True
    begins: int = 0
    ends: int = 0
    disinfected: int = 0  # 0: never
    driver: bool = False  # whether it is known who drives


@dataclass(frozen=True)
class Temperature:
    """Readings in tenths of °C: the first, when it was taken, and the second after a rest. 0: not taken."""

    first: int = 0
    at: int = 0
    second: int = 0

    def __post_init__(self) -> None:
        for name in ("first", "second"):
            value = getattr(self, name)
            if value and not LOWEST <= value <= HIGHEST:
                raise BadInput("out_of_range", name, value=value)
        if self.second and not self.first:
            raise BadInput("second_without_first", "second", value=self.second)


@dataclass(frozen=True)
class Facts:
    """Everything one crossing is judged by. lists_at: when the lists on the device were made; drift: its clock's error in s."""

    at: int
    direction: str
    kind: str
    zone: str = ""
    passed: str = "none"
    lists_at: int = 0
    drift: int = 0
    inside: str = "unknown"
    ways: str = "both"  # which directions the gate is for
    evacuation: bool = False
    person: Person | None = None
    visit: Visit | None = None
    vehicle: Vehicle | None = None
    temperature: Temperature = Temperature()
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        _one_of("direction", self.direction, ("in", "out"))
        _one_of("kind", self.kind, KINDS)
        _one_of("passed", self.passed, PASSES)
        _one_of("inside", self.inside, ("yes", "no", "unknown"))
        _one_of("ways", self.ways, ("in", "out", "both"))


def _one_of(field: str, value: str, words: tuple[str, ...]) -> None:
    if value not in words:
        raise BadInput("unknown_word", field, value=value)


PARTS: dict[str, Callable[..., Any]] = {
    "person": Person,
    "visit": Visit,
    "vehicle": Vehicle,
    "temperature": Temperature,
    "limits": Limits,
}


def facts_from(data: Mapping[str, Any]) -> Facts:
    """Return facts from JSON. Raises BadInput that names the field."""
    try:
        values = {name: _part(name, value) for name, value in data.items()}
        return Facts(**values)
    except TypeError as error:
        raise BadInput("unreadable", "facts", value=str(error)) from error


def _part(name: str, value: Any) -> Any:
    if name not in PARTS or value is None:
        return value
    if not isinstance(value, Mapping):
        raise BadInput("unreadable", name, value=value)
    known = {field.name for field in fields(PARTS[name])}  # type: ignore[arg-type]
    if unknown := set(value) - known:
        raise BadInput("unknown_field", name, value=sorted(unknown)[0])
    return PARTS[name](**{key: _tuples(part) for key, part in value.items()})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value


def is_fever(reading: int, limits: Limits) -> bool:
    """Say whether a reading in tenths of °C is above the threshold, or at it where that counts."""
    return reading > limits.threshold or (limits.inclusive and reading == limits.threshold)


def flags_of(facts: Facts) -> dict[str, str]:
    """Return {flag: word} of what the table asks about."""
    return {
        "direction": facts.direction,
        "kind": facts.kind,
        "pass": facts.passed,
        "evacuation": _yes(facts.evacuation),
        "lists": _lists(facts),
        "clock": "wrong" if abs(facts.drift) > facts.limits.clock else "ok",
        "inside": facts.inside,
        "way": _yes(facts.ways in ("both", facts.direction)),
        "temperature": readings_word(facts),
        **_of_person(facts),
        **_of_visit(facts),
        **_of_vehicle(facts),
    }


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _lists(facts: Facts) -> str:
    age = facts.at - facts.lists_at
    return "expired" if age > facts.limits.stale else "old" if age > facts.limits.fresh else "fresh"


def readings_word(facts: Facts) -> str:
    """none: not taken; normal; high: the first was too high and he rests; fever: so was the second; again: rested, not retaken."""
    taken, limits = facts.temperature, facts.limits
    if not taken.first:
        return "none"
    if not is_fever(taken.first, limits):
        return "normal"
    if not taken.second:
        return "high" if facts.at - taken.at < limits.rest else "again"
    return "fever" if is_fever(taken.second, limits) else "normal"


def _of_person(facts: Facts) -> dict[str, str]:
    person = facts.person
    if person is None:
        return {"listed": "no", "left": "none", "hold": "none", "zone": "none", "turn": "none", "health": "none"}
    over = person.hold_until and facts.at >= person.hold_until
    first, last = facts.at - facts.limits.after, facts.at + facts.limits.ahead
    begun = [begins <= facts.at < ends for begins, ends in person.turns if begins <= last and ends > first]
    return {
        "listed": "yes",
        "left": _yes(person.left),
        "hold": "none" if over else person.hold,
        "zone": _yes(not facts.zone or facts.zone in person.zones),
        "turn": _yes(any(begun) or not begun),
        "health": "missing" if person.health == "ok" and facts.at >= person.health_until else person.health,
    }


def _of_visit(facts: Facts) -> dict[str, str]:
    visit = facts.visit
    if visit is None:
        return {"visit": "none", "declared": "none"}
    state = visit.state
    if state == "approved" and facts.at < visit.begins:
        state = "early"
    elif state == "approved" and facts.at >= visit.ends:
        state = "late"
    return {"visit": state, "declared": _yes(visit.declared)}


def _of_vehicle(facts: Facts) -> dict[str, str]:
    vehicle = facts.vehicle
    if vehicle is None:
        return {"plate": "none", "booked": "none", "disinfected": "none", "driver": "none"}
    booked = "yes" if vehicle.begins <= facts.at < vehicle.ends else "early" if facts.at < vehicle.begins else "no"
    clean = vehicle.disinfected and facts.at - vehicle.disinfected < facts.limits.clean
    return {
        "plate": _yes(vehicle.plate),
        "booked": booked,
        "disinfected": _yes(bool(clean)),
        "driver": _yes(vehicle.driver),
    }
