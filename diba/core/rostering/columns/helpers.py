"""The other cores: processes that improve their own roster and exchange what they find with the first one."""

import contextlib
import subprocess
import sys
from multiprocessing.connection import Connection, Pipe
from typing import Any

from .master import Master
from .tables import Array, Tables

# The child reads its pipe's number from the command line: nothing of the parent's main module runs in it again, whatever
# started the parent (a server's thread, a test, a script).
COMMAND = "from diba.core.rostering.columns.helper import main; main()"


class Helpers:
    """Processes on the same problem, asleep until woken. Each sends rosters and gets rosters and the root's columns."""

    def __init__(self, tables: Tables, left: "Any", count: int, seed: int) -> None:
        self.tables, self.left = tables, left
        self.count, self.seed = count, seed
        self.pipes: list[Connection] = []
        self.processes: list[subprocess.Popen[bytes]] = []
        self.waiting: list[tuple[str, Any]] = []

    def wake(self) -> None:
        """Start the processes, once."""
        if self.processes or not self.count:
            return
        for number in range(self.count):
            mine, theirs = Pipe()
            fd = theirs.fileno()
            self.processes.append(subprocess.Popen([sys.executable, "-c", COMMAND, str(fd)], pass_fds=[fd]))
            theirs.close()
            mine.send((self.tables, self.left(), self.seed * 1000 + number + 1))
            self.pipes.append(mine)
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
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(2)
        for pipe in self.pipes:
            pipe.close()
        self.processes, self.pipes = [], []
