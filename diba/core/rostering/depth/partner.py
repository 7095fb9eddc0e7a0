"""The other core: a process that settles losses of the same roster, fed through a pipe."""

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection, Pipe
from typing import Any

from ..files import from_json, to_json
from ..problem import Problem, Roster
from .base import Base
from .outcome import Mended, Outcome
from .tries import Tries

# The child reads its pipe's number from the command line: nothing of the parent's main module runs in it again, whatever
# started the parent (a server's thread, a test, a script).
COMMAND = "from diba.core.rostering.depth.partner import main; main()"

Task = tuple[str, tuple[Any, ...]]  # a way of Tries by name, and what it is asked


class Partner:
    """A process and the thread that feeds it: `take` gives the next task or None, `give` gets what came of it."""

    def __init__(self, problem: Problem, roster: Roster, first_day: int, seed: int) -> None:
        self.roster = roster
        self.pipe, theirs = Pipe()
        fd = theirs.fileno()
        self.process = subprocess.Popen([sys.executable, "-c", COMMAND, str(fd)], pass_fds=[fd])
        theirs.close()
        self.pipe.send((to_json(problem), dict(roster), first_day, seed))
        self.thread: threading.Thread | None = None

    def work(self, take: Callable[[], tuple[int, Task] | None], give: Callable[[int, Outcome], None]) -> None:
        """Take task after task until there is none, in a thread of its own."""

        def feed() -> None:
            with contextlib.suppress(OSError, EOFError):
                while (task := take()) is not None:
                    self.pipe.send(task[1])
                    give(task[0], self._whole(self.pipe.recv()))

        self.thread = threading.Thread(target=feed, daemon=True)
        self.thread.start()

    def _whole(self, came: tuple[Outcome, Any]) -> Outcome:
        outcome, changed = came
        return replace(outcome, roster=Mended(self.roster, changed))

    def wait(self, seconds: float) -> bool:
        """Wait for the thread; say whether it has come to its end."""
        if self.thread is not None:
            self.thread.join(seconds)
        return self.thread is None or not self.thread.is_alive()

    def close(self) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2)
        self.wait(2)
        self.pipe.close()


def main() -> None:
    """Settle what comes until the pipe is closed. Its file number is the last word of the command line."""
    pipe = Connection(int(sys.argv[-1]))
    with contextlib.suppress(OSError, EOFError, KeyboardInterrupt):
        problem, roster, first_day, seed = pipe.recv()
        tries = Tries(Base(from_json(problem), roster), first_day, seed)
        while True:
            way, asked = pipe.recv()
            outcome: Outcome = getattr(tries, way)(*asked)
            changed = outcome.roster.changed if isinstance(outcome.roster, Mended) else {}
            pipe.send((replace(outcome, roster=None), changed))
