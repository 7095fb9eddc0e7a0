"""The paper day: sheets to print, rows keyed back in bulk, each once, and reconciled with what the devices wrote meanwhile."""

import secrets
import uuid
from collections import Counter, defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import Crossing, Device, PaperRow, PaperSheet
from . import absorbing
from .devices import digest
from .ledger import NOTED

ROWS = 15  # a sheet of A4 with codes large enough for a cheap phone
MARK = "DBP"  # begins the text of a row's code
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like another
ROW_IDS = uuid.UUID(
    "7e0f2f1c-94a4-4a56-9a3e-8d2f6c1b5a70"
)  # a row's number in the ledger follows from its sheet's code
NEAR = timedelta(minutes=10)  # two lines of one passing differ by no more: a watch on a wrist, a late pencil
APP = "paper"  # what the device of the paper says it is


@transaction.atomic
def make_sheets(gate, day, count, *, by):
    """Make sheets for a gate and a day; return them."""
    moment = plant.now()
    sheets = [
        PaperSheet(code="".join(secrets.choice(LETTERS) for _n in range(8)), gate=gate, day=day, rows=ROWS, by=by, at=moment)
        for _n in range(count)
    ]  # fmt: skip
    made = PaperSheet.objects.bulk_create(sheets)
    plant.note(by, "paper.made", made[0], detail=f"sheets={count}")
    return made


def row_text(sheet, number):
    """Return what stands in the code of a row."""
    return f"{MARK}:{sheet.code}:{number:02d}"


def row_of(text):
    """Return (sheet, row number) that a scanned code names, row 1 for a sheet's code alone, or None."""
    parts = text.strip().upper().removeprefix(f"{MARK}:").split(":")
    number = parts[1] if len(parts) > 1 else "1"
    sheet = PaperSheet.objects.filter(code=parts[0][:8]).first()
    if sheet is None or not number.isascii() or not number.isdecimal() or not 1 <= int(number[:4]) <= sheet.rows:
        return None
    return sheet, int(number[:4])


@transaction.atomic
def key(sheet, entries, *, by):
    """Take in rows of a sheet and return {row number: "kept", "again", "matched" or "other"}.

    entries: {row number: Entry}. A row is kept once: keyed again with the same words it is "again", with others "other",
    and what stands stays. A row that a device wrote too is "matched" and makes no second line.
    """
    PaperSheet.objects.select_for_update().get(pk=sheet.pk)
    there = {row.number: row for row in sheet.keyed.filter(number__in=entries)}
    states = {number: "again" if row.said == entries[number].said else "other" for number, row in there.items()}
    fresh = {number: entry for number, entry in entries.items() if number not in there}
    twins = _twins(sheet, fresh)
    records = {number: _record(sheet, number, entry) for number, entry in fresh.items() if number not in twins}
    results = absorbing.absorb(_paper_device(sheet.gate, by), list(records.values()), drift=0) if records else []
    if any(result.state == "unreadable" for result in results):
        raise BadInput(
            "unreadable", "rows", value=next(result.why for result in results if result.state == "unreadable")
        )
    crossings = dict(
        Crossing.objects.filter(uid__in=[record["uid"] for record in records.values()]).values_list("uid", "pk")
    )
    PaperRow.objects.bulk_create(
        PaperRow(
            sheet=sheet, number=number, said=entry.said, twin=twins.get(number), by=by, at=plant.now(),
            crossing_id=crossings[uuid.UUID(records[number]["uid"])] if number in records else None,
        )
        for number, entry in fresh.items()
    )  # fmt: skip
    if fresh:
        plant.note(by, "paper.keyed", sheet, detail=f"rows={len(fresh)}")
    return states | {number: "matched" if number in twins else "kept" for number in fresh}


def _record(sheet, number, entry):
    """Return a row as a device would send it: the guard's decision, to be judged again like any other."""
    return {
        "uid": str(uuid.uuid5(ROW_IDS, f"{sheet.code}-{number}")), "drift": 0, "passed": "none", "bundle": APP,
        "verdict": {"verdict": "stop" if entry.refusal else "pass", "reason": "" if entry.refusal else "leaves" if entry.direction == "out" else "enters"},
        **entry.record,
    }  # fmt: skip


def _paper_device(gate, by):
    """Return what stands for the paper of a gate among the devices: one that no token opens and nobody waits for."""
    row = Device.objects.filter(gate=gate, app=APP).first()
    moment = plant.now()
    return row or Device.objects.create(
        name=f"{APP} {gate.code}", gate=gate, app=APP, token_hash=digest(secrets.token_urlsafe(32)), enrolled_at=moment,
        heard_at=moment, by=by, revoked_at=moment, revoked_by=by,
    )  # fmt: skip


def _twins(sheet, entries):
    """Return {row number: Crossing} of the rows that a device wrote too, each crossing for one row: the nearest in time."""
    found, taken = {}, set(PaperRow.objects.filter(twin__gate=sheet.gate).values_list("twin", flat=True))
    rows = _electronic(sheet, [entry.at for entry in entries.values()])
    for number, entry in sorted(entries.items()):
        same = [row for row in rows if row.pk not in taken and _same(row, entry) and abs(row.at - entry.at) <= NEAR]
        if same:
            found[number] = min(same, key=lambda row, at=entry.at: abs(row.at - at))
            taken.add(found[number].pk)
    return found


