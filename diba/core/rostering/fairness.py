"""Burdens to be shared out evenly in a team: nights, weekends, duties, any kind of watch; past periods counted in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..errors import BadInput
from .parts import LARGEST, Shift, within

ALWAYS = ("nights", "weekends", "duties")


@dataclass(frozen=True)
class Fairness:
    """Cost of each night (weekend duty, duty) by which the most and the least burdened of a team differ.

    kinds: the same for the duties of a shift, or of the shifts of a kind: {shift id or kind: cost}.
    """

    nights: int = 0
    weekends: int = 0
    duties: int = 0
    kinds: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def check(self, shifts: Iterable[Shift]) -> None:
        """Raise BadInput when a weight is out of range or a kind is none of the shifts'."""
        for name in ALWAYS:
            within(name, getattr(self, name), 0, LARGEST, "fairness")
        known = kinds_of(shifts)
        for kind, weight in self.kinds.items():
            if kind in ALWAYS or kind not in known:
                raise BadInput("unknown_kind", "fairness", value=kind)
            within("fairness", weight, 0, LARGEST, kind)


@dataclass(frozen=True)
class Burden:
    """The duties of one kind: on these shifts, on these days (None: every day)."""

    kind: str
    weight: int
    shifts: frozenset[str]
    days: frozenset[int] | None = None

    def counts(self, day: int, shift: str) -> bool:
        """Say whether a duty is one of them."""
        return shift in self.shifts and (self.days is None or day in self.days)


def kinds_of(shifts: Iterable[Shift]) -> frozenset[str]:
    """Return the names that a burden may have beside nights, weekends and duties: the shifts' ids and kinds."""
    return frozenset(name for shift in shifts for name in (shift.id, shift.kind) if name)


def burdens(fairness: Fairness, shifts: Iterable[Shift], weekend: frozenset[int]) -> tuple[Burden, ...]:
    """Return every burden, those of weight 0 too. weekend: its days."""
    every = frozenset(shift.id for shift in shifts)
    night = frozenset(shift.id for shift in shifts if shift.night)
    found = [
        Burden("nights", fairness.nights, night),
        Burden("weekends", fairness.weekends, every, weekend),
        Burden("duties", fairness.duties, every),
    ]
    for kind, weight in fairness.kinds.items():
        found.append(Burden(kind, weight, frozenset(shift.id for shift in shifts if kind in (shift.id, shift.kind))))
    return tuple(found)
