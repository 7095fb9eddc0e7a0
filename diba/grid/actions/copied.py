"""Readings of a cell that look copied, for whoever leads it and nobody else: computed when he looks, stored nowhere."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from diba.core import copied
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Unit

from ..models import CheckIn, LookedAt, Slot
from .coverage import asked
from .due import due_at
from .policies import policy_on

DAYS = 14  # days looked back; as many as the page shows of each person


@dataclass(frozen=True)
class Copied:
    """A pattern with the people it is about, by staff number."""

    pattern: copied.Pattern
    people: list

    @property
    def key(self):
        """What a form sends back to name it."""
        return ",".join(map(str, self.pattern.people))


def copied_in(cell, account, acting=None):
    """Return [Copied] of a cell that nobody has looked at yet; none for whoever does not lead it now. Three queries.

    acting: the Person who leads it now, where that is known already.
    """
    acting = acting or plant.lead_of(cell)
    if acting is None or acting.pk != account.person_id:
        return []
    people = {person.pk: person for person in asked().filter(cell=cell).order_by("staff_no", "pk")}
    seen = list(LookedAt.objects.filter(cell=cell, last__gte=plant.today() - timedelta(days=2 * DAYS)))
    return [
        Copied(pattern, [people[pk] for pk in people if pk in pattern.people])
        for pattern in copied.patterns(_entries(people))
        if not any(_was_seen(pattern, row) for row in seen)
    ]


def leads(cell, account):
    """Say whether an account's person leads a cell now, as its lead or because the lead is away."""
    lead = plant.lead_of(cell)
    return lead is not None and lead.pk == account.person_id


def _entries(people):
    """Yield the morning reports of the last days as they were entered; late: after they were missing."""
    today, policy = plant.today(), policy_on(plant.today())
    grace = timedelta(minutes=policy.grace if policy else 0)
    first = today - timedelta(days=DAYS - 1)
    days = {first + timedelta(days=n) for n in range(DAYS)}
    ends = {day: due_at(day, Slot.MORNING, policy) + grace for day in days}
    rows = CheckIn.objects.of_days(first, today).filter(person__in=people, slot=Slot.MORNING)
    for row in rows.only("person", "day", "said", "by", "at"):
        tenths = None if row.temperature is None else round(row.temperature * 10)
        yield copied.Entry(row.person_id, row.day, tenths, row.by_id or 0, row.at, late=row.at > ends[row.day])


def _was_seen(pattern, row):
    """Say whether a look covers a pattern: of the same kind and people, when it had begun already."""
    same = (row.kind, tuple(row.people)) == (pattern.kind, pattern.people)
    return same and pattern.first <= row.last


@transaction.atomic
def look_at(cell, kind, key, *, note="", by):
    """Write down that whoever leads a cell looked at a pattern and it was real; return the row. Raises BadInput."""
    Unit.objects.select_for_update().get(pk=cell.pk)  # two taps at once: the second finds nothing left
    found = next((row for row in copied_in(cell, by) if (row.pattern.kind, row.key) == (kind, key)), None)
    if found is None:
        raise BadInput("no_pattern", "kind")
    row = LookedAt.objects.create(
        response=plant.response(), cell=cell, kind=kind, people=list(found.pattern.people), last=found.pattern.last,
        note=note.strip()[:200], by=by, at=plant.now(),
    )  # fmt: skip
    plant.note(by, "copied.looked_at", row, detail=kind)
    return row
