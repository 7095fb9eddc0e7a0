"""Who is divided, and the figures of a division."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ...errors import BadInput
from ..depth import bottleneck
from .links import Link, links

RESERVE = "R"
LETTERS = "ABCDEFGHIJKLMNOPQSTUVWXYZ"  # R is the reserve


@dataclass(frozen=True)
class Member:
    """Somebody who may be put into a team.

    posts he can stand at; bonds: "kind:key" of what he shares with others (household, room, bus, couple); seniority, age:
    years, None where unknown; nights: those of the past weeks, or any burden that should lie evenly; novice: not yet to be left alone; fixed: a
    team's letter or "R" when that is settled.
    """

    id: str
    posts: frozenset[str]
    bonds: frozenset[str] = frozenset()
    seniority: int | None = None
    fixed: str = ""
    age: int | None = None
    nights: int = 0
    novice: bool = False

    def __post_init__(self) -> None:
        if self.fixed not in ("", RESERVE, *LETTERS):
            raise BadInput("unknown_team", "fixed", self.id, self.fixed)


@dataclass(frozen=True)
class Teams:
    """Who is where, and each team's figures: depth on one day, its tightest posts, size, means, people able at each post.

    proven: no division has a greater smallest depth; otherwise none has more than `most`. uneven: cost of what the teams
    differ by beyond one person (0: nothing), least_uneven: a proven lower bound of it; None where nobody looked for better.
    links: what teams share all the same.
    """

    team_of: Mapping[str, str]
    depth: Mapping[str, int]
    tightest: Mapping[str, tuple[str, ...]]
    size: Mapping[str, int]
    seniority: Mapping[str, float | None]
    proven: bool
    most: int | None = None
    uneven: int | None = None
    least_uneven: int | None = None
    age: Mapping[str, float | None] = field(default_factory=dict)
    nights: Mapping[str, float] = field(default_factory=dict)
    novices: Mapping[str, int] = field(default_factory=dict)
    posts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    @property
    def smallest(self) -> int:
        """Return the depth of the team that survives fewest absences."""
        return min(depth for team, depth in self.depth.items() if team != RESERVE)


def team_names(teams: int) -> tuple[str, ...]:
    """Return the letters of so many teams. Raises BadInput."""
    if isinstance(teams, bool) or not isinstance(teams, int) or not 1 <= teams <= len(LETTERS):
        raise BadInput("out_of_range", "teams", value=teams)
    return tuple(LETTERS[:teams])


def describe(
    members: Sequence[Member], need: Mapping[str, int], team_of: Mapping[str, str], *, teams: int | None = None,
    contacts: Iterable[tuple[str, str]] = (),
) -> Teams:  # fmt: skip
    """Return the figures of a given division. teams: their number; by default A, B and whatever letters are used."""
    letters = sorted({"A", "B", *team_of.values()} - {RESERVE}) if teams is None else team_names(teams)
    names = (*letters, RESERVE)
    here = {team: [member for member in members if team_of.get(member.id) == team] for team in names}
    tight = {team: bottleneck(need, {member.id: member.posts for member in here[team]}) for team in names}
    return Teams(
        dict(team_of), {team: tight[team].depth for team in names},
        {team: tuple(sorted(tight[team].places)) for team in names}, {team: len(here[team]) for team in names},
        {team: _mean([member.seniority for member in here[team] if member.seniority is not None]) for team in names}, False, None, None, None,
        {team: _mean([member.age for member in here[team] if member.age is not None]) for team in names},
        {team: _mean([member.nights for member in here[team]]) or 0.0 for team in names},
        {team: sum(member.novice for member in here[team]) for team in names},
        {team: {post: sum(post in member.posts for member in here[team]) for post in need} for team in names},
        links(members, team_of, contacts),
    )  # fmt: skip


def _mean(values: Sequence[int]) -> float | None:
    return round(sum(values) / len(values), 1) if values else None
