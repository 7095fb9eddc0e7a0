"""Who is irreplaceable: depth by Hall's theorem, exact.

Places with numbers needed, people with the places they can stand at. For a set S of places let N(S) be the people who can
stand at one of them. All can be manned iff |N(S)| >= need(S) for every S; the depth is the least |N(S)| - need(S) over
all non-empty S: how many absences, whoever they are, the plant survives. Source: P. Hall (1935); docs/models/rostering.md.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

Place = TypeVar("Place", bound=Hashable)
EXACT = 16  # classes of places up to which every subset is tried: 65,536 of them


@dataclass(frozen=True)
class Depth(Generic[Place]):
    """The tightest set of places: how many it needs, who can stand there, and what is left over (below 0: short)."""

    depth: int
    places: frozenset[Place]
    needed: int
    available: int
    people: frozenset[str]


def bottleneck(need: Mapping[Place, int], able: Mapping[str, Iterable[Place]]) -> Depth[Place]:
    """Return the tightest set of places. Without any need the depth is the number of people.

    need: place -> number wanted at the same moment; able: person -> places he can stand at.
    Places that the same people can man are merged first; beyond EXACT classes the minimum is found by parametric flow.
    """
    wanted = {place: number for place, number in need.items() if number > 0}
    if not wanted:
        return Depth(len(able), frozenset(), 0, len(able), frozenset(able))
    who: dict[Place, set[str]] = {place: set() for place in wanted}
    for person, places in able.items():
        for place in places:
            if place in who:
                who[place].add(person)
    classes: dict[frozenset[str], list[Place]] = defaultdict(list)
    for place, people in who.items():
        classes[frozenset(people)].append(place)
    groups = [(people, places, sum(wanted[place] for place in places)) for people, places in classes.items()]
    chosen = _smallest(groups) if len(groups) <= EXACT else _by_flow(groups)
    everybody: frozenset[str] = frozenset().union(*(group[0] for group in chosen))
    needed = sum(group[2] for group in chosen)
    places = frozenset(place for group in chosen for place in group[1])
    return Depth(len(everybody) - needed, places, needed, len(everybody), everybody)


Group = tuple[frozenset[str], list[Place], int]


def _smallest(groups: list[Group[Place]]) -> list[Group[Place]]:
    """Try every subset of classes; of equal depths the smallest set names the bottleneck best."""
    best: tuple[int, int] | None = None
    chosen: list[Group[Place]] = []
    for size in range(1, len(groups) + 1):
        for subset in combinations(groups, size):
            left = len(frozenset().union(*(group[0] for group in subset))) - sum(group[2] for group in subset)
            if best is None or (left, size) < best:
                best, chosen = (left, size), list(subset)
    return chosen


def _by_flow(groups: list[Group[Place]]) -> list[Group[Place]]:
    """Find the set of least |N(S)| - need(S) as a minimum closure, each class in turn forced in.

    Taking a class pays its need and costs each of its people once: a minimum cut. The cut that leaves everything out
    is worth 0, so a class is forced in to find minima above 0 as well.
    """
    best: int | None = None
    chosen: list[Group[Place]] = []
    for forced in groups:
        free = [group for group in groups if group is not forced]
        taken = _closure(free, forced[0])
        subset = [forced, *(free[index] for index in taken)]
        left = len(frozenset().union(*(group[0] for group in subset))) - sum(group[2] for group in subset)
        if best is None or (left, len(subset)) < (best, len(chosen)):
            best, chosen = left, subset
    return chosen


def _closure(groups: list[Group[Place]], paid: frozenset[str]) -> list[int]:
    """Return the groups worth taking when the people in `paid` are there already: the source side of a minimum cut."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    people = sorted({person for group in groups for person in group[0]} - paid)
    index = {person: 1 + len(groups) + position for position, person in enumerate(people)}
    sink = 1 + len(groups) + len(people)
    rows, columns, capacity = [], [], []
    unbounded = sum(group[2] for group in groups) + 1
    for number, (members, _, needed) in enumerate(groups):
        rows.append(0), columns.append(1 + number), capacity.append(needed)  # type: ignore[func-returns-value]
        for person in members - paid:
            rows.append(1 + number), columns.append(index[person]), capacity.append(unbounded)  # type: ignore[func-returns-value]
    for person in people:
        rows.append(index[person]), columns.append(sink), capacity.append(1)  # type: ignore[func-returns-value]
    graph = csr_matrix((np.array(capacity, np.int32), (rows, columns)), shape=(sink + 1, sink + 1))
    flow = maximum_flow(graph, 0, sink).flow
    residual = (graph - flow).tocsr()
    residual.data[residual.data < 0] = 0
    residual.eliminate_zeros()
    reached = set(breadth_first_order(residual, 0, return_predecessors=False).tolist())
    return [number for number in range(len(groups)) if 1 + number in reached]


def hard_to_replace(need: Mapping[Place, int], able: Mapping[str, Iterable[Place]]) -> dict[str, int]:
    """Return {person: depth of the plant without him} for everyone whose loss lowers the depth, worst first."""
    able = {person: frozenset(places) for person, places in able.items()}
    whole = bottleneck(need, able).depth
    found = {}
    for person in able:
        left = bottleneck(need, {other: places for other, places in able.items() if other != person}).depth
        if left < whole:
            found[person] = left
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


@dataclass(frozen=True)
class PlaceDepth(Generic[Place]):
    """One place alone: how many can stand there beyond those needed, and how many when every other place is kept manned."""

    place: Place
    needed: int
    able: int
    depth: int


def place_depths(need: Mapping[Place, int], able: Mapping[str, Iterable[Place]]) -> list[PlaceDepth[Place]]:
    """Return every place with the depth of the tightest set it belongs to, thinnest first."""
    able = {person: frozenset(places) for person, places in able.items()}
    found = []
    for place, number in need.items():
        if number <= 0:
            continue
        can = sum(place in places for places in able.values())
        # Asking for one more at this place, and again, until the whole cannot be kept: its own depth.
        found.append(PlaceDepth(place, number, can, _alone(need, able, place)))
    return sorted(found, key=lambda row: (row.depth, str(row.place)))


def _alone(need: Mapping[Place, int], able: Mapping[str, Iterable[Place]], place: Place) -> int:
    """Return by how many the need at one place could grow, the rest kept manned (below 0: already short)."""
    low = bottleneck(need, able)
    if low.depth < 0:
        return low.depth if place in low.places else min(0, bottleneck({place: need[place]}, able).depth)
    most = sum(place in places for places in able.values()) - need[place]
    growth = 0
    while growth < most and bottleneck({**need, place: need[place] + growth + 1}, able).depth >= 0:
        growth += 1
    return growth
