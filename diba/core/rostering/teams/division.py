"""The search for a division: moving groups first, the exact solver where that does not settle it."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..depth import bottleneck
from .even import Array, evened
from .links import kind_of
from .members import RESERVE, Member
from .staff import IN_RESERVE, Staff, Worth

FEW = 60  # groups up to which the exact solver is asked for the most even division


class Division(Staff):
    """A division on its way. Hall's sets are added to the model when one is broken."""

    def __init__(
        self, members: Sequence[Member], need: Mapping[str, int], names: tuple[str, ...], soft: Mapping[str, int]
    ) -> None:
        super().__init__(members, need, names, soft)
        self.most = len(members)
        self.team_of: dict[str, str] = {}
        self.impossible = False

    def deepest(self, seconds: float, workers: int, seed: int) -> int | None:
        """Find the greatest smallest depth; return it, or None with `impossible` when it is proven that there is none.

        What counting allows is looked for by moving groups first, which mostly finds it; else the exact solver decides.
        """
        ends = time.monotonic() + seconds
        self.most = self.counted()
        self.team_of = self.dealt()
        if self._reaches(self.most, seconds / 4, seed):
            return self.most
        found = self._solved(ends, workers, seed)
        if found is None and not self.impossible:
            depths = range(self.most - 1, -1, -1)
            found = next((depth for depth in depths if self._reaches(depth, seconds / 8, seed)), None)
        return found

    def _reaches(self, depth: int, seconds: float, seed: int) -> bool:
        """Move groups until every team has a depth; say whether they all have."""
        if depth < 0 or any(len({self.member[who].fixed for who in people} - {""}) > 1 for people in self.groups):
            return False
        self._moved(depth, seconds, seed, only_depth=True)
        return min(self._depths()) >= depth

    def _solved(self, ends: float, workers: int, seed: int) -> int | None:
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

    def _moved(self, depth: int, seconds: float, seed: int, *, only_depth: bool = False) -> int:
        """Move groups until every team has a depth and then, unless only that is asked, to a more even division; return
        its cost. The division stays as it was when a team would lose its depth.
        """
        ends, before = time.monotonic() + seconds, dict(self.team_of)
        fixed = [any(self.member[who].fixed for who in people) for people in self.groups]
        loose = np.flatnonzero(~np.array(fixed, bool))
        while True:
            left = max(0.1, ends - time.monotonic())
            found, cost = evened(self.scale(depth, only_depth), self._places(), loose, len(self.names), left, seed)
            for number, people in enumerate(self.groups):
                self.team_of.update(dict.fromkeys(people, (*self.names, RESERVE)[found[number]]))
            new = [posts for posts in self._broken(depth) if posts not in self.sets]
            if not new or time.monotonic() > ends:
                break
            self.sets += new
        if not only_depth and min(self._depths()) < depth:
            self.team_of = before
            cost = evened(self.scale(depth), self._places(), loose[:0], len(self.names), 0.0, seed)[1]
        return round(cost)

    def _places(self) -> Array:
        names = (*self.names, RESERVE)
        return np.array([names.index(self.team_of[people[0]]) for people in self.groups], np.int64)

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
                able = self._total(place, team, self.standing(posts))
                cp.add(able - sum(self.need[post] for post in posts) >= depth)

    def _uneven(self, cp: Any, place: Mapping[tuple[int, str], Any]) -> Any:
        """Return the cost of what teams differ by, of soft bonds that are divided, and of the reserve."""
        cost = [weight * self._apart(cp, place, worth) for weight, worth in self.kinds()]
        cost.append(IN_RESERVE * self._total(place, RESERVE, lambda member: 1))
        return sum(cost) + self._divided(cp, place)

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
