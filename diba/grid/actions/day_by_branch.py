"""One day of the zero report in sum and by branch, with the names of those who reopened what was signed."""

from dataclasses import dataclass, field

from diba.plant import actions as plant
from diba.plant.models import Person, Unit, UnitKind

from ..models import ZeroReport
from .coverage import UNSETTLED, asked, open_cases, stands
from .figures import day_of_grid
from .past_days import register_since
from .zero import DoubleZero, cell_days, sentence, total


def day_in_sum(cells, day, everybody, within=None):
    """Return ([CellDay] of these cells, their double zero) of a day. everybody: of the whole plant, and of who is in no cell.

    within: the people whom an officer of one unit answers for; today those of them who are in other cells or in none count too.

    Of a day that is past, whoever was to be asked and stands on no cell's list counts as in no cell, wherever he is now.
    Where lists were destroyed, nobody can say who stood on none, and those cells count as they signed.
    """
    cells = list(cells)
    if day == plant.today() and everybody:
        grid, own = day_of_grid(day), {cell.pk for cell in cells}
        return [row for row in grid.cells if row.cell.pk in own], grid.zero
    people = stands(asked(day=day) if everybody else asked(day=day).filter(cell__in=cells), day)
    if day < plant.today():
        register, elsewhere = register_since(cells, everybody, day), _listed_elsewhere(cells, day)
        people = [
            stand for stand in people if stand.person not in elsewhere and (row := register.get(stand.person)) and row.there(day)
        ]  # fmt: skip
    days = cell_days(cells, day, people)
    listed = {stand.person: stand._replace(cell=row.cell.pk) for row in days for stand in row.people}
    counted = [*listed.values(), *(stand._replace(cell=None) for stand in people if stand.person not in listed)]
    if within is not None and day == plant.today():
        counted += stands(asked(within).exclude(pk__in=listed), day)
    if everybody:
        open_then = open_cases(day)
        states = [state for pk, state in open_then.items() if pk in register]
    else:
        states = [stand.case for stand in counted if stand.case]
    suspected = sum(state in UNSETTLED for state in states)
    if any(row.destroyed for row in days):
        return days, _as_signed(days)
    return days, total(days, counted, (len(states) - suspected, suspected))


def _as_signed(days):
    """Return the double zero of a day whose lists were destroyed: the sum of its cells."""
    manned = [row for row in days if row.expected]
    sums = [sum(getattr(row, name) for row in manned) for name in ("confirmed", "suspected", "expected", "known")]
    signed, reopened = sum(row.stands for row in manned), sum(row.reopened for row in manned)
    return DoubleZero(*sums, len(manned), signed, reopened, 0, destroyed=True)


def _listed_elsewhere(cells, day):
    """Return the ids of those for whom other cells than these signed a day."""
    reports = ZeroReport.objects.filter(day=day, response__drill=False).exclude(cell__in=cells).order_by("number", "id")
    newest = dict(reports.values_list("cell", "facts"))
    return {row[0] for facts in newest.values() if not isinstance(facts, plant.Destroyed) for row in facts}


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
        return sum(row.stands for row in self.rows if row.expected)

    @property
    def cells(self):
        return sum(1 for row in self.rows if row.expected)

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
