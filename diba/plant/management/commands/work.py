"""`diba work`: the background work alone, beside one or more `diba serve`."""

import signal
import threading

from diba.plant.actions.jobs import Worker
from diba.plant.management.database import DatabaseCommand


class Command(DatabaseCommand):
    help = "Do the background work until stopped."
    migrates = False

    def handle(self, **options):
        done = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: done.set())
        worker = Worker().start()
        self.stdout.write("working; stop with Ctrl+C")
        done.wait()
        worker.stop()
