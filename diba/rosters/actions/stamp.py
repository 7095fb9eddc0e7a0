"""A short stamp of everything the manning board shows: equal stamps, equal board."""

from django.db import connection

from diba.plant import actions as plant

TABLES = ("plant_levelchange", "rosters_roster", "rosters_split", "rosters_correction")
HISTORIES = ("absence", "certificate", "manning", "post", "qualification", "substitution", "watch", "person")
# An import writes many rows at once, past their histories.
TABLES += ("plant_absence", "plant_certificate", "plant_manning", "plant_post", "plant_person")


def stamp():
    """Return an ETag: the newest row of each table the board reads, which rosters are in force, drafts, and the minute."""
    parts = [f"(SELECT COALESCE(MAX(id), 0) FROM {table})" for table in TABLES]
    # What may change in place leaves a row in its history.
    parts += [f"(SELECT COALESCE(MAX(history_id), 0) FROM plant_historical{name})" for name in HISTORIES]
    # A repair that is proposed for a case, found, or made obsolete; holds at the gates.
    parts += ["(SELECT COALESCE(MAX(id), 0) FROM rosters_whatif)", "(SELECT COUNT(obsolete_at) FROM rosters_whatif)"]
    parts += ["(SELECT COALESCE(MAX(id), 0) FROM plant_hold)", "(SELECT COUNT(lifted_at) FROM plant_hold)"]
    # A repair that takes a roster's place leaves as many in force as before: which ones they are must count.
    parts.append("(SELECT COALESCE(SUM(id * id), 0) FROM rosters_roster WHERE state = 'published')")
    parts += [f"(SELECT COUNT(*) FROM rosters_roster WHERE state = '{state}')" for state in ("published", "draft")]
    with connection.cursor() as cursor:
        # Table names are our own constants.
        cursor.execute("SELECT " + ", ".join(parts))
        row = cursor.fetchone()
    return '"' + "-".join(map(str, row)) + f'-{plant.now():%Y%m%d%H%M}"'
