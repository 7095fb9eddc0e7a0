"""People back from elsewhere: declared, held and away at once, judged by the list of risk areas, cleared by another."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from diba.core import risk_areas
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import AbsenceKind, HoldReason, Role

from ..models import Cause, IsolationOrder, Return, ReturnChange, ReturnRule, RiskArea
from .guardians import refuse_without_consent
from .isolating import isolate, restart
from .profiles import incubation_on
from .returned import standings

What = ReturnChange.What
OLDEST = 60  # days; who came back before that is no returnee any more


def rule_on(level, day):
    """Return the rule for a risk level in force on a day, or None."""
    return ReturnRule.objects.filter(level=level, starts_on__lte=day).order_by("-starts_on").first()


def risk_of(origin, arrived_on):
    """Return the gravest listed area a place lies in around an arrival, or None when it is not on the list.

    Around: not longer before it than the longest incubation by the disease's profile.
    """
    areas = [risk_areas.Area(*row) for row in RiskArea.objects.values_list("area", "level", "starts_on", "ends_on")]
    return risk_areas.riskiest(origin, arrived_on - timedelta(days=incubation_on(arrived_on)), arrived_on, areas)


@transaction.atomic
def declare_return(person, origin, arrived_on, means, *, uid, by, declared, vehicle="", note=""):
    """Write down that a person came back; he is away and held until cleared, and isolated when the rule says so.

    declared: of Return.Declared; to be called by the person, his lead, an officer, or a gate. Raises BadInput
    "returned_already", "in_the_future", "too_long_back", "has_left", "no_origin".
    """
    if there := Return.objects.filter(uid=uid).first():
        return _his(there, person)
    today = plant.today()
    if arrived_on > today:
        raise BadInput("in_the_future", "arrived_on", value=arrived_on.isoformat())
    if arrived_on < today - timedelta(days=OLDEST):
        raise BadInput("too_long_back", "arrived_on")
    if person.left_on and person.left_on <= today:
        raise BadInput("has_left", "person")
    if not origin.strip():
        raise BadInput("no_origin", "origin")
    refuse_without_consent(person)
    row = _opened(person, uid, origin=origin.strip(), arrived_on=arrived_on, means=means, vehicle=vehicle.strip(),
                  note=note.strip(), declared=declared, by=by)  # fmt: skip
    # Of himself: the record outlives the return and need not say whose it was.
    with plant.speaking_of(person, by):
        plant.note(by, "return.declared", row, detail=declared)
        plant.take_out(person, AbsenceKind.CHECKING, row.at, by=by, source=f"return:{row.pk}")
        plant.hold(person, HoldReason.RETURNEE, by=by, source=f"return:{row.pk}")
        area = risk_of(row.origin, arrived_on)
        _judged(row, What.DECLARED, area.level if area else "", by, area=area.name if area else "")
    plant.ask(
        gettext_noop("{name} is back from elsewhere: decide when he may return to his post"), {"name": person.name},
        role=Role.HEALTH_OFFICER, about=person, key=f"return:{row.pk}", link=f"/grid/returns/{row.pk}/", by=by,
    )  # fmt: skip
    return row


def _opened(person, uid, **values):
    try:
        with transaction.atomic():
            return Return.objects.create(uid=uid, person=person, response=plant.response(), at=plant.now(), **values)
    except IntegrityError as error:
        if there := Return.objects.filter(uid=uid).first():
            return _his(there, person)
        raise BadInput("returned_already", "person") from error


def _his(row, person):
    if row.person_id != person.pk:
        raise BadInput("uid_taken")
    return row


def _judged(row, what, level, by, *, area="", reason=""):
    """Write the level down and give the isolation order that its rule asks for; return the change."""
    rule = rule_on(level, plant.today()) if level else None
    change = ReturnChange.objects.create(
        ret=row, what=what, level=level, area=area, rule=rule, reason=reason.strip(), by=by, at=plant.now()
    )
    if rule and rule.days:
        _isolate(row, rule, by)
    return change


def _isolate(row, rule, by):
    if row.arrived_on + timedelta(days=rule.days) < plant.today():
        return  # the days are over; what else the rule asks for is asked before he is cleared
    there = IsolationOrder.objects.filter(person=row.person, released_at=None, response=row.response).first()
    if there is None:
        there = isolate(
            row.person, Cause.RETURNEE, rule.kind, uid=row.uid, by=by, counted_from=row.arrived_on, days=rule.days, tests=rule.tests,
        )  # fmt: skip
    elif there.pk != row.order_id or there.changes.last().days < rule.days:
        restart(there, row.arrived_on, str(Cause.RETURNEE.label), by=by, days=rule.days)
    row.order = there
    row.save(update_fields=["order"])


def _locked(row):
    found = Return.objects.select_for_update().select_related("person").get(pk=row.pk)
    if found.cleared_at is not None:
        raise BadInput("cleared_already")
    return found


@transaction.atomic
def judge_return(row, level, reason, *, by):
    """Set the risk level by hand, with the reason; the isolation it asks for is ordered, one given already is not shortened."""
    found = _locked(row)
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    _another(found, by)
    plant.note(by, "return.judged", found, detail=level)
    return _judged(found, What.JUDGED, level, by, area=str(found.changes.last().area), reason=reason)


@transaction.atomic
def clear_return(row, *, by):
    """Let a person return to his post: by somebody else than who declared it, once, when nothing is lacking. Raises BadInput."""
    found = _locked(row)
    _another(found, by)
    if found.by_id == by.pk:
        raise BadInput("own_declaration")
    [stand] = standings([found])
    if stand.lacks:
        raise BadInput("return_lacks")
    moment = plant.now()
    if not Return.objects.filter(pk=found.pk, cleared_at=None).update(cleared_at=moment, cleared_by=by):
        raise BadInput("cleared_already")
    last = found.changes.last()
    ReturnChange.objects.create(
        ret=found, what=What.CLEARED, level=last.level, area=str(last.area), rule=last.rule, by=by, at=moment
    )
    plant.note(by, "return.cleared", found)
    _let_back(found, by)
    return found


def _another(row, by):
    if by.person_id == row.person_id:
        raise BadInput("own_return")


def _let_back(row, by):
    source = f"return:{row.pk}"
    for absence in plant.absences_between(row.at, plant.now() + timedelta(days=1), [row.person_id]):
        if absence.source == source and absence.ends_at is None:
            plant.bring_back(absence, by=by)
    for hold in plant.held([row.person_id]):
        if hold.source == source:
            plant.lift(hold, by=by)
    plant.close_keyed(source, str(What.CLEARED.label), by=by)
    plant.tell([row.person_id], gettext_noop("You may return to your post."), link="/rosters/mine/", by=by)
