"""Who is irreplaceable: depth by Hall's theorem, exact.

Places with numbers needed, people with the places they can stand at. For a set S of places let N(S) be the people who can
stand at one of them. All can be manned iff |N(S)| >= need(S) for every S; the depth is the least |N(S)| - need(S) over
all non-empty S: how many absences, whoever they are, the plant survives. Source: P. Hall (1935); docs/models/rostering.md.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

Place = TypeVar("Place", bound=Hashable)
EXACT = 18  # classes of places up to which every set of them is looked at: 262,144 sets


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
    Places that the same people can man are merged first; beyond EXACT classes the minimum is found by flows.
    """
    wanted = {place: number for place, number in need.items() if number > 0}
    if not wanted:
        return Depth(len(able), frozenset(), 0, len(able), frozenset(able))
    groups = _classes(wanted, able)
    chosen = min(_tightest(groups), key=lambda found: (found[0], len(found[1])))[1]
    everybody: frozenset[str] = frozenset().union(*(group[0] for group in chosen))
    needed = sum(group[2] for group in chosen)
    places = frozenset(place for group in chosen for place in group[1])
    return Depth(len(everybody) - needed, places, needed, len(everybody), everybody)


Group = tuple[frozenset[str], list[Place], int]


def _classes(wanted: Mapping[Place, int], able: Mapping[str, Iterable[Place]]) -> list[Group[Place]]:
    """Merge the places that the same people can man; return (people, places, number needed) of each class."""
    who: dict[Place, set[str]] = {place: set() for place in wanted}
    for person, places in able.items():
        for place in places:
            if place in who:
                who[place].add(person)
    classes: dict[frozenset[str], list[Place]] = defaultdict(list)
    for place, people in who.items():
        classes[frozenset(people)].append(place)
    return [(people, places, sum(wanted[place] for place in places)) for people, places in classes.items()]


def _tightest(groups: list[Group[Place]]) -> list[tuple[int, list[Group[Place]]]]:
    """Return for each class what the tightest set it belongs to leaves over, and that set."""
    return _by_subsets(groups) if len(groups) <= EXACT else _by_flow(groups)


def _standing(groups: list[Group[Place]]) -> dict[str, int]:
    """Return for everybody who can stand at all the groups he is in, as bits."""
    standing: dict[str, int] = defaultdict(int)
    for number, (people, _, _) in enumerate(groups):
        for person in people:
            standing[person] |= 1 << number
    return standing


