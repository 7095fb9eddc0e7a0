"""Those whose mixed tube was not negative are found among many results by an index of the few that say nothing of a person."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0027_checkin_index'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='labresult',
            index=models.Index(condition=models.Q(('usable', False)), fields=['target'], name='lab_result_unusable'),
        ),
    ]
