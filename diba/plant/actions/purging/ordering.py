"""Ordering a destruction: what it would destroy, one person who proposes it, another who agrees."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from ...models import Purge
from .. import jobs
from ..clock import now
from ..record import note
from .clearing import answers, uncovered


class CannotPurge(Exception):
    """Something stands in the way of the destruction. Carries its words."""


def dry_run(response):
    """Return a row a table of what would be destroyed now, those with rows only: label, words, how, rows, running, at."""
    found = []
    for clearing in answers()[0]:
        rows = clearing.rows(response)
        if count := rows.count():
            found.append({
                "label": clearing.label, "words": clearing.words, "how": "deleted" if clearing.blank is None else "emptied",
                "rows": count, "running": clearing.running(rows).count() if clearing.running else 0, "at": clearing.at,
                "still": clearing.still or clearing.words,
            })  # fmt: skip
    return found


def obstacles(response, found=None):
    """Return why a response cannot be purged now, in words; nothing when it can."""
    if response.ended_at is None:
        return [gettext("The response still runs: end it first.")]
    if response.key_destroyed_at:
        return [gettext("Its key was destroyed before.")]
    words = gettext("%(count)s × %(what)s still open: close them first.")
    found = dry_run(response) if found is None else found
    still = [words % {"count": row["running"], "what": row["still"]} for row in found if row["running"]]
    forgotten = uncovered()
    if forgotten:
        still.append(
            gettext("Nobody says how these tables are destroyed: %(tables)s") % {"tables": ", ".join(forgotten)}
        )
    return still


@transaction.atomic
def propose(response, *, by, exceptions=()):
    """Propose the destruction of a response's personal data and return it. Raises CannotPurge.

    exceptions: (label, reason) of tables that are kept, such as for a legal duty; the second person approves them as well.
    """
    if still := obstacles(response):
        raise CannotPurge(" ".join(still))
    labels = {clearing.label for clearing in answers()[0]}
    for label, reason in exceptions:
        if label not in labels or not reason.strip():
            raise CannotPurge(gettext("An exception names a table and the reason why it is kept."))
    tables = [[row["label"], row["how"], row["rows"], 0] for row in dry_run(response)]
    kept = [[label, reason.strip()[:300]] for label, reason in exceptions]
    try:
        with transaction.atomic():
            row = Purge.objects.create(response=response, tables=tables, exceptions=kept, by=by, at=now())
    except IntegrityError as error:
        raise CannotPurge(gettext("It was proposed before.")) from error
    note(by, "purge.proposed", row, detail=f"rows={sum(table[2] for table in tables)}")
    return row


@transaction.atomic
def withdraw(purge, *, by):
    """Withdraw a proposal, or refuse it, before anybody agreed; say whether this call did."""
    waiting = Purge.objects.filter(pk=purge.pk, state=Purge.State.PROPOSED)
    if changed := waiting.update(state=Purge.State.WITHDRAWN):
        note(by, "purge.withdrawn", purge)
    return bool(changed)


@transaction.atomic
def approve(purge, *, by):
    """Agree to a destruction as its second person, which starts it. Raises CannotPurge."""
    row = Purge.objects.select_for_update(of=("self",)).select_related("by", "response").get(pk=purge.pk)
    if row.state != Purge.State.PROPOSED:
        raise CannotPurge(gettext("It no longer waits for anybody."))
    if by.pk == row.by_id or (by.person_id and by.person_id == row.by.person_id):
        raise CannotPurge(gettext("Somebody else than who proposed it has to agree."))
    if still := obstacles(row.response):
        raise CannotPurge(" ".join(still))
    row.state, row.approved_by, row.approved_at = Purge.State.RUNNING, by, now()
    row.job = jobs.start("purge", about=f"purge:{row.pk}", by=by)
    row.save(update_fields=["state", "approved_by", "approved_at", "job"])
    note(by, "purge.approved", row)
    return row


@transaction.atomic
def carry_on(purge, *, by):
    """Start a destruction again that broke off; what is through is not done twice. Say whether there was anything to do."""
    row = Purge.objects.select_for_update(of=("self",)).select_related("job").get(pk=purge.pk)
    if row.state != Purge.State.RUNNING or (row.job and not row.job.broke_off and row.job.state != row.job.State.DONE):
        return False
    row.job = jobs.start("purge", about=f"purge:{row.pk}", by=by)
    row.save(update_fields=["job"])
    note(by, "purge.carried_on", row)
    return True


def purges_of(response):
    """Return the destructions of a response that were not withdrawn; at most one."""
    rows = Purge.objects.filter(response=response).exclude(state=Purge.State.WITHDRAWN)
    return rows.select_related("by__person", "approved_by__person", "job")
