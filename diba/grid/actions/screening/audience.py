"""A campaign's life: drafted, begun with its audience frozen, closed."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.core import questions
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import PersonKind, Unit

from ...models import Campaign, Questionnaire, Round, Target

MOST_ROUNDS, MOST_DAYS = 30, 30


def audience(kinds, units):
    """Return the active people of these kinds, of these units and below (none: of the whole plant), families with theirs."""
    people = plant.active().filter(kind__in=kinds)
    if not units:
        return people
    rows = Unit.objects.filter(pk__in=units)
    inside = (
        plant.under(rows, "unit") | plant.under(rows, "cell")
        | plant.under(rows, "relative_of__unit") | plant.under(rows, "relative_of__cell")
    )  # fmt: skip
    return people.filter(inside)


@transaction.atomic
def draft(
    title, *, kinds, units=(), questionnaire=None, samples=False, first_day=None, rounds=1, every_days=1, by=None
):
    """Write a campaign down with its rounds, not begun. Raises BadInput."""
    first_day = first_day or plant.today()
    if questionnaire is None and not samples:
        raise BadInput("asks_nothing", "questionnaire")
    if not kinds or set(kinds) - set(PersonKind.values):
        raise BadInput("nobody", "kinds")
    if not 1 <= rounds <= MOST_ROUNDS or not 1 <= every_days <= MOST_DAYS:
        raise BadInput("rounds", "rounds")
    if first_day < plant.today():
        raise BadInput("in_the_past", "first_day")
    row = Campaign.objects.create(
        response=plant.response(), title=title.strip()[:100], questionnaire=questionnaire, samples=samples, kinds=list(kinds),
        units=[getattr(unit, "pk", unit) for unit in units], by=by, at=plant.now(),
    )  # fmt: skip
    Round.objects.bulk_create(
        Round(campaign=row, number=number + 1, opens_on=first_day + timedelta(days=number * every_days))
        for number in range(rounds)
    )
    plant.note(by, "campaign.drafted", row)
    return row


@transaction.atomic
def start(campaign, *, by=None):
    """Freeze audience and questionnaire and begin, once; return how many people are asked. Raises BadInput."""
    row = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if row.state != Campaign.State.DRAFT:
        raise BadInput("not_a_draft", "state")
    if row.questionnaire_id:
        _freeze_questions(row.questionnaire_id)
    people = list(freeze(row))
    if not people:
        raise BadInput("nobody", "kinds")
    row.state, row.started_at = Campaign.State.RUNNING, plant.now()
    row.save(update_fields=["state", "started_at"])
    plant.note(by, "campaign.begun", row, detail=f"people={len(people)}")
    words = gettext_noop("Screening {title}: please answer, for yourself and for your family.")
    told = {target.person.relative_of_id or target.person_id for target in people}
    plant.tell(told, words, {"title": row.title}, link="/grid/screening/mine/", by=by)
    return len(people)


def _freeze_questions(pk):
    questionnaire = Questionnaire.objects.select_for_update().get(pk=pk)
    if questions.faults_of(questionnaire.items):
        raise BadInput("questionnaire_faulty", "questionnaire")
    if questionnaire.frozen_at is None:
        questionnaire.frozen_at = plant.now()
        questionnaire.save(update_fields=["frozen_at"])


def freeze(campaign):
    """Write the audience down as rows, each with where the person stands now, and return them."""
    people = audience(campaign.kinds, campaign.units).select_related("relative_of")
    rows = []
    for person in people:
        host = person.relative_of or person  # a family stands where its employee does
        rows.append(Target(campaign=campaign, person=person, unit_id=host.unit_id, cell_id=host.cell_id))
    return Target.objects.bulk_create(rows, batch_size=1000)


@transaction.atomic
def stop(campaign, *, by=None):
    """Close a running campaign, once; nothing is answered afterwards. Say whether this call closed it."""
    closed = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.RUNNING).update(
        state=Campaign.State.CLOSED, closed_at=plant.now(), closed_by=by
    )
    if closed:
        plant.note(by, "campaign.closed", campaign)
    return bool(closed)


@transaction.atomic
def drop(campaign, *, by=None):
    """Take a draft away; say whether it was one."""
    rows = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.DRAFT)
    if not rows.select_for_update().exists():
        return False
    Round.objects.filter(campaign=campaign.pk).delete()
    plant.note(by, "campaign.dropped", campaign)
    rows.delete()
    return True
