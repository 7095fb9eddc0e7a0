"""What one of the other processes does: improve by neighbourhoods, dive once on the root's columns, improve again."""

import contextlib
import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection

import numpy as np

from .agreement import Agreement
from .descent import descend
from .dive import Dive
from .generation import Clock, generate
from .master import Master
from .neighbourhoods import Neighbourhoods
from .rolling import banded
from .search import Search
from .tables import Array


class Upward:
    """A helper's end of the pipe, with the face that Search expects of its helpers."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self.root: tuple[list[tuple[int, Array]], list[Array]] | None = None
        self.sent = float("inf")

    def wake(self) -> None:
        """A helper has no helpers."""

    def send_root(self, master: Master, price: list[Array]) -> None:
        """A helper has nobody to send its root to."""

    def send_roster(self, roster: Array, cost: float) -> None:
        if cost < self.sent:
            self.sent = cost
            self.pipe.send(roster)

    def heard(self) -> list[Array]:
        found = []
        while self.pipe.poll():
            kind, what = self.pipe.recv()
            if kind == "root":
                self.root = what
            else:
                found.append(what)
        return found


def main() -> None:
    """Work until the time is over or the parent is gone. The pipe's file number is the last word of the command line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with(os.getppid())
    pipe = Connection(int(sys.argv[-1]))
    with contextlib.suppress(BrokenPipeError, EOFError, ConnectionResetError):
        tables, seconds, seed = pipe.recv()
        upward = Upward(pipe)
        _help(Search(tables, Clock(seconds), np.random.default_rng(seed), upward, careful=False), upward)


def _end_with(parent: int) -> None:
    """End this process soon after its parent, even in the middle of a long step."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _help(search: Search, upward: Upward) -> None:
    tables, clock, pool = search.tables, search.clock, search.pool
    search.listen()
    try:
        pricer = search.graphs()
    except MemoryError:
        search.windows_only, pricer = True, None
        tables = search.tables = banded(tables)
    if pricer is not None and not np.isfinite(search.cost):
        search.first(pricer, None)
    while not np.isfinite(search.cost) and clock.left() > 0:
        time.sleep(0.2)
        search.listen()
    around = Neighbourhoods(tables, pool, search.roster, clock, search.rng, long=search.windows_only)
    around.arms["window"].size = min(tables.days, 5.0)
    around.arms["people"].size = min(around.arms["people"].size, 4.0)
    while clock.left() > 0:
        around.step()
        search.offer(around.best)
        search.listen()
        if upward.root is not None and pricer is not None:
            columns, around.price = upward.root
            upward.root = None
            for person, schedule in columns:
                pool.add(person, schedule)
            master = Master(tables)
            master.add(columns)
            generate(master, pricer, clock, pool=pool, rounds=2)
            around.agreement = Agreement(master, pricer)
            quick = Dive(master, pricer, clock, pool, step=0.03, rounds=8, undo=0, jump=0, rng=search.rng)
            search.offer(descend(tables, pricer, quick.run(0.9 * clock.seconds), clock, pool))
        if search.cost < around.cost - 1e-6:
            around.best, around.cost = search.roster.copy(), search.cost
