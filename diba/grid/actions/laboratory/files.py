"""A laboratory's file: read dry, written, taken back. What was positive is put before the health officer."""

import base64
import hashlib
from collections import Counter

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ...models import Campaign, Finding, LabFile, LabResult, Round
from ..feverish import put_up, unsay
from .matching import REPEATED, match
from .reading import read_sheets

BATCH = 500
# What is asked of a result; a positive is asked of only in an exercise, where nobody is put up.
AGAIN = {
    Finding.POSITIVE: gettext_noop("{name}: laboratory result to be judged"),
    Finding.UNCLEAR: gettext_noop("{name}: laboratory result unclear, to be tested again"),
}


def dry_run(data, name, round, *, by=None):
    """Read a file and keep it with what it would do, unwritten. Raises FileRefused or BadInput."""
    if round.campaign.state == Campaign.State.DRAFT or not round.campaign.samples:
        raise BadInput("no_samples_asked", "file")
    digest = hashlib.sha256(data).hexdigest()
    _not_written(digest, round)
    lines, _unknown = read_sheets(data, name)
    row = LabFile.objects.create(
        round=round, file_name=name[:200], sha256=digest, content=base64.b64encode(data).decode(), by=by, at=plant.now(),
        counts=_counts(match(lines, round)),
    )  # fmt: skip
    plant.note(by, "lab.read", row, detail=_figures(row.counts))
    return row


def _not_written(digest, round):
    """Refuse a file whose very bytes count for a round already."""
    if LabFile.objects.filter(sha256=digest, round=round, state=LabFile.State.CONFIRMED).exists():
        raise BadInput("file_twice", "file")


def rows_of(file):
    """Return ([Match], [(sheet, unknown heading, "" for a sheet that is not read)]) of a dry run against the samples as they are now."""
    lines, unknown = read_sheets(base64.b64decode(file.content), file.file_name)
    return match(lines, file.round), unknown


def _counts(found):
    kinds = Counter("repeated" if row.problem == REPEATED else "queued" if row.problem else "matched" for row in found)
    return {name: kinds.get(name, 0) for name in ("matched", "queued", "repeated")} | {"rows": len(found)}


def _figures(counts):
    return " ".join(f"{name}={count}" for name, count in counts.items())


@transaction.atomic
def confirm(file, *, by=None):
    """Write every row of a dry run: what matches at once, the rest into the queue.

    Return the counts, or None when what it would do has changed since it was looked at. Raises BadInput("file_twice").
    """
    Round.objects.select_for_update().get(pk=file.round_id)  # two files of a round at once: the second sees the first
    locked = LabFile.objects.select_for_update().get(pk=file.pk)
    if locked.state != LabFile.State.DRY_RUN:
        return locked.counts
    _not_written(locked.sha256, locked.round)
    found, _unknown = rows_of(locked)
    counts = _counts(found)
    if counts != locked.counts:
        locked.counts = counts
        locked.save(update_fields=["counts"])
        return None
    results = [_result(locked, row) for row in found]
    LabResult.objects.bulk_create(results, batch_size=BATCH)
    locked.state, locked.confirmed_at, locked.content = LabFile.State.CONFIRMED, plant.now(), ""
    locked.save(update_fields=["state", "confirmed_at", "content"])
    plant.note(by, "lab.confirmed", locked, detail=_figures(counts))
    follow(list(locked.results.filter(state=LabResult.State.MATCHED).select_related("target__person")), by=by)
    _ask_for_the_queue(locked, counts["queued"])
    return counts


def _result(file, row):
    line = row.line
    state = LabResult.State.REPEATED if row.problem == REPEATED else LabResult.State.QUEUED
    if not row.problem:
        state = LabResult.State.MATCHED
    return LabResult(
        file=file, sheet=line.sheet[:100], row=line.row, state=state, problem="" if row.problem == REPEATED else row.problem,
        column=row.column[:100], target_id=row.target, sample_id=row.sample, outcome=row.outcome,
        usable=row.outcome in (Finding.NEGATIVE, Finding.POSITIVE), tested_on=line.tested, line=line.shown,
    )  # fmt: skip


def follow(results, *, by=None):
    """Put what is positive or unclear before the health officer; it classifies nobody by itself.

    A positive of one person's own tube is a suspicion until it is judged: he passes no gate and stands no watch.
    """
    for row in results:
        if row.usable:
            _close_again(row, by)
        person = row.target.person
        if row.outcome == Finding.POSITIVE and not row.file.round.campaign.response.drill:
            put_up(person, f"lab:{row.pk}", gettext_noop("Judge {name}: positive result"), by=by)
        elif row.outcome in AGAIN:
            plant.ask(
                AGAIN[row.outcome], {"name": person.name}, role=Role.HEALTH_OFFICER, about=person, by=by,
                urgent=row.outcome == Finding.POSITIVE, link=f"/grid/people/{person.pk}/", key=f"lab:{row.pk}",
            )  # fmt: skip


def no_longer(result, words, *, by=None):
    """Let what a result set off follow that it counts no more: what was asked is closed, an unjudged suspicion is withdrawn."""
    plant.close_keyed(f"lab:{result.pk}", words, by=by)
    if result.outcome == Finding.POSITIVE and result.target:
        unsay(result.target.person, f"lab:{result.pk}", words, by=by)


def _close_again(result, by):
    """Close what was asked because a tube of the same round said nothing of the person: this result does."""
    earlier = LabResult.objects.filter(file__round=result.file.round_id, target=result.target_id, usable=False)
    for pk in earlier.values_list("pk", flat=True):
        plant.close_keyed(f"lab:{pk}", gettext_noop("tested again"), by=by)


def _ask_for_the_queue(file, count):
    if count:
        words = gettext_noop("{file}: {count} laboratory results fit nobody yet")
        plant.ask(
            words, {"file": file.file_name, "count": count}, role=Role.HEALTH_OFFICER, key=f"labqueue:{file.pk}",
            link=f"/grid/lab/{file.pk}/",
        )  # fmt: skip


def drop(file, *, by=None):
    """Forget a dry run and the file it holds; say whether it was one."""
    rows = LabFile.objects.filter(pk=file.pk, state=LabFile.State.DRY_RUN)
    if dropped := rows.update(state=LabFile.State.DROPPED, content=""):
        plant.note(by, "lab.dropped", file)
    return bool(dropped)


@transaction.atomic
def undo(file, *, by=None):
    """Take a file back: none of its rows counts any more, its questions are closed; the rows stay on record. Say whether."""
    undone = LabFile.objects.filter(pk=file.pk, state=LabFile.State.CONFIRMED).update(
        state=LabFile.State.UNDONE, undone_at=plant.now()
    )
    if undone:
        plant.close_keyed(f"labqueue:{file.pk}", gettext_noop("the file was taken back"), by=by)
        for row in file.results.filter(state__in=LabResult.KEPT).select_related("target__person"):
            no_longer(row, gettext_noop("the file was taken back"), by=by)
        plant.note(by, "lab.undone", file)
    return bool(undone)
