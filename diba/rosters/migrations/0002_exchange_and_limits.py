"""Wishes, swaps, feeds, limits and waivers; a new plant begins with the limits of the labour law and common practice."""

from datetime import date, datetime, timezone

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


BEGIN = date(2000, 1, 1)
LAW36, LAW38 = "《劳动法》第三十六条：平均每周不超过四十四小时", "《劳动法》第三十八条：每周至少休息一日"
LAW41, LAW42 = "《劳动法》第四十一条：延长工作时间每月不超过三十六小时", "《劳动法》第四十二条：危及生命财产、公共设施时不受限制"
PRACTICE = "通行做法，未核实，须本厂确认"
# rule, value, kind, source, the source was read, level, hard
LIMITS = [
    ("rest_hours", 11, "custom", PRACTICE, False, None, True),
    ("longest_run", 6, "law", LAW38, True, None, True),
    ("longest_run", 6, "law", LAW42, True, 1, False),
    ("longest_run", 6, "law", LAW42, True, 2, False),
    ("most_nights_in_row", 6, "custom", PRACTICE, False, None, True),
    ("day_hours", 8, "law", "《劳动法》第三十六条：每日不超过八小时；十二小时班须批准综合计算工时（未核实）", False, None, False),
    ("week_hours", 44, "law", LAW36, True, None, False),
    ("overtime_hours", 36, "law", LAW41, True, None, True),
    ("overtime_hours", 36, "law", LAW42, True, 1, False),
    ("overtime_hours", 36, "law", LAW42, True, 2, False),
    ("month_hours", None, "custom", PRACTICE, False, None, False),
    ("days_inside", 14, "custom", PRACTICE, False, None, False),
    ("wish_month", 12, "plant", PRACTICE, False, None, True),
    ("wish_year", 72, "plant", PRACTICE, False, None, True),
    ("wish_days", 7, "plant", PRACTICE, False, None, True),
    ("swap_automatic", 0, "plant", PRACTICE, False, None, True),
    ("swap_hours", 12, "plant", PRACTICE, False, None, True),
]


def add(apps, schema_editor):
    Limit = apps.get_model("rosters", "Limit")
    moment = datetime(2000, 1, 1, tzinfo=timezone.utc)
    Limit.objects.bulk_create(
        Limit(rule=rule, value=value, kind=kind, source=source, verified=verified, level=level, hard=hard, starts_on=BEGIN, at=moment)
        for rule, value, kind, source, verified, level, hard in LIMITS
    )


