"""What people say of risk areas and of contacts with cases: written, put before the officer, judged, and read by tracing."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..models import Cause, IsolationKind, RiskArea, RiskContact, RiskJudgement, RiskKind, RiskLevel
from .cases import open_case
from .checkins import check_in
from .guardians import refuse_without_consent
from .isolating import isolate
from .judgements import in_force, locked, running_since, runs
from .profiles import incubation_on
from .returning import rule_on
from .tracing import write_candidates

Measure = RiskJudgement.Measure
WITHIN = timedelta(hours=2)  # the officer is asked to decide within; this system's default, not a rule of the state
OFFICERS = (Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
ASKED = {
    RiskKind.AREA: gettext_noop("Decide about {name}: was in a risk area"),
    RiskKind.CASE: gettext_noop("Decide about {name}: was near a case"),
    RiskKind.FROM_AREA: gettext_noop("Decide about {name}: was near somebody from a risk area"),
}


def risks_visible_to(account):
    """Return what people said, as far as the account decides about them; none of an exercise."""
    rows = RiskContact.objects.filter(person__in=plant.people_of(account, *OFFICERS), response__drill=False)
    return rows.select_related("person__cell", "person__unit", "area", "by__person")


def own_risks(person):
    """Return what a person said of himself, or had said for him, in the response in force: the newest first."""
    return RiskContact.objects.filter(person=person, response=plant.response()).select_related("area")


def areas_to_name(day):
    """Return the areas that were on the list at any time within the longest incubation before a day, the gravest first."""
    since = day - timedelta(days=incubation_on(day))
    rows = RiskArea.objects.filter(starts_on__lte=day).exclude(ends_on__lt=since).exclude(level=RiskLevel.LOW)
    return sorted(rows, key=lambda row: (row.level != RiskLevel.HIGH, row.area))


@transaction.atomic
def declare_risk(person, kind, first, last=None, *, uid, by, area=None, who="", where="", checkin=None):
    """Write what a person said and ask the officer to decide; return the row, the same one however often it arrives.

    first, last: days, last the same unless named; area: a `RiskArea`, needed when he was in one; who: needed else.
    Raises BadInput "in_the_future", "before_incubation", "ends_before_start", "no_area", "area_not_then", "no_who".
    """
    if there := RiskContact.objects.filter(uid=uid).first():
        return _his(there, person)
    last = last or first
    _checked(kind, first, last, area, who)
    if person.left_on and person.left_on <= plant.today():
        raise BadInput("has_left", "person")
    refuse_without_consent(person)
    said = {"first": first.isoformat(), "last": last.isoformat(), "who": who.strip()[:80], "where": where.strip()[:120]}
    try:
        with transaction.atomic():
            row = RiskContact.objects.create(
                uid=uid, response=plant.response(), person=person, checkin=checkin, kind=kind, said=said, by=by, at=plant.now(),
                area=area if kind == RiskKind.AREA else None,
            )  # fmt: skip
    except IntegrityError:
        return _his(RiskContact.objects.get(uid=uid), person)
    with plant.speaking_of(person, by):
        plant.note(by, "risk.declared", row, detail=kind)
    plant.ask(
        ASKED[kind], {"name": person.name}, role=Role.HEALTH_OFFICER, unit=person.cell, about=person, urgent=kind != RiskKind.FROM_AREA,
        key=f"risk:{row.pk}", due_at=plant.now() + WITHIN, link=f"/grid/risks/{row.pk}/", by=by,
    )  # fmt: skip
    return row


@transaction.atomic
def check_in_saying(person, report, risk, *, by):
    """Write a report, and what was said with it of a risk, together or not at all; return as `check_in`. Raises BadInput.

    report, risk: the named values of `check_in` and `declare_risk`.
    """
    row, written = check_in(person, by=by, **report)
    declare_risk(person, by=by, checkin=row, **risk)
    return row, written


def _his(row, person):
    if row.person_id != person.pk:
        raise BadInput("uid_taken", "uid")
    return row


def _checked(kind, first, last, area, who):
    today = plant.today()
    if kind not in RiskKind.values:
        raise BadInput("unknown_kind", "kind", value=str(kind)[:40])
    if last > today:
        raise BadInput("in_the_future", "last", value=last.isoformat())
    if first > last:
        raise BadInput("ends_before_start", "last")
    if last < today - timedelta(days=incubation_on(today)):
        raise BadInput("before_incubation", "last")
    if kind == RiskKind.AREA and area is None:
        raise BadInput("no_area", "area")
    if kind == RiskKind.AREA and not (area.starts_on <= last and (area.ends_on is None or area.ends_on >= first)):
        raise BadInput("area_not_then", "area")
    if kind != RiskKind.AREA and not who.strip():
        raise BadInput("no_who", "who")


@transaction.atomic
def judge_risk(row, measure, reason, *, by, met=None):
    """Write what an officer decides, and let it follow; return the judgement. Raises BadInput.

    isolate: an order counted from the last day, by the rule of the area's level or else by the policy. met: whom of the
    register he was near; when that one's case is open and judged, this person becomes a candidate of its contacts.
    """
    row = RiskContact.objects.select_for_update(of=("self",)).select_related("person__cell", "area").get(pk=row.pk)
    if measure not in Measure.values:
        raise BadInput("unknown_measure", "measure", value=str(measure)[:40])
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    if by.person_id == row.person_id:
        raise BadInput("own_risk", "measure")
    if met is not None and met.pk == row.person_id:
        raise BadInput("met_himself", "met")
    made = RiskJudgement.objects.create(
        risk=row, measure=measure, found={"reason": reason.strip()[:300], "met": met and met.pk}, by=by, at=plant.now()
    )
    plant.note(by, "risk.judged", row, detail=measure)
    if measure == Measure.ISOLATE:
        _isolate(row, by)
    if met is not None and measure != Measure.MISTAKE:
        _list_anew(met, by)
    plant.close_keyed(f"risk:{row.pk}", str(Measure(measure).label), by=by)
    return made


def _isolate(row, by):
    area = row.kind == RiskKind.AREA
    rule = rule_on(row.area.level, plant.today()) if area else None
    rule = rule if rule and rule.days else None
    isolate(
        row.person, Cause.RETURNEE if area else Cause.CONTACT, rule.kind if rule else IsolationKind.HOME, uid=row.uid, by=by,
        counted_from=row.last or plant.today(), days=rule and rule.days, tests=rule and rule.tests,
    )  # fmt: skip


def _list_anew(met, by):
    """List the candidates of the case of somebody who was met, when its chain runs."""
    if case := open_case(met):
        case, changes = locked(case)
        judgement = in_force(changes)
        if runs(judgement):
            write_candidates(case, judgement, running_since(changes), by)


def said_exposures(person_ids, since, until):
    """Return the exposures that people said themselves: between who said it and whom an officer found he was near. Two queries."""
    asked = set(person_ids)
    rows = RiskContact.objects.filter(response__drill=False, at__gte=since).exclude(kind=RiskKind.AREA)
    found = []
    for row in rows.prefetch_related("judgements"):
        judgement = next(reversed(row.judgements.all()), None)
        if judgement is None or judgement.met is None or judgement.measure == Measure.MISTAKE or row.first is None:
            continue
        starts_at = max(since, plant.day_start(row.first))
        ends_at = min(until, plant.day_start(row.last + timedelta(days=1)))
        pair = (row.person_id, judgement.met)
        if starts_at < ends_at:
            found += [
                plant.Exposure(person, other, "said", starts_at, ends_at, None, row.where, row.get_kind_display())
                for person, other in (pair, pair[::-1]) if person in asked
            ]  # fmt: skip
    return found


def met_people(judgements, people):
    """Return {id: Person} of those whom these judgements name, of the people within reach."""
    return people.in_bulk([row.met for row in judgements if row.met])


def panel(person, account):
    """Return what the person's page shows: [(what was said, its newest judgement)], and whether whom and where is shown."""
    rows = list(RiskContact.objects.filter(person=person, response__drill=False).select_related("area").prefetch_related("judgements")[:10])  # fmt: skip
    whole = person.pk == account.person_id or plant.people_of(account, *OFFICERS).filter(pk=person.pk).exists()
    return {"rows": [(row, next(reversed(row.judgements.all()), None)) for row in rows], "whole": whole} if rows else None  # fmt: skip
