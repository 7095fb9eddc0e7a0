"""Where everybody stands on one day: heard from or not, abnormal, isolated, an open case. Six queries at any size."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, OuterRef, Q, Subquery

from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, PersonKind, UnitKind

from ..models import Case, CaseChange, CheckIn, Slot
from .waiting_tubes import waiting_tubes

FEW = 500  # people; above it a day's rows are read whole and sorted out here
OVER = ("ruled_out", "withdrawn", "")  # classifications that leave no case
UNSETTLED = ("suspected", "probable")  # classifications not yet settled; every other open one counts as confirmed


class Stand(NamedTuple):
    """One person on one day. report: the check-in that counts, 0 for no word; case: the open one's classification or ""."""

    person: int
    cell: int | None
    unit: int | None
    report: int
    abnormal: bool
    isolated: bool
    case: str

    @property
    def confirmed(self):
        return bool(self.case) and self.case not in UNSETTLED

    @property
    def suspected(self):
        return self.case in UNSETTLED


def asked(people=None, day=None):
    """Return the people whose health is asked for daily: active staff and contractors; families are counted apart."""
    return plant.active(people, day).exclude(kind=PersonKind.FAMILY)


def stands(people=None, day=None):
    """Return where each of these people (default: everybody who is asked) stands on a day, [Stand] by staff number."""
    day = day or plant.today()
    rows = list((asked(day=day) if people is None else people).values_list("pk", "cell", "cell__kind", "unit"))
    ids = [row[0] for row in rows] if len(rows) <= FEW else None
    words, cases, away = reports(day, ids), open_cases(day, ids), isolated(day, ids)
    return [
        Stand(pk, cell if kind == UnitKind.CELL else None, unit, *words.get(pk, (0, False)), pk in away, cases.get(pk, ""))
        for pk, cell, kind, unit in rows
    ]  # fmt: skip


def reports(day, people=None):
    """Return {person id: (the first report of the day as it stands now, whether any of the day is abnormal)}."""
    return reports_of([day], people)[day]


def reports_of(days, people=None):
    """Return {day: what `reports` gives for it} of several days, in two queries.

    Whoever at the end of a day waited for a tube of his own, after a mixed one that was not negative, is not known: report 0.
    """
    rows = CheckIn.objects.of_days(min(days), max(days)).order_by("pk")
    if people is not None:
        rows = rows.filter(person__in=people)
    found = {day: {} for day in days}
    for pk, day, person, slot, abnormal in rows.values_list("pk", "day", "person", "slot", "abnormal"):
        if (there := found.get(day)) is not None:
            first, ill = there.get(person, (0, False))
            there[person] = (pk if slot == Slot.MORNING or not first else first, ill or abnormal)
    today = plant.today()
    for person, since, until in waiting_tubes(min(days), people):
        for day, there in found.items():
            end = plant.day_start(day + timedelta(days=1)) if day < today else plant.now()
            if person in there and since <= end and (until is None or until > end):
                there[person] = (0, there[person][1])
    return found


def open_cases(day=None, people=None):
    """Return {person id: classification} of the cases that are not over, as they stood at the end of a day."""
    before = plant.day_start(day + timedelta(days=1)) if day is not None and day < plant.today() else None
    cases = _open(before)
    if people is not None:
        cases = cases.filter(person__in=people)
    return _by_person(cases.order_by("pk").values_list("person", "state"))


def open_cases_of(days, people=None):
    """Return {day: what `open_cases` gives for it} of several days, in one query: each case's changes are read once."""
    changes = CaseChange.objects.order_by("id")
    if people is not None:
        changes = changes.filter(case__person__in=people)
    rows = list(changes.values_list("case", "case__person", "at", "state"))
    found = {}
    for day in days:
        before = plant.day_start(day + timedelta(days=1)) if day < plant.today() else None
        newest = {case: (person, state) for case, person, at, state in rows if before is None or at < before}
        found[day] = _by_person(newest[case] for case in sorted(newest) if newest[case][1] not in OVER)
    return found


def _by_person(cases):
    """Return {person id: classification} of open cases, (person id, classification) each, the oldest first."""
    found = {}
    for person, state in cases:
        if found.get(person) in (None, *UNSETTLED):
            found[person] = state
    return found


def case_counts():
    """Return (confirmed, suspected): people with an open case, families apart, whether they are still at the plant or not."""
    counts = (
        _open()
        .exclude(person__kind=PersonKind.FAMILY)
        .aggregate(
            confirmed=Count("person", filter=~Q(state__in=UNSETTLED), distinct=True),
            suspected=Count("person", filter=Q(state__in=UNSETTLED), distinct=True),
        )
    )
    return counts["confirmed"], counts["suspected"]


def _open(before=None):
    """Return the cases that are not over, each with its newest classification as `state`: of now, or before a moment."""
    changes = CaseChange.objects.filter(case=OuterRef("pk"))
    if before is not None:
        changes = changes.filter(at__lt=before)
    cases = Case.objects.annotate(state=Subquery(changes.order_by("-id").values("state")[:1]))
    return cases.exclude(state__in=OVER).exclude(state=None)


def isolated(day, people=None):
    """Return the ids of those who are in isolation: now, or at any time of a day that is past."""
    start = plant.now() if day == plant.today() else plant.day_start(day)
    end = start + (timedelta(minutes=1) if day == plant.today() else timedelta(days=1))
    rows = plant.absences_between(start, end, people).filter(kind=AbsenceKind.ISOLATION)
    return set(rows.values_list("person", flat=True))
