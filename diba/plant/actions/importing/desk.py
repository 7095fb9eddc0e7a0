"""The import desk: dry run, confirm, drop, take back, remember a column."""

import base64
import hashlib
import json
import logging
from datetime import time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ...models import ColumnMapping, Import
from ...workbook import Refused, read
from .. import hooks
from ..clock import now, today
from ..record import note
from .applying import Writer
from .planning import plan
from .taking_back import Collision, take_back, written_until
from .words import FileRefused, file_words, refusal_words

log = logging.getLogger("diba.import")


def mapping():
    """Return what was once said about unknown columns, {(kind of sheet, heading): field}."""
    return {(row.sheet, row.header): row.field for row in ColumnMapping.objects.all()}


def remember(sheet, header, field, *, by=None):
    """Keep what a heading means; an empty field says: leave the column out."""
    ColumnMapping.objects.update_or_create(sheet=sheet, header=header, defaults={"field": field, "by": by, "at": now()})
    note(by, "column.mapped", ("mapping", sheet), detail=field)


def dry_run(data, name, *, by=None, keep=True):
    """Read a workbook and say what it would do: (import row or None, plan, reading). Raises FileRefused."""
    try:
        reading = read(data, name, today(), mapping())
    except Refused as error:
        log.warning("workbook refused", extra={"event": "import.refused", "reason": error.reason, "count": len(data)})
        raise FileRefused(file_words(error)) from error
    found = plan(reading, today())
    row = None
    if keep:
        row = Import.objects.create(
            file_name=name[:200], sha256=hashlib.sha256(data).hexdigest(), by=by, at=now(), counts=found.counts(),
            plan=base64.b64encode(data).decode(),
        )  # fmt: skip
        note(by, "import.read", row, detail=_figures(found.counts()))
    return row, found, reading


def again(row):
    """Return (plan, reading) of a dry run against the register as it stands now."""
    reading = read(base64.b64decode(row.plan), row.file_name, today(), mapping())
    return plan(reading, today()), reading


def confirm(row, *, by=None):
    """Write what the dry run showed, all or nothing; return the counts, or None when the register has changed since (or
    changes at this moment) and the dry run must be looked at again.
    """
    try:
        return _confirm(row, by)
    except IntegrityError:
        log.warning("import collided", extra={"event": "import.collided"})
        return None


@transaction.atomic
def _confirm(row, by):
    locked = Import.objects.select_for_update().get(pk=row.pk)
    if locked.state != Import.State.DRY_RUN:
        return locked.counts
    found, _reading = again(locked)
    counts = found.counts()
    if counts != locked.counts:
        Import.objects.filter(pk=locked.pk).update(counts=counts)
        return None
    writer = Writer(by)
    journal = writer.write(found)
    if writer.absences:
        hooks.fire(hooks.ABSENCES_CHANGED, writer.absences, by)
    undo = json.dumps({"journal": journal, "until": written_until(journal)})
    locked.state, locked.confirmed_at, locked.undo, locked.plan = Import.State.CONFIRMED, now(), undo, ""
    locked.save(update_fields=["state", "confirmed_at", "undo", "plan"])
    note(by, "import.confirmed", locked, detail=_figures(counts))
    return counts


def drop(row, *, by=None):
    """Forget a dry run and the workbook it holds."""
    if Import.objects.filter(pk=row.pk, state=Import.State.DRY_RUN).update(state=Import.State.DROPPED, plan=""):
        note(by, "import.dropped", row)
        return True
    return False


@transaction.atomic
def undo(row, *, by=None):
    """Take an import back, all or nothing; return how many things. Raises Collision naming what came after it."""
    locked = Import.objects.select_for_update().get(pk=row.pk)
    if locked.state != Import.State.CONFIRMED:
        return 0
    if not locked.undo:
        raise Collision([_("what stood there before was destroyed at the end of a response")])
    try:
        with transaction.atomic():
            kept = json.loads(locked.undo)
            # An import from before the histories were marked kept its journal alone.
            count = take_back(**kept, by=by) if isinstance(kept, dict) else take_back(kept, by)
    except IntegrityError:
        raise Collision([_("a role or an entry of the same kind was given since")]) from None
    locked.state, locked.undone_at, locked.undo = Import.State.UNDONE, now(), ""
    locked.save(update_fields=["state", "undone_at", "undo"])
    note(by, "import.undone", locked, detail=f"entries={count}")
    return count


def as_json(found):
    """Return a plan as plain data: `added`, `changed`, `unchanged`, `refused`; identity numbers masked."""

    def entry(item):
        shown = {"kind": item.kind, "label": item.label, "sheet": item.sheet, "row": item.row}
        if item.changes:
            shown["changes"] = {
                name: [_masked(name, old), _masked(name, new)] for name, (old, new) in item.changes.items()
            }
        return shown

    refused = []
    for sheet, row, column, value, reason in found.refused:
        wrong, remedy = refusal_words(reason)
        refused.append(
            {"sheet": sheet, "row": row, "column": column, "value": value, "reason": wrong, "remedy": remedy}
        )
    return {
        "added": [entry(item) for item in found.added], "changed": [entry(item) for item in found.changed],
        "unchanged": [entry(item) for item in found.unchanged], "refused": refused,
    }  # fmt: skip


def _masked(name, value):
    if name == "identity" and value:
        return f"…{str(value)[-4:]}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if hasattr(value, "isoformat") else value


__all__ = ["Collision", "again", "as_json", "confirm", "drop", "dry_run", "remember", "undo"]


def _figures(counts):
    # "refused" is another desk's word for what became of a passage.
    return " ".join(f"{name.replace('refused', 'sent_back')}={count}" for name, count in counts.items())
