"""Taking in what a device kept: each record once, judged again, durable when it is answered; nothing is ever dropped.

Two tabs, two devices and ten repetitions come to the same rows: the number of a record decides, and who is first.
"""

import json
import uuid
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.core import gating
from diba.plant import actions as plant
from diba.plant.actions import hooks

from ..models import Crossing, OpenItem, Pass, Unread
from . import alone, devices
from .first_readings import before_the_second
from .judging import judged, known_of
from .own_guests import guards_of, let_in_by_the_host
from .passes import hold_single
from .presence import Where, locked, moved
from .reading import HOLDERS, Unreadable, as_time, read
from .rows import DIFFERS, Told, differs, digest_of, kind_of, row_of, set_right, write

MOST = 1000  # records a request
MANY = 500  # rows written at once
DEEPEST = 20  # levels kept of a record that is nested without end; a device writes two


class Result(NamedTuple):
    """What became of one record: "kept" now, "again" (it was there), "unreadable" (kept as it came). item: its open item."""

    uid: str
    state: str
    item: int | None = None
    why: str = ""


def absorb(device, records, *, drift, queue=0, short=True, as_now=None):
    """Take in up to 1,000 records of a device and return a Result each, in order. drift: s its clock is ahead now.

    short: False for whoever holds locks already: the short way is a transaction of its own.
    as_now: of whoever knows the device as it lately was: takes it and returns it as it is, or raises what turns it away. The
    short way needs no asking: its one statement writes nothing of a device that was revoked.
    """
    drift = max(-(2**31), min(2**31 - 1, drift))
    if short and len(records) == 1 and (number := alone.kept(device, records[0], drift, queue)):
        return [Result(number, "kept")]
    return _absorbed(as_now(device) if as_now else device, records, drift, queue)


@transaction.atomic
def _absorbed(device, records, drift, queue):
    received = plant.now()
    entries, faults = _read(records)
    there, digests = _there(entries.values()), {place: digest_of(entry) for place, entry in entries.items()}
    fresh: dict = {}
    for place, entry in entries.items():
        if entry.uid not in there:
            fresh.setdefault(entry.uid, (place, entry))
    for place, entry in _named_by_passes(fresh):
        entries[place], fresh[entry.uid] = entry, (place, entry)
    if fresh:
        # Nobody is judged by what was known before his lock: two gates at one moment come one after the other.
        where = locked(entry.key for _place, entry in fresh.values() if entry.key)
        hold_single(entry.pass_number for _place, entry in fresh.values())
        known, timed = _known(fresh, drift, received)
    for place, entry in list(fresh.values()):
        if entry.holder and not known.has(entry.kind, entry.holder):
            faults[place] = f"unknown {HOLDERS[entry.kind]}"
            del fresh[entry.uid]
    if fresh:
        there |= _write(device, [row for row in timed if row[1] in fresh], where, known, received, digests, fresh)
        there |= _there(entry for _place, entry in fresh.values() if entry.uid not in there)
    for place, entry in entries.items():
        if place not in faults and (entry.uid not in there or there[entry.uid].digest != digests[place]):
            faults[place] = "number taken by another record"
        elif place not in faults and differs(entry, there[entry.uid].line):
            faults[place] = "differs from the record kept"
    raw = keep_unread(device, {place: records[place] for place in faults}, faults, received)
    devices.heard(device, queue=queue, drift=drift)
    return [
        _unread_result(records[place], raw[place], faults[place]) if place in faults
        else _result(entries[place], there[entries[place].uid], fresh)
        for place in range(len(records))
    ]  # fmt: skip


def _read(records):
    entries, faults = {}, {}
    for place, record in enumerate(records):
        try:
            entries[place] = read(record)
        except Unreadable as error:
            faults[place] = str(error)
    return entries, faults


