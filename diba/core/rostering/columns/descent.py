"""A first legal roster in no time, and each person's best schedule given the others: the safety net of every later step."""

import numpy as np

from .generation import Clock, Pool
from .pricing import Pricer
from .tables import Array, Even, Tables


class Unable(Exception):
    """Nobody's fault but the rules': these people (numbers) have no legal schedule at all."""

    def __init__(self, people: list[int]) -> None:
        super().__init__(people)
        self.people = people


def greedy(tables: Tables, pricer: Pricer, pool: Pool, rng: np.random.Generator | None = None) -> Array:
    """One after another takes the best schedule for what is not manned yet. Raises Unable."""
    people = np.arange(tables.people)
    if rng is not None:
        rng.shuffle(people)
    roster = np.zeros((tables.people, tables.days), np.int16)
    rows = tables.rows
    counts = np.zeros(len(rows.need), np.int64)
    for done, person in enumerate(people):
        missing = np.maximum(np.maximum(rows.need, rows.least) - counts, 0)
        share = np.minimum(1, 1.5 * missing / (len(people) - done))
        worth = rows.under + rows.hard * (counts < rows.least)
        price = np.where(missing > 0, -worth * share, rows.over + rows.hard * (counts >= rows.most))
        cell = tables.cell[person] + _mine(tables, int(person), price)
        _, schedule = pricer.price(int(person), cell)
        if schedule is None:
            _, schedule = pricer.price(int(person), tables.cell[person], tries=40)
        if schedule is None:
            raise Unable([int(person)])
        roster[person] = schedule
        pool.add(int(person), schedule)
        counts += np.bincount(tables.rows_of(int(person), schedule), minlength=len(counts))
    return roster


def descend(
    tables: Tables, pricer: Pricer, roster: Array, clock: Clock, pool: Pool, *, until: float | None = None,
    rng: np.random.Generator | None = None,
) -> Array:  # fmt: skip
    """Give one person after another his best schedule until nobody gains. Returns a better roster, or the same."""
    roster = roster.copy()
    counts = tables.counts(roster)
    days = np.arange(tables.days)
    carried = [tables.carried(even, roster) for even in tables.even]
    people = np.arange(tables.people)
    if rng is not None:
        rng.shuffle(people)
    quiet = turn = 0
    while quiet < len(people) and clock.left(until) > 0:
        person = int(people[turn % len(people)])
        turn += 1
        arcs = pricer.arcs
        old = roster[person]
        own = np.bincount(tables.rows_of(person, old), minlength=len(counts))
        rest = counts - own
        cell = tables.cell[person] + _mine(tables, person, tables.rows.of_one_more(rest))
        plain = cell.copy()
        for even, held in zip(tables.even, carried, strict=True):
            cell += _even_price(even, held, person)
        _, schedule = pricer.price(person, cell)
        clock.add(pricer.arcs - arcs)
        quiet += 1
        if schedule is None or (schedule == old).all():
            continue
        gain = float(plain[days, old].sum() - plain[days, schedule].sum())
        moved = []
        for even, held in zip(tables.even, carried, strict=True):
            then = held.copy()
            then[even.members == person] = even.mask[days, schedule].sum()
            gain += even.cost(held) - even.cost(then)
            moved.append(then)
        if gain > 1e-6 or (gain > -1e-6 and rng is not None and rng.random() < 0.5):
            quiet = 0 if gain > 1e-6 else quiet
            roster[person], carried = schedule, moved
            counts = rest + np.bincount(tables.rows_of(person, schedule), minlength=len(counts))
            pool.add(person, schedule)
    return roster


def _mine(tables: Tables, person: int, price: Array) -> Array:
    found = np.zeros((tables.days, tables.symbols))
    for layer, cells in zip(tables.layers, tables.spread(price), strict=True):
        if layer.who[person]:
            found += cells
    return found


def _even_price(even: Even, held: Array, person: int) -> Array:
    """Return the cell prices of a shared burden for one person: dearer above the others' most, cheaper below their least."""
    mine = even.members == person
    if not mine.any():
        return np.zeros(1)
    total = held + even.base
    others = total[~mine]
    here = float(total[mine][0])
    price = 0.0
    if len(others):
        price += even.weight if here >= others.max() else 0.0
        price -= even.weight if here <= others.min() else 0.0
    return price * even.mask
