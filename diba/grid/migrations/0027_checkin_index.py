from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of a day's people covers what the board counts: rows that stand."""

    dependencies = [("grid", "0001_squashed_0026_mixed_tubes")]

    operations = [
        migrations.RemoveIndex(model_name="checkin", name="grid_checki_day_deeac9_idx"),
        migrations.AddIndex(
            model_name="checkin",
            index=models.Index(
                condition=models.Q(("withdrawn_at", None)), fields=["day", "person"], name="checkin_standing_of_a_day"
            ),
        ),
    ]
