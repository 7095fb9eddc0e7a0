
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0018_families_and_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='questionnaire',
            name='retired_at',
            field=models.DateTimeField(null=True, verbose_name='retired at'),
        ),
        migrations.AddField(
            model_name='questionnaire',
            name='retired_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='QuestionnaireStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(choices=[('begun', 'begun'), ('added', 'question added'), ('changed', 'question changed'), ('moved', 'moved'), ('doubled', 'doubled'), ('removed', 'taken out'), ('renamed', 'title changed')], max_length=8, verbose_name='what')),
                ('about', models.CharField(blank=True, max_length=300, verbose_name='question')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('items', models.JSONField(default=list)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('undone', models.BooleanField(default=False)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='grid.questionnaire')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
    ]
