"""Volunteers at the gates: who may stand, calling them up, their answers, and whether they came."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Watch, WatchPattern

from ..models import Attendance, CallNeed, CallUp, GateDuty, Invitation, Reply, Volunteer
from . import gate_rules
from .gate_marks import most_minutes


@transaction.atomic
def enlist(people, *, by, skills=(), trained_until=None, insured_until=None, most_a_week=None):
    """Enter people as volunteers, or what has changed of them; return how many.

    Without skills or a limit, what somebody said of himself stays. Who may stand from now on is asked in every call that
    waits for answers.
    """
    values = {"trained_until": trained_until, "insured_until": insured_until, "left_at": None}
    values |= {"skills": list(skills)} if skills else {}
    values |= {"most_a_week": most_a_week} if most_a_week else {}
    for person in people:
        row, _new = Volunteer.objects.update_or_create(person=person, defaults=values)
        plant.note(by, "volunteer.entered", row)
    _ask_late(people, by)
    return len(people)


@transaction.atomic
def offer(person, *, by, skills=(), most_a_week=2):
    """Let somebody sign up himself; training and insurance are entered by a planner, until then he stands nowhere."""
    values = {"skills": list(skills), "most_a_week": most_a_week, "left_at": None}
    row, new = Volunteer.objects.update_or_create(
        person=person, defaults=values, create_defaults={**values, "offered_at": plant.now()}
    )
    if not new and row.offered_at is None:
        Volunteer.objects.filter(pk=row.pk).update(offered_at=plant.now())
    plant.note(by, "volunteer.offered", row)
    return row


def _ask_late(people, by):
    """Ask people who came onto the list while a call waits for answers."""
    calls = CallUp.objects.filter(state=CallUp.State.OPEN, answer_by__gt=plant.now())
    for call in calls:
        ready = _ready(call, Volunteer.objects.filter(person__in=people).select_related("person"))
        asked = set(call.invitations.values_list("person", flat=True))
        fresh = [row.person for row in ready if row.person_id not in asked]
        Invitation.objects.bulk_create([Invitation(call=call, person=person) for person in fresh])
        if fresh:
            _tell_of(call, fresh, by)


def _ready(call, rows):
    """Return the volunteers who may stand on one of the days of a call, and can do what it asks for."""
    span = _span(call)
    able = [row for row in rows if row.left_at is None and (not call.skill or call.skill in row.skills)]
    return [row for row in able if any(row.may_stand_on(day) for day in span)]


def _span(call):
    return [call.first_day + timedelta(days=offset) for offset in range(call.days)]


def _tell_of(call, people, by):
    words = gettext_noop("Volunteers wanted: {name}, {first} to {last}; answer by {until}")
    plant.tell(people, words, _values(call), link="/rosters/calls/", by=by)


def _values(call):
    return {
        "name": call.name, "first": f"{call.first_day:%m-%d}", "last": f"{_span(call)[-1]:%m-%d}",
        "until": f"{call.answer_by.astimezone(plant.now().tzinfo):%m-%d %H:%M}",
    }  # fmt: skip


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
def call_up(
    *, by, name, pattern, first_day, days, gates, needed, by_day_only, answer_hours, skill="", units=()
):  # fmt: skip
    """Call everybody who may stand on one of the days; return the call. Raises BadInput when there is nobody to ask.

    "called", with the other call's id, when one for the same gates and days waits for its answers: nobody is asked twice.
    units: branches and teams whose people are asked to sign up, as far as they are not on the list.
    """
    if first_day < plant.today():
        raise BadInput("is_over", "first_day", value=str(first_day))
    call = CallUp(
        name=name, pattern=pattern, first_day=first_day, days=days, skill=skill, by=by, at=plant.now(),
        answer_by=plant.now() + timedelta(hours=answer_hours),
    )  # fmt: skip
    ready = [row.person for row in _ready(call, Volunteer.objects.filter(left_at=None).select_related("person"))]
    others = _others(units)
    if not ready and not others:
        raise BadInput("nobody", "first_day")
    watches = [watch for watch in Watch.objects.filter(pattern=pattern) if not (by_day_only and watch.night)]
    if not watches:
        raise BadInput("no_watches", "pattern")
    if (same := _same_open(call, gates)) is not None:
        raise BadInput("called", "gates", value=same)
    call.save()
    call.units.set(units)
    CallNeed.objects.bulk_create(
        [CallNeed(call=call, post=post, watch=watch, needed=needed) for post in gates for watch in watches]
    )
    Invitation.objects.bulk_create([Invitation(call=call, person=person) for person in ready])
    plant.note(by, "call.opened", call, detail=f"people={len(ready)}")
    _tell_of(call, ready, by)
    if others:
        words = gettext_noop("Volunteers wanted at the gates, {first} to {last}: sign up by {until}")
        plant.tell(others, words, _values(call), link="/rosters/calls/", by=by)
    return call


def _same_open(call, gates):
    """Return the id of the open call that asks for the same gates, days and skill as a new one, else None.

    Of two that are sent at once the second waits for the pattern's lock, and sees the first.
    """
    WatchPattern.objects.select_for_update(no_key=True).get(pk=call.pattern_id)
    like = {"pattern": call.pattern_id, "first_day": call.first_day, "days": call.days, "skill": call.skill}
    wanted, found = {post.pk for post in gates}, {}
    rows = CallNeed.objects.filter(
        call__state=CallUp.State.OPEN, **{f"call__{name}": value for name, value in like.items()}
    )
    for pk, post in rows.order_by("call").values_list("call", "post"):
        found.setdefault(pk, set()).add(post)
    return next((pk for pk, posts in found.items() if posts == wanted), None)


def _others(units):
    """Return the active people of units who are not on the list."""
    listed = Volunteer.objects.filter(left_at=None).values("person")
    inside = Q(pk__in=[])
    for unit in units:
        inside |= Q(unit__path__startswith=unit.path) | Q(cell__path__startswith=unit.path)
    return list(plant.active().filter(inside).exclude(staff_no=None).exclude(pk__in=listed))


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
    """Put the drafted duties into force and tell each volunteer his; return how many.

    Raises BadInput, "cannot_stand" with [(name, code of the reason, day)] when somebody said no since, left or may not stand.
    """
    locked = _locked_with_others(call)
    if locked.state != CallUp.State.DRAFTED:
        raise BadInput("not_a_draft", "state", value=locked.state)
    if barred := _cannot_stand(locked):
        raise BadInput("cannot_stand", "person", value=barred)
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


def _locked_with_others(call):
    """Lock a call and those whose watches may meet its own, in the order of their ids: two that are published wait for each other."""
    first, reach = call.first_day, timedelta(days=28 + gate_rules.REACH)
    rows = CallUp.objects.select_for_update().filter(
        Q(pk=call.pk)
        | Q(state__in=[CallUp.State.DRAFTED, CallUp.State.PUBLISHED])
        & Q(first_day__range=(first - reach, first + timedelta(days=call.days) + reach))
    )
    return next(row for row in list(rows.order_by("pk")) if row.pk == call.pk)


def _cannot_stand(call):
    """Return [(name, why, first day)] of those with drafted duties that they may not stand any more; a constant number of queries."""
    said, found = {each.invitation.person_id: each for each in answers(call)}, {}
    listed = {row.person_id: row for row in Volunteer.objects.filter(person__in=call.duties.values("person"))}
    duties = list(call.duties.select_related("person", "watch").order_by("day"))
    clashing = _clashing(call, duties, {pk: row.most_a_week for pk, row in listed.items()})
    for duty in duties:
        volunteer, answer_of = listed.get(duty.person_id), said.get(duty.person_id)
        if answer_of is not None and answer_of.state == "no":
            why = "said_no"
        elif answer_of is not None and answer_of.days and duty.day not in answer_of.days:
            why = "other_days"
        elif volunteer is None or volunteer.left_at is not None:
            why = "left"
        elif not volunteer.may_stand_on(duty.day):
            why = "lapsed"
        elif duty.person_id in clashing:
            why = "other_call"
        else:
            continue
        found.setdefault(duty.person_id, (duty.person.name, why, duty.day))
    return list(found.values())


def _clashing(call, duties, limits):
    """Return the people whose drafted watches break a rule together with their published ones of other calls. One query."""
    others = gate_rules.of_other_calls(call, list(limits))
    beside = {pk: near for pk, rows in others.items() if (near := gate_rules.near(call, rows))}
    both = {pk: [*rows, *(duty for duty in duties if duty.person_id == pk)] for pk, rows in beside.items()}
    before, after = (gate_rules.broken(call, limits, rows) for rows in (beside, both))
    return {pk for pk in both if after[pk] - before[pk]}


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
    """Write down whether a volunteer came and for how long; a correction is one more row. Raises BadInput.

    More than the watch and a late relief can be is refused: the certificate of thanks counts it.
    """
    if duty.call.state != CallUp.State.PUBLISHED or duty.day > plant.today():
        raise BadInput("not_yet", "came", value=str(duty.day))
    if came and minutes > (most := most_minutes(duty.watch)):
        raise BadInput("too_long", "hours", value=most)
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
