"""Cases: opened, classified, taken back. What hangs on a classification follows in the same transaction (`chain.py`)."""

from django.db import transaction
from django.db.models import OuterRef, Subquery

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..models import Case, CaseChange, CaseState
from ..models.cases import JUDGED, OPEN, OVER
from .chain import settle
from .judgements import before, locked, undoable
from .told_meanwhile import still_to_judge


def with_state(cases):
    """Annotate cases with `state`, the newest classification."""
    last = CaseChange.objects.filter(case=OuterRef("pk")).order_by("-id").values("state")[:1]
    return cases.annotate(state=Subquery(last))


def open_case(person):
    """Return the person's case whose newest classification is not "ruled out" or taken back, or None."""
    return with_state(Case.objects.filter(person=person)).exclude(state__in=OVER).order_by("-id").first()


def open_still(person):
    """Return the person's open case, locked, or None: whoever judges it over at this moment is waited for."""
    case = open_case(person)
    return case if case and locked(case)[1][-1].state in OPEN else None


def cases_visible_to(account):
    """Return the cases an account may see: the health officer's and the duty officer's, within their units."""
    return Case.objects.filter(person__in=plant.people_of(account, Role.HEALTH_OFFICER, Role.DUTY_OFFICER))


def _refuse_own(case, by, field):
    if by is not None and by.person_id == case.person_id:
        raise BadInput("own_case", field)


@transaction.atomic
def suspect(person, reason, *, by):
    """Open a suspicion by hand and return the case; raises BadInput when the person has an open case already."""
    # Two officers about one person wait for each other here.
    type(person).objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    if open_case(person):
        raise BadInput("has_a_case", "person")
    case = Case.objects.create(person=person, response=plant.response(), opened_at=plant.now())
    judge_case(case, CaseState.SUSPECTED, reason, by=by)
    return case


@transaction.atomic
def judge_case(case, state, reason, *, by, seen=None):
    """Classify a case anew, however it stood, and return the change; all that hangs on it follows in this transaction.

    seen: the id of the newest change its author had before him; BadInput when there is a newer one.
    """
    case, changes = locked(case)
    _refuse_own(case, by, "reason")
    if state not in dict(JUDGED):
        raise BadInput("unknown_state", "state", value=str(state)[:40])
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    if seen is not None and changes and changes[-1].pk != seen:
        raise BadInput("judged_meanwhile", "state")
    change = CaseChange.objects.create(case=case, state=state, words=reason.strip()[:300], by=by, at=plant.now())
    plant.note(by, f"case.{state}", case)
    settle(case, [*changes, change], by)
    return change


@transaction.atomic
def undo_judgement(case, reason, *, by, seen=None):
    """Take the newest judgement back: the one before holds again, and so does all that hung on it. Raises BadInput.

    Both stay on record. A judgement is undone once; what an abnormal report set off by itself cannot be undone, only judged:
    so when no case would be left, but a fever was told meanwhile, the case is that suspicion from now on.
    """
    case, changes = locked(case)
    _refuse_own(case, by, "undo_reason")
    if not reason.strip():
        raise BadInput("no_reason", "undo_reason")
    if seen is not None and changes and changes[-1].pk != seen:
        raise BadInput("judged_meanwhile", "undo_reason")
    standing = undoable(changes)
    if standing is None:
        raise BadInput("nothing_to_undo", "undo_reason")
    return undone(case, changes, standing, reason.strip()[:300], by)


def undone(case, changes, standing, words, by):
    """Write that what stands of a locked case is taken back, and settle it; what was told meanwhile is left as a suspicion."""
    earlier = before(changes, standing)
    change = CaseChange.objects.create(
        case=case, state=earlier.state if earlier else CaseState.WITHDRAWN, words=words, undoes=standing,
        restores=earlier, by=by, at=plant.now(),
    )  # fmt: skip
    plant.note(by, "case.undone", case, detail=standing.state)
    told = still_to_judge(case, earlier) if change.state in OVER else ""
    more = (
        [CaseChange.objects.create(case=case, state=CaseState.SUSPECTED, reason=told, at=plant.now())] if told else []
    )
    settle(case, [*changes, change, *more], by)
    return change
