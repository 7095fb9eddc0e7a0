"""What volunteers have stood and will stand: how a call's watches are shared out, the word before a watch, thanks at the end."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.plant import actions as plant

from ..models import Attendance, CallUp, GateDuty, Volunteer


class Share(NamedTuple):
    """What one volunteer has of a call's watches. most: his own limit in these days."""

    person: object
    watches: int
    nights: int
    weekends: int
    minutes: int
    most: int


def shares(call, duties, said):
    """Return (Share of everybody who said yes, most watches first, [(watches, how many people have so many)])."""
    mine = defaultdict(list)
    for duty in duties:
        mine[duty.person_id].append(duty)
    weeks = -(-call.days // 7)
    people = {each.invitation.person_id: each.invitation.person for each in said if each.state == "yes"}
    people |= {duty.person_id: duty.person for duty in duties}
    limits = dict(Volunteer.objects.filter(person__in=people).values_list("person", "most_a_week"))
    rows = [
        Share(person, len(mine[pk]), sum(duty.watch.night for duty in mine[pk]), sum(duty.day.weekday() >= 5 for duty in mine[pk]),
              sum(duty.watch.minutes for duty in mine[pk]), limits.get(pk, 0) * weeks)
        for pk, person in people.items()
    ]  # fmt: skip
    counted = Counter(row.watches for row in rows)
    spread = [(n, counted[n]) for n in range(max(counted, default=0) + 1)]
    return sorted(rows, key=lambda row: (-row.minutes, -row.nights, row.person.pk)), spread


AWAKE = (7, 21)  # h; in between people are told
AHEAD = timedelta(hours=14)


def remind():
    """Remind volunteers of the watch that begins within 14 hours, once, by day; return how many. The clock calls this."""
    now = plant.now()
    if not AWAKE[0] <= now.hour < AWAKE[1]:
        return 0
    rows = GateDuty.objects.filter(
        call__state=CallUp.State.PUBLISHED, reminded_at=None, day__range=(now.date(), now.date() + timedelta(days=1))
    ).select_related("watch", "post")  # fmt: skip
    due = [row for row in rows if now < row.watch.span(row.day)[0] <= now + AHEAD]
    return sum(_reminded(row, now) for row in due)


@transaction.atomic
def _reminded(duty, now):
    if not GateDuty.objects.filter(pk=duty.pk, reminded_at=None).update(reminded_at=now):
        return False
    words = gettext_noop("You stand at the gates: {day} {watch} {gate}, from {time}")
    values = {
        "day": f"{duty.day:%m-%d}", "watch": duty.watch.name, "gate": duty.post.name, "time": f"{duty.watch.starts:%H:%M}",
    }  # fmt: skip
    plant.tell([duty.person_id], words, values, link="/rosters/calls/")
    return True


class Thanks(NamedTuple):
    """What a volunteer is thanked for."""

    volunteer: object
    first: date
    last: date
    watches: int
    minutes: int
    nights: int
    gates: list


def thanks(volunteer):
    """Return what somebody stood at the gates, or None before his first watch; two queries."""
    newest = {}
    rows = Attendance.objects.filter(duty__person=volunteer.person_id).select_related("duty__watch", "duty__post")
    for row in rows:
        newest[row.duty_id] = row
    came = [row for row in newest.values() if row.came]
    if not came:
        return None
    days = [row.duty.day for row in came]
    return Thanks(
        volunteer, min(days), max(days), len(came), sum(row.minutes for row in came),
        sum(row.duty.watch.night for row in came), sorted({row.duty.post.name for row in came}),
    )  # fmt: skip
