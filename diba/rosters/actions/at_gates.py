"""What the rosters tell the gates: whose turn is in the plant, and who stands at which gate."""

from datetime import timedelta

from django.db.models import F, Q

from diba.plant import actions as plant

from ..models import CallUp, GateDuty, Stay
from .manning import duties_between, span


def turns(people, since, until):
    """Answer hook TURNS: the stays of these people (ids; None: all) that touch [since, until], a day a whole one. One query."""
    rows = Stay.objects.filter(cancelled_at=None, enters_on__lte=until.date(), leaves_on__gte=since.date())
    rows = rows.filter(Q(left_at=None) | Q(left_at__gt=since)).exclude(leaves_on__lt=F("enters_on"))
    if people is not None:
        rows = rows.filter(person__in=people)
    return [
        (person, plant.day_start(first), plant.day_start(last + timedelta(days=1)))
        for person, first, last in rows.order_by("enters_on").values_list("person", "enters_on", "leaves_on")
    ]


def on_watch(posts, since, until):
    """Answer hook ON_WATCH: who stands at these posts (ids) in [since, until): duties of rosters, and volunteers."""
    first, last, wanted = since.date() - timedelta(days=1), until.date(), set(posts)
    rows = [duty for duty in duties_between(first, last) if duty.post_id in wanted] if wanted else []
    volunteers = GateDuty.objects.filter(
        post__in=wanted, day__range=(first, last), call__state=CallUp.State.PUBLISHED
    ).select_related("person", "watch")
    found = []
    for duty in [*rows, *volunteers]:
        begins, ends = span(duty.day, duty.watch)
        if begins < until and since < ends:
            found.append((duty.post_id, begins, ends, duty.person))
    return found
