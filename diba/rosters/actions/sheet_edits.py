"""A roster sent back by the office: shown as differences, written as one edit of a draft when a planner confirms."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import Edit, Roster, SheetUpload
from .conflicts import conflicts_of
from .editing import MOST, Place, edit, revise, version_of
from .referee import hear
from .sheet_reading import cells_at, read_sheet

KEPT = 200  # of the cells that are left as they are; their number is kept whole


def take_sheet(roster, data, name, *, by):
    """Read a file, keep what it would change, and return the SheetUpload; nothing of the roster is written.

    Raises importing.FileRefused, or BadInput: "another_roster" with the id of the roster that the file is of, "too_many_cells"
    with how many it changes and how many may be.
    """
    if roster.state not in (Roster.State.DRAFT, Roster.State.PUBLISHED):
        raise BadInput("not_a_draft", "state", value=roster.state)
    sheet = read_sheet(roster, data, name)
    if sheet.roster is not None and sheet.roster not in (roster.pk, roster.revises_id):
        raise BadInput("another_roster", "file", value=sheet.roster)
    current, seen = version_of(roster), sheet.version
    if sheet.roster != roster.pk:
        seen = 0 if sheet.roster else current
    then, now = cells_at(roster, min(seen, current)), cells_at(roster, current)
    changes, crossed, past = [], [], []
    for (who, day), place in sorted(sheet.cells.items()):
        before, there = then.get((who, day)), now.get((who, day))
        if _where(place) in (_where(before), _where(there)):
            continue
        row = [who, day.isoformat(), there, place]
        if day < plant.today():
            past.append(row)
        elif _where(there) != _where(before) or (there and there.pinned):
            crossed.append(row)
        else:
            changes.append(row)
    if len(changes) > MOST:
        raise BadInput("too_many_cells", "file", value=(len(changes), MOST))
    upload = SheetUpload.objects.create(
        roster=roster, file_name=name[:200], of_version=seen, version=current, by=by, at=plant.now(), cells=changes,
        refused={"crossed": crossed[:KEPT], "past": past[:KEPT], "crossed_count": len(crossed), "past_count": len(past), "faults": [vars(fault) for fault in sheet.faults[:500]], "faults_count": len(sheet.faults)},
        known=sheet.roster is not None,
    )  # fmt: skip
    plant.note(by, "sheet.read", roster, detail=f"cells={len(changes)} faults={len(sheet.faults)}")
    return upload


def _where(place):
    """Return watch and post of a cell, its pin apart."""
    return tuple(place[:2]) if place else None


def new_conflicts(upload):
    """Return the conflicts that the roster would have with an upload's changes and does not have without them."""
    hearing = hear(upload.roster)
    before = {conflict.words for conflict in conflicts_of(hearing)}
    watches = {watch.pk: watch.code for watch in hearing.watches}
    posts = {post.pk: post.code for post in hearing.posts}
    plan = dict(hearing.plan)
    known = set(hearing.problem.person)
    for who, day, _before, after in upload.cells:
        key = str(who), hearing.day(date.fromisoformat(day))
        if after and str(who) in known and after[0] in watches and after[1] in posts:
            plan[key] = watches[after[0]], posts[after[1]]
        else:
            plan.pop(key, None)
    return [conflict for conflict in conflicts_of(replace(hearing, plan=plan)) if conflict.words not in before]


@transaction.atomic
def confirm_sheet(upload, *, by):
    """Write an upload's changes as one edit that can be undone, and return the draft they stand in.

    A published roster is not changed: a draft of what is in force is made first. Raises Crossed when the draft was edited
    since the file was read, BadInput when it cannot be edited any more; None when it was confirmed or dropped before.
    """
    taken = SheetUpload.objects.filter(pk=upload.pk, state=SheetUpload.State.READ).update(
        state=SheetUpload.State.CONFIRMED, decided_by=by, decided_at=plant.now()
    )
    if not taken:
        return None
    roster = upload.roster
    published = roster.state == Roster.State.PUBLISHED
    draft = revise(roster, by=by) if published else roster
    cells = {
        (who, date.fromisoformat(day)): Place(*after) if after else None for who, day, _before, after in upload.cells
    }
    edit(draft, cells, by=by, version=0 if published else upload.version, kind=Edit.Kind.SHEET)
    return draft


def drop_sheet(upload, *, by):
    """Drop an upload; say whether it was still open."""
    return bool(
        SheetUpload.objects.filter(pk=upload.pk, state=SheetUpload.State.READ).update(
            state=SheetUpload.State.DROPPED, decided_by=by, decided_at=plant.now()
        )
    )