def _electronic(sheet, moments):
    """Return what the devices of a sheet's gate wrote around some moments."""
    if not moments:
        return []
    rows = Crossing.objects.filter(gate=sheet.gate, at__range=(min(moments) - NEAR, max(moments) + NEAR))
    return list(rows.exclude(NOTED).exclude(device__app=APP))


def _same(row, entry):
    """Say whether a device's line tells what a row tells: who, which way, and whether he passed or was refused."""
    if row.direction != entry.direction or row.went == bool(entry.refusal):
        return False
    holder = {"person": row.person_id, "visitor": row.visit_id, "vehicle": row.vehicle_id}.get(entry.kind)
    if holder or entry.holder:
        return row.kind == entry.kind and holder == entry.holder
    said = row.said or {}
    name = entry.record.get("plate") or entry.record.get("name")
    return row.kind == entry.kind and bool(name) and name in (said.get("plate"), said.get("name"))


class Pair:
    """A line of the paper that a device may have written too: it came only afterwards."""

    def __init__(self, row, crossing):
        self.row, self.crossing = row, crossing


def twice(sheets):
    """Return [Pair] of lines of these sheets beside a device's line of the same passing, nobody having said yet that it is one."""
    rows = list(
        PaperRow.objects.filter(sheet__in=sheets, twin=None, crossing__isnull=False).select_related("sheet__gate", "crossing__person", "crossing__visit", "crossing__vehicle")
    )  # fmt: skip
    if not rows:
        return []
    gates, moments = {row.crossing.gate_id for row in rows}, [row.crossing.at for row in rows]
    others = defaultdict(list)
    known = Q(person__isnull=False) | Q(visit__isnull=False) | Q(vehicle__isnull=False)
    electronic = Crossing.objects.filter(known, gate__in=gates, at__range=(min(moments) - NEAR, max(moments) + NEAR))
    for crossing in electronic.exclude(NOTED).exclude(device__app=APP).exclude(paper_twins__isnull=False):
        others[_told(crossing)].append(crossing)
    pairs = []
    for row in rows:
        near = [c for c in others.get(_told(row.crossing), ()) if abs(c.at - row.crossing.at) <= NEAR]
        if near:
            pairs.append(Pair(row, min(near, key=lambda c, at=row.crossing.at: abs(c.at - at))))
    return pairs


def _told(crossing):
    """Return what two lines of one passing have in common: where, which way, who, and whether he passed."""
    way = crossing.gate_id, crossing.direction, crossing.went
    return *way, crossing.person_id, crossing.visit_id, crossing.vehicle_id


@transaction.atomic
def join(row, crossing, *, by):
    """Say that a line of the paper and a device's are one passing; say whether it was not said before. Raises BadInput."""
    locked = PaperRow.objects.select_for_update().get(pk=row.pk)
    if locked.twin_id:
        return False
    if not any(pair.row.pk == row.pk and pair.crossing.pk == crossing for pair in twice([locked.sheet_id])):
        raise BadInput("out_of_range", "crossing", value=crossing)
    locked.twin_id = crossing
    locked.save(update_fields=["twin"])
    plant.note(by, "paper.joined", locked)
    return True


class Tally:
    """How one sheet stands: rows keyed, those a device wrote too, and what devices wrote in its hours that is on no paper."""

    def __init__(self, sheet, keyed, matched, beside):
        self.sheet, self.keyed, self.matched, self.beside = sheet, keyed, matched, beside

    @property
    def only(self):
        return self.keyed - self.matched


def tallies(sheets):
    """Return a Tally of each sheet; three queries."""
    sheets = list(sheets)
    spans, matched, keyed = defaultdict(list), Counter(), Counter()
    rows = PaperRow.objects.filter(sheet__in=sheets).values_list("sheet", "twin", "crossing__at", "twin__at")
    for sheet, twin, own, other in rows:
        keyed[sheet] += 1
        matched[sheet] += twin is not None
        spans[sheet].append(own or other)
    if not spans:
        return [Tally(sheet, 0, 0, 0) for sheet in sheets]
    first, last = min(map(min, spans.values())), max(map(max, spans.values()))
    on_paper = set(PaperRow.objects.filter(twin__at__range=(first, last)).values_list("twin", flat=True))
    electronic = defaultdict(list)
    others = Crossing.objects.filter(gate__in={sheet.gate_id for sheet in sheets}, at__range=(first, last))
    for pk, gate, at in others.exclude(device__app=APP).order_by().values_list("pk", "gate", "at"):
        if pk not in on_paper:
            electronic[gate].append(at)
    return [
        Tally(sheet, keyed[sheet.pk], matched[sheet.pk], sum(min(spans[sheet.pk]) <= at <= max(spans[sheet.pk]) for at in electronic[sheet.gate_id]) if spans[sheet.pk] else 0)
        for sheet in sheets
    ]  # fmt: skip
