"""What counting proves: the places of one day by Hall, the duties of a stretch of days by a flow with what each may do."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from ..problem import Person, Problem
from .base import Base, Row
from .hall import bottleneck


def short_of_a_day(base: Base, problem: Problem, days: Iterable[int]) -> tuple[str, ...]:
    """Return the posts that need more people on one of these days than can stand there; empty when counting says nothing."""
    for day in sorted(days):
        need = {place[1:]: number for place, number in base.need_of[day].items() if number}
        able = {p.id: [place for place in need if problem.may(p, day, *place)] for p in problem.people}
        found = bottleneck(need, able)
        if found.depth < 0:
            return tuple(sorted({post for _, post in found.places}))
    return ()


class Stretch:
    """The duties that each may do from a day on, by his runs and breaks; kept for all losses that begin that day."""

    def __init__(self, base: Base, first: int) -> None:
        self.base, self.first = base, first
        self.most = {person.id: self._most(person) for person in base.problem.people}
        self.needed = np.zeros((base.problem.days, len(base.posts)), np.int64)
        for day, places in base.need_of.items():
            for (_, _, post), number in places.items():
                self.needed[day, base.posts.index(post)] += number if day >= first else 0

    def _most(self, person: Person) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        days = self.base.problem.days - self.first
        if person.id in self.base.broken_by:
            return np.arange(1, days + 1)
        return np.array(most_duties(person, self.base.rows[person.id], self.first, self.base.problem.days), np.int64)

    def short(self, problem: Problem) -> tuple[str, ...]:
        """Return the posts whose duties, from the first day to some later one, are more than their people may do."""
        base, most = self.base, dict(self.most)
        classes: dict[frozenset[str], np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
        for person in problem.people:
            if person is not base.problem.person[person.id]:
                most[person.id] = self._most(person)
            posts = frozenset(base.posts if person.posts is None else person.posts)
            classes[posts] = classes.get(posts, 0) + most[person.id]
        total = self.needed[self.first :].cumsum(0)
        for day in range(len(total)):
            found = _more_than(base.posts, total[day], [(posts, int(sums[day])) for posts, sums in classes.items()])
            if found:
                return found
        return ()


def most_duties(person: Person, row: Row, first: int, days: int) -> list[int]:
    """Return for every day from `first` on how many duties somebody can have done by then, since `first`.

    Exact for longest runs, shortest breaks, days off and what came before; other rules can only lower it.
    """
    limit = person.longest_run or days + len(person.before)
    past = [bool(shift) for shift in person.before] + [day in row for day in range(first)]
    best = {_state(past, limit, person.shortest_break): 0}
    found = []
    for day in range(first, days):
        pin = person.pins.get(day, "")
        following: dict[int, int] = defaultdict(lambda: -1)
        for state, done in best.items():
            if not pin:
                rested = -1 if state > 0 else max(state - 1, -person.shortest_break)
                following[rested] = max(following[rested], done)
            if pin is not None and day not in person.days_off and (state > 0 or -state >= person.shortest_break):
                run = max(state, 0) + 1
                if run <= limit:
                    following[run] = max(following[run], done + 1)
        best = dict(following) or {-person.shortest_break: max(best.values()) + 1}
        found.append(max(best.values()))
    return found


def _state(past: list[bool], limit: int, shortest_break: int) -> int:
    """Return the run of work (above 0) or of days off (below 0) that a past ends with; unknown days count as rested."""
    run = 0
    for worked in past:
        run = (max(run, 0) + 1) if worked else (min(run, 0) - 1)
    if run <= 0 and -run == len(past):
        return -shortest_break
    return min(run, limit) if run > 0 else max(run, -shortest_break)


def _more_than(
    posts: list[str], needed: "np.ndarray[tuple[int], np.dtype[np.int64]]", able: list[tuple[frozenset[str], int]]
) -> tuple[str, ...]:
    """Return the posts that need more than those who can stand there may give: the source side of a minimum cut."""
    sink = 1 + len(posts) + len(able)
    unbounded = int(needed.sum()) + 1
    edges = [(0, 1 + index, int(number)) for index, number in enumerate(needed)]
    for number, (places, most) in enumerate(able, 1 + len(posts)):
        edges += [(1 + index, number, unbounded) for index, post in enumerate(posts) if post in places]
        edges.append((number, sink, most))
    rows, columns, capacity = zip(*edges, strict=True)
    graph = csr_matrix((np.array(capacity, np.int32), (rows, columns)), shape=(sink + 1, sink + 1))
    result = maximum_flow(graph, 0, sink)
    if result.flow_value >= needed.sum():
        return ()
    residual = (graph - result.flow).tocsr()
    residual.data[residual.data < 0] = 0
    residual.eliminate_zeros()
    reached = set(breadth_first_order(residual, 0, return_predecessors=False).tolist())
    return tuple(post for index, post in enumerate(posts) if 1 + index in reached)
