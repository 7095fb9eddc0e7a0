"""The parts of a rostering problem: shifts, posts, people and what is needed. Each checks its own form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ..errors import BadInput

DAY = 24 * 60  # min
NO_POST = ""
LARGEST = 10**9  # no weight, count or length of any real plant comes near; keeps the solvers' integers safe


@dataclass(frozen=True)
class Shift:
    """One watch. start and minutes in min; a start of 1320 with 480 minutes ends at 06:00 of the next day.

    kind: what it counts as when burdens are shared out: "gate", "standby".
    """

    id: str
    start: int = 0
    minutes: int = 480
    night: bool = False
    not_before: frozenset[str] = frozenset()  # shifts that must not follow on the next day
    kind: str = ""

    def __post_init__(self) -> None:
        named("shift", self.id)
        text("kind", self.kind, self.id)
        yes_or_no("night", self.night, self.id)
        within("start", self.start, 0, DAY - 1, self.id)
        within("minutes", self.minutes, 1, DAY, self.id)


@dataclass(frozen=True)
class Post:
    """A post to be manned; tier 1 is vital. place: the room or site it belongs to, for rules on changing between them."""

    id: str
    tier: int = 1
    place: str = ""

    def __post_init__(self) -> None:
        text("place", self.place, self.id)


@dataclass(frozen=True)
class Cover:
    """How many are wanted at a post on a shift of a day. Without `under` the number is a hard minimum."""

    day: int
    shift: str
    post: str = NO_POST
    needed: int = 1
    under: int | None = None  # cost of each one missing; None: none may be missing
    over: int = 0  # cost of each one too many
    least: int = 0  # beside a number that may be missed at a cost: as many at least
    most: int | None = None  # as many at most

    @property
    def minimum(self) -> int:
        """The number that must be there, whatever it costs."""
        return self.needed if self.under is None else self.least

    def beside(self, standing: int) -> "Cover":
        """Return what is still asked for when so many stand there already."""
        most = None if self.most is None else max(0, self.most - standing)
        needed, least = max(0, self.needed - standing), max(0, self.least - standing)
        return replace(self, needed=needed, least=least, most=most)

    def check(self, row: int) -> None:
        """Raise BadInput when a number is out of range or the numbers contradict each other."""
        within("needed", self.needed, 0, 100_000, row)
        within("least", self.least, 0, 100_000, row)
        within("under", 0 if self.under is None else self.under, 0, LARGEST, row)
        within("over", self.over, 0, LARGEST, row)
        if self.least > self.needed:
            raise BadInput("least_above_needed", "least", row, self.least)
        if self.most is not None:
            within("most", self.most, 0, 100_000, row)
            if self.most < self.needed:
                raise BadInput("most_below_needed", "most", row, self.most)


@dataclass(frozen=True)
class Crew:
    """How many of the people with a mark may stand together: "one of these every night", "never two novices".

    shift "" counts the whole day, posts None everywhere. under, over: cost of each one missing of `least`, or beyond
    `most`; None: not allowed.
    """

    day: int
    mark: str
    shift: str = ""
    posts: frozenset[str] | None = None
    least: int = 0
    most: int | None = None
    under: int | None = None
    over: int | None = None

    def counts(self, marks: Iterable[str], shift: str, post: str) -> bool:
        """Say whether somebody with these marks counts when he stands there on the day."""
        here = self.shift in ("", shift) and (self.posts is None or post in self.posts)
        return here and self.mark in marks

    def beside(self, standing: int) -> "Crew":
        """Return what is still asked for when so many stand there already."""
        most = None if self.most is None else max(0, self.most - standing)
        return replace(self, least=max(0, self.least - standing), most=most)

    def check(self, row: int) -> None:
        """Raise BadInput when a number is out of range or the numbers contradict each other."""
        named("mark", self.mark, row)
        within("least", self.least, 0, 100_000, row)
        within("under", 0 if self.under is None else self.under, 0, LARGEST, row)
        within("over", 0 if self.over is None else self.over, 0, LARGEST, row)
        if self.most is not None:
            within("most", self.most, 0, 100_000, row)
            if self.most < self.least:
                raise BadInput("most_below_least", "most", row, self.most)


@dataclass(frozen=True)
class Apart:
    """Teams of which no two may meet: no two of them on duty less than `gap` min apart.

    gap 0: not at the same time; 1: no hand-over either. same_day: not on one day at all, however far apart; same_place:
    only where their posts belong to one place.
    """

    teams: frozenset[str]
    gap: int = 1
    same_day: bool = False
    same_place: bool = False

    def check(self, row: int) -> None:
        """Raise BadInput when there are no two teams, or the gap is out of range."""
        for team in self.teams:
            named("team", team, row)
        if len(self.teams) < 2:
            raise BadInput("too_few_teams", "apart", row, len(self.teams))
        within("gap", self.gap, 0, 7 * DAY, row)
        yes_or_no("same_day", self.same_day, row)
        yes_or_no("same_place", self.same_place, row)


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

    posts: post -> (first day, last day) he may stand there; None: any post, any day. marks: what crews count him by.
    barred: (day, shift) he cannot stand; barred_posts: (day, post). pins: day -> (shift, post), or None for a day off.
    before: the shifts of the days that end with day -1, oldest first, "" for a day off: the roster that came before;
    place_before: the place of the last of them, None: not known. carried: what he carries from before, {burden: count}.
    base: his shift on each day in the base plan, "" for a day off. credited_minutes: counted as worked without a duty
    (leave, training). A stay inside lasts from a duty to the last one before `stay_break` days off in a row.
    """

    id: str
    posts: Mapping[str, tuple[int, int]] | None = None
    team: str = ""
    marks: frozenset[str] = frozenset()
    days_off: frozenset[int] = frozenset()
    barred: frozenset[tuple[int, str]] = frozenset()
    barred_posts: frozenset[tuple[int, str]] = frozenset()
    pins: Mapping[int, tuple[str, str] | None] = field(default_factory=lambda: MappingProxyType({}))
    most_of: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    least_minutes: int | None = None
    most_minutes: int | None = None
    longest_run: int | None = None
    shortest_run: int = 1
    shortest_break: int = 1  # days off in a row
    most_weekends: int | None = None
    most_nights_in_row: int | None = None
    most_in_week: int | None = None  # duties in any 7 days in a row
    longest_stay: int | None = None  # days
    stay_break: int = 2  # days off in a row
    credited_minutes: int = 0
    requests: tuple[Request, ...] = ()
    before: tuple[str, ...] = ()
    place_before: str | None = None
    carried: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    base: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise BadInput when a limit is out of range or two contradict each other."""
        named("person", self.id)
        text("team", self.team, self.id)
        if self.place_before is not None:
            text("place_before", self.place_before, self.id)
        for name in ("longest_run", "shortest_run", "shortest_break", "longest_stay", "stay_break"):
            if (value := getattr(self, name)) is not None:
                within(name, value, 1, LARGEST, self.id)
        for name in ("least_minutes", "most_minutes", "most_weekends", "most_nights_in_row", "credited_minutes"):
            if (value := getattr(self, name)) is not None:
                within(name, value, 0, LARGEST, self.id)
        if self.most_in_week is not None:
            within("most_in_week", self.most_in_week, 0, 7, self.id)
        if self.longest_run is not None and self.shortest_run > self.longest_run:
            raise BadInput("shortest_above_longest", "shortest_run", self.id, self.shortest_run)
        if self.most_minutes is not None and (self.least_minutes or 0) > self.most_minutes:
            raise BadInput("least_above_most", "least_minutes", self.id, self.least_minutes)
        if self.most_minutes is not None and self.credited_minutes > self.most_minutes:
            raise BadInput("credited_above_most", "credited_minutes", self.id, self.credited_minutes)
        if self.longest_stay is not None and self.shortest_run > self.longest_stay:
            raise BadInput("shortest_above_longest", "shortest_run", self.id, self.shortest_run)
        for mark in self.marks:
            named("mark", mark, self.id)
        for request in self.requests:
            within("request weight", request.weight, 0, LARGEST, self.id)
            yes_or_no("wanted", request.wanted, self.id)


def distinct(kind: str, ids: Iterable[object]) -> None:
    """Raise BadInput when there is none, one twice, or one that is no name."""
    seen: set[str] = set()
    for row, key in enumerate(ids, 1):
        if not isinstance(key, str):
            raise BadInput("not_a_name", kind, row, repr(key)[:40])
        if key in seen:
            raise BadInput("given_twice", kind, row, key)
        seen.add(key)
    if not seen:
        raise BadInput("none_given", kind)


def named(field: str, value: object, row: int | str | None = None) -> None:
    """Raise BadInput when a name is none, empty or too long."""
    if not isinstance(value, str):
        raise BadInput("not_a_name", field, row, repr(value)[:40])
    if not value or len(value) > 200:
        raise BadInput("no_name" if not value else "too_long", field, row, value[:40])


def text(field: str, value: object, row: int | str | None = None) -> None:
    """Raise BadInput when a value is no text, or one too long; it may be empty."""
    if not isinstance(value, str) or len(value) > 200:
        raise BadInput("not_a_name", field, row, repr(value)[:40])


def yes_or_no(field: str, value: object, row: int | str | None = None) -> None:
    """Raise BadInput when a value is neither True nor False."""
    if not isinstance(value, bool):
        raise BadInput("not_yes_or_no", field, row, repr(value)[:40])


def within(field: str, value: object, least: int, most: int, row: int | str | None = None) -> None:
    """Raise BadInput when a value is no whole number from least to most."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput("not_a_whole_number", field, row, value)
    if not least <= value <= most:
        raise BadInput("out_of_range", field, row, value)
