"""What follows from what somebody else measured, a fever or a positive result: a suspicion, to be judged like one that a report opened."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, HoldReason

from ..models import Case, CaseChange, CaseState
from .cases import open_still, undone
from .chain import holds_of
from .judgements import changes_of, in_force, unjudged
from .officers import officer_for

JUDGED_WITHIN = timedelta(hours=2)  # as after an abnormal report


def suspect_at_gate(person, at, readings, source):
    """Answer hook GATE_FEVER: put the person up for judgement, held from the moment of the readings."""
    put_up(person, source, gettext_noop("Judge {name}: twice a fever at a gate"), since=at)


@transaction.atomic
def put_up(person, source, words, *, since=None, by=None):
    """Hold a person at every gate from a moment (default: now), take him out, open a suspicion unless a case is open, have the
    health officer judge it: for what others measured, named by its source ("crossing:12", "lab:5"), once however often it comes.

    The hold hangs on the case and goes when it is over, as any other (`chain`). No report of his own is written or
    changed: the readings stay where the guard wrote them, and are read there.
    """
    # Two gates, or a gate and a report, about one person wait for each other here.
    type(person).objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    plant.take_out(person, AbsenceKind.CHECKING, plant.now(), by=by, source=source)
    case = open_still(person)
    if case is None:
        case = Case.objects.create(person=person, response=plant.response(), opened_at=plant.now())
        CaseChange.objects.create(case=case, state=CaseState.SUSPECTED, reason=source, by=by, at=plant.now())
    since = min(since or plant.now(), plant.now())
    if not holds_of(case).filter(lifted_at=None, begins_at__lte=since).exists():
        plant.hold(person, HoldReason.SUSPECTED, by=by, begins_at=since, source=f"case:{case.pk}:{source}")
    plant.ask(
        words, {"name": person.name}, role=officer_for(person), unit=person.cell, by=by,
        about=person, urgent=True, key=f"judge:{person.pk}:{source}", due_at=plant.now() + JUDGED_WITHIN,
        link=f"/grid/people/{person.pk}/",
    )  # fmt: skip


@transaction.atomic
def unsay(person, source, words, *, by=None):
    """Take back what was put up from a source that is no longer said: unless somebody judged it, or something else was told
    meanwhile, the case is withdrawn, and the person passes and is available again. words: why.
    """
    type(person).objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    plant.close_keyed(f"judge:{person.pk}:{source}", words, by=by)
    case = open_still(person)
    if case is None:
        return
    changes = changes_of(case)
    standing = in_force(changes)
    if unjudged(standing) and standing.reason == source:
        undone(case, changes, standing, words, by)
