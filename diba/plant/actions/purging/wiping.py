"""Having the database give up the pages in which deleted rows still stand: a deleted row is unreachable, not gone."""

import time

from django.db import connection

from .tables import naming

TRIES, PAUSE = 40, 0.25  # s between; so long may somebody else's reading hold the old pages


class StillRead(Exception):
    """Somebody reads on without end, so the old pages could not be given up; the destruction is carried on later."""


def wipe_free_pages(models):
    """Write the database anew without what was deleted. models: those whose rows were. Raises StillRead."""
    if connection.in_atomic_block:
        return  # a test's transaction; what it holds was never on a disk
    if connection.vendor == "sqlite":
        _wipe_file()
    else:
        _rewrite(sorted(_tables(models)))


def _wipe_file():
    """Rebuild the file and empty its write-ahead log."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        for _try in range(TRIES):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_frames = cursor.fetchone()
            if not busy:
                return
            time.sleep(PAUSE)
    raise StillRead


def _rewrite(tables):
    """Copy each table into a new file without dead rows, and reckon its statistics anew: they quote frequent values."""
    with connection.cursor() as cursor:
        _wait_for_readers(cursor)
        for table in tables:
            cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")


def _wait_for_readers(cursor):
    """Wait until nobody reads as of before now: for him a deleted row would be copied along. Raises StillRead.

    A snapshot sees back to the oldest transaction that writes in any database of the server, the copy's own snapshot
    too; who only reads holds the pages of his own database alone.
    """
    cursor.execute("SELECT pg_current_xact_id()::text")
    (now,) = cursor.fetchone()
    for _try in range(TRIES):
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot()) < %s::xid8 OR EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND age(backend_xmin) > age(%s::xid8::xid))",
            [now, now],
        )
        if not cursor.fetchone()[0]:
            return
        time.sleep(PAUSE)
    raise StillRead


def _tables(models):
    for model in models:
        yield model._meta.db_table
        yield from (relation.related_model._meta.db_table for relation in naming(model))
        if history := getattr(model, "history", None):
            yield history.model._meta.db_table
