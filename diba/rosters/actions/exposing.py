"""Who stood a watch with whom, and who relieved whom: what the rosters know of contacts."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from diba.plant import actions as plant
from diba.plant.models import Post, Watch

from ..models import Duty, Roster

# Face to face at the desk while the log is handed over. Operating rules of Chinese power stations have the relief come 15 min
# before the watch; contact tracing counts 15 min face to face as close (WHO, ECDC, 2020).
HANDOVER = timedelta(minutes=15)


class Stood(NamedTuple):
    """One watch that somebody stood."""

    person: int
    starts_at: datetime
    ends_at: datetime
    post: int
    watch: str


def duty_exposures(person_ids, since, until):
    """Return the exposures of these people (ids) by duties in [since, until): watches at one place, handovers. Five queries."""
    stood = _stood(since - HANDOVER, until + HANDOVER)
    posts = {
        pk: (name, place, unit) for pk, name, place, unit in Post.objects.values_list("pk", "name", "place", "unit")
    }
    asked = set(person_ids)
    return [
        *_together(stood, posts, asked, since, until),
        *_handed_over(stood, posts, asked, since, until),
    ]


def _together(stood, posts, asked, since, until):
    """Yield who stood the same watch at the same place; posts without a place are together when they are of one unit."""
    groups = defaultdict(list)
    for row in stood:
        name, place, unit = posts[row.post]
        key = ("place", place) if place else ("unit", unit) if unit else ("post", row.post)
        groups[row.starts_at, row.ends_at, key].append((row.person, name, place, row.watch))
    for (starts_at, ends_at, _key), rows in groups.items():
        first, last = max(starts_at, since), min(ends_at, until)
        minutes = int((last - first).total_seconds() // 60)
        if minutes <= 0 or asked.isdisjoint(row[0] for row in rows):
            continue
        for person, post, place, watch in rows:
            if person in asked:
                for other, beside, _place, _watch in rows:
                    if other != person:
                        detail = f"{watch} {post}" if post == beside else f"{watch} {post} / {beside}"
                        yield plant.Exposure(person, other, "watch", first, last, minutes, place or post, detail)


def _handed_over(stood, posts, asked, since, until):
    """Yield who relieved whom at the same post: the quarter of an hour before the change."""
    relieving = defaultdict(list)
    for row in stood:
        relieving[row.post, row.starts_at].append(row)
    for left in stood:
        first, last = max(left.ends_at - HANDOVER, since), min(left.ends_at, until)
        minutes = int((last - first).total_seconds() // 60)
        for came in relieving.get((left.post, left.ends_at), ()) if minutes > 0 else ():
            name, place, _unit = posts[left.post]
            for person, other in ((left.person, came.person), (came.person, left.person)):
                if person != other and person in asked:
                    yield plant.Exposure(
                        person,
                        other,
                        "handover",
                        first,
                        last,
                        minutes,
                        place or name,
                        f"{name} {left.watch}→{came.watch}",
                    )


def _stood(since, until):
    """Return every watch that touches [since, until) and whose person was not away, by the roster that held when it began."""
    first, last = since.date() - timedelta(days=1), until.date()
    rosters = _published(first, last)
    watches, away = Watch.objects.in_bulk(), _away(since, until)
    rows = Duty.objects.filter(roster__in=[pk for pk, *_ in rosters], day__range=(first, last)).values_list(
        "roster", "person", "day", "watch", "post"
    )
    held, found = {}, []
    for roster, person, day, watch, post in rows.order_by():
        if (day, watch) not in held:
            starts_at, ends_at = watches[watch].span(day)
            held[day, watch] = starts_at, ends_at, _holding(rosters, day, starts_at)
        starts_at, ends_at, holding = held[day, watch]
        if roster != holding or starts_at >= until or ends_at <= since:
            continue
        if not any(gone < ends_at and (back is None or back > starts_at) for gone, back in away.get(person, ())):
            found.append(Stood(person, starts_at, ends_at, post, watches[watch].name))
    return found


def _published(first, last):
    """Return [(id, first day, last day, published at)] of all that was ever in force on one of these days, oldest first."""
    rows = Roster.objects.filter(
        state__in=[Roster.State.PUBLISHED, Roster.State.SUPERSEDED], first_day__lte=last, published_at__isnull=False
    ).order_by("published_at", "id")
    rows = [
        (pk, begins, begins + timedelta(days=days - 1), at)
        for pk, begins, days, at in rows.values_list("pk", "first_day", "days", "published_at")
    ]
    return [row for row in rows if row[2] >= first]


def _holding(rosters, day, moment):
    """Return the id of the roster that held on a day at a moment: the last published by then, else the first one after."""
    covering = [row for row in rosters if row[1] <= day <= row[2]]
    before = [row for row in covering if row[3] <= moment]
    return before[-1][0] if before else covering[0][0] if covering else None


def _away(since, until):
    found = defaultdict(list)
    rows = plant.absences_between(since - timedelta(days=1), until + timedelta(days=1))
    for person, gone, back in rows.values_list("person", "starts_at", "ends_at"):
        found[person].append((gone, back))
    return found
