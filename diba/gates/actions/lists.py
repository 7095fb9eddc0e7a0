"""The lists a device judges by, in one signed bundle: only what a guard needs. A constant number of queries."""

import base64
import hashlib
import json
from datetime import timedelta

from django.db.models import Max, Q

from diba.core import gating
from diba.plant import actions as plant
from diba.plant.models import Hold, Person

from ..models import Crossing, FirstReading, Pass, Presence, Revocation, Vehicle, Visit
from ..words import FLAGS, REASONS, REFUSALS, both
from . import evacuating, first_readings, judging
from .devices import gate_data
from .judging import seconds
from .places import Reach, standing_now
from .presence import FIELDS
from .reading import HOLDERS
from .roll import nameless
from .signing import pass_keys, plant_number, sign

LEFT_FOR = timedelta(days=30)  # so long the lists still say of somebody that he has left
AHEAD = timedelta(days=7)  # so long a device may be without network
FRESH = 3600  # s; lists that say the same are made anew once an hour, so that their age tells of the network


def bundle(gate, key=None):
    """Return (version, the lists as the device gets them) for a gate. key: that signs them (a row), else the one in use."""
    # Before anything is read: what a device sent until then is in the lists, what it sent since may not be.
    moment = seconds(plant.now())
    content = _content(gate)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    version = f"{moment // FRESH}-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
    text = json.dumps(
        {"version": version, "made_at": moment, **content}, ensure_ascii=False, separators=(",", ":")
    ).encode()
    signature, public = sign(text, key)
    return version, {"signed": base64.b64encode(text).decode(), "signature": signature.hex(), "key": public}


def news():
    """Return a mark that is another one once somebody is held or rests: a device that hears of it asks for its lists at once; two queries."""
    newest = [rows.objects.aggregate(last=Max("pk"))["last"] or 0 for rows in (Hold, FirstReading)]
    return ".".join(map(str, newest))


def _content(gate):
    reach, moment = Reach(), plant.now()
    visits, vehicles, passes, used = _expected(moment)
    watch, keys = _watch(gate, moment), pass_keys()
    # signers: whose lists are believed after these. keys: the same for a page from before they were told apart.
    return {
        "plant": plant_number().hex(), "keys": list(keys), "signers": list(keys)[:1], "gate": gate_data(gate),
        "zones": _zones(reach),
        "rules": gating.as_data(), "limits": vars(judging.limits()), "watch": watch, "evacuation": evacuating.running() is not None,
        "people": _people(reach, moment), "ill": sorted(judging.feverish_names(moment)), "half": _half(moment), "visits": visits, "vehicles": vehicles,
        "passes": {"revoked": passes, "used": used, "keys": keys}, "inside": _inside(reach),
        "reasons": both(REASONS), "refusals": both(REFUSALS), "flags": both(FLAGS),
    }  # fmt: skip


def _zones(reach):
    codes = {zone.pk: zone.code for zone in reach.zones}
    return [
        {"id": zone.pk, "code": zone.code, "name": zone.name, "bit": zone.bit, "within": codes.get(zone.within, "")}
        for zone in reach.zones
    ]


def _people(reach, moment):
    """Return everybody of the register, who has left of late, and who is inside, with what the rules ask of each."""
    here = Q(left_on=None) | Q(left_on__gt=plant.today() - LEFT_FOR) | _inside_still("person")
    rows = Person.objects.filter(here).order_by("pk")
    held, health = judging.holds(None, moment, moment + AHEAD), judging.said(None, moment, moment)
    turns, at = judging.turns(None, moment, moment + AHEAD), seconds(moment)
    found = []
    for pk, number, name, unit, unit_name, others, left in rows.values_list(
        "pk", "staff_no", "name", "unit__path", "unit__name", "relative_of__unit__path", "left_on"
    ):
        reason, until = judging.hold_at(held.get(pk, ()), at)
        word, word_until = judging.health_at(health.get(pk), at)
        found.append({
            "id": pk, "no": number or "", "name": name, "unit": unit_name or "",
            "zones": [zone.code for zone in reach.of_unit(unit or others)], "hold": reason, "hold_until": until,
            "health": word, "health_until": word_until, "turns": turns.get(pk, []),
            "left": bool(left and left <= plant.today()), "photo": None,
        })  # fmt: skip
    return found


