"""Long horizons: graphs narrowed to an even pace for the first roster, then window after window with care.

A year's graph that tells every number of minutes and weekends apart is too large. One that keeps each person near an even
pace (as his days off allow) is a thousand times smaller; what it leaves out are only rosters that nobody would want.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .generation import Clock
from .neighbourhoods import Neighbourhoods
from .tables import MANY, Array, Tables

AHEAD, WEEKENDS = 6, 2  # duties and weekends that anybody may be off the even pace
WINDOW, STEP = 28, 21  # days looked at together, days from one window to the next


def banded(tables: Tables) -> Tables:
    """Return the same problem with everybody's graph narrowed to the even pace."""
    open_days = np.isfinite(tables.cell[:, :, 1:]).any(2)
    before = np.concatenate([np.zeros((tables.people, 1)), np.cumsum(open_days, 1)], axis=1)
    share = before / np.maximum(1, before[:, -1:])
    return replace(tables, band=tuple(_band(tables, p, share[p]) for p in range(tables.people)), tight=True)


def _band(tables: Tables, person: int, share: Array) -> Array:
    """Return (days + 1, 4): least and most units, weekends counted at least and at most. share: of his open days gone."""
    limits, units = tables.limits[person], tables.automata[person].units
    reach = int(units.max()) * tables.days
    most, least, duty = min(limits.most, reach), max(0, limits.least), int(units.max())
    band = np.zeros((tables.days + 1, 4), np.int64)
    if least > 0 or most < reach:
        band[:, 0] = np.maximum(0, np.floor(least * share) - AHEAD * duty)
        band[:, 1] = np.minimum(most, np.ceil(most * share) + AHEAD * duty)
    even = np.arange(tables.days + 1) / tables.days
    weekends = min(limits.weekends, tables.days)
    band[:, 2] = 0 if limits.weekends >= MANY else np.maximum(0, np.floor(weekends * even) - WEEKENDS)
    band[:, 3] = weekends if limits.weekends >= MANY else np.minimum(weekends, np.ceil(weekends * even) + WEEKENDS)
    return band


def sweep(around: Neighbourhoods, clock: Clock, seconds: float, after: Callable[[], bool]) -> None:
    """Improve window after window, everybody in it, within so many seconds. after: asked after each; True ends it."""
    firsts = range(0, max(1, around.tables.days - WINDOW + STEP), STEP)
    begun = clock.now()
    for number, first in enumerate(firsts):
        share = (seconds - (clock.now() - begun)) / (len(firsts) - number)
        if share <= 0:
            return
        around.window(first, min(around.tables.days, first + WINDOW), share)
        if after():
            return
