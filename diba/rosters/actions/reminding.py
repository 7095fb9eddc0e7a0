"""A word the evening before a duty, once; and what one person sees of his own duties."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop, ngettext

from diba.plant import actions as plant

from ..models import Reminder
from .fatigue import days_inside
from .manning import duties_between, hours_until
from .periods import month_of
from .problems import overlaps
from .swap_steps import shown

EVENING = 19  # h; from then on people are reminded of tomorrow's duty
LINK = "/rosters/mine/"


def remind():
    """From the evening on, remind everybody of tomorrow's duty, once; return how many. The clock calls this."""
    now = plant.now()
    if now.hour < EVENING:
        return 0
    tomorrow = now.date() + timedelta(days=1)
    done = set(Reminder.objects.filter(day=tomorrow).values_list("person", flat=True))
    duties = [duty for duty in duties_between(tomorrow, tomorrow) if duty.person_id not in done]
    end = plant.day_start(tomorrow) + timedelta(days=2)
    away = defaultdict(list)
    for row in plant.absences_between(plant.day_start(tomorrow), end, [duty.person_id for duty in duties]):
        away[row.person_id].append(row)
    # Whoever is ill, isolated or on leave then is not sent to a watch; should he be back before the night, he is told.
    return sum(
        _reminded(duty)
        for duty in duties
        if not any(overlaps(row, *duty.watch.span(duty.day)) for row in away[duty.person_id])
    )


@transaction.atomic
def _reminded(duty):
    _row, new = Reminder.objects.get_or_create(person_id=duty.person_id, day=duty.day, defaults={"at": plant.now()})
    if new:
        start = duty.watch.span(duty.day)[0]
        words = gettext_noop("Tomorrow you stand {duty}, from {time}")
        values = {"duty": shown(duty.day, duty.watch, duty.post), "time": f"{start:%H:%M}"}
        plant.tell([duty.person_id], words, values, link=LINK)
    return new


@dataclass(frozen=True)
class Mine:
    """What one person sees of his duties: the next one, four weeks, how he stands, what changed, who stands with him."""

    next: object  # the duty that is running or comes next, or None
    running: bool
    hours_to_next: int | None  # until it begins
    rest: float | None  # h between the duty before and the next one, None when it is over a week or not known
    rested: bool  # a roster covers the whole week before the next duty, so that no rest means a week of it
    weeks: list  # [[Day]] of four weeks from Monday
    run: int  # days in a row, today included when he stands today
    inside: int  # days in a row his team has been in the plant; 0 outside, or without teams
    nights: int  # this month
    with_him: list  # names on the same watch
    changed: list  # [(delivery without a receipt, its sentence, the days it names)]
    past: list  # duties of the last four weeks, newest first


@dataclass(frozen=True)
class Day:
    """One square of the calendar."""

    date: date
    duty: object = None
    away: bool = False
    roster: bool = True  # a roster is in force for this day


def mine(account):
    """Return what an account's person sees of his duties; a constant number of queries. None without a person."""
    if not account.person_id:
        return None
    now, today = plant.now(), plant.today()
    monday = today - timedelta(days=today.weekday())
    first, last = (
        min(month_of(today)[0], today - timedelta(days=28)),
        max(month_of(today)[1], monday + timedelta(days=34)),
    )
    everybody = duties_between(first, last)
    own = [duty for duty in everybody if duty.person_id == account.person_id]
    coming = [duty for duty in own if duty.watch.span(duty.day)[1] > now]
    following = coming[0] if coming else None
    worked = {duty.day for duty in own}
    begin, end = month_of(today)
    return Mine(
        next=following, running=following is not None and following.watch.span(following.day)[0] <= now,
        hours_to_next=hours_until(following.watch.span(following.day)[0], now) if following else None,
        rest=_rest_before(following, own), rested=_covered_before(following, everybody), weeks=_weeks(account.person_id, monday, own, everybody),
        run=next(n for n in range(len(worked) + 2) if today - timedelta(days=n) not in worked),
        inside=days_inside(today, [account.person_id])[account.person_id],
        nights=sum(duty.watch.night for duty in own if begin <= duty.day <= end), with_him=_with(following, everybody),
        changed=changed(account), past=[duty for duty in reversed(own) if duty.watch.span(duty.day)[1] <= now],
    )  # fmt: skip


def coming_duties(person, most=3):
    """Return a person's next duties within two weeks, the running one included, soonest first. Seven queries.

    Each says in `away` whether an absence forbids it: published still, and not his to stand.
    """
    now, today = plant.now(), plant.today()
    rows = duties_between(today - timedelta(days=1), today + timedelta(days=14), person)
    found = [duty for duty in rows if duty.watch.span(duty.day)[1] > now][:most]
    away = list(plant.absences_between(now, found[-1].watch.span(found[-1].day)[1], [person])) if found else []
    for duty in found:
        duty.away = any(overlaps(row, *duty.watch.span(duty.day)) for row in away)
    return found


def _rest_before(duty, own):
    """Return the hours between the duty before and this one, or None without one within a week."""
    if duty is None:
        return None
    start = duty.watch.span(duty.day)[0]
    ends = [row.watch.span(row.day)[1] for row in own if row.watch.span(row.day)[0] < start]
    hours = (start - max(ends)).total_seconds() / 3600 if ends else None
    return round(hours, 1) if hours is not None and hours <= 168 else None


def _covered_before(duty, everybody):
    """Say whether rosters cover each of the seven days before a duty."""
    covered = {row.day for row in everybody}
    return duty is not None and all(duty.day - timedelta(days=n) in covered for n in range(1, 8))


def _weeks(person, monday, own, everybody):
    duties, covered = {duty.day: duty for duty in own}, {duty.day for duty in everybody}
    away = defaultdict(bool)
    end = plant.day_start(monday) + timedelta(days=35)
    for row in plant.absences_between(plant.day_start(monday), end, [person]):
        for offset in range(35):
            start = plant.day_start(monday + timedelta(days=offset))
            if row.starts_at < start + timedelta(days=1) and (row.ends_at is None or row.ends_at > start):
                away[monday + timedelta(days=offset)] = True
    days = [monday + timedelta(days=offset) for offset in range(35)]
    squares = [Day(day, duties.get(day), away[day], day in covered) for day in days]
    return [squares[n : n + 7] for n in range(0, 35, 7)]


def _with(duty, everybody):
    """Return the names of those who stand the same watch on the same day, post by post."""
    if duty is None:
        return []
    return [
        (row.post.name, row.person.name) for row in everybody
        if (row.day, row.watch_id) == (duty.day, duty.watch_id) and row.person_id != duty.person_id
    ]  # fmt: skip


def changed(account):
    """Return [(delivery, its sentence, every changed day)] about one's duties that wait for a receipt, newest first.

    Messages whose sentence says all have no list of days.
    """
    rows = plant.inbox_of(account).filter(
        message__receipt_wanted=True, receipted_at=None, message__link__startswith="/rosters/"
    )
    return [(row, *_told(row.message)) for row in rows[:20]]


def _told(message):
    if "more" not in message.values:
        return plant.sentence(message.words, message.values), []
    days = message.values["all"]
    return ngettext("Your duties changed on %(n)s day", "Your duties changed on %(n)s days", len(days)) % {
        "n": len(days)
    }, days


@transaction.atomic
def seen(account, ids):
    """Receipt the named deliveries of an account in one go; return how many were open."""
    rows = [row for row, *_words in changed(account) if row.pk in ids]
    for row in rows:
        plant.receipt(row)
        plant.note(account, "message.receipted", row.message)
    return len(rows)
