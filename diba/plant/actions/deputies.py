"""Who leads a unit at a moment: its lead, or the deputy who stands in while the lead is away."""

from django.db.models import Exists, OuterRef, Q

from ..models import Absence, Person, Task, Unit
from .clock import now
from .statements import Many

# Whoever is asked under a key that begins so acts for the lead of the task's unit until it is closed.
CALLED_IN = "escalated:"


def _away(at, person):
    """Return the condition that the person in a field is away at a moment: by an approved absence, or gone for good."""
    absent = Absence.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at), person=OuterRef(person), state=Absence.State.APPROVED, starts_at__lte=at
    )
    left = Person.objects.filter(pk=OuterRef(person), left_on__lte=at.date())
    return Exists(absent) | Exists(left)


def leads_of(units, at=None):
    """Return {unit id: the Person who leads it at a moment, or None}. One query, whatever the number of units.

    The deputy stands in while the lead is away or there is none; when both are away the lead stays responsible.
    """
    return {row.pk: acting for row, acting in led(units, at)}


def led(units, at=None):
    """Return [(unit with lead and deputy, the Person who leads it at a moment, or None)]. One query."""
    at = at or now()
    rows = Unit.objects.filter(pk__in=[unit.pk for unit in units]).select_related("lead", "deputy")
    rows = rows.annotate(lead_away=_away(at, "lead"), deputy_away=_away(at, "deputy"))
    return [(row, _leads(row)) for row in rows]


def _leads(row):
    present = row.lead is not None and not row.lead_away
    stands_in = row.deputy is not None and not row.deputy_away
    return row.lead if present or not stands_in else row.deputy


def lead_of(unit, at=None):
    """Return the Person who leads a unit at a moment (now unless named), or None when nobody is named. One query."""
    return leads_of([unit], at)[unit.pk]


def _cells_to_stand_in_for(person_id):
    called = Task.objects.filter(owner=person_id, closed_at=None, key__startswith=CALLED_IN).values("unit")
    rows = Unit.objects.filter(Q(deputy=person_id) | Q(pk__in=called), kind="cell").exclude(lead=person_id)
    return rows.annotate(called_in=Exists(called.filter(unit=OuterRef("pk"))))


_may_stand_in = Many(_cells_to_stand_in_for, Unit._meta.get_field("deputy"))


def stood_in_for(person_id, at=None):
    """Return the cells a person (id) acts for at a moment.

    As deputy, because their lead is away or there is none; or because he was called in for those the lead did not find.
    One small query for whoever is nobody's deputy, two for a deputy.
    """
    if not person_id:
        return []
    cells = _may_stand_in(person_id)
    leads = leads_of(cells, at) if any(not cell.called_in for cell in cells) else {}
    return [cell for cell in cells if cell.called_in or (leads[cell.pk] and leads[cell.pk].pk == person_id)]
