"""Wishes for days off and watches: entered within a budget and a deadline, weighed by the search, answered when published."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_noop

from diba.core import rostering
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Absence, AbsenceKind, Role

from ..models import Rule, Wish, WishCall
from .limits import level_now, limits_on, value_on
from .manning import duties_between, in_force
from .periods import month_of
from .staffing import pattern_in_force
from .teams import operators, split_in_force

# What the search pays for refusing a wish of each class. A duty too many costs 20 and a night of unfairness 10: a strong
# wish outweighs both, a light one neither.
COST = {Wish.Weight.LIGHT: 6, Wish.Weight.MEDIUM: 25, Wish.Weight.STRONG: 70}


def requests_between(first, last, watches, people):
    """Return {person id: (core Request, …)} of the wishes from first to last day; a day off is one for each watch."""
    found = defaultdict(list)
    codes = {watch.pk: watch.code for watch in watches}
    for wish in Wish.objects.filter(day__range=(first, last), withdrawn_at=None, person__in=people):
        day, cost = (wish.day - first).days, COST[wish.weight]
        if wish.watch_id is None:
            found[wish.person_id] += [rostering.Request(day, watch.code, False, cost) for watch in watches]
        elif wish.watch_id in codes:
            found[wish.person_id].append(rostering.Request(day, codes[wish.watch_id], True, cost))
    return {person: tuple(rows) for person, rows in found.items()}


@dataclass(frozen=True)
class Budget:
    """Points for wishes of a month and a year: given and spent."""

    month: int
    month_spent: int
    year: int
    year_spent: int

    @property
    def month_left(self):
        return self.month - self.month_spent

    @property
    def year_left(self):
        return self.year - self.year_spent


def budget(person_id, day):
    """Return a person's Budget for a day's month and year."""
    limits = limits_on(plant.today(), level_now())
    given = [
        limits[rule].value if rule in limits else value_on(rule, day) for rule in (Rule.WISH_MONTH, Rule.WISH_YEAR)
    ]
    spans = (month_of(day), (day.replace(month=1, day=1), day.replace(month=12, day=31)))
    rows = Wish.objects.filter(person=person_id, withdrawn_at=None)
    spent = [rows.filter(day__range=span).aggregate(sum=Sum("weight"))["sum"] or 0 for span in spans]
    return Budget(given[0] or 0, spent[0], given[1] or 0, spent[1])


def deadline_of(day, calls=None, days=None):
    """Return the moment until which a wish for a day is taken: its newest call's, else midnight some days before."""
    calls = WishCall.objects.all() if calls is None else calls
    call = next((call for call in calls if call.first_day <= day <= call.last_day), None)
    if call:
        return timezone.localtime(call.deadline)
    days = value_on(Rule.WISH_DAYS, plant.today(), level_now()) if days is None else days
    return timezone.make_aware(datetime.combine(day - timedelta(days=days or 0), time()))


@transaction.atomic
def call_for_wishes(first_day, last_day, deadline, *, by):
    """Open the wishes for some days until a deadline, tell everybody who is rostered, and return the call. Raises BadInput."""
    if not first_day <= last_day <= first_day + timedelta(days=92) or first_day <= plant.today():
        raise BadInput("out_of_range", "last_day")
    if not plant.now() < deadline <= plant.day_start(first_day):
        raise BadInput("out_of_range", "deadline")
    call = WishCall.objects.create(first_day=first_day, last_day=last_day, deadline=deadline, by=by, at=plant.now())
    plant.note(by, "wish.called", call)
    words = gettext_noop("Wishes for {first} to {last} are taken until {deadline}")
    values = {"first": f"{first_day:%m-%d}", "last": f"{last_day:%m-%d}", "deadline": f"{timezone.localtime(deadline):%m-%d %H:%M}"}  # fmt: skip
    plant.tell(operators(first_day), words, values, link="/rosters/wishes/", by=by)
    return call


@transaction.atomic
def wish(person, day, watch=None, weight=Wish.Weight.LIGHT, *, by):
    """Enter a wish and return it; one for the same day takes its place. Raises BadInput that names the field."""
    if day <= plant.today():
        raise BadInput("past", "day")
    if day > plant.today() + timedelta(days=366):
        raise BadInput("too_far", "day")
    if in_force(day, day):
        raise BadInput("published", "day")
    if plant.now() >= deadline_of(day):
        raise BadInput("closed", "day")
    # One at a time for a person: the budget is counted and spent under his row's lock.
    type(person).objects.select_for_update().get(pk=person.pk)
    there = Wish.objects.filter(person=person, day=day, withdrawn_at=None).first()
    left = budget(person.pk, day)
    back = there.weight if there else 0
    if weight > left.month_left + back:
        raise BadInput("month_spent", "weight", value=left.month_left + back)
    if weight > left.year_left + back:
        raise BadInput("year_spent", "weight", value=left.year_left + back)
    if there:
        Wish.objects.filter(pk=there.pk).update(withdrawn_at=plant.now())
    try:
        with transaction.atomic():
            row = Wish.objects.create(person=person, day=day, watch=watch, weight=weight, by=by, at=plant.now())
    except IntegrityError:
        raise BadInput("there", "day") from None
    plant.note(by, "wish.entered", row)
    return row


