"""What if: people supposed to be gone, another level; what breaks, how deep the posts are, the best repair. Writes no duty."""

import time
from datetime import date, timedelta

from django.db import transaction

from diba.core import rostering
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import jobs

from ..models import WhatIf
from .as_things_stand import as_things_stand
from .manning import Gone, Supposed

SECONDS = 5.0  # of search for the best repair
MOST = 500  # people supposed to be gone in one what-if


@transaction.atomic
def start_what_if(name, *, by):
    """Begin an empty what-if and return it."""
    row = WhatIf.objects.create(name=name, asked_by=by, asked_at=plant.now())
    plant.note(by, "what_if.saved", row)
    return row


@transaction.atomic
def suppose_gone(what_if, people, first, last=None, *, by):
    """Suppose these people (ids) gone from a day to a day, both included, or until further notice. Raises BadInput."""
    if last is not None and last < first:
        raise BadInput("ends_before_start", "last", value=str(last))
    row = WhatIf.objects.select_for_update().get(pk=what_if.pk)
    there = [entry for entry in row.gone if entry["person"] not in set(people)]
    entries = [{"person": pk, "first": str(first), "last": str(last) if last else None} for pk in people]
    if len(there) + len(entries) > MOST:
        raise BadInput("too_many", "who", value=len(there) + len(entries))
    return _changed(row, by, gone=there + entries)


@transaction.atomic
def suppose_back(what_if, person, *, by):
    """Take one person out of the supposition."""
    row = WhatIf.objects.select_for_update().get(pk=what_if.pk)
    return _changed(row, by, gone=[entry for entry in row.gone if entry["person"] != person])


@transaction.atomic
def suppose_level(what_if, level, first, *, by):
    """Suppose a response level from a day on; None takes the supposition back."""
    row = WhatIf.objects.select_for_update().get(pk=what_if.pk)
    return _changed(row, by, level=level, level_from=first if level is not None else None)


def _changed(row, by, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.result = {}  # it answered another question
    row.save(update_fields=[*values, "result"])
    plant.note(by, "what_if.saved", row)
    return row


@transaction.atomic
def forget_what_if(what_if, *, by):
    """Delete a what-if; nothing else knew of it."""
    plant.note(by, "what_if.dropped", what_if)
    if what_if.job:
        jobs.cancel(what_if.job)
    what_if.delete()


def supposed(what_if):
    """Return a what-if as the board takes it."""
    gone = tuple(
        Gone(entry["person"], plant.day_start(date.fromisoformat(entry["first"])), _end(entry["last"]))
        for entry in what_if.gone
    )
    return Supposed(gone=gone, level=what_if.level, level_from=what_if.level_from)


def _end(last):
    return plant.day_start(date.fromisoformat(last) + timedelta(days=1)) if last else None


@transaction.atomic
def ask_for_way(what_if, *, by):
    """Have the best repair searched behind a progress bar."""
    row = WhatIf.objects.select_for_update().get(pk=what_if.pk)
    row.job = jobs.start("rosters.what_if", about=f"what_if:{row.pk}", by=by)
    row.result = {}
    row.save(update_fields=["job", "result"])
    return row


def way_job(job, report):
    """Do the search that a job carries, and keep what it found beside the what-if."""
    row = WhatIf.objects.filter(pk=int(job.about.partition(":")[2])).first()
    if row is None:
        return
    report(share=0.05)
    asked = row.gone, row.level, row.level_from
    result = best_way(supposed(row))
    report(share=1)
    # Somebody may have changed the question meanwhile.
    fresh = WhatIf.objects.filter(pk=row.pk).first()
    if fresh and (fresh.gone, fresh.level, fresh.level_from) == asked:
        fresh.result = result
        fresh.save(update_fields=["result"])


def best_way(supposition, seconds=SECONDS):
    """Return the best repair under a supposition as plain figures; {"none": reason} when there is nothing to repair."""
    started = time.monotonic()
    standing = as_things_stand(supposition)
    if standing is None:
        return {"none": "no_roster"}
    ways = rostering.repair(standing.problem, standing.plan, begun=standing.begun(), seconds=seconds)
    if not ways or not ways[0].changes:
        return {"none": "nothing_breaks" if not ways or not ways[0].after.holes else "nobody_left"}
    best, first = ways[0], standing.roster.first_day
    return {
        "changes": [
            {"person": int(change.person), "day": str(first + timedelta(days=change.day)), "before": change.before, "after": change.after}
            for change in best.changes
        ],
        "holes": [{**vars(hole), "day": str(first + timedelta(days=hole.day))} for hole in best.after.holes],
        "eased": list(best.eased), "seconds": round(time.monotonic() - started, 1), "at": plant.now().isoformat(),
        "until": str(first + timedelta(days=standing.roster.days - 1)),
    }  # fmt: skip
