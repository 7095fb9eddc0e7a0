"""Answering: once a person and round however often it arrives, corrected by a new row, by oneself or on behalf."""

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from diba.core import questions
from diba.core.errors import BadInput
from diba.plant import actions as plant

from ...models import Answer, Campaign, Round, Target
from ..guardians import refuse_without_consent


class Wrong(BadInput):
    """Answers that cannot be taken: {question: reason}."""

    def __init__(self, reasons):
        self.reasons = reasons
        super().__init__("wrong_answers", next(iter(reasons)))


def open_round(campaign):
    """Return the round that is asked today: the newest that has opened, or None before the first or when not running."""
    if campaign.state != Campaign.State.RUNNING:
        return None
    return Round.objects.filter(campaign=campaign, opens_on__lte=plant.today()).order_by("-number").first()


def asked_of(account):
    """Return [(campaign, round, target, answer or None)] of what is asked of an account's person and family now."""
    if not account.person_id:
        return []
    rows = Target.objects.filter(Q(person=account.person_id) | Q(person__relative_of=account.person_id))
    rows = rows.filter(campaign__state=Campaign.State.RUNNING).exclude(campaign__questionnaire=None)
    targets = list(
        rows.select_related("campaign__questionnaire", "person").order_by(
            "campaign", F("person__relative_of").asc(nulls_first=True), "id"
        )
    )
    rounds = {}
    newest = Round.objects.filter(campaign__in={target.campaign_id for target in targets}, opens_on__lte=plant.today())
    for row in newest.order_by("number"):
        rounds[row.campaign_id] = row
    given = {(row.round_id, row.target_id): row for row in Answer.objects.filter(
        target__in=targets, round__in=rounds.values(), corrected_by=None).defer("values")}  # fmt: skip
    asked = [(target, rounds[target.campaign_id]) for target in targets if target.campaign_id in rounds]
    return [(target.campaign, row, target, given.get((row.pk, target.pk))) for target, row in asked]


def still_to_answer(person):
    """Return how many questionnaires a person has still to answer now, for himself and his family; one query."""
    newest = Round.objects.filter(campaign=OuterRef("campaign"), opens_on__lte=plant.today()).order_by("-number")
    rows = Target.objects.filter(
        Q(person=person) | Q(person__relative_of=person), campaign__state=Campaign.State.RUNNING
    )
    rows = (
        rows.exclude(campaign__questionnaire=None).annotate(asked=Subquery(newest.values("pk")[:1])).exclude(asked=None)
    )
    return rows.filter(~Exists(Answer.objects.filter(target=OuterRef("pk"), round=OuterRef("asked")))).count()


def answers_of(round, targets):
    """Return {target id: the answer of a round that counts}."""
    rows = Answer.objects.filter(round=round, target__in=targets, corrected_by=None)
    return {row.target_id: row for row in rows.select_related("by__person")}


def answer(target, round, given, *, uid, by=None):
    """Write what was answered and return (answer, whether this call wrote it).

    Sent again with the same uid it returns the row that is there; a second answer of the same round is no correction and
    returns the first. Raises BadInput, or Wrong with a reason for each question; "not_yours" when `by` may not answer for him.
    """
    _may_answer(by, target)
    if there := Answer.objects.filter(uid=uid).first():
        return _same(there, target, round), False
    if there := Answer.objects.filter(round=round, target=target, corrects=None).first():
        return there, False
    values = _taken(target, round, given)
    try:
        with transaction.atomic():
            row = Answer.objects.create(uid=uid, round=round, target=target, values=values, by=by, at=plant.now())
            with plant.speaking_of(target.person, by):
                plant.note(by, "answer.saved", target, detail="for_another" if _for_another(by, target) else "")
            return row, True
    except IntegrityError:  # two at once: the first one counts
        first = Answer.objects.filter(Q(uid=uid) | Q(round=round, target=target, corrects=None)).order_by("id").first()
        return _same(first, target, round), False


def _may_answer(by, target):
    """Refuse an account that may not see the health of the person it answers for."""
    if _for_another(by, target) and not plant.health_visible_to(by).filter(pk=target.person_id).exists():
        raise BadInput("not_yours", "target")


def _for_another(by, target):
    return by is not None and by.person_id != target.person_id


def _same(row, target, round):
    if (row.target_id, row.round_id) != (target.pk, round.pk):
        raise BadInput("uid_taken", "uid")
    return row


def _taken(target, round, given):
    campaign = Campaign.objects.select_related("questionnaire").get(pk=target.campaign_id)
    if campaign.state != Campaign.State.RUNNING:
        raise BadInput("closed", "round")
    if round.campaign_id != campaign.pk or campaign.questionnaire is None:
        raise BadInput("not_asked", "round")
    if round.opens_on > plant.today():
        raise BadInput("not_open", "round")
    refuse_without_consent(target.person)
    values, wrong = questions.checked(campaign.questionnaire.items, given)
    if wrong:
        raise Wrong(wrong)
    return values


@transaction.atomic
def correct_answer(first, given, *, uid, reason, by=None):
    """Write a correction beside an answer, for a reason; return (row, whether this call wrote it). Raises BadInput."""
    _may_answer(by, first.target)
    Target.objects.select_for_update().get(pk=first.target_id)  # two at once: the later corrects the earlier
    if there := Answer.objects.filter(uid=uid).first():
        return _same(there, first.target, first.round), False
    if not reason.strip():
        raise BadInput("no_reason", "reason")
    last = Answer.objects.filter(round=first.round_id, target=first.target_id).order_by("-id").first()
    values = _taken(first.target, first.round, given)
    row = Answer.objects.create(
        uid=uid, round=first.round, target=first.target, values=values, by=by, at=plant.now(), corrects=last,
        correction_reason=reason.strip()[:200],
    )  # fmt: skip
    with plant.speaking_of(first.target.person, by):
        plant.note(by, "answer.corrected", first.target)
    return row, True


def read_answer(target, *, by):
    """Return every answer of a person in a campaign, oldest first; that they were read is noted."""
    if by.person_id != target.person_id:
        plant.note(by, "answer.read", target, people=[target.person_id])
    return list(Answer.objects.filter(target=target).select_related("round", "by__person").order_by("round", "id"))