def _half(moment):
    """Return the first readings too high whose second is still to be taken, as a device compares them with whoever stands there."""
    return [
        {**dict.fromkeys(("person", "visit", "vehicle")), **({HOLDERS[one.kind]: one.holder} if one.holder else {}),
         "uid": one.uid, "kind": one.kind, "at": one.at, "name": one.name, "plate": one.plate, "driver": one.driver, "temperature": one.taken}
        for one in first_readings.standing(moment)
    ]  # fmt: skip


def _expected(moment):
    """Return (visits, vehicles, numbers of dead passes, numbers of used ones) that matter in the next days.

    Whoever is inside stands there however long ago his visit ended: nobody else can be let out under his name.
    """
    passes = Pass.objects.filter(ends_at__gt=moment)
    numbers = dict(passes.filter(revocation=None).exclude(visit=None).order_by("id").values_list("visit", "number"))
    soon = Q(ends_at__gt=moment - timedelta(days=1), begins_at__lt=moment + AHEAD)
    rows = Visit.objects.filter(soon | _inside_still("visit"))
    expected_visits = list(rows.select_related("host").order_by("pk"))
    ill = judging.feverish_visits([row.pk for row in expected_visits], moment)
    visits = [
        {"id": row.pk, "name": row.name, "host": row.host.name, "host_no": row.host.staff_no, "host_phone": row.host.phone, "state": "ill" if row.pk in ill else str(row.state_at(moment)),
         "begins": seconds(row.begins_at), "ends": seconds(row.ends_at), "declared": row.has_declared, "pass": numbers.get(row.pk)}
        for row in expected_visits
    ]  # fmt: skip
    expected = list(Vehicle.objects.filter(soon | _inside_still("vehicle")).order_by("pk"))
    washed = judging.disinfected([row.pk for row in expected], moment)
    vehicles = [
        {"id": row.pk, "plate": row.plate, "begins": seconds(row.begins_at), "ends": seconds(row.let_in_until),
         "disinfected": max(washed.get(row.pk, ()), default=0), "driver": row.driver}
        for row in expected
    ]  # fmt: skip
    dead = sorted(Revocation.objects.filter(issued__ends_at__gt=moment).values_list("issued__number", flat=True))
    once = passes.filter(once=True).values("number")
    used = Crossing.objects.filter(pass_number__in=once, went=True, direction="in").order_by()
    return visits, vehicles, dead, sorted(used.values_list("pass_number", flat=True).distinct())


def _inside_still(field):
    rows = Presence.objects.filter(inside=True).exclude(**{field: None})
    return Q(pk__in=rows.order_by().values(field))


def _inside(reach):
    """Return who is inside which zone: those with a presence by their id, strangers (0) by the name they gave."""
    codes = {zone.pk: zone.code for zone in reach.zones}
    rows = Presence.objects.filter(inside=True).order_by("pk")
    kinds = {field: kind for kind, field in FIELDS.items()}
    found = []
    for *ids, since, zone, gate in rows.values_list(*kinds, "at", "zone", "gate__code"):
        kind, pk = next((kind, pk) for kind, pk in zip(kinds.values(), ids, strict=True) if pk)
        found.append({"kind": kind, "id": pk, "since": seconds(since), "zone": codes[zone], "gate": gate})
    for one in nameless(reach):
        who = {"kind": one.kind, "id": 0, "name": one.name, "uid": str(one.uid)}
        found.append({**who, "since": seconds(one.at), "zone": codes[one.zone], "gate": one.gate.code})
    return found


def _watch(gate, moment):
    """Return the watch that runs at a gate with who stands there by the rosters."""
    stand = standing_now(gate, moment)
    if stand is None:
        return {"begins": 0, "ends": 0, "name": "", "names": []}
    names = [person.name for person in stand.people]
    return {"begins": seconds(stand.begins), "ends": seconds(stand.ends), "name": stand.watch.name, "names": names}
