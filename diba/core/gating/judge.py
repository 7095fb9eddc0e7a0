"""The judge: flags of the facts against the table, from the top."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .facts import Facts, flags_of
from .table import FLAGS, TABLE, Rule


@dataclass(frozen=True)
class Verdict:
    """What the guard is told. until: seconds since 1970 until which it stands, 0 when nobody knows; warnings beside it."""

    verdict: str
    reason: str
    next: str
    until: int = 0
    warnings: tuple[str, ...] = ()


def judge(facts: Facts, rules: Sequence[Rule] = TABLE) -> Verdict:
    """Return the verdict of the first rule that fits; the last fits everything."""
    flags = flags_of(facts)
    rule, warnings = _looked_up(tuple(flags.values())) if rules is TABLE else _first(flags, rules)
    return Verdict(rule.verdict, rule.reason, rule.next, _until(facts, rule.until), warnings)


@lru_cache(maxsize=4096)
def _looked_up(words: tuple[str, ...]) -> tuple[Rule, tuple[str, ...]]:
    """Return what `_first` finds in the TABLE: thousands cross with the same words. words: those of FLAGS, in order."""
    return _first(dict(zip(FLAGS, words, strict=True)), TABLE)


def _first(flags: Mapping[str, str], rules: Sequence[Rule]) -> tuple[Rule, tuple[str, ...]]:
    """Return the first rule that fits and decides, and the warnings of those that fit before it."""
    warnings: list[str] = []
    for rule in rules:
        if all(flags[flag] in words for flag, words in rule.when.items()):
            if not rule.warn:
                return rule, tuple(warnings)
            warnings.append(rule.warn)
    raise AssertionError("rules_from and TABLE end with a rule that fits everything")


def _until(facts: Facts, name: str) -> int:
    if name == "hold" and facts.person:
        return facts.person.hold_until
    if name == "turn" and facts.person:
        return min((begins for begins, _ends in facts.person.turns if begins > facts.at), default=0)
    if name == "visit" and facts.visit:
        return facts.visit.begins
    if name == "booked" and facts.vehicle:
        return facts.vehicle.begins
    if name == "rest":
        return facts.temperature.at + facts.limits.rest
    return 0
