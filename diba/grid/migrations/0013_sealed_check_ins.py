"""The open columns go, and the table is written anew: neither database forgets a dropped value by itself."""

from django.db import migrations

OPEN = ("temperature", "symptoms", "symptom_note", "whereabouts", "reasons")


def write_anew(apps, schema_editor):
    """Write the table anew: SQLite keeps old pages, PostgreSQL old rows with the dropped columns in them."""
    if not apps.get_model("grid", "CheckIn").objects.exists():
        return
    postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("VACUUM FULL grid_checkin" if postgresql else "VACUUM")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("grid", "0012_seal_check_ins")]
    operations = [
        *(migrations.RemoveField("checkin", name) for name in OPEN),
        migrations.RunPython(write_anew, migrations.RunPython.noop),
    ]
