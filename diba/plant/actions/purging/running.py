"""The destruction itself: table after table, each counted and destroyed in one transaction; then the key; then the certificate."""

import hashlib
import json

from django.db import transaction

from ...models import Purge
from ..clock import now
from ..record import note
from ..responses import destroy_key
from .clearing import answers
from .counting import keep_counts
from .tables import clear, excepted, reseal, reseal_strays
from .wiping import wipe_free_pages


def purge_job(job, report):
    """Do a destruction that was agreed to, or go on where it broke off. Raises StillRead."""
    purge = Purge.objects.select_related("response", "approved_by").get(pk=int(job.about.partition(":")[2]))
    if purge.state != Purge.State.RUNNING:
        return
    clearings, _kept = answers()
    spared = excepted([label for label, _why in purge.exceptions], clearings)
    for index, clearing in enumerate(clearings):
        if clearing.label not in purge.done:
            _step(purge, clearing, clearing.label in spared)
        report(share=(index + 1) / (len(clearings) + 2))
    reseal_strays(purge.response)
    if not purge.response.key_destroyed_at:
        destroy_key(purge.response, by=purge.approved_by)
    wipe_free_pages({clearing.model for clearing in clearings})
    _finish(purge)


@transaction.atomic
def _step(purge, clearing, spared):
    rows = clearing.rows(purge.response)
    count = rows.count()
    if spared:
        reseal(clearing.model, rows)
    else:
        keep_counts(purge.response, clearing, rows)
        clear(clearing, rows, purge.response)
    left = [table for table in purge.tables if table[0] != clearing.label]
    how = "kept" if spared else "deleted" if clearing.blank is None else "emptied"
    purge.tables = [*left, [clearing.label, how, count, count if spared else 0]] if count else left
    purge.done = [*purge.done, clearing.label]
    purge.save(update_fields=["tables", "done"])


@transaction.atomic
def _finish(purge):
    purge.state, purge.finished_at = Purge.State.DONE, now()
    purge.response.refresh_from_db()
    purge.digest = _digest(purge)
    purge.save(update_fields=["state", "finished_at", "digest"])
    note(purge.approved_by, "purge.done", purge, detail=f"digest={purge.digest}")


def certificate(purge):
    """Return what the certificate says, as plain data: its SHA-256 stands in the purge and in the record."""
    response = purge.response
    moments = {
        "begun": response.begun_at, "ended": response.ended_at, "proposed": purge.at, "approved": purge.approved_at,
        "key destroyed": response.key_destroyed_at, "finished": purge.finished_at,
    }  # fmt: skip
    return {
        "response": [response.pk, response.name], "by": [purge.by_id, purge.approved_by_id],
        "moments": {name: moment.timestamp() if moment else None for name, moment in moments.items()},
        "tables": sorted(purge.tables), "exceptions": sorted(purge.exceptions),
    }  # fmt: skip


def is_true(purge):
    """Say whether a certificate still says what was hashed when it was made."""
    return _digest(purge) == purge.digest


def _digest(purge):
    return hashlib.sha256(json.dumps(certificate(purge), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
