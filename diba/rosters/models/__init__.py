"""The tables of the roster desk, a file a subject."""

from .exchange import Correction, Feed, Reminder, Swap, SwapStep, Wish, WishCall
from .limits import Limit, Rule, Waiver
from .planning import Duty, Membership, Roster, Split, TeamName

__all__ = [
    "Correction", "Duty", "Feed", "Limit", "Membership", "Reminder", "Roster", "Rule", "Split", "Swap", "SwapStep", "TeamName",
    "Waiver", "Wish", "WishCall",
]  # fmt: skip
