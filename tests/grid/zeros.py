"""What the tests of zero reports share."""

from diba.grid import actions as grid
from diba.plant import actions


def staff():
    return list(actions.active().exclude(kind="family"))


def of(plant, code="W01"):
    return grid.cell_days([plant.cell(code)])[0]
