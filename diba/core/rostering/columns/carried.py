"""Which problems the column engine carries whole: for the others only the plain model knows every rule."""

from ..problem import Problem
from .apart import could_meet
from .compiling import Codec, cell_costs


def carried(problem: Problem) -> bool:
    """Say whether the engine keeps every rule of a problem."""
    return not _meets(problem)


def _meets(problem: Problem) -> bool:
    """Say whether teams that must not meet are kept apart by nothing but that rule."""
    if not problem.apart:
        return False
    codec = Codec(problem)
    return could_meet(problem, codec.cells, cell_costs(problem, codec)[0])
