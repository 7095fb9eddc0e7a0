"""The hand-over of a watch, as both sides signed it on the device."""

from datetime import timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from diba.plant import actions as plant
from diba.plant.models import Person, Role

from ..models import Handover
from .absorbing import keep_unread
from .places import on_watch
from .reading import Unreadable, as_time, clean, count, drift_of, moment, number_of

AROUND = timedelta(hours=1)  # who comes early signs early, and whoever is relieved may sign late: this system's default
SAID = 200  # characters of each thing that is told


class Handed(NamedTuple):
    """What became of a hand-over: "kept" now, "again" (it was there), "unreadable" (kept as it came, with an open item; why)."""

    uid: str
    state: str
    why: str = ""


@transaction.atomic
def hand_over(device, told, drift):
    """Write a hand-over once; return Handed. Raises Unreadable that names the field.

    drift: s the device's clock is ahead now; where the hand-over names its own, that counts. It is never later than its arrival.
    One that was not given by one person of the plant to another is no hand-over, and is not lost either.
    """
    values = _values(device, told, drift)
    if Handover.objects.filter(uid=values["uid"]).exists():
        return Handed(str(values["uid"]), "again")
    if why := _why_none(values["outgoing"], values["incoming"]):
        return left_for_the_office(device, told, why)
    values["said"]["others"] = _others(device.gate, values)
    try:
        with transaction.atomic():
            row = Handover.objects.create(**values)
    except IntegrityError:
        return Handed(str(values["uid"]), "again")
    if row.said["others"]:
        _ask_about(row)
    return Handed(str(values["uid"]), "kept")


def left_for_the_office(device, told, why):
    """Keep a hand-over as it came, once however often it is sent, and open an item for it; return Handed."""
    said = {name: value for name, value in told.items() if name != "sent_at"} if isinstance(told, dict) else told
    keep_unread(device, {0: said}, {0: f"handover {why}"}, plant.now())
    number = said.get("uid") if isinstance(said, dict) else None
    return Handed(number if isinstance(number, str) else "", "unreadable", why)


def _values(device, told, drift):
    if not isinstance(told, dict):
        raise Unreadable("handover")
    number, own, now = number_of(told.get("uid")), drift_of(told.get("drift")), plant.now()
    signed_out, signed_in = (clean(told.get(name), 60) for name in ("signed_out", "signed_in"))
    if not signed_out or not signed_in or signed_out == signed_in:
        raise Unreadable("signed_in")  # two people, or nothing was handed over
    said = {name: clean(told.get(name), SAID) for name in ("note",)}
    said |= {name: _told(told.get(name)) for name in ("keys", "retests", "holds")}
    return {
        "uid": number, "gate": device.gate, "device": device,
        "at": min(as_time(moment(told.get("at"), "at") - (drift if own is None else own)), now), "received_at": now,
        "outgoing": clean(told.get("from"), 40), "incoming": clean(told.get("to"), 40), "queue": count(told.get("queue")),
        "inside": count(told.get("inside")), "said": said, "signed_out": signed_out, "signed_in": signed_in,
    }  # fmt: skip


def _why_none(outgoing, incoming):
    """Return which side of a hand-over cannot be, "" where both are people of the plant, and two. By number, or a name as it is written."""
    known = _people((outgoing, incoming))
    if not known[outgoing] or not known[incoming]:
        return "from" if not known[outgoing] else "to"
    return "to" if len(known[outgoing] | known[incoming]) < 2 else ""


def _people(words):
    """Return {word: ids of the active people it is the number or the name of}; one query."""
    rows = plant.active(Person.objects.filter(Q(staff_no__in=words) | Q(name__in=words)))
    rows = list(rows.values_list("pk", "staff_no", "name"))
    return {word: {pk for pk, *theirs in rows if word and word in theirs} for word in words}


def _others(gate, values):
    """Return which sides ("from", "to") were somebody else than the roster names for that moment, or than who took over last.

    Nobody is expected where the roster names nobody. Who is absent or held is not expected either.
    """
    at, outgoing, incoming = values["at"], values["outgoing"], values["incoming"]
    last = Handover.objects.filter(gate=gate, at__lt=at).values_list("incoming", flat=True).first() or ""
    known = _people({outgoing, incoming, last})
    rows = on_watch([gate.post_id], at - AROUND, at + AROUND)
    fresh = [
        row for row in rows if abs(row[1] - at) <= AROUND
    ]  # a watch that begins: who stood before gives, who stands then takes
    before = [row for row in rows if row not in fresh and row[1] < at]
    found = []
    gives = _able(row for row in rows if row[1] < at) | known[last]
    if (before or known[last]) and not known[outgoing] & gives:
        found.append("from")
    takes = fresh or before
    if takes and not known[incoming] & _able(takes):
        found.append("to")
    return found


def _able(rows):
    """Return the ids of those of these watches who can come."""
    return {person.pk for _post, _begins, _ends, person, cause in rows if not cause}


def _ask_about(row):
    names = names_of([row.outgoing, row.incoming])
    plant.ask(
        gettext_noop("{gate}, {when}: handed over by {gives} to {takes}, not as the roster says"),
        {"gate": row.gate.name, "when": f"{row.at.astimezone(plant.now().tzinfo):%m-%d %H:%M}", "gives": names.get(row.outgoing, row.outgoing),
         "takes": names.get(row.incoming, row.incoming)},
        role=Role.DUTY_OFFICER, key=f"handover:{row.uid}", due_at=row.received_at + timedelta(hours=2), link="/gates/#handovers",
    )  # fmt: skip


def _told(value):
    """Return a number or a text as it was told."""
    return value if isinstance(value, int) and abs(value) < 10**6 else clean(value, SAID)


def names_of(words):
    """Return {staff number: name} of those of these words that are somebody's number; one query."""
    return dict(Person.objects.filter(staff_no__in=set(words) - {""}).order_by().values_list("staff_no", "name"))
