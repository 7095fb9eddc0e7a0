"""Volunteers at the gates: who may stand, calling them up, their answers, and whether they came."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Watch

from ..models import Attendance, CallNeed, CallUp, GateDuty, Invitation, Reply, Volunteer


@transaction.atomic
def enlist(people, *, by, skills=(), trained_until=None, insured_until=None, most_a_week=2):
    """Enter people as volunteers, or what has changed of them; return how many."""
    values = {
        "skills": list(skills),
        "trained_until": trained_until,
        "insured_until": insured_until,
        "most_a_week": most_a_week,
        "left_at": None,
    }
    for person in people:
        row, _new = Volunteer.objects.update_or_create(person=person, defaults=values)
        plant.note(by, "volunteer.entered", row)
    return len(people)


@transaction.atomic
def discharge(volunteer, *, by):
    """Take somebody off the list; what he did stays written."""
    done = Volunteer.objects.filter(pk=volunteer.pk, left_at=None).update(left_at=plant.now())
    if done:
        plant.note(by, "volunteer.left", volunteer)
    return bool(done)


def roll():
    """Return [(volunteer, minutes stood, watches stood, times not come)] of everybody on the list; three queries."""
    rows = list(Volunteer.objects.filter(left_at=None).select_related("person__unit"))
    newest = {}
    for row in Attendance.objects.filter(duty__person__in=[row.person_id for row in rows]).select_related("duty"):
        newest[row.duty_id] = row
    minutes, stood, missed = Counter(), Counter(), Counter()
    for row in newest.values():
        minutes[row.duty.person_id] += row.minutes if row.came else 0
        stood[row.duty.person_id] += row.came
        missed[row.duty.person_id] += not row.came
    return [(row, minutes[row.person_id], stood[row.person_id], missed[row.person_id]) for row in rows]


@transaction.atomic
def call_up(*, by, name, pattern, first_day, days, gates, needed, by_day_only, answer_hours):
    """Call everybody who may stand on one of the days; return the call. Raises BadInput when there is nobody."""
    if first_day < plant.today():
        raise BadInput("is_over", "first_day", value=str(first_day))
    span = [first_day + timedelta(days=offset) for offset in range(days)]
    ready = [
        row
        for row in Volunteer.objects.filter(left_at=None).select_related("person")
        if any(row.may_stand_on(day) for day in span)
    ]
    if not ready:
        raise BadInput("nobody", "first_day")
    watches = [watch for watch in Watch.objects.filter(pattern=pattern) if not (by_day_only and watch.night)]
    if not watches:
        raise BadInput("no_watches", "pattern")
    call = CallUp.objects.create(
        name=name,
        pattern=pattern,
        first_day=first_day,
        days=days,
        answer_by=plant.now() + timedelta(hours=answer_hours),
        by=by,
        at=plant.now(),
    )
    CallNeed.objects.bulk_create(
        [CallNeed(call=call, post=post, watch=watch, needed=needed) for post in gates for watch in watches]
    )
    Invitation.objects.bulk_create([Invitation(call=call, person=row.person) for row in ready])
    plant.note(by, "call.opened", call, detail=f"people={len(ready)}")
    values = {
        "name": name,
        "first": f"{first_day:%m-%d}",
        "last": f"{span[-1]:%m-%d}",
        "until": f"{call.answer_by.astimezone():%m-%d %H:%M}",
    }
    words = gettext_noop("Volunteers wanted: {name}, {first} to {last}; answer by {until}")
    plant.tell([row.person for row in ready], words, values, link="/rosters/calls/", by=by)
    return call


@transaction.atomic
def answer(invitation, yes, days=(), *, by):
    """Write down an answer; the newest counts, until the duties are published. Raises BadInput."""
    call = CallUp.objects.select_for_update().get(pk=invitation.call_id)
    if call.state in (CallUp.State.PUBLISHED, CallUp.State.DROPPED):
        raise BadInput("closed", "call", value=call.pk)
    span = {str(call.first_day + timedelta(days=offset)) for offset in range(call.days)}
    if not set(days) <= span:
        raise BadInput("out_of_range", "days", value=str(days)[:80])
    row = Reply.objects.create(invitation=invitation, yes=yes, days=sorted(days) if yes else [], by=by, at=plant.now())
    plant.note(by, "call.answered", call, detail="yes" if yes else "no")
    return row


@dataclass(frozen=True)
class Answer:
    """What somebody who was called says now. state: yes, no or none; late: no answer and the time is over."""

    invitation: object
    reply: object
    late: bool

    @property
    def state(self):
        return "none" if self.reply is None else "yes" if self.reply.yes else "no"

    @property
    def days(self):
        return [date.fromisoformat(day) for day in self.reply.days] if self.reply else []


def answers(call):
    """Return an Answer for everybody who was called; two queries."""
    newest = {row.invitation_id: row for row in Reply.objects.filter(invitation__call=call)}
    over = plant.now() > call.answer_by
    rows = call.invitations.select_related("person__unit", "person__volunteer")
    return [Answer(row, newest.get(row.pk), over and row.pk not in newest) for row in rows]


@transaction.atomic
def publish_call(call, *, by):
    """Put the drafted duties into force and tell each volunteer his; return how many. Raises BadInput."""
    locked = CallUp.objects.select_for_update().get(pk=call.pk)
    if locked.state != CallUp.State.DRAFTED:
        raise BadInput("not_a_draft", "state", value=locked.state)
    locked.state = CallUp.State.PUBLISHED
    locked.save(update_fields=["state"])
    by_person = {}
    for duty in locked.duties.select_related("person", "watch", "post"):
        by_person.setdefault(duty.person, []).append(f"{duty.day:%m-%d} {duty.watch.name}{duty.post.name}")
    for person, duties in by_person.items():
        words = gettext_noop("Your watches as a volunteer ({count}): {days}")
        plant.tell(
            [person],
            words,
            {"count": len(duties), "days": "；".join(duties[:4])},
            link="/rosters/calls/",
            receipt_wanted=True,
            by=by,
        )
    plant.note(by, "call.published", locked, detail=f"told={len(by_person)}")
    return len(by_person)


@transaction.atomic
def drop_call(call, *, by):
    """Drop a call that is not published; say whether it was."""
    done = CallUp.objects.filter(pk=call.pk, state__in=[CallUp.State.OPEN, CallUp.State.DRAFTED]).update(
        state=CallUp.State.DROPPED
    )
    if done:
        plant.note(by, "call.dropped", call)
    return bool(done)


@transaction.atomic
def attend(duty, came, minutes, *, by):
    """Write down whether a volunteer came and for how long; a correction is one more row. Raises BadInput."""
    if duty.call.state != CallUp.State.PUBLISHED or duty.day > plant.today():
        raise BadInput("not_yet", "came", value=str(duty.day))
    row = Attendance.objects.create(duty=duty, came=came, minutes=minutes if came else 0, by=by, at=plant.now())
    plant.note(by, "attendance.entered", row)
    return row


def calls_of(person):
    """Return ([(invitation, its newest reply)] that may still be answered, coming gate duties) of one person."""
    rows = Invitation.objects.filter(person=person, call__state__in=[CallUp.State.OPEN, CallUp.State.DRAFTED])
    rows = rows.select_related("call").prefetch_related("replies", "call__needs__post")
    duties = GateDuty.objects.filter(person=person, call__state=CallUp.State.PUBLISHED, day__gte=plant.today())
    return [(row, max(row.replies.all(), key=lambda reply: reply.pk, default=None)) for row in rows], list(
        duties.select_related("watch", "post")
    )
