"""Who was told of a roster, who has confirmed, and telling the others again."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop

from diba.plant import actions as plant

from ..models import Notice


@dataclass(frozen=True)
class Told:
    """One person told of a roster: how often, when last, when read and confirmed (None: not yet)."""

    person: object
    times: int
    last_at: object
    read_at: object
    confirmed_at: object


def keep_notice(roster, message):
    """Keep that a message was about a roster."""
    Notice.objects.bulk_create([Notice(roster=roster, delivery=delivery) for delivery in message.deliveries.all()])


def told_of(roster):
    """Return [Told] of a roster, those who have not confirmed first. One query."""
    rows = (
        Notice.objects.filter(roster=roster)
        .select_related("delivery__message", "delivery__person__unit")
        .order_by("pk")
    )
    by_person = {}
    for row in rows:
        by_person.setdefault(row.delivery.person, []).append(row.delivery)
    found = [
        Told(
            person, len(sent), sent[-1].message.at, min((d.read_at for d in sent if d.read_at), default=None),
            min((d.receipted_at for d in sent if d.receipted_at), default=None),
        )
        for person, sent in by_person.items()
    ]  # fmt: skip
    return sorted(found, key=lambda told: (told.confirmed_at is not None, told.read_at is not None, told.person.name))


@transaction.atomic
def tell_again(roster, *, by):
    """Tell everybody who has not confirmed a roster once more, urgently; return how many."""
    silent = [told.person for told in told_of(roster) if told.confirmed_at is None]
    if silent:
        words = gettext_noop("Your duties from {day} changed and you have not confirmed: please look and confirm")
        values = {"day": f"{roster.first_day:%m-%d}"}
        keep_notice(
            roster,
            plant.tell(silent, words, values, link="/rosters/mine/", urgent=True, receipt_wanted=True, by=by),
        )
        plant.note(by, "roster.told_again", roster, detail=f"told={len(silent)}")
    return len(silent)
