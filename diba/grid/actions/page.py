"""Everything a lead's page shows of one cell on one day; a constant number of queries."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, Person, PersonKind

from ..models import CheckIn, Expectation, Slot
from .contacts import contacts_of, fortnight, missed_before
from .coverage import asked
from .due import later_dues
from .policies import policy_on

ORDER = ["missing", "late", "due", "paused", "up"]


@dataclass(frozen=True)
class DayIndex:
    """Where somebody stands in a number of days, such as day 3 of 14."""

    number: int
    of: int


@dataclass
class Row:
    """One person of a cell today. tried: the day's last try; said: (day, moment, °C) of the last report before today."""

    person: Person
    report: CheckIn | None
    tried: object
    state: Expectation | None
    strip: list
    absence: object
    index: DayIndex | None
    said: tuple | None
    missed: int
    uid: uuid.UUID
    due: object = None  # when, if later than the others because of a night watch

    @property
    def urgency(self):
        """Sort key, worst first: tried ones at the end, then missing, late, due."""
        state = self.state.state if self.state else "missing"
        return self.tried is not None, ORDER.index(state), -(self.state.missing_days if self.state else 0)

    @property
    def by_lead(self):
        """Whether somebody else reported for the person."""
        return self.report is not None and self.report.by_id is not None and self.report.by.person_id != self.person.pk


def rows_of(cell):
    """Return (open rows, done rows) of a cell today; open: nobody knows how they are, worst first."""
    today = plant.today()
    people = list(asked().filter(cell=cell).order_by("staff_no", "pk"))
    ids = [person.pk for person in people]
    reports, tries, missed = _reports(ids, today), contacts_of(ids, today), missed_before(ids, today)
    states = {row.person_id: row for row in Expectation.objects.filter(person__in=ids, slot=Slot.MORNING)}
    away, (days, said) = _away(ids), fortnight(ids, today)
    policy = policy_on(today)
    later = later_dues(today, policy, [pk for pk in ids if pk not in reports])
    open_rows, done = [], []
    for person in people:
        absence, pk = away.get(person.pk), person.pk
        row = Row(person, reports.get(pk), tries.get(pk), states.get(pk), days.get(pk, [""] * 14), absence, day_index(absence, policy),
                  said.get(pk), missed[pk], uuid.uuid4(), later.get(pk))  # fmt: skip
        (done if row.report else open_rows).append(row)
    return sorted(open_rows, key=lambda row: row.urgency), done


def _reports(people, day):
    """Return {person id: the report of the day that counts, with who sent it}."""
    rows = CheckIn.objects.of_day(day).filter(person__in=people).select_related("by__person")
    return {row.person_id: row for row in rows.order_by("-slot")}  # the evening's, when there is one, last


def _away(people):
    """Return {person id: the absence of now}, isolation before any other."""
    found = {}
    for row in plant.absences_between(plant.now(), plant.now() + timedelta(minutes=1), people).select_related(
        "approver__person"
    ):
        if row.kind == AbsenceKind.ISOLATION or row.person_id not in found:
            found[row.person_id] = row
    return found


def day_index(absence, policy):
    """Return the day of an isolation and of how many, by its end or else by the rules in force; None for other absences."""
    if absence is None or absence.kind != AbsenceKind.ISOLATION:
        return None
    first = timezone.localdate(absence.starts_at)
    planned = (
        (timezone.localdate(absence.ends_at) - first).days if absence.ends_at else policy and policy.isolation_days
    )
    return DayIndex((plant.today() - first).days + 1, max(planned or 0, 1))


def isolation_days(rows, days=3):
    """Return [(row, [(day, [morning report, evening report])])] of a cell's isolated people, the newest day last."""
    inside = [row for row in rows if row.index]
    first = plant.today() - timedelta(days=days - 1)
    found = defaultdict(dict)
    if inside:
        people = [row.person.pk for row in inside]
        for report in CheckIn.objects.of_days(first, plant.today()).filter(person__in=people):
            found[report.person_id][report.day, report.slot] = report
    return [
        (row, [(day, [found[row.person.pk].get((day, slot)) for slot in (Slot.MORNING, Slot.EVENING)])
               for day in (first + timedelta(days=offset) for offset in range(days))])
        for row in inside
    ]  # fmt: skip


def homes_of(cell):
    """Return [(employee, family members, how many of them nobody has reported today)]; counted apart from staff."""
    members = plant.active().filter(relative_of__in=asked().filter(cell=cell), kind=PersonKind.FAMILY)
    homes = defaultdict(list)
    for member in members.select_related("relative_of").order_by("relative_of__staff_no", "pk"):
        homes[member.relative_of].append(member)
    told = CheckIn.objects.filter(
        day=plant.today(), person__in=[member.pk for family in homes.values() for member in family]
    )
    heard = set(told.values_list("person", flat=True))
    return [(person, family, sum(member.pk not in heard for member in family)) for person, family in homes.items()]
