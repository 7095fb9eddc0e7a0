"""The model of a division: groups that must stay together, Hall's sets added when they are broken, and what is even."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..depth import bottleneck
from .even import Array, Scale, evened
from .links import kind_of, shared, together
from .members import RESERVE, Member

Worth = Callable[[Member], int]

# Costs of each one (person, night, year) by which the most and the least of the teams differ, beyond what one person may
# make. A head weighs more than a year.
UNEVEN_HEADS, UNEVEN_NIGHTS, UNEVEN_YEARS, IN_RESERVE = 20, 2, 1, 3
SETS = 6  # kinds of posts up to which Hall's condition is written down for every set of them at once
FEW = 60  # groups up to which the exact solver is asked for the most even division
NEARLY = 0.2  # share of a post's people who need not be another's for its set to be written down at once


class Division:
    """The model: a group that must stay together goes into one team or the reserve. Hall's sets are added when broken."""

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
        self.most = len(members)
        self.team_of: dict[str, str] = {}
        self.impossible = False

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

    def deepest(self, seconds: float, workers: int, seed: int) -> int | None:
        """Find the greatest smallest depth; return it, or None with `impossible` when it is proven that there is none."""
        ends = time.monotonic() + seconds
        while True:
            cp, place = self._model()
            smallest = cp.new_int_var(0, len(self.members), "smallest")
            self._hall(cp, place, smallest)
            cp.maximize(smallest)
            solver, status = self._solve(cp, place, max(0.2, ends - time.monotonic()), workers, seed)
            if status not in ("OPTIMAL", "FEASIBLE"):
                self.impossible = status == "INFEASIBLE"
                return None
            self.most = min(self.most, int(solver.best_objective_bound + 1e-6))
            depth = solver.value(smallest)
            self._keep(solver, place)
            if not (broken := self._broken(depth)):
                return int(depth)
            self.sets += broken
            if time.monotonic() > ends:
                found = min(self._depths())
                return found if found >= 0 else None

    def most_even(self, depth: int, seconds: float, workers: int, seed: int) -> tuple[int, int]:
        """Make the division as even as the time allows, no team's depth below; return its cost and a proven bound of it."""
        ends, bound = time.monotonic() + seconds, 0
        cost = self._moved(depth, seconds / 2, seed)
        while cost and len(self.groups) <= FEW and (left := ends - time.monotonic()) > 0.1:
            before = dict(self.team_of)
            cp, place = self._model()
            self._hall(cp, place, depth)
            cp.minimize(self._uneven(cp, place))
            solver, status = self._solve(cp, place, left, workers, seed)
            if status not in ("OPTIMAL", "FEASIBLE"):
                break
            bound = max(0, round(solver.best_objective_bound))
            self._keep(solver, place)
            broken = self._broken(depth)
            if not broken and solver.objective_value <= cost:
                cost = round(solver.objective_value)
            else:
                self.team_of = before
            if not broken:
                break
            self.sets += broken
        return cost, min(bound, cost)

    def _moved(self, depth: int, seconds: float, seed: int) -> int:
        """Make the division more even by moving groups; return its cost."""
        ends = time.monotonic() + seconds
        fixed = [any(self.member[who].fixed for who in people) for people in self.groups]
        loose = np.flatnonzero(~np.array(fixed, bool))
        while True:
            before, names = dict(self.team_of), (*self.names, RESERVE)
            team = np.array([names.index(self.team_of[people[0]]) for people in self.groups], np.int64)
            left = max(0.1, ends - time.monotonic())
            found, cost = evened(self._scale(depth), team, loose, len(self.names), left, seed)
            for number, people in enumerate(self.groups):
                self.team_of.update(dict.fromkeys(people, names[found[number]]))
            if not (broken := self._broken(depth)):
                return round(cost)
            self.team_of = before
            if time.monotonic() > ends:
                return round(evened(self._scale(depth), team, loose[:0], len(self.names), left, seed)[1])
            self.sets += broken

    def _scale(self, depth: int) -> Scale:
        kinds = self._kinds()
        weights = [weight for weight, _ in kinds]
        group_of = {who: number for number, people in enumerate(self.groups) for who in people}
        tied = np.zeros((len(self.groups), len(self.bonds)))
        for column, people in enumerate(self.bonds.values()):
            for who in people:
                tied[group_of[who], column] += 1
        return Scale(
            self._sums([worth for _, worth in kinds]), np.array(weights, float),
            np.array([max((worth(member) for member in self.members), default=0) for _, worth in kinds], float),
            tied, np.array([self.soft[kind_of(bond)] for bond in self.bonds], float),
            self._sums([self._in(posts) for posts in self.sets]),
            np.array([sum(self.need[post] for post in posts) + depth for posts in self.sets], float),
            np.array([len(people) for people in self.groups], float), IN_RESERVE,
        )  # fmt: skip

    def _sums(self, worths: Sequence[Worth]) -> Array:
        sums = [[sum(worth(self.member[who]) for who in people) for worth in worths] for people in self.groups]
        return np.array(sums, float).reshape(len(self.groups), len(worths))

    def _in(self, posts: frozenset[str]) -> Worth:
        return lambda member: int(not posts.isdisjoint(member.posts))

    def _model(self) -> tuple[Any, dict[tuple[int, str], Any]]:
        from ortools.sat.python import cp_model

        cp = cp_model.CpModel()
        place = {}
        for number, people in enumerate(self.groups):
            for team in (*self.names, RESERVE):
                place[number, team] = cp.new_bool_var(f"{number}/{team}")
            cp.add_exactly_one(place[number, team] for team in (*self.names, RESERVE))
            for team in {self.member[who].fixed for who in people} - {""}:
                cp.add(place[number, team] == 1)
        if self.groups and not any(member.fixed in self.names for member in self.members):
            # Teams are alike: the largest group is in the first one or in the reserve.
            largest = max(range(len(self.groups)), key=lambda number: len(self.groups[number]))
            for team in self.names[1:]:
                cp.add(place[largest, team] == 0)
        return cp, place

    def _total(self, place: Mapping[tuple[int, str], Any], team: str, worth: Worth) -> Any:
        """Return the sum of what the members of a team are worth."""
        sums = [sum(worth(self.member[who]) for who in people) for people in self.groups]
        return sum(total * place[number, team] for number, total in enumerate(sums) if total)

    def _hall(self, cp: Any, place: Mapping[tuple[int, str], Any], depth: Any) -> None:
        for team in self.names:
            for posts in self.sets:
                able = self._total(place, team, self._in(posts))
                cp.add(able - sum(self.need[post] for post in posts) >= depth)

    def _uneven(self, cp: Any, place: Mapping[tuple[int, str], Any]) -> Any:
        """Return the cost of what teams differ by, of soft bonds that are divided, and of the reserve."""
        cost = [weight * self._apart(cp, place, worth) for weight, worth in self._kinds()]
        cost.append(IN_RESERVE * self._total(place, RESERVE, lambda member: 1))
        return sum(cost) + self._divided(cp, place)

    def _kinds(self) -> list[tuple[int, Worth]]:
        """Return what should lie evenly, with the cost of each one by which it does not."""
        ages = [member.age for member in self.members if member.age is not None]
        mean = round(sum(ages) / len(ages)) if ages else 0
        kinds: list[tuple[int, Worth]] = [
            (UNEVEN_HEADS, lambda member: 1),
            (UNEVEN_HEADS, lambda member: int(member.novice)),
            (UNEVEN_NIGHTS, lambda member: member.nights),
            (UNEVEN_YEARS, lambda member: max(0, member.seniority)),
            (UNEVEN_YEARS, lambda member: mean if member.age is None else member.age),
        ]
        return [*kinds, *((UNEVEN_HEADS, self._in(frozenset([post]))) for post in self.need)]

    def _apart(self, cp: Any, place: Mapping[tuple[int, str], Any], worth: Worth) -> Any:
        """Return by how much more than one person's worth the most and the least of the teams differ: one is even enough."""
        all_together = sum(worth(self.member[who]) for people in self.groups for who in people)
        if len(self.names) == 1 or not all_together:
            return 0
        most, least = cp.new_int_var(0, all_together, ""), cp.new_int_var(0, all_together, "")
        for team in self.names:
            total = self._total(place, team, worth)
            cp.add(total <= most)
            cp.add(total >= least)
        beyond = cp.new_int_var(0, all_together, "")
        cp.add(beyond >= most - least - max(worth(member) for member in self.members))
        return beyond

    def _divided(self, cp: Any, place: Mapping[tuple[int, str], Any]) -> Any:
        group_of = {who: number for number, people in enumerate(self.groups) for who in people}
        cost = []
        for bond, people in self.bonds.items():
            groups = {group_of[who] for who in people}
            marks = []
            for team in self.names if len(groups) > 1 else ():
                mark = cp.new_bool_var("")
                for number in groups:
                    cp.add_implication(place[number, team], mark)
                marks.append(mark)
            if marks:
                beyond = cp.new_int_var(0, len(marks), "")
                cp.add(beyond >= sum(marks) - 1)
                cost.append(self.soft[kind_of(bond)] * beyond)
        return sum(cost)

    def _solve(
        self, cp: Any, place: Mapping[tuple[int, str], Any], seconds: float, workers: int, seed: int
    ) -> tuple[Any, str]:
        from ortools.sat.python import cp_model

        for (number, team), variable in place.items() if self.team_of else ():
            cp.add_hint(variable, int(self.team_of[self.groups[number][0]] == team))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = seed % 2**31
        return solver, solver.status_name(solver.solve(cp))

    def _keep(self, solver: Any, place: Mapping[tuple[int, str], Any]) -> None:
        self.team_of = {
            who: team
            for (number, team), variable in place.items()
            if solver.boolean_value(variable)
            for who in self.groups[number]
        } | dict.fromkeys(self.away, RESERVE)

    def _tight(self, team: str) -> Any:
        return bottleneck(self.need, {m.id: m.posts for m in self.members if self.team_of[m.id] == team})

    def _depths(self) -> list[int]:
        return [self._tight(team).depth for team in self.names]

    def _broken(self, depth: int) -> list[frozenset[str]]:
        """Return the sets of posts by which a team has less depth than it was given."""
        found = (self._tight(team) for team in self.names)
        return sorted({tight.places for tight in found if tight.depth < depth and tight.places}, key=sorted)

    def clash(self) -> Mapping[str, object]:
        largest = max((len(people) for people in self.groups), default=0)
        return {"rule": "bonds", "posts": sorted(self.need), "largest": largest, "people": len(self.members)}
