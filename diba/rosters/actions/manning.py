"""Who stands where and where nobody will: the manning board, live from the published roster, health and certificates."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Prefetch

from diba.plant import actions as plant
from diba.plant.actions import hooks

from ..models import Duty
from .window import ORDER, Window, by_day, people_on_duty, published


@dataclass(frozen=True)
class Lost:
    """One planned duty that nobody will stand. absence: why the person is away; else the qualifications he lacks."""

    duty: object
    absence: object = None
    lacks: tuple = ()  # ids of qualifications

    @property
    def person(self):
        return self.duty.person


@dataclass(frozen=True)
class Cell:
    """One post on one watch of one day: how many are needed, how many planned can really stand there."""

    day: date
    watch: object
    post: object
    needed: int
    standing: int | None  # None: no roster is published for this day
    starts_at: datetime
    lost: tuple = ()  # Lost: duties whose person is away or not qualified
    there: tuple = ()  # duties whose person can stand
    others: int = 0  # planned here and not the reader's to see by name

    @property
    def margin(self):
        return None if self.standing is None else self.standing - self.needed

    @property
    def short(self):
        return max(0, -self.margin) if self.margin is not None else 0

    @property
    def key(self):
        """Return the cell's name in an address: post, watch and day."""
        return f"{self.post.pk}-{self.watch.pk}-{self.day:%Y%m%d}"


@dataclass(frozen=True)
class Supposed:
    """What a what-if takes for granted, apart from the plan. gone: absences that are not in the register."""

    gone: tuple = ()  # of Gone
    level: int | None = None
    level_from: date | None = None
    instead: object = None  # a draft that counts as though it were published

    def level_on(self, day, otherwise):
        return self.level if self.level is not None and day >= (self.level_from or day) else otherwise


@dataclass(frozen=True)
class Gone:
    """Somebody who is supposed to be away. Looks like an absence to whoever counts."""

    person_id: int
    starts_at: datetime
    ends_at: datetime | None = None
    kind: str = "supposed"
    source: str = ""


@dataclass(frozen=True)
class Board:
    """The manning of the coming days. cells: {(post id, watch id, day): Cell}; breach: {post id: first Cell short}."""

    now: datetime
    days: list
    posts: list
    cells: dict
    breach: dict
    watches: list = field(default_factory=list)
    teams: dict = field(default_factory=dict)  # {person id: team} of the rosters in force
    people: frozenset = frozenset()  # ids of everybody planned
    window: object = None  # the facts it rests on
    seen: frozenset | None = None  # ids of those the reader may see by name; None: everybody

    def first_breach(self):
        """Return the first cell that is short of all posts, or None."""
        return min(self.breach.values(), key=lambda cell: (cell.starts_at, cell.post.tier), default=None)

    def worst(self, post, day):
        """Return the smallest margin of a post over the watches of a day: None unknown, "" not needed."""
        margins = self._margins.get((post.pk, day))
        if margins is None:
            return ""
        return None if None in margins else min(margins)

    def short_cells(self):
        """Return every cell that is short, soonest first."""
        return sorted((cell for cell in self.cells.values() if cell.short), key=lambda cell: cell.starts_at)

    @cached_property
    def unrostered(self):
        """Return the coming days, today first, on which a watch is needed that no published roster covers."""
        unknown = {cell.day for cell in self.cells.values() if cell.standing is None}
        return [day for day in self.days if day in unknown]

    @property
    def today_unrostered(self):
        return self.now.date() in self.unrostered

    def not_heard_from(self):
        """Return those planned (ids) whose health of today nobody knows, as the grid says it."""
        return set().union(*hooks.gather(hooks.NOT_HEARD_FROM, self.people)) if self.people else set()

    @cached_property
    def _margins(self):
        found = defaultdict(list)
        for (post, _, day), cell in self.cells.items():
            found[post, day].append(cell.margin)
        return found


def in_force(first, last, instead=None):
    """Return {day: roster} of the roster that counts on each day: of those published, the latest; `instead` above all."""
    return by_day([*published(first, last), *([instead] if instead else [])], first, last)


def duties_between(first, last, person=None, instead=None, people=None):
    """Return the duties in force from first to last day, by day; for one person, some (ids) or everybody. Five queries."""
    days = in_force(first, last, instead)
    if not days:
        return []
    rows = Duty.objects.filter(roster__in={roster.pk for roster in days.values()}, day__range=(first, last))
    rows = rows.filter(person=person) if person is not None else rows
    rows = rows.filter(person__in=people) if people is not None else rows
    rows = rows.prefetch_related("watch", "post", Prefetch("person", people_on_duty())).order_by(*ORDER)
    return [duty for duty in rows if days[duty.day].pk == duty.roster_id]