class Migration(migrations.Migration):

    dependencies = [
        ('plant', '0002_watches_of_a_new_plant'),
        ('rosters', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Swap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('exchange', 'exchange'), ('give', 'give away'), ('take', 'take over in an emergency')], max_length=10, verbose_name='kind')),
                ('state', models.CharField(choices=[('asked', 'asked, not answered'), ('agreed', 'agreed, not approved'), ('taken', 'taken over, approval to follow'), ('approved', 'approved'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('expired', 'lapsed')], default='asked', max_length=10, verbose_name='state')),
                ('giver_day', models.DateField(verbose_name='day')),
                ('taker_day', models.DateField(blank=True, null=True, verbose_name='day in return')),
                ('on_behalf', models.BooleanField(default=False, verbose_name='on behalf')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('broken', models.JSONField(blank=True, default=list)),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('expires_at', models.DateTimeField(verbose_name='lapses at')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='swaps_given', to='plant.person', verbose_name='gives')),
                ('giver_post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.post')),
                ('giver_watch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.watch')),
                ('taker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='swaps_taken', to='plant.person', verbose_name='takes')),
                ('taker_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.post')),
                ('taker_watch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.watch')),
            ],
            options={
                'ordering': ['-asked_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('new_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.post')),
                ('new_watch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.watch')),
                ('old_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.post')),
                ('old_watch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.watch')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='plant.person')),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='rosters.roster')),
                ('swap', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='rosters.swap')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SwapStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'asked, not answered'), ('agreed', 'agreed, not approved'), ('taken', 'taken over, approval to follow'), ('approved', 'approved'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('expired', 'lapsed')], max_length=10, verbose_name='state')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='words')),
                ('broken', models.JSONField(blank=True, default=list)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('swap', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='rosters.swap')),
            ],
            options={
                'ordering': ['swap_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(choices=[('rest_hours', 'least rest between watches, h'), ('longest_run', 'most days in a row'), ('most_nights_in_row', 'most nights in a row'), ('week_hours', 'most hours a week'), ('month_hours', 'most hours a month'), ('overtime_hours', 'most overtime a month, h'), ('day_hours', 'longest watch, h'), ('days_inside', 'most days living in'), ('wish_month', 'points for wishes a month'), ('wish_year', 'points for wishes a year'), ('wish_days', 'wishes close so many days before the day'), ('swap_automatic', 'swaps that keep every rule need no planner (1: yes, 0: no)'), ('swap_hours', 'swaps are asked at least so many hours before')], max_length=20, verbose_name='rule')),
                ('value', models.PositiveIntegerField(validators=[django.core.validators.MaxValueValidator(9999)], verbose_name='up to')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('first_day', models.DateField(verbose_name='from')),
                ('last_day', models.DateField(verbose_name='until')),
                ('signed_name', models.CharField(max_length=60, verbose_name='signature')),
                ('signed_at', models.DateTimeField(verbose_name='signed at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back at')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='waivers', to='plant.person', verbose_name='person')),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signed by')),
            ],
            options={
                'ordering': ['-signed_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('weight', models.PositiveSmallIntegerField(choices=[(1, 'would be nice'), (3, 'matters'), (6, 'matters a lot')], default=1, verbose_name='how much it matters')),
                ('at', models.DateTimeField(verbose_name='entered at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wishes', to='plant.person', verbose_name='person')),
                ('watch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='plant.watch', verbose_name='watch')),
            ],
            options={
                'ordering': ['day', 'id'],
            },
        ),
        migrations.CreateModel(
            name='WishCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(verbose_name='last day')),
                ('deadline', models.DateTimeField(verbose_name='wishes until')),
                ('at', models.DateTimeField(verbose_name='called at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='where it is used')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used at')),
                ('hour_began_at', models.DateTimeField(blank=True, null=True)),
                ('hour_uses', models.PositiveIntegerField(default=0)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to='plant.person')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to='plant.post')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person', None), ('post__isnull', False)), models.Q(('person__isnull', False), ('post', None)), _connector='OR'), name='feed_of_a_person_or_a_post')],
            },
        ),
        migrations.CreateModel(
            name='Limit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(choices=[('rest_hours', 'least rest between watches, h'), ('longest_run', 'most days in a row'), ('most_nights_in_row', 'most nights in a row'), ('week_hours', 'most hours a week'), ('month_hours', 'most hours a month'), ('overtime_hours', 'most overtime a month, h'), ('day_hours', 'longest watch, h'), ('days_inside', 'most days living in'), ('wish_month', 'points for wishes a month'), ('wish_year', 'points for wishes a year'), ('wish_days', 'wishes close so many days before the day'), ('swap_automatic', 'swaps that keep every rule need no planner (1: yes, 0: no)'), ('swap_hours', 'swaps are asked at least so many hours before')], max_length=20, verbose_name='rule')),
                ('value', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(9999)], verbose_name='value')),
                ('kind', models.CharField(choices=[('law', 'law'), ('plant', 'plant rule'), ('custom', 'common practice')], max_length=8, verbose_name='kind')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('verified', models.BooleanField(default=False, verbose_name='the source was read')),
                ('level', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='response level')),
                ('hard', models.BooleanField(default=True, verbose_name='may not be exceeded without a waiver')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('at', models.DateTimeField(verbose_name='entered at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['rule', '-starts_on', '-id'],
                'indexes': [models.Index(fields=['rule', 'starts_on'], name='rosters_lim_rule_bbf3d2_idx')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='plant.person')),
            ],
            options={
                'ordering': ['-day', 'person_id'],
                'constraints': [models.UniqueConstraint(fields=('person', 'day'), name='reminder_once_a_day')],
            },
        ),
        migrations.AddIndex(
            model_name='swap',
            index=models.Index(fields=['state', 'expires_at'], name='rosters_swa_state_0da778_idx'),
        ),
        migrations.AddConstraint(
            model_name='swap',
            constraint=models.CheckConstraint(condition=models.Q(('giver', models.F('taker')), _negated=True), name='swap_between_two'),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(fields=['person', 'day'], name='rosters_cor_person__2dbb91_idx'),
        ),
        migrations.AddIndex(
            model_name='waiver',
            index=models.Index(fields=['person', 'rule', 'last_day'], name='rosters_wai_person__afd01d_idx'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='waiver_ends_after_start'),
        ),
        migrations.AddIndex(
            model_name='wish',
            index=models.Index(fields=['day', 'withdrawn_at'], name='rosters_wis_day_d67549_idx'),
        ),
        migrations.AddConstraint(
            model_name='wish',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('person', 'day'), name='wish_one_a_day'),
        ),
        migrations.AddConstraint(
            model_name='wishcall',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='wish_call_ends_after_start'),
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
