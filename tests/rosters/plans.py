"""A roster made by a rotation known to keep every rule, so that a test need not search for one."""

from datetime import timedelta

from django.utils import timezone

from diba.plant.models import Certificate, Post, Watch, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Duty, Roster

from ..conftest import TODAY

CYCLE = ("早", None, "中", None, "夜", None)


def day(offset):
    """Return the day so many days from today."""
    return TODAY + timedelta(days=offset)


def by_rotation(plant, by, days=14, publish=True, first=None):
    """Return a roster of the small plant from today (or `first`): at each post six people, one on each watch, off every other day."""
    first = first or plant.today
    pattern = WatchPattern.objects.get(code="3x8")
    row = Roster.objects.create(
        state=Roster.State.DRAFT, pattern=pattern, first_day=first, days=days, asked_by=by, asked_at=timezone.now(),
        rules={**rosters.DEFAULT_RULES, "block": 0, "seconds": 2},
    )  # fmt: skip
    watches = {watch.code: watch for watch in Watch.objects.filter(pattern=pattern)}
    for post in Post.objects.all():
        held = Certificate.objects.filter(qualification__in=post.qualifications.all()).order_by("person")
        for turn, certificate in enumerate(held):
            for offset in range(days):
                if code := CYCLE[(offset + turn) % 6]:
                    date = first + timedelta(days=offset)
                    Duty.objects.create(roster=row, person=certificate.person, day=date, watch=watches[code], post=post)
    if publish:
        rosters.publish(row, by=by)
        row.refresh_from_db()
    return row


def duty_of_who_is_off_today(roster):
    """Return a later duty of somebody who stands no watch today: one that has begun is left as it is, and stays short."""
    today = roster.duties.filter(day=roster.first_day).values("person")
    later = roster.duties.filter(day__gte=roster.first_day + timedelta(days=2)).exclude(person__in=today)
    return later.select_related("person", "post", "watch")[0]
