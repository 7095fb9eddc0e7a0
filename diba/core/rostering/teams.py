"""Teams A, B and reserve: each of A and B mans every post alone, nobody is split from those he lives with."""

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import BadInput, NoSolution
from .depth import bottleneck

TEAMS = ("A", "B", "R")


@dataclass(frozen=True)
class Member:
    """Somebody who may be put into a team.

    posts he can stand at; bonds: keys of what he shares with others and must not be divided between A and B (household,
    room, bus); seniority: years, or any number that should lie evenly; fixed: "A", "B" or "R" when that is settled.
    """

    id: str
    posts: frozenset[str]
    bonds: frozenset[str] = frozenset()
    seniority: int = 0
    fixed: str = ""

    def __post_init__(self) -> None:
        if self.fixed not in ("", *TEAMS):
            raise BadInput("unknown_team", "fixed", self.id, self.fixed)


@dataclass(frozen=True)
class Teams:
    """Who is where, and each team's figures: size, depth on one day, its tightest posts, mean seniority."""

    team_of: Mapping[str, str]
    depth: Mapping[str, int]
    tightest: Mapping[str, tuple[str, ...]]
    size: Mapping[str, int]
    seniority: Mapping[str, float]
    proven: bool


def split(
    members: Sequence[Member], need: Mapping[str, int], *, seconds: float = 10, workers: int = 2, seed: int = 1,
    spare: int = 0,
) -> Teams:  # fmt: skip
    """Divide the members so that the smaller depth of A and B is the largest there is, then evenly.

    need: post -> people a team needs there on one day, over all its watches (nobody stands two watches a day), times what
    days off ask for; spare: people beyond the need each team should have at every post where there are enough.
    Raises NoSolution with the posts, the number two teams need and the number there is.
    """
    _count(members, need)
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    place: dict[tuple[str, str], Any] = {}
    for member in members:
        for team in TEAMS:
            place[member.id, team] = cp.new_bool_var(f"{member.id}/{team}")
        cp.add_exactly_one(place[member.id, team] for team in TEAMS)
        if member.fixed:
            cp.add(place[member.id, member.fixed] == 1)
    _bonds(cp, place, members)
    depths = [_team(cp, place, members, need, team) for team in ("A", "B")]
    smaller = cp.new_int_var(0, len(members), "smaller")
    for depth in depths:
        cp.add(smaller <= depth)
    uneven = _evenness(cp, place, members, need)
    reserve = sum(place[member.id, "R"] for member in members)
    # Depth first, then balance, then a reserve as small as the rest allows: whoever is in a team is rehearsed in it.
    cp.maximize(smaller * 10_000 + sum(depths) * 100 - uneven * 5 - reserve)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed % 2**31
    status = solver.solve(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        if status == cp_model.INFEASIBLE:
            raise NoSolution([_bonds_clash(members, need)])
        raise NoSolution([{"rule": "time", "seconds": round(seconds)}])
    team_of = {
        member.id: next(team for team in TEAMS if solver.boolean_value(place[member.id, team])) for member in members
    }
    return describe(members, need, team_of, proven=status == cp_model.OPTIMAL)


def describe(
    members: Sequence[Member], need: Mapping[str, int], team_of: Mapping[str, str], *, proven: bool = False
) -> Teams:
    """Return the figures of a given division."""
    depth, tightest, size, seniority = {}, {}, {}, {}
    for team in TEAMS:
        here = [member for member in members if team_of.get(member.id) == team]
        found = bottleneck(need, {member.id: member.posts for member in here})
        depth[team], tightest[team], size[team] = found.depth, tuple(sorted(found.places)), len(here)
        seniority[team] = round(sum(member.seniority for member in here) / len(here), 1) if here else 0.0
    return Teams(dict(team_of), depth, tightest, size, seniority, proven)


def _count(members: Sequence[Member], need: Mapping[str, int]) -> None:
    """Refuse what counting alone forbids: two teams need twice the posts' people."""
    twice = {post: 2 * number for post, number in need.items()}
    found = bottleneck(twice, {member.id: member.posts for member in members if member.fixed != "R"})
    if found.depth < 0:
        raise NoSolution([{
            "rule": "two_teams", "posts": sorted(found.places), "needed": found.needed, "a_team": found.needed // 2,
            "available": found.available, "short": -found.depth,
        }])  # fmt: skip


def _bonds(cp: Any, place: Mapping[tuple[str, str], Any], members: Sequence[Member]) -> None:
    bound: dict[str, list[str]] = defaultdict(list)
    for member in members:
        for bond in member.bonds:
            bound[bond].append(member.id)
    for people in bound.values():
        for first, then in itertools.pairwise(people):
            # A chain is not enough: a reserve between two must not let them fall into A and B.
            for team, other in (("A", "B"), ("B", "A")):
                cp.add_implication(place[first, team], ~place[then, other])
        for index, first in enumerate(people):
            for then in people[index + 2 :]:
                cp.add_implication(place[first, "A"], ~place[then, "B"])
                cp.add_implication(place[first, "B"], ~place[then, "A"])


def _classes(members: Sequence[Member], need: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Return the sets of posts that can be a bottleneck: every non-empty set of posts, merged by who can man them."""
    by_people: dict[frozenset[str], list[str]] = defaultdict(list)
    for post, number in need.items():
        if number:
            by_people[frozenset(member.id for member in members if post in member.posts)].append(post)
    merged = list(by_people.values())
    if len(merged) > 10:
        return [tuple(posts) for posts in merged] + [tuple(post for posts in merged for post in posts)]
    sets = []
    for mask in range(1, 1 << len(merged)):
        sets.append(tuple(post for index, posts in enumerate(merged) if mask >> index & 1 for post in posts))
    return sets


def _team(
    cp: Any, place: Mapping[tuple[str, str], Any], members: Sequence[Member], need: Mapping[str, int], team: str
) -> Any:
    """Require Hall's condition in a team and return the variable of its depth."""
    depth = cp.new_int_var(0, len(members), f"depth {team}")
    for posts in _classes(members, need):
        able = sum(place[member.id, team] for member in members if member.posts & set(posts))
        cp.add(able - sum(need[post] for post in posts) >= depth)
    return depth


def _evenness(cp: Any, place: Mapping[tuple[str, str], Any], members: Sequence[Member], need: Mapping[str, int]) -> Any:
    """Return the sum of what A and B differ by: people at each post, people in all, and years (by fives)."""
    differences = []
    weights: list[dict[str, int]] = [{m.id: 1 for m in members if post in m.posts} for post in need]
    weights += [{m.id: 1 for m in members}, {m.id: max(0, m.seniority) // 5 for m in members}]
    for weight in weights:
        difference = cp.new_int_var(0, sum(weight.values()) or 0, "")
        signed = sum(number * (place[who, "A"] - place[who, "B"]) for who, number in weight.items() if number)
        cp.add(signed <= difference)
        cp.add(-signed <= difference)
        differences.append(difference)
    return sum(differences)


def _bonds_clash(members: Sequence[Member], need: Mapping[str, int]) -> Mapping[str, object]:
    largest: dict[str, int] = defaultdict(int)
    for member in members:
        for bond in member.bonds:
            largest[bond] += 1
    return {"rule": "bonds", "posts": sorted(need), "largest": max(largest.values(), default=0), "people": len(members)}
