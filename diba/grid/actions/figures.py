"""The figures of the grid: completeness that never takes unknown for zero, and the double zero."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, OuterRef, Q, Subquery

from diba.plant import actions as plant
from diba.plant.models import PersonKind, Unit

from ..models import Case, CaseChange, CaseState, CheckIn


@dataclass(frozen=True)
class DoubleZero:
    """Confirmed and suspected cases, and of how many people we know: zero is earned only when nobody is unknown."""

    confirmed: int
    suspected: int
    expected: int
    known: int

    @property
    def unknown(self):
        return self.expected - self.known

    @property
    def earned(self):
        return self.expected > 0 and self.unknown == 0 and self.confirmed == 0 and self.suspected == 0


def asked():
    """Return the people whose health is asked for daily: active staff and contractors; families are counted apart."""
    return plant.active().exclude(kind=PersonKind.FAMILY)


def not_heard_from(people):
    """Return those of these people (ids) who are asked daily and have not been heard from today."""
    today = plant.today()
    known = CheckIn.objects.filter(day=today, person__in=people).values_list("person", flat=True)
    return set(asked().filter(pk__in=people).values_list("pk", flat=True)) - set(known)


def completeness(day=None):
    """Return (people heard from, people expected) on a day."""
    day = day or plant.today()
    people = asked()
    known = CheckIn.objects.filter(day=day, person__in=people).values("person").distinct().count()
    return known, people.count()


def completeness_of_days(days=30):
    """Return [(day, known)] of the last days, oldest first; a day without any report is None, not zero."""
    last = plant.today()
    first = last - timedelta(days=days - 1)
    rows = (
        CheckIn.objects.filter(day__range=(first, last))
        .exclude(person__kind=PersonKind.FAMILY)
        .values("day")
        .annotate(known=Count("person", distinct=True))
    )
    found = {row["day"]: row["known"] for row in rows}
    return [(first + timedelta(days=offset), found.get(first + timedelta(days=offset))) for offset in range(days)]


def double_zero(day=None):
    """Return the double zero of staff and contractors as it stands."""
    known, expected = completeness(day)
    last = CaseChange.objects.filter(case=OuterRef("pk")).order_by("-id").values("state")[:1]
    cases = Case.objects.filter(person__in=asked()).annotate(state=Subquery(last))
    counts = cases.aggregate(
        confirmed=Count("person", filter=Q(state=CaseState.CONFIRMED), distinct=True),
        suspected=Count("person", filter=Q(state=CaseState.SUSPECTED), distinct=True),
    )
    return DoubleZero(counts["confirmed"], counts["suspected"], expected, known)


@dataclass(frozen=True)
class CellFigure:
    """One cell today: how many belong to it and how many of them we have not heard from."""

    cell: Unit
    expected: int
    unknown: int


def cells(day=None):
    """Return every cell with its members and unknowns, by code; two queries however many there are."""
    day = day or plant.today()
    known = set(CheckIn.objects.filter(day=day).values_list("person", flat=True))
    members = {}
    for person, cell in asked().exclude(cell=None).values_list("pk", "cell"):
        members.setdefault(cell, []).append(person)
    units = Unit.objects.filter(kind="cell").select_related("lead").order_by("code")
    return [
        CellFigure(unit, len(members.get(unit.pk, ())), sum(person not in known for person in members.get(unit.pk, ())))
        for unit in units
    ]
