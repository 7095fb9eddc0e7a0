"""The end of the search: every schedule that could still be part of a better roster, and the integer programme over them.

With duals whose bound is L, a roster cheaper than U holds no schedule of reduced cost above U - L (R. Baldacci et al. 2008).
Where those are few, the programme over all of them is exact: its best is the best there is, and its bound a true one. Where
they are too many, those nearest to the bound alone make a programme that may find a better roster and proves nothing.
"""

import math

from .generation import Clock
from .graph import INF
from .master import Master
from .neighbourhoods import integer
from .pricing import Pricer
from .tables import Array, whole

MOST = 25_000  # schedules of all people together
PARTS = (0.5, 0.25, 0.1, 0.0)  # of the gap, when there are too many in the whole of it


def finish(
    master: Master, pricer: Pricer, roster: Array, clock: Clock, seconds: float, *, nearest: bool = False
) -> tuple[Array, float] | None:
    """Return (best roster, lower bound) by the exact programme, or None when it would be too large.

    nearest: take part of the schedules then; the bound is that of the duals.
    """
    tables = master.tables
    cost = tables.cost(roster)
    cells = master.prices(master.dual)
    least = [pricer.price(person, cells[person])[0] for person in range(tables.people)]
    bound = master.fixed_part(master.dual) + sum(least) + tables.constant
    gap = cost - 1 - bound
    if sum(least) > INF / 2 or gap < 0:
        return None
    for part in (1.0, *PARTS) if nearest else (1.0,):
        columns = _within(pricer, cells, [each + part * gap for each in least])
        if columns is not None:
            break
    clock.add(pricer.arcs)
    if columns is None:
        return None
    known = {(person, schedule.tobytes()) for person, schedule in columns}
    columns += [(p, roster[p].copy()) for p in range(tables.people) if (p, roster[p].tobytes()) not in known]
    exact = Master(tables)
    exact.add(columns)
    exact.solve()
    best, proven = integer(exact, math.inf, seconds, roster, clock, room=len(columns))
    true = whole(proven + tables.constant) if part == 1.0 else -math.inf
    return best, min(tables.cost(best), max(bound, true))


def _within(pricer: Pricer, cells: list[Array], limits: list[float]) -> list[tuple[int, Array]] | None:
    """Return everybody's schedules of at most his limit, or None when there are too many."""
    columns: list[tuple[int, Array]] = []
    for person, limit in enumerate(limits):
        found = pricer.within(person, cells[person], limit, MOST - len(columns))
        if found is None:
            return None
        columns += [(person, schedule) for schedule in found]
    return columns
