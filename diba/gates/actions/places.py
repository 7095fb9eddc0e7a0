"""Zones and gates: keeping them, who may go where, and who stands at which gate on which watch."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import hooks
from diba.plant.actions.lately import Lately
from diba.plant.models import Hold

from ..models import Device, Gate, Zone

ZONES = 16  # bits in a pass


@transaction.atomic
def keep_zone(row=None, *, by, code, name, units=(), within=None):
    """Enter a zone, or change one; its bit is given once. Raises BadInput."""
    if row and within and row.pk in {within.pk, *Reach().around(within.pk)}:
        raise BadInput("zone_in_itself", "within", value=within.code)
    if Zone.objects.filter(code=code).exclude(pk=row and row.pk).exists():
        raise BadInput("code_taken", "code", value=code)
    if row is None:
        taken = set(Zone.objects.values_list("bit", flat=True))
        free = next((bit for bit in range(ZONES) if bit not in taken), None)
        if free is None:
            raise BadInput("too_many_zones", "code", value=ZONES)
        row = Zone(bit=free)
    row.code, row.name, row.within = code, name, within
    row.save()
    row.units.set(units)
    reach_lately.forget()
    plant.note(by, "zone.kept", row)
    return row


@transaction.atomic
def keep_gate(row=None, *, by, **values):
    """Enter a gate, or change one. Raises BadInput."""
    if Gate.objects.filter(code=values["code"]).exclude(pk=row and row.pk).exists():
        raise BadInput("code_taken", "code", value=values["code"])
    row = row or Gate()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    plant.note(by, "gate.kept", row)
    return row


class Behind(NamedTuple):
    """A zone as passes and lists name it."""

    pk: int
    code: str
    name: str
    bit: int
    within: int | None


def inside_of(zone):
    """Return the ids of a zone, if there is one, and of all that lies in it: it can lie in none of them."""
    reach = Reach()
    return [row.pk for row in reach.zones if zone and zone.pk in {row.pk, *reach.around(row.pk)}]


class Reach:
    """Which zones are open to whom, read once: one query. A unit is named by its path in the tree, None: no unit."""

    def __init__(self):
        self.zones, self.open_to, self.known = [], defaultdict(list), {}
        for *row, path in Zone.objects.order_by("bit").values_list(
            "pk", "code", "name", "bit", "within", "units__path"
        ):
            zone = Behind(*row)
            if not self.zones or self.zones[-1] != zone:
                self.zones.append(zone)
            if path:
                self.open_to[zone.pk].append(path)
        self.outer = {zone.pk: zone.within for zone in self.zones}

    def of_unit(self, path):
        """Return the zones open to people of a unit, in the order of their bits."""
        if path not in self.known:
            self.known[path] = [
                zone
                for zone in self.zones
                if zone.pk not in self.open_to
                or any((path or "-").startswith(above) for above in self.open_to[zone.pk])
            ]
        return self.known[path]

    def around(self, zone):
        """Return the ids of the zones that a zone lies in, the nearest first."""
        found = []
        while (zone := self.outer.get(zone)) and zone not in found:
            found.append(zone)
        return found

    def bits(self, path):
        """Return the same as a pass says it: a bit a zone."""
        return sum(1 << zone.bit for zone in self.of_unit(path))


reach_lately = Lately(Reach, 2.0)  # the same, as of at most two seconds ago


class Stand(NamedTuple):
    """One gate on one watch of a day: from when until when, and who stands there. away: who was to, and cannot come."""

    watch: object
    begins: datetime
    ends: datetime
    people: list
    now: bool
    away: list


class Manned(NamedTuple):
    gate: Gate
    stands: list
    devices: list


def plan(day):
    """Return [Manned] of every gate in use on a day: who stands there each watch, and its devices. Constant queries."""
    gates = list(
        Gate.objects.filter(active=True).select_related("zone", "pattern").prefetch_related("pattern__watches")
    )
    standing = _standing(gates, day)
    devices = defaultdict(list)
    for device in Device.objects.filter(revoked_at=None).order_by("id"):
        devices[device.gate_id].append(device)
    return [
        Manned(gate, [_stand(watch, day, standing[gate.post_id]) for watch in gate.pattern.watches.all()], devices[gate.pk])
        for gate in gates
    ]  # fmt: skip


def running_now():
    """Return (day, its plan) of the watch that runs: after midnight the day before, until its night watch is over."""
    day = plant.today()
    rows = plan(day)
    if not any(stand.now for row in rows for stand in row.stands):
        before = plan(day - timedelta(days=1))
        if any(stand.now for row in before for stand in row.stands):
            return day - timedelta(days=1), before
    return day, rows


def standing(day, rows):
    """Return [(gate, the Stand that runs at it now)] of the plan of a day, and of the day before for a gate whose watch began then."""
    now = {row.gate: stand for row in rows for stand in row.stands if stand.now}
    if len(now) < len(rows):
        before = [(row.gate, stand) for row in plan(day - timedelta(days=1)) for stand in row.stands if stand.now]
        now = dict(before) | now
    return list(now.items())


def standing_now(gate, moment):
    """Return the Stand of a gate at a moment, or None between watches."""
    for day in (moment.date(), moment.date() - timedelta(days=1)):
        standing = _standing([gate], day)
        for watch in gate.pattern.watches.all():
            stand = _stand(watch, day, standing[gate.post_id])
            if stand.begins <= moment < stand.ends:
                return stand
    return None


def _standing(gates, day):
    """Return {post id: [(begins, ends, person, whether he cannot come)]} of the gates' posts on a day and the night after it."""
    since, until = plant.day_start(day), plant.day_start(day) + timedelta(days=2)
    found = defaultdict(list)
    for post, begins, ends, person, cause in on_watch([gate.post_id for gate in gates], since, until):
        found[post].append((begins, ends, person, bool(cause)))
    return found


