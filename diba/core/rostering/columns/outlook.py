"""What a schedule of some days costs beyond its cells, when the horizon goes on after them."""

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]


class Outlook(NamedTuple):
    """One person's: each weekend, the state he ends in, straying from the pace, and what can no longer be made good.

    value (states, 2) by state and Saturday flag; low, high: (units of minutes, weekends) between which nothing is charged,
    slope: what each one outside costs; reach (states, 2, weekends + 1): units that can still be served after these days with
    at most so many weekends; owed: units needed from these days on; lost: what each missing one costs.
    """

    weekend: float
    value: Array
    low: Array
    high: Array
    slope: Array
    reach: Array
    owed: int
    lost: float
    counts_weekends: bool

    def missing(self, end: Array) -> int:
        """Return how many units are out of reach after an end (state, units, weekends, Saturday flag)."""
        left = self.reach.shape[2] - 1 - (int(end[2]) if self.counts_weekends else 0)
        if left < 0:
            return self.owed + 1
        return max(0, int(self.owed - end[1] - self.reach[end[0], end[3], left]))

    def cost(self, end: Array) -> float:
        """Return the cost of an end as `Tables.history` gives it: state, units, weekends, Saturday flag."""
        used = end[1:3]
        off = np.maximum(0, self.low - used) + np.maximum(0, used - self.high)
        pace = self.weekend * end[2] + self.value[end[0], end[3]] + self.slope @ off
        return float(pace + self.lost * self.missing(end))
