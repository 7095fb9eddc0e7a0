
import diba.plant.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0020_seal_corrections_and_notes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TypedResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', diba.plant.fields.SealedText(verbose_name='result')),
                ('tested_on', models.DateField(verbose_name='tested on')),
                ('reason', diba.plant.fields.SealedText(blank=True, default='', verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='typed at')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='decided at')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='labfile',
            name='typed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='sample',
            name='taken_by',
            field=models.CharField(blank=True, max_length=40, verbose_name='taken by'),
        ),
        migrations.AlterField(
            model_name='labresult',
            name='state',
            field=models.CharField(choices=[('matched', 'matched'), ('queued', 'to be resolved'), ('assigned', 'assigned by hand'), ('repeated', 'said before'), ('discarded', 'discarded'), ('corrected', 'corrected by another row')], max_length=9, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='labfile',
            constraint=models.UniqueConstraint(condition=models.Q(('typed', True)), fields=('round',), name='typed_results_once_a_round'),
        ),
        migrations.AddField(
            model_name='typedresult',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='typed by'),
        ),
        migrations.AddField(
            model_name='typedresult',
            name='corrects',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.labresult'),
        ),
        migrations.AddField(
            model_name='typedresult',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='typedresult',
            name='result',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='typed', to='grid.labresult'),
        ),
        migrations.AddField(
            model_name='typedresult',
            name='sample',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='typed', to='grid.sample'),
        ),
        migrations.AddConstraint(
            model_name='typedresult',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('sample',), name='typed_result_once_open'),
        ),
    ]
