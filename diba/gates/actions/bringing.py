"""Reading back the file of a device: what a dead network or a revoked device left on it, brought to the office by hand."""

import json
from typing import NamedTuple

from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import Device
from .absorbing import MOST, absorb
from .devices import guards
from .handing import hand_over, left_for_the_office
from .reading import Unreadable

FORMAT = "diba-gate-1"
LARGEST = 20_000_000  # bytes: some 25,000 records
DIGITS = 19  # of a whole number; longer ones are no number of ours
DRIFTS = 2**31 - 1  # s


class Brought(NamedTuple):
    """What a file brought. open: people who were judged and not settled on the device, whom only the guard can tell of."""

    kept: int
    again: int
    unreadable: int
    handovers: int
    open: int


def opened(data):
    """Return what stands in the bytes of a file. Raises BadInput: it is no file of a guard's device."""
    try:
        told = json.loads(data.decode(), parse_int=lambda digits: int(digits) if len(digits) <= DIGITS else digits)
    except (ValueError, RecursionError):
        raise BadInput("no_device_file", "file") from None
    lists = [told.get(name) for name in ("records", "open", "handovers")] if isinstance(told, dict) else [None]
    if not all(isinstance(one, list) for one in lists) or told.get("format") != FORMAT:
        raise BadInput("no_device_file", "file")
    return told


def device_in(told):
    """Return the guard's device that a file says it is of, None where it says none that is known."""
    number = told.get("device")
    known = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63
    return guards().select_related("gate__zone", "gate__pattern").filter(pk=number).first() if known else None


@transaction.atomic
def bring(device, told, *, by):
    """Take in what a file holds as if the device had sent it, once however often it is brought; return Brought.

    The ledger says whose device it was, the record says who brought it. The device was not heard of by this.
    """
    drift = told.get("drift")
    drift = drift if isinstance(drift, int) and not isinstance(drift, bool) and abs(drift) <= DRIFTS else 0
    was = Device.objects.filter(pk=device.pk).values("heard_at", "queue", "drift").get()
    records, states = told["records"], []
    for start in range(0, len(records), MOST):
        states += [result.state for result in absorb(device, records[start : start + MOST], drift=drift)]
    Device.objects.filter(pk=device.pk).update(**was)
    signed = [_handed(device, one, drift).state for one in told["handovers"]]
    plant.note(by, "device.brought", device, detail=f"records={len(records)}")
    return Brought(
        states.count("kept"), states.count("again"), states.count("unreadable") + signed.count("unreadable"),
        signed.count("kept"), len(told["open"]),
    )  # fmt: skip


def _handed(device, told, drift):
    """Write a hand-over of the file. One that cannot be read keeps no other from being read."""
    try:
        return hand_over(device, told, drift)
    except Unreadable as error:
        return left_for_the_office(device, told, str(error))
