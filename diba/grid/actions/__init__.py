"""The red grid's door: check in, find who is late, reach people, count the double zero."""

from .callbacks import call_back, drawn
from .cells import leading, load_limit, put_into_cell, without_cell
from .checkins import check_in, correct, latest
from .contacts import contact, take_back
from .entering import enter_history, set_policy
from .figures import cells, completeness, completeness_of_days, day_of_grid, double_zero, not_heard_from
from .policies import policy_on
from .sweep import (
    asked_from,
    asked_twice,
    expect,
    expect_everybody,
    forget_expectations,
    pause_for_absences,
    sweep,
    unanswered_flips,
)
from .tree import tree
from .zero import ask_to_sign, cell_days, sentence, sign

__all__ = [
    "ask_to_sign",
    "asked_from",
    "asked_twice",
    "call_back",
    "cell_days",
    "cells",
    "check_in",
    "completeness",
    "completeness_of_days",
    "contact",
    "correct",
    "day_of_grid",
    "double_zero",
    "drawn",
    "enter_history",
    "expect",
    "expect_everybody",
    "forget_expectations",
    "latest",
    "leading",
    "load_limit",
    "not_heard_from",
    "pause_for_absences",
    "policy_on",
    "put_into_cell",
    "sentence",
    "set_policy",
    "sign",
    "sweep",
    "take_back",
    "tree",
    "unanswered_flips",
    "without_cell",
]  # fmt: skip
