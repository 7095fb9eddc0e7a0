"""The tables of the roster desk, a file a subject."""

from .crews import ApartRule, CrewRule, RotationKey
from .editing import Acceptance, Edit, Notice, SheetUpload
from .exchange import Correction, Feed, Reminder, Swap, SwapStep, Wish, WishCall
from .limits import Limit, Rule, Waiver
from .living_in import Diet, Finding, Isolation, Room, Sample, Stay, Turn
from .planning import Duty, Membership, Roster, Split, TeamName
from .sweeps import Sweep, WhatIf
from .training import Training, TrainingStep
from .volunteers import Attendance, CallNeed, CallUp, GateDuty, GateSwap, Invitation, Reply, Skill, Volunteer

__all__ = [
    "Acceptance",
    "ApartRule",
    "Attendance",
    "CallNeed",
    "CallUp",
    "Correction",
    "CrewRule",
    "Diet",
    "Duty",
    "Edit",
    "Feed",
    "Finding",
    "GateDuty",
    "GateSwap",
    "Invitation",
    "Isolation",
    "Limit",
    "Membership",
    "Notice",
    "Reminder",
    "Reply",
    "Room",
    "Roster",
    "RotationKey",
    "Rule",
    "Sample",
    "SheetUpload",
    "Skill",
    "Split",
    "Stay",
    "Swap",
    "SwapStep",
    "Sweep",
    "TeamName",
    "Training",
    "TrainingStep",
    "Turn",
    "Volunteer",
    "Waiver",
    "WhatIf",
    "Wish",
    "WishCall",
]  # fmt: skip
