"""The gates' tables as they are after 0004, made at once."""

import diba.plant.fields
import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from diba.plant.migrating import CreateModels


class Migration(migrations.Migration):
    # Stands for these on a database that has none of them or all; one that has some goes on with them one by one.
    replaces = [('gates', '0001_initial'), ('gates', '0002_evacuation'), ('gates', '0003_paper_day'), ('gates', '0004_machines')]

    initial = True

    dependencies = [
        ('plant', '0001_squashed_0008_privacy_reviewed'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Crossing',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uid', models.UUIDField(unique=True)),
                        ('digest', models.CharField(max_length=64)),
                        ('batch', models.UUIDField()),
                        ('gate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='crossings', to='gates.gate', verbose_name='gate')),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='crossings', to='gates.device')),
                        ('at', models.DateTimeField(db_index=True, verbose_name='at')),
                        ('device_at', models.DateTimeField(verbose_name="by the device's clock")),
                        ('received_at', models.DateTimeField(db_index=True, verbose_name='received at')),
                        ('drift', models.IntegerField(verbose_name='clock drift, s')),
                        ('direction', models.CharField(choices=[('in', 'in'), ('out', 'out')], max_length=3, verbose_name='direction')),
                        ('kind', models.CharField(choices=[('person', 'person'), ('visitor', 'visitor'), ('vehicle', 'vehicle'), ('unknown', 'unknown')], max_length=8, verbose_name='kind')),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='crossings', to='plant.person')),
                        ('visit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='crossings', to='gates.visit')),
                        ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='crossings', to='gates.vehicle')),
                        ('pass_number', models.PositiveIntegerField(null=True, verbose_name='pass number')),
                        ('passed', models.CharField(default='none', max_length=12, verbose_name='pass')),
                        ('said', diba.plant.fields.SealedJson(null=True)),
                        ('fever', models.CharField(blank=True, max_length=8)),
                        ('guard', models.CharField(blank=True, max_length=32, verbose_name='guard')),
                        ('verdict', models.CharField(max_length=4, verbose_name='verdict')),
                        ('reason', models.CharField(max_length=20, verbose_name='reason')),
                        ('lists', models.CharField(blank=True, max_length=64)),
                        ('refusal', models.CharField(blank=True, max_length=20, verbose_name='refused')),
                        ('disinfected', models.BooleanField(default=False, verbose_name='disinfected')),
                        ('forced', models.BooleanField(default=False, verbose_name='let in against the verdict')),
                        ('went', models.BooleanField(verbose_name='passed the gate')),
                        ('judged', models.CharField(max_length=4, verbose_name='judged again')),
                        ('judged_reason', models.CharField(max_length=20)),
                        ('flags', models.CharField(blank=True, max_length=80)),
                    ],
                    options={
                        'ordering': ['-at', '-id'],
                        'indexes': [models.Index(fields=['gate', 'at'], name='gates_cross_gate_id_c19827_idx'), models.Index(fields=['person', 'at'], name='gates_cross_person__e350e3_idx'), models.Index(condition=models.Q(('pass_number__isnull', False)), fields=['pass_number'], name='crossing_by_pass')],
                    },
                ),
                migrations.CreateModel(
                    name='Unread',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unread', to='gates.device')),
                        ('digest', models.CharField(max_length=64)),
                        ('raw', diba.plant.fields.SealedText()),
                        ('why', models.CharField(max_length=120, verbose_name='why')),
                        ('at', models.DateTimeField(db_index=True, verbose_name='received at')),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [models.UniqueConstraint(fields=('device', 'digest'), name='unread_once_a_device')],
                    },
                ),
                migrations.CreateModel(
                    name='OpenItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('refused', 'the server would not have let pass'), ('unread', 'could not be read'), ('fever', 'fever at the gate')], max_length=8, verbose_name='kind')),
                        ('crossing', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='item', to='gates.crossing')),
                        ('unread', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='item', to='gates.unread')),
                        ('opened_at', models.DateTimeField(db_index=True, verbose_name='opened at')),
                        ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
                        ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('words', diba.plant.fields.SealedText(blank=True, default='', verbose_name='what was done')),
                    ],
                    options={
                        'ordering': ['closed_at', 'opened_at', 'id'],
                        'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['closed_at'], name='item_open')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('crossing__isnull', False), ('unread', None)), models.Q(('crossing', None), ('unread__isnull', False)), _connector='OR'), name='item_of_one_thing')],
                    },
                ),
                migrations.CreateModel(
                    name='Presence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('holder', models.CharField(max_length=24, unique=True)),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.person')),
                        ('visit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gates.visit')),
                        ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gates.vehicle')),
                        ('inside', models.BooleanField()),
                        ('gate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gates.gate')),
                        ('at', models.DateTimeField(null=True, verbose_name='since')),
                    ],
                    options={
                        'ordering': ['id'],
                        'indexes': [models.Index(condition=models.Q(('inside', True)), fields=['gate'], name='presence_inside')],
                    },
                ),
                migrations.CreateModel(
                    name='Device',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='device')),
                        ('gate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='gates.gate', verbose_name='gate')),
                        ('token_hash', models.CharField(max_length=64, unique=True)),
                        ('app', models.CharField(blank=True, max_length=60, verbose_name='application')),
                        ('enrolled_at', models.DateTimeField(verbose_name='enrolled at')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('heard_at', models.DateTimeField(verbose_name='last heard of')),
                        ('queue', models.PositiveIntegerField(default=0, verbose_name='records waiting')),
                        ('drift', models.IntegerField(default=0, verbose_name='clock drift, s')),
                        ('lists', models.CharField(blank=True, max_length=64)),
                        ('lists_at', models.DateTimeField(null=True, verbose_name='lists of')),
                        ('revoked_at', models.DateTimeField(null=True, verbose_name='revoked at')),
                        ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['gate_id', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='EnrolmentCode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('gate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='gates.gate')),
                        ('code_hash', models.CharField(max_length=64, unique=True)),
                        ('made_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField()),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('used_at', models.DateTimeField(null=True)),
                        ('device', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='code', to='gates.device')),
                    ],
                    options={
                        'ordering': ['-id'],
                    },
                ),
                migrations.CreateModel(
                    name='Handover',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uid', models.UUIDField(unique=True)),
                        ('gate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='gates.gate', verbose_name='gate')),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='gates.device')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('received_at', models.DateTimeField(verbose_name='received at')),
                        ('outgoing', models.CharField(max_length=40, verbose_name='watch that ends')),
                        ('incoming', models.CharField(max_length=40, verbose_name='watch that begins')),
                        ('queue', models.PositiveIntegerField(verbose_name='records waiting')),
                        ('inside', models.PositiveIntegerField(verbose_name='inside')),
                        ('said', diba.plant.fields.SealedJson(null=True)),
                        ('signed_out', models.CharField(max_length=60, verbose_name='handed over by')),
                        ('signed_in', models.CharField(max_length=60, verbose_name='taken over by')),
                    ],
                    options={
                        'ordering': ['-at', '-id'],
                    },
                ),
                migrations.CreateModel(
                    name='Evacuation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('why', models.CharField(max_length=200, verbose_name='why')),
                        ('drill', models.BooleanField(default=False, verbose_name='exercise')),
                        ('begun_at', models.DateTimeField(verbose_name='begun at')),
                        ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by')),
                        ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                        ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['-begun_at', '-id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('drill',), name='evacuation_one_of_a_kind_runs'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('begun_at')), _connector='OR'), name='evacuation_ends_after_start')],
                    },
                ),
                migrations.CreateModel(
                    name='Visit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='visitor')),
                        ('phone', models.CharField(blank=True, max_length=32, verbose_name='phone')),
                        ('employer', models.CharField(blank=True, max_length=100, verbose_name='employer')),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='plant.person', verbose_name='host')),
                        ('purpose', models.CharField(max_length=200, verbose_name='purpose')),
                        ('begins_at', models.DateTimeField(verbose_name='from')),
                        ('ends_at', models.DateTimeField(verbose_name='until')),
                        ('declared', diba.plant.fields.SealedText(blank=True, default='', verbose_name='declaration')),
                        ('has_declared', models.BooleanField(default=False, verbose_name='has declared')),
                        ('state', models.CharField(choices=[('asked', 'waits for the host'), ('approved', 'approved'), ('refused', 'refused')], default='asked', max_length=8, verbose_name='state')),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(verbose_name='entered at')),
                    ],
                    options={
                        'ordering': ['begins_at', 'id'],
                        'indexes': [models.Index(fields=['ends_at'], name='gates_visit_ends_at_080414_idx')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='visit_ends_after_start')],
                    },
                ),
                migrations.CreateModel(
                    name='Vehicle',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('plate', models.CharField(max_length=12, verbose_name='plate')),
                        ('owner', models.CharField(blank=True, max_length=100, verbose_name='whose')),
                        ('driver', models.CharField(blank=True, max_length=60, verbose_name='driver')),
                        ('begins_at', models.DateTimeField(verbose_name='from')),
                        ('ends_at', models.DateTimeField(verbose_name='until')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(verbose_name='entered at')),
                    ],
                    options={
                        'ordering': ['plate', 'id'],
                        'indexes': [models.Index(fields=['ends_at'], name='gates_vehic_ends_at_699182_idx'), models.Index(fields=['plate'], name='gates_vehic_plate_fadb37_idx')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='vehicle_ends_after_start')],
                    },
                ),
                migrations.CreateModel(
                    name='Machine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('device', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='machine', to='gates.device')),
                        ('token_hash', models.CharField(max_length=64, unique=True)),
                        ('scopes', models.JSONField(default=list, verbose_name='scopes')),
                        ('a_minute', models.PositiveSmallIntegerField(default=120, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(6000)], verbose_name='requests a minute')),
                    ],
                    options={
                        'ordering': ['device_id'],
                    },
                ),
                migrations.CreateModel(
                    name='MachineReading',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uid', models.UUIDField(unique=True)),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='gates.device')),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.person')),
                        ('at', models.DateTimeField(db_index=True, verbose_name='at')),
                        ('said', diba.plant.fields.SealedJson(null=True)),
                        ('passage', models.UUIDField(null=True, verbose_name='passage')),
                    ],
                    options={
                        'ordering': ['at', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='PaperSheet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=8, unique=True, verbose_name='sheet')),
                        ('gate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='gates.gate', verbose_name='gate')),
                        ('day', models.DateField(db_index=True, verbose_name='day')),
                        ('rows', models.PositiveSmallIntegerField(verbose_name='rows')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(verbose_name='made at')),
                    ],
                    options={
                        'ordering': ['-day', 'gate__code', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='PaperRow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keyed', to='gates.papersheet')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='row')),
                        ('said', diba.plant.fields.SealedJson(null=True)),
                        ('crossing', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='paper', to='gates.crossing')),
                        ('twin', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='paper_twins', to='gates.crossing')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(verbose_name='keyed at')),
                    ],
                    options={
                        'ordering': ['sheet_id', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('sheet', 'number'), name='paper_row_once_a_sheet')],
                    },
                ),
                migrations.CreateModel(
                    name='SigningKey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public', models.CharField(max_length=64, unique=True)),
                        ('made_at', models.DateTimeField(verbose_name='made at')),
                        ('retired_at', models.DateTimeField(null=True, verbose_name='retired at')),
                    ],
                    options={
                        'ordering': ['-id'],
                    },
                ),
                migrations.CreateModel(
                    name='Pass',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(unique=True, verbose_name='pass number')),
                        ('kind', models.CharField(choices=[('person', 'person'), ('visitor', 'visitor'), ('vehicle', 'vehicle')], max_length=8, verbose_name='kind')),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gate_passes', to='plant.person')),
                        ('visit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='passes', to='gates.visit')),
                        ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='passes', to='gates.vehicle')),
                        ('begins_at', models.DateTimeField(verbose_name='valid from')),
                        ('ends_at', models.DateTimeField(verbose_name='valid until')),
                        ('zones', models.PositiveIntegerField(default=0)),
                        ('once', models.BooleanField(default=False, verbose_name='good for one entry')),
                        ('text', models.CharField(max_length=200)),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(verbose_name='issued at')),
                    ],
                    options={
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['person', 'ends_at'], name='gates_pass_person__bd7bb4_idx')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='pass_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'person'), ('person__isnull', False), ('vehicle', None), ('visit', None)), models.Q(('kind', 'visitor'), ('person', None), ('vehicle', None), ('visit__isnull', False)), models.Q(('kind', 'vehicle'), ('person', None), ('vehicle__isnull', False), ('visit', None)), _connector='OR'), name='pass_of_one_holder')],
                    },
                ),
                migrations.CreateModel(
                    name='Revocation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('issued', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='revocation', to='gates.pass')),
                        ('why', models.CharField(choices=[('lost', 'lost'), ('reissued', 'a new one was issued'), ('left', 'has left'), ('misused', 'misused'), ('other', 'other reason')], max_length=10, verbose_name='reason')),
                        ('at', models.DateTimeField(verbose_name='at')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['id'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalZone',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', models.CharField(db_index=True, max_length=20, verbose_name='code')),
                        ('name', models.CharField(max_length=60, verbose_name='Name')),
                        ('bit', models.PositiveSmallIntegerField(db_index=True, validators=[django.core.validators.MaxValueValidator(15)])),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical zone',
                        'verbose_name_plural': 'historical zones',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalZone_units',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('zone', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='gates.zone')),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='plant.unit')),
                        ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='gates.historicalzone')),
                        ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                    ],
                    options={
                        'verbose_name': 'HistoricalZone_units',
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Zone',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                        ('name', models.CharField(max_length=60, verbose_name='Name')),
                        ('bit', models.PositiveSmallIntegerField(unique=True, validators=[django.core.validators.MaxValueValidator(15)])),
                        ('units', models.ManyToManyField(blank=True, related_name='+', to='plant.unit', verbose_name='open to')),
                    ],
                    options={
                        'ordering': ['bit'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalGate',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', models.CharField(db_index=True, max_length=20, verbose_name='code')),
                        ('name', models.CharField(max_length=60, verbose_name='Name')),
                        ('place', models.CharField(blank=True, max_length=100, verbose_name='place')),
                        ('phone', models.CharField(blank=True, max_length=32, verbose_name='phone')),
                        ('directions', models.CharField(choices=[('in', 'in'), ('out', 'out'), ('both', 'in and out')], default='both', max_length=4, verbose_name='directions')),
                        ('active', models.BooleanField(default=True, verbose_name='in use')),
                        ('zone', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='gates.zone', verbose_name='zone')),
                        ('pattern', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='plant.watchpattern', verbose_name='watches')),
                        ('post', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='plant.post', verbose_name='post in the rosters')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.CharField(max_length=100, null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical gate',
                        'verbose_name_plural': 'historical gates',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Gate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                        ('name', models.CharField(max_length=60, verbose_name='Name')),
                        ('zone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gates', to='gates.zone', verbose_name='zone')),
                        ('place', models.CharField(blank=True, max_length=100, verbose_name='place')),
                        ('phone', models.CharField(blank=True, max_length=32, verbose_name='phone')),
                        ('directions', models.CharField(choices=[('in', 'in'), ('out', 'out'), ('both', 'in and out')], default='both', max_length=4, verbose_name='directions')),
                        ('pattern', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.watchpattern', verbose_name='watches')),
                        ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plant.post', verbose_name='post in the rosters')),
                        ('active', models.BooleanField(default=True, verbose_name='in use')),
                    ],
                    options={
                        'ordering': ['code'],
                    },
                ),
            ],
        ),
    ]
