"""What the rosters tell the gates: whose turn is in the plant, and who stands at which gate."""

from datetime import timedelta

from django.db.models import Case, DateTimeField, Exists, F, Q, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from diba.core import gating
from diba.plant import actions as plant
from diba.plant.actions.statements import Among, Part

from ..models import CallUp, GateDuty, Stay
from .manning import duties_between

AFTER, AHEAD = (timedelta(seconds=span) for span in (gating.Limits().after, gating.Limits().ahead))
OVERDUE = timedelta(days=60)  # so long somebody whose day is over counts as inside until it is said that he came out


def turns(people, since, until):
    """Answer hook TURNS: the stays of these people (ids; None: all) that touch [since, until], and those over of late. One query.

    A planned day is a whole one of the plant's. Whoever went in is inside until it is said that he came out; whoever came out
    is out from that moment on, be it in the middle of his turn.
    """
    rows = _stays(*_moments(since, until))
    if people is not None:
        rows = rows.filter(Among(F("person"), people))
    return [_span(*row) for row in rows.values_list("person", "enters_on", "leaves_on", "left_at", "entered_at")]


def turns_of_one():
    """Answer hook TURNS_OF_ONE: the same about one person, as part of a statement."""
    names = ("person", "enters_on", "enters_on", "leaves_on", "leaves_on", "left_at", "left_at")
    fields = [Stay._meta.get_field(name) for name in names]
    return Part(fields, _of_one, lambda person, since, until: (person, *_moments(since, until)), _read)


def _of_one(person, *moments):
    ends = Coalesce("left_at", Cast("leaves_on", DateTimeField()))
    word = Case(
        When(left_at__isnull=False, then=Value("out")),
        When(entered_at__isnull=False, then=Value("in")),
        default=Value(""),
    )
    return _stays(*moments).filter(person=person).order_by().values_list(Cast("enters_on", DateTimeField()), ends, word)


def _read(person, since, until, rows):
    return [
        _span(person, first.date(), last.date(), last if word == "out" else None, word or None)
        for first, last, word in sorted(rows, key=lambda row: row[0])
    ]


def _span(person, first, last, left, entered):
    """Return (person, from, until) of a stay."""
    over = plant.day_start(last + timedelta(days=1))
    return person, plant.day_start(first), left or (over + OVERDUE if entered else over)


def _moments(since, until):
    """Return what `_stays` is asked with: the plant's days and moments of [since, until], and of those around it that matter."""
    first, last = (timezone.localtime(moment).date() for moment in (since, until))
    return last, first + AHEAD, first, first - OVERDUE, since, since - AFTER


def _stays(last, soon, first, overdue, since, gone):
    """Return the stays that begin until a day and are not over, and beside them those over of late as long as anybody lives in.

    Once nobody does, and nobody soon will, whoever did is an ordinary person again.
    """
    rows = Stay.objects.filter(cancelled_at=None).exclude(leaves_on__lt=F("enters_on"))
    planned, went = Q(leaves_on__gte=first), Q(entered_at__isnull=False, leaves_on__gte=overdue)
    runs = Q(left_at__gt=since) | Q(left_at=None) & (planned | went)
    late = Q(left_at__gt=gone) | Q(left_at=None, leaves_on__gte=overdue)
    someone = rows.filter(runs, enters_on__lte=soon)
    return rows.filter(runs | late & Exists(someone.order_by()), enters_on__lte=last).order_by("enters_on")


def on_watch(posts, since, until):
    """Answer hook ON_WATCH: who stands at these posts (ids) in [since, until): duties of rosters, and volunteers."""
    first, last = (timezone.localtime(moment).date() for moment in (since, until))
    first, wanted = first - timedelta(days=1), set(posts)
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
