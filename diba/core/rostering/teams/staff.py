"""The staff to be divided, as groups that stay together, and what a division of it is weighed by."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from .even import Array, Scale
from .links import kind_of, shared, together
from .members import RESERVE, Member

Worth = Callable[[Member], int]

# Costs of each one (person, night, year) by which the most and the least of the teams differ, beyond what one person may
# make. A head weighs more than a year.
UNEVEN_HEADS, UNEVEN_NIGHTS, UNEVEN_YEARS, IN_RESERVE = 20, 2, 1, 3
SETS = 6  # kinds of posts up to which Hall's condition is written down for every set of them at once
NEARLY = 0.2  # share of a post's people who need not be another's for its set to be written down at once


class Staff:
    """Who is divided: a group that must stay together goes into one team or the reserve."""

    def __init__(
        self, members: Sequence[Member], need: Mapping[str, int], names: tuple[str, ...], soft: Mapping[str, int]
    ) -> None:
        self.members, self.names, self.soft = members, names, soft
        self.need = {post: number for post, number in need.items() if number}
        self.member = {member.id: member for member in members}
        free = [member for member in members if member.fixed != RESERVE]
        bonds = shared(free)
        self.bonds = {bond: people for bond, people in bonds.items() if kind_of(bond) in soft}
        self.groups = together(free, {bond: people for bond, people in bonds.items() if kind_of(bond) not in soft})
        self.away = [member.id for member in members if member.fixed == RESERVE]
        self.sets = self._first_sets()

    def _first_sets(self) -> list[frozenset[str]]:
        alike: dict[frozenset[str], set[str]] = {}
        for post in self.need:
            alike.setdefault(frozenset(m.id for m in self.members if post in m.posts), set()).add(post)
        kinds = [frozenset(posts) for posts in alike.values()]
        if len(kinds) > SETS:
            return [*kinds, *self._nested(), frozenset(self.need)]
        masks = range(1, 1 << len(kinds))
        return [frozenset().union(*(kind for n, kind in enumerate(kinds) if mask >> n & 1)) for mask in masks]

    def _nested(self) -> list[frozenset[str]]:
        """Return each post with those whose people can, nearly all, stand there as well: the lower rungs of ladders."""
        able = {post: {m.id for m in self.members if post in m.posts} for post in self.need}
        found = {
            frozenset(
                other for other in able if other == post or len(able[other] - people) <= NEARLY * len(able[other])
            )
            for post, people in able.items()
        }
        return sorted(found, key=sorted)

    def counted(self) -> int:
        """Return a bound of the smallest depth: no team can have more than its share of those who can stand in a set."""
        free = [self.member[who] for people in self.groups for who in people]
        able = [sum(not posts.isdisjoint(member.posts) for member in free) for posts in self.sets]
        needed = [sum(self.need[post] for post in posts) for posts in self.sets]
        teams = len(self.names)
        return min((a // teams - n for a, n in zip(able, needed, strict=True)), default=len(free) // teams)

    def dealt(self) -> dict[str, str]:
        """Return a first division: groups dealt out in turn, who is fixed where he is fixed."""
        team_of = dict.fromkeys(self.away, RESERVE)
        for number, people in enumerate(self.groups):
            fixed = next((self.member[who].fixed for who in people if self.member[who].fixed), "")
            team_of |= dict.fromkeys(people, fixed or self.names[number % len(self.names)])
        return team_of

    def scale(self, depth: int, only_depth: bool = False) -> Scale:
        kinds, share = self.kinds(), 0 if only_depth else 1
        weights = [share * weight for weight, _ in kinds]
        group_of = {who: number for number, people in enumerate(self.groups) for who in people}
        tied = np.zeros((len(self.groups), len(self.bonds)))
        for column, people in enumerate(self.bonds.values()):
            for who in people:
                tied[group_of[who], column] += 1
        return Scale(
            self.sums([worth for _, worth in kinds]), np.array(weights, float),
            np.array([max((worth(member) for member in self.members), default=0) for _, worth in kinds], float),
            tied, np.array([share * self.soft[kind_of(bond)] for bond in self.bonds], float),
            self.sums([self.standing(posts) for posts in self.sets]),
            np.array([sum(self.need[post] for post in posts) + depth for posts in self.sets], float),
            np.array([len(people) for people in self.groups], float), share * IN_RESERVE,
        )  # fmt: skip

    def sums(self, worths: Sequence[Worth]) -> Array:
        sums = [[sum(worth(self.member[who]) for who in people) for worth in worths] for people in self.groups]
        return np.array(sums, float).reshape(len(self.groups), len(worths))

    def standing(self, posts: frozenset[str]) -> Worth:
        return lambda member: int(not posts.isdisjoint(member.posts))

    def kinds(self) -> list[tuple[int, Worth]]:
        """Return what should lie evenly, with the cost of each one by which it does not."""
        ages = [member.age for member in self.members if member.age is not None]
        mean = round(sum(ages) / len(ages)) if ages else 0
        known = [max(0, member.seniority) for member in self.members if member.seniority is not None]
        years = round(sum(known) / len(known)) if known else 0
        kinds: list[tuple[int, Worth]] = [
            (UNEVEN_HEADS, lambda member: 1),
            (UNEVEN_HEADS, lambda member: int(member.novice)),
            (UNEVEN_NIGHTS, lambda member: member.nights),
            (UNEVEN_YEARS, lambda member: years if member.seniority is None else max(0, member.seniority)),
            (UNEVEN_YEARS, lambda member: mean if member.age is None else member.age),
        ]
        return [*kinds, *((UNEVEN_HEADS, self.standing(frozenset([post]))) for post in self.need)]

    def clash(self) -> Mapping[str, object]:
        largest = max((len(people) for people in self.groups), default=0)
        return {"rule": "bonds", "posts": sorted(self.need), "largest": largest, "people": len(self.members)}