def _left_over(groups: list[Group[Place]]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return |N(S)| - need(S) of every set S of classes, shape (2 ** classes,), indexed by the set's bits.

    Who can stand nowhere in S can stand only in its complement; counting those below every set at once is the zeta
    transform, classes * 2 ** classes steps (F. Yates 1937).
    """
    classes, standing = len(groups), _standing(groups)
    need = np.zeros(1 << classes, np.int64)
    for number, (_, _, needed) in enumerate(groups):
        need.reshape(-1, 2, 1 << number)[:, 1] += needed
    within = np.bincount(list(standing.values()), minlength=1 << classes).astype(np.int64)
    for number in range(classes):
        halves = within.reshape(-1, 2, 1 << number)
        halves[:, 1] += halves[:, 0]
    left: np.ndarray[tuple[int], np.dtype[np.int64]] = len(standing) - within[::-1] - need
    return left


def _by_subsets(groups: list[Group[Place]]) -> list[tuple[int, list[Group[Place]]]]:
    """Look at every set; of equal depths the smallest set names the bottleneck best."""
    classes = len(groups)
    left = _left_over(groups)
    size = np.zeros(1 << classes, np.int64)
    for number in range(classes):
        size.reshape(-1, 2, 1 << number)[:, 1] += 1
    rank = left * (classes + 1) + size
    found = []
    for number in range(classes):
        holding = np.flatnonzero(np.arange(1 << classes) >> number & 1)
        best = int(holding[rank[holding].argmin()])
        found.append((int(left[best]), [group for bit, group in enumerate(groups) if best >> bit & 1]))
    return found


def _by_flow(groups: list[Group[Place]]) -> list[tuple[int, list[Group[Place]]]]:
    """Find the set of least |N(S)| - need(S) as a minimum closure, each class in turn forced in.

    Taking a class pays its need and costs each of its people once: a minimum cut. The cut that leaves everything out
    is worth 0, so a class is forced in to find minima above 0 as well. People of the same classes are one node.
    """
    kinds = Counter(_standing(groups).values())
    found = []
    for forced in range(len(groups)):
        taken = _closure([group[2] for group in groups], kinds, forced)
        bits = sum(1 << number for number in taken)
        left = sum(count for kind, count in kinds.items() if kind & bits) - sum(groups[number][2] for number in taken)
        found.append((left, [groups[number] for number in taken]))
    return found


def _closure(needs: list[int], kinds: Mapping[int, int], forced: int) -> list[int]:
    """Return the forced class and those worth taking with it, whose people are there already: the source side of a cut."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    unbounded = sum(needs) + 1
    costly = [(kind, count) for kind, count in kinds.items() if not kind >> forced & 1]
    sink = 1 + len(needs) + len(costly)
    edges = [(0, 1 + number, needed) for number, needed in enumerate(needs) if number != forced]
    for node, (kind, count) in enumerate(costly, 1 + len(needs)):
        edges += [(1 + number, node, unbounded) for number in range(len(needs)) if kind >> number & 1]
        edges.append((node, sink, count))
    rows, columns, capacity = zip(*edges, strict=True) if edges else ((), (), ())
    graph = csr_matrix((np.array(capacity, np.int32), (rows, columns)), shape=(sink + 1, sink + 1))
    flow = maximum_flow(graph, 0, sink).flow
    residual = (graph - flow).tocsr()
    residual.data[residual.data < 0] = 0
    residual.eliminate_zeros()
    reached = set(breadth_first_order(residual, 0, return_predecessors=False).tolist())
    return [number for number in range(len(needs)) if number == forced or 1 + number in reached]


def hard_to_replace(need: Mapping[Place, int], able: Mapping[str, Iterable[Place]]) -> dict[str, int]:
    """Return {person: depth of the plant without him} for everyone whose loss lowers the depth."""
    wanted = {place: number for place, number in need.items() if number > 0}
    groups = _classes(wanted, able)
    if not groups:
        return dict.fromkeys(sorted(able), len(able) - 1)
    # Losing one person takes one from every set he can stand in: he is missed iff one of the tightest sets holds him, and
    # then one of his classes has that set as its tightest.
    tightest = [left for left, _ in _tightest(groups)]
    whole = min(tightest)
    hard = {who for left, group in zip(tightest, groups, strict=True) if left == whole for who in group[0]}
    return dict.fromkeys(sorted(hard), whole - 1)


@dataclass(frozen=True)
class PlaceDepth(Generic[Place]):
    """One place alone: how many can stand there beyond those needed, and how many when every other place is kept manned."""

    place: Place
    needed: int
    able: int
    depth: int


def place_depths(need: Mapping[Place, int], able: Mapping[str, Iterable[Place]]) -> list[PlaceDepth[Place]]:
    """Return every place with the depth of the tightest set it belongs to, thinnest first."""
    wanted = {place: number for place, number in need.items() if number > 0}
    groups = _classes(wanted, able)
    short = bottleneck(wanted, able)
    found = []
    for (left, _), (people, places, _needed) in zip(_tightest(groups), groups, strict=True):
        for place in places:
            # Where the whole is short, only those in the bottleneck are: the others answer for themselves alone.
            apart = short.depth < 0 and place not in short.places
            depth = min(0, len(people) - wanted[place]) if apart else max(left, short.depth)
            found.append(PlaceDepth(place, wanted[place], len(people), depth))
    return sorted(found, key=lambda row: (row.depth, str(row.place)))
