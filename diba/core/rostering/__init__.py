"""Rosters: the problem, the referee, the search, the explanation, the repair, depth and teams. This is the one face."""

from .advice import Advice, advise
from .changes import Change, differences, points
from .depth import (
    Certificate,
    Depth,
    Fault,
    Loss,
    Outcome,
    PlaceDepth,
    Training,
    bottleneck,
    certify,
    confirm,
    hard_to_replace,
    losses,
    place_depths,
    read_certificate,
    sweep,
    training,
    without,
    write_certificate,
)
from .explain import Explanation, explain, explanation
from .files import from_benchmark, from_json, read_problem, read_roster, to_json, write_roster
from .problem import NO_POST, Cover, Crew, Fairness, Person, Post, Problem, Request, Roster, Shift
from .repair import Repair, keepable, repair
from .rules import Hole, Report, Violation, check, further
from .score import Charge, charges_by, score
from .solve import Solution, solve
from .steps import Step, applied
from .substitutes import Candidate, substitutes
from .teams import Member, Teams, describe, split
from .why import WhyNot, why_not

__all__ = [
    "NO_POST",
    "Advice",
    "Candidate",
    "Certificate",
    "Change",
    "Charge",
    "Cover",
    "Crew",
    "Depth",
    "Explanation",
    "Fairness",
    "Fault",
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
    "Step",
    "Teams",
    "Training",
    "Violation",
    "WhyNot",
    "advise",
    "applied",
    "bottleneck",
    "certify",
    "charges_by",
    "check",
    "confirm",
    "describe",
    "differences",
    "explain",
    "explanation",
    "from_benchmark",
    "from_json",
    "further",
    "hard_to_replace",
    "keepable",
    "losses",
    "place_depths",
    "points",
    "read_certificate",
    "read_problem",
    "read_roster",
    "repair",
    "score",
    "solve",
    "split",
    "substitutes",
    "sweep",
    "to_json",
    "training",
    "why_not",
    "without",
    "write_certificate",
    "write_roster",
]
