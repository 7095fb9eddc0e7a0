"""A short stamp of everything the board shows: equal stamps, equal board."""

from django.db import connection

from diba.rosters.actions.stamp import stamp as stamp_of_manning

TABLES = ("grid_checkin", "grid_casechange", "grid_zeroreport", "plant_unit")
HISTORIES = ("site", "unit")


def stamp():
    """Return an ETag: what the manning board's stamp says, and the newest row of each table of people and cells."""
    # Table names are our own constants; what may change in place leaves a row in its history.
    parts = [f"(SELECT COALESCE(MAX(id), 0) FROM {table})" for table in TABLES]
    parts += [f"(SELECT COALESCE(MAX(history_id), 0) FROM plant_historical{name})" for name in HISTORIES]
    parts.append("(SELECT COUNT(*) FROM grid_checkin WHERE withdrawn_at IS NOT NULL)")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts))
        row = cursor.fetchone()
    return '"' + "-".join(map(str, row)) + "-" + stamp_of_manning().strip('"') + '"'
