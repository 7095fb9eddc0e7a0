"""Signed days read back: by branch, by day, with the names of those who reopened them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Max, Q
from django.utils import timezone

from diba.plant import actions as plant
from diba.plant.models import Person, Unit, UnitKind

from ..models import CaseChange, CheckIn, Slot, ZeroReport
from .coverage import FEW, Stand, asked, open_cases_of, reports_of
from .zero import CellDay, sentence


@dataclass
class Sum:
    """What several cells' days come to. name: the branch's, or "" for all of them."""

    name: str
    rows: list = field(default_factory=list)

    def _of(self, what):
        return sum(getattr(row, what) for row in self.rows)

    @property
    def expected(self):
        return self._of("expected")

    @property
    def known(self):
        return self._of("known")

    @property
    def unknown(self):
        return self.expected - self.known

    @property
    def suspected(self):
        return self._of("suspected")

    @property
    def confirmed(self):
        return self._of("confirmed")

    @property
    def signed(self):
        return sum(row.stands for row in self.rows if row.people)

    @property
    def cells(self):
        return sum(1 for row in self.rows if row.people)

    def sentence(self):
        """Return the sentence of all these cells together."""
        return sentence(self.expected, self.known, self.suspected, self.confirmed)


def by_branch(days):
    """Return [Sum] of cells' days by the branch above each, in the order of the tree; cells under none come last."""
    branches = {unit.path: unit for unit in Unit.objects.filter(kind=UnitKind.BRANCH)}
    sums = {}
    for row in sorted(days, key=lambda row: row.cell.path):
        above = branches.get(row.cell.path[: -Unit.steplen])
        sums.setdefault(above.pk if above else None, Sum(above.name if above else "")).rows.append(row)
    return [*(part for pk, part in sums.items() if pk), *(part for pk, part in sums.items() if not pk)]


def names_of(days):
    """Return {person id: name} of everybody who reopened one of these days, now or before a later signature."""
    ids = {reason.person for row in days for reason in row.reasons()}
    ids |= {pk for row in days for report in row.signed for _code, pk in report.because or ()}
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))


@dataclass(frozen=True)
class PastDay:
    """What was signed for a day, summed over the newest report of each cell.

    again: signatures beyond the first ones; reopened: cells whose newest signature no longer stands.
    """

    day: object
    signed: int
    again: int
    reopened: int
    expected: int
    known: int
    suspected: int
    confirmed: int

    @property
    def unknown(self):
        return self.expected - self.known

    def is_zero(self, cells):
        """Say whether so many cells signed nought of everything, and all of it still stands."""
        nought = not (self.unknown or self.suspected or self.confirmed or self.reopened)
        return 0 < cells <= self.signed and nought


def past_days(cells, days=30):
    """Return [PastDay] of the last days, newest first, back to the first that was signed.

    A day between them that nobody signed has nought signed. At most seven queries, however many days something was written
    about after they were signed.
    """
    last = plant.today()
    first = last - timedelta(days=days - 1)
    rows = ZeroReport.objects.filter(day__range=(first, last), cell__in=cells, response__drill=False).order_by("number")
    newest, at, count = defaultdict(dict), {}, defaultdict(int)
    for day, cell, moment, *figures in rows.values_list(
        "day", "cell", "at", "expected", "known", "suspected", "confirmed"
    ):
        newest[day][cell], at[day, cell] = figures, moment
        count[day] += 1
    reopened = _reopened(cells, sorted(_touched(cells, first, at)))
    found = []
    for offset in range((last - min(newest)).days + 1 if newest else 0):
        day = last - timedelta(days=offset)
        figures = [sum(column) for column in zip(*newest[day].values(), strict=True)] or [0, 0, 0, 0]
        again = count[day] - len(newest[day])
        found.append(PastDay(day, len(newest[day]), again, reopened.get(day, 0), *figures))
    return found


def _reopened(cells, days):
    """Return {day: how many cells' newest signature no longer stands}: as `cell_days` reads one day, of all days at once."""
    if not days:
        return {}
    units = {cell.pk: cell for cell in cells}
    reports = ZeroReport.objects.filter(day__in=days, cell__in=units, response__drill=False).order_by("number", "id")
    signed = {(report.day, report.cell_id): report for report in reports}  # the newest is the last
    people = asked(day=days[0]).filter(cell__in=units).values_list("pk", "cell", "left_on")
    there = defaultdict(list)
    for pk, cell, left_on in people:
        there[cell].append((pk, left_on))
    members = {key: _members(report, there[report.cell_id]) for key, report in signed.items()}
    ids = {pk for group in members.values() for pk in group}
    few = ids if len(ids) <= FEW else None
    words, cases = reports_of(days, few), open_cases_of(days, few)
    found = defaultdict(int)
    for (day, cell), report in signed.items():
        stood = [
            Stand(pk, cell, None, *words[day].get(pk, (0, False)), False, cases[day].get(pk, ""))
            for pk in members[day, cell]
        ]
        found[day] += CellDay(units[cell], day, stood, [report]).reopened
    return found


def _members(report, there):
    """Return the ids of who belonged to a cell on a report's day: whom it was signed for if the day is past and its facts
    are there, else those of now who had not left by then. there: [(person id, day of leaving)] of the cell.
    """
    if report.day < plant.today() and not isinstance(report.facts, plant.Destroyed):
        return [row[0] for row in report.facts]
    return [pk for pk, left_on in there if left_on is None or left_on > report.day]


def _touched(cells, first, at):
    """Return the days since `first` about which something was written after a signature. at: {(day, cell id): signed at}.

    More days than were reopened may be named, never fewer; today always is, for people move as well.
    """
    days = {day for day, _cell in at}
    touched = {plant.today()} & days
    reports = CheckIn.with_withdrawn.filter(Q(slot=Slot.MORNING) | Q(abnormal=True), day__in=days)
    written = reports.filter(person__cell__in=cells).values_list("day", "person__cell")
    for day, cell, *moments in written.annotate(Max("at"), Max("withdrawn_at")).order_by():
        if (day, cell) in at and max(filter(None, moments)) > at[day, cell]:
            touched.add(day)
    changes = CaseChange.objects.filter(at__gte=plant.day_start(first)).values_list("at", flat=True)
    return touched | {timezone.localdate(moment) for moment in changes} & days
