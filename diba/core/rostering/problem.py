"""A rostering problem: who may stand where and when, what is needed, and every rule in between. It checks itself.

Days are numbered from 0; a shift belongs to the day it starts on. A post of "" stands for "no posts": the benchmark's
world, where a shift alone is what is covered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ..errors import BadInput
from .fairness import ALWAYS, Burden, Fairness, burdens, kinds_of
from .parts import (
    DAY,
    LARGEST,
    NO_POST,
    Apart,
    Cover,
    Crew,
    Person,
    Post,
    Request,
    Shift,
    distinct,
    within,
)  # fmt: skip

__all__ = [
    "DAY",
    "LARGEST",
    "NO_POST",
    "Apart",
    "Cover",
    "Crew",
    "Fairness",
    "Person",
    "Post",
    "Problem",
    "Request",
    "Roster",
    "Shift",
]

LARGEST_ROSTER = 300_000  # people times days; 3,000 people for three months

Roster = Mapping[tuple[str, int], tuple[str, str]]
"""A roster: {(person, day): (shift, post)}; a day without an entry is off."""


@dataclass(frozen=True)
class Problem:
    """The whole: horizon, shifts, posts, people, cover, rest in min, fairness. Raises BadInput that names what is wrong.

    between_places: days that must lie between two duties of one person in different places. deviation: cost of each day on
    which somebody does not work what his base plan says.
    """

    days: int
    shifts: tuple[Shift, ...]
    people: tuple[Person, ...]
    cover: tuple[Cover, ...] = ()
    posts: tuple[Post, ...] = (Post(NO_POST),)
    rest: int = 0
    fairness: Fairness = field(default_factory=Fairness)
    start: date | None = None
    name: str = ""
    crews: tuple[Crew, ...] = ()
    between_places: int = 0
    deviation: int = 0
    apart: tuple[Apart, ...] = ()

    def __post_init__(self) -> None:
        within("days", self.days, 1, 400)
        distinct("shifts", [shift.id for shift in self.shifts])
        distinct("posts", [post.id for post in self.posts])
        distinct("people", [person.id for person in self.people])
        if len(self.people) * self.days > LARGEST_ROSTER:
            raise BadInput("too_large", "people", value=f"{len(self.people)} x {self.days}")
        within("rest", self.rest, 0, 7 * DAY)
        within("between_places", self.between_places, 0, 60)
        within("deviation", self.deviation, 0, LARGEST)
        self.fairness.check(self.shifts)
        for shift in self.shifts:
            for following in shift.not_before:
                self._known("shifts", following, shift.id)
        self._check_cover()
        for row, crew in enumerate(self.crews, 1):
            self._check_crew(crew, row)
        for row, rule in enumerate(self.apart, 1):
            rule.check(row)
        for person in self.people:
            self._check_person(person)

    def _known(self, kind: str, key: str, row: int | str) -> None:
        known: Mapping[str, object] = self.shift if kind == "shifts" else self.post
        if not isinstance(key, str) or key not in known:
            raise BadInput(f"unknown_{kind[:-1]}", kind, row, key)

    def _check_cover(self) -> None:
        seen = set()
        for row, cell in enumerate(self.cover, 1):
            within("cover day", cell.day, 0, self.days - 1, row)
            self._known("shifts", cell.shift, row)
            self._known("posts", cell.post, row)
            cell.check(row)
            place = (cell.day, cell.shift, cell.post)
            if place in seen:
                raise BadInput("given_twice", "cover", row, " ".join(map(str, place)).strip())
            seen.add(place)

    def _check_crew(self, crew: Crew, row: int) -> None:
        within("crew day", crew.day, 0, self.days - 1, row)
        if crew.shift:
            self._known("shifts", crew.shift, row)
        for post in crew.posts or ():
            self._known("posts", post, row)
        crew.check(row)

    def _check_person(self, person: Person) -> None:
        person.check()
        for post in person.posts or ():
            self._known("posts", post, person.id)
        for day in person.days_off:
            within("day off", day, 0, self.days - 1, person.id)
        for day, shift in person.barred:
            within("barred day", day, 0, self.days - 1, person.id)
            self._known("shifts", shift, person.id)
        for day, post in person.barred_posts:
            within("barred day", day, 0, self.days - 1, person.id)
            self._known("posts", post, person.id)
        if person.place_before is not None and person.place_before not in self.places:
            raise BadInput("unknown_place", "place_before", person.id, person.place_before)
        if person.base and len(person.base) != self.days:
            raise BadInput("not_every_day", "base", person.id, len(person.base))
        for kind, count in person.carried.items():
            if kind not in ALWAYS and kind not in kinds_of(self.shifts):
                raise BadInput("unknown_kind", "carried", person.id, kind)
            within("carried", count, 0, 100_000, person.id)
        for day, pin in person.pins.items():
            within("pinned day", day, 0, self.days - 1, person.id)
            if pin is not None:
                self._known("shifts", pin[0], person.id)
                self._known("posts", pin[1], person.id)
        for shift, most in person.most_of.items():
            self._known("shifts", shift, person.id)
            within("most_of", most, 0, LARGEST, person.id)
        for request in person.requests:
            within("request day", request.day, 0, self.days - 1, person.id)
            self._known("shifts", request.shift, person.id)
        for shift in (*person.before, *person.base):
            if shift:
                self._known("shifts", shift, person.id)

    @cached_property
    def shift(self) -> dict[str, Shift]:
        return {shift.id: shift for shift in self.shifts}

    @cached_property
    def post(self) -> dict[str, Post]:
        return {post.id: post for post in self.posts}

    @cached_property
    def person(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def cover_of(self) -> dict[tuple[int, str, str], Cover]:
        return {(cell.day, cell.shift, cell.post): cell for cell in self.cover}

    @cached_property
    def gap(self) -> dict[tuple[str, str], int]:
        """Return {(shift, then): the least number of days after which `then` may follow}; 1 is the next day."""
        found = {}
        for first in self.shifts:
            for then in self.shifts:
                days = 2 if then.id in first.not_before else 1
                while days * DAY + then.start - first.start - first.minutes < self.rest:
                    days += 1
                found[first.id, then.id] = days
        return found

    @cached_property
    def forbidden(self) -> frozenset[tuple[str, str]]:
        """Return the pairs (shift, shift of the next day) that break a succession rule or the rest in between."""
        return frozenset(pair for pair, days in self.gap.items() if days > 1)

    @cached_property
    def places(self) -> frozenset[str]:
        return frozenset(post.place for post in self.posts)

    @cached_property
    def longest_gap(self) -> int:
        between = self.between_places + 1 if len(self.places) > 1 else 1
        return max(between, *self.gap.values())

    def days_between(self, first: tuple[str, str | None], then: tuple[str, str | None]) -> int:
        """Return after how many days at least `then` may follow `first`, each a (shift, place or None: not known)."""
        least = self.gap[first[0], then[0]]
        moves = None not in (first[1], then[1]) and first[1] != then[1]
        return max(least, self.between_places + 1) if moves else least

    def may(self, person: Person, day: int, shift: str, post: str) -> bool:
        """Say whether a person may stand at a post on a shift, his other days apart."""
        if day in person.days_off or (day, shift) in person.barred or (day, post) in person.barred_posts:
            return False
        if person.posts is not None:
            span = person.posts.get(post)
            if span is None or not span[0] <= day <= span[1]:
                return False
        if day in person.pins and person.pins[day] != (shift, post):
            return False
        return not (person.before and day < self.longest_gap - 1) or self.rested(person, day, shift, post)

    def rested(self, person: Person, day: int, shift: str, post: str) -> bool:
        """Say whether a duty comes late enough after what the person stood before day 0."""
        last = next((n for n, stood in enumerate(reversed(person.before), 1) if stood), None)
        if last is None:
            return True
        return day + last >= self.days_between(
            (person.before[-last], person.place_before), (shift, self.post[post].place)
        )

    def crews_beside(self, others: Roster) -> tuple[Crew, ...]:
        """Return what the crews still ask for when these others stand already."""
        by_day: dict[int, list[tuple[frozenset[str], str, str]]] = {}
        for (who, day), cell in others.items() if self.crews else ():
            if who in self.person and self.person[who].marks:
                by_day.setdefault(day, []).append((self.person[who].marks, *cell))
        return tuple(crew.beside(sum(crew.counts(*stood) for stood in by_day.get(crew.day, ()))) for crew in self.crews)

    @cached_property
    def burdens(self) -> tuple[Burden, ...]:
        """Return what is to be shared out evenly, as far as it has a weight."""
        weekend = frozenset(day for days in self.weekends() for day in days)
        return tuple(burden for burden in burdens(self.fairness, self.shifts, weekend) if burden.weight)

    @cached_property
    def teams(self) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = {}
        for person in self.people:
            found.setdefault(person.team, []).append(person)
        return found

    def weekends(self) -> list[tuple[int, ...]]:
        """Return the days of each weekend. Day 0 is a Monday unless the problem has a start date."""
        first = self.start.weekday() if self.start else 0
        found: dict[int, list[int]] = {}
        for day in range(self.days):
            if (first + day) % 7 >= 5:
                found.setdefault((first + day) // 7, []).append(day)
        return [tuple(days) for days in found.values()]
