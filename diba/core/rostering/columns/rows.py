"""What is counted: rows with a convex cost of how many stand somewhere, made from cover and crews."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..problem import Cover, Crew, Problem

Array = np.ndarray[Any, Any]
MANY = 10**6
ROW_FIELDS = ("day", "need", "under", "over", "least", "most")


@dataclass(frozen=True)
class Layer:
    """One family of rows: row[day, symbol] (-1: none) and who counts in it, mask (people,)."""

    row: Array
    who: Array


@dataclass(frozen=True)
class Rows:
    """Convex cost of how many stand somewhere: each one short of need, beyond it, short of least, beyond most.

    All of shape (rows,): day, need, least, most in people, under and over in cost; hard is what breaking least or most costs.
    """

    day: Array
    need: Array
    under: Array
    over: Array
    least: Array
    most: Array
    hard: float

    def cost(self, counts: Array) -> float:
        short, beyond = self.need - counts, counts - self.need
        soft = np.maximum(short, 0) @ self.under + np.maximum(beyond, 0) @ self.over
        return float(soft + self.hard * self.broken(counts))

    def broken(self, counts: Array) -> int:
        """Return how many are missing of hard minima or too many for hard maxima."""
        return int((np.maximum(self.least - counts, 0) + np.maximum(counts - self.most, 0)).sum())

    def of_one_more(self, counts: Array) -> Array:
        """Return what one more would cost in each row, (rows,)."""
        price: Array = np.where(counts < self.need, -self.under, self.over)
        one_more: Array = price - self.hard * (counts < self.least) + self.hard * (counts >= self.most)
        return one_more


class _Book:
    """Rows as they are written down, and layers in which no cell counts twice."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.rows: list[tuple[int, int, int, int, int, int]] = []
        self.layers: list[tuple[str, Array]] = [("", np.full(shape, -1, np.int64))]

    def write(self, mark: str, symbols: Iterable[int], row: tuple[int, int, int, int, int, int]) -> None:
        """Add a row (as ROW_FIELDS) that counts these symbols on its day, of the people with a mark ("": everybody)."""
        day, here = row[0], list(symbols)
        free = (cells for whose, cells in self.layers if whose == mark and (cells[day, here] < 0).all())
        cells = next(free, None)
        if cells is None:
            cells = np.full(self.shape, -1, np.int64)
            self.layers.append((mark, cells))
        cells[day, here] = len(self.rows)
        self.rows.append(row)


def rows_of(
    problem: Problem, symbol: Mapping[tuple[str, str], int], soft: int | None
) -> tuple[Rows, tuple[Layer, ...]]:
    """Return the rows of cover and crews. symbol: (shift, post) -> number; soft: as in `tables`."""
    book = _Book((problem.days, len(symbol) + 1))
    for cell in problem.cover:
        _write_cover(book, cell, symbol[cell.shift, cell.post])
    for crew in problem.crews:
        _write_crew(book, crew, [number for pair, number in symbol.items() if crew.counts((crew.mark,), *pair)])
    fields = np.array(book.rows, np.int64).reshape(-1, len(ROW_FIELDS)).T
    day, need, under, over, least, most = fields
    hard = _dearest(problem) if soft is None else soft
    rows = Rows(day, need, under.astype(float), over.astype(float), least, most, float(hard))
    members = {mark: np.array([not mark or mark in p.marks for p in problem.people]) for mark, _ in book.layers}
    return rows, tuple(Layer(cells, members[mark]) for mark, cells in book.layers)


def _write_cover(book: _Book, cell: Cover, symbol: int) -> None:
    if cell.under or cell.over or cell.minimum or cell.most is not None:
        least, most = cell.minimum or -MANY, MANY if cell.most is None else cell.most
        book.write("", [symbol], (cell.day, cell.needed, cell.under or 0, cell.over, least, most))


def _write_crew(book: _Book, crew: Crew, symbols: list[int]) -> None:
    """One row where one number is soft at most; else a row for each, since a row's cost bends at one number only."""
    least = crew.least if crew.under is None and crew.least else -MANY
    most = crew.most if crew.over is None and crew.most is not None else MANY
    under, over = crew.under or 0, crew.over or 0
    if crew.most is not None and over:
        book.write(crew.mark, symbols, (crew.day, crew.most, 0, over, least, MANY))
        least = -MANY
    if under and crew.least:
        book.write(crew.mark, symbols, (crew.day, crew.least, under, 0, least, most))
    elif least > 0 or most < MANY:
        need = least if least > 0 else most
        book.write(crew.mark, symbols, (crew.day, need, 0, 0, least, most))


def _dearest(problem: Problem) -> int:
    """Return what breaking a hard number costs: more than any wish can outweigh."""
    weights = [weight for cell in problem.cover for weight in (cell.under or 0, cell.over)]
    weights += [weight for crew in problem.crews for weight in (crew.under or 0, crew.over or 0)]
    weights += [request.weight for person in problem.people for request in person.requests]
    weights += [burden.weight for burden in problem.burdens]
    return 20 * max([50, problem.deviation, *weights])
