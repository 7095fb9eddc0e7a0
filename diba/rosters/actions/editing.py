"""Editing a draft by hand: every change a row of the log, undone and done again by rows of their own.

A cell is (person id, day); what stands in it is a Place or None for a day off. Whoever edits says which version he saw:
when somebody else has changed the same cells since, nothing is written and both sides are told (`Crossed`).
"""

from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person

from ..models import Duty, Edit, Roster
from .manning import duties_between

MOST = 5_000  # cells in one edit: a plant of 180 for four weeks, changed whole


class Place(NamedTuple):
    """Where somebody stands: watch and post by id, and whether it is pinned."""

    watch: int
    post: int
    pinned: bool = False


class Crossed(Exception):
    """Somebody else changed the same cells since: edits, the rows of the log that did."""

    def __init__(self, edits):
        self.edits = edits
        super().__init__(f"{len(edits)} edits cross")


def version_of(roster):
    """Return the number of the newest edit of a roster; 0 when nobody edited it."""
    return Edit.objects.filter(roster=roster).order_by("-number").values_list("number", flat=True).first() or 0


@transaction.atomic
def edit(roster, cells, *, by, version, kind=Edit.Kind.SET):
    """Put {(person id, day): Place or None} into a draft and return the Edit, or None when nothing changes.

    Raises BadInput ("not_a_draft", "past_day", "outside", "pinned", "unknown_person", "unknown_place") with the cell as
    its value, Crossed when somebody else changed one of these cells after `version`.
    """
    locked = _draft(roster)
    _fit(locked, cells)
    _uncrossed(locked, version, set(cells))
    return _write(locked, cells, by, kind)


def undo(roster, *, by, version):
    """Take the newest edit back that stands; return the new Edit, or None when there is none. Raises as `edit`."""
    return _step(roster, by, version, 0, Edit.Kind.UNDO)


def redo(roster, *, by, version):
    """Do again what was undone last; return the new Edit, or None."""
    return _step(roster, by, version, 1, Edit.Kind.REDO)


@transaction.atomic
def _step(roster, by, version, which, kind):
    locked = _draft(roster)
    target = undoable(locked)[which]
    if target is None:
        return None
    side = 2 if kind == Edit.Kind.UNDO else 3
    cells = {(row[0], date.fromisoformat(row[1])): Place(*row[side]) if row[side] else None for row in target.cells}
    # Nobody takes back what he has not seen.
    if unseen := edits_since(locked, version):
        raise Crossed(unseen)
    return _write(locked, cells, by, kind, of=target)


def undoable(roster):
    """Return (the edit that undo would take back, the edit that redo would do again); None where there is none."""
    done, undone = [], []
    edits = {row.pk: row for row in Edit.objects.filter(roster=roster).select_related("by__person").order_by("number")}
    for row in edits.values():
        if row.kind == Edit.Kind.UNDO:
            undone.append(edits[row.of_id])
            done.remove(edits[row.of_id])
        elif row.kind == Edit.Kind.REDO:
            done.append(edits[row.of_id])
            undone.remove(edits[row.of_id])
        else:
            done.append(row)
            undone = []
    return done[-1] if done else None, undone[-1] if undone else None


def touched(row):
    """Return the cells {(person id, day)} that an edit changed."""
    return {(cell[0], date.fromisoformat(cell[1])) for cell in row.cells}


def edits_since(roster, version):
    """Return the edits after a version, oldest first."""
    return list(_newer(roster, version))


def _newer(roster, version):
    return Edit.objects.filter(roster=roster, number__gt=version).select_related("by__person").order_by("number")


def _draft(roster):
    locked = Roster.objects.select_for_update().get(pk=roster.pk)
    if locked.state != Roster.State.DRAFT:
        raise BadInput("not_a_draft", "state", value=locked.state)
    return locked


def _uncrossed(roster, version, cells):
    if crossing := [row for row in _newer(roster, version) if cells & touched(row)]:
        raise Crossed(crossing)