def _named_by_passes(fresh):
    """Return [(place, Entry)] of the records that name nobody but a pass, with its holder: the device's lists did not know him."""
    bare = [(place, entry) for place, entry in fresh.values() if entry.says_whose_pass]
    found = {}
    for part in _parts(sorted({entry.pass_number for _place, entry in bare})):
        rows = Pass.objects.filter(number__in=part).order_by()
        for number, kind, *holder in rows.values_list("number", "kind", "person", "visit", "vehicle"):
            found[number, kind] = next(filter(None, holder))
    known = [(place, entry, found.get((entry.pass_number, entry.kind))) for place, entry in bare]
    return [(place, entry._replace(holder=holder)) for place, entry, holder in known if holder]


class Row(NamedTuple):
    pk: int
    digest: str
    item: int | None
    line: object  # with what DIFFERS says


def _there(entries):
    """Return {number: Row} of the crossings that are written."""
    numbers, found = list({entry.uid for entry in entries}), {}
    for part in _parts(numbers):
        rows = Crossing.objects.filter(uid__in=part).order_by().values_list("uid", "pk", "digest", "item__pk", *DIFFERS)
        found |= {uid: Row(pk, digest, item, Told(*told)) for uid, pk, digest, item, *told in rows}
    return found


def _write(device, timed, where, known, received, digests, fresh):
    """Judge new records in the order of their moments and write them, with who is inside and what must be looked at.

    Return {number: Row} of what this call wrote.
    """
    batch, rows, changed = uuid.uuid4(), [], {}
    guards = guards_of(device, as_time(timed[0][0][0]), as_time(timed[-1][0][0] + 1)) if known.visits else None
    for (at, off), uid, entry in timed:
        before = where.get(entry.key)
        verdict, fever = judged(
            entry, at, off, device.gate, known, before.seen_from(device.gate, at, known.reach) if before else "unknown"
        )
        if verdict.verdict == "pass" and (high := before_the_second(entry, at, known.limits)):
            verdict = gating.Verdict("wait", "high", "rest", high.taken["at"] + known.limits.rest)
        if verdict.verdict == "pass" and guards and (own := let_in_by_the_host(entry, at, guards, known)):
            verdict = own
        rows.append(row_of(device, batch, digests[fresh[uid][0]], entry, at, off, received, verdict, fever))
        if before and entry.went and at >= before.at:
            where[entry.key] = changed[entry.key] = Where.after(entry.direction, at, device.gate)
        known.use(entry, at)
        if fever == "fever":
            known.feverish(entry, at)
    written = write(rows) if rows else {}
    if changed:
        moved(changed, as_time)
    items = _look_at([row for row in rows if row.uid in written], written, received)
    return {row.uid: Row(written[row.uid], row.digest, items.get(row.uid), row) for row in rows if row.uid in written}


def _known(fresh, drift, received):
    """Return (what is known of whoever new records name, the records in the order of their moments, then as they came)."""
    timed = [(set_right(entry, drift, received), entry.uid, entry) for _place, entry in fresh.values()]
    timed.sort(key=lambda row: row[0][0])
    entries = [entry for _at, _uid, entry in timed]
    ids: dict = {"person": set(), "visitor": set(), "vehicle": set()}
    for entry in entries:
        if entry.holder:
            ids[entry.kind].add(entry.holder)
    numbers = {entry.pass_number for entry in entries if entry.pass_number}
    first, last = timed[0][0][0], timed[-1][0][0]
    known = known_of(
        as_time(first), as_time(last), people=ids["person"], visits=ids["visitor"], vehicles=ids["vehicle"], passes=numbers
    )  # fmt: skip
    return known, timed


def _look_at(rows, written, received):
    """Open an item for each of these rows that somebody must look at, and tell of fevers; return {number: the item's id}."""
    kinds = {row.uid: kind for row in rows if (kind := kind_of(row))}
    items = OpenItem.objects.bulk_create(
        [OpenItem(kind=kind, crossing_id=written[uid], opened_at=received) for uid, kind in kinds.items()],
        batch_size=MANY,
    )
    hot = [written[uid] for uid, kind in kinds.items() if kind == OpenItem.Kind.FEVER]
    for row in Crossing.objects.filter(pk__in=hot).select_related("person__cell", "gate") if hot else ():
        if row.person_id:
            _tell_of_fever(row)
        elif row.visit_id:
            _look_at_entries_since(row, visit=row.visit_id)
    return {uid: item.pk for uid, item in zip(kinds, items, strict=True)}


