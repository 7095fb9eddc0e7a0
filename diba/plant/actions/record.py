"""The record: writing it, sealing it into the chain, and finding what was altered, lost or reordered."""

import hashlib
import hmac
import json
import secrets
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from ..models import Head, HealthRead, PersonKind, Record, Seal
from .clock import now

# Set by the middleware for the time of a request: (address, account id, roles as a callable).
origin: ContextVar[tuple] = ContextVar("origin", default=("", None, str))
_unnamed: ContextVar[bool] = ContextVar("unnamed", default=False)
FIELDS = ("id", "at", "account_id", "roles", "verb", "object_type", "object_id", "detail", "address")
NONCE = 16  # hex digits of the number used once that begins a digest
GRACE = timedelta(minutes=2)  # a row older than this must be sealed while a worker is alive


def note(account, verb, about=None, *, detail="", people=()):
    """Write down that something was done or a sensitive thing read. Never pass a personal value as detail.

    about: a model instance, or ("kind", "id"). people: ids of those whose health was read, who are shown it (`reads.py`).
    """
    kind, key = (about._meta.model_name, about.pk) if hasattr(about, "_meta") else about or ("", "")
    address, account_id, roles = ("", None, str) if _unnamed.get() else origin.get()
    account = None if _unnamed.get() else account
    row = Record(
        at=now(), account_id=account.pk if account else account_id, roles=roles(), verb=verb, object_type=kind,
        object_id=str(key), detail=str(detail)[:300], address=address,
    )  # fmt: skip
    row.digest = sign(row, secrets.token_hex(NONCE // 2))
    row.save(force_insert=True)
    himself = getattr(account, "person_id", None)
    seen = [HealthRead(record_id=row.pk, person_id=pk) for pk in sorted({*people} - {himself, None})]
    HealthRead.objects.bulk_create(seen, batch_size=10_000)
    return row


@contextmanager
def unnamed():
    """Leave out who acts in this block: where he acts on himself, the line alone would tell of his health for ever."""
    token = _unnamed.set(True)
    try:
        yield
    finally:
        _unnamed.reset(token)


def speaking_of(person, by):
    """Leave out who acts in this block when what he says of a person's health is of himself or of his family, or nobody is signed in.

    The record outlives what was said; whoever acts for others, such as a lead or an officer, answers for it by name.
    """
    return unnamed() if by is None or _is_of(by, person) else nullcontext()


def _is_of(account, person):
    mine = account.person_id
    if mine is None:
        return False
    if mine in (person.pk, person.relative_of_id):
        return True
    home = person.household_id if person.kind == PersonKind.FAMILY else None
    return home is not None and account.person.household_id == home


def sign(row, nonce):
    """Return a row's digest: a number used once and the HMAC over it and the content.

    Who has no key cannot invent a row; a copied one shows by its number. The id is not known yet when this is written.
    """
    text = f"{nonce}:{_content(row, FIELDS[1:])}".encode()
    return nonce + hmac.new(settings.RECORD_KEY.encode(), text, hashlib.sha256).hexdigest()[: 64 - NONCE]


def _content(row, fields):
    values = [getattr(row, name) for name in fields]
    values = [value.timestamp() if hasattr(value, "timestamp") else value for value in values]
    return json.dumps(values, ensure_ascii=False)


def _digest(row, fields):
    return hashlib.sha256(_content(row, fields).encode()).hexdigest()


def _link(before, digest):
    return hmac.new(settings.RECORD_KEY.encode(), f"{before}:{digest}".encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def seal(limit=10_000):
    """Chain every row that is not chained yet, oldest first; return how many."""
    last = Seal.objects.select_for_update().order_by("-sequence").first()
    rows = list(Record.objects.exclude(id__in=Seal.objects.values("record_id")).order_by("id")[:limit])
    sequence, before, seals = (last.sequence, last.link, []) if last else (0, "", [])
    for row in rows:
        sequence += 1
        digest = _digest(row, FIELDS)
        before = _link(before, digest)
        seals.append(Seal(sequence=sequence, record_id=row.id, digest=digest, link=before, at=now()))
    Seal.objects.bulk_create(seals)
    if seals:
        Head.objects.update_or_create(pk=1, defaults={"sequence": sequence, "mark": _mark(sequence, before)})
    return len(seals)


def _mark(sequence, link):
    """Return what signs the end of the chain: without it the newest links could be cut off unseen."""
    return _link(f"end:{sequence}", link)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the record: kind is altered, missing, unsealed, link, order, cut, added (nobody who
    has the key wrote it, or it is a copy) or lost (an id that was given and is not there)."""

    kind: str
    sequence: int | None
    record_id: int | None


def verify():
    """Return (rows checked, faults). A fault names the row; an empty list means nothing was touched."""
    faults, before, expected, checked = [], "", 1, 0
    rows = dict(Record.objects.in_bulk().items())
    for link in Seal.objects.order_by("sequence").iterator():
        checked += 1
        if link.sequence != expected:
            faults.append(Fault("order", link.sequence, link.record_id))
        expected = link.sequence + 1
        row = rows.pop(link.record_id, None)
        if row is None:
            faults.append(Fault("missing", link.sequence, link.record_id))
        elif _digest(row, FIELDS) != link.digest:
            faults.append(Fault("altered", link.sequence, link.record_id))
        if _link(before, link.digest) != link.link:
            faults.append(Fault("link", link.sequence, link.record_id))
        before = link.link
    head = Head.objects.filter(pk=1).first()
    if (head is None and checked) or (
        head and (head.sequence != expected - 1 or head.mark != _mark(expected - 1, before))
    ):
        faults.append(Fault("cut", head.sequence if head else None, None))
    faults += [Fault("unsealed", None, row.id) for row in rows.values() if row.at < now() - GRACE]
    altered = {fault.record_id for fault in faults if fault.kind == "altered"}
    return checked, [*faults, *(fault for fault in _foreign() if fault.record_id not in altered), *_lost()]


def _foreign():
    """Yield a fault for every row that was not written with the key, and for every copy of one that was."""
    seen = set()
    for row in Record.objects.order_by("id").iterator():
        known = hmac.compare_digest(sign(row, row.digest[:NONCE]).encode(), row.digest.encode())
        if not known or row.digest in seen:
            yield Fault("added", None, row.id)
        seen.add(row.digest)


def _lost():
    """Yield a fault for every id that was given out, is gone, and was never sealed: deleted before its seal.

    SQLite gives ids without a gap, for a statement that is taken back gives its id back. PostgreSQL's sequences do not
    return theirs, so a gap proves nothing there; what was sealed is missed on both.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [Record._meta.db_table])
        last = cursor.fetchone()
    there = {*Record.objects.values_list("id", flat=True), *Seal.objects.values_list("record_id", flat=True)}
    if there:
        top = max(*there, last[0]) if last else max(there)
        yield from (Fault("lost", None, number) for number in range(min(there), top + 1) if number not in there)
