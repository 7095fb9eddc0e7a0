"""The red grid's door: check in, find who is late, reach people, count the double zero."""

from .checkins import check_in, correct, latest
from .contacts import contact, take_back
from .entering import enter_history, set_policy
from .figures import cells, completeness, completeness_of_days, double_zero, not_heard_from
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

__all__ = [
    "asked_from",
    "asked_twice",
    "cells",
    "check_in",
    "completeness",
    "completeness_of_days",
    "contact",
    "correct",
    "double_zero",
    "enter_history",
    "expect",
    "expect_everybody",
    "forget_expectations",
    "latest",
    "not_heard_from",
    "pause_for_absences",
    "policy_on",
    "set_policy",
    "sweep",
    "take_back",
    "unanswered_flips",
]  # fmt: skip
