import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gates", "0004_machines")]

    operations = [
        migrations.AddField(
            "signingkey", "passes_until", models.DateTimeField(null=True, verbose_name="its passes are good until")
        ),
        migrations.AddField(
            "pass",
            "key",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passes",
                to="gates.signingkey",
            ),
        ),
        migrations.AddField(
            "device",
            "key",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="devices",
                to="gates.signingkey",
            ),
        ),
    ]
