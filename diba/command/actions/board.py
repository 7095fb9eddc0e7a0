"""The situation board: are we safe and running? Every figure with its as-of time and its completeness."""

from dataclasses import dataclass

from diba.grid import actions as grid
from diba.plant import actions as plant
from diba.rosters import actions as rosters


@dataclass(frozen=True)
class Situation:
    """What the board shows at one moment."""

    now: object
    site: object
    level: object
    zero: object
    cells: list
    manning: object
    clock: list
    history: list


def board():
    """Return the situation now; a constant number of queries whatever the size of the plant."""
    moment = plant.now()
    manning, people = rosters.manning(14, moment), grid.day_of_grid(moment.date())
    return Situation(
        now=moment, site=plant.site(), level=plant.level_at(moment), zero=people.zero,
        cells=people.cells, manning=manning, clock=rosters.breach_clock(manning),
        history=grid.completeness_of_days(30),
    )  # fmt: skip
