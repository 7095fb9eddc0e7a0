"""A short stamp of everything the board shows: equal stamps, equal board."""

from django.db import connection

from diba.plant import actions as plant

TABLES = (
    "grid_checkin",
    "grid_casechange",
    "plant_absence",
    "rosters_roster",
    "plant_levelchange",
    "plant_certificate",
)


def stamp():
    """Return an ETag: the newest row of each table the board reads, and the minute."""
    with connection.cursor() as cursor:
        # Table names are our own constants; an absence may change in place, so its history's newest row counts.
        parts = [f"(SELECT COALESCE(MAX(id), 0) FROM {table})" for table in TABLES]
        parts += [
            "(SELECT COALESCE(MAX(history_id), 0) FROM plant_historicalabsence)",
            "(SELECT COUNT(*) FROM rosters_roster WHERE state = 'published')",
        ]
        cursor.execute("SELECT " + ", ".join(parts))
        row = cursor.fetchone()
    return '"' + "-".join(map(str, row)) + f'-{plant.now():%Y%m%d%H%M}"'
