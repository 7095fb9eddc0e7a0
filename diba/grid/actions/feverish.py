"""What follows from a fever that somebody else measured: a suspicion, to be judged like one that a report opened."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, HoldReason

from ..models import Case, CaseChange, CaseState
from .cases import open_still
from .chain import holds_of
from .officers import officer_for

JUDGED_WITHIN = timedelta(hours=2)  # as after an abnormal report


@transaction.atomic
def suspect_at_gate(person, at, readings, source):
    """Answer hook GATE_FEVER: hold the person at every gate from the moment of the readings, take him out, open a suspicion
    unless a case is open, have the health officer judge it.

    The hold hangs on the case and goes when it is over, as any other (`chain`). No report of his own is written or
    changed: the readings stay where the guard wrote them, and are read there.
    """
    # Two gates, or a gate and a report, about one person wait for each other here.
    type(person).objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    plant.take_out(person, AbsenceKind.CHECKING, plant.now(), source=source)
    case = open_still(person)
    if case is None:
        case = Case.objects.create(person=person, response=plant.response(), opened_at=plant.now())
        CaseChange.objects.create(case=case, state=CaseState.SUSPECTED, reason=source, at=plant.now())
    since = min(at, plant.now())
    if not holds_of(case).filter(lifted_at=None, begins_at__lte=since).exists():
        plant.hold(person, HoldReason.SUSPECTED, begins_at=since, source=f"case:{case.pk}:{source}")
    plant.ask(
        gettext_noop("Judge {name}: twice a fever at a gate"), {"name": person.name}, role=officer_for(person), unit=person.cell,
        about=person, urgent=True, key=f"judge:{person.pk}:{source}", due_at=plant.now() + JUDGED_WITHIN,
        link=f"/grid/people/{person.pk}/",
    )  # fmt: skip