def hours_until(moment, now):
    return max(0, int((moment - now).total_seconds() // 3600))


def window_of(days=14, now=None, drafts=()):
    """Return the Window of the coming days, from last night's watch, which may still stand, on."""
    now = now or plant.now()
    return Window(now, now.date() - timedelta(days=1), now.date() + timedelta(days=days - 1), drafts)


def manning(days=14, now=None, supposed=None, window=None):
    """Return the board of the coming days; a constant number of queries whatever the size of the plant.

    supposed: what a what-if takes for granted; nothing of it is written anywhere. window: the facts of these days, where
    several boards rest on the same.
    """
    now, supposed = now or plant.now(), supposed or Supposed()
    window = window or window_of(days, now, [supposed.instead] if supposed.instead else [])
    rosters = window.in_force(instead=supposed.instead)
    duties = window.duties(supposed.instead)
    standing, lost = _sorted_out(duties, window, supposed)
    cells, watches = _cells(now, rosters, window, standing, lost, supposed)
    breach = {}
    for cell in sorted(cells.values(), key=lambda cell: cell.starts_at):
        if cell.short:
            breach.setdefault(cell.post.pk, cell)
    needed = {key[0] for key in cells}
    return Board(
        now, [now.date() + timedelta(days=offset) for offset in range(days)], [post for post in window.posts if post.pk in needed],
        cells, breach, watches, window.teams(rosters), frozenset(duty.person_id for duty in duties), window,
    )  # fmt: skip


def _sorted_out(duties, window, supposed):
    """Return ({cell key: duties that will be stood}, {cell key: Lost})."""
    absences = window.absences
    if supposed.gone:
        absences = defaultdict(list, {person: [*rows] for person, rows in absences.items()})
        for row in supposed.gone:
            absences[row.person_id].append(row)
    asked = {post.pk: {q.pk for q in post.qualifications.all()} for post in window.posts}
    standing, lost = defaultdict(list), defaultdict(list)
    for duty in duties:
        key = (duty.post_id, duty.watch_id, duty.day)
        rows, spans = absences.get(duty.person_id), window.held.get(duty.person_id, {})
        away = next((row for row in rows if _touches(row, *duty.watch.span(duty.day))), None) if rows else None
        lacks = tuple(q for q in asked.get(duty.post_id, ()) if not _holds(spans.get(q), duty.day))
        if away or lacks:
            lost[key].append(Lost(duty, away, lacks))
        else:
            standing[key].append(duty)
    return standing, lost


def _touches(absence, start, end):
    return absence.starts_at < end and (absence.ends_at is None or absence.ends_at > start)


def _holds(held, day):
    return held is not None and held[0] <= day <= held[1]


def _cells(now, rosters, window, standing, lost, supposed):
    """Return ({key: Cell} of what is needed and not over yet, the watches it is cut into)."""
    watches, found = {}, {}
    latest = max(rosters.values(), key=lambda roster: roster.first_day, default=None)
    if latest is None:
        return {}, []
    for offset in range((window.last - window.first).days + 1):
        day = window.first + timedelta(days=offset)
        roster = rosters.get(day)
        pattern = (roster or latest).pattern_id
        demand = window.demand(pattern, supposed.level_on(day, window.level))
        watches[pattern] = window.watches(pattern)
        for watch in watches[pattern]:
            start, end = watch.span(day)
            for post in window.posts if end > now else ():
                if needed := demand.get((post.pk, watch.pk), 0):
                    key = (post.pk, watch.pk, day)
                    number = len(standing[key]) if roster else None
                    found[key] = Cell(day, watch, post, needed, number, start, tuple(lost[key]), tuple(standing[key]))
    return found, [watch for rows in watches.values() for watch in rows]


def breach_clock(board=None):
    """Return [(post, hours to its first hole or None, the cell or None)], soonest first."""
    board = board or manning()
    rows = []
    for post in board.posts:
        cell = board.breach.get(post.pk)
        rows.append((post, hours_until(cell.starts_at, board.now) if cell else None, cell))
    return sorted(rows, key=lambda row: (row[1] is None, row[1] or 0, row[0].tier, row[0].code))
