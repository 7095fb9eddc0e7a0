"""The rows that fit nobody: each is assigned to a person or discarded, by somebody and for a reason."""

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ...models import Finding, LabFile, LabResult, Sample
from .files import follow


def queue_of(file):
    """Return the rows of a file that wait for somebody, in the order of the file."""
    rows = file.results.filter(state=LabResult.State.QUEUED).select_related("target__person", "sample")
    return rows.order_by("sheet", "row")


def results_of(target):
    """Return what laboratories said of a target, newest first; what was taken back or discarded is left out."""
    rows = LabResult.standing().filter(target=target)
    return rows.select_related("sample", "file__round").order_by("-id")


@transaction.atomic
def assign(result, target, outcome, reason, *, by=None):
    """Say whose a queued row is and what it says. Raises BadInput; say whether this call resolved it.

    Of a mixed tube nobody is positive: who is in it is to be tested again, whatever was chosen.
    """
    if outcome not in Finding.values:
        raise BadInput("unknown_result", "outcome")
    row = _open(result)
    if row is None:
        return False
    if target.campaign_id != row.file.round.campaign_id:
        raise BadInput("nobody", "target")
    if outcome == Finding.POSITIVE and _mixed(row):
        outcome = Finding.UNCLEAR
    row.state, row.target, row.outcome = LabResult.State.ASSIGNED, target, str(outcome)
    row.usable = outcome in (Finding.NEGATIVE, Finding.POSITIVE)
    if row.sample and row.sample.target_id != target.pk:
        row.sample = None
    _resolve(row, reason, by, "lab.assigned")
    follow([row], by=by)
    return True


def _mixed(row):
    """Say whether a row is about a mixed tube: the one it was matched with, or one that a cell of it names."""
    if row.sample and row.sample.pooled:
        return True
    said = [str(value).upper() for value in (row.line or {}).values()]
    pooled = Sample.objects.filter(round__campaign=row.file.round.campaign_id, pooled=True, withdrawn_at=None)
    return pooled.filter(tube__in=said).exists()


@transaction.atomic
def discard(result, reason, *, by=None):
    """Put a queued row aside for a reason; it stays on record. Raises BadInput; say whether this call resolved it."""
    row = _open(result)
    if row is None:
        return False
    row.state = LabResult.State.DISCARDED
    _resolve(row, reason, by, "lab.discarded")
    return True


def _open(result):
    rows = LabResult.objects.select_for_update(of=("self",)).select_related("file__round", "target__person", "sample")
    return rows.filter(pk=result.pk, state=LabResult.State.QUEUED, file__state=LabFile.State.CONFIRMED).first()


def _resolve(row, reason, by, verb):
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    row.resolution, row.resolved_by, row.resolved_at = reason.strip()[:300], by, plant.now()
    names = ["state", "target", "outcome", "usable", "sample", "resolution", "resolved_by", "resolved_at"]
    row.save(update_fields=names)
    plant.note(by, verb, row)
    if not queue_of(row.file).exists():
        plant.close_keyed(f"labqueue:{row.file_id}", gettext_noop("every row is resolved"), by=by)
