"""Bringing the office's workbook in: read, show what would happen, confirm, take back."""

from .columns import READ, Unreadable, header_of
from .desk import Collision, again, as_json, confirm, drop, dry_run, remember, undo
from .entries import Plan
from .planning import plan
from .sheets import bytes_of, sheets_of
from .template import export_register, template_workbook
from .words import REASONS, FileRefused, field_words, file_words, refusal_words, value_words

__all__ = [
    "READ",
    "REASONS",
    "Collision",
    "FileRefused",
    "Plan",
    "Unreadable",
    "again",
    "as_json",
    "bytes_of",
    "confirm",
    "drop",
    "dry_run",
    "export_register",
    "field_words",
    "file_words",
    "header_of",
    "plan",
    "refusal_words",
    "remember",
    "sheets_of",
    "template_workbook",
    "undo",
    "value_words",
]  # fmt: skip
