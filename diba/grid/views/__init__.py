"""The grid's pages, a file a subject."""

from .cells import cell, without_cell
from .checkin import checkin, correct
from .contacts import call_back, contact, undo_contact
from .disinfection import round_at, round_codes, round_places, rounds
from .isolation import isolation, isolation_new, isolations
from .person import person
from .returns import return_new, return_one, returns, risk_areas
from .rules import rules
from .supplies import supplies
from .tree import tree
from .zero import sign, zero, zero_days

__all__ = [
    "call_back",
    "cell",
    "checkin",
    "contact",
    "correct",
    "isolation",
    "isolation_new",
    "isolations",
    "person",
    "return_new",
    "return_one",
    "returns",
    "risk_areas",
    "round_at",
    "round_codes",
    "round_places",
    "rounds",
    "rules",
    "sign",
    "supplies",
    "tree",
    "undo_contact",
    "without_cell",
    "zero",
    "zero_days",
]  # fmt: skip
