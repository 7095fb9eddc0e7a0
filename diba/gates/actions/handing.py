"""The hand-over of a watch, as both sides signed it on the device."""

from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q

from diba.plant import actions as plant
from diba.plant.models import Person

from ..models import Handover
from .absorbing import keep_unread
from .reading import Unreadable, as_time, clean, count, drift_of, moment, number_of

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
    try:
        with transaction.atomic():
            Handover.objects.create(**values)
    except IntegrityError:
        return Handed(str(values["uid"]), "again")
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
    both = (outgoing, incoming)
    rows = plant.active(Person.objects.filter(Q(staff_no__in=both) | Q(name__in=both))).values_list(
        "pk", "staff_no", "name"
    )
    known = {word: {pk for pk, *words in rows if word and word in words} for word in both}
    if not known[outgoing] or not known[incoming]:
        return "from" if not known[outgoing] else "to"
    return "to" if len(known[outgoing] | known[incoming]) < 2 else ""


def _told(value):
    """Return a number or a text as it was told."""
    return value if isinstance(value, int) and abs(value) < 10**6 else clean(value, SAID)


def names_of(words):
    """Return {staff number: name} of those of these words that are somebody's number; one query."""
    return dict(Person.objects.filter(staff_no__in=set(words) - {""}).order_by().values_list("staff_no", "name"))
