"""The grid's tables: policies, check-ins, contacts, cases."""

from .callbacks import CallBack, Found
from .cases import Case, CaseChange, CaseState
from .checkins import CheckIn, Expectation, Flip, Slot
from .contacts import DailyContact, Method, Outcome
from .policies import Policy
from .samples import Finding, LabFile, LabResult, Sample, SampleKind
from .screening import Answer, Campaign, Exclusion, ExclusionReason, Questionnaire, Round, Target
from .zero import ZeroReport

__all__ = [
    "Answer",
    "CallBack",
    "Campaign",
    "Case",
    "CaseChange",
    "CaseState",
    "CheckIn",
    "DailyContact",
    "Exclusion",
    "ExclusionReason",
    "Expectation",
    "Finding",
    "Flip",
    "Found",
    "LabFile",
    "LabResult",
    "Method",
    "Outcome",
    "Policy",
    "Questionnaire",
    "Round",
    "Sample",
    "SampleKind",
    "Slot",
    "Target",
    "ZeroReport",
]  # fmt: skip
