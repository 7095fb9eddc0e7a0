"""The roll of who is inside each zone, and what it does not know: which gates are silent, since when, what may have happened there."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from diba.plant import actions as plant

from ..models import Crossing, Gate, Presence, Zone
from .devices import SILENT, heard_by_gate
from .evacuating import running
from .places import Reach
from .presence import inside

USUAL = timedelta(days=7)  # so far back a gate's usual traffic is counted
LONG = timedelta(hours=24)  # who went in longer ago may well have gone out unseen


class Contact(NamedTuple):
    """What is known of a gate's devices now. heard_at, minutes: the last word of any of them, None: there is none.

    silent: for SILENT, or since the evacuation that runs began. untold: it did not hear that one began.

    waiting: records that lie on them, as they said last. missed: crossings that usually happen there in so long a silence,
    None for a gate that is heard of, or never had any.
    """

    gate: Gate
    devices: int
    heard_at: datetime | None
    minutes: int | None
    silent: bool
    waiting: int
    missed: int | None
    untold: bool


class Nameless(NamedTuple):
    """Somebody, or a vehicle, let in who stands on no list: by the name or plate that was given at the gate, "" for none."""

    name: str
    kind: str
    zone: int
    gate: Gate
    at: datetime
    aboard: str
    uid: UUID


class Part(NamedTuple):
    """One zone of the roll: who is inside by the newest crossing known, and the gates that lead into it."""

    zone: Zone
    rows: list
    contacts: list
    silent: list  # those of the contacts that are silent
    nameless: list  # [Nameless]

    @property
    def count(self):
        """Return how many people and vehicles are known to be inside; who sits in a vehicle is not counted."""
        return len(self.rows) + len(self.nameless)

    @property
    def missed(self):
        """Return how many crossings its silent gates usually have in so long a time; None where nothing is known of them."""
        known = [contact.missed for contact in self.silent if contact.missed is not None]
        return sum(known) if known else None


def contacts():
    """Return a Contact of every gate in use, the longest silent first; four queries."""
    now, devices, flight = plant.now(), heard_by_gate(), running()
    begun_at = flight.begun_at if flight else None
    counted = (
        Crossing.objects.filter(at__gt=now - USUAL, went=True).order_by().values_list("gate").annotate(Count("pk"))
    )
    an_hour = {gate: count / (USUAL / timedelta(hours=1)) for gate, count in counted}
    found = [_contact(gate, devices.get(gate.pk, []), an_hour.get(gate.pk), now, begun_at) for gate in _gates()]
    return sorted(found, key=lambda one: (not one.silent, one.heard_at is not None, one.heard_at or now, one.gate.code))


def _gates():
    return Gate.objects.filter(active=True).select_related("zone")


def _contact(gate, devices, an_hour, now, begun_at):
    heard_at = max((heard for heard, _queue in devices), default=None)
    untold = bool(begun_at) and (heard_at is None or heard_at < begun_at)
    silent = untold or heard_at is None or now - heard_at > SILENT
    minutes = int((now - heard_at).total_seconds() // 60) if heard_at else None
    missed = round(an_hour * minutes / 60) if silent and an_hour and minutes is not None else None
    waiting = sum(queue for _heard, queue in devices)
    return Contact(gate, len(devices), heard_at, minutes, silent, waiting, missed, untold)


def roll(zone=None, wanted=""):
    """Return (every Part, or those of one zone and of what lies in it, every Contact); a constant number of queries."""
    rows, known, reach = defaultdict(list), contacts(), Reach()
    zones = [each for each in Zone.objects.all() if zone is None or zone.pk in (each.pk, *reach.around(each.pk))]
    for row in inside(zones, wanted):
        row.long_ago = plant.now() - row.at > LONG
        rows[row.zone_id].append(row)
    _say_who_is_aboard([row for each in rows.values() for row in each if row.vehicle_id])
    strangers = _nameless(reach, wanted)
    parts = []
    for each in zones:
        of_zone = [contact for contact in known if contact.gate.zone_id == each.pk]
        parts.append(
            Part(each, rows[each.pk], of_zone, [contact for contact in of_zone if contact.silent], strangers[each.pk])
        )
    return [part for part in parts if part.count or part.contacts], known


def _say_who_is_aboard(rows):
    """Give each row of a vehicle what was said of who sits in it when it came in: row.aboard; one query."""
    came = Crossing.objects.filter(
        vehicle__in=[row.vehicle_id for row in rows], at__in={row.at for row in rows}, direction="in", went=True
    )
    said = (
        {(vehicle, at): _aboard(words) for vehicle, at, words in came.values_list("vehicle", "at", "said")}
        if rows
        else {}
    )
    for row in rows:
        row.aboard = said.get((row.vehicle_id, row.at)) or row.vehicle.driver


def _aboard(said):
    """Return the driver of a vehicle and how many sit in it, as the guard wrote it down."""
    said = said or {}
    count = said.get("passengers", "")
    return " · ".join(filter(None, [said.get("driver", ""), count and _("%(n)s aboard") % {"n": count}]))


def nameless(reach):
    """Return [Nameless] let in within LONG, by no list, and not out again under that name, the first first; one query.

    A name is one of his in all zones that lie in one another; whoever gave none is one for himself, and known to be out by nothing.
    """
    rows = Crossing.objects.filter(person=None, visit=None, vehicle=None, went=True, at__gt=plant.now() - LONG)
    there = {}
    for row in rows.select_related("gate__zone").order_by("at", "pk"):
        said, zone = row.said or {}, row.gate.zone
        name = said.get("plate") or said.get("name") or ""
        key = ([zone.pk, *reach.around(zone.pk)][-1], name) if name else row.uid
        goes_to = zone.pk if row.direction == "in" else zone.within_id
        there.pop(key, None)
        if goes_to and (name or row.direction == "in"):
            there[key] = Nameless(name, row.kind, goes_to, row.gate, row.at, _aboard(said), row.uid)
    return list(there.values())


def _nameless(reach, wanted):
    """Return {zone id: [Nameless]} whose name holds a word."""
    found = defaultdict(list)
    for one in nameless(reach):
        one = one._replace(name=one.name or _("no name given"))
        if wanted.lower() in one.name.lower():
            found[one.zone].append(one)
    return found


def never_seen():
    """Return the active people who have not been seen at any gate: where they are the gates do not know."""
    seen = Presence.objects.exclude(person=None).exclude(at=None).values("person")
    return plant.active().exclude(pk__in=seen).select_related("unit").order_by("unit__path", "name", "pk")
