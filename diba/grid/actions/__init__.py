"""The red grid's door: check in, find who is late, reach people, count the double zero."""

from .callbacks import call_back, drawn
from .case_facts import enter_facts
from .case_facts import enter_test as enter_case_test
from .case_reports import sent as report_sent
from .cases import judge_case, open_case, suspect, undo_judgement
from .cells import leading, load_limit, put_into_cell, without_cell
from .checkins import check_in, correct, latest, newest
from .contacts import contact, take_back
from .disinfecting import agents, ask_about_rounds, disinfect, keep_agent, keep_place
from .due import asked_from, due_at, later_dues
from .entering import enter_history, set_policy
from .escalating import escalate, forget_steps
from .expecting import expect_everybody
from .figures import cells, completeness, completeness_of_days, day_of_grid, double_zero, not_heard_from
from .follow_ups import visit as visit_contact
from .following import ask_about_isolation, enter_test, follow
from .isolated import orders_visible_to, standings
from .isolating import bring, hand_over, isolate, move, restart, want
from .pausing import pause_for_absences, settle_pauses
from .policies import policy_on
from .profiles import enter_version, new_profile, new_version, put_in_force, symptom_words, version_asked, version_on
from .releasing import propose_release, refuse_release, release, withdraw
from .reminding import choose_reminders, forget_reminders, remind, wants_reminders
from .returned import returns_visible_to
from .returning import clear_return, declare_return, judge_return
from .risk_list import enter_area
from .supplying import issue, issue_to_cell, keep_item, receive, stocks, warn_of_supplies
from .sweep import asked_twice, expect, forget_expectations, sweep, unanswered_flips
from .tracing import contacts_of_case
from .tracing import decide as decide_contacts
from .tree import tree
from .zero import ask_to_sign, cell_days, sentence, sign

__all__ = [
    "agents",
    "ask_about_isolation",
    "ask_about_rounds",
    "ask_to_sign",
    "asked_from",
    "asked_twice",
    "bring",
    "call_back",
    "cell_days",
    "cells",
    "check_in",
    "choose_reminders",
    "clear_return",
    "completeness",
    "completeness_of_days",
    "contact",
    "contacts_of_case",
    "correct",
    "day_of_grid",
    "decide_contacts",
    "declare_return",
    "disinfect",
    "double_zero",
    "drawn",
    "due_at",
    "enter_area",
    "enter_case_test",
    "enter_facts",
    "enter_history",
    "enter_test",
    "enter_version",
    "escalate",
    "expect",
    "expect_everybody",
    "follow",
    "forget_expectations",
    "forget_reminders",
    "forget_steps",
    "hand_over",
    "isolate",
    "issue",
    "issue_to_cell",
    "judge_case",
    "judge_return",
    "keep_agent",
    "keep_item",
    "keep_place",
    "later_dues",
    "latest",
    "leading",
    "load_limit",
    "move",
    "new_profile",
    "new_version",
    "newest",
    "not_heard_from",
    "open_case",
    "orders_visible_to",
    "pause_for_absences",
    "policy_on",
    "propose_release",
    "put_in_force",
    "put_into_cell",
    "receive",
    "refuse_release",
    "release",
    "remind",
    "report_sent",
    "restart",
    "returns_visible_to",
    "sentence",
    "set_policy",
    "settle_pauses",
    "sign",
    "standings",
    "stocks",
    "suspect",
    "sweep",
    "symptom_words",
    "take_back",
    "tree",
    "unanswered_flips",
    "undo_judgement",
    "version_asked",
    "version_on",
    "visit_contact",
    "want",
    "wants_reminders",
    "warn_of_supplies",
    "withdraw",
    "without_cell",
]
