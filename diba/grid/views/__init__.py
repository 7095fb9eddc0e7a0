"""The grid's pages, a file a subject."""

from .cells import cell, contact, undo_contact
from .checkin import checkin, correct
from .person import person

__all__ = ["cell", "checkin", "contact", "correct", "person", "undo_contact"]
