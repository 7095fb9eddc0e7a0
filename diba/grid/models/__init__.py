"""The grid's tables: policies, check-ins, contacts, cases."""

from .cases import Case, CaseChange, CaseState
from .checkins import CheckIn, Expectation, Flip, Slot
from .contacts import DailyContact, Outcome
from .policies import Policy

__all__ = [
    "Case",
    "CaseChange",
    "CaseState",
    "CheckIn",
    "DailyContact",
    "Expectation",
    "Flip",
    "Outcome",
    "Policy",
    "Slot",
]
