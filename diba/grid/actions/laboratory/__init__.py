"""Samples and the laboratory's files: registered, read, matched, queued where they do not match, taken back."""

from .files import confirm, drop, dry_run, rows_of, undo
from .queue import assign, discard, queue_of, results_of
from .reading import FIELDS, read_sheets
from .samples import POOL, members_of, register, register_sheet, samples_of, withdraw
from .typed import confirm_typed, result_of, take_back_typed, type_in, waiting

__all__ = [
    "FIELDS",
    "POOL",
    "assign",
    "confirm",
    "confirm_typed",
    "discard",
    "drop",
    "dry_run",
    "members_of",
    "queue_of",
    "read_sheets",
    "register",
    "register_sheet",
    "result_of",
    "results_of",
    "rows_of",
    "samples_of",
    "take_back_typed",
    "type_in",
    "undo",
    "waiting",
    "withdraw",
]  # fmt: skip
