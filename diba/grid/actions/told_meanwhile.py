"""What was told of a person while a judgement stood that is now taken back: a fever or a positive result of that time is still to be judged."""

from datetime import timedelta

from django.db.models import Q

from diba.plant.models import Absence

from ..models import CheckIn, LabResult, PersonTest
from ..models.cases import TOLD_OF


def sourced(prefixes, before=""):
    """Return the condition that a source begins with one of these."""
    asked = Q()
    for prefix in prefixes:
        asked |= Q(source__startswith=f"{before}{prefix}")
    return asked


def told_of(person, since):
    """Return the source of the newest fever at a gate or positive result that was told of a person since a moment and
    stands, such as "crossing:12", or ""."""
    rows = Absence.objects.filter(sourced(TOLD_OF), person=person, entered_at__gte=since).order_by("-id")
    return next(filter(_stands, rows.values_list("source", flat=True)), "")


def _stands(source):
    """Say whether what was told is still said: a result may have been corrected, or taken back with its file."""
    kind, _colon, pk = source.partition(":")
    if kind == "lab":
        return LabResult.standing().filter(pk=pk).exists()
    return kind != "test" or PersonTest.objects.filter(pk=pk, corrected_by=None).exists()


def still_to_judge(case, restored):
    """Return the reason of the suspicion that a case is when its judgement is taken back: what a gate, a laboratory or a report told since it
    was opened, or since the judgement that ended it and holds again; "" when nothing was.

    What others measured comes first, for it also holds him.
    """
    since = restored.at + timedelta(microseconds=1) if restored else case.opened_at
    if source := told_of(case.person, since):
        return source
    rows = CheckIn.objects.filter(person=case.person, abnormal=True, corrected_by=None, at__gte=since)
    report = rows.order_by("-id").values_list("pk", flat=True).first()
    return f"checkin:{report}" if report else ""
