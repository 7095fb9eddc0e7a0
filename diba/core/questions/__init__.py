"""Questionnaires: their form, when a question is asked, what an answer may be, and how an XLSForm becomes one."""

from .answers import checked, is_asked
from .form import KINDS, LONGEST_LABEL, MOST, MOST_CHOICES, Fault, as_items, faults_of
from .relevance import Condition, parsed
from .xlsform import from_sheets

__all__ = [
    "KINDS",
    "LONGEST_LABEL",
    "MOST",
    "MOST_CHOICES",
    "Condition",
    "Fault",
    "as_items",
    "checked",
    "faults_of",
    "from_sheets",
    "is_asked",
    "parsed",
]  # fmt: skip
