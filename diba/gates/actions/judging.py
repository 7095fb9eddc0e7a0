"""Judging crossings again: by the same table, on what the server knows of the moment of each."""

from bisect import bisect_right
from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from django.db.models import F, Max, Min, Q

from diba.core import gating
from diba.plant import actions as plant
from diba.plant.actions import hooks
from diba.plant.actions.statements import Among
from diba.plant.models import Hold, Person

from ..models import Crossing, Pass, Vehicle, Visit
from . import evacuating
from .places import Reach, reach_lately
from .reading import as_time

SECOND = timedelta(microseconds=999_999)  # crossings count whole seconds: what was said in the same one counts
LOOK_BACK = timedelta(days=2)  # a report older than this stands no more
FEVER_STANDS = timedelta(hours=24)  # so long a visitor's fever stands under the name he gave
NEXT_TURN = timedelta(seconds=gating.Limits().ahead)  # so far ahead is his next turn looked for
BARS = frozenset({"returnee", "other"})  # reasons that keep nobody from going out
PLATE_MIN, PLATE_MAX = 7, 8  # characters: 甘A12345, and eight for new energy (GA 36-2018)


def limits():
    """Return what the rules count with today."""
    found = next(iter(hooks.gather(hooks.FEVER_ABOVE)), None)
    return gating.Limits(threshold=found[0], inclusive=found[1]) if found else gating.Limits()


def seconds(moment):
    """Return a moment as the rules count it: whole seconds since 1970, 0 for none."""
    return int(moment.timestamp()) if moment else 0


class Known(NamedTuple):
    """What is known of people, visits and vehicles between two moments."""

    limits: gating.Limits
    reach: Reach
    evacuations: list  # [(from, until or 0)]
    people: dict  # {id: (path of his unit, or of whose family he is, day he left or None)}
    holds: dict
    health: dict
    turns: dict
    visits: dict
    ill: dict  # {visit id: since when its visitor is known to have had a fever twice at a gate}
    vehicles: dict
    washed: dict
    passes: dict  # {number: (from, until, dead since, good for one entry, last used if so)}

    def person(self, pk, at):
        """Return what the rules know of a person at a moment."""
        unit, left = self.people[pk]
        reason, until = hold_at(self.holds.get(pk, ()), at)
        health, health_until = health_at(self.health.get(pk), at)
        return gating.Person(
            zones=tuple(zone.code for zone in self.reach.of_unit(unit)), hold=reason, hold_until=until, health=health,
            health_until=health_until, turns=tuple(self.turns.get(pk, ())), left=bool(left and left <= _day(at)),
        )  # fmt: skip

    def visit(self, pk, at, declared=""):
        """Return what the rules know of a visit at a moment. declared: what its visitor said at the gate ("": nothing)."""
        row = self.visits[pk]
        state = str(row.state_at(as_time(at)))
        state = "ill" if self.ill.get(pk, at) < at else state
        return gating.Visit(
            state, seconds(row.begins_at), seconds(row.ends_at), declared == "no" or (row.has_declared and not declared)
        )

    def vehicle(self, pk, plate, driver, at, washed_now=False):
        """Return what the rules know of a vehicle at a moment, None standing for one that nobody expects.

        washed_now: it was disinfected at this very crossing.
        """
        row = self.vehicles.get(pk)
        if row is None:
            return gating.Vehicle(plate=PLATE_MIN <= len(plate) <= PLATE_MAX, driver=bool(driver))
        washed = [moment for moment in self.washed.get(pk, ()) if moment <= at] + [at] * washed_now
        return gating.Vehicle(
            True, seconds(row.begins_at), seconds(row.let_in_until), max(washed, default=0), bool(driver or row.driver)
        )

    def passed(self, number, told, at):
        """Return the state of the pass with a number at a moment; what cannot be read keeps the device's word."""
        if number is None or told in ("forged", "unreadable", "other_plant"):
            return told if told in ("forged", "unreadable", "other_plant") else "none"
        row = self.passes.get(number)
        if row is None:
            return "forged"
        begins, ends, dead, once, used = row
        if dead and dead <= at:
            return "revoked"
        if at >= ends:
            return "expired"
        if at < begins:
            return "not_yet"
        return "used" if once and used and used < at else "ok"

    def has(self, kind, pk):
        """Say whether there is such a person, visitor or vehicle."""
        return pk in {"person": self.people, "visitor": self.visits, "vehicle": self.vehicles}[kind]

    def feverish(self, entry, at):
        """Take it that two readings of somebody were too high at a moment, for what is judged after it: stopped from then on."""
        if entry.kind == "person" and entry.holder:
            self.holds.setdefault(entry.holder, []).append((at, 0, "suspected"))
        elif entry.kind == "visitor" and entry.holder:
            self.ill[entry.holder] = min(at, self.ill.get(entry.holder, at))

    def use(self, entry, at):
        """Take it that a pass was used at a moment, for what is judged after it."""
        row = self.passes.get(entry.pass_number)
        if row and entry.went and entry.direction == "in":
            self.passes[entry.pass_number] = (*row[:4], max(row[4], at))


