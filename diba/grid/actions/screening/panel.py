"""What a person's own page says of the screenings he belongs to."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from ...models import Answer, Campaign, Round, Target
from ..person_tests import tests_of


@dataclass(frozen=True)
class Asked:
    """One campaign as it stands for one person: rounds that have opened, answers given, when the last came."""

    campaign: Campaign
    rounds: int
    answers: int
    last: datetime | None


def panel(someone, today):
    """Return ([Asked], his tests, the newest first) of a person; five queries."""
    targets = list(
        Target.objects.filter(person=someone, campaign__response__drill=False)
        .exclude(campaign__state=Campaign.State.DRAFT)
        .select_related("campaign")
        .order_by("-campaign__started_at", "-id")
    )
    opened = Counter(
        Round.objects.filter(campaign__in=[row.campaign_id for row in targets], opens_on__lte=today).values_list(
            "campaign", flat=True
        )
    )
    given = Answer.objects.filter(target__in=targets, corrected_by=None).order_by("at").values_list("target", "at")
    count, last = Counter(target for target, _at in given), dict(given)
    asked = [
        Asked(
            row.campaign,
            opened[row.campaign_id] if row.campaign.questionnaire_id else 0,
            count[row.pk],
            last.get(row.pk),
        )
        for row in targets
    ]
    return asked, tests_of([someone])[someone.pk][::-1]
