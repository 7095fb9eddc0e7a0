"""`diba serve`: the web server; with --worker it does the background work in the same process."""

import os

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Serve the pages on DIBA_HOST:DIBA_PORT (127.0.0.1:8000)."

    def add_arguments(self, parser):
        parser.add_argument("--worker", action="store_true", help="do the background work in this process too")

    def handle(self, **options):
        from granian import Granian
        from granian.constants import Interfaces

        host = os.environ.get("DIBA_HOST", "127.0.0.1")
        port, processes = _number("DIBA_PORT", 8000), _number("DIBA_PROCESSES", 1)
        call_command("migrate", verbosity=0)
        if options["worker"]:
            os.environ["DIBA_WORKER"] = "inside"
        Granian(
            "diba.web.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=processes,
            blocking_threads=min(8, 2 * (os.cpu_count() or 1) + 1), log_access=False, log_enabled=True, log_level="warning", websockets=False,
        ).serve()  # fmt: skip


def _number(name, otherwise):
    try:
        return int(os.environ.get(name, otherwise))
    except ValueError:
        raise CommandError(f"{name} must be a number") from None
