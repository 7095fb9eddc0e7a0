"""The end of the search: every schedule that could still be part of a better roster, and the integer programme over them.

With duals whose bound is L, a roster cheaper than U holds no schedule of reduced cost above U - L (R. Baldacci et al. 2008).
Where those are few, the programme over all of them is exact: its best is the best there is, and its bound a true one.
"""

import math

from .generation import Clock, price_all
from .graph import INF
from .master import Master
from .neighbourhoods import integer
from .pricing import Pricer
from .tables import Array, whole

MOST = 25_000  # schedules of all people together


def finish(master: Master, pricer: Pricer, roster: Array, clock: Clock, seconds: float) -> tuple[Array, float] | None:
    """Return (best roster, lower bound) by the exact programme, or None when it would be too large."""
    tables = master.tables
    cost = tables.cost(roster)
    total, _ = price_all(master, pricer, master.dual)
    bound = master.fixed_part(master.dual) + total + tables.constant
    gap = cost - 1 - bound
    if total > INF / 2 or gap < 0:
        return None
    cells = master.prices(master.dual)
    columns: list[tuple[int, Array]] = []
    for person in range(tables.people):
        least, _ = pricer.price(person, cells[person])
        found = pricer.within(person, cells[person], least + gap, MOST - len(columns))
        if found is None:
            return None
        columns += [(person, schedule) for schedule in found]
    clock.add(pricer.arcs)
    known = {(person, schedule.tobytes()) for person, schedule in columns}
    columns += [(p, roster[p].copy()) for p in range(tables.people) if (p, roster[p].tobytes()) not in known]
    exact = Master(tables)
    exact.add(columns)
    exact.solve()
    best, proven = integer(exact, math.inf, seconds, roster, clock, room=len(columns))
    return best, min(tables.cost(best), max(bound, whole(proven + tables.constant)))
