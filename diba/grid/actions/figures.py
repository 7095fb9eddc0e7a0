"""The figures of the grid: completeness that never takes unknown for zero, and the double zero."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from diba.plant import actions as plant
from diba.plant.models import Person, PersonKind

from ..models import CheckIn, ZeroReport
from .coverage import asked, case_counts, stands
from .zero import DoubleZero, cell_days, total


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
    """Return [(day, known)] of the last days, oldest first; a day without any report is None, not zero.

    Of days whose reports were destroyed it is what the cells had signed.
    """
    last = plant.today()
    first = last - timedelta(days=days - 1)
    family = Person.objects.filter(kind=PersonKind.FAMILY).values("pk")
    told = CheckIn.objects.filter(day__range=(first, last)).exclude(person__in=family)
    pairs, values = told.order_by().values("day", "person").distinct().query.sql_with_params()
    as_day = CheckIn._meta.get_field("day").to_python
    with connection.cursor() as cursor:
        # Pairs first, then their number: they come out of the index in order. PostgreSQL would sort for COUNT(DISTINCT).
        cursor.execute(f"SELECT day, COUNT(*) FROM ({pairs}) told GROUP BY day", values)
        found = {as_day(day): known for day, known in cursor.fetchall()}
    for day, known in _signed_before_destruction(first).items():
        found[day] = max(known, found.get(day, 0))
    return [(first + timedelta(days=offset), found.get(first + timedelta(days=offset))) for offset in range(days)]


def _signed_before_destruction(first):
    """Return {day: of how many the cells' newest signatures know} since a day, of responses whose data were destroyed."""
    rows = ZeroReport.objects.filter(day__gte=first, response__drill=False, response__key_destroyed_at__isnull=False)
    newest = {}
    for day, cell, known in rows.order_by("number", "id").values_list("day", "cell", "known"):
        newest[day, cell] = known
    found = Counter()
    for (day, _cell), known in newest.items():
        found[day] += known
    return found


@dataclass(frozen=True)
class Day:
    """The grid on one day: the double zero and every cell by code."""

    zero: DoubleZero
    cells: list


def day_of_grid(day=None):
    """Return the double zero of staff and contractors and every cell as they stand; six queries at any size."""
    day = day or plant.today()
    people = stands(day=day)
    rows = cell_days(day=day, people=people)
    return Day(total(rows, people, case_counts()), rows)


def double_zero(day=None):
    """Return the double zero of staff and contractors as it stands."""
    return day_of_grid(day).zero


def cells(day=None):
    """Return every cell's day, by code."""
    return cell_days(day=day)
