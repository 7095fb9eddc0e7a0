"""What was told of a person while a judgement stood that is now taken back: a fever of that time is still to be judged."""

from datetime import timedelta

from diba.plant.models import Absence

from ..models import CheckIn
from ..models.cases import AT_GATE


def fever_at_gate(person, since):
    """Return the source of the newest fever that a gate told of a person since a moment, such as "crossing:12", or ""."""
    rows = Absence.objects.filter(person=person, source__startswith=AT_GATE, entered_at__gte=since)
    return rows.order_by("-id").values_list("source", flat=True).first() or ""


def still_to_judge(case, restored):
    """Return the reason of the suspicion that a case is when its judgement is taken back: what a gate or a report told since it
    was opened, or since the judgement that ended it and holds again; "" when nothing was.

    A gate's fever comes first, for it also holds him.
    """
    since = restored.at + timedelta(microseconds=1) if restored else case.opened_at
    if source := fever_at_gate(case.person, since):
        return source
    rows = CheckIn.objects.filter(person=case.person, abnormal=True, corrected_by=None, at__gte=since)
    report = rows.order_by("-id").values_list("pk", flat=True).first()
    return f"checkin:{report}" if report else ""
