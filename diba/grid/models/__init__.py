"""The grid's tables: policies, check-ins, contacts, cases."""

from .callbacks import CallBack, Found
from .cases import Case, CaseChange, CaseFacts, CaseReport, CaseState, CaseTest
from .checkins import CheckIn, Expectation, Flip, Slot
from .contacts import DailyContact, Method, Outcome
from .copied import LookedAt
from .disinfection import Agent, DisinfectedPlace, DisinfectionRound
from .drills import Played, PlayedStep
from .escalations import Escalation
from .guardians import GuardianConsent
from .isolation import Cause, IsolationChange, IsolationKind, IsolationNeed, IsolationOrder, PersonTest
from .links import LinkUse, PersonalLink
from .policies import Policy
from .profiles import PLACE_WORDS, PLAIN_WORDS, DiseaseProfile, ProfileInForce, ProfileVersion
from .reminders import CheckInReminder, ReminderChoice
from .returns import Return, ReturnChange, ReturnRule, RiskArea, RiskLevel
from .risks import RiskContact, RiskJudgement, RiskKind
from .samples import Finding, LabFile, LabResult, Sample, SampleKind, TypedResult
from .screening import Answer, Campaign, Exclusion, ExclusionReason, Questionnaire, QuestionnaireStep, Round, Target
from .supplies import SupplyItem, SupplyMove
from .tracing import Contact, ContactFollower, ContactStep, FollowUp
from .zero import ZeroReport

__all__ = [
    "PLACE_WORDS",
    "PLAIN_WORDS",
    "Agent",
    "Answer",
    "CallBack",
    "Campaign",
    "Case",
    "CaseChange",
    "CaseFacts",
    "CaseReport",
    "CaseState",
    "CaseTest",
    "Cause",
    "CheckIn",
    "CheckInReminder",
    "Contact",
    "ContactFollower",
    "ContactStep",
    "DailyContact",
    "DiseaseProfile",
    "DisinfectedPlace",
    "DisinfectionRound",
    "Escalation",
    "Exclusion",
    "ExclusionReason",
    "Expectation",
    "Finding",
    "Flip",
    "FollowUp",
    "Found",
    "GuardianConsent",
    "IsolationChange",
    "IsolationKind",
    "IsolationNeed",
    "IsolationOrder",
    "LabFile",
    "LabResult",
    "LinkUse",
    "LookedAt",
    "Method",
    "Outcome",
    "PersonTest",
    "PersonalLink",
    "Played",
    "PlayedStep",
    "Policy",
    "ProfileInForce",
    "ProfileVersion",
    "Questionnaire",
    "QuestionnaireStep",
    "ReminderChoice",
    "Return",
    "ReturnChange",
    "ReturnRule",
    "RiskArea",
    "RiskContact",
    "RiskJudgement",
    "RiskKind",
    "RiskLevel",
    "Round",
    "Sample",
    "SampleKind",
    "Slot",
    "SupplyItem",
    "SupplyMove",
    "Target",
    "TypedResult",
    "ZeroReport",
]  # fmt: skip
