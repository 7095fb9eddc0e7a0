"""Rosters: the problem, the referee, the search, the explanation, the repair, depth and teams. This is the one face."""

from .changes import Change, differences, points
from .depth import (
    Depth,
    Loss,
    Outcome,
    PlaceDepth,
    bottleneck,
    hard_to_replace,
    losses,
    place_depths,
    sweep,
    without,
)
from .explain import explain
from .files import from_benchmark, from_json, read_problem, read_roster, to_json, write_roster
from .problem import NO_POST, Cover, Crew, Fairness, Person, Post, Problem, Request, Roster, Shift
from .repair import Repair, keepable, repair
from .rules import Hole, Report, Violation, check, further
from .solve import Solution, solve
from .substitutes import Candidate, substitutes
from .teams import Member, Teams, describe, split

__all__ = [
    "NO_POST",
    "Candidate",
    "Change",
    "Cover",
    "Crew",
    "Depth",
    "Fairness",
    "Hole",
    "Loss",
    "Member",
    "Outcome",
    "Person",
    "PlaceDepth",
    "Post",
    "Problem",
    "Repair",
    "Report",
    "Request",
    "Roster",
    "Shift",
    "Solution",
    "Teams",
    "Violation",
    "bottleneck",
    "check",
    "describe",
    "differences",
    "explain",
    "from_benchmark",
    "from_json",
    "further",
    "hard_to_replace",
    "keepable",
    "losses",
    "place_depths",
    "points",
    "read_problem",
    "read_roster",
    "repair",
    "solve",
    "split",
    "substitutes",
    "sweep",
    "to_json",
    "without",
    "write_roster",
]  # fmt: skip
