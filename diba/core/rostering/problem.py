"""A rostering problem: who may stand where and when, what is needed, and every rule in between. It checks itself.

Days are numbered from 0; a shift belongs to the day it starts on. A post of "" stands for "no posts": the benchmark's
world, where a shift alone is what is covered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from ..errors import BadInput

DAY = 24 * 60  # min
NO_POST = ""
LARGEST = 10**9  # no weight, count or length of any real plant comes near; keeps the solvers' integers safe

Roster = Mapping[tuple[str, int], tuple[str, str]]
"""A roster: {(person, day): (shift, post)}; a day without an entry is off."""


@dataclass(frozen=True)
class Shift:
    """One watch. start and minutes in min; a start of 1320 with 480 minutes ends at 06:00 of the next day."""

    id: str
    start: int = 0
    minutes: int = 480
    night: bool = False
    not_before: frozenset[str] = frozenset()  # shifts that must not follow on the next day

    def __post_init__(self) -> None:
        _named("shift", self.id)
        _within("start", self.start, 0, DAY - 1, self.id)
        _within("minutes", self.minutes, 1, DAY, self.id)


@dataclass(frozen=True)
class Post:
    """A place to be manned; tier 1 is vital."""

    id: str
    tier: int = 1


@dataclass(frozen=True)
class Cover:
    """How many are wanted at a post on a shift of a day. Without `under` the number is a hard minimum."""

    day: int
    shift: str
    post: str = NO_POST
    needed: int = 1
    under: int | None = None  # cost of each one missing; None: none may be missing
    over: int = 0  # cost of each one too many


@dataclass(frozen=True)
class Request:
    """A wish: to work a shift (wanted) or not to work it, at a cost when it is not granted."""

    day: int
    shift: str
    wanted: bool
    weight: int


@dataclass(frozen=True)
class Person:
    """Somebody to be rostered, with the rules of his own. Absent limits are None; minutes in min.

    posts: post -> (first day, last day) he may stand there; None: any post, any day.
    barred: (day, shift) he cannot stand. pins: day -> (shift, post), or None for a day off that is fixed.
    before: the shifts of the days that end with day -1, oldest first, "" for a day off: the roster that came before.
    """

    id: str
    posts: Mapping[str, tuple[int, int]] | None = None
    team: str = ""
    days_off: frozenset[int] = frozenset()
    barred: frozenset[tuple[int, str]] = frozenset()
    pins: Mapping[int, tuple[str, str] | None] = field(default_factory=lambda: MappingProxyType({}))
    most_of: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    least_minutes: int | None = None
    most_minutes: int | None = None
    longest_run: int | None = None
    shortest_run: int = 1
    shortest_break: int = 1  # days off in a row
    most_weekends: int | None = None
    most_nights_in_row: int | None = None
    requests: tuple[Request, ...] = ()
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fairness:
    """Cost of each night (weekend duty) by which the most and the least burdened of a team differ."""

    nights: int = 0
    weekends: int = 0
    duties: int = 0


@dataclass(frozen=True)
class Problem:
    """The whole: horizon, shifts, posts, people, cover, rest in min, fairness. Raises BadInput that names what is wrong."""

    days: int
    shifts: tuple[Shift, ...]
    people: tuple[Person, ...]
    cover: tuple[Cover, ...] = ()
    posts: tuple[Post, ...] = (Post(NO_POST),)
    rest: int = 0
    fairness: Fairness = Fairness()
    start: date | None = None
    name: str = ""

    def __post_init__(self) -> None:
        _within("days", self.days, 1, 400)
        _distinct("shifts", [shift.id for shift in self.shifts])
        _distinct("posts", [post.id for post in self.posts])
        _distinct("people", [person.id for person in self.people])
        _within("rest", self.rest, 0, 7 * DAY)
        for shift in self.shifts:
            for following in shift.not_before:
                self._known("shifts", following, shift.id)
        for row, cell in enumerate(self.cover, 1):
            self._check_cover(cell, row)
        for person in self.people:
            self._check_person(person)

    def _known(self, kind: str, key: str, row: int | str) -> None:
        known: Mapping[str, object] = self.shift if kind == "shifts" else self.post
        if key not in known:
            raise BadInput(f"unknown_{kind[:-1]}", kind, row, key)

    def _check_cover(self, cell: Cover, row: int) -> None:
        _within("cover day", cell.day, 0, self.days - 1, row)
        self._known("shifts", cell.shift, row)
        self._known("posts", cell.post, row)
        _within("needed", cell.needed, 0, 100_000, row)
        _within("under", cell.under or 0, 0, LARGEST, row)
        _within("over", cell.over, 0, LARGEST, row)

    def _check_person(self, person: Person) -> None:
        _named("person", person.id)
        for post in person.posts or ():
            self._known("posts", post, person.id)
        for day in person.days_off:
            _within("day off", day, 0, self.days - 1, person.id)
        for day, shift in person.barred:
            _within("barred day", day, 0, self.days - 1, person.id)
            self._known("shifts", shift, person.id)
        for day, pin in person.pins.items():
            _within("pinned day", day, 0, self.days - 1, person.id)
            if pin is not None:
                self._known("shifts", pin[0], person.id)
                self._known("posts", pin[1], person.id)
        for shift, most in person.most_of.items():
            self._known("shifts", shift, person.id)
            _within("most_of", most, 0, LARGEST, person.id)
        for name in ("longest_run", "shortest_run", "shortest_break"):
            if (value := getattr(person, name)) is not None:
                _within(name, value, 1, LARGEST, person.id)
        for name in ("least_minutes", "most_minutes", "most_weekends", "most_nights_in_row"):
            if (value := getattr(person, name)) is not None:
                _within(name, value, 0, LARGEST, person.id)
        for request in person.requests:
            _within("request day", request.day, 0, self.days - 1, person.id)
            self._known("shifts", request.shift, person.id)
            _within("request weight", request.weight, 0, LARGEST, person.id)
        for shift in person.before:
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
    def forbidden(self) -> frozenset[tuple[str, str]]:
        """Return the pairs (shift, shift of the next day) that break a succession rule or the rest in between."""
        return frozenset(
            (first.id, then.id)
            for first in self.shifts
            for then in self.shifts
            if then.id in first.not_before or DAY + then.start - (first.start + first.minutes) < self.rest
        )

    def may(self, person: Person, day: int, shift: str, post: str) -> bool:
        """Say whether a person may stand at a post on a shift, his other days apart."""
        if day in person.days_off or (day, shift) in person.barred:
            return False
        if person.posts is not None:
            span = person.posts.get(post)
            if span is None or not span[0] <= day <= span[1]:
                return False
        if day in person.pins:
            return person.pins[day] == (shift, post)
        return not (day == 0 and person.before and (person.before[-1], shift) in self.forbidden)

    def weekends(self) -> list[tuple[int, ...]]:
        """Return the days of each weekend. Day 0 is a Monday unless the problem has a start date."""
        first = self.start.weekday() if self.start else 0
        found: dict[int, list[int]] = {}
        for day in range(self.days):
            if (first + day) % 7 >= 5:
                found.setdefault((first + day) // 7, []).append(day)
        return [tuple(days) for days in found.values()]


def _distinct(kind: str, ids: list[str]) -> None:
    if not ids:
        raise BadInput("none_given", kind)
    seen: set[str] = set()
    for row, key in enumerate(ids, 1):
        if key in seen:
            raise BadInput("given_twice", kind, row, key)
        seen.add(key)


def _named(field: str, value: str) -> None:
    if not value or len(value) > 200:
        raise BadInput("no_name" if not value else "too_long", field, value=value[:40])


def _within(field: str, value: int, least: int, most: int, row: int | str | None = None) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput("not_a_whole_number", field, row, value)
    if not least <= value <= most:
        raise BadInput("out_of_range", field, row, value)