def known_of(since, until, *, people, visits, vehicles, passes):
    """Return what is Known of these ids and pass numbers between two moments: a constant number of queries."""
    register = Person.objects.filter(Among(F("pk"), people)).values_list(
        "pk", "unit__path", "relative_of__unit__path", "left_on"
    )
    return Known(
        limits=limits(),
        reach=reach_lately(),
        evacuations=evacuating.lately(),
        people={pk: (unit or other, left) for pk, unit, other, left in register} if people else {},
        holds=holds(people, since, until) if people else {},
        health=said(people, since, until) if people else {},
        turns=turns(people, since, until) if people else {},
        visits={row.pk: row for row in Visit.objects.filter(pk__in=visits).select_related("host")} if visits else {},
        ill=feverish_visits(visits, since) if visits else {},
        vehicles={row.pk: row for row in Vehicle.objects.filter(pk__in=vehicles)} if vehicles else {},
        washed=disinfected(vehicles, until) if vehicles else {},
        passes=_passes(passes) if passes else {},
    )


def feverish_visits(ids, moment):
    """Return {visit id: when its visitor was first found with a fever twice at a gate (s)}: he is let in on it no more.

    Nor by a visit that begins at another gate, unannounced and under the name that he gave, however it is written, within FEVER_STANDS.
    """
    rows = Crossing.objects.filter(visit__in=ids, fever="fever").order_by().values("visit")
    found = {row["visit"]: seconds(row["first"]) for row in rows.annotate(first=Min("at"))}
    if names := feverish_names(moment):
        hot = {key: at for name, at in names.items() if (key := gating.name_key(name))}
        walked_in = Visit.objects.filter(pk__in=ids).exclude(arrived_at=None).values_list("pk", "name")
        found = {pk: hot[key] for pk, name in walked_in if (key := gating.name_key(name)) in hot} | found
    return found


def feverish_names(moment):
    """Return {name: when a visitor of that name was found with a fever twice at a gate (s)}, within FEVER_STANDS of a moment."""
    rows = Crossing.objects.filter(kind="visitor", fever="fever", at__gt=moment - FEVER_STANDS).order_by("-at")
    found = {}
    for name, said, at in rows.values_list("visit__name", "said", "at"):
        if name := name or (said or {}).get("name", ""):
            found[name] = seconds(at)
    return found


def holds(ids, since, until):
    """Return {person id: [(from, until or 0, reason)]} of the holds in force at any time of [since, until]; those ended early end then."""
    rows = holding(since, until + SECOND)
    rows = rows if ids is None else rows.filter(Among(F("person"), ids))
    found = defaultdict(list)
    for pk, reason, begins, ends, lifted in rows.values_list("person", "reason", "begins_at", "ends_at", "lifted_at"):
        ends = min(filter(None, [ends, lifted]), default=None)
        found[pk].append((seconds(begins), seconds(ends), reason))
    return found


def holding(since, until):
    """Return the holds in force at any time of [since, until]."""
    return Hold.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=since), Q(lifted_at=None) | Q(lifted_at__gt=since), begins_at__lte=until
    )


