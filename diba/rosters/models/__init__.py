"""The tables of the roster desk, a file a subject."""

from .planning import Duty, Membership, Roster, Split, TeamName

__all__ = ["Duty", "Membership", "Roster", "Split", "TeamName"]
