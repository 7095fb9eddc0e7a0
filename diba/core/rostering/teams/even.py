"""Making a division more even by moving and swapping groups: many at once are weighed, the best is taken."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
AT_ONCE = 256  # moves weighed in one step
STEPS = 4000
SHORT = 10_000  # what each person short of Hall's condition costs: more than all the rest can win


@dataclass(frozen=True)
class Scale:
    """What a division is weighed by; the last team is the reserve.

    worth[group, kind] with its weight and the difference that costs nothing; tied[group, bond]: people of a soft bond, with
    its price; able[group, set]: people who can stand in a set of posts, and how many every team must have of them.
    """

    worth: Array
    weight: Array
    free: Array
    tied: Array
    price: Array
    able: Array
    least: Array
    people: Array
    reserve: float

    @property
    def all(self) -> Array:
        """Return every column side by side, (groups, columns)."""
        return np.hstack([self.worth, self.tied, self.able, self.people[:, None]])

    def cost(self, sums: Array) -> Array:
        """Return the cost of the teams' sums, (..., teams and reserve, columns)."""
        kinds, bonds = self.worth.shape[1], self.tied.shape[1]
        teams = sums[..., :-1, :]
        apart = teams[..., :kinds].max(-2) - teams[..., :kinds].min(-2)
        divided = np.maximum((teams[..., kinds : kinds + bonds] > 0).sum(-2) - 1, 0)
        missing = np.maximum(self.least - teams[..., kinds + bonds : -1], 0).sum((-1, -2))
        total: Array = np.maximum(apart - self.free, 0) @ self.weight + divided @ self.price + SHORT * missing
        return total + self.reserve * sums[..., -1, -1]


def evened(scale: Scale, team: Array, loose: Array, teams: int, seconds: float, seed: int) -> tuple[Array, float]:
    """Return a division at least as even, and its cost.

    team: (groups,) of 0..teams, the last is the reserve; loose: the groups that may be moved.
    """
    rng, ends = np.random.default_rng(seed), time.monotonic() + seconds
    columns = scale.all
    sums = np.array([columns[team == number].sum(0) for number in range(teams + 1)], float)
    now, best, kept = float(scale.cost(sums)), float(scale.cost(sums)), team.copy()
    heat = max(1.0, now / 200)
    for step in range(STEPS if len(loose) > 1 else 0):
        if best <= 0 or (step % 16 == 0 and time.monotonic() > ends):
            break
        one, other, there = _proposals(rng, team, loose, teams)
        change = _changes(columns, team, one, other, there, teams)
        costs = scale.cost(sums + change)
        chosen = int(costs.argmin())
        cooled = heat * (1 - step / STEPS)
        if costs[chosen] < now or rng.random() < np.exp((now - costs[chosen]) / max(cooled, 1e-9)):
            sums += change[chosen]
            back = team[one[chosen]]
            team[one[chosen]] = there[chosen]
            if other[chosen] >= 0:
                team[other[chosen]] = back
            now = float(costs[chosen])
            if now < best:
                best, kept = now, team.copy()
    return kept, best


def _proposals(rng: np.random.Generator, team: Array, loose: Array, teams: int) -> tuple[Array, Array, Array]:
    """Return moves: a group, another that takes its place (-1: none), and the team it goes to."""
    one, other = rng.choice(loose, AT_ONCE), rng.choice(loose, AT_ONCE)
    alone = (rng.random(AT_ONCE) < 0.4) | (team[one] == team[other])
    there = np.where(alone, rng.integers(0, teams + 1, AT_ONCE), team[other])
    return one, np.where(alone, -1, other), there


def _changes(columns: Array, team: Array, one: Array, other: Array, there: Array, teams: int) -> Array:
    change = np.zeros((len(one), teams + 1, columns.shape[1]))
    moves = np.arange(len(one))
    gone = columns[one] - np.where((other >= 0)[:, None], columns[other], 0)
    change[moves, team[one]] -= gone
    change[moves, there] += gone
    return change
