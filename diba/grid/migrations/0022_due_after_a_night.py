import django.core.validators
from django.db import migrations, models
from django.db.models import F


def count_from_the_asking(apps, schema_editor):
    """Of what was asked before, the moment of the asking is the nearest to the moment it is counted from."""
    apps.get_model("grid", "Escalation").objects.filter(since=None).update(since=F("at"))


class Migration(migrations.Migration):
    dependencies = [("grid", "0021_typed_results")]

    operations = [
        migrations.RemoveConstraint(model_name="escalation", name="escalation_once_a_step"),
        migrations.AddField(
            model_name="escalation", name="since", field=models.DateTimeField(null=True, verbose_name="missing since")
        ),
        migrations.RunPython(count_from_the_asking, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="escalation", name="since", field=models.DateTimeField(verbose_name="missing since")
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.UniqueConstraint(
                fields=("cell", "day", "slot", "since", "step"), name="escalation_once_a_step"
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="night_hours",
            field=models.PositiveSmallIntegerField(
                default=8,
                help_text="Time to go home and sleep; 0: due with everybody. 8 h is this system's default, not a rule of the state.",
                validators=[django.core.validators.MaxValueValidator(16)],
                verbose_name="after a night watch due so many hours after its end, h",
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="pause_leave",
            field=models.BooleanField(
                default=False,
                help_text="Neither reminded nor called missing; unknown until somebody says how he is.",
                verbose_name="who is on approved leave is not asked",
            ),
        ),
    ]
