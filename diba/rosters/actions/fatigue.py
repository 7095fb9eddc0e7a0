"""How hard people work: hours, overtime, runs, nights, days living in, and who is above which limit, with or without a waiver."""

import itertools
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from diba.plant import actions as plant
from diba.plant.models import Role

from ..models import Rule
from .limits import LEAST, level_now, limits_on, waived, waivers_between, worse
from .manning import duties_between, in_force
from .periods import month_of, runs
from .problems import team_on

BACK, AHEAD = 35, 35  # days of duties that a fatigue figure looks at
WEEK = 168  # h; a longer rest than a week is an absence, not a rest
WEEK_HOURS = 44  # h; Labour Law art. 36, the week that overtime is counted from when no row says otherwise


@dataclass(frozen=True)
class Above:
    """One person above one limit: the figure, the limit's row, the day it is reached, the waiver that allows it or None."""

    person_id: int
    rule: str
    found: float
    limit: object
    day: date
    waiver: object = None


@dataclass(frozen=True)
class Load:
    """What one person carries around a day. Hours in h, lengths in days."""

    person_id: int
    run_now: int  # days in a row up to today, today included when he stands today
    longest_run: int
    nights_in_row: int
    least_rest: float | None  # h, of the coming duties
    week: float  # h a week, mean of the four weeks that end with this one
    month: float  # h of this calendar month
    overtime: float  # h of this month beyond the law's week
    nights: int  # of this month
    above: tuple = ()

    @property
    def open(self):
        """Return what exceeds a limit without a waiver."""
        return tuple(row for row in self.above if row.waiver is None)


def hours(duties, first, last):
    """Return the hours of the duties that begin from first to last day."""
    return sum(duty.watch.minutes for duty in duties if first <= duty.day <= last) / 60


def week_mean(duties, day):
    """Return the hours a week, mean of the four calendar weeks that end with the day's week."""
    sunday = day + timedelta(days=6 - day.weekday())
    return hours(duties, sunday - timedelta(days=27), sunday) / 4


def overtime(duties, day, week=WEEK_HOURS):
    """Return the hours of a day's month beyond `week` hours a week."""
    first, last = month_of(day)
    return max(0.0, hours(duties, first, last) - week * (last.day / 7))


def rests(duties):
    """Return [(day, hours of rest before that day's duty)] of duties in order; the first has none before it."""
    spans = [
        (duty.day, *duty.watch.span(duty.day)) for duty in sorted(duties, key=lambda duty: duty.watch.span(duty.day))
    ]
    return [(then[0], (then[1] - before[2]).total_seconds() / 3600) for before, then in itertools.pairwise(spans)]


def figures(duties, day, week=WEEK_HOURS, today=None):
    """Return {rule: [(figure, day it is reached)]} of one person's duties from `day` on: everything a limit may hold."""
    nights = [duty.day for duty in duties if duty.watch.night]
    first, last = month_of(day)
    found = {
        Rule.RUN: [(n, start) for start, n in runs(d.day for d in duties) if start + timedelta(days=n) > day],
        Rule.NIGHTS: [(n, start) for start, n in runs(nights) if start + timedelta(days=n) > day],
        Rule.REST: [(rest, then) for then, rest in rests(duties) if then >= day],
        Rule.WEEK: [(week_mean(duties, day), day)],
        Rule.MONTH: [(hours(duties, first, last), day)],
        Rule.OVERTIME: [(overtime(duties, day, week), day)],
        Rule.DAY: [(duty.watch.minutes / 60, duty.day) for duty in duties if duty.day >= day],
    }
    return found


def loads(day=None, people=None, *, draft=None):
    """Return {person id: Load} of everybody with a duty around a day; a constant number of queries.

    draft: a roster that counts as though it were published, up to its last day.
    """
    day = day or plant.today()
    first, last = day - timedelta(days=BACK), _last(draft) if draft else day + timedelta(days=AHEAD)
    by_person = defaultdict(list)
    for duty in duties_between(first, last, instead=draft):
        if people is None or duty.person_id in people:
            by_person[duty.person_id].append(duty)
    limits, waivers = limits_on(day, level_now()), waivers_between(first, last)
    inside = days_inside(day, by_person)
    return {pk: _load(pk, duties, day, limits, waivers, inside.get(pk, 0)) for pk, duties in by_person.items()}


