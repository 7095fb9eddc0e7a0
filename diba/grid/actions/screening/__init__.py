"""Screening campaigns: questionnaires, an audience frozen at the start, answers, samples, coverage correct to the person."""

from .answering import answer, answers_of, asked_of, correct_answer, open_round, read_answer, still_to_answer
from .audience import audience, draft, drop, freeze, start, stop
from .building import double, keep, last_step, move, put, redo, remove, rename, steps_around, undo
from .counting import Standing, by_unit, missing, standing
from .excluding import APPROVERS, approve, exclude, lift
from .panel import panel
from .questionnaires import (
    SORTS,
    bring_back,
    copy_of,
    duplicate,
    from_workbook,
    new_questionnaire,
    on_offer,
    questionnaires,
    retire,
)
from .reach import campaigns_for, reach, targets_for

__all__ = [
    "APPROVERS",
    "SORTS",
    "Standing",
    "answer",
    "answers_of",
    "approve",
    "asked_of",
    "audience",
    "bring_back",
    "by_unit",
    "campaigns_for",
    "copy_of",
    "correct_answer",
    "double",
    "draft",
    "drop",
    "duplicate",
    "exclude",
    "freeze",
    "from_workbook",
    "keep",
    "last_step",
    "lift",
    "missing",
    "move",
    "new_questionnaire",
    "on_offer",
    "open_round",
    "panel",
    "put",
    "questionnaires",
    "reach",
    "read_answer",
    "redo",
    "remove",
    "rename",
    "retire",
    "standing",
    "start",
    "steps_around",
    "still_to_answer",
    "stop",
    "targets_for",
    "undo",
]  # fmt: skip
