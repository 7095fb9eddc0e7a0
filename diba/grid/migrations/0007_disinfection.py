"""Places, agents and rounds of disinfection, with the agents a new plant begins with."""

import diba.grid.models.disinfection
import diba.plant.fields
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


AGENTS = [
    ("含氯消毒剂（物体表面、车辆）", "mg/L", 250, 500, 10, "官方空调与车辆消毒指引：有效氯 250–500 mg/L，作用 10–30 分钟后擦净；车辆用量可改"),
    ("含氯消毒剂（餐具）", "mg/L", 250, 500, 30, "餐饮具消毒：有效氯 250–500 mg/L，30 分钟，或蒸汽 15 分钟"),
    ("乙醇（电子设备、手）", "%", 70, 80, 3, "75 % 乙醇用于电子设备；70–80 % 与作用时间为通行做法［未核实］"),
]


def add(apps, schema_editor):
    for name, unit, lowest, highest, minutes, source in AGENTS:
        apps.get_model("grid", "Agent").objects.get_or_create(
            name=name, defaults={"unit": unit, "lowest": lowest, "highest": highest, "minutes": minutes, "source": source}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0006_returns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('unit', models.CharField(choices=[('mg/L', 'mg/L'), ('%', '%')], max_length=4, verbose_name='unit')),
                ('lowest', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(100000)], verbose_name='lowest concentration')),
                ('highest', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(100000)], verbose_name='highest concentration')),
                ('minutes', models.PositiveSmallIntegerField(default=0, verbose_name='acts for at least, min')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('highest__gte', models.F('lowest'))), name='agent_range')],
            },
        ),
        migrations.CreateModel(
            name='DisinfectedPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('token', models.CharField(default=diba.grid.models.disinfection.token, editable=False, max_length=32, unique=True)),
                ('times', models.JSONField(verbose_name='due times')),
                ('early', models.PositiveSmallIntegerField(default=60, verbose_name='may be done before its time, min')),
                ('grace', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(600)], verbose_name='late after, min')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.agent', verbose_name='usual agent')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalAgent',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(db_index=True, max_length=60, verbose_name='name')),
                ('unit', models.CharField(choices=[('mg/L', 'mg/L'), ('%', '%')], max_length=4, verbose_name='unit')),
                ('lowest', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(100000)], verbose_name='lowest concentration')),
                ('highest', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(100000)], verbose_name='highest concentration')),
                ('minutes', models.PositiveSmallIntegerField(default=0, verbose_name='acts for at least, min')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical agent',
                'verbose_name_plural': 'historical agents',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalDisinfectedPlace',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.CharField(db_index=True, max_length=20, verbose_name='code')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('token', models.CharField(db_index=True, default=diba.grid.models.disinfection.token, editable=False, max_length=32)),
                ('times', models.JSONField(verbose_name='due times')),
                ('early', models.PositiveSmallIntegerField(default=60, verbose_name='may be done before its time, min')),
                ('grace', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(600)], verbose_name='late after, min')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='grid.agent', verbose_name='usual agent')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical disinfected place',
                'verbose_name_plural': 'historical disinfected places',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='DisinfectionRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(unique=True)),
                ('day', models.DateField(verbose_name='day')),
                ('due', models.TimeField(verbose_name='due by')),
                ('concentration', models.PositiveIntegerField(verbose_name='concentration')),
                ('note', diba.plant.fields.SealedText(blank=True, default='', verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='done at')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.agent', verbose_name='agent')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='grid.disinfectedplace')),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['day'], name='grid_disinf_day_c74e7f_idx')],
                'constraints': [models.UniqueConstraint(fields=('place', 'day', 'due'), name='disinfection_round_once')],
            },
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
