"""Whom the sweep leaves alone for a while: paused is not reported, and begins and ends with the absence by itself."""

from datetime import timedelta

from django.db.models import Q

from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, Person

from ..models import Expectation, Slot
from .due import first_asked
from .policies import policy_on

State = Expectation.State


def pause_for_absences(absences, by):
    """Answer to changed absences: somebody in hospital is not asked each morning."""
    settle_pauses({row.person_id for row in absences})


def settle_pauses(people=None):
    """Let rest whom nobody need ask now and who has left, ask the others again, and the isolated in the evening too; return how many changed.

    Read from the absences of this moment, so that one planned ahead pauses from its first hour to its last. Five queries.
    """
    moment, policy = plant.now(), policy_on(plant.today())
    away = plant.absences_between(moment, moment + timedelta(minutes=1), people).order_by()
    isolated = away.filter(kind=AbsenceKind.ISOLATION).values("person")
    quiet = away.filter(_quiet(policy)).values("person")
    gone = Person.objects.filter(left_on__lte=plant.today()).order_by().values("pk")
    rows = Expectation.objects.all() if people is None else Expectation.objects.filter(person__in=people)
    _ask_in_the_evening(isolated, policy)
    # Only who is isolated is asked in the evening too.
    rests = Q(person__in=quiet) | Q(person__in=gone) | Q(slot=Slot.EVENING) & ~Q(person__in=isolated)
    ended = 0
    for slot in Slot.values:
        day, asked_at = first_asked(slot, moment, policy)
        paused = rows.filter(~rests, slot=slot, state=State.PAUSED)
        ended += paused.update(state=State.DUE, day=day, alert_after=asked_at)
    return ended + rows.filter(rests).exclude(state=State.PAUSED).update(state=State.PAUSED, alert_after=None)


def _quiet(policy):
    """Return the condition on absences during which nobody is asked: in hospital until further notice, or by the policy on leave."""
    quiet = Q(kind=AbsenceKind.SICK, ends_at=None)
    return quiet | Q(kind=AbsenceKind.LEAVE) if policy and policy.pause_leave else quiet


def _ask_in_the_evening(isolated, policy):
    new = isolated.exclude(person__expectations__slot=Slot.EVENING).values_list("person", flat=True).distinct()
    day, asked_at = first_asked(Slot.EVENING, plant.now(), policy)
    Expectation.objects.bulk_create(
        [Expectation(person_id=pk, slot=Slot.EVENING, day=day, alert_after=asked_at) for pk in new],
        ignore_conflicts=True,
    )
