"""What the ledger shows as pictures: who crosses when and where, how warm they were, why they were refused, how many are known."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour, TruncDate

from ..models import Gate
from . import ledger

HOURS = range(24)
COOLEST, WARMEST = 350, 390  # tenths of °C: what lies beyond stands in the bars at the ends
READINGS = 20_000  # the newest so many are opened: each is sealed by itself
KNOWN = Q(person__isnull=False) | Q(visit__isnull=False) | Q(vehicle__isnull=False)


class Flow(NamedTuple):
    """One gate by the hour of the day, all days together. coming, going, refused: 24 counts each."""

    gate: Gate
    coming: list
    going: list
    refused: list

    @property
    def total(self):
        return sum(self.coming) + sum(self.going)


def flow(asked):
    """Return a Flow of every gate in use or crossed; of the one that is asked for."""
    counts: dict = defaultdict(lambda: [0] * 24)
    rows = _rows(asked).annotate(hour=ExtractHour("at")).values_list("gate", "went", "direction", "hour")
    for gate, went, direction, hour, count in rows.annotate(Count("pk")):
        counts[gate, direction if went else "refused"][hour] += count
    crossed = {gate for gate, _kind in counts}
    gates = Gate.objects.filter(Q(active=True) | Q(pk__in=crossed))
    if asked["gate"]:
        gates = gates.filter(pk=asked["gate"].pk)
    return [Flow(gate, *(counts[gate.pk, kind] for kind in ("in", "out", "refused"))) for gate in gates]


def readings(asked):
    """Return ([(tenths of °C, how many first readings)] without gaps, how many were opened, whether there are more)."""
    rows = ledger.crossings(**asked).exclude(fever="").order_by("-at", "-pk").select_related(None)
    counts, opened = Counter(), 0
    for said in rows.values_list("said", flat=True)[: READINGS + 1].iterator(chunk_size=2000):
        opened += 1
        first = ((said or {}).get("temperature") or {}).get("first")
        if first and opened <= READINGS:
            counts[min(max(first, COOLEST), WARMEST)] += 1
    bars = [(tenths, counts[tenths]) for tenths in range(min(counts), max(counts) + 1)] if counts else []
    return bars, min(opened, READINGS), opened > READINGS


def words_of_readings(asked):
    """Return [(the table's word, how many)] of the readings, most first."""
    rows = _rows(asked).exclude(fever="").values_list("fever").annotate(Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def refusals(asked):
    """Return [(the guard's reason, else the rule's, how many)] of who did not pass, most first."""
    counts: Counter = Counter()
    rows = _rows(asked).filter(went=False).values_list("refusal", "reason")
    for refusal, reason, count in rows.annotate(Count("pk")):
        counts[("refusal", refusal) if refusal else ("reason", reason)] += count
    return sorted(((*key, count) for key, count in counts.items()), key=lambda row: (-row[2], row[1]))


class Share(NamedTuple):
    """One day, or one hour of a single day. known: holders the register, a visit or a booking names; passes: who showed one."""

    at: object
    crossings: int
    known: int
    passes: int

    @property
    def percent(self):
        """Return the share of known holders, None without a crossing."""
        return round(100 * self.known / self.crossings, 1) if self.crossings else None


def known(asked):
    """Return a Share of each day asked for, of each hour when it is one day."""
    one = asked["first"] == asked["last"]
    rows = _rows(asked).annotate(place=ExtractHour("at") if one else TruncDate("at")).values_list("place")
    rows = rows.annotate(
        crossed=Count("pk"), met=Count("pk", filter=KNOWN), shown=Count("pk", filter=Q(pass_number__isnull=False))
    )
    found = {place: numbers for place, *numbers in rows}
    span = (asked["last"] - asked["first"]).days + 1
    places = HOURS if one else [asked["first"] + timedelta(days=n) for n in range(span)]
    return [Share(place, *found.get(place, (0, 0, 0))) for place in places]


def _rows(asked):
    return ledger.crossings(**asked).exclude(ledger.NOTED).order_by()