def _tell_of_fever(row):
    """Ask the lead to call, and let the desks know of the readings: what follows from them is theirs to say."""
    person = row.person
    lead = plant.lead_of(person.cell) if person.cell_id else None
    plant.ask(
        gettext_noop("Call {name}: twice a fever at {gate}, isolated there"), {"name": person.name, "gate": row.gate.name},
        owner=lead, role="" if lead else "health_officer", about=person, urgent=True, key=f"gate-fever:{row.pk}",
        due_at=plant.now(), link="/gates/items/",
    )  # fmt: skip
    _look_at_entries_since(row, person=row.person_id)
    taken = (row.said or {}).get("temperature") or {}
    hooks.fire(hooks.GATE_FEVER, person, row.at, [taken.get("first"), taken.get("second")], f"crossing:{row.pk}")


def _look_at_entries_since(row, **whose):
    """Open an item for each entry after a fever that was told of only now: it was written before anybody knew."""
    since = Crossing.objects.filter(direction="in", went=True, at__gt=row.at, item=None, **whose)
    moment = plant.now()
    OpenItem.objects.bulk_create(
        [OpenItem(kind=OpenItem.Kind.AFTER, crossing=each, opened_at=moment) for each in since], batch_size=MANY
    )


def keep_unread(device, raw, faults, received):
    """Keep records that cannot be read as they came, each once; return {place: (id, item's id)}."""
    if not raw:
        return {}
    texts = {place: _text_of(record) for place, record in raw.items()}
    digests = {place: plant.keyed_hash(text) for place, text in texts.items()}
    Unread.objects.bulk_create(
        [
            Unread(device=device, digest=digests[place], raw=texts[place], why=faults[place][:120], at=received)
            for place in sorted(texts, key=digests.get)
        ],
        batch_size=MANY,
        ignore_conflicts=True,
    )
    rows = {}
    for part in _parts(list(set(digests.values()))):
        found = Unread.objects.filter(device=device, digest__in=part).select_for_update().order_by("pk")
        rows |= {row.digest: row.pk for row in found}
    items = _items(rows.values())
    missing = [pk for pk in rows.values() if pk not in items]
    OpenItem.objects.bulk_create(
        [OpenItem(kind=OpenItem.Kind.UNREAD, unread_id=pk, opened_at=received) for pk in missing], batch_size=MANY
    )
    if missing:
        items = _items(rows.values())
    return {place: items[rows[digest]] for place, digest in digests.items()}


def _text_of(record):
    """Return a record as it came; of one that is nested deeper than can be written, what stands in it down to DEEPEST."""
    try:
        return json.dumps(record, ensure_ascii=True)
    except RecursionError:
        return json.dumps(_cut(record, DEEPEST), ensure_ascii=True)


def _cut(value, levels):
    if not isinstance(value, (dict, list)):
        return value
    if not levels:
        return "…"
    if isinstance(value, list):
        return [_cut(one, levels - 1) for one in value]
    return {name: _cut(one, levels - 1) for name, one in value.items()}


def _items(unread):
    found = {}
    for part in _parts(list(unread)):
        found |= dict(OpenItem.objects.filter(unread__in=part).values_list("unread_id", "pk"))
    return found


def _unread_result(record, item, why):
    number = record.get("uid") if isinstance(record, dict) else None
    return Result(number if isinstance(number, str) else "", "unreadable", item, why)


def _result(entry, row, fresh):
    return Result(str(entry.uid), "kept" if fresh.get(entry.uid, (0, None))[1] is entry else "again", row.item)


def _parts(items):
    return [items[start : start + MANY] for start in range(0, len(items), MANY)]
