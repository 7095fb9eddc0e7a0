"""Duties in the calendar of a phone: addresses with a secret, and what stands behind them as iCalendar."""

import hashlib
import math
import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, Role

from ..models import Correction, Duty, Feed, Roster

BACK, AHEAD = 14, 92  # days before and after today that a feed holds
HOUR = timedelta(hours=1)
USES_AN_HOUR = 60  # a phone asks a few times a day; more is a loop or somebody else
MOST = 5  # open feeds of one person
WIDTH = 43  # characters of a token: 256 bits, as `secrets` writes them


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()


def feeds_visible_to(account):
    """Return the open feeds an account may see and revoke: its own person's; the planner those of posts too."""
    rows = Feed.objects.filter(revoked_at=None).select_related("person", "post", "made_by__person")
    mine = Q(person=account.person_id) if account.person_id else Q(pk__in=[])
    return rows.filter(mine | Q(person=None)) if _plans(account) else rows.filter(mine)


def _plans(account):
    return plant.has_role(account, Role.PLANNER, Role.DUTY_OFFICER)


@transaction.atomic
def make_feed(*, by, post=None, name=""):
    """Make a feed of the account's own person, or of a post, and return (feed, token). The token is not kept anywhere."""
    if post is None and not by.person_id:
        raise BadInput("no_person", "post")
    if post is not None and not _plans(by):
        raise BadInput("not_yours", "post")
    own = {"post": post} if post else {"person_id": by.person_id}
    if Feed.objects.filter(revoked_at=None, **own).count() >= MOST:
        raise BadInput("too_many", "name", value=MOST)
    token = secrets.token_urlsafe(32)
    feed = Feed.objects.create(**own, name=name.strip()[:60], token_hash=_hash(token), made_by=by, made_at=plant.now())
    plant.note(by, "feed.made", feed)
    return feed, token


@transaction.atomic
def revoke_feed(feed, *, by):
    """Revoke a feed for good; say whether it was open."""
    done = Feed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=plant.now(), revoked_by=by)
    if done:
        plant.note(by, "feed.revoked", feed)
    return bool(done)


def feed_of(token):
    """Return the open feed behind a token, or None: unknown, revoked, or of somebody who has left or may not sign in."""
    if len(token) != WIDTH:
        return None
    feed = (
        Feed.objects.filter(token_hash=_hash(token), revoked_at=None)
        .select_related("person", "post", "made_by")
        .first()
    )
    if feed is None or (feed.made_by and not feed.made_by.is_active):
        return None
    if feed.person_id and not plant.active().filter(pk=feed.person_id).exists():
        return None
    return feed


def use(feed):
    """Count one use of a feed; return 0, or the seconds until it may be used again when the hour's number is used up."""
    now = plant.now()
    fresh = Q(hour_began_at=None) | Q(hour_began_at__lte=now - HOUR) | Q(hour_began_at__gt=now)
    if Feed.objects.filter(fresh, pk=feed.pk).update(hour_began_at=now, hour_uses=1, last_used_at=now):
        return 0
    within = Feed.objects.filter(pk=feed.pk, hour_uses__lt=USES_AN_HOUR)
    if within.update(hour_uses=F("hour_uses") + 1, last_used_at=now):
        return 0
    began = Feed.objects.values_list("hour_began_at", flat=True).get(pk=feed.pk)
    return max(1, math.ceil((began + HOUR - now).total_seconds()))


@dataclass(frozen=True)
class Told:
    """What has stood for one person on one day, over time: the cell now (None: nothing any more), changes, the last moment."""

    person_id: int
    day: object
    cell: tuple | None  # (watch, post)
    before: tuple  # the last cell there was
    changes: int
    at: datetime


def calendar_of(feed):
    """Return a feed as iCalendar bytes: duties, and those taken off again as cancelled. No health, no reasons."""
    today = plant.today()
    first, last = today - timedelta(days=BACK), today + timedelta(days=AHEAD)
    site = plant.site()
    title = feed.person.name if feed.person_id else feed.post.name
    calendar = Calendar()
    calendar.add("prodid", "-//Diba//duties//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Duties: %(title)s") % {"title": title})
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", timedelta(hours=4), {"value": "DURATION"})
    names = {}
    told = history(first, last, feed.person_id, feed.post_id)
    if feed.post_id:
        names = dict(Person.objects.filter(pk__in={row.person_id for row in told}).values_list("pk", "name"))
    for row in told:
        calendar.add_component(_event(row, feed, names.get(row.person_id, ""), site))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(row, feed, name, site):
    watch, post = row.cell or row.before
    start, end = watch.span(row.day)
    event = Event()
    event.add(
        "uid",
        f"{row.person_id}-{row.day:%Y%m%d}{f'-{feed.post_id}' if feed.post_id else ''}@{site.code if site else 'diba'}.diba",
    )
    event.add("dtstamp", row.at)
    event.add("last-modified", row.at)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("sequence", row.changes)
    event.add("summary", f"{watch.name} {name or post.name}")
    event.add("location", post.place)
    event.add("status", "CONFIRMED" if row.cell else "CANCELLED")
    event.add("transp", "OPAQUE" if row.cell else "TRANSPARENT")
    return event


def history(first, last, person=None, post=None):
    """Return [Told] by day: every (person, day) that ever had a duty in a published roster, of one person or at one post."""
    rosters = list(
        Roster.objects.filter(
            state__in=[Roster.State.PUBLISHED, Roster.State.SUPERSEDED], first_day__lte=last, first_day__gte=first - timedelta(days=400)
        ).order_by("published_at", "id")
    )  # fmt: skip
    duties = Duty.objects.filter(roster__in=rosters, day__range=(first, last)).select_related("watch", "post")
    fixes = Correction.objects.filter(roster__in=rosters, day__range=(first, last)).select_related(
        "old_watch", "old_post", "new_watch", "new_post"
    )
    if person is not None:
        duties, fixes = duties.filter(person=person), fixes.filter(person=person)
    now, then = {}, defaultdict(list)
    for duty in duties:
        now[duty.roster_id, duty.person_id, duty.day] = (duty.watch, duty.post)
    for fix in fixes:
        then[fix.roster_id, fix.person_id, fix.day].append(fix)
    found = []
    for who, day in sorted({key[1:] for key in (*now, *then)}, key=lambda key: (key[1], key[0])):
        if told := _told(who, day, rosters, now, then, post):
            found.append(told)
    return found


def _told(who, day, rosters, now, then, post):
    steps = []  # (moment, cell) as everybody could read it at the time
    for roster in rosters:
        if not roster.first_day <= day < roster.first_day + timedelta(days=roster.days):
            continue
        fixes = then.get((roster.pk, who, day), [])
        published = (fixes[0].old_watch, fixes[0].old_post) if fixes else now.get((roster.pk, who, day))
        steps.append((roster.published_at, published))
        steps += [(fix.at, (fix.new_watch, fix.new_post)) for fix in fixes]
    at, cell, before, changes = None, None, None, -1
    for moment, step in sorted(steps, key=lambda step: step[0]):
        step = step if step and step[0] and (post is None or step[1].pk == post) else None
        if step != cell:
            at, before, cell, changes = moment, step or cell, step, changes + 1
    return Told(who, day, cell, before, max(0, changes), at) if at else None
