"""Returns from elsewhere, the list of risk areas, and the rules a new plant begins with."""

from datetime import date

import diba.plant.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


RULES = [
    (date(2020, 1, 1), "high", 14, "central", 2, "国发明电〔2020〕4号：疫情严重地区返岗人员集中或居家医学观察 14 天；检测次数为默认值［未核实］"),
    (date(2020, 1, 1), "medium", 14, "home", 1, "国发明电〔2020〕4号返岗人员分类管理；检测次数为默认值［未核实］"),
    (date(2020, 1, 1), "low", 14, "home", 0, "2020 年 2 月通行做法：到达后居家观察 14 天［未核实］"),
    (date(2020, 4, 7), "low", 0, "home", 0, "国务院联防联控机制 2020-04-07：低风险地区人员体温正常即可返岗，不再隔离"),
]


def add(apps, schema_editor):
    model = apps.get_model("grid", "ReturnRule")
    for starts_on, level, days, kind, tests, source in RULES:
        model.objects.get_or_create(
            starts_on=starts_on, level=level, defaults={"days": days, "kind": kind, "tests": tests, "source": source}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0005_isolation'),
        ('plant', '0006_task_about_a_person'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalRiskArea',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('area', models.CharField(max_length=80, verbose_name='area')),
                ('level', models.CharField(choices=[('low', 'low risk'), ('medium', 'medium risk'), ('high', 'high risk')], max_length=8, verbose_name='risk level')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('at', models.DateTimeField(verbose_name='entered at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical risk area',
                'verbose_name_plural': 'historical risk areas',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(unique=True)),
                ('origin', diba.plant.fields.SealedText(verbose_name='where from')),
                ('arrived_on', models.DateField(verbose_name='arrived on')),
                ('means', models.CharField(choices=[('train', 'train'), ('plane', 'plane'), ('coach', 'coach'), ('car', 'own car'), ('other', 'otherwise')], max_length=8, verbose_name='means of travel')),
                ('vehicle', diba.plant.fields.SealedText(blank=True, default='', verbose_name='train, flight or plate number')),
                ('note', diba.plant.fields.SealedText(blank=True, default='', verbose_name='note')),
                ('declared', models.CharField(choices=[('self', 'by himself'), ('lead', 'by the cell lead'), ('gate', 'at the gate'), ('officer', 'by an officer')], max_length=8, verbose_name='declared')),
                ('at', models.DateTimeField(verbose_name='entered at')),
                ('cleared_at', models.DateTimeField(null=True, verbose_name='cleared at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cleared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='grid.isolationorder')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='plant.person', verbose_name='person')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.response')),
            ],
            options={
                'ordering': ['arrived_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='in force from')),
                ('level', models.CharField(choices=[('low', 'low risk'), ('medium', 'medium risk'), ('high', 'high risk')], max_length=8, verbose_name='risk level')),
                ('days', models.PositiveSmallIntegerField(verbose_name='isolation, days')),
                ('kind', models.CharField(choices=[('home', 'at home'), ('central', 'in a central place'), ('on_site', 'on site'), ('hospital', 'in hospital')], default='home', max_length=12, verbose_name='kind')),
                ('tests', models.PositiveSmallIntegerField(default=0, verbose_name='negative tests asked for')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
            ],
            options={
                'ordering': ['starts_on', 'level'],
                'constraints': [models.UniqueConstraint(fields=('starts_on', 'level'), name='return_rule_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ReturnChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('declared', 'declared'), ('judged', 'risk level judged'), ('cleared', 'cleared')], max_length=10, verbose_name='change')),
                ('level', models.CharField(blank=True, choices=[('low', 'low risk'), ('medium', 'medium risk'), ('high', 'high risk')], max_length=8, verbose_name='risk level')),
                ('area', diba.plant.fields.SealedText(blank=True, default='', verbose_name='by the list')),
                ('reason', diba.plant.fields.SealedText(blank=True, default='', verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ret', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='grid.return')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.returnrule')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RiskArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(max_length=80, verbose_name='area')),
                ('level', models.CharField(choices=[('low', 'low risk'), ('medium', 'medium risk'), ('high', 'high risk')], max_length=8, verbose_name='risk level')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('at', models.DateTimeField(verbose_name='entered at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-starts_on', 'area'],
            },
        ),
        migrations.AddIndex(
            model_name='return',
            index=models.Index(fields=['cleared_at', 'person'], name='grid_return_cleared_b9bb06_idx'),
        ),
        migrations.AddConstraint(
            model_name='return',
            constraint=models.UniqueConstraint(condition=models.Q(('cleared_at', None)), fields=('person', 'response'), name='return_one_open_a_person'),
        ),
        migrations.AddConstraint(
            model_name='riskarea',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='risk_area_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='riskarea',
            constraint=models.UniqueConstraint(fields=('area', 'starts_on'), name='risk_area_once_a_day'),
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
