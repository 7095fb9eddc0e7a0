"""Which problems the column engine carries whole: for the others only the plain model knows every rule."""

from ..problem import Problem
from .apart import could_meet
from .tables import Codec, cell_costs


def carried(problem: Problem) -> bool:
    """Say whether the engine keeps every rule of a problem."""
    return not _caps_over_places(problem) and not _meets(problem)


def _caps_over_places(problem: Problem) -> bool:
    """Say whether somebody's number of one shift counts over places that his graph must tell apart."""
    if not problem.between_places or len(problem.places) < 2:
        return False
    return any(person.most_of for person in problem.people)


def _meets(problem: Problem) -> bool:
    """Say whether teams that must not meet are kept apart by nothing but that rule."""
    if not problem.apart:
        return False
    codec = Codec(problem)
    return could_meet(problem, codec.cells, cell_costs(problem, codec)[0])
