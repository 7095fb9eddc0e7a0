"""Who stands where and where nobody will: the manning board, live from the published roster, health and certificates."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from diba.core import rostering
from diba.plant import actions as plant

from ..models import Duty, Roster
from .teams import needs, operators


@dataclass(frozen=True)
class Cell:
    """One post on one watch of one day: how many are needed, how many planned can really stand there."""

    day: date
    watch: object
    post: object
    needed: int
    standing: int | None  # None: no roster is published for this day
    starts_at: datetime
    lost: tuple = ()  # duties whose person is away or not qualified

    @property
    def margin(self):
        return None if self.standing is None else self.standing - self.needed


@dataclass(frozen=True)
class Board:
    """The manning of the coming days. cells: {(post id, watch id, day): Cell}; breach: {post id: first Cell short}."""

    now: datetime
    days: list
    posts: list
    cells: dict
    breach: dict

    def first_breach(self):
        """Return the first cell that is short of all posts, or None."""
        return min(self.breach.values(), key=lambda cell: (cell.starts_at, cell.post.tier), default=None)

    def worst(self, post, day):
        """Return the smallest margin of a post over the watches of a day: None unknown, "" not needed."""
        margins = self._margins.get((post.pk, day))
        if margins is None:
            return ""
        return None if None in margins else min(margins)

    @cached_property
    def _margins(self):
        found = defaultdict(list)
        for (post, _, day), cell in self.cells.items():
            found[post, day].append(cell.margin)
        return found


def in_force(first, last):
    """Return {day: roster id} of the roster that counts on each day: of those published, the latest."""
    found = {}
    rosters = Roster.objects.filter(
        state=Roster.State.PUBLISHED, first_day__lte=last, first_day__gte=first - timedelta(days=400)
    ).order_by("published_at", "id")
    for roster in rosters:
        for offset in range(roster.days):
            day = roster.first_day + timedelta(days=offset)
            if first <= day <= last:
                found[day] = roster
    return found


def duties_between(first, last, person=None):
    """Return the duties in force from first to last day, by day; for one person or everybody. Five queries."""
    days = in_force(first, last)
    if not days:
        return []
    rows = Duty.objects.filter(roster__in={roster.pk for roster in days.values()}, day__range=(first, last))
    rows = rows.filter(person=person) if person is not None else rows
    rows = rows.prefetch_related("watch", "post", "person").order_by("day", "watch__starts", "post__tier", "person")
    return [duty for duty in rows if days[duty.day].pk == duty.roster_id]


def hours_until(moment, now):
    return max(0, int((moment - now).total_seconds() // 3600))


def manning(days=14, now=None):
    """Return the board of the coming days; a constant number of queries whatever the size of the plant."""
    now = now or plant.now()
    first = now.date() - timedelta(days=1)  # last night's watch may still stand
    last = now.date() + timedelta(days=days - 1)
    rosters = in_force(first, last)
    duties = duties_between(first, last)
    people = {duty.person_id for duty in duties}
    held = plant.qualified(first, last, people=people) if people else {}
    absences = defaultdict(list)
    for row in plant.absences_between(plant.day_start(first), plant.day_start(last) + timedelta(days=2)):
        absences[row.person_id].append(row)
    posts = list(plant.posts())
    asked = {post.pk: {q.pk for q in post.qualifications.all()} for post in posts}
    standing, lost = defaultdict(int), defaultdict(list)
    for duty in duties:
        key = (duty.post_id, duty.watch_id, duty.day)
        start, end = _span(duty.day, duty.watch)
        away = any(
            row.starts_at < end and (row.ends_at is None or row.ends_at > start) for row in absences[duty.person_id]
        )
        spans = held.get(duty.person_id, {})
        fit = all(q in spans and spans[q][0] <= duty.day <= spans[q][1] for q in asked.get(duty.post_id, ()))
        if away or not fit:
            lost[key].append(duty)
        else:
            standing[key] += 1
    cells = _cells(now, rosters, first, last, posts, standing, lost)
    breach = {}
    for cell in sorted(cells.values(), key=lambda cell: cell.starts_at):
        if cell.margin is not None and cell.margin < 0:
            breach.setdefault(cell.post.pk, cell)
    shown = [now.date() + timedelta(days=offset) for offset in range(days)]
    return Board(now, shown, [post for post in posts if any(key[0] == post.pk for key in cells)], cells, breach)


def _span(day, watch):
    start = plant.day_start(day) + timedelta(hours=watch.starts.hour, minutes=watch.starts.minute)
    return start, start + timedelta(minutes=watch.minutes)


def _cells(now, rosters, first, last, posts, standing, lost):
    demands, watches, found = {}, {}, {}
    level = plant.level_at(now)
    latest = max(rosters.values(), key=lambda roster: roster.first_day, default=None)
    if latest is None:
        return {}
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        roster = rosters.get(day)
        pattern = (roster or latest).pattern_id
        if pattern not in demands:
            demands[pattern] = plant.demand(pattern, level.level if level else 0)
            watches[pattern] = list(plant.watches(pattern))
        for watch in watches[pattern]:
            start, end = _span(day, watch)
            if end <= now:
                continue
            for post in posts:
                needed = demands[pattern].get((post.pk, watch.pk), 0)
                if needed:
                    key = (post.pk, watch.pk, day)
                    number = standing[key] if roster else None
                    found[key] = Cell(day, watch, post, needed, number, start, tuple(lost[key]))
    return found


def breach_clock(board=None):
    """Return [(post, hours to its first hole or None, the cell or None)], soonest first."""
    board = board or manning()
    rows = []
    for post in board.posts:
        cell = board.breach.get(post.pk)
        rows.append((post, hours_until(cell.starts_at, board.now) if cell else None, cell))
    return sorted(rows, key=lambda row: (row[1] is None, row[1] or 0, row[0].tier, row[0].code))


def depth(day=None, pattern=None):
    """Return (whole, rows, people hard to replace) of the staff available on a day: how many absences each post survives."""
    day = day or plant.today()
    latest = Roster.objects.filter(state=Roster.State.PUBLISHED).order_by("-published_at").first()
    pattern = pattern or (latest.pattern if latest else None)
    if pattern is None:
        return None, [], {}
    start = plant.day_start(day)
    away = {row.person_id for row in plant.absences_between(start, start + timedelta(days=1))}
    able = {str(pk): posts for pk, posts in operators(day).items() if pk not in away}
    level = plant.level_at()
    need = needs(pattern, level.level if level else 0)
    whole = rostering.bottleneck(need, able)
    names = {post.code: post for post in plant.posts()}
    rows = [(names[row.place], row) for row in rostering.place_depths(need, able)]
    return whole, rows, {}
