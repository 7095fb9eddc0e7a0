"""The rosters' door: divide into teams, ask, draft, publish, man, repair, explain."""

from .advising import (
    advice_on,
    advice_words,
    asked_limits,
    asked_with,
    ends_rule,
    leaves_open,
    renews,
    shortens_absence,
    teaches,
)
from .as_things_stand import as_things_stand
from .asked import asked_words, defaults_on, exceeded, rule_words
from .asking import DEFAULT_RULES, ask, ask_again, ask_now, draft, drop, longest_run, next_free_day, stop_search
from .broken import broken_words
from .candidate_words import broken_phrase, candidate_words
from .comparing import Column, columns_of, differing, shared_days
from .conflicts import conflicts_of, rule_name
from .contradictions import enter_crew_rule
from .corrections import correct, corrections_of
from .crew_problem import rotation_faults
from .crew_rules import (
    apart_rules,
    apart_sentence,
    crew_rules,
    crew_sentence,
    crews_choice,
    end_crew_rule,
    enter_apart_rule,
    group_choices,
    group_words,
    reopen_crew_rule,
)
from .editing import Crossed, Place, edit, edits_since, redo, revise, touched, undo, undoable, version_of
from .fatigue import Load, above_in, days_inside, loads
from .feeds import calendar_of, feed_of, feeds_visible_to, make_feed, revoke_feed, use
from .lacking import lacking, lacking_words
from .limits import (
    LEAST,
    OF_WORK,
    end_waiver,
    level_now,
    limits_on,
    set_limit,
    sign_waiver,
    waivers_between,
    waivers_visible_to,
    worse,
)
from .manning import Board, Gone, Supposed, breach_clock, duties_between, hours_until, manning, window_of
from .notices import Told, tell_again, told_of, unconfirmed
from .overtaken import carry_over, overtaken
from .problems import problem_of
from .publishing import changes_to, publish, replaced_by
from .referee import hear
from .refusals import refusal_words
from .reminding import changed, mine, remind, seen
from .repairing import repairs_for, substitutes_for
from .scoring import Score, Why, score_of, why_not
from .searching import search_on
from .sheet_edits import confirm_sheet, drop_sheet, new_conflicts, take_sheet
from .signing_off import Disputed, coming, sign_off
from .staffing import PostLine, depth, post_lines
from .stand_ins import holes_for, suggestions, why
from .suggesting import Offer, offers_for, urgent_for
from .swap_deciding import agree, approve, refuse, withdraw
from .swap_following import follow_all, lapse
from .swap_steps import duty_of, weigh_swap
from .swaps import ask_on_behalf, ask_swap, givers_for, rostered, swaps_visible_to, take_over
from .teams import adopt, split_in_force, split_staff
from .ways import Figures, Way, figures, find_ways, has_open_ways, open_ways, take
from .wishes import (
    Budget,
    budget,
    call_for_wishes,
    cannot,
    deadline_of,
    first_open_day,
    granted,
    own_absences,
    pattern_of_wishes,
    wish,
    wishes_of,
    withdraw_wish,
)
from .words import clash_words, clash_words_by_key

__all__ = [
    "DEFAULT_RULES",
    "LEAST",
    "OF_WORK",
    "Board",
    "Budget",
    "Column",
    "Crossed",
    "Disputed",
    "Figures",
    "Gone",
    "Load",
    "Offer",
    "Place",
    "PostLine",
    "Score",
    "Supposed",
    "Told",
    "Way",
    "Why",
    "above_in",
    "adopt",
    "advice_on",
    "advice_words",
    "agree",
    "apart_rules",
    "apart_sentence",
    "approve",
    "as_things_stand",
    "ask",
    "ask_again",
    "ask_now",
    "ask_on_behalf",
    "ask_swap",
    "asked_limits",
    "asked_with",
    "asked_words",
    "breach_clock",
    "broken_phrase",
    "broken_words",
    "budget",
    "calendar_of",
    "call_for_wishes",
    "candidate_words",
    "cannot",
    "carry_over",
    "changed",
    "changes_to",
    "clash_words",
    "clash_words_by_key",
    "columns_of",
    "coming",
    "confirm_sheet",
    "conflicts_of",
    "correct",
    "corrections_of",
    "crew_rules",
    "crew_sentence",
    "crews_choice",
    "days_inside",
    "deadline_of",
    "defaults_on",
    "depth",
    "differing",
    "draft",
    "drop",
    "drop_sheet",
    "duties_between",
    "duty_of",
    "edit",
    "edits_since",
    "end_crew_rule",
    "end_waiver",
    "ends_rule",
    "enter_apart_rule",
    "enter_crew_rule",
    "exceeded",
    "feed_of",
    "feeds_visible_to",
    "figures",
    "find_ways",
    "first_open_day",
    "follow_all",
    "givers_for",
    "granted",
    "group_choices",
    "group_words",
    "has_open_ways",
    "hear",
    "holes_for",
    "hours_until",
    "lacking",
    "lacking_words",
    "lapse",
    "leaves_open",
    "level_now",
    "limits_on",
    "loads",
    "longest_run",
    "make_feed",
    "manning",
    "mine",
    "new_conflicts",
    "next_free_day",
    "offers_for",
    "open_ways",
    "overtaken",
    "own_absences",
    "pattern_of_wishes",
    "post_lines",
    "problem_of",
    "publish",
    "redo",
    "refusal_words",
    "refuse",
    "remind",
    "renews",
    "reopen_crew_rule",
    "repairs_for",
    "replaced_by",
    "revise",
    "revoke_feed",
    "rostered",
    "rotation_faults",
    "rule_name",
    "rule_words",
    "score_of",
    "search_on",
    "seen",
    "set_limit",
    "shared_days",
    "shortens_absence",
    "sign_off",
    "sign_waiver",
    "split_in_force",
    "split_staff",
    "stop_search",
    "substitutes_for",
    "suggestions",
    "swaps_visible_to",
    "take",
    "take_over",
    "take_sheet",
    "teaches",
    "tell_again",
    "told_of",
    "touched",
    "unconfirmed",
    "undo",
    "undoable",
    "urgent_for",
    "use",
    "version_of",
    "waivers_between",
    "waivers_visible_to",
    "weigh_swap",
    "why",
    "why_not",
    "window_of",
    "wish",
    "wishes_of",
    "withdraw",
    "withdraw_wish",
    "worse",
]  # fmt: skip
