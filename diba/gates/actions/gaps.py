"""Watches that began at a gate without a signed hand-over from the one before: computed, told, and explained by a person."""

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role, Task, Watch

from ..models import ExplainedGap, Gate, Handover
from .devices import guards

# This system's defaults: who comes early signs early, and a quarter of an hour is no gap.
EARLY, LATE = timedelta(hours=1), timedelta(minutes=15)
SHOWN = timedelta(days=7)  # so far back the page looks
TOLD = timedelta(hours=24)  # so far back somebody is asked about it
KEY = "gate-gap:"  # of the tasks


class Gap(NamedTuple):
    """A watch that began without a hand-over. ends: when one was signed after all, or the next watch began; None: it lasts."""

    gate: Gate
    before: Watch
    watch: Watch
    begins: datetime
    ends: datetime | None
    explained: ExplainedGap | None


def gaps(since, until):
    """Return [Gap] of the watches that began at the gates in use in [since, until], the newest first. Constant queries.

    Only where a watch follows upon another, and where a guard's device could have been signed on.
    """
    until = min(until, plant.now() - LATE)
    rows = Gate.objects.filter(active=True).select_related("pattern", "zone").prefetch_related("pattern__watches")
    lives, signed, explained = _devices(), _signed(since), _explained(since)
    found = []
    for gate in rows:
        begun = _begun(gate.pattern.watches.all(), since, until)
        for (begins, watch, before), (after, *_next) in pairwise([*begun, (None,)]):
            could = any(begin <= begins and (not end or end > begins) for begin, end in lives[gate.pk])
            if not since <= begins <= until or before is None or not could:
                continue
            moments = signed[gate.pk]
            place = bisect_right(moments, begins + LATE)
            if place and moments[place - 1] >= begins - EARLY:
                continue
            later = moments[place] if place < len(moments) else None
            ends = min(filter(None, [later, after]), default=None)
            found.append(Gap(gate, before, watch, begins, ends, explained.get((gate.pk, begins))))
    return sorted(found, key=lambda gap: (gap.begins, gap.gate.code), reverse=True)


def open_gaps(since=None):
    """Return the gaps that nobody has explained yet."""
    now = plant.now()
    return [gap for gap in gaps(since or now - SHOWN, now) if gap.explained is None]


def _begun(watches, since, until):
    """Return [(begins, watch, the watch before)] in order, from a day before to after; None where none goes before."""
    day, rows = since.astimezone(plant.now().tzinfo).date() - timedelta(days=2), []
    while day <= until.date() + timedelta(days=1):
        rows += [(*watch.span(day), watch) for watch in watches]
        day += timedelta(days=1)
    rows.sort(key=lambda row: row[:2])
    found = []
    for place, (begins, _ends, watch) in enumerate(rows):
        before = [row for row in rows[:place] if row[0] < begins <= row[1]]
        if begins <= until and not (found and found[-1][0] == begins):
            found.append((begins, watch, before[-1][2] if before else None))
    return found


def _devices():
    """Return {gate id: [(from, until or None)]} of the times in which a guard's device stood at a gate."""
    found = defaultdict(list)
    for gate, *life in guards().values_list("gate_id", "enrolled_at", "revoked_at"):
        found[gate].append(life)
    return found


def _signed(since):
    """Return {gate id: [moments]} of the hand-overs, in order."""
    found = defaultdict(list)
    rows = Handover.objects.filter(at__gte=since - EARLY).order_by("at")
    for gate, moment in rows.values_list("gate_id", "at"):
        found[gate].append(moment)
    return found


def _explained(since):
    rows = ExplainedGap.objects.filter(begins_at__gte=since).select_related("by__person")
    return {(row.gate_id, row.begins_at): row for row in rows}


@transaction.atomic
def explain(gate, begins, words, *, by):
    """Say why there was no hand-over, once; say whether this was said now. Raises BadInput without words."""
    words = words.strip()
    if not words:
        raise BadInput("required", "words")
    there = [gap for gap in gaps(begins, begins) if gap.gate.pk == gate.pk and gap.explained is None]
    if not there:
        return False
    row, new = ExplainedGap.objects.get_or_create(
        gate=gate, begins_at=begins, defaults={"words": words, "by": by, "at": plant.now()}
    )
    if new:
        plant.note(by, "gap.explained", row)
        _close_tasks(by)
    return new


def tell_of_gaps():
    """Ask the duty officers about the watches that began without a hand-over; close what was explained, or signed after all.

    One task for all gates of one moment, asked once: whoever closed it without a word is not asked again, the page still shows it.
    """
    found = sorted(open_gaps(plant.now() - TOLD), key=lambda gap: (gap.begins, gap.gate.code))
    asked = set(Task.objects.filter(key__in=[_key(gap.begins) for gap in found]).values_list("key", flat=True))
    for begins, same in groupby(found, key=lambda gap: gap.begins):
        rows = list(same)
        if _key(begins) not in asked:
            plant.ask(
                gettext_noop("{when} {watch}: no signed hand-over at {gates}"),
                {"when": f"{begins.astimezone(plant.now().tzinfo):%m-%d %H:%M}", "watch": rows[0].watch.name, "gates": "、".join(row.gate.name for row in rows)},
                role=Role.DUTY_OFFICER, key=_key(begins), due_at=begins + timedelta(hours=2), link="/gates/#gaps",
            )  # fmt: skip
    _close_tasks()


def _key(begins):
    return f"{KEY}{int(begins.timestamp())}"


def _close_tasks(by=None):
    """Close the tasks about moments at which no gap is left that nobody explained."""
    rows = list(Task.objects.filter(key__startswith=KEY, closed_at=None))
    if not rows:
        return
    left = {_key(gap.begins) for gap in open_gaps()}
    for task in rows:
        if task.key not in left:
            plant.close(task, _("Explained, or signed after all."), by=by)
