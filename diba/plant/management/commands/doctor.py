"""`diba check`: is everything there that Diba needs, in plain words; exit status 0 when nothing is wrong."""

import shutil
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import django
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from diba import __version__
from diba.plant.actions import key_is_there, now
from diba.plant.actions.jobs import worker_alive
from diba.plant.models import Response, Tick

LEAST_DISK = 1_000_000_000  # bytes


class Command(BaseCommand):
    help = "Check versions, settings, database, migrations, translations, clock, disk and worker."
    requires_system_checks: list = []

    def handle(self, **options):
        wrong = 0
        for check in (self.versions, self.settings, self.database, self.migrations, self.translations, self.pages,
                      self.clock, self.disk, self.worker, self.response):  # fmt: skip
            try:
                good, words = check()
            except DatabaseError as error:
                good, words = (
                    False,
                    f"{check.__name__}: cannot be checked, the database says: {str(error).splitlines()[0]}",
                )
            wrong += not good
            self.stdout.write(f"{'ok   ' if good else 'WRONG'}  {words}")
        self.stdout.write("all is well" if not wrong else f"{wrong} to mend")
        if wrong:
            sys.exit(1)

    def versions(self):
        good = sys.version_info[:2] == (3, 11)
        python = ".".join(map(str, sys.version_info[:3]))
        return (
            good,
            f"versions: Diba {__version__}, Python {python}, Django {django.__version__}, OR-Tools {version('ortools')}",
        )

    def settings(self):
        faults = []
        if settings.DEBUG:
            faults.append("DIBA_DEBUG=1 shows the program's inside to visitors: unset it")
        for name in ("secret", "data", "record"):
            path = settings.HOME / f"{name}.key"
            if path.exists() and path.stat().st_mode & 0o077:
                faults.append(f"{path} can be read by others: chmod 600 it")
        return not faults, "settings: " + ("; ".join(faults) or f"data lie in {settings.HOME}")

    def database(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True, f"database: {connection.vendor}, {connection.settings_dict['NAME']}"

    def migrations(self):
        executor = MigrationExecutor(connection)
        left = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return not left, f"migrations: {f'{len(left)} to apply: run `diba migrate`' if left else 'all applied'}"

    def translations(self):
        stale = [
            po for po in Path(settings.BASE_DIR).glob("*/locale/**/*.po")
            if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
        ]  # fmt: skip
        return not stale, "translations: " + (
            f"{len(stale)} not compiled: run `make run` or tools/messages.py --compile" if stale else "compiled"
        )

    def pages(self):
        there = (settings.BASE_DIR / "web" / "static" / "build" / "manifest.json").exists()
        return there, "pages: " + ("built" if there else "not built: run `make run`")

    def clock(self):
        drift = abs((datetime.now(UTC) - now()).total_seconds())
        year = datetime.now(UTC).year
        return drift < 2 and year >= 2020, f"clock: {now():%Y-%m-%d %H:%M %Z}"

    def disk(self):
        free = shutil.disk_usage(settings.HOME).free
        return free > LEAST_DISK, f"disk: {free / 1e9:.1f} GB free where the data lie"

    def worker(self):
        last = worker_alive()
        failed = list(Tick.objects.exclude(error="").values_list("name", flat=True))
        if last is None:
            return False, "worker: none has run yet: start `diba work` or `diba serve --worker`"
        age = (now() - last).total_seconds()
        words = f"worker: last seen {age:.0f} s ago" + (f"; failing: {', '.join(failed)}" if failed else "")
        return age < 60 and not failed, words

    def response(self):
        # Only looks: asking the verb would begin the standing response of a new plant.
        row = Response.objects.filter(ended_at=None, drill=False).order_by("standing", "-begun_at", "-id").first()
        if row is None:
            return True, "response: none has begun yet; the first sealed value begins the standing one"
        if key_is_there(row):
            return True, f"response: {row.name} ({row.pk}) is in force, its key is there"
        return False, (
            f"response: the key of {row.name} is missing, nothing personal can be written or read: "
            f"put back keys/response-{row.pk}.key in {settings.HOME}, or end the response and begin another"
        )
