"""A word before a check-in is due and when it is, to whoever has not been heard from: each at most once, none when late.

Which step it is follows from the moment alone: after down time only what is to be said now is said, once.
"""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.statements import Among
from diba.plant.models import AbsenceKind, Account

from ..models import CheckIn, CheckInReminder, Expectation, ReminderChoice, Slot
from .due import due_at, later_dues
from .policies import policy_on

Step = CheckInReminder.Step
KEPT = timedelta(days=7)  # rows are the right to send; afterwards there is nothing left to send twice
BATCH = 1000  # people a statement
WORDS = {
    Step.BEFORE: gettext_noop("Please check in by {time}"),
    Step.DUE: gettext_noop("Your check-in was due at {time}: please report now"),
}


def remind():
    """Remind whoever is to be reminded now; return how many were. Safe under any number of workers."""
    today, policy = plant.today(), policy_on(plant.today())
    if policy is None:
        return 0
    CheckInReminder.objects.filter(day__lt=today - KEPT).delete()
    later = later_dues(today, policy)
    waves = [
        (slot, due_at(today, slot, policy), ~Q(Among(F("person"), later)) if slot == Slot.MORNING else Q())
        for slot in Slot.values
    ]
    for due in sorted(set(later.values())):
        waves.append((Slot.MORNING, due, Q(Among(F("person"), [person for person, at in later.items() if at == due]))))
    return sum(
        _remind(slot, due, step, who, policy) for slot, due, who in waves if (step := step_at(plant.now(), due, policy))
    )


def step_at(now, due, policy):
    """Return the reminder that a moment asks for, or None: before the time, and once late has become missing, nobody is reminded."""
    if policy.remind_before and due - timedelta(minutes=policy.remind_before) <= now < due:
        return Step.BEFORE
    if policy.remind_at_due and due <= now < due + timedelta(minutes=policy.grace):
        return Step.DUE
    return None


def _remind(slot, due, step, who, policy):
    """Send one step to those of a slot who are due alike and have not had it; return how many."""
    day = plant.today()
    mine = {"person": OuterRef("person"), "day": day, "slot": slot}
    rows = Expectation.objects.filter(
        who, ~Exists(CheckInReminder.objects.filter(step=step, **mine)), ~Exists(CheckIn.objects.filter(**mine)), day=day,
        slot=slot, state__in=[Expectation.State.DUE, Expectation.State.LATE], person__account__is_active=True,
        person__in=plant.active(),
    )  # fmt: skip
    if policy.remind_may_stop:
        rows = _wanted(rows)
    people = list(rows.values_list("person", flat=True))
    return sum(_send(people[start : start + BATCH], day, slot, due, step) for start in range(0, len(people), BATCH))


def _wanted(rows):
    """Leave out those whose newest choice is no reminders, unless they are in isolation."""
    newest = ReminderChoice.objects.filter(person=OuterRef("person")).order_by("-id").values("wanted")[:1]
    rows = rows.annotate(wanted=Subquery(newest))
    return rows.filter(Q(wanted=None) | Q(wanted=True) | Q(person__in=_isolated()))


def _isolated(people=None):
    moment = plant.now()
    away = plant.absences_between(moment, moment + timedelta(minutes=1), people).order_by()
    return away.filter(kind=AbsenceKind.ISOLATION).values("person")


@transaction.atomic
def _send(people, day, slot, due, step):
    claim, moment = uuid.uuid4(), plant.now()
    CheckInReminder.objects.bulk_create(
        [CheckInReminder(person_id=pk, day=day, slot=slot, step=step, claim=claim, at=moment) for pk in people],
        ignore_conflicts=True,  # another worker has these
    )
    ours = list(CheckInReminder.objects.filter(claim=claim).values_list("person", flat=True))
    if ours:
        plant.tell(ours, WORDS[step], {"time": f"{due:%H:%M}"}, link="/grid/checkin/")
    return len(ours)


def wants_reminders(person):
    """Say whether a person is reminded, and whether he may change that: (reminded, may)."""
    policy = policy_on(plant.today())
    may = bool(policy and policy.remind_may_stop) and not _isolated([person.pk]).exists()
    last = ReminderChoice.objects.filter(person=person).order_by("-id").first()
    return not may or last is None or last.wanted, may


@transaction.atomic
def choose_reminders(person, wanted, *, by):
    """Switch a person's reminders on or off from now on; say whether that changed anything. Raises BadInput."""
    Account.objects.select_for_update().get(person=person)  # two taps at once are one change
    now, may = wants_reminders(person)
    if not may:
        raise BadInput("reminders_stay", "wanted")
    if now == wanted:
        return False
    row = ReminderChoice.objects.create(person=person, wanted=wanted, by=by, at=plant.now())
    plant.note(by, "reminders.chosen", row, detail="on" if wanted else "off")
    return True


def forget_reminders(people):
    """Drop the reminders of people whose entry is taken back: the clock wrote them."""
    for start in range(0, len(people), BATCH // 2):
        CheckInReminder.objects.filter(person__in=people[start : start + BATCH // 2]).delete()
