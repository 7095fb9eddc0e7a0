"""May this person or vehicle come in? One table of rules, judged the same on a guard's device and on the server."""

from .facts import Facts, Limits, Person, Temperature, Vehicle, Visit, facts_from, readings_word
from .judge import Verdict, judge
from .names import name_key
from .passes import Pass, pack, read, text_of
from .table import FLAGS, TABLE, Rule, as_data, rules_from

__all__ = [
    "FLAGS",
    "TABLE",
    "Facts",
    "Limits",
    "Pass",
    "Person",
    "Rule",
    "Temperature",
    "Vehicle",
    "Verdict",
    "Visit",
    "as_data",
    "facts_from",
    "judge",
    "name_key",
    "pack",
    "read",
    "readings_word",
    "rules_from",
    "text_of",
]
