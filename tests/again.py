"""The rows that a fixture writes are written again, as they are, for the next test: making them anew takes ten times as long."""

from contextlib import contextmanager
from datetime import time

from django.apps import apps
from django.db import connection, transaction


class Rows:
    """What was written into tables that were empty, while others were not."""

    def __init__(self):
        self.written, self.beside = {}, []  # {table: (columns, rows)}; tables that held something before

    @contextmanager
    def watched(self):
        """Remember what the block writes."""
        tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
        held = dict(zip(tables, _hold(tables), strict=True))
        yield
        self.beside = [table for table in tables if held[table]]
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"SELECT * FROM {_quoted(table)}")
                if not held[table] and (rows := cursor.fetchall()):
                    kept = [[str(value) if isinstance(value, time) else value for value in row] for row in rows]
                    self.written[table] = (
                        [column[0] for column in cursor.description],
                        kept,
                    )  # SQLite takes no time of day

    def fit(self):
        """Say whether there are any, and the database is as it was before they were written first."""
        return bool(self.written) and all(_hold(self.beside)) and not any(_hold(self.written))

    def write(self):
        with transaction.atomic(), connection.cursor() as cursor:
            for table, (columns, rows) in self.written.items():
                names, places = ", ".join(map(_quoted, columns)), ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {_quoted(table)} ({names}) VALUES ({places})", rows)


def _hold(tables):
    """Return for each table whether it holds a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {_quoted(table)})" for table in tables))
        return list(map(bool, cursor.fetchone()))


def _quoted(name):
    return connection.ops.quote_name(name)
