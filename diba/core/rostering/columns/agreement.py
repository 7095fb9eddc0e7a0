"""Where the relaxed optimum of the whole and a roster agree: kept there, free where they differ most (E. Danna et al. 2005)."""

import numpy as np

from .master import Master
from .pricing import Pricer
from .tables import Array

BLUR = 0.3  # of chance in what is free, that no two tries are the same
ARCS = 100_000_000  # of one sweep over everybody, above which a try takes longer than it brings: 60 million in half a year of 50 people pay


class Agreement:
    """The relaxed optimum in `master`, solved by column generation with `pricer`, as a guide to what a roster should keep."""

    def __init__(self, master: Master, pricer: Pricer) -> None:
        tables = master.tables
        self.tables, self.pricer = tables, pricer
        self.columns = list(zip(master.person, master.schedules, strict=True))
        # How much of each (person, day) each symbol holds.
        self.share = np.zeros((tables.people, tables.days, tables.symbols))
        days = np.arange(tables.days)
        for column in np.nonzero(master.x > 1e-7)[0]:
            self.share[master.person[column], days, master.schedules[column]] += master.x[column]

    @property
    def quick(self) -> bool:
        """Say whether the whole is small enough to be priced again and again."""
        return sum(graph.arcs for graph in self.pricer.graphs if graph) <= ARCS

    def part(self, roster: Array, free: int, rng: np.random.Generator) -> tuple[Master, dict[int, Array]]:
        """Return a master and what is closed to each person, (days, symbols) of 0 or inf, with `free` person-days open."""
        tables = self.tables
        people, days = np.arange(tables.people)[:, None], np.arange(tables.days)
        agreed = self.share[people, days, roster] + BLUR * rng.random(roster.shape)
        kept = np.full(self.share.shape, np.inf)
        kept.reshape(-1, tables.symbols)[np.argsort(agreed, axis=None)[:free]] = 0
        kept[people, days, roster] = 0
        master = Master(tables)
        master.add([(person, roster[person].copy()) for person in range(tables.people)])
        master.add([(p, schedule) for p, schedule in self.columns if np.isfinite(kept[p][days, schedule].sum())])
        return master, dict(enumerate(kept))
