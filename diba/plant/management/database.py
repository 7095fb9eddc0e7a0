"""Commands that need the tables: on a new plant the first one makes them, whichever it is."""

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor


def unapplied():
    """Return how many migrations this version has that the database has not."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


class DatabaseCommand(BaseCommand):
    """A command that finds its tables made and up to date. With `migrates` off it says what is missing instead:
    a worker that starts beside a server must not migrate at the same moment.
    """

    migrates = True

    def execute(self, *args, **options):
        try:
            missing = unapplied()
        except OperationalError as error:
            raise CommandError(f"the database does not answer: {str(error).splitlines()[0]}") from None
        if missing and not self.migrates:
            raise CommandError("the database is not ready: start `diba serve`, which makes its tables, then this")
        if missing:
            call_command("migrate", verbosity=0)
        return super().execute(*args, **options)
