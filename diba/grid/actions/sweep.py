"""Who is due, late, missing: rows that flip when their time has come, found by one indexed sweep.

The shape of healthchecks' missed ping: `alert_after` says when a state ends by itself; only rows past it are read; a
flip is claimed by compare-and-set, so that two workers never flip one row twice. After down time the state is computed
anew for now, not replayed step by step, so that nobody is called about yesterday's noon.
"""

from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from diba.plant import actions as plant
from diba.plant.actions.statements import Among, among
from diba.plant.models import Role, Task

from ..models import CheckIn, Expectation, Flip, Slot
from .due import asked_from, due_at, later_dues, rests_until
from .policies import policy_on

State = Expectation.State
BATCH = 500  # rows a statement; SQLite takes at most 32,766 values
CLAIM = 10_000  # rows moved by a transaction: so long somebody among them waits with his report
AGAIN = timedelta(minutes=1)  # a row just moved is not looked at again before
FLOOD = timedelta(minutes=30)  # a flip found later than this after its time was missed by a sleeping server


def expect(person, slot=Slot.MORNING, day=None):
    """Expect a check-in of a person from today on."""
    row, _ = Expectation.objects.get_or_create(
        person=person, slot=slot, defaults={"day": day or plant.today(), "state": State.DUE, "alert_after": plant.now()}
    )
    return row


def forget_expectations(people):
    """Drop what is expected of people whose entry is taken back: the sweep made it, nobody has written it."""
    for start in range(0, len(people), BATCH):
        rows = Expectation.objects.filter(person__in=people[start : start + BATCH])
        Flip.objects.filter(expectation__in=rows).delete()
        rows.delete()


def asked_twice(person):
    """Say whether a person is asked in the evening too."""
    rows = Expectation.objects.filter(person=person, slot=Slot.EVENING)
    return rows.exclude(state=State.PAUSED).exists()


def state_at(now, slot, reported, policy, later=None):
    """Return (state, day, alert_after) of somebody who was last heard for the day `reported` (None: never).

    later: when he is due today, if that is later than for everybody. Computed from the moment alone, so that a sweep after
    a week of down time gives what a sweep every minute would.
    """
    today = timezone.localdate(now)
    asked, again = asked_from(slot, today, policy), rests_until(slot, today, policy)
    if now < asked:  # today is not asked for yet: the state is yesterday's, which can only be heard or missing
        yesterday = today - timedelta(days=1)
        heard = reported is not None and reported >= yesterday
        return State.UP if heard else State.MISSING, yesterday, asked
    if reported is not None and reported >= today:
        return State.UP, today, again
    due = later or due_at(today, slot, policy)
    if now < due:
        return State.DUE, today, due
    late_ends = due + timedelta(minutes=policy.grace)
    if now < late_ends:
        return State.LATE, today, late_ends
    return State.MISSING, today, again


class Passed(NamedTuple):
    """An expectation whose state has ended by itself. last: the last day within a month for which its slot was heard."""

    id: int
    person_id: int
    slot: str
    state: str
    day: date
    missing_days: int
    last: date | None


def sweep(now=None):
    """Flip every expectation whose time has come; return the number of flips. Safe under any number of workers."""
    now = now or plant.now()
    today = timezone.localdate(now)
    policy = policy_on(today)
    if policy is None:
        return 0
    flipped, later = 0, None
    passed = Expectation.objects.filter(alert_after__lte=now).annotate(last=_last_heard(today)).order_by("alert_after")
    while rows := list(passed.values_list(*Passed._fields)[:CLAIM]):
        later = later_dues(today, policy) if later is None else later
        flipped += _flip([Passed(*row) for row in rows], now, policy, later)
    return flipped


def _last_heard(today):
    """Return the last day heard of an expectation, asked of the database with its row: a month of reports is never read."""
    first = CheckIn.objects.filter(corrects=None, day__gte=today - timedelta(days=30))
    of_it = first.filter(person=OuterRef("person"), slot=OuterRef("slot"))
    return Subquery(of_it.order_by("-day").values("day")[:1])


@transaction.atomic
def _flip(rows, now, policy, later):
    groups = defaultdict(list)
    for row in rows:
        due = later.get(row.person_id) if row.slot == Slot.MORNING else None
        groups[row.state, row.slot, row.day, row.missing_days, row.last, due].append(row.id)
    flipped = 0
    for (old, slot, old_day, missing, last, due), ids in groups.items():
        new, day, alert_after, missing = _next(old, old_day, missing, state_at(now, slot, last, policy, due), last)
        # Compare-and-set: a row that a check-in or another worker moved meanwhile is left alone.
        claimed = Expectation.objects.filter(Among(F("pk"), ids), state=old, day=old_day, alert_after__lte=now)
        kept = list(claimed.select_for_update().values_list("pk", flat=True))
        if alert_after is not None:  # never past already, whatever the rules say: the same rows would be taken for ever
            alert_after = max(alert_after, now + AGAIN)
        if old != new:
            flipped += _write_flips(kept, day, old, new, now)
        Expectation.objects.filter(Among(F("pk"), kept)).update(
            state=new, day=day, alert_after=alert_after, missing_days=missing
        )
    return flipped


