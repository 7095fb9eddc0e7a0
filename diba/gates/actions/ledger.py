"""The ledger of the gates read by the office, and its open items, closed with words."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.statements import Number

from ..models import Crossing, OpenItem, PaperRow
from ..words import NOTES

NAMED = ("name", "plate", "driver", "passengers", "host")  # of a crossing's sealed words
SORTS = ("at", "received_at", "gate__code", "person__name", "verdict", "guard")
NOTED = Q(refusal__in=NOTES)  # no crossing, nobody was refused
STATES = {
    "refused": Q(went=False) & ~NOTED, "notes": NOTED, "forced": Q(forced=True), "flagged": ~Q(flags=""), "fever": Q(fever="fever"),
    "differs": ~Q(judged="pass") & Q(went=True), "late": Q(received_at__gt=F("at") + timedelta(minutes=15)),
}  # fmt: skip


def crossings(*, first, last, gate=None, direction="", kind="", state="", wanted="", sort=""):
    """Return the crossings of the days first to last (dates), filtered and sorted; newest first unless asked otherwise.

    A line of the paper that a device wrote too stands here once, as the device wrote it.
    """
    rows = Crossing.objects.select_related("gate", "person__unit", "visit", "vehicle", "item")
    rows = rows.filter(at__gte=_start(first), at__lt=_start(last) + timedelta(days=1))
    rows = rows.exclude(pk__in=PaperRow.objects.filter(crossing__isnull=False, twin__isnull=False).values("crossing"))
    if gate is not None:
        rows = rows.filter(gate=gate)
    if direction:
        rows = rows.filter(direction=direction)
    if kind:
        rows = rows.filter(kind=kind)
    if state in STATES:
        rows = rows.filter(STATES[state])
    if wanted:
        named = Q(person__name__icontains=wanted) | Q(person__staff_no=wanted) | Q(guard=wanted)
        known = named | Q(visit__name__icontains=wanted) | Q(vehicle__plate__icontains=wanted)
        rows = rows.filter(known | Q(pk__in=_said(rows, wanted)))
    name = sort.lstrip("-")
    return rows.order_by(sort if name in SORTS else "-at", "-pk")


def measured(rows):
    """Return the ids of the people of these crossings whose temperature was read or of whom something was noted; two queries.

    The rows may be cut to the first so many.
    """
    named = Crossing.objects.filter(pk__in=rows.values("pk"), person__isnull=False).order_by()
    noted = named.filter(fever="").values_list("person", "said").iterator(chunk_size=2000)
    found = {pk for pk, said in noted if (said or {}).get("note")}
    return found | set(named.exclude(fever="").values_list("person", flat=True).distinct())


def _said(rows, wanted):
    """Return the ids of those of these crossings in whose sealed words somebody is named so: a stranger, a plate nobody expects.

    What is sealed the database cannot search: it is opened here, of those alone that name nobody of a register.
    """
    wanted = wanted.casefold()
    unknown = rows.filter(person=None, visit=None, vehicle=None).order_by().values_list("pk", "said")
    return [pk for pk, said in unknown if any(wanted in str((said or {}).get(name, "")).casefold() for name in NAMED)]


def _start(day):
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def items(*, closed=False):
    """Return the items that wait, oldest first, or those that were closed, newest first."""
    rows = OpenItem.objects.select_related(
        "crossing__gate", "crossing__person__unit", "crossing__visit", "crossing__vehicle", "unread__device__gate", "closed_by__person"
    )  # fmt: skip
    if closed:
        return rows.exclude(closed_at=None).order_by("-closed_at", "-pk")
    return rows.filter(closed_at=None).order_by("opened_at", "pk")


@transaction.atomic
def close_item(item, words, *, by):
    """Close an item with what was done; say whether it was open. Raises BadInput without words."""
    if not words.strip():
        raise BadInput("required", "words")
    row = OpenItem.objects.select_for_update().get(pk=item.pk)
    if row.closed_at:
        return False
    row.closed_at, row.closed_by, row.words = plant.now(), by, words.strip()
    row.save(update_fields=["closed_at", "closed_by", "words"])
    plant.note(by, "item.closed", row, detail=row.kind)
    if row.crossing_id:
        plant.close_keyed(f"gate-fever:{row.crossing_id}", words[:200], by=by)
    return True


_waiting = Number(lambda: OpenItem.objects.filter(closed_at=None))


def open_count(account):
    """Return what stands beside the desk's name on the rail: how many items wait, or None."""
    waiting = _waiting()
    return (waiting, True) if waiting else None
