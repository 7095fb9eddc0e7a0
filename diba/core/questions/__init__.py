"""Questionnaires: their form, when a question is asked, what an answer may be, and how an XLSForm becomes one."""

from .answers import checked, is_asked
from .arranging import arranged, depth_of, doubled, free_name, moved, put, removed
from .form import (
    BOUNDED,
    KINDS,
    LONGEST_LABEL,
    MOST,
    MOST_CHOICES,
    SILENT,
    Fault,
    as_items,
    bound,
    choices_of,
    faults_of,
)
from .relevance import Condition, parsed
from .writing import QUOTES, as_sheets
from .xlsform import SHEETS, Refusal, from_sheets

__all__ = [
    "BOUNDED",
    "KINDS",
    "LONGEST_LABEL",
    "MOST",
    "MOST_CHOICES",
    "QUOTES",
    "SHEETS",
    "SILENT",
    "Condition",
    "Fault",
    "Refusal",
    "arranged",
    "as_items",
    "as_sheets",
    "bound",
    "checked",
    "choices_of",
    "depth_of",
    "doubled",
    "faults_of",
    "free_name",
    "from_sheets",
    "is_asked",
    "moved",
    "parsed",
    "put",
    "removed",
]  # fmt: skip
