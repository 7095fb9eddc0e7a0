"""The tables of the roster desk, a file a subject."""

from .editing import Acceptance, Edit, SheetUpload
from .exchange import Correction, Feed, Reminder, Swap, SwapStep, Wish, WishCall
from .limits import Limit, Rule, Waiver
from .planning import Duty, Membership, Roster, Split, TeamName

__all__ = [
    "Acceptance", "Correction", "Duty", "Edit", "Feed", "Limit", "Membership", "Reminder", "Roster", "Rule", "SheetUpload", "Split", "Swap", "SwapStep", "TeamName",
    "Waiver", "Wish", "WishCall",
]  # fmt: skip
