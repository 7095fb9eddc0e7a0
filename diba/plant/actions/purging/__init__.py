"""The end of a response: its personal data are destroyed by a job that two people ordered, and a certificate says so."""

from .clearing import Clearing, Kept, answers, of_response, uncovered
from .ordering import CannotPurge, approve, carry_on, dry_run, obstacles, propose, purges_of, withdraw
from .running import certificate, is_true, purge_job

__all__ = [
    "CannotPurge", "Clearing", "Kept", "answers", "approve", "carry_on", "certificate", "dry_run", "is_true", "obstacles", "of_response",
    "propose", "purge_job", "purges_of", "uncovered", "withdraw",
]  # fmt: skip