def on_watch(posts, since, until):
    """Return [(post id, begins, ends, person, why he cannot come: a key without words, "" if he can)]: a constant number of queries.

    Whoever is absent or held at the gates cannot: on a watch to come at any time of it, on one that runs from now on, on one
    that is over when it began.
    """
    gathered = hooks.gather(hooks.ON_WATCH, [post for post in posts if post], since, until)
    rows, now, away = [row for answer in gathered for row in answer], plant.now(), defaultdict(list)
    if not rows:
        return []
    people = {person.pk for _post, _begins, _ends, person in rows}
    first, last = min(row[1] for row in rows), max(row[2] for row in rows)
    for one in plant.absences_between(first, last, people):
        away[one.person_id].append((one.starts_at, one.ends_at, f"absence-{one.pk}"))
    rest = Q(ends_at=None) | Q(ends_at__gt=first), Q(lifted_at=None) | Q(lifted_at__gt=first)
    for one in Hold.objects.filter(*rest, person__in=people, begins_at__lt=last):
        ends = min(filter(None, [one.ends_at, one.lifted_at]), default=None)
        away[one.person_id].append((one.begins_at, ends, f"hold-{one.pk}"))
    found = []
    for post, begins, ends, person in rows:
        start, stop = (max(begins, now), ends) if ends > now else (begins, begins + timedelta(minutes=1))
        spans = away[person.pk]
        cause = next((key for goes, comes, key in spans if goes < stop and (comes is None or comes > start)), "")
        found.append((post, begins, ends, person, cause))
    return found


def _stand(watch, day, standing):
    begins, ends = watch.span(day)
    there = [(person, away) for first, last, person, away in standing if first < ends and begins < last]
    people, away = (list(dict.fromkeys(person for person, gone in there if gone is side)) for side in (False, True))
    return Stand(watch, begins, ends, people, begins <= plant.now() < ends, away)
