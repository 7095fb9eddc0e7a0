"""Visitors nobody announced: put before their host by the guard's device while they stand at the gate, and the answer brought back."""

from datetime import timedelta
from statistics import median
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from diba.plant import actions as plant
from diba.plant.models import Person, Task

from ..models import Visit
from .own_guests import guards_of
from .reading import IDS, Unreadable, as_time, clean, moment, number_of

TARGET = 90  # s from arrival to verdict
WAITS = timedelta(minutes=30)  # so long an unanswered question stands; then he has left
STAYS = timedelta(hours=8)  # so long an approved one may be inside, as after a host's word on the telephone
MANY = 20  # numbers asked about at once
KEY = "walk-ins:"  # of the tasks, with the host's id: one at a time, however many stand there
SOON = timedelta(minutes=1)
BACK = timedelta(days=30)  # so far back the times are summed up


def ask_host(device, told, drift):
    """Put a visitor at a device's gate before his host; return the visit, for the same number the same. Raises Unreadable.

    drift: s the device's clock is ahead.
    """
    number = number_of(told.get("uid"))
    if there := Visit.objects.select_related("host").filter(uid=number).first():
        return there
    now = plant.now()
    arrived = max(min(as_time(moment(told.get("at"), "at") - drift), now), now - WAITS)
    values = {
        name: clean(told.get(name), longest) for name, longest in (("name", 60), ("purpose", 200), ("employer", 100))
    }
    for name in ("name", "purpose"):
        if not values[name]:
            raise Unreadable(name)
    host = _host(told.get("host"))
    if guards_of(device, now, now + SOON).include(host, now, clean(told.get("guard"), 40)):
        raise Unreadable("host")  # nobody lets his own visitor in
    if told.get("declared") != "no":  # whoever was in a risk area is not put before anybody
        raise Unreadable("declared")
    try:
        with transaction.atomic():
            row = Visit.objects.create(
                uid=number, gate=device.gate, host=host, arrived_at=arrived, begins_at=arrived, ends_at=now + WAITS,
                declared=_("Said at the gate: in no risk area within 14 days."), has_declared=True, at=now, **values,
            )  # fmt: skip
            plant.note(None, "visit.entered", row, detail=f"device={device.pk}")
            _ask_about(row)
    except IntegrityError:
        return Visit.objects.select_related("host").get(uid=number)
    return row


def _ask_about(visit):
    """Put a task before a host, unless he has one about another visitor: his page shows all who stand there."""
    plant.ask(
        gettext_noop("{name} stands at {gate} and wants to see you ({purpose}): may he come in?"),
        {"name": visit.name, "gate": visit.gate.name, "purpose": visit.purpose, "visit": visit.pk}, owner=visit.host, key=f"{KEY}{visit.host_id}",
        due_at=visit.at + timedelta(seconds=TARGET), urgent=True, link="/gates/guests/",
    )  # fmt: skip


def settled(host, outcome, *, by=None):
    """Close a host's task when the visitor it is about was answered or has left, and ask about the next who stands there."""
    task = Task.objects.filter(key=f"{KEY}{host.pk}", closed_at=None).first()
    waiting = Visit.objects.filter(
        host=host, state=Visit.State.ASKED, called_off_at=None, ends_at__gt=plant.now()
    ).exclude(arrived_at=None)
    if task is None or waiting.filter(pk=task.values.get("visit")).exists():
        return
    plant.close(task, outcome, by=by)
    if following := waiting.select_related("gate", "host").order_by("arrived_at", "pk").first():
        _ask_about(following)


def _host(pk):
    """Return the person who is to answer: active, and with an account to answer with."""
    known = isinstance(pk, int) and not isinstance(pk, bool) and 0 < pk <= IDS
    row = plant.active(Person.objects.filter(pk=pk, account__is_active=True)).first() if known else None
    if row is None:
        raise Unreadable("host")
    return row


def answers(device, numbers):
    """Return the visits with these numbers at a device's gate, and note that its guard now has the answers there are."""
    rows = list(
        Visit.objects.filter(uid__in=[number_of(each) for each in numbers[:MANY]], gate=device.gate).order_by("pk")
    )
    told = [row.pk for row in rows if row.state != Visit.State.ASKED and row.told_at is None]
    if told:
        Visit.objects.filter(pk__in=told, told_at=None).update(told_at=plant.now())
    return rows


def lapse():
    """Close the questions about visitors who stood at a gate and got no answer in time."""
    late = Visit.objects.filter(state=Visit.State.ASKED, ends_at__lte=plant.now(), ends_at__gt=plant.now() - BACK)
    for pk in late.exclude(arrived_at=None).values_list("pk", flat=True):
        plant.close_keyed(f"visit:{pk}", _("No answer in time."))  # asked before there was one task for a host
    for key in Task.objects.filter(key__startswith=KEY, closed_at=None).values_list("key", flat=True):
        settled(Person.objects.get(pk=int(key.removeprefix(KEY))), _("No answer in time."))


class Times(NamedTuple):
    """How long visitors stood at the gates until the guard had the answer. middle: the median, s."""

    count: int
    within: int
    middle: int


def times():
    """Return the Times of the last 30 days, None where nobody came so."""
    rows = Visit.objects.filter(told_at__gt=plant.now() - BACK).exclude(arrived_at=None)
    waited = [row.seconds_to_verdict for row in rows.only("arrived_at", "told_at")]
    return Times(len(waited), sum(each <= TARGET for each in waited), round(median(waited))) if waited else None
