"""Where everybody stands on one day: heard from or not, abnormal, isolated, an open case. Five queries at any size."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, OuterRef, Q, Subquery

from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, PersonKind, UnitKind

from ..models import Case, CaseChange, CaseState, CheckIn, Slot

FEW = 500  # people; above it a day's rows are read whole and sorted out here
AT_ONCE = ("suspected", "probable")  # classifications not yet settled; every other open one counts as confirmed


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
        return bool(self.case) and self.case not in AT_ONCE

    @property
    def suspected(self):
        return self.case in AT_ONCE


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
    rows = CheckIn.objects.filter(day=day, corrected_by=None)
    if people is not None:
        rows = rows.filter(person__in=people)
    found = {}
    for pk, person, slot, abnormal in rows.values_list("pk", "person", "slot", "abnormal"):
        first, ill = found.get(person, (0, False))
        found[person] = (pk if slot == Slot.MORNING or not first else first, ill or abnormal)
    return found


def open_cases(day=None, people=None):
    """Return {person id: classification} of the cases that are not ruled out, as they stood at the end of a day."""
    changes = CaseChange.objects.filter(case=OuterRef("pk"))
    if day is not None and day < plant.today():
        changes = changes.filter(at__lt=plant.day_start(day + timedelta(days=1)))
    cases = Case.objects.annotate(state=Subquery(changes.order_by("-id").values("state")[:1]))
    cases = cases.exclude(state__in=(CaseState.RULED_OUT, "")).exclude(state=None)
    if people is not None:
        cases = cases.filter(person__in=people)
    found = {}
    for person, state in cases.order_by("pk").values_list("person", "state"):
        if found.get(person) in (None, *AT_ONCE):
            found[person] = state
    return found


def case_counts():
    """Return (confirmed, suspected): people with an open case, families apart, whether they are still at the plant or not."""
    last = CaseChange.objects.filter(case=OuterRef("pk")).order_by("-id").values("state")[:1]
    cases = Case.objects.exclude(person__kind=PersonKind.FAMILY).annotate(state=Subquery(last))
    cases = cases.exclude(state__in=(CaseState.RULED_OUT, "")).exclude(state=None)
    counts = cases.aggregate(
        confirmed=Count("person", filter=~Q(state__in=AT_ONCE), distinct=True),
        suspected=Count("person", filter=Q(state__in=AT_ONCE), distinct=True),
    )
    return counts["confirmed"], counts["suspected"]


def isolated(day, people=None):
    """Return the ids of those who are in isolation: now, or at any time of a day that is past."""
    start = plant.now() if day == plant.today() else plant.day_start(day)
    end = start + (timedelta(minutes=1) if day == plant.today() else timedelta(days=1))
    rows = plant.absences_between(start, end, people).filter(kind=AbsenceKind.ISOLATION)
    return set(rows.values_list("person", flat=True))
