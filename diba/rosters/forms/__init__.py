"""What the roster desk accepts from outside, a file a subject."""

from .crews import ApartRuleForm, CrewRuleForm
from .exchange import Away, Behalf, FeedName, Proposal, TakeOver, WishCallForm, WishForm, Words
from .limits import LimitForm, WaiverForm
from .planning import Division, MoreSeconds, Question, Reason, SheetFile
from .scoring import WhyForm

__all__ = [
    "ApartRuleForm",
    "Away",
    "Behalf",
    "CrewRuleForm",
    "Division",
    "FeedName",
    "LimitForm",
    "MoreSeconds",
    "Proposal",
    "Question",
    "Reason",
    "SheetFile",
    "TakeOver",
    "WaiverForm",
    "WhyForm",
    "WishCallForm",
    "WishForm",
    "Words",
]
