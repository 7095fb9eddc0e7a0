"""A problem compiled into tables, and rosters to and from arrays."""

import numpy as np

from ..problem import Problem, Roster
from .apart import close_after
from .automaton import automata
from .rows import rows_of
from .tables import Array, Even, Limits, Tables


class Codec:
    """A problem's symbols, and rosters to and from arrays."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        used = {(cell.shift, cell.post) for cell in problem.cover}
        if not problem.cover:
            used = {(shift.id, post.id) for shift in problem.shifts for post in problem.posts}
        used |= {pin for person in problem.people for pin in person.pins.values() if pin}
        order = self.order = {shift.id: number for number, shift in enumerate(problem.shifts)}
        posts = {post.id: number for number, post in enumerate(problem.posts)}
        self.cells = sorted(used, key=lambda pair: (order[pair[0]], posts[pair[1]]))
        self.symbol = {pair: number for number, pair in enumerate(self.cells, 1)}

    def encode(self, roster: Roster) -> Array:
        """Return (people, days) of symbols; what the problem does not know is a day off."""
        found = np.zeros((len(self.problem.people), self.problem.days), np.int16)
        number = {person.id: row for row, person in enumerate(self.problem.people)}
        for (who, day), cell in roster.items():
            if who in number and 0 <= day < self.problem.days:
                found[number[who], day] = self.symbol.get(cell, 0)
        return found

    def decode(self, roster: Array) -> dict[tuple[str, int], tuple[str, str]]:
        people = self.problem.people
        return {
            (people[p].id, int(d)): self.cells[roster[p, d] - 1]
            for p, d in zip(*np.nonzero(roster), strict=True)
        }  # fmt: skip


def tables(problem: Problem, soft: int | None = None) -> tuple[Tables, Codec]:
    """Compile a problem. soft: what each one missing of a hard minimum costs; None: more than any wish can outweigh."""
    codec = Codec(problem)
    minutes = np.array([0, *(problem.shift[shift].minutes for shift, _ in codec.cells)], np.int64)
    weekend = np.zeros(problem.days, np.int64)
    for days in problem.weekends():
        weekend[days[-1]] = 2
        weekend[days[0]] = 1 if len(days) == 2 or days[0] == problem.days - 1 else 2
    cell, constant = cell_costs(problem, codec)
    rows, layers = rows_of(problem, codec.symbol, soft)
    machines, limits = automata(problem, codec.cells, np.asarray(np.isfinite(cell).any(1)))
    built = Tables(
        cell, minutes, weekend, rows, layers, _even(problem, codec), machines,
        tuple(Limits(*limit) for limit in limits), constant, 0, np.arange(len(problem.people)),
        np.array([0, *(codec.order[shift] + 1 for shift, _ in codec.cells)], np.int64),
    )  # fmt: skip
    return built, codec


def cell_costs(problem: Problem, codec: Codec) -> tuple[Array, float]:
    """Return (what each cell costs, (people, days, symbols), inf where it may not be; the cost of wishes that are not cells')."""
    shape = (len(problem.people), problem.days, len(codec.cells) + 1)
    cost, constant = np.full(shape, np.inf), 0.0
    wanted = np.ones(shape[1:], bool)
    if problem.cover:
        wanted[:, 1:] = False
        for row in problem.cover:
            wanted[row.day, codec.symbol[row.shift, row.post]] = True
    for p, person in enumerate(problem.people):
        mine = cost[p]
        mine[:, 0] = 0
        for symbol, (shift, post) in enumerate(codec.cells, 1):
            if person.most_of.get(shift) == 0:
                continue
            span = (0, problem.days - 1) if person.posts is None else person.posts.get(post)
            if span is not None:
                mine[max(0, span[0]) : span[1] + 1, symbol] = 0
            for day in range(min(problem.days, problem.longest_gap - 1) if person.before else 0):
                if not problem.rested(person, day, shift, post):
                    mine[day, symbol] = np.inf
        mine[~wanted] = np.inf
        for day in person.days_off:
            mine[day, 1:] = np.inf
        for day, barred in person.barred:
            mine[day, [s for s, pair in enumerate(codec.cells, 1) if pair[0] == barred]] = np.inf
        for day, barred in person.barred_posts:
            mine[day, [s for s, pair in enumerate(codec.cells, 1) if pair[1] == barred]] = np.inf
        for day, pin in person.pins.items():
            symbol = codec.symbol[pin] if pin else 0
            fits = pin is None or problem.may(person, day, *pin)
            mine[day] = np.inf
            mine[day, symbol] = 0 if fits else np.inf
        for day, planned in enumerate(person.base if problem.deviation else ()):
            shift_of = ("", *(shift for shift, _ in codec.cells))
            mine[day] += [problem.deviation * (shift != planned) for shift in shift_of]
        for request in person.requests:
            its = [s for s, pair in enumerate(codec.cells, 1) if pair[0] == request.shift]
            mine[request.day, its] += -request.weight if request.wanted else request.weight
            constant += request.weight if request.wanted else 0
    close_after(problem, codec.cells, cost)
    return cost, constant


def _even(problem: Problem, codec: Codec) -> tuple[Even, ...]:
    number = {person.id: row for row, person in enumerate(problem.people)}
    found = []
    for burden in problem.burdens:
        mask = np.zeros((problem.days, len(codec.cells) + 1), np.int64)
        for symbol, (shift, _) in enumerate(codec.cells, 1):
            mask[:, symbol] = [burden.counts(day, shift) for day in range(problem.days)]
        for members in problem.teams.values():
            if len(members) > 1:
                carried = np.array([person.carried.get(burden.kind, 0) for person in members], np.int64)
                rows = np.array([number[person.id] for person in members])
                found.append(Even(float(burden.weight), mask, rows, carried))
    return tuple(found)
