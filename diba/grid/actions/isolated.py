"""How every isolation stands now: followed up or not, written or only spoken, ready to be released or what is lacking."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from diba.core import isolation
from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, Person, Role

from ..models import CheckIn, DailyContact, IsolationChange, IsolationOrder, Outcome
from .person_tests import tests_of
from .policies import policy_on

SEEN = (Outcome.SEEN_OK, Outcome.SEEN_NOT_OK)
LOOK_BACK = 15  # days of reports that the days without symptoms are read from; no rule asks for more


class Try(NamedTuple):
    """One try to meet a person on a day."""

    day: date
    outcome: str

    def get_outcome_display(self):
        return Outcome(self.outcome).label


@dataclass
class Isolated:
    """One order as it stands. follow: see core.isolation.FollowUp; lacks: what a release still needs; tried: today's last try."""

    order: IsolationOrder
    changes: list
    follow: isolation.FollowUp
    lacks: tuple
    written_by: object = None
    tried: Try | None = None
    tests: list = field(default_factory=list)

    @property
    def person(self):
        return self.order.person

    @property
    def now(self):
        return self.changes[-1]

    @property
    def open(self):
        return self.order.released_at is None

    @property
    def proposed(self):
        return self.open and self.now.what == IsolationChange.What.PROPOSED

    @cached_property
    def day(self):
        """Return the day of isolation it is, the first being 1."""
        last = self.order.released_at or plant.now()
        return max(1, (timezone.localdate(last) - timezone.localdate(self.order.begun_at)).days + 1)

    @property
    def spoken(self):
        return self.open and not self.now.written_no

    @property
    def written_late(self):
        return self.spoken and self.written_by < plant.now()

    @property
    def follow_late(self):
        return self.follow.state == "overdue"

    @property
    def release_due(self):
        return self.open and plant.today() >= self.now.ends_on

    @property
    def release_late(self):
        return self.open and plant.today() > self.now.ends_on

    @property
    def rank(self):
        """Return how urgent it is: 0 follow-up overdue, 1 written order overdue, 2 release due, 3 to be met today, 4 nothing."""
        marks = [self.follow_late, self.written_late, self.release_due, self.follow.state == "due", True]
        return marks.index(True) if self.open else 5


def orders_visible_to(account):
    """Return the orders of people whose health the account may see; none of an exercise."""
    rows = IsolationOrder.objects.filter(person__in=plant.health_visible_to(account), response__drill=False)
    return rows.select_related("person__cell", "person__unit", "by__person", "released_by__person")


def standings(orders, *, words=True):
    """Return [Isolated] of these orders, the most urgent first; constant queries.

    words: with the sealed places and reasons; a long list reads them only for what it shows (`with_places`).
    """
    orders = list(orders)
    policy, today = policy_on(plant.today()), plant.today()
    people = {order.person_id for order in orders}
    changes, tests = _changes(orders, words), tests_of(people)
    tries, well, ill = _met(orders, people, today)
    found = []
    for order in orders:
        rows = changes[order.pk]
        met = {day for day, row in tries[order.person_id].items() if row.outcome in SEEN}
        follow = _follow(order, rows[-1], met, today, policy)
        lacks = () if order.released_at else _lacks(order, rows, tests, well, ill, today)
        by = order.at + timedelta(hours=policy.written_hours if policy else 24)
        found.append(
            Isolated(order, rows, follow, lacks, by, tries[order.person_id].get(today), tests[order.person_id])
        )
    return sorted(found, key=lambda row: (row.rank, row.now.ends_on, row.order.pk))


def with_places(rows):
    """Return these rows of `standings` with the place where each is isolated now, opened in one query."""
    now = {row.now.pk: row.now for row in rows}
    for pk, place in IsolationChange.objects.filter(pk__in=now).values_list("pk", "place"):
        now[pk].place = place
    return rows


def _changes(orders, words):
    found = defaultdict(list)
    rows = IsolationChange.objects.filter(order__in=orders).order_by("id")
    # Opening a sealed word takes longer than reading the row it stands in.
    rows = rows.select_related("by__person") if words else rows.defer("place", "reason")
    for row in rows:
        found[row.order_id].append(row)
    return found


def _met(orders, people, today):
    """Return ({person: {day: the try that counts}}, {person: days known well}, {person: days with something abnormal})."""
    first = min((timezone.localdate(order.begun_at) for order in orders), default=today)
    tries, well, ill = defaultdict(dict), defaultdict(set), defaultdict(set)
    rows = DailyContact.objects.filter(
        person__in=people, undone_at=None, day__gte=min(first, today - timedelta(LOOK_BACK))
    )
    for person, day, outcome in rows.order_by("id").values_list("person", "day", "outcome"):
        there = tries[person].get(day)
        if there is None or outcome in SEEN or there.outcome not in SEEN:
            tries[person][day] = Try(day, outcome)
        if outcome in SEEN:
            (well if outcome == Outcome.SEEN_OK else ill)[person].add(day)
    reports = CheckIn.objects.of_days(today - timedelta(days=LOOK_BACK), today).filter(person__in=people)
    for person, day, abnormal in reports.values_list("person", "day", "abnormal"):
        (ill if abnormal else well)[person].add(day)
    return tries, well, ill


def _follow(order, now, met, today, policy):
    released = timezone.localdate(order.released_at) if order.released_at else None
    past = policy is not None and timezone.localtime(plant.now()).time() > policy.follow_due
    begun = timezone.localdate(order.begun_at)
    return isolation.follow_up(begun, now.ends_on, met, today, released=released, past_hour=past)


def _lacks(order, changes, tests, well, ill, today):
    now = changes[-1]
    samples = [(row.taken_on, str(row.result)) for row in tests[order.person_id] if row.taken_on >= now.counted_from]
    criteria = isolation.Criteria(now.tests, now.gap, now.quiet)
    return isolation.lacking(criteria, now.ends_on, today, samples, well[order.person_id], ill[order.person_id])


def without_order(account):
    """Return the people isolated by an absence for whom nobody gave an order yet, as far as the account may see them."""
    moment = plant.now()
    absent = plant.absences_between(moment, moment + timedelta(minutes=1)).filter(kind=AbsenceKind.ISOLATION)
    ordered = IsolationOrder.objects.filter(released_at=None, response__drill=False).values("person")
    people = Person.objects.filter(pk__in=plant.health_visible_to(account)).filter(pk__in=absent.values("person"))
    return people.exclude(pk__in=ordered).filter(Q(left_on=None) | Q(left_on__gt=plant.today())).select_related("cell")


def panel(person, account):
    """Return what the person's page shows of his isolations, or None when there was none; works: whether the order opens."""
    rows = standings(orders_visible_to(account).filter(person=person))
    works = plant.has_role(account, Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
    return {"rows": rows, "works": works} if rows else None
