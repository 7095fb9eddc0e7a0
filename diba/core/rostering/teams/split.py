"""Dividing the staff: first the greatest smallest depth there is, then the most even division that has it."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...errors import NoSolution
from ..depth import bottleneck
from .division import Division
from .members import RESERVE, Member, Teams, describe, team_names

SOFT: Mapping[str, int] = {"bus": 5}  # cost of each further team on one bus; other bonds are never divided
FIRST = 0.5  # share of the time that the search for depth may take


def split(
    members: Sequence[Member], need: Mapping[str, int], *, teams: int = 2, seconds: float = 8, workers: int = 2,
    seed: int = 1, soft: Mapping[str, int] = SOFT, contacts: Iterable[tuple[str, str]] = (),
) -> Teams:  # fmt: skip
    """Divide the members so that the smallest depth of a team is the largest there is, then evenly.

    need: post -> people a team needs there on one day, over all its watches (nobody stands two watches a day), times what
    days off ask for. soft: kind of bond -> cost of each further team that shares one; bonds of other kinds are never
    divided, the reserve counted as a team, unless the member is in the reserve for a settled reason (`fixed`). Even are the
    people in all and at each post, novices, nights, years and age; the reserve is kept small, since who is in a team is
    rehearsed in it. Raises BadInput, and NoSolution with the posts, the number all teams need and the number there is.
    """
    names = team_names(teams)
    _count(members, need, teams)
    model = Division(members, need, names, soft)
    deadline = time.monotonic() + seconds
    depth = model.deepest(FIRST * seconds, workers, seed)
    if depth is None:
        raise NoSolution([model.clash() if model.impossible else {"rule": "time", "seconds": round(seconds)}])
    uneven = model.most_even(depth, max(0.3, deadline - time.monotonic()), workers, seed)
    found = describe(members, need, model.team_of, teams=teams, contacts=contacts)
    return replace(
        found, most=model.most, proven=found.smallest >= model.most, uneven=uneven[0], least_uneven=uneven[1]
    )


def _count(members: Sequence[Member], need: Mapping[str, int], teams: int) -> None:
    """Refuse what counting alone forbids: n teams need n times the posts' people."""
    times = {post: teams * number for post, number in need.items()}
    found = bottleneck(times, {member.id: member.posts for member in members if member.fixed != RESERVE})
    if found.depth < 0:
        raise NoSolution([{
            "rule": "two_teams" if teams == 2 else "teams", "posts": sorted(found.places), "needed": found.needed,
            "teams": teams, "a_team": found.needed // teams, "available": found.available, "short": -found.depth,
        }])  # fmt: skip
