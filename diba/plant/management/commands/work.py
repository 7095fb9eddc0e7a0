"""`diba work`: the background work alone, beside one or more `diba serve`."""

import signal
import threading

from django.core.management.base import BaseCommand

from diba.plant.actions.jobs import Worker


class Command(BaseCommand):
    help = "Do the background work until stopped."

    def handle(self, **options):
        done = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: done.set())
        worker = Worker().start()
        self.stdout.write("working; stop with Ctrl+C")
        done.wait()
        worker.stop()
