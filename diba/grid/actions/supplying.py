"""Protective supplies: received, issued to people and cells, counted; how long they last, and who is warned in time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Min, Sum
from django.utils.translation import gettext_noop

from diba.core import supplies
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..models import SupplyItem, SupplyMove

Kind = SupplyMove.Kind
MOST = 1_000_000  # pieces in one move


@dataclass(frozen=True)
class Stock:
    """How one item stands. stock: pieces there; use, days: see core.supplies.Cover."""

    item: SupplyItem
    stock: int
    use: float | None
    days: int | None

    @property
    def low(self):
        return self.stock == 0 or (self.days is not None and self.days < self.item.warn_days)

    @property
    def wanted(self):
        """Return how many pieces are missing for the days below which it warns, 0 when none or not known."""
        return max(0, supplies.lasting(self.use, self.item.warn_days) - self.stock) if self.use else 0


def stocks(items=None):
    """Return [Stock] of the items in use, what lasts shortest first; constant queries."""
    items = list(SupplyItem.objects.filter(active=True) if items is None else items)
    today = plant.today()
    sums = dict(SupplyMove.objects.filter(item__in=items).values_list("item").annotate(Sum("pieces")))
    firsts = dict(SupplyMove.objects.filter(item__in=items).values_list("item").annotate(Min("day")))
    issued = defaultdict(lambda: defaultdict(int))
    begins = today - timedelta(days=supplies.WINDOW - 1)
    # What was taken back was not used: both moves cancel out on the day of the issue.
    rows = SupplyMove.objects.filter(item__in=items, day__gte=begins, kind__in=[Kind.ISSUE, Kind.UNDO])
    for item, kind, day, pieces, undone in rows.values_list("item", "kind", "day", "pieces", "undoes__kind"):
        if kind == Kind.ISSUE or undone == Kind.ISSUE:
            issued[item][day] -= pieces
    found = []
    for item in items:
        first = max(begins, firsts.get(item.pk, today))
        days = [max(0, issued[item.pk][first + timedelta(days=n)]) for n in range((today - first).days + 1)]
        cover, stock = supplies.cover(sums.get(item.pk, 0), days, item.daily), sums.get(item.pk, 0)
        found.append(Stock(item, stock, cover.use, cover.days))
    return sorted(found, key=lambda row: (not row.low, row.days is None, row.days or 0, row.item.name))


def _locked(item):
    return SupplyItem.objects.select_for_update().get(pk=item.pk)


def _stock(item):
    return SupplyMove.objects.filter(item=item).aggregate(all=Sum("pieces"))["all"] or 0


def _written(item, kind, pieces, batch, by, **more):
    row = SupplyMove.objects.create(
        item=item, kind=kind, pieces=pieces, batch=batch, day=plant.today(), by=by, at=plant.now(), **more
    )
    plant.note(by, f"supply.{kind}", row)
    return row


def _there(item, batch):
    row = SupplyMove.objects.filter(batch=batch).first()
    if row and row.item_id != item.pk:
        raise BadInput("uid_taken")
    return row


def _pieces(pieces):
    if not 1 <= pieces <= MOST:
        raise BadInput("how_many_pieces", "pieces", value=pieces)


@transaction.atomic
def receive(item, pieces, *, batch, by, note=""):
    """Write down pieces that came; replayed with the same batch it is the move there. Raises BadInput "how_many_pieces"."""
    item = _locked(item)
    if there := _there(item, batch):
        return there
    _pieces(pieces)
    row = _written(item, Kind.RECEIPT, pieces, batch, by, note=note.strip())
    warn_of_supplies()
    return row


@transaction.atomic
def issue(item, people, pieces, *, batch, by, cell=None, note=""):
    """Give each of these people so many pieces in one go; return the moves. Raises BadInput "not_enough", "nobody_there"."""
    item = _locked(item)
    if _there(item, batch):
        return list(SupplyMove.objects.filter(batch=batch))
    _pieces(pieces)
    people = list(people)
    if not people:
        raise BadInput("nobody_there", "people")
    stock = _stock(item)
    if pieces * len(people) > stock:
        raise BadInput("not_enough", "pieces", value=stock)
    moment, today = plant.now(), plant.today()
    rows = [
        SupplyMove(item=item, kind=Kind.ISSUE, pieces=-pieces, person=person, cell=cell, batch=batch, day=today,
                   note=note.strip(), by=by, at=moment)
        for person in people
    ]  # fmt: skip
    SupplyMove.objects.bulk_create(rows, batch_size=500)
    plant.note(by, "supply.issue", item, detail=f"people={len(people)}")
    warn_of_supplies()
    return rows


def issue_to_cell(item, cell, pieces, *, batch, by, note=""):
    """Give every active person of a cell, families not counted, so many pieces in one go; return the moves. Raises BadInput."""
    people = plant.active().filter(cell=cell).exclude(kind="family")
    return issue(item, people, pieces, batch=batch, by=by, cell=cell, note=note)


@transaction.atomic
def count(item, counted, *, batch, by, note=""):
    """Write down what a count found; the difference is a move, also when it is nought. Raises BadInput."""
    item = _locked(item)
    if there := _there(item, batch):
        return there
    if not 0 <= counted <= MOST:
        raise BadInput("how_many_pieces", "counted", value=counted)
    row = _written(item, Kind.COUNT, counted - _stock(item), batch, by, counted=counted, note=note.strip())
    warn_of_supplies()
    return row


@transaction.atomic
def take_back(batch, *, by):
    """Take what was received or issued in one go back, once, by moves of its own; return how many.

    Raises BadInput "taken_back_already", "counted_since", "not_enough".
    """
    rows = list(SupplyMove.objects.filter(batch=batch).select_related("item"))
    if not rows:
        return 0
    item = _locked(rows[0].item)
    if SupplyMove.objects.filter(undoes__batch=batch).exists() or rows[0].kind in (Kind.UNDO, Kind.COUNT):
        raise BadInput("taken_back_already")
    if SupplyMove.objects.filter(item=item, kind=Kind.COUNT, pk__gt=rows[-1].pk).exists():
        raise BadInput("counted_since")
    if _stock(item) < sum(row.pieces for row in rows):
        raise BadInput("not_enough", value=_stock(item))
    made = [
        SupplyMove(item=item, kind=Kind.UNDO, pieces=-row.pieces, person_id=row.person_id, cell_id=row.cell_id, undoes=row,
                   batch=_undo_of(batch), day=row.day, by=by, at=plant.now())
        for row in rows
    ]  # fmt: skip
    SupplyMove.objects.bulk_create(made, batch_size=500)
    plant.note(by, "supply.undo", item, detail=f"moves={len(made)}")
    warn_of_supplies()
    return len(made)


def _undo_of(batch):
    return type(batch)(int=batch.int ^ 1)


@transaction.atomic
def keep_item(item=None, *, by, **values):
    """Add an item, or change one; what it was stays in its history. Raises BadInput "name_taken"."""
    row = item or SupplyItem()
    for name, value in values.items():
        setattr(row, name, value)
    if SupplyItem.objects.filter(name=row.name).exclude(pk=row.pk).exists():
        raise BadInput("name_taken", "name")
    row.save()
    plant.note(by, "supply.kept", row)
    return row


def warn_of_supplies():
    """Ask for what does not last long enough, one task an item; close those that last again. Return how many are low."""
    low = 0
    for row in stocks():
        key = f"supply:{row.item.pk}"
        if row.low:
            low += 1
            words = gettext_noop("{name} runs out: {stock} {unit} left")
            values = {"name": row.item.name, "stock": row.stock, "unit": row.item.unit}
            plant.ask(words, values, role=Role.HEALTH_OFFICER, key=key, link="/grid/supplies/")
        else:
            plant.close_keyed(key, f"{row.stock} {row.item.unit}")
    return low
