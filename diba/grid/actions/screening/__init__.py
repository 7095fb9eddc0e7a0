"""Screening campaigns: questionnaires, an audience frozen at the start, answers, samples, coverage correct to the person."""

from .answering import answer, answers_of, asked_of, correct_answer, open_round, read_answer
from .audience import audience, draft, drop, freeze, start, stop
from .counting import Standing, by_unit, missing, standing
from .excluding import APPROVERS, approve, exclude, lift
from .panel import panel
from .questionnaires import copy_of, from_workbook, keep, new_questionnaire
from .reach import campaigns_for, reach, targets_for

__all__ = [
    "APPROVERS",
    "Standing",
    "answer",
    "answers_of",
    "approve",
    "asked_of",
    "audience",
    "by_unit",
    "campaigns_for",
    "copy_of",
    "correct_answer",
    "draft",
    "drop",
    "exclude",
    "freeze",
    "from_workbook",
    "keep",
    "lift",
    "missing",
    "new_questionnaire",
    "open_round",
    "panel",
    "reach",
    "read_answer",
    "standing",
    "start",
    "stop",
    "targets_for",
]  # fmt: skip
