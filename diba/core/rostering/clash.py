"""The smallest set of rules, people, posts and days that cannot be kept together, found by leaving out and solving again.

A part is one named rule on some people, days and places. `only` gives the problem in which nothing but some parts holds, so each
part's need is proved by the roster that exists without it. The order of search is that of QuickXplain (U. Junker 2004).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from .parts import Apart, Cover, Person
from .problem import Fairness, Problem, Roster
from .solvable import solvable

# The fields of a person that each rule of his own sets.
PERSONAL = {
    "longest_run": ("longest_run",), "most_nights_in_row": ("most_nights_in_row",), "most_weekends": ("most_weekends",),
    "least_minutes": ("least_minutes",), "most_minutes": ("most_minutes",), "most_of": ("most_of",), "most_in_week": ("most_in_week",),
    "longest_stay": ("longest_stay", "stay_break"),
    "shortest_run": ("shortest_run",), "shortest_break": ("shortest_break",), "pins": ("pins",),
    "absences": ("days_off", "barred", "barred_posts"),
}  # fmt: skip
WHOLE = ("rest", "places", "crews", "most", "apart")  # rules that hold for everybody or nobody
RULES = ("cover", *WHOLE, *PERSONAL)


T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """One rule. None: on everybody, on every day, at every place (shift, post). which: of crews the marks, of apart the teams."""

    rule: str
    people: frozenset[str] | None = None
    days: frozenset[int] | None = None
    places: frozenset[tuple[str, str]] | None = None
    which: frozenset[str] | None = None

    def holds(self, person: str) -> bool:
        return self.people is None or person in self.people

    def names(self, which: str) -> bool:
        return self.which is None or which in self.which

    def covers(self, day: int, shift: str, post: str) -> bool:
        return (self.days is None or day in self.days) and (self.places is None or (shift, post) in self.places)


def only(problem: Problem, parts: Iterable[Part]) -> Problem:
    """Return the problem in which these parts hold and nothing else: who may stand where, and one duty a day, always do."""
    parts = tuple(parts)
    crews = [part for part in parts if part.rule == "crews"]
    apart = [part for part in parts if part.rule == "apart"]
    rules = {part.rule for part in parts}
    shifts = tuple(shift if "rest" in rules else replace(shift, not_before=frozenset()) for shift in problem.shifts)
    return replace(
        problem, shifts=shifts, rest=problem.rest if "rest" in rules else 0, fairness=Fairness(), deviation=0,
        between_places=problem.between_places if "places" in rules else 0,
        crews=tuple(crew for crew in problem.crews if any(part.names(crew.mark) for part in crews)),
        apart=tuple(rule for rule in problem.apart if any(part.names(teams_of(rule)) for part in apart)),
        cover=tuple(_cell(cell, parts) for cell in problem.cover),
        people=tuple(_person(person, parts) for person in problem.people),
    )  # fmt: skip


def teams_of(rule: Apart) -> str:
    """Return the teams of a rule that keeps them apart, as one name."""
    return "|".join(sorted(rule.teams))


def _cell(cell: Cover, parts: Sequence[Part]) -> Cover:
    most = cell.most if any(part.rule == "most" for part in parts) else None
    wanted = any(part.rule == "cover" and part.covers(cell.day, cell.shift, cell.post) for part in parts)
    return Cover(cell.day, cell.shift, cell.post, cell.minimum if wanted else 0, most=most)


def _person(person: Person, parts: Sequence[Part]) -> Person:
    found = Person(
        person.id,
        person.posts,
        person.team,
        person.marks,
        before=person.before,
        place_before=person.place_before,
        credited_minutes=person.credited_minutes,
    )
    for part in parts:
        if part.rule in PERSONAL and part.holds(person.id):
            kept: dict[str, Any] = {name: _on(getattr(person, name), part.days) for name in PERSONAL[part.rule]}
            found = replace(found, **kept)
    return found


def _on(value: object, days: frozenset[int] | None) -> object:
    """Return what of a set or mapping by day is on these days; other values as they are."""
    if days is None:
        return value
    if isinstance(value, frozenset):
        return frozenset(each for each in value if (each if isinstance(each, int) else each[0]) in days)
    if hasattr(value, "items"):
        return {day: each for day, each in value.items() if day in days}
    return value


def stands(problem: Problem, rule: str) -> bool:
    """Say whether a problem has a rule at all."""
    people = problem.people
    if rule in PERSONAL:
        plain = Person("nobody")
        return any(getattr(p, name) != getattr(plain, name) for p in people for name in PERSONAL[rule])
    return {
        "cover": any(cell.minimum for cell in problem.cover),
        "most": any(cell.most is not None for cell in problem.cover),
        "rest": problem.rest > 0 or any(shift.not_before for shift in problem.shifts),
        "apart": bool(problem.apart),
        "places": problem.between_places > 0 and len(problem.places) > 1,
        "crews": any(
            (crew.least and crew.under is None) or (crew.most is not None and crew.over is None)
            for crew in problem.crews
        ),
    }[rule]


@dataclass
class Court:
    """Asks whether parts of a problem can be kept together; remembers every answer, and the rosters that prove it."""

    problem: Problem
    until: float  # of time.monotonic()
    workers: int = 1
    seed: int = 1
    known: dict[frozenset[Part], bool] = field(default_factory=dict)
    rosters: dict[frozenset[Part], Roster] = field(default_factory=dict)

    def left(self) -> float:
        return self.until - time.monotonic()

    def impossible(self, parts: Iterable[Part]) -> bool:
        """Say whether it is proved that no roster keeps these parts. False when it was not found out in time."""
        key = frozenset(parts)
        if key not in self.known:
            if self.left() <= 0:
                return False
            answer, roster = solvable(
                only(self.problem, key), max(0.2, self.left()), workers=self.workers, seed=self.seed
            )
            self.known[key] = answer == "no"
            if roster is not None:
                self.rosters[key] = roster
        return self.known[key]

    def freed(self, parts: Sequence[Part], without: Part) -> Roster | None:
        """Return a roster that keeps every part but one, or None when there is none or none was found in time."""
        key = frozenset(part for part in parts if part != without)
        return None if self.impossible(key) else self.rosters.get(key)

    def smallest(self, items: Sequence[Part], background: Sequence[Part] = ()) -> list[Part]:
        """Return a smallest set of the items that is impossible together with the background, which is not by itself."""
        return self._explain(list(background), False, list(items))

    def _explain(self, background: list[Part], grown: bool, items: list[Part]) -> list[Part]:
        if grown and self.impossible(background):
            return []
        if len(items) == 1:
            return items
        half = len(items) // 2
        first, second = items[:half], items[half:]
        of_second = self._explain([*background, *first], True, second)
        of_first = self._explain([*background, *of_second], bool(of_second), first)
        return [*of_first, *of_second]


def find_clash(court: Court) -> list[Part]:
    """Return the smallest clash found in the time: first rules and posts, then places, days and people. Empty when there is
    none, or nothing was proved in time.
    """
    problem = court.problem
    shifts = [shift.id for shift in problem.shifts]
    cover = [Part("cover", places=frozenset((shift, post) for shift in shifts)) for post in _tightest_first(problem)]
    rules = [Part(rule) for rule in RULES if rule != "cover" and stands(problem, rule)]
    # One post's cover is often enough: such a problem is small.
    items = next(([*rules, post] for post in cover if court.impossible([*rules, post])), [*rules, *cover])
    if not court.impossible(items):
        return []
    parts = merged(court.smallest(_window(court, items)))
    for cut in (_by_which, _by_place, _by_day, _by_person):
        parts = _cut(court, parts, cut)
    return parts


def _window(court: Court, items: list[Part]) -> list[Part]:
    """Return the items with the cover cut to the shortest stretch of days, from its end and then from its start, that is still
    impossible: a problem of few days is a small one.
    """
    first, last = 0, court.problem.days - 1

    def cut(start: int, end: int) -> list[Part]:
        days = frozenset(range(start, end + 1))
        return [replace(part, days=days) if part.rule == "cover" else part for part in items]

    low = 0
    while low < last:
        middle = (low + last) // 2
        low, last = (low, middle) if court.impossible(cut(0, middle)) else (middle + 1, last)
    high = last
    while first < high:
        middle = (first + high + 1) // 2
        first, high = (middle, high) if court.impossible(cut(middle, last)) else (first, middle - 1)
    found = cut(first, last)
    return found if court.impossible(found) else items


def _tightest_first(problem: Problem) -> list[str]:
    """Return the posts that must be manned, those with the most duties for each one who may stand there first."""
    asked: Counter[str] = Counter()
    for cell in problem.cover:
        asked[cell.post] += cell.minimum
    able = {post: sum(p.posts is None or post in p.posts for p in problem.people) for post in asked}
    return sorted((post for post in asked if asked[post]), key=lambda post: (-asked[post] / max(1, able[post]), post))


def merged(parts: Iterable[Part]) -> list[Part]:
    """Return parts of one rule and equal days as one, cover first."""
    found: dict[tuple[object, ...], Part] = {}
    for part in parts:
        key = (part.rule, None if part.rule == "cover" else part.days)
        found[key] = part if key not in found else _both(found[key], part)
    return sorted(found.values(), key=lambda part: RULES.index(part.rule))


def _both(one: Part, other: Part) -> Part:
    return Part(
        one.rule, _join(one.people, other.people), _join(one.days, other.days), _join(one.places, other.places),
        _join(one.which, other.which),
    )  # fmt: skip


def _join(first: frozenset[T] | None, second: frozenset[T] | None) -> frozenset[T] | None:
    return None if first is None or second is None else first | second


def _cut(court: Court, parts: list[Part], split: Callable[[Problem, Part], list[Part]]) -> list[Part]:
    """Return the parts with each cut down, by one way of splitting, to what is still impossible."""
    for part in list(parts):
        pieces = split(court.problem, part)
        others = [other for other in parts if other != part]
        if not pieces or court.left() <= 0 or not court.impossible([*others, *pieces]):
            continue
        fewer = merged([*others, *(court.smallest(pieces, others) if len(pieces) > 1 else pieces)])
        if court.impossible(fewer):
            parts = fewer
    return parts


def _by_which(problem: Problem, part: Part) -> list[Part]:
    if part.rule not in ("crews", "apart"):
        return []
    named = (
        [crew.mark for crew in problem.crews] if part.rule == "crews" else [teams_of(rule) for rule in problem.apart]
    )
    return [replace(part, which=frozenset({name})) for name in dict.fromkeys(named) if part.names(name)]


def _by_place(problem: Problem, part: Part) -> list[Part]:
    if part.rule != "cover":
        return []
    here = {
        (cell.shift, cell.post)
        for cell in problem.cover
        if cell.minimum and part.covers(cell.day, cell.shift, cell.post)
    }
    return [replace(part, places=frozenset({place})) for place in sorted(here)]


def _by_day(problem: Problem, part: Part) -> list[Part]:
    if part.rule == "cover":
        here = {cell.day for cell in problem.cover if cell.minimum and part.covers(cell.day, cell.shift, cell.post)}
        return [replace(part, days=frozenset({day})) for day in sorted(here)]
    return []


def _by_person(problem: Problem, part: Part) -> list[Part]:
    """Split what differs from person to person; a limit that is everybody's stays everybody's, for easing one would not do."""
    if part.rule not in PERSONAL:
        return []
    names = PERSONAL[part.rule]
    plain = Person("nobody")
    here = [p for p in problem.people if part.holds(p.id) and any(getattr(p, n) != getattr(plain, n) for n in names)]
    alike = {repr([getattr(person, name) for name in names]) for person in here}
    if part.rule not in ("absences", "pins") and len(alike) == 1:
        return []
    return [replace(part, people=frozenset({person.id})) for person in here]
