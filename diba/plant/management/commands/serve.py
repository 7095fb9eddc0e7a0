"""`diba serve`: the web server; with --worker it does the background work in the same process."""

import os

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from diba.plant.actions import address


class Command(BaseCommand):
    help = "Serve the pages on DIBA_HOST:DIBA_PORT (127.0.0.1:8000)."

    def add_arguments(self, parser):
        parser.add_argument("--worker", action="store_true", help="do the background work in this process too")

    def handle(self, **options):
        from granian import Granian
        from granian.constants import Interfaces

        try:
            (host, port), processes = address.free_address(), address.whole("DIBA_PROCESSES", 1)
        except address.NotToBeHad as error:
            raise CommandError(str(error)) from None
        call_command("migrate", verbosity=0)
        if options["worker"]:
            os.environ["DIBA_WORKER"] = "inside"
        Granian(
            "diba.web.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=processes,
            blocking_threads=min(8, 2 * (os.cpu_count() or 1) + 1), blocking_threads_idle_timeout=600, log_access=False, log_enabled=True, log_level="warning", websockets=False,
        ).serve()  # fmt: skip
