"""Long horizons: window after window, each person's yearly limits shared out over them."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from .descent import Unable, descend, greedy
from .dive import Dive
from .generation import Clock, Pool, generate
from .master import Master
from .neighbourhoods import Neighbourhoods
from .pricing import Pricer
from .tables import FREE, MANY, ROW_FIELDS, Array, Limits, Tables, whole

WINDOW, KEPT = 42, 28  # days looked at, days kept of them


def roll(search: Any) -> None:
    """Fill the search's roster: first quickly, so that there is a legal one soon, then window by window with care."""
    tables: Tables = search.tables
    clock: Clock = search.clock
    search.offer(_pass(search, tables, 0.0))
    search.helpers.send_roster(search.roster, search.cost)
    budget = 0.6 * clock.left()
    search.offer(_pass(search, tables, budget))


def _pass(search: Any, tables: Tables, budget: float) -> Array:
    """Return a roster made window by window; budget: s for all of them, 0: greedily only. Raises Unable."""
    roster = np.zeros((tables.people, tables.days), np.int16)
    open_days = np.isfinite(tables.cell[:, :, 1:]).any(2)
    pace = np.cumsum(open_days, 1) / np.maximum(1, open_days.sum(1, keepdims=True))
    first = 0
    while first < tables.days:
        last = min(tables.days, first + WINDOW)
        if tables.days - last < KEPT // 2:
            last = tables.days
        kept = last if last == tables.days else first + KEPT
        window = _window(tables, roster, first, last, pace)
        window, stuck = (window, Pricer(window).impossible()) if last == tables.days else _feasible(window)
        seconds = budget * (last - first) / (tables.days * WINDOW / KEPT)
        free = np.array([p for p in range(tables.people) if p not in stuck], np.int64)
        if stuck:
            window = window.part(free, 0, window.days, np.zeros((tables.people, window.days), np.int16))
        roster[free, first:last] = _fill(search, window, seconds)
        for person in stuck:
            _again(tables, roster, person, last)
        first = kept
    return roster


def _feasible(window: Tables) -> tuple[Tables, list[int]]:
    """Lower what is asked of whoever cannot keep his pace in this window. Returns also who cannot be helped that way."""
    for ease in (0, 2, 5, 10, MANY):
        stuck = Pricer(window).impossible()
        if not stuck or ease == MANY:
            return window, stuck
        limits = list(window.limits)
        for person in stuck:
            limits[person] = limits[person]._replace(least=max(0, limits[person].least - ease))
        window = replace(window, limits=tuple(limits))
    return window, []


def _again(tables: Tables, roster: Array, person: int, last: int) -> None:
    """Give one person a schedule of his own up to day `last` that reaches back as far as it must. Raises Unable."""
    alone = np.array([person])
    for back in range(2 * WINDOW, last + WINDOW, WINDOW):
        first = max(0, last - back)
        limits = _share(tables, person, roster[person, :first], first, last, last / tables.days)
        window = replace(
            _cut(tables, first, last, [limits if p == person else tables.limits[p] for p in range(tables.people)])
        )
        window = window.part(alone, 0, last - first, roster[:, first:last])
        window = replace(window, limits=(limits,), tight=True)
        try:
            pricer = Pricer(window)
        except MemoryError:
            break
        _, schedule = pricer.price(0, window.cell[0])
        if schedule is not None:
            roster[person, first:last] = schedule
            return
    raise Unable([person])


def _window(tables: Tables, roster: Array, first: int, last: int, pace: Array) -> Tables:
    """Return the problem of days [first, last), after what is settled before it, with a fair share of the limits."""
    limits = [
        _share(tables, person, roster[person, :first], first, last, float(pace[person, last - 1]))
        for person in range(tables.people)
    ]
    return _cut(tables, first, last, limits)


def _cut(tables: Tables, first: int, last: int, limits: list[Limits]) -> Tables:
    """Return the tables of these days alone, under the given limits."""
    rows = tables.rows
    inside = (rows.day >= first) & (rows.day < last)
    renumbered = np.append(np.where(inside, np.cumsum(inside) - 1, -1), -1)
    kept = {name: getattr(rows, name)[inside] for name in ROW_FIELDS}
    kept["day"] = kept["day"] - first
    return replace(
        tables, cell=tables.cell[:, first:last], weekend=tables.weekend[first:last], rows=replace(rows, **kept),
        layers=tuple(replace(layer, row=renumbered[layer.row[first:last]]) for layer in tables.layers), even=(),
        limits=tuple(limits), constant=0.0, first=tables.first + first, tight=True,
    )  # fmt: skip


def _share(tables: Tables, person: int, schedule: Array, first: int, last: int, share: float) -> Limits:
    """Return a person's limits for [first, last): by its end he may be a little ahead or behind of the even pace."""
    limits, machine = tables.limits[person], tables.automata[person]
    past = machine.walk(schedule, tables.weekend[:first], limits.state, limits.saturday)[-1]
    done = last == tables.days
    slack = 2 * int(machine.units.max())
    least = limits.least if done else max(0, math.floor(limits.least * share) - slack)
    most = limits.most
    if most < MANY and not done:
        most = math.ceil(most * share) + slack
    weekends = limits.weekends
    if weekends < MANY and not done:
        weekends = math.ceil(weekends * share)
    used = tables.used(schedule)
    caps = []
    for symbol, cap in enumerate(limits.caps):
        if cap >= MANY:
            caps.append(MANY)
            continue
        allowed = cap if done else math.ceil(cap * share) + 1
        caps.append(max(0, min(cap, allowed) - int(used[symbol])))
    return Limits(
        int(past[0]), int(past[3]), max(0, least - int(past[1])), most - int(past[1]) if most < MANY else MANY,
        weekends - int(past[2]) if weekends < MANY else MANY, tuple(caps), FREE,
    )  # fmt: skip


def _fill(search: Any, window: Tables, seconds: float) -> Array:
    """Return a roster of one window: greedy and descent, and with time a root, a dive and neighbourhoods."""
    pricer = Pricer(window)
    if lost := pricer.impossible():
        raise Unable([int(window.who[p]) for p in lost])
    clock, pool = Clock(max(seconds, 0.0)), Pool(window.people)
    roster = greedy(window, pricer, pool)
    if not seconds:
        return descend(window, pricer, roster, Clock(2.0), pool)
    roster = descend(window, pricer, roster, clock, pool)
    master = Master(window)
    master.add([(p, s) for p in range(window.people) for s in pool.schedules[p].values()])
    bound = generate(master, pricer, clock, pool=pool, until=0.4 * seconds)
    search.listen()
    dive = Dive(master, pricer, clock, pool, step=0.03, rounds=8, undo=2, jump=50.0)
    found = descend(window, pricer, dive.run(0.7 * seconds), clock, pool, until=0.75 * seconds)
    roster = found if window.cost(found) < window.cost(roster) else roster
    around = Neighbourhoods(window, pool, roster, clock, search.rng)
    around.price = window.spread(master.dual[: master.first_person])
    while clock.left() > 0 and around.cost > whole(bound + window.constant) + 1e-6:
        around.step()
        search.listen()
    return around.best
