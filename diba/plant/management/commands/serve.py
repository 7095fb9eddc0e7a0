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
        try:
            port = int(os.environ.get("DIBA_PORT", "8000"))
        except ValueError:
            raise CommandError("DIBA_PORT must be a number") from None
        call_command("migrate", verbosity=0)
        if options["worker"]:
            os.environ["DIBA_WORKER"] = "inside"
        Granian(
            "diba.web.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=1,
            blocking_threads=8, log_access=False, log_enabled=True, log_level="warning", websockets=False,
        ).serve()  # fmt: skip
