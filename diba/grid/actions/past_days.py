"""The days of the past as they were signed: what still stands of each, and who stood on no cell's list."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Max, Q
from django.utils import timezone

from diba.plant import actions as plant
from diba.plant.models import Person, PersonKind, UnitKind

from ..models import CaseChange, CheckIn, Slot, ZeroReport
from .coverage import FEW, UNSETTLED, Stand, open_cases_of, reports_of
from .waiting_tubes import tubes_since
from .zero import CellDay

KEPT = 10_000  # lists of signed reports; a year of days of 27 cells
_kept: dict = {}


class Somebody(NamedTuple):
    """One of those who are asked daily, as the register has him now. cell: id; since: the day from which he was on the register."""

    cell: int | None
    since: date | None
    left_on: date | None

    def there(self, day):
        """Say whether he was to be asked on a day."""
        return (self.since is None or self.since <= day) and (self.left_on is None or self.left_on > day)


def register_since(cells, everybody, first):
    """Return {person id: Somebody} of everybody, or of those in these cells; two queries. first: the earliest day asked about."""
    rows = Person.objects.exclude(kind=PersonKind.FAMILY)
    if not everybody:
        rows = rows.filter(cell__in=cells)
    later = plant.day_start(first + timedelta(days=1))
    entered = Person.history.filter(history_type="+", history_date__gte=later).values_list("id", "history_date")
    since = {pk: timezone.localdate(moment) for pk, moment in entered}
    return {
        pk: Somebody(cell if kind == UnitKind.CELL else None, max(filter(None, (joined, since.get(pk))), default=None), left_on)
        for pk, cell, kind, joined, left_on in rows.values_list("pk", "cell", "cell__kind", "joined", "left_on")
    }  # fmt: skip


@dataclass(frozen=True)
class PastDay:
    """What was signed for a day, summed over the newest report of each cell, and who stands on no cell's list.

    cells: those with people on that day; signed: of them who signed; again: signatures beyond the first ones; reopened: cells
    whose newest signature no longer stands; without: people on no cell's list. They, and the open cases of whoever was not
    signed for, are in the figures too. destroyed: whether lists of the day were destroyed with their response; it is then
    told as it was signed, for nobody can say any more what happened after.
    """

    day: object
    cells: int
    signed: int
    again: int
    reopened: int
    without: int
    expected: int
    known: int
    suspected: int
    confirmed: int
    destroyed: bool = False

    @property
    def unknown(self):
        return self.expected - self.known

    @property
    def is_zero(self):
        """Whether every cell with people signed, nought of everything, for everybody, and all of it still stands."""
        nought = not (self.unknown or self.suspected or self.confirmed or self.reopened or self.without)
        return 0 < self.signed == self.cells and nought


@dataclass
class _Signed:
    """The newest report of a cell for a day. people: ids of whom it was signed for; unknown: of them who were not heard from."""

    at: object
    digest: str
    figures: list
    people: set | frozenset
    unknown: tuple
    times: int
    destroyed: bool = False


def past_days(cells, days=30, everybody=False):
    """Return [PastDay] of the last days, newest first, back to the first that was signed. everybody: of the whole plant.

    A day between them that nobody signed has nought signed. At most thirteen queries, and one more for lists read the first
    time, however many days something was written about after they were signed.
    """
    last = plant.today()
    first = last - timedelta(days=days - 1)
    register = register_since(cells, everybody, first)
    reports, off, closed = _newest(cells, first, register)
    if not any(reports.values()):
        return []
    cases = open_cases_of([*reports])
    reopened = _reopened(cells, sorted(_touched(cells, first, reports, register) | closed & {*reports}), reports, cases)
    without = {day: {pk for pk in off[day] if register[pk].cell in (None, *rows)} for day, rows in reports.items()}
    ids = {pk for group in without.values() for pk in group}
    heard = reports_of([*reports], ids) if ids else {}
    found = []
    for offset in range((last - min(reports)).days + 1):
        day = last - timedelta(days=offset)
        rows = reports.get(day, {})
        lists = off[day] if rows else {pk for pk, row in register.items() if row.there(day)}
        gone = any(row.destroyed for row in rows.values())
        # Of a day without lists, cells that have people now had some then: nothing becomes green by being destroyed.
        here = [pk for pk, row in register.items() if row.there(day)] if gone else lists
        manned = {*rows, *(register[pk].cell for pk in here)} - {None}
        sums = [sum(column) for column in zip(*(row.figures for row in rows.values()), strict=True)] or [0, 0, 0, 0]
        if rows:
            of = register if everybody else off[day]
            states = [
                state
                for pk, state in cases[day].items()
                if pk in of and not any(pk in row.people for row in rows.values())
            ]
            suspected = sum(state in UNSETTLED for state in states)
            more = len(without[day]), sum(pk in heard[day] for pk in without[day]), suspected, len(states) - suspected
            sums = [a + b for a, b in zip(sums, more, strict=True)]
        again = sum(row.times - 1 for row in rows.values())
        found.append(
            PastDay(day, len(manned), len(rows), again, reopened.get(day, 0), len(without.get(day, ())), *sums, gone)
        )
    return found


def _newest(cells, first, register):
    """Return ({day: {cell id: _Signed}}, {day: ids of whom nobody signed for}, days of destroyed lists) since a day, of days
    that somebody signed.

    Today a cell's people are those of now, and a cell that has none is asked for nothing.
    """
    own, today, now_in = {cell.pk for cell in cells}, plant.today(), _now_in(register)
    newest, times = {}, defaultdict(int)
    rows = ZeroReport.objects.filter(day__range=(first, today), response__drill=False).order_by("number", "id")
    columns = ("day", "cell", "uid", "response", "at", "digest", "expected", "known", "suspected", "confirmed")
    for row in rows.values_list(*columns):
        newest[row[:2]] = row  # the newest is the last
        times[row[:2]] += 1
    lists = _lists({row[2]: row[3] for row in newest.values()})
    reports, listed, closed = defaultdict(dict), defaultdict(set), set()
    for (day, cell), (_day, _cell, uid, _response, at, digest, *figures) in newest.items():
        signed_for, unknown = lists.get(uid, (None, ()))
        if signed_for is None:
            closed.add(day)
        # Whom it was signed for, if the day is past and its facts are there, else those of now who had not left by then.
        if day < today and signed_for is not None:
            people = signed_for
        else:
            people = {pk for pk in now_in[cell] if register[pk].left_on is None or register[pk].left_on > day}
        listed[day] |= people
        destroyed = signed_for is None and day < today
        if cell in own and (people or destroyed):
            reports[day][cell] = _Signed(at, digest, figures, people, unknown, times[day, cell], destroyed)
    off = {}
    for day in reports:
        # Whose lists were destroyed nobody can say to have stood on none.
        others = () if day in closed else register.keys() - listed[day]
        off[day] = {pk for pk in others if register[pk].there(day)}
    return reports, off, closed


def _lists(reports):
    """Return {uid: (ids of whom a report was signed for, of them who were unknown)} of reports, {uid: response id}.

    What was destroyed is left out. Opening a month of sealed lists takes longer than all the rest, and a report never
    changes: so those of the response in force are kept, for as long as it is, and at most so many.
    """
    now = plant.response().pk
    if _kept.get("response") != now or len(_kept["lists"]) > KEPT:
        _kept.update(response=now, lists={})
    kept = _kept["lists"]
    found = {uid: kept[uid] for uid, response in reports.items() if response == now and uid in kept}
    if others := reports.keys() - found.keys():
        for uid, facts in ZeroReport.objects.filter(uid__in=others).values_list("uid", "facts"):
            if isinstance(facts, plant.Destroyed):
                continue
            found[uid] = frozenset(row[0] for row in facts), tuple(row[0] for row in facts if not row[1])
            if reports[uid] == now:
                kept[uid] = found[uid]
    return found


def _now_in(register):
    """Return {cell id: ids of those who belong to it now, or did when they left}."""
    found = defaultdict(set)
    for pk, row in register.items():
        found[row.cell].add(pk)
    return found


def _reopened(cells, days, reports, cases):
    """Return {day: how many cells' newest signature no longer stands}: as `cell_days` reads one day, of all days at once."""
    if not days:
        return {}
    units = {cell.pk: cell for cell in cells}
    ids = {pk for day in days for row in reports[day].values() for pk in row.people}
    words = reports_of(days, ids if len(ids) <= FEW else None)
    found = defaultdict(int)
    for day in days:
        for cell, row in reports[day].items():
            if row.destroyed:
                continue
            stood = [
                Stand(pk, cell, None, *words[day].get(pk, (0, False)), False, cases[day].get(pk, ""))
                for pk in row.people
            ]
            found[day] += CellDay(units[cell], day, stood).digest != row.digest
    return found


def _touched(cells, first, reports, register):
    """Return the signed days since `first` about which something was written after a signature.

    More days than were reopened may be named, never fewer; today always is, for people move as well. Who stands where he stood
    when it was signed is asked for by cells; who moved since, or was heard from in the evening only, one by one.
    """
    days = {*reports}
    told = tubes_since(first)  # a mixed tube's result changes who is known on any day from then on
    touched = {day for day in days if day == plant.today() or (told and day >= told)}
    moments = {"at": Max("at"), "back": Max("withdrawn_at")}
    written = CheckIn.with_withdrawn.filter(day__in=days)
    of_cells = written.filter(Q(slot=Slot.MORNING) | Q(abnormal=True), person__cell__in=cells)
    for day, cell, *at in of_cells.values_list("day", "person__cell").annotate(**moments).order_by():
        if (row := reports[day].get(cell)) and max(filter(None, at)) > row.at:
            touched.add(day)
    now_in = _now_in(register)
    moved = {(day, pk): row.at for day, rows in reports.items() for cell, row in rows.items() for pk in row.people - now_in[cell]}  # fmt: skip
    one_by_one = written.filter(Q(person__in={pk for _day, pk in moved}) | Q(slot=Slot.EVENING))
    for day, pk, *at in one_by_one.values_list("day", "person").annotate(**moments).order_by():
        signed = moved.get((day, pk)) or next((row.at for row in reports[day].values() if pk in row.unknown), None)
        if signed and max(filter(None, at)) > signed:
            touched.add(day)
    changes = CaseChange.objects.filter(at__gte=plant.day_start(first)).values_list("at", flat=True)
    return touched | {timezone.localdate(moment) for moment in changes} & days
