"""What boards of the same days rest on, asked of the database once: rosters, their duties, certificates, absences, demand."""

from collections import defaultdict
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from diba.plant import actions as plant
from diba.plant.models import Person, Post, Watch

from ..models import Duty, Membership, Roster

FIELDS = ("id", "roster_id", "person_id", "day", "watch_id", "post_id", "pinned")
ORDER = ("day", "watch__starts", "post__tier", "person")


class Row(NamedTuple):
    """A duty as its row has it, by ids: enough to compare plans, and far cheaper than the duty."""

    pk: int
    roster: int
    person: int
    day: date
    watch: int
    post: int
    pinned: bool


class Planned(NamedTuple):
    """A duty with whom, when and where, as a board asks for it, without an object of the model."""

    pk: int
    roster_id: int
    person_id: int
    day: date
    watch_id: int
    post_id: int
    pinned: bool
    person: Person
    watch: Watch
    post: Post


def published(first, last):
    """Return the published rosters that may touch these days, in the order in which one takes the place of another."""
    return Roster.objects.filter(
        state=Roster.State.PUBLISHED, first_day__lte=last, first_day__gte=first - timedelta(days=400)
    ).order_by("published_at", "id")


def by_day(rosters, first, last):
    """Return {day: roster}: on each day the last of the rosters that covers it."""
    found = {}
    for roster in rosters:
        for offset in range(roster.days):
            day = roster.first_day + timedelta(days=offset)
            if first <= day <= last:
                found[day] = roster
    return found


def people_on_duty():
    """Return people without the identity number: to open it for everybody on duty costs more than to ask for them."""
    return Person.objects.defer("identity")


class Window:
    """The facts of some days, for the boards of one request; it is made anew for the next, so nothing in it is ever old.

    last: the last day a board looks at. drafts: rosters that may count instead of those in force, whatever their length.
    """

    def __init__(self, now, first, last, drafts=()):
        self.now, self.first, self.last, self.drafts = now, first, last, list(drafts)
        ends = [draft.first_day + timedelta(days=draft.days - 1) for draft in self.drafts]
        self.end = max([last, *ends])
        self._demand, self._watches, self._teams = {}, {}, {}

    def of_days(self, first, last):
        """Return a window of other days that shares what does not depend on the days: posts, watches, demand."""
        other = Window(self.now, first, last)
        other.posts, other.level = self.posts, self.level
        other._demand, other._watches = self._demand, self._watches
        return other

    @cached_property
    def posts(self):
        return list(plant.posts())

    @cached_property
    def level(self):
        change = plant.level_at(self.now)
        return change.level if change else 0

    @cached_property
    def _published(self):
        return list(published(self.first, self.end))

    def in_force(self, last=None, instead=None):
        """Return {day: roster} from the first day to `last`, as though `instead` were published."""
        return by_day([*self._published, *([instead] if instead else [])], self.first, last or self.last)

    @cached_property
    def _rows(self):
        """Return {roster id: rows of its duties} of every roster in force and every draft; one query."""
        rosters = {roster.pk for roster in (*self.in_force(self.end).values(), *self.drafts)}
        rows = Duty.objects.filter(roster__in=rosters, day__range=(self.first, self.end)).order_by(*ORDER)
        found = defaultdict(list)
        for row in map(Row._make, rows.values_list(*FIELDS)):
            found[row.roster].append(row)
        return found

    def rows(self, last=None, instead=None):
        """Return the rows of the duties in force from the first day to `last`, by day."""
        days = self.in_force(last, instead)
        rosters = {roster.pk for roster in days.values()}
        found = [row for pk in rosters for row in self._rows[pk] if row.day in days and days[row.day].pk == pk]
        return sorted(found, key=lambda row: row.day) if len(rosters) > 1 else found

    def duties(self, instead=None):
        """Return the duties of the board's days, [Planned] by day."""
        return self.made(self.rows(instead=instead))

    def made(self, rows):
        """Return what these rows tell of, [Planned]."""
        posts, people, watches = self._known
        return [Planned(*row, people[row.person], watches[row.watch], posts[row.post]) for row in rows]

    def changes(self, draft):
        """Return {person: [(day, duty before or None, duty after or None)]} of a draft against what is in force, from today on."""
        first, last = max(draft.first_day, self.now.date()), draft.first_day + timedelta(days=draft.days - 1)
        before, after = (
            {(row.person, row.day): row for row in rows if first <= row.day <= last}
            for rows in (self.rows(last), self._rows[draft.pk])
        )
        places = [(key, before.get(key), after.get(key)) for key in {*before, *after}]
        changed = [
            (key, old, new)
            for key, old, new in places
            if not (old and new and (old.watch, old.post) == (new.watch, new.post))
        ]
        duties = {duty.pk: duty for duty in self.made([row for _key, *rows in changed for row in rows if row])}
        people, found = self._known[1], {}
        for (person, day), old, new in sorted(changed, key=lambda each: (people[each[0][0]].name, each[0][1])):
            pair = (duties[row.pk] if row else None for row in (old, new))
            found.setdefault(people[person], []).append((day, *pair))
        return found

    @cached_property
    def _known(self):
        """Return ({post id: post}, {person id: person}, {watch id: watch}) of every duty; a post may be out of use."""
        rows = [row for each in self._rows.values() for row in each]
        posts = {post.pk: post for post in self.posts}
        if missing := {row.post for row in rows} - set(posts):
            posts |= Post.objects.in_bulk(missing)
        return (
            posts,
            people_on_duty().in_bulk({row.person for row in rows}),
            Watch.objects.in_bulk({row.watch for row in rows}),
        )

    @cached_property
    def held(self):
        """Return what those with duties are qualified for in the board's days, as `plant.qualified` has it."""
        people = {row.person for rows in self._rows.values() for row in rows}
        return plant.qualified(self.first, self.last, people=people) if people else {}

    @cached_property
    def absences(self):
        """Return {person id: his approved absences of the board's days, the oldest first}."""
        found = defaultdict(list)
        for row in plant.absences_between(plant.day_start(self.first), plant.day_start(self.last) + timedelta(days=2)):
            found[row.person_id].append(row)
        return found

    def away_on(self, day):
        """Return those (ids) who are away for a part of a day."""
        start = plant.day_start(day)
        end = start + timedelta(days=1)
        if not self.first <= day <= self.last:
            return {row.person_id for row in plant.absences_between(start, end)}
        return {
            person
            for person, rows in self.absences.items()
            if any(row.starts_at < end and (row.ends_at is None or row.ends_at > start) for row in rows)
        }

    def teams(self, rosters):
        """Return {person id: team} of the splits that these rosters ({day: roster}) were made from."""
        splits = frozenset(roster.split_id for roster in rosters.values() if roster.split_id)
        if splits not in self._teams:
            rows = Membership.objects.filter(split__in=splits).order_by("split_id")
            self._teams[splits] = dict(rows.values_list("person", "team")) if splits else {}
        return self._teams[splits]

    def demand(self, pattern, level):
        if (pattern, level) not in self._demand:
            self._demand[pattern, level] = plant.demand(pattern, level)
        return self._demand[pattern, level]

    def watches(self, pattern):
        if pattern not in self._watches:
            self._watches[pattern] = list(plant.watches(pattern))
        return self._watches[pattern]