_FLIPS = """INSERT INTO grid_flip (expectation_id, day, old, new, at, caught_up)
SELECT id, %s, %s, %s, %s, alert_after < %s FROM grid_expectation WHERE id {among}"""


def _write_flips(ids, day, old, new, now):
    """Write one flip for each of these expectations, as they stand before they are moved; return how many."""
    fields = [Flip._meta.get_field(name) for name in ("day", "old", "new", "at", "at")]
    values = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, (day, old, new, now, now - FLOOD), strict=True)
    ]
    among_these, these = among(ids)
    with connection.cursor() as cursor:
        cursor.execute(_FLIPS.format(among=among_these), [*values, these])
    return len(ids)


def _next(old, old_day, missing, coming, last):
    """Return (state, day, alert_after, days missing) that follow for all who stand alike. coming: their `state_at`."""
    if old == State.PAUSED:
        return State.PAUSED, old_day, None, missing
    state, day, alert_after = coming
    if state == State.UP:
        return state, day, alert_after, 0
    # Of somebody never heard from the days are counted on from what the row had.
    gone = (day - last).days - (state != State.MISSING) if last else missing + (day - old_day).days
    return state, day, alert_after, max(0, min(gone, 30_000))


def unanswered_flips(limit=5000):
    """Tell each cell's lead who went missing: one message a lead and sweep, however many people; return how many.

    Of somebody in no cell the health officers of his unit are told.
    """
    Flip.objects.filter(answered_at=None).exclude(new=State.MISSING).update(answered_at=plant.now())
    return _answer(limit)


@transaction.atomic
def _answer(limit):
    # Claimed and told together: whoever comes at the same moment waits here and finds what was left, and a crash leaves all of it.
    flips = list(
        Flip.objects.filter(answered_at=None, new=State.MISSING)
        .select_related(
            "expectation__person__cell", "expectation__person__unit", "expectation__person__relative_of__unit"
        )
        .select_for_update(of=("self",))
        .order_by("id")[:limit]
    )
    Flip.objects.filter(Among(F("pk"), [flip.pk for flip in flips])).update(answered_at=plant.now())
    by_cell, by_unit = defaultdict(list), defaultdict(list)
    for flip in flips:
        person = flip.expectation.person
        if flip.expectation.state == State.MISSING:
            (by_cell if person.cell_id else by_unit)[place_of(person)].append(person)
    leads = plant.leads_of(by_cell)
    moment = f"{plant.now():%m-%d %H:%M}"  # once a sweep that found somebody: who slept after a night comes later
    for cell, people in by_cell.items():
        words = gettext_noop("{cell}: {count} not heard from today: {names}")
        _close_of_days_before(f"missing:{cell.pk}:")
        plant.ask(
            words, {"cell": cell.name, **_counted(people)}, owner=leads[cell.pk],
            role="" if leads[cell.pk] else Role.HEALTH_OFFICER, unit=cell, key=f"missing:{cell.pk}:{moment}", link="/grid/cell/",
        )  # fmt: skip
    for unit, people in by_unit.items():
        words, key = gettext_noop("{count} in no cell not heard from today: {names}"), unit.pk if unit else 0
        _close_of_days_before("missing:0:", f":{key}")
        plant.ask(
            words, _counted(people), role=Role.HEALTH_OFFICER, unit=unit, key=f"missing:0:{moment}:{key}", link="/grid/cell/without/",
        )  # fmt: skip
    return len(by_cell) + len(by_unit)


def place_of(person):
    """Return the unit whose officers answer for a person who is asked daily: his cell, without one his unit, of a relative his employee's."""
    if person.cell_id or person.unit_id:
        return person.cell or person.unit
    return person.relative_of.unit if person.relative_of_id else None


def _counted(people):
    return {"count": len(people), "names": "、".join(person.name for person in people[:5])}


def _close_of_days_before(prefix, suffix=""):
    """Close what was asked on the days before: it is asked anew, with those still not heard from among the names."""
    for task in Task.objects.filter(closed_at=None, key__startswith=prefix, key__endswith=suffix):
        if not task.key.startswith(f"{prefix}{plant.now():%m-%d} "):
            plant.close(task, gettext("Asked anew: still not heard from"))
