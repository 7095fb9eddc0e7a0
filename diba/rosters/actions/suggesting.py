"""With whom could I swap this duty, so that every rule is kept? Ranked, the most alike and the nearest first."""

from dataclasses import dataclass
from datetime import timedelta

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person

from .manning import duties_between
from .swaps import EMERGENCY, notice_asked
from .teams import operators
from .weighing import Scales

NEAR = 14  # days before and after one's own duty that another's is looked for
TRIES = 4000  # exchanges weighed for one answer


@dataclass(frozen=True)
class Offer:
    """One possible swap. back: the other's duty one would stand instead; None when he would just take the duty."""

    person: object
    back: object = None
    nights: int = 0  # the other's nights around, which he would have

    @property
    def value(self):
        """Return the offer as a form sends it: person, and the day in return."""
        return f"{self.person.pk}:{self.back.day:%Y-%m-%d}" if self.back else f"{self.person.pk}:"


def offers_for(duty, limit=8):
    """Return ([Offer] of exchanges, [Offer] of people who could just take it), each keeping every rule, best first.

    Raises BadInput when it is too late to ask for a swap of this duty.
    """
    notice = notice_asked()
    soonest = plant.now() + notice
    if duty.watch.span(duty.day)[0] <= soonest:
        raise BadInput("too_late", "day", value=int(notice.total_seconds() // 3600))
    able = {pk for pk, posts in operators(duty.day).items() if duty.post.code in posts} - {duty.person_id}
    first, last = duty.day - timedelta(days=NEAR), duty.day + timedelta(days=NEAR)
    first = max(first, plant.today())
    others = [
        row for row in duties_between(first, last) if row.person_id in able and row.watch.span(row.day)[0] > soonest
    ]
    scales = Scales(able | {duty.person_id}, {first, last, duty.day})
    gives = [
        pk
        for pk in sorted(able)
        if not _twice(scales, pk, duty.day) and not scales.broken_of(pk, {duty.day: (duty.watch, duty.post)})
    ]
    people = Person.objects.in_bulk(able)
    nights = {pk: sum(row.watch.night for row in scales.duties[pk]) for pk in able}
    takers = sorted(gives, key=lambda pk: (nights[pk], len(scales.duties[pk]), pk))
    exchanges = _exchanges(duty, others, scales)[:limit]
    return (
        [Offer(people[row.person_id], row, nights[row.person_id]) for row in exchanges],
        [Offer(people[pk], None, nights[pk]) for pk in takers[:limit]],
    )


def _twice(scales, person, day):
    return scales.duty(person, day) is not None


def _exchanges(duty, others, scales):
    """Return the duties of others that could be stood for one's own, best first."""
    mine, found, tried = {}, [], 0
    me, cell = duty.person_id, (duty.watch, duty.post)
    for row in sorted(others, key=lambda row: _unlike(duty, row)):
        same_day = row.day == duty.day
        alike = same_day and (row.watch_id, row.post_id) == (duty.watch_id, duty.post_id)
        if alike or (not same_day and (_twice(scales, me, row.day) or _twice(scales, row.person_id, duty.day))):
            continue
        key = (row.day, row.watch_id, row.post_id)
        if key not in mine:
            mine[key] = not scales.broken_of(me, {duty.day: None, row.day: (row.watch, row.post)})
        if not mine[key]:
            continue
        tried += 1
        if tried > TRIES:
            break
        if not scales.broken_of(row.person_id, {row.day: None, duty.day: cell}):
            found.append(row)
            if len(found) >= 40:
                break
    return _one_each(found)


def _unlike(duty, row):
    """Return how little another duty is like one's own: night for day first, then the days between."""
    return (
        row.watch.night != duty.watch.night,
        abs((row.day - duty.day).days),
        row.watch_id != duty.watch_id,
        row.day,
        row.person_id,
    )


def _one_each(rows):
    """Return the rows with each person's best one first; second choices of the same people follow."""
    seen, first, rest = set(), [], []
    for row in rows:
        (rest if row.person_id in seen else first).append(row)
        seen.add(row.person_id)
    return first + rest


def urgent_for(account):
    """Return the duties of others, under way or beginning within 24 h, that the account's person may take over at once."""
    me, now, today = account.person_id, plant.now(), plant.today()
    if not me:
        return []
    rows = duties_between(today - timedelta(days=1), today + timedelta(days=1))
    soon = [
        row
        for row in rows
        if row.person_id != me and row.watch.span(row.day)[1] > now and row.watch.span(row.day)[0] <= now + EMERGENCY
    ]
    if not soon:
        return []
    scales, fits = Scales({me}, {row.day for row in soon}), {}
    for row in soon:
        key = (row.day, row.watch_id, row.post_id)
        if key not in fits:
            broken = scales.broken_of(me, {row.day: (row.watch, row.post)})
            fits[key] = not _twice(scales, me, row.day) and not any(item.hard for item in broken)
    return [row for row in soon if fits[row.day, row.watch_id, row.post_id]]