def _last(roster):
    return roster.first_day + timedelta(days=roster.days - 1)


def above_in(draft):
    """Return [(Limit, the worst figure, ids of the people)] of what a draft's own days exceed without a waiver."""
    day = max(plant.today(), draft.first_day)
    if day > _last(draft):
        return []
    found = {}
    for load in loads(day, set(draft.duties.values_list("person", flat=True)), draft=draft).values():
        for row in load.open:
            found.setdefault(row.rule, []).append(row)
    return [
        (rows[0].limit, (min if rule in LEAST else max)(row.found for row in rows), {row.person_id for row in rows})
        for rule, rows in found.items()
    ]


def _load(pk, duties, day, limits, waivers, inside):
    week = limits[Rule.WEEK].value if Rule.WEEK in limits and limits[Rule.WEEK].value else WEEK_HOURS
    found = figures(duties, day, week)
    found[Rule.INSIDE] = [(inside, day)]
    first, last = month_of(day)
    worked = {duty.day for duty in duties}
    run_now = next(n for n in range(len(worked) + 1) if day - timedelta(days=n) not in worked)
    return Load(
        person_id=pk, run_now=run_now, longest_run=max((n for n, _ in found[Rule.RUN]), default=0),
        nights_in_row=max((n for n, _ in found[Rule.NIGHTS]), default=0), least_rest=min((r for r, _ in found[Rule.REST] if r <= WEEK), default=None),
        week=found[Rule.WEEK][0][0], month=found[Rule.MONTH][0][0], overtime=found[Rule.OVERTIME][0][0],
        nights=sum(duty.watch.night for duty in duties if first <= duty.day <= last), above=tuple(_above(pk, found, limits, waivers)),
    )  # fmt: skip


def _above(pk, found, limits, waivers):
    for rule, rows in found.items():
        limit = limits.get(rule)
        over = [row for row in rows if limit and worse(rule, row[0], limit.value)]
        if over:
            figure, day = (min if rule in LEAST else max)(over, key=lambda row: row[0])
            yield Above(pk, rule, round(figure, 1), limit, day, waived(waivers, pk, rule, day, figure))


def days_inside(day, people):
    """Return {person id: days in a row his team has been in the plant on a day}, of teams that take turns."""
    first = day - timedelta(days=60)
    rosters = in_force(first, day)
    splits = {roster.split_id: roster.split for roster in rosters.values() if roster.split_id}
    members = {pk: dict(split.memberships.values_list("person", "team")) for pk, split in splits.items()}
    found = {}
    for person in people:
        length = 0
        for back in range(61):
            roster = rosters.get(day - timedelta(days=back))
            if roster is None or not _is_inside(
                roster, members.get(roster.split_id, {}).get(person), day - timedelta(days=back)
            ):
                break
            length += 1
        found[person] = length
    return found


def _is_inside(roster, team, day):
    on = team_on(roster, (day - roster.first_day).days)
    return bool(on) and on == team


def warn_of_runs(roster, by, people=None):
    """Warn everybody, or these (ids), whose run of days in a roster just published exceeds the limit, and the planner; return how many.

    Waived or not, a long run is never there unseen.
    """
    limit = limits_on(roster.first_day, level_now()).get(Rule.RUN)
    if limit is None or limit.value is None:
        return 0
    standing = set(roster.duties.values_list("person", flat=True))
    people = standing if people is None else standing & people
    over = {
        load.person_id: row
        for load in loads(max(plant.today(), roster.first_day), people).values()
        for row in load.above
        if row.rule == Rule.RUN
    }
    for pk, row in over.items():
        words = gettext_noop(
            "From {day} you work {days} days in a row; the limit is {limit}. Say so if it is too much."
        )
        values = {"day": f"{row.day:%m-%d}", "days": int(row.found), "limit": limit.value}
        plant.tell([pk], words, values, link="/rosters/waivers/", receipt_wanted=True, by=by)
    if over:
        words = gettext_noop("{count} people work more days in a row than {limit}; the longest run is {days} days")
        values = {"count": len(over), "limit": limit.value, "days": int(max(row.found for row in over.values()))}
        plant.ask(words, values, role=Role.PLANNER, key=f"runs:{roster.pk}", link="/rosters/fatigue/", by=by)
    return len(over)
