"""The counts that outlive the rows: by day, department and outcome, of nobody in particular."""

from collections import Counter
from datetime import datetime

from django.utils import timezone

from ...models import KeptCount, Unit

SMALLEST = 5  # a department's figure below it is added to the plant's: of so few, a count would point at somebody


def keep_counts(response, clearing, rows):
    """Write down how many of these rows there were by day, department and outcome; return how many figures."""
    if clearing.counted is None:
        return 0
    roots = {unit.path: unit.pk for unit in Unit.objects.filter(depth=1)}
    counts = Counter()
    rows = clearing.standing(rows) if clearing.standing else rows
    for day, path, outcome in _told(rows, clearing.counted):
        counts[day, roots.get((path or "")[: Unit.steplen]), outcome] += 1
    kept = Counter()
    for (day, unit, outcome), count in counts.items():
        kept[day, unit if count >= SMALLEST else None, outcome] += count
    made = [
        KeptCount(response=response, subject=clearing.label, day=day, unit_id=unit, outcome=outcome, count=count)
        for (day, unit, outcome), count in kept.items()
    ]
    KeptCount.objects.bulk_create(made, batch_size=500)
    return len(made)


def _told(rows, counted):
    """Yield (day, path of the department, outcome) of each row; what is sealed is opened for it, once."""
    names = [name for name in counted if name]
    for values in rows.order_by().values_list(*names).iterator(chunk_size=2000):
        found = dict(zip(names, values, strict=True))
        day, path, outcome = (found.get(name) for name in counted)
        yield _day(day), path, "" if outcome is None else str(outcome)[:40]


def _day(moment):
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment
