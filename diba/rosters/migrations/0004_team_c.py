"""A third team may be formed: C."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rosters', '0003_edit_log'),
    ]

    operations = [
        migrations.AlterField(
            model_name='membership',
            name='team',
            field=models.CharField(choices=[('A', 'Team A'), ('B', 'Team B'), ('C', 'Team C'), ('R', 'Reserve')], max_length=1, verbose_name='team'),
        ),
    ]