def hold_at(rows, at):
    """Return (word, until) of the hold that keeps somebody longest at a moment; ("none", 0) without one.

    The word says which way is shut, as the table asks; why he is held it does not say: a guard's device keeps it.
    """
    here = [
        (not ends, ends, "barred" if reason in BARS else "held")
        for begins, ends, reason in rows
        if begins <= at and (not ends or at < ends)
    ]
    if not here:
        return "none", 0
    _open, ends, word = max(here)
    return word, ends


def said(ids, since, until):
    """Return {person id: ([moment], [(word, until)])} of what was said of people's health, by the moment it was said."""
    found = defaultdict(list)
    for answer in hooks.gather(hooks.HEALTH_SAID, ids, since - LOOK_BACK, until + SECOND):
        for pk, at, ends, word in answer:
            found[pk].append((seconds(at), word, seconds(ends)))
    return {pk: by_moment(rows) for pk, rows in found.items()}


def by_moment(rows):
    """Return ([moment], [(word, until)]) of [(moment, word, until)], the oldest first."""
    rows.sort()
    return [row[0] for row in rows], [row[1:] for row in rows]


def health_at(rows, at):
    """Return (word, until) of the newest word on somebody's health at a moment."""
    if rows is None:
        return "missing", 0
    place = bisect_right(rows[0], at)
    return rows[1][place - 1] if place else ("missing", 0)


def turns(ids, since, until):
    """Return {person id: [(begins, ends)]} of the turns that touch [since, until], begin within a fortnight after or ended of late."""
    found = defaultdict(list)
    for answer in hooks.gather(hooks.TURNS, ids, since, until + NEXT_TURN):
        for pk, begins, ends in answer:
            found[pk].append((seconds(begins), seconds(ends)))
    return found


def disinfected(vehicles, until):
    """Return {vehicle id: [moments]} at which vehicles were disinfected at a gate until a moment; the newest of each gate day."""
    rows = Crossing.objects.filter(vehicle__in=vehicles, disinfected=True, at__lte=until)
    found = defaultdict(list)
    for pk, moment in rows.order_by("vehicle", "-at").values_list("vehicle", "at"):
        found[pk].append(seconds(moment))
    return found


def _passes(numbers):
    rows = Pass.objects.filter(number__in=numbers).values_list(
        "number", "begins_at", "ends_at", "key__passes_until", "revocation__at", "once"
    )
    used = dict(
        uses().filter(pass_number__in=Pass.objects.filter(number__in=numbers, once=True).values("number"))
        .order_by().values_list("pass_number").annotate(Max("at"))
    )  # fmt: skip
    return {
        number: (
            seconds(begins),
            seconds(min(filter(None, [ends, with_key]))),
            seconds(dead),
            once,
            seconds(used.get(number)),
        )
        for number, begins, ends, with_key, dead, once in rows
    }


def uses():
    """Return the crossings by which a pass was used up, if it is good for one entry."""
    return Crossing.objects.filter(went=True, direction="in")


def _day(at):
    return as_time(at).astimezone(plant.now().tzinfo).date()


def judged(entry, at, drift, gate, known, inside):
    """Return (Verdict, the table's word for the readings) of a record at its moment (s), by what is known.

    inside: "yes", "no" or "unknown".
    """
    kind, holder, taken = entry.kind, entry.holder, entry.temperature
    if taken.at:
        taken = gating.Temperature(taken.first, taken.at + at - entry.at, taken.second)
    facts = gating.Facts(
        at=at, direction=entry.direction, kind=kind, zone=gate.zone.code, passed=known.passed(entry.pass_number, entry.passed, at),
        lists_at=at, drift=drift, inside=inside, ways=gate.directions, evacuation=evacuating.was_on(known.evacuations, at),
        person=known.person(holder, at) if kind == "person" and holder else None,
        visit=known.visit(holder, at, entry.said.get("declared", "")) if kind == "visitor" and holder else None,
        vehicle=known.vehicle(holder, entry.said.get("plate", ""), entry.said.get("driver"), at, entry.disinfected) if kind == "vehicle" else None,
        temperature=taken, limits=known.limits,
    )  # fmt: skip
    return gating.judge(facts), gating.readings_word(facts) if facts.temperature.first else ""
