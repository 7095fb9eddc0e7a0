"""The changes of a case read as a story: what holds now, since when its consequences run."""

from ..models import Case
from ..models.cases import BY_ITSELF, OPEN


def locked(case):
    """Return (case, its changes, oldest first), with everybody else who would change it made to wait."""
    row = Case.objects.select_for_update(of=("self",)).select_related("person__cell").get(pk=case.pk)
    return row, changes_of(row)


def changes_of(case):
    """Return the changes of a case, oldest first, each with its author and what it undoes or restores."""
    return list(case.changes.select_related("undoes", "restores", "by__person").order_by("id"))


def in_force(changes):
    """Return the judgement that holds after these changes (oldest first), or None when the case is withdrawn."""
    if not changes:
        return None
    last = changes[-1]
    return last.restores if last.undoes_id else last


def before(changes, judgement):
    """Return what held when a judgement was made."""
    return in_force([change for change in changes if change.pk < judgement.pk])


def runs(judgement):
    """Say whether a judgement (None: withdrawn) sets the chain off: an officer's, and not that the case is over."""
    return judgement is not None and not unjudged(judgement) and judgement.state in OPEN


def unjudged(judgement):
    """Say whether what holds is a suspicion that a report or a gate opened by itself: nobody has judged it."""
    return judgement is not None and judgement.reason.startswith(BY_ITSELF)


def running_since(changes):
    """Return since when the chain of a case runs without a break, or None when it does not run."""
    since = None
    for change in changes:
        judgement = change.restores if change.undoes_id else change
        since = (since or change.at) if runs(judgement) else None
    return since


def undoable(changes):
    """Return the judgement that can be taken back, or None: what a report opened by itself is judged, not undone."""
    judgement = in_force(changes)
    return None if unjudged(judgement) else judgement
