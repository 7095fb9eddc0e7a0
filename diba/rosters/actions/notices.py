"""Who was told of a roster, who has confirmed, and telling the others again."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from diba.plant import actions as plant

from ..models import Notice, Roster

PAUSE = timedelta(minutes=1)  # who was told again so lately is not told once more: a form sent twice
LONGEST = 400  # days; no roster is longer


@dataclass(frozen=True)
class Told:
    """One person told of a roster: how often, when last, when read and confirmed (None: not yet).

    next: when the next of his duties in it begins, None without one. reachable: he can sign in; else only a call reaches him.
    """

    person: object
    times: int
    last_at: object
    read_at: object
    confirmed_at: object
    next: object = None
    reachable: bool = True


def keep_notice(roster, message):
    """Keep that a message was about a roster."""
    Notice.objects.bulk_create([Notice(roster=roster, delivery=delivery) for delivery in message.deliveries.all()])


def told_of(roster):
    """Return [Told] of a roster: those who have not confirmed first, of them whose next duty is nearest. Two queries."""
    rows = (
        Notice.objects.filter(roster=roster)
        .select_related("delivery__message", "delivery__person__unit", "delivery__person__account")
        .order_by("pk")
    )
    by_person = {}
    for row in rows:
        by_person.setdefault(row.delivery.person, []).append(row.delivery)
    duties = _next_duties(roster, by_person)
    found = [
        Told(
            person, len(sent), sent[-1].message.at, min((d.read_at for d in sent if d.read_at), default=None),
            min((d.receipted_at for d in sent if d.receipted_at), default=None), duties.get(person.pk), _may_sign_in(person),
        )
        for person, sent in by_person.items()
    ]  # fmt: skip
    far = plant.now() + timedelta(days=10_000)
    return sorted(found, key=lambda told: (told.confirmed_at is not None, told.next or far, told.person.name))


def _may_sign_in(person):
    account = getattr(person, "account", None)
    return account is not None and account.is_active


def _next_duties(roster, people):
    """Return {person id: when the next duty of the roster begins} of those who have one."""
    now, found = plant.now(), {}
    rows = roster.duties.filter(person__in=people, day__gte=plant.today()).select_related("watch").order_by("day", "watch__starts")  # fmt: skip
    for duty in rows:
        start, _end = duty.watch.span(duty.day)
        if start > now:
            found.setdefault(duty.person_id, start)
    return found


def unconfirmed():
    """Return [(roster, how many of those told of it have not confirmed)] of the rosters with days to come, the newest first.

    Where one has taken another's place, whoever was told of the new one counts there; he whom it changes nothing for has
    still not confirmed the old one. Two queries.
    """
    today = plant.today()
    rows = Roster.objects.filter(
        state__in=[Roster.State.PUBLISHED, Roster.State.SUPERSEDED], first_day__gt=today - timedelta(days=LONGEST)
    ).order_by("published_at", "id")
    rosters = [row for row in rows if row.first_day + timedelta(days=row.days) > today]
    told = Notice.objects.filter(roster__in=rosters).values_list("roster", "delivery__person")
    confirmed = {
        (pk, person): at for pk, person, at in told.annotate(confirmed=Max("delivery__receipted_at")).order_by()
    }
    last = {}
    for roster in rosters:
        last |= {person: roster.pk for pk, person in confirmed if pk == roster.pk}
    found = [
        (roster, sum(
            at is None and (roster.state == Roster.State.PUBLISHED or last[person] == pk)
            for (pk, person), at in confirmed.items() if pk == roster.pk
        )) for roster in reversed(rosters)
    ]  # fmt: skip
    return [(roster, silent) for roster, silent in found if silent]


@transaction.atomic
def tell_again(roster, *, by):
    """Tell everybody who has not confirmed a roster once more, urgently; return how many. Sent twice within a minute, it is one."""
    Roster.objects.select_for_update().get(pk=roster.pk)  # the second of two waits, and sees what the first told
    since = plant.now() - PAUSE
    silent = [
        told.person
        for told in told_of(roster)
        if told.confirmed_at is None and (told.times == 1 or told.last_at < since)
    ]
    if silent:
        words = gettext_noop("Your duties from {day} changed and you have not confirmed: please look and confirm")
        values = {"day": f"{roster.first_day:%m-%d}"}
        keep_notice(
            roster,
            plant.tell(silent, words, values, link="/rosters/mine/", urgent=True, receipt_wanted=True, by=by),
        )
        plant.note(by, "roster.told_again", roster, detail=f"told={len(silent)}")
    return len(silent)
