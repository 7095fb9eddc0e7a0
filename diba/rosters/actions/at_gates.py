"""What the rosters tell the gates: whose turn is in the plant, and who stands at which gate."""

from datetime import timedelta

from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Cast

from diba.plant import actions as plant
from diba.plant.actions.statements import Part

from ..models import CallUp, GateDuty, Stay
from .manning import duties_between


def turns(people, since, until):
    """Answer hook TURNS: the stays of these people (ids; None: all) that touch [since, until], a day a whole one. One query."""
    rows = _stays(since.date(), until.date(), since)
    if people is not None:
        rows = rows.filter(person__in=people)
    return [
        (person, plant.day_start(first), plant.day_start(last + timedelta(days=1)))
        for person, first, last in rows.values_list("person", "enters_on", "leaves_on")
    ]


def turns_of_one():
    """Answer hook TURNS_OF_ONE: the same about one person, as part of a statement."""
    fields = [Stay._meta.get_field(name) for name in ("person", "leaves_on", "enters_on", "left_at")]
    return Part(fields, _of_one, lambda person, since, until: (person, since.date(), until.date(), since), _read)


def _of_one(person, first, last, since):
    days = (Cast(name, DateTimeField()) for name in ("enters_on", "leaves_on"))
    return _stays(first, last, since).filter(person=person).values_list(*days, Value(""))


def _read(person, since, until, rows):
    return [
        (person, plant.day_start(first.date()), plant.day_start(last.date() + timedelta(days=1)))
        for first, last, _ in rows
    ]


def _stays(first, last, since):
    rows = Stay.objects.filter(cancelled_at=None, enters_on__lte=last, leaves_on__gte=first)
    rows = rows.filter(Q(left_at=None) | Q(left_at__gt=since)).exclude(leaves_on__lt=F("enters_on"))
    return rows.order_by("enters_on")


def on_watch(posts, since, until):
    """Answer hook ON_WATCH: who stands at these posts (ids) in [since, until): duties of rosters, and volunteers."""
    first, last, wanted = since.date() - timedelta(days=1), until.date(), set(posts)
    rows = [duty for duty in duties_between(first, last) if duty.post_id in wanted] if wanted else []
    volunteers = GateDuty.objects.filter(
        post__in=wanted, day__range=(first, last), call__state=CallUp.State.PUBLISHED
    ).select_related("person", "watch")
    found = []
    for duty in [*rows, *volunteers]:
        begins, ends = duty.watch.span(duty.day)
        if begins < until and since < ends:
            found.append((duty.post_id, begins, ends, duty.person))
    return found
