"""Watches at the gates in the tests: six gates, a call of a week of theirs, and watches written by hand."""

from datetime import timedelta

from diba.plant.models import WatchPattern
from diba.rosters.actions import volunteers

GATES, DAYS = 6, 7


def called(plant, planner, posts, **more):
    return volunteers.call_up(
        by=planner, name="卡口值守周", pattern=WatchPattern.objects.get(code="3x8"), first_day=plant.today + timedelta(days=2),
        days=DAYS, gates=posts, needed=1, by_day_only=False, answer_hours=24, **more,
    )  # fmt: skip


def second(plant, planner, posts, days, by_day_only=False, offset=0):
    call = volunteers.call_up(
        by=planner, name="第二批", pattern=WatchPattern.objects.get(code="3x8"), first_day=plant.today + timedelta(days=2 + offset),
        days=days, gates=posts[:1], needed=1, by_day_only=by_day_only, answer_hours=24,
    )  # fmt: skip
    for invitation in call.invitations.all():
        volunteers.answer(invitation, True, by=None)
    return call
