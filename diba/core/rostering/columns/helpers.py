"""The other cores: processes that improve their own roster and exchange what they find with the first one."""

import contextlib
import multiprocessing
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from .generation import Clock, generate
from .master import Master
from .tables import Array, Tables


class Helpers:
    """Processes on the same problem, asleep until woken. Each sends (roster, cost) and gets rosters and the root's columns."""

    def __init__(self, tables: Tables, clock: Clock, count: int, seed: int) -> None:
        self.tables, self.clock = tables, clock
        self.count, self.seed = count, seed
        self.pipes: list[Connection] = []
        self.processes: list[Any] = []
        self.waiting: list[tuple[str, Any]] = []

    def wake(self) -> None:
        """Start the processes, once."""
        if self.processes or not self.count:
            return
        context = multiprocessing.get_context("spawn")
        for number in range(self.count):
            mine, theirs = context.Pipe()
            process = context.Process(
                target=_work, args=(self.tables, self.clock.left(), self.seed * 1000 + number + 1, theirs), daemon=True
            )
            process.start()
            theirs.close()
            self.pipes.append(mine)
            self.processes.append(process)
        for message in self.waiting:
            self._send(message)

    def send_roster(self, roster: Array, cost: float) -> None:
        self._send(("roster", roster))

    def send_root(self, master: Master, price: list[Array]) -> None:
        columns = list(zip(master.person, master.schedules, strict=True))
        self._send(("root", (columns, price)))

    def _send(self, message: tuple[str, Any]) -> None:
        if self.count and not self.processes:
            self.waiting = [old for old in self.waiting if old[0] != message[0]] + [message]
        for pipe in self.pipes:
            with contextlib.suppress(OSError):
                pipe.send(message)

    def heard(self) -> list[Array]:
        """Return the rosters that came in since the last call; what one found the others are told."""
        found = []
        for pipe in self.pipes:
            with contextlib.suppress(OSError, EOFError):
                while pipe.poll():
                    roster = pipe.recv()
                    found.append(roster)
                    for other in self.pipes:
                        if other is not pipe:
                            other.send(("roster", roster))
        return found

    def close(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.join(2)
        for pipe in self.pipes:
            pipe.close()
        self.processes, self.pipes = [], []


class Upward:
    """A helper's end of the pipe, with the face that Search expects of its helpers."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self.root: tuple[list[tuple[int, Array]], list[Array]] | None = None
        self.sent = float("inf")

    def wake(self) -> None:
        pass

    def send_root(self, master: Master, price: list[Array]) -> None:
        pass

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


def _work(tables: Tables, seconds: float, seed: int, pipe: Connection) -> None:
    """Improve by neighbourhoods until the root's columns arrive, dive quickly on them, improve again."""
    from .search import Search

    upward = Upward(pipe)
    search = Search(tables, Clock(seconds), np.random.default_rng(seed), upward, None, None, careful=False)  # type: ignore[arg-type]
    with contextlib.suppress(BrokenPipeError, EOFError, KeyboardInterrupt):
        _help(search, upward)


def _help(search: Any, upward: Upward) -> None:
    from .dive import Dive
    from .neighbourhoods import Neighbourhoods

    tables, clock, pool = search.tables, search.clock, search.pool
    search.listen()
    try:
        pricer = search._pricer()
    except MemoryError:
        search.windows_only, pricer = True, None
    if pricer is not None and not np.isfinite(search.cost):
        search._first(pricer, None)
    while not np.isfinite(search.cost) and clock.left() > 0:
        import time

        time.sleep(0.2)
        search.listen()
    around = Neighbourhoods(tables, pool, search.roster, clock, search.rng, long=search.windows_only)
    around.arms["window"].size = min(tables.days, 5.0)
    around.arms["people"].size = min(tables.people, 4.0)
    dived = pricer is None
    while clock.left() > 0:
        around.step()
        search.offer(around.best)
        search.listen()
        if upward.root is not None and not dived:
            dived = True
            columns, around.price = upward.root
            for person, schedule in columns:
                pool.add(person, schedule)
            master = Master(tables)
            master.add(columns)
            generate(master, pricer, clock, pool=pool, rounds=2)
            quick = Dive(master, pricer, clock, pool, step=0.03, rounds=8, undo=0, jump=0, rng=search.rng)
            from .descent import descend

            search.offer(descend(tables, pricer, quick.run(0.9 * clock.seconds), clock, pool))
        if search.cost < around.cost - 1e-6:
            around.best, around.cost = search.roster.copy(), search.cost