@transaction.atomic
def withdraw_wish(row, *, by):
    """Take a wish back before its deadline, points and all; say whether it was open."""
    if plant.now() >= deadline_of(row.day) or in_force(row.day, row.day):
        return False
    done = Wish.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=plant.now())
    if done:
        plant.note(by, "wish.withdrawn", row)
    return bool(done)


def wishes_of(person_id, first, last):
    """Return [(wish, granted)] of a person: True or False once a roster is in force for the day, None before."""
    rows = list(
        Wish.objects.filter(person=person_id, day__range=(first, last), withdrawn_at=None).select_related("watch")
    )
    return granted(rows)


def granted(rows):
    """Return [(wish, granted or None)] of wishes."""
    if not rows:
        return []
    first, last = min(row.day for row in rows), max(row.day for row in rows)
    days = in_force(first, last)
    stands = {(duty.person_id, duty.day): duty.watch_id for duty in duties_between(first, last)}
    return [
        (row, None if row.day not in days else stands.get((row.person_id, row.day)) == row.watch_id) for row in rows
    ]


def answer_wishes(roster, by, people=None):
    """Tell everybody, or these (ids), with wishes in a roster just published which were granted; return how many people."""
    last = roster.first_day + timedelta(days=roster.days - 1)
    rows = Wish.objects.filter(day__range=(max(roster.first_day, plant.today()), last), withdrawn_at=None).order_by(
        "day"
    )
    rows = rows if people is None else rows.filter(person__in=people)
    by_person = defaultdict(list)
    for row, was in granted(list(rows)):
        by_person[row.person_id].append(bool(was))
    for person, answers in by_person.items():
        words = gettext_noop("Of your {count} wishes in the new roster {granted} were granted")
        values = {"count": len(answers), "granted": sum(answers)}
        plant.tell([person], words, values, link="/rosters/wishes/", by=by)
    return len(by_person)


@transaction.atomic
def cannot(person, first_day, last_day, reason, *, by, kind=AbsenceKind.LEAVE):
    """Ask to be away on some days; the planner decides. Return the absence. Raises BadInput."""
    if first_day <= plant.today() or not first_day <= last_day <= first_day + timedelta(days=60):
        raise BadInput("out_of_range", "last_day")
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    start, end = plant.day_start(first_day), plant.day_start(last_day + timedelta(days=1))
    absence = plant.ask_for_absence(person, kind, start, end, by=by, reason=reason.strip()[:300])
    words = gettext_noop("{name} asks to be away from {first} to {last}")
    values = {"name": person.name, "first": f"{first_day:%m-%d}", "last": f"{last_day:%m-%d}"}
    plant.ask(
        words,
        values,
        role=Role.PLANNER,
        about=person,
        key=f"absence:{absence.pk}",
        link="/register/absences/",
        due_at=start,
        by=by,
    )
    return absence


def answer_absences(absences, by):
    """Answer to decisions on absences that people asked for themselves: tell them, and close the planner's task."""
    for absence in absences:
        _answer_absence(absence, by)


def _answer_absence(absence, by):
    decided = absence.state in (absence.State.APPROVED, absence.State.REFUSED)
    if not decided or not absence.entered_by_id or absence.entered_by.person_id != absence.person_id:
        return
    if absence.approver_id == absence.entered_by_id:
        return  # nobody asked and nobody decided: his own check-in took him out
    words = {
        absence.State.APPROVED: gettext_noop("Your days away from {first} were approved"),
        absence.State.REFUSED: gettext_noop("Your days away from {first} were refused"),
    }[absence.state]
    plant.tell(
        [absence.person_id],
        words,
        {"first": f"{timezone.localtime(absence.starts_at):%m-%d}"},
        link="/rosters/wishes/",
        by=by,
    )
    plant.close_keyed(f"absence:{absence.pk}", absence.state, by=by)


def pattern_of_wishes():
    """Return the watch pattern that wishes are about: of the roster in force, else of the teams in force, or None."""
    split = split_in_force()
    return pattern_in_force() or (split.pattern if split else None)


def first_open_day():
    """Return the first day from tomorrow on for which a wish is taken, or None within a year."""
    today, calls = plant.today(), list(WishCall.objects.all())
    days = value_on(Rule.WISH_DAYS, today, level_now())
    covered = in_force(today, today + timedelta(days=366))
    for offset in range(1, 367):
        day = today + timedelta(days=offset)
        if day not in covered and plant.now() < deadline_of(day, calls, days):
            return day
    return None


def own_absences(person_id):
    """Return what a person asked to be away for, and what became of it, newest first."""
    rows = Absence.objects.filter(person=person_id or 0, entered_by__person=person_id or 0)
    return list(rows.order_by("-starts_at", "-id")[:20])
