"""The grid's tables: policies, check-ins, contacts, cases."""

from .callbacks import CallBack, Found
from .cases import Case, CaseChange, CaseState
from .checkins import CheckIn, Expectation, Flip, Slot
from .contacts import DailyContact, Method, Outcome
from .policies import Policy
from .zero import ZeroReport
from .samples import Finding, LabFile, LabResult, Sample, SampleKind
from .screening import Answer, Campaign, Exclusion, ExclusionReason, Questionnaire, Round, Target

__all__ = [
    "CallBack",
    "Case",
    "CaseChange",
    "CaseState",
    "CheckIn",
    "DailyContact",
    "Expectation",
    "Flip",
    "Found",
    "Method",
    "Outcome",
    "Policy",
    "Slot",
    "ZeroReport",
    "Answer", "Campaign", "Exclusion", "ExclusionReason", "Finding", "LabFile", "LabResult", "Questionnaire", "Round", "Sample",
    "SampleKind", "Target",
]  # fmt: skip
