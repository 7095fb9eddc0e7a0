"""The tests of a person: those entered by hand, and those that a laboratory's file of a screening said."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from ..models import Finding, LabResult, PersonTest


@dataclass(frozen=True)
class LabTest:
    """A result of a screening, as a test of the person; corrected where it came from, not here."""

    taken_on: date
    result: str
    from_lab = True

    def get_result_display(self):
        return Finding(self.result).label


def tests_of(people):
    """Return {person id: the tests that stand, the oldest sample first}; two queries."""
    found = defaultdict(list)
    for row in PersonTest.objects.filter(person__in=people, corrected_by=None).order_by("taken_on", "id"):
        found[row.person_id].append(row)
    for person, test in _of_screenings(people):
        found[person].append(test)
    for rows in found.values():
        rows.sort(key=lambda row: row.taken_on)
    return found


def _of_screenings(people):
    """Yield (person id, test) of what a laboratory said of a tube of his own: who is released needs one, a mixed tube is none."""
    rows = LabResult.standing().filter(
        target__person__in=people, usable=True, target__campaign__response__drill=False,
    ).exclude(sample__withdrawn_at__isnull=False).exclude(sample__pooled=True).order_by("id")  # fmt: skip
    for person, taken_at, tested_on, outcome in rows.values_list(
        "target__person", "sample__taken_at", "tested_on", "outcome"
    ):
        day = timezone.localtime(taken_at).date() if taken_at else tested_on
        if day and str(outcome) in (Finding.NEGATIVE, Finding.POSITIVE, Finding.UNCLEAR):
            yield person, LabTest(day, str(outcome))
