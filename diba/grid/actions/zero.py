"""The zero report: a cell signs its day in one sentence; whatever happens afterwards reopens it by itself.

A signature stands as long as the facts it was signed on are the facts of now: who belongs to the cell, which report of
each counts, whether it is abnormal, which case is open. They are compared, not announced, so that no way of changing them
can forget to reopen a report.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, Role, Unit, UnitKind

from ..models import ZeroReport
from .coverage import asked, stands
from .policies import policy_on

BACK_DAYS = 3  # days; as long as a check-in may still be entered, its day may be signed again


class Reason(NamedTuple):
    """Why a signed report no longer stands. code: see `_reason`; person: id."""

    code: str
    person: int


@dataclass(frozen=True)
class CellDay:
    """One cell on one day: the facts of now beside what was signed, every signature, the oldest first.

    Of a day whose facts were destroyed with their response, nobody can say any more how it stands: it reads as it was signed.
    """

    cell: Unit
    day: object
    people: list = field(default_factory=list)
    signed: list = field(default_factory=list)

    @cached_property
    def destroyed(self):
        """Whether the day is past and what it was signed on was destroyed."""
        return self.last is not None and self.day < plant.today() and isinstance(self.last.facts, plant.Destroyed)

    @property
    def expected(self):
        return self.last.expected if self.destroyed else len(self.people)

    @cached_property
    def known(self):
        return self.last.known if self.destroyed else sum(1 for stand in self.people if stand.report)

    @property
    def unknown(self):
        return self.expected - self.known

    @cached_property
    def suspected(self):
        return self.last.suspected if self.destroyed else sum(1 for stand in self.people if stand.suspected)

    @cached_property
    def confirmed(self):
        return self.last.confirmed if self.destroyed else sum(1 for stand in self.people if stand.confirmed)

    @property
    def facts(self):
        return [[stand.person, stand.report, stand.abnormal, stand.case] for stand in sorted(self.people)]

    @cached_property
    def digest(self):
        return plant.keyed_hash(json.dumps([self.cell.pk, self.day.isoformat(), self.facts]))

    @property
    def last(self):
        return self.signed[-1] if self.signed else None

    @property
    def stands(self):
        """Whether the newest signature speaks of the facts of now."""
        return self.last is not None and (self.destroyed or self.last.digest == self.digest)

    @property
    def reopened(self):
        return self.last is not None and not self.stands

    def reasons(self):
        """Return why the newest signature no longer stands, [Reason]; none when it stands or its facts were destroyed."""
        if not self.reopened or isinstance(self.last.facts, plant.Destroyed):
            return []
        before = {row[0]: row for row in self.last.facts}
        after = {row[0]: row for row in self.facts}
        ids = sorted({*before, *after})
        return [Reason(code, pk) for pk in ids if (code := _reason(before.get(pk), after.get(pk)))]

    def sentence(self):
        """Return the sentence that will be signed."""
        return sentence(self.expected, self.known, self.suspected, self.confirmed)


def _reason(before, after):
    if before == after:
        return ""
    if before is None or after is None:
        return "joined" if before is None else "gone"
    if before[3] != after[3]:
        return "case"
    if bool(before[1]) != bool(after[1]):
        return "late" if after[1] else "taken_back"
    return "corrected"


def sentence(expected, known, suspected, confirmed):
    """Return what a zero report says: cases first, then of how many people we know, then of how many we do not."""
    words = gettext("%(suspected)s suspected; %(known)s of %(expected)s people confirmed, %(unknown)s unknown")
    if confirmed:
        words = gettext(
            "%(cases)s confirmed cases, %(suspected)s suspected; %(known)s of %(expected)s people confirmed, %(unknown)s unknown"
        )
    return words % {"cases": confirmed, "suspected": suspected, "known": known, "expected": expected,
                    "unknown": expected - known}  # fmt: skip


def cell_days(cells=None, day=None, people=None):
    """Return [CellDay] of these cells (default: all) by code, with everybody as he stands; people: stands already read."""
    day = day or plant.today()
    every = Unit.objects.filter(kind=UnitKind.CELL).select_related("lead").order_by("code")
    units = list(every if cells is None else cells)
    signed, members = defaultdict(list), defaultdict(list)
    reports = ZeroReport.objects.filter(day=day, cell__in=units, response__drill=False).select_related("by__person")
    for row in reports.order_by("number", "id"):
        signed[row.cell_id].append(row)
    if people is None:
        people = stands(asked(day=day) if cells is None else asked(day=day).filter(cell__in=units), day)
    if day < plant.today():
        members = _of_the_day(units, signed, people, day)
    else:
        for stand in people:
            members[stand.cell].append(stand)
    return [CellDay(unit, day, members[unit.pk], signed[unit.pk]) for unit in units]


def _of_the_day(units, signed, people, day):
    """Return {cell id: who belonged to it on a day that is past}: those it was last signed for, else those of now."""
    facts = {pk: rows[-1].facts for pk, rows in signed.items()}
    ids = {pk: [row[0] for row in rows] for pk, rows in facts.items() if not isinstance(rows, plant.Destroyed)}
    found = {stand.person: stand for stand in people}
    listed = {person for members in ids.values() for person in members}
    if missing := listed - {*found}:
        found |= {stand.person: stand for stand in stands(Person.objects.filter(pk__in=missing), day)}
    members = defaultdict(list)
    for stand in people:
        if stand.person not in listed:  # who stands on one cell's list is in no other that day
            members[stand.cell].append(stand)
    return {
        unit.pk: [found[person] for person in ids[unit.pk]] if unit.pk in ids else members[unit.pk] for unit in units
    }


@transaction.atomic
def sign(cell, *, uid, by, shown, day=None):
    """Sign a cell's day and return the report. shown: the digest of the facts that were on the page.

    Never refused because somebody is unknown: the sentence says how many. Raises BadInput "figures_changed" when
    the facts are no longer those that were shown, "day_cannot_be_signed", "nobody_here", "signed_already", "uid_taken".
    """
    day = day or plant.today()
    Unit.objects.select_for_update().get(pk=cell.pk)  # two leads at once: the second sees what the first signed
    if there := ZeroReport.objects.filter(uid=uid).first():
        if (there.cell_id, there.day) != (cell.pk, day):
            raise BadInput("uid_taken", "uid")
        return there
    if not plant.today() - timedelta(days=BACK_DAYS) <= day <= plant.today():
        raise BadInput("day_cannot_be_signed", "day", value=day.isoformat())
    [now] = cell_days([cell], day)
    if not now.people:
        raise BadInput("nobody_here", "cell")
    if now.digest != shown:
        raise BadInput("figures_changed", "shown")
    if now.stands:
        raise BadInput("signed_already", "cell")
    try:
        with transaction.atomic():
            return _write(now, uid, by)
    except IntegrityError:  # at this very moment under another cell
        raise BadInput("uid_taken", "uid") from None


def _write(now, uid, by):
    because = [[reason.code, reason.person] for reason in now.reasons()]
    row = ZeroReport.objects.create(
        uid=uid, response=plant.response(), cell=now.cell, day=now.day, number=now.last.number + 1 if now.last else 1, expected=now.expected,
        known=now.known, suspected=now.suspected, confirmed=now.confirmed, sentence=now.sentence(),
        digest=now.digest, facts=now.facts, because=because or None, by=by, at=plant.now(),
    )  # fmt: skip
    plant.note(by, "zero.signed", row, detail=f"unknown={row.unknown}")
    # Whoever signs today is not asked for the days before any more: those that were reopened stand in the history.
    asked_for = f"zero:{now.cell.pk}:" if now.day == plant.today() else f"zero:{now.cell.pk}:{now.day}:"
    plant.close_all(asked_for, row.sentence, by=by)
    return row


@dataclass(frozen=True)
class DoubleZero:
    """Confirmed and suspected cases, of how many people we know, and how many cells have signed for it.

    Green only when nobody is unknown, no case is open, everybody belongs to a cell and every cell has signed what is true now.
    """

    confirmed: int
    suspected: int
    expected: int
    known: int
    cells: int
    signed: int
    reopened: int
    without_cell: int
    destroyed: bool = False  # what some of it was signed on was destroyed: of those cells it is what they signed

    @property
    def unknown(self):
        return self.expected - self.known

    @property
    def complete(self):
        people = self.expected > 0 and self.unknown == 0 and self.without_cell == 0
        return people and 0 < self.cells == self.signed

    @property
    def earned(self):
        return self.complete and self.confirmed == 0 and self.suspected == 0


def total(days, people, cases):
    """Return the double zero of these cells' days. people: the stands it is about; cases: (confirmed, suspected) people."""
    manned = [row for row in days if row.expected]
    return DoubleZero(
        *cases, len(people), sum(1 for stand in people if stand.report), len(manned), sum(row.stands for row in manned),
        sum(row.reopened for row in manned), sum(1 for stand in people if stand.cell is None),
    )  # fmt: skip


def ask_to_sign():
    """Once the hour has come, ask every cell's lead who has not signed, and whoever's report was reopened; return how many."""
    day, policy = plant.today(), policy_on(plant.today())
    if policy is None or plant.now().time() < policy.zero_due:
        return 0
    waiting = [row for row in cell_days(day=day) if row.people and not row.stands]
    leads = plant.leads_of([row.cell for row in waiting]) if waiting else {}
    for row in waiting:
        lead, number = leads[row.cell.pk], row.last.number if row.last else 0
        words = (
            gettext_noop("Sign the day of {cell} again: it was reopened")
            if number
            else gettext_noop("Sign the day of {cell}")
        )
        plant.ask(
            words, {"cell": row.cell.name}, owner=lead, role="" if lead else Role.HEALTH_OFFICER, unit=row.cell,
            key=f"zero:{row.cell.pk}:{day}:{number}", link=f"/grid/cell/?cell={row.cell.code}",
        )  # fmt: skip
    return len(waiting)
