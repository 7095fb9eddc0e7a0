"""The rosters' door: divide into teams, ask, draft, publish, man, repair, explain."""

from .as_things_stand import as_things_stand
from .asking import DEFAULT_RULES, ask, ask_now, draft, drop, next_free_day
from .manning import Board, Gone, Supposed, breach_clock, duties_between, hours_until, manning
from .problems import problem_of
from .publishing import changes_to, publish
from .repairing import repairs_for, substitutes_for
from .staffing import PostLine, depth, post_lines
from .teams import adopt, split_in_force, split_staff
from .ways import Figures, Way, figures, find_ways, open_ways, take
from .words import clash_words

__all__ = [
    "DEFAULT_RULES", "Board", "Figures", "Gone", "PostLine", "Supposed", "Way", "adopt", "as_things_stand", "ask",
    "ask_now", "breach_clock", "changes_to", "clash_words", "depth", "draft", "drop", "duties_between", "figures",
    "find_ways", "hours_until", "manning", "next_free_day", "open_ways", "post_lines", "problem_of", "publish",
    "repairs_for", "split_in_force", "split_staff", "substitutes_for", "take",
]  # fmt: skip
