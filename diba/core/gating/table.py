"""The table of rules: read from the top, the first that fits decides. Data, so that a device takes it with its lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import BadInput

VERDICTS = ("pass", "stop", "wait")
FLAGS = {
    "direction": ("in", "out"),
    "kind": ("person", "visitor", "vehicle", "unknown"),
    "pass": ("none", "ok", "forged", "unreadable", "other_plant", "revoked", "expired", "not_yet", "used"),
    "evacuation": ("yes", "no"),
    "lists": ("fresh", "old", "expired"),
    "clock": ("ok", "wrong"),
    "inside": ("yes", "no", "unknown"),
    "way": ("yes", "no"),
    "temperature": ("none", "normal", "high", "again", "fever"),
    "listed": ("yes", "no"),
    "left": ("yes", "no", "none"),
    "hold": ("none", "held", "barred"),
    "zone": ("yes", "no", "none"),
    "turn": ("yes", "no", "none"),
    "health": ("none", "ok", "abnormal", "missing"),
    "visit": ("none", "asked", "approved", "refused", "withdrawn", "ill", "early", "late"),
    "declared": ("yes", "no", "none"),
    "plate": ("yes", "no", "none"),
    "booked": ("yes", "early", "no", "none"),
    "disinfected": ("yes", "no", "none"),
    "driver": ("yes", "no", "none"),
}
ENDS = ("", "hold", "turn", "visit", "booked", "rest")  # what says until when a verdict stands
NEXTS = ("enter", "leave", "measure", "measure_again", "rest", "call_lead", "call_duty", "call_host", "search", "turn_away",
         "isolate", "declare", "disinfect", "register", "check_in", "count")  # fmt: skip
WARNINGS = ("lists_old", "clock_wrong", "exit_without_entry")


@dataclass(frozen=True)
class Rule:
    """One row: when every named flag is one of its words, this is the verdict, why, what the guard does next, and until when."""

    when: Mapping[str, tuple[str, ...]]
    verdict: str
    reason: str
    next: str
    until: str = ""
    warn: str = field(default="")  # one that is not "": a warning only, the next rows decide

    def __post_init__(self) -> None:
        for flag, words in self.when.items():
            if flag not in FLAGS:
                raise BadInput("unknown_flag", "when", value=flag)
            for word in words:
                if word not in FLAGS[flag]:
                    raise BadInput("unknown_word", flag, value=word)
        known = ((self.verdict, VERDICTS, "verdict"), (self.next, NEXTS, "next"), (self.until, ENDS, "until"))
        for word, words, name in known if not self.warn else ((self.warn, WARNINGS, "warn"),):
            if word not in words:
                raise BadInput("unknown_word", name, value=word)


def _rule(verdict: str, reason: str, then: str, until: str = "", **when: str) -> Rule:
    return Rule({_name(flag): tuple(words.split()) for flag, words in when.items()}, verdict, reason, then, until)


def _warn(name: str, **when: str) -> Rule:
    return Rule({_name(flag): tuple(words.split()) for flag, words in when.items()}, "", "", "", warn=name)


def _name(flag: str) -> str:
    return flag.rstrip("_")


TABLE: tuple[Rule, ...] = (
    _warn("lists_old", lists="old expired"),
    _warn("clock_wrong", clock="wrong"),
    _warn("exit_without_entry", direction="out", inside="no"),
    # Out: whoever flees is let out; whoever is held is not let out among others without a word with the health officer.
    _rule("pass", "evacuation", "count", direction="out", evacuation="yes"),
    _rule("stop", "evacuation", "turn_away", direction="in", evacuation="yes"),
    _rule("wait", "held", "call_duty", "hold", direction="out", hold="held"),
    _rule("wait", "fever", "isolate", direction="out", temperature="fever"),
    _rule("wait", "way", "call_duty", direction="out", way="no"),
    _rule("pass", "leaves", "leave", direction="out"),
    # In: the paper first, then what is known of the person, his body, his right, his visit or vehicle.
    _rule("stop", "pass_forged", "search", pass_="forged"),
    _rule("wait", "pass_unreadable", "search", pass_="unreadable"),
    _rule("stop", "pass_other_plant", "turn_away", pass_="other_plant"),
    _rule("stop", "pass_revoked", "search", pass_="revoked"),
    _rule("stop", "held", "call_lead", "hold", hold="held barred"),
    _rule("stop", "left", "turn_away", left="yes"),
    _rule("stop", "visit_ill", "isolate", kind="visitor", visit="ill"),
    _rule("stop", "fever", "isolate", temperature="fever"),
    _rule("wait", "high", "rest", "rest", temperature="high"),
    _rule("wait", "retest", "measure_again", temperature="again"),
    _rule("stop", "abnormal", "call_lead", health="abnormal"),
    _rule("wait", "lists_expired", "call_duty", lists="expired"),
    _rule("stop", "pass_expired", "search", pass_="expired"),
    _rule("stop", "pass_not_yet", "search", pass_="not_yet"),
    _rule("stop", "pass_used", "call_host", pass_="used"),
    _rule("wait", "not_listed", "call_duty", kind="person unknown", listed="no"),
    _rule("stop", "way", "turn_away", way="no"),
    _rule("stop", "zone", "turn_away", zone="no"),
    _rule("stop", "turn", "call_duty", "turn", turn="no"),
    _rule("stop", "visit_withdrawn", "turn_away", kind="visitor", visit="withdrawn"),
    _rule("stop", "visit_refused", "turn_away", kind="visitor", visit="refused"),
    _rule("stop", "visit_late", "call_host", kind="visitor", visit="late"),
    _rule("wait", "visit_early", "call_host", "visit", kind="visitor", visit="early"),
    _rule("wait", "visit_asked", "call_host", kind="visitor", visit="asked"),
    _rule("wait", "no_visit", "register", kind="visitor", visit="none"),
    _rule("wait", "not_declared", "declare", kind="visitor", declared="no"),
    _rule("wait", "plate", "register", kind="vehicle", plate="no none"),
    _rule("wait", "not_booked", "call_duty", kind="vehicle", booked="no none"),
    _rule("wait", "booked_early", "call_duty", "booked", kind="vehicle", booked="early"),
    _rule("wait", "driver", "register", kind="vehicle", driver="no"),
    _rule("wait", "disinfect", "disinfect", kind="vehicle", disinfected="no"),
    _rule("wait", "inside_already", "call_duty", inside="yes"),
    _rule("wait", "not_checked_in", "check_in", kind="person", health="missing none"),
    _rule("pass", "measure", "measure", temperature="none"),
    _rule("pass", "enters", "enter"),
)  # fmt: skip


def as_data(rules: Iterable[Rule] = TABLE) -> list[dict[str, Any]]:
    """Return rules as JSON holds them."""
    return [
        {"when": {flag: list(words) for flag, words in rule.when.items()}, "verdict": rule.verdict, "reason": rule.reason, "next": rule.next, "until": rule.until, "warn": rule.warn}
        for rule in rules
    ]  # fmt: skip


def rules_from(data: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Return rules from JSON; the last must fit everything. Raises BadInput that names the row."""
    rules = []
    for number, row in enumerate(data, 1):
        try:
            when = {str(flag): tuple(map(str, words)) for flag, words in row["when"].items()}
            rules.append(
                Rule(when, row["verdict"], row["reason"], row["next"], row.get("until", ""), row.get("warn", ""))
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise BadInput("unreadable", "rules", number, str(error)) from error
        except BadInput as error:
            raise BadInput(error.reason, error.field, number, error.value) from error
    if not rules or rules[-1].when or rules[-1].warn:
        raise BadInput("no_last_rule", "rules")
    return tuple(rules)
