"""Call-backs: of a hundred who reported themselves, five are rung up; the server draws them, nobody chooses.

Each report is drawn for itself, by a keyed digest of response, day and person: the draw cannot be foreseen without the
plant's key, gives the same people however often it is asked, and does not move while others report.
"""

import uuid
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..models import CallBack, CheckIn, Found
from .coverage import asked
from .policies import policy_on

WHOLE = 16**8  # what eight hexadecimal digits count to


class Drawn(NamedTuple):
    """One report to be verified. checkin: with its person; call: the newest call about it, or None; uid: for the next one."""

    checkin: CheckIn
    call: CallBack | None
    uid: uuid.UUID


def is_drawn(response_id, day, person_id, percent):
    """Say whether a person's own report of a day is to be verified; percent: of a hundred."""
    digest = plant.keyed_hash(f"callback:{response_id}:{day.isoformat()}:{person_id}")
    return int(digest[:8], 16) * 100 < percent * WHOLE


def drawn(day=None, people=None):
    """Return [Drawn] of a day among these people (default: everybody asked), by staff number. Three queries."""
    day = day or plant.today()
    policy, response = policy_on(day), plant.response()
    if policy is None or not policy.callback_percent:
        return []
    ids = asked(people, day).values_list("pk", flat=True)
    chosen = [pk for pk in ids if is_drawn(response.pk, day, pk, policy.callback_percent)]
    calls = {row.person_id: row for row in CallBack.objects.filter(day=day, person__in=chosen, response__drill=False)}
    rows = CheckIn.objects.filter(_by_himself(), day=day, person__in=chosen, corrects=None).select_related("person")
    first = {}
    for row in rows.order_by("person__staff_no", "person", "-slot"):
        first.setdefault(row.person_id, row)
    return [Drawn(row, calls.get(row.person_id), uuid.uuid4()) for row in first.values()]


class Calls(NamedTuple):
    """The call-backs of one cell: how many were drawn, how many of them were reached, how many differ."""

    drawn: int
    done: int
    differ: int


def calls_by_cell(day=None, people=None):
    """Return {cell id: Calls} of a day among these people; a cell without a draw is left out."""
    found = {}
    for each in drawn(day, people):
        there, result = found.get(each.checkin.person.cell_id, Calls(0, 0, 0)), each.call.found if each.call else ""
        done, differ = result in (Found.AGREES, Found.DIFFERS), result == Found.DIFFERS
        found[each.checkin.person.cell_id] = Calls(there.drawn + 1, there.done + done, there.differ + differ)
    return found


def _by_himself():
    """Return the condition that a person sent the report himself: by his account, or by a link of his own."""
    return Q(by=None) | Q(by__person=F("person"))


@transaction.atomic
def call_back(checkin, found, *, uid, by, note=""):
    """Write down what a call about a report found and return the row; sent again it is the row there.

    A report that differs is put before the health officer. Raises BadInput.
    """
    if there := CallBack.objects.filter(uid=uid).first():
        return _of(checkin, there)
    if found not in Found.values:
        raise BadInput("unknown_outcome", "found", value=str(found)[:40])
    if checkin.pk not in {row.checkin.pk for row in drawn(checkin.day, people=_one(checkin))}:
        raise BadInput("not_drawn", "person")
    try:
        with transaction.atomic():
            row = CallBack.objects.create(
                uid=uid, response=plant.response(), person=checkin.person, day=checkin.day, checkin=checkin, found=found,
                note=note.strip()[:200], by=by, at=plant.now(),
            )  # fmt: skip
    except IntegrityError:  # two taps at once: the first has written it
        return _of(checkin, CallBack.objects.get(uid=uid))
    plant.note(by, "callback.saved", row, detail=found)
    if found == Found.DIFFERS:
        plant.ask(
            gettext_noop("{name}: a call-back found another state of health than was reported"), {"name": checkin.person.name},
            role=Role.HEALTH_OFFICER, about=checkin.person, key=f"callback:{checkin.pk}", urgent=True,
            link=f"/grid/people/{checkin.person_id}/", by=by,
        )  # fmt: skip
    return row


def _of(checkin, call):
    """Return a call-back if it is about the report: an id of another's is a forgery or a fault."""
    if call.checkin_id != checkin.pk:
        raise BadInput("uid_taken", "uid")
    return call


def _one(checkin):
    return type(checkin.person).objects.filter(pk=checkin.person_id)
