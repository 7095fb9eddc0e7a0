"""Databases made by every migration one by one, by those that stand for many, or half by the one and half by the other.

Run by test_upgrading.py in a process of its own, `upgrades.py WAY`: makes the database and prints as JSON what is in it.
"""

import json
import re
import sys
from datetime import UTC, datetime, timedelta

from django.db.migrations.loader import MigrationLoader

APPS = ("plant", "grid", "gates", "rosters")
HALFWAY = [
    ("plant", "0007_privacy"),
    ("grid", "0013_sealed_check_ins"),
    ("rosters", "0004_team_c"),
    ("gates", "0001_initial"),
]


class OneByOne(MigrationLoader):
    """The migrations as they were written, without those that stand for many; of some apps or of all."""

    def __init__(self, connection, apps=()):
        self.apps = apps
        super().__init__(connection)

    def load_disk(self):
        super().load_disk()
        if self.apps:
            self.disk_migrations = {key: row for key, row in self.disk_migrations.items() if key[0] in self.apps}
        instead = {key: (key[0], row.replaces[-1][1]) for key, row in self.disk_migrations.items() if row.replaces}
        self.disk_migrations = {key: row for key, row in self.disk_migrations.items() if key not in instead}
        for row in self.disk_migrations.values():
            row.dependencies = [instead.get(key, key) for key in row.dependencies]


def one_by_one(connection, *apps):
    """Return what migrates a database one by one, forwards and backwards; with apps named, theirs alone, in half the time."""
    from django.db.migrations.executor import MigrationExecutor

    made = MigrationExecutor(connection)
    made.loader = OneByOne(connection, apps)
    return made


def make(way):
    """Make the database the way that is named, then bring it up to date as `diba serve` does."""
    from django.core.management import call_command
    from django.db import connection

    if way != "squashed":
        made = one_by_one(connection)
        made.migrate(made.loader.graph.leaf_nodes() if way == "one_by_one" else HALFWAY)
    if way == "one_by_one":
        from diba.plant.management.database import unapplied

        assert unapplied() == 0, "a database that has all of them has nothing to do"
    call_command("migrate", verbosity=0)


def described():
    """Return {table: what it is and what it holds}, the same for two databases that are alike."""
    from django.db import connection

    describe = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        found = {
            table: {"is": describe(cursor, table), "holds": _rows(cursor, connection.ops.quote_name(table))}
            for table in connection.introspection.table_names(cursor)
        }
    found.pop("django_migrations")
    return found


def _sqlite(cursor, table):
    cursor.execute("SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table])
    return sorted(part for kind, sql in cursor.fetchall() for part in (_parts(sql) if kind == "table" else [sql]))


def _parts(sql):
    """Return the columns and constraints of a CREATE TABLE, which stand in the order in which they came to it."""
    inner, parts, depth, begin = sql[sql.index("(") + 1 : sql.rindex(")")], [], 0, 0
    for at, letter in enumerate(inner):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            parts.append(inner[begin:at])
            begin = at + 1
    return [part.strip() for part in [*parts, inner[begin:]]]


def _postgresql(cursor, table):
    cursor.execute(
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attcollation, pg_get_expr(adbin, adrelid)"
        " FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    found = [*map(str, cursor.fetchall())]
    for asked in (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass",
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
    ):
        cursor.execute(asked, [table])
        found += [" ".join(row) for row in cursor.fetchall()]
    return sorted(found)


def _rows(cursor, table):
    """Return the rows as text: what was dated just now says so, and permissions are compared without their numbers."""
    cursor.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in cursor.description]
    left_out = {"id", "content_type_id"} if table.strip('"') in ("django_content_type", "auth_permission") else set()
    recent = {f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}" for days in (0, 1)}
    rows = [
        {
            name: "just now" if str(value)[:10] in recent else re.sub(r"^(\d+)\.0+$", r"\1", str(value))
            for name, value in zip(names, row, strict=True)
            if name not in left_out
        }
        for row in cursor.fetchall()
    ]
    return sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)


if __name__ == "__main__":
    import django

    django.setup()
    make(sys.argv[1])
    print(json.dumps(described(), ensure_ascii=False))
