"""Why a report was corrected is sealed under the report's key, what a lead noted of a try under that of the response in force."""

from importlib import import_module

from django.db import migrations

import diba.plant.fields
from diba.plant import keys

_response = import_module("diba.grid.migrations.0012_seal_check_ins")._response


def seal(apps, schema_editor):
    _corrections(apps, schema_editor.connection)
    _notes(apps, schema_editor.connection)


def _corrections(apps, connection):
    field = apps.get_model("grid", "CheckIn")._meta.get_field("correction_reason")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, said, correction_reason FROM grid_checkin WHERE correction_reason <> ''")
        sealed = [(_sealed(field, said, words), pk) for pk, said, words in cursor.fetchall()]
        _write(cursor, "UPDATE grid_checkin SET correction_reason = %s WHERE id = %s", sealed)


def _sealed(field, said, words):
    """Return the words sealed as the report is; nothing when its key was destroyed, for then they are to be gone as well."""
    number = (said or "").partition(":")[0]
    return field.sealed(words, int(number)) if number.isdecimal() and keys.is_there(int(number)) else ""


def _notes(apps, connection):
    field = apps.get_model("grid", "DailyContact")._meta.get_field("note")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, note FROM grid_dailycontact WHERE note <> ''")
        found = cursor.fetchall()
        number = _response(apps) if found else None
        sealed = [(field.sealed(words, number), pk) for pk, words in found]
        _write(cursor, "UPDATE grid_dailycontact SET note = %s WHERE id = %s", sealed)


def _write(cursor, statement, rows):
    if rows:
        cursor.executemany(statement, rows)


class Migration(migrations.Migration):
    dependencies = [("grid", "0019_questionnaire_steps")]
    operations = [
        migrations.AlterField(
            model_name="checkin",
            name="correction_reason",
            field=diba.plant.fields.SealedText(blank=True, default="", verbose_name="reason of the correction"),
        ),
        migrations.AlterField(
            model_name="dailycontact",
            name="note",
            field=diba.plant.fields.SealedText(blank=True, default="", verbose_name="note"),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
