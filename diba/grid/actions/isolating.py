"""Isolation orders: given, handed over in writing, moved, begun anew. Every change is a row that says how the order stands."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from diba.core import isolation
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, HoldReason

from ..models import Cause, IsolationChange, IsolationKind, IsolationNeed, IsolationOrder
from .policies import policy_on

What = IsolationChange.What
STATE = ("kind", "place", "counted_from", "ends_on", "days", "tests", "gap", "quiet", "written_no")
HOLD_OF = {Cause.CONTACT: HoldReason.CONTACT, Cause.RETURNEE: HoldReason.RETURNEE, Cause.CASE: HoldReason.CONFIRMED,
           Cause.SYMPTOMS: HoldReason.SUSPECTED, Cause.OTHER: HoldReason.OTHER}  # fmt: skip


@transaction.atomic
def isolate(
    person,
    cause,
    kind,
    *,
    uid,
    by,
    counted_from=None,
    place="",
    written_no="",
    reason="",
    begun_at=None,
    days=None,
    tests=None,
):
    """Order that a person isolates; away and held from then until released by somebody. Return the order.

    counted_from: the last exposure or the arrival, today unless named; days, tests: of the rule, the policy's unless
    named. Replayed with the same uid it is the order there. Raises BadInput "isolated_already", "no_policy", "has_left",
    "in_the_future", "too_many_days", "uid_taken".
    """
    if there := IsolationOrder.objects.filter(uid=uid).first():
        return _his(there, person)
    today, moment = plant.today(), plant.now()
    if (policy := policy_on(today)) is None:
        raise BadInput("no_policy", "person")
    counted_from = counted_from or today
    if counted_from > today:
        raise BadInput("in_the_future", "counted_from", value=counted_from.isoformat())
    if person.left_on and person.left_on <= today:
        raise BadInput("has_left", "person")
    days = policy.isolation_days if days is None else days
    row = _opened(person, cause, uid, by, begun_at or moment, moment)
    change = IsolationChange(
        order=row, what=What.ORDERED, kind=kind, place=place.strip(), counted_from=counted_from,
        ends_on=max(_end(counted_from, days), today), days=days, tests=policy.release_tests if tests is None else tests, gap=policy.release_test_gap,
        quiet=policy.quiet_days, written_no=written_no.strip(), reason=reason.strip(), by=by, at=moment,
    )  # fmt: skip
    change.save()
    with plant.speaking_of(person, by):
        plant.note(by, "isolation.ordered", row, detail=kind)
    plant.take_out(person, absence_kind(kind), row.begun_at, by=by, source=f"isolation:{row.pk}")
    plant.hold(person, HOLD_OF[Cause(cause)], by=by, begins_at=row.begun_at, source=f"isolation:{row.pk}")
    plant.tell([person], gettext_noop("You are asked to isolate until {day}."), {"day": change.ends_on.isoformat()},
               link=f"/grid/people/{person.pk}/", urgent=True, receipt_wanted=True, by=by)  # fmt: skip
    return row


def _opened(person, cause, uid, by, begun_at, moment):
    try:
        with transaction.atomic():
            return IsolationOrder.objects.create(
                uid=uid, response=plant.response(), person=person, cause=cause, begun_at=begun_at, by=by, at=moment
            )
    except IntegrityError as error:
        if there := IsolationOrder.objects.filter(uid=uid).first():
            return _his(there, person)
        raise BadInput("isolated_already", "person") from error


def _his(order, person):
    """Return the order if it is the person's own: a number of somebody else's is a forgery or a fault, no success."""
    if order.person_id != person.pk:
        raise BadInput("uid_taken", "uid")
    return order


def absence_kind(kind):
    """Return what an isolation makes of the availability: who lies in hospital is not asked each morning."""
    return AbsenceKind.SICK if kind == IsolationKind.HOSPITAL else AbsenceKind.ISOLATION


def _end(counted_from, days):
    try:
        return isolation.planned_end(counted_from, days)
    except ValueError as error:
        raise BadInput("too_many_days", "days", value=days) from error


def state_of(order):
    """Return the newest change of an order: how it stands."""
    return order.changes.order_by("-id").first()


def changed(order, what, *, by, reason="", **values):
    """Write how an order stands from now on; what is not named stays as it was. The order must be locked."""
    last = state_of(order)
    kept = {name: getattr(last, name) for name in STATE}
    row = IsolationChange.objects.create(
        order=order, what=what, reason=reason.strip(), by=by, at=plant.now(), **{**kept, **values}
    )
    with plant.speaking_of(order.person, by):
        plant.note(by, f"isolation.{what}", order)
    return row


def locked(order):
    """Return the order, locked for this transaction. Raises BadInput "released_already"."""
    row = IsolationOrder.objects.select_for_update().select_related("person").get(pk=order.pk)
    if row.released_at is not None:
        raise BadInput("released_already")
    return row


@transaction.atomic
def hand_over(order, number, *, by):
    """Write down that the written order was handed over, once; return the change. Raises BadInput."""
    row = locked(order)
    if state_of(row).written_no:
        raise BadInput("written_already", "number")
    if not number.strip():
        raise BadInput("no_number", "number")
    plant.close_keyed(f"written:{row.pk}", number.strip(), by=by)
    return changed(row, What.WRITTEN, by=by, written_no=number.strip()[:60])


@transaction.atomic
def move(order, kind, place, reason, *, by):
    """Let a person isolate elsewhere from now on; the absence follows without a gap. Raises BadInput."""
    row = locked(order)
    before = state_of(row)
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    change = changed(row, What.MOVED, by=by, reason=reason, kind=kind, place=place.strip())
    if absence_kind(kind) != absence_kind(before.kind):
        old = absences_of(row)
        new = plant.take_out(
            row.person, absence_kind(kind), plant.now(), by=by, source=f"isolation:{row.pk}:{change.pk}"
        )
        for absence in old:
            if absence != new:
                plant.bring_back(absence, by=by)
    return change


@transaction.atomic
def restart(order, counted_from, reason, *, by, days=None):
    """Begin the count anew after another exposure, or prolong it; the end moves only forward. Raises BadInput."""
    row = locked(order)
    last = state_of(row)
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    if counted_from > plant.today():
        raise BadInput("in_the_future", "counted_from", value=counted_from.isoformat())
    days = last.days if days is None else days
    ends_on = max(last.ends_on, _end(counted_from, days))
    plant.close_keyed(f"release:{row.pk}", str(What.RESTARTED.label), by=by)
    return changed(row, What.RESTARTED, by=by, reason=reason, ends_on=ends_on, days=days,
                   counted_from=max(counted_from, last.counted_from))  # fmt: skip


def absences_of(order):
    """Return the absences in force or to come that an order caused."""
    mine, own = f"isolation:{order.pk}:", f"isolation:{order.pk}"
    rows = plant.absences_between(order.begun_at, plant.now() + timedelta(days=400), [order.person_id])
    return [row for row in rows if row.ends_at is None and (row.source == own or row.source.startswith(mine))]


@transaction.atomic
def want(order, what, *, by):
    """Write down what an isolated person needs. Raises BadInput."""
    row = locked(order)
    if not what.strip():
        raise BadInput("no_words", "what")
    need = IsolationNeed.objects.create(order=row, what=what.strip(), by=by, at=plant.now())
    with plant.speaking_of(row.person, by):
        plant.note(by, "isolation.need", row)
    return need


@transaction.atomic
def bring(need, *, by):
    """Write down that something wanted was brought, once; say whether this call did."""
    brought = IsolationNeed.objects.filter(pk=need.pk, met_at=None).update(met_at=plant.now(), met_by=by)
    if brought:
        plant.note(by, "isolation.brought", need.order)
    return bool(brought)
