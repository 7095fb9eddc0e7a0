"""What the grid tells the gates of people's health: a word, from when, until when. Nothing of what was reported."""

from datetime import datetime, timedelta

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from diba.plant import actions as plant
from diba.plant.actions.statements import Among, Part
from diba.plant.models import Absence, AbsenceKind

from ..models import CaseChange, CaseState, CheckIn
from .policies import policy_asked


def health_said(people, since, until):
    """Answer hook HEALTH_SAID: each report of these people (ids; None: all) that came in [since, until]. One query.

    A "well" stands until the next day's report is due, but not of somebody whose abnormal one nobody has judged yet.
    """
    rows = _reports(since, until, _first_day(since))
    if people is not None:
        rows = rows.filter(Among(F("person"), people))
    ends: dict = {}
    return [
        (person, at, _end(day, ends), "abnormal" if abnormal else "ok")
        for person, day, at, abnormal in rows.values_list("person", "day", "at", _abnormal(OuterRef("person")))
    ]


def health_said_of_one():
    """Answer hook HEALTH_SAID_OF_ONE: the same about one person, as part of a statement."""
    fields = [CheckIn._meta.get_field(name) for name in ("person", "at", "at", "day")]
    return Part(fields, _of_one, lambda person, since, until: (person, since, until, _first_day(since)), _read)


def _of_one(person, since, until, first):
    word = Case(When(_abnormal(person), then=Value("abnormal")), default=Value("ok"))
    return _reports(since, until, first).filter(person=person).values_list("at", Cast("day", DateTimeField()), word)


def _abnormal(person):
    """Return the condition that a report is abnormal, or that its author is out until one is judged: no later word of his ends that.

    One that was judged since, and his case found to be none, stops him no longer.
    """
    waits = Absence.objects.filter(person=person, kind=AbsenceKind.CHECKING, ends_at=None, state=Absence.State.APPROVED)
    over = CaseChange.objects.filter(case__person=person, state=CaseState.RULED_OUT, at__gte=OuterRef("at"))
    return (Q(abnormal=True) & ~Exists(over)) | Exists(waits)


def _read(person, since, until, rows):
    ends: dict = {}
    return [(person, at, _end(day.date(), ends), word) for at, day, word in rows]


def _reports(since, until, first):
    return CheckIn.objects.filter(at__gte=since, at__lte=until, day__gte=first, corrected_by=None).order_by()


def _first_day(since):
    return since.date() - timedelta(days=1)


def _end(day, ends):
    """Return when the report of the day after is due, by the policy of the day; midnight where there is none."""
    if day not in ends:
        rule = policy_asked(day)
        due = rule.due if rule else datetime.min.time()
        ends[day] = timezone.make_aware(datetime.combine(day + timedelta(days=1), due))
    return ends[day]


def fever_above():
    """Answer hook FEVER_ABOVE: (tenths of °C, whether the threshold itself counts) in force today."""
    today = plant.today()
    rule = policy_asked(today)
    return (int(rule.threshold * 10), rule.comparator == ">=") if rule else (373, False)