def _fit(roster, cells):
    """Refuse cells that cannot be written at all; whether they keep the rules is the referee's to say."""
    if len(cells) > MOST:
        raise BadInput("too_many", "cells", value=len(cells))
    last = roster.first_day + timedelta(days=roster.days - 1)
    watches = set(plant.watches(roster.pattern).values_list("pk", flat=True))
    posts = {post.pk for post in plant.posts()}
    known = set(Person.objects.filter(pk__in={who for who, _day in cells}).values_list("pk", flat=True))
    for (who, day), place in cells.items():
        if who not in known:
            raise BadInput("unknown_person", "person", value=who)
        if not roster.first_day <= day <= last:
            raise BadInput("outside", "day", value=day)
        if day < plant.today():
            raise BadInput("past_day", "day", value=day)
        if place is not None and (place.watch not in watches or place.post not in posts):
            raise BadInput("unknown_place", "post", value=place)


def _write(roster, cells, by, kind, of=None):
    """Write the cells that differ and the row of the log. A pinned cell changes only by its pin, or by undoing."""
    wanted = {who for who, _day in cells}
    there = {(duty.person_id, duty.day): duty for duty in Duty.objects.filter(roster=roster, person__in=wanted)}
    rows = []
    for cell, place in sorted(cells.items()):
        duty = there.get(cell)
        before = Place(duty.watch_id, duty.post_id, duty.pinned) if duty else None
        if before == place:
            continue
        if of is None and before and before.pinned and (place is None or before[:2] != place[:2]):
            raise BadInput("pinned", "cell", value=cell)
        rows.append([cell[0], cell[1].isoformat(), before, place])
    if not rows:
        return None
    Duty.objects.filter(
        pk__in=[there[who, date.fromisoformat(day)].pk for who, day, before, _ in rows if before]
    ).delete()
    Duty.objects.bulk_create(
        [
            Duty(roster=roster, person_id=who, day=date.fromisoformat(day), watch_id=place.watch, post_id=place.post, pinned=place.pinned)
            for who, day, _before, place in rows if place
        ],
        batch_size=500,
    )  # fmt: skip
    number = version_of(roster) + 1
    row = Edit.objects.create(roster=roster, number=number, kind=kind, of=of, cells=rows, by=by, at=plant.now())
    plant.note(by, "roster.edited", roster, detail=f"version={number} cells={len(rows)}")
    return row


@transaction.atomic
def revise(roster, *, by):
    """Make a draft of what is in force on a published roster's days, to be edited and to take its place; return it.

    Days that are over stay as they were: the draft begins today at the earliest. Raises BadInput when nothing is left.
    """
    first = max(roster.first_day, plant.today())
    last = roster.first_day + timedelta(days=roster.days - 1)
    if roster.state != Roster.State.PUBLISHED or first > last:
        raise BadInput("not_in_force", "state", value=roster.state)
    rules = dict(roster.rules)
    if rules.get("block") and roster.split_id:
        # The blocks were counted from the first day of the roster; the draft begins somewhere inside one.
        rules["offset"] = rules.get("offset", 0) + (first - roster.first_day).days
    draft = Roster.objects.create(
        name=roster.name, state=Roster.State.DRAFT, pattern=roster.pattern, split=roster.split, level=roster.level, first_day=first,
        days=(last - first).days + 1, rules=rules, seed=roster.seed, revises=roster, asked_by=by, asked_at=plant.now(),
    )  # fmt: skip
    copy_duties([duty for duty in duties_between(first, last) if duty.watch.pattern_id == roster.pattern_id], draft)
    plant.note(by, "roster.revised", draft, detail=f"days={draft.days}")
    return draft


def copy_duties(duties, draft):
    """Copy duties into a draft, pins and all."""
    Duty.objects.bulk_create(
        [
            Duty(roster=draft, person_id=duty.person_id, day=duty.day, watch_id=duty.watch_id, post_id=duty.post_id, pinned=duty.pinned)
            for duty in duties
        ],
        batch_size=500,
    )  # fmt: skip
