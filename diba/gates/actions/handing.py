"""The hand-over of a watch, as both sides signed it on the device."""

from django.db import IntegrityError, transaction

from diba.plant import actions as plant

from ..models import Handover
from .reading import Unreadable, as_time, clean, count, moment, number_of

SAID = 200  # characters of each thing that is told


def hand_over(device, told, drift):
    """Write a hand-over once; return (row, whether it was new). Raises Unreadable that names the field."""
    if not isinstance(told, dict):
        raise Unreadable("handover")
    number = number_of(told.get("uid"))
    if there := Handover.objects.filter(uid=number).first():
        return there, False
    signed_out, signed_in = (clean(told.get(name), 60) for name in ("signed_out", "signed_in"))
    if not signed_out or not signed_in or signed_out == signed_in:
        raise Unreadable("signed_in")  # two people, or nothing was handed over
    said = {name: clean(told.get(name), SAID) for name in ("note",)}
    said |= {name: _told(told.get(name)) for name in ("keys", "retests", "holds")}
    values = {
        "gate": device.gate, "device": device, "at": as_time(moment(told.get("at"), "at") - drift), "received_at": plant.now(),
        "outgoing": clean(told.get("from"), 40), "incoming": clean(told.get("to"), 40), "queue": count(told.get("queue")),
        "inside": count(told.get("inside")), "said": said, "signed_out": signed_out, "signed_in": signed_in,
    }  # fmt: skip
    try:
        with transaction.atomic():
            return Handover.objects.create(uid=number, **values), True
    except IntegrityError:
        return Handover.objects.get(uid=number), False


def _told(value):
    """Return a number or a text as it was told."""
    return value if isinstance(value, int) and abs(value) < 10**6 else clean(value, SAID)
