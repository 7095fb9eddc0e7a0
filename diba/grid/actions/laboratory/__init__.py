"""Samples and the laboratory's files: registered, read, matched, queued where they do not match, taken back."""

from .files import confirm, drop, dry_run, rows_of, undo
from .queue import assign, discard, queue_of, results_of
from .reading import FIELDS, read_sheets
from .samples import register, register_sheet, withdraw

__all__ = [
    "FIELDS",
    "assign",
    "confirm",
    "discard",
    "drop",
    "dry_run",
    "queue_of",
    "read_sheets",
    "register",
    "register_sheet",
    "results_of",
    "rows_of",
    "undo",
    "withdraw",
]  # fmt: skip
