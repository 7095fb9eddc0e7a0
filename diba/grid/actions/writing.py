"""Writing one report: its row, once, and the expectation put to rest, together or not at all."""

from django.db import connection, transaction

from diba.plant.actions.statements import prepared_cursor

from ..models import CheckIn, Expectation
from .sweep import rests_until

FIELDS = [field for field in CheckIn._meta.concrete_fields if not field.primary_key]
_INSERT = "INSERT INTO {table} ({columns}) VALUES ({holes}) ON CONFLICT DO NOTHING".format(
    table=CheckIn._meta.db_table,
    columns=", ".join(field.column for field in FIELDS),
    holes=", ".join(["%s"] * len(FIELDS)),
)
_REST = """UPDATE grid_expectation SET state = %s, day = %s, alert_after = %s, missing_days = 0
WHERE person_id = %s AND slot = %s AND day <= %s AND state <> %s"""
_BOTH = f"""WITH written AS ({_INSERT} RETURNING id),
rested AS ({_REST} AND EXISTS (SELECT 1 FROM written))
SELECT id FROM written"""


def write(row):
    """Save a new check-in and let its expectation rest; say whether it was new. One that is there already stays.

    PostgreSQL gets both in one statement, which is its own transaction: one journey instead of four.
    """
    report = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in FIELDS]
    rest = _rest(row)
    if connection.vendor == "postgresql":
        with prepared_cursor() as cursor:
            cursor.execute(_BOTH, [*report, *rest])
            found = cursor.fetchone()
        row.pk = found[0] if found else None
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_INSERT, report)
            row.pk = cursor.lastrowid if cursor.rowcount else None
            if row.pk:
                cursor.execute(_REST, rest)
    row._state.adding = row.pk is None
    return row.pk is not None


def _rest(row):
    """Return the values of _REST for a report."""
    until = rests_until(row.slot, row.day, row.policy)
    day, until = (
        Expectation._meta.get_field(name).get_db_prep_save(value, connection)
        for name, value in (("day", row.day), ("alert_after", until))
    )
    return [Expectation.State.UP, day, until, row.person_id, row.slot, day, Expectation.State.PAUSED]
