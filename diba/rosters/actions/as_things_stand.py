"""The roster in force from today on, as a question of the core: who stands where, who is away, what would still be needed."""

from dataclasses import dataclass, replace
from datetime import timedelta

from diba.core import rostering
from diba.plant import actions as plant

from ..models import Roster, TeamName
from .limits import level_now
from .manning import duties_between, in_force
from .problems import OVER, people_of, plan_of, problem_of

HORIZON = 28  # days ahead that a repair looks at
# Rules that say how a roster was searched, not who may stand where; `offset` counts with the first day.
OF_THE_SEARCH = {"fair_nights", "fair_weekends", "fair_duties", "seconds", "with_holes", "offset"}


@dataclass(frozen=True)
class Standing:
    """What is asked now: an unsaved roster of the days left, the core's problem with every absence, the plan as published."""

    roster: object
    problem: object
    plan: dict

    @property
    def base(self):
        """Return the published roster that a repair would change."""
        return self.roster.repairs

    def day(self, date):
        """Return a date as the problem counts days."""
        return (date - self.roster.first_day).days

    def begun(self, now=None):
        """Return the watches (day, code) that have begun: who stands there is left alone, nobody else is sent there."""
        now = now or plant.now()
        days = [self.roster.first_day + timedelta(days=offset) for offset in range(min(2, self.roster.days))]
        return {
            (self.day(day), watch.code)
            for watch in plant.watches(self.roster.pattern)
            for day in days
            if watch.span(day)[0] <= now
        }


def as_things_stand(supposed=None, day=None):
    """Return the Standing of the roster in force with its reserve let in, or None when no roster covers a coming day.

    It ends before the first day on which another roster asks another question: another pattern, division or rules. supposed:
    people and a level that a what-if takes for granted; they change the problem, never the plan. day: the Standing of the
    roster that is in force on that day, else of the first that covers a coming day.
    """
    roster = _coming(day)
    if roster is None:
        return None
    last = roster.first_day + timedelta(days=roster.days - 1)
    duties = duties_between(roster.first_day, last)
    problem = _with_pins(_with_others(problem_of(roster), roster, duties), roster, duties)
    # A duty at a post that went out of use is nobody's question any more.
    plan = {
        key: cell
        for key, cell in plan_of(duties, roster.first_day).items()
        if cell[0] in problem.shift and cell[1] in problem.post
    }
    return Standing(roster, _supposing(problem, roster, supposed) if supposed else problem, plan)


def _coming(day):
    """Return the days in force that ask one question as a roster that is not saved: the problem of now; None without one."""
    today = plant.today()
    covered = in_force(today, max(today + timedelta(days=HORIZON), day or today))
    start = min(covered, default=None) if day is None else day
    if start not in covered:
        return None
    asked = covered[start]
    end = asked.first_day + timedelta(days=asked.days - 1)
    covered |= in_force(start, end)
    first, last = start, start
    while first - timedelta(days=1) in covered and asks_the_same(covered[first - timedelta(days=1)], asked):
        first -= timedelta(days=1)
    while last < end and asks_the_same(covered[last + timedelta(days=1)], asked):
        last += timedelta(days=1)
    base = covered[first]
    rules = {**rules_from(base, first), "fair_nights": 0, "fair_weekends": 0, "fair_duties": 0}
    # What is needed is what the level of now asks for, as on the board, whatever was in force when it was published.
    return Roster(
        pattern=base.pattern, split=base.split, level=level_now(), first_day=first, days=(last - first).days + 1,
        rules=rules, repairs=base if base.pk else None,
    )  # fmt: skip


def rules_from(roster, first):
    """Return a roster's rules as one has them that begins on a later day: blocks go on from where they are then."""
    if not roster.rules.get("block") or not roster.split_id:
        return dict(roster.rules)
    return {**roster.rules, "offset": roster.rules.get("offset", 0) + (first - roster.first_day).days}


def asks_the_same(one, other):
    """Say whether two rosters ask one question: pattern, division and rules, with the same team in the plant on each day."""
    return _question(one) == _question(other)


def _question(roster):
    rules = {name: value for name, value in roster.rules.items() if value and name not in OF_THE_SEARCH}
    block, phase = rules.get("block", 0), 0
    if block and roster.split_id:
        whole = block * len(roster.split.figures.get("teams") or "AB")
        phase = (roster.rules.get("offset", 0) - roster.first_day.toordinal()) % whole
    return roster.pattern_id, roster.split_id, rules, phase


def _with_others(problem, roster, duties):
    """Let the reserve stand in too, and keep whoever stands without being in a team: they may stand on any day."""
    there = {person.id for person in problem.people}
    split = roster.split_id
    others = dict(roster.split.memberships.filter(team=TeamName.RESERVE).values_list("person", "team")) if split else {}
    others |= {duty.person_id: "" for duty in duties if duty.person_id not in others}
    others = {person: team for person, team in others.items() if str(person) not in there}
    if not others:
        return problem
    posts = [post for post in plant.posts() if post.qualifications.all()]
    watches = list(plant.watches(roster.pattern))
    last = roster.first_day + timedelta(days=roster.days - 1)
    alone = Roster(
        pattern=roster.pattern,
        level=roster.level,
        first_day=roster.first_day,
        days=roster.days,
        rules={**roster.rules, "block": 0},
    )
    return replace(problem, people=(*problem.people, *people_of(alone, others, posts, watches, last)))


def _with_pins(problem, roster, duties):
    """Return the problem with the duties that a planner has pinned in the rosters in force."""
    pins = {}
    for duty in duties:
        if duty.pinned:
            cell = (duty.watch.code, duty.post.code)
            pins.setdefault(str(duty.person_id), {})[(duty.day - roster.first_day).days] = cell
    people = tuple(
        replace(person, pins={**person.pins, **pins[person.id]}) if person.id in pins else person
        for person in problem.people
    )
    return replace(problem, people=people) if pins else problem


def _supposing(problem, roster, supposed):
    """Return the problem with people gone and another level from a day on."""
    watches = list(plant.watches(roster.pattern))
    barred = {}
    for gone in supposed.gone:
        there = barred.setdefault(str(gone.person_id), set())
        for offset in range(roster.days):
            for watch in watches:
                start, end = watch.span(roster.first_day + timedelta(days=offset))
                if gone.starts_at < end and (gone.ends_at is None or gone.ends_at > start):
                    there.add((offset, watch.code))
    people = tuple(
        replace(person, barred=person.barred | barred[person.id]) if person.id in barred else person
        for person in problem.people
    )
    return replace(problem, people=people, cover=_cover_at(problem, roster, supposed))


def _cover_at(problem, roster, supposed):
    if supposed.level is None:
        return problem.cover
    posts = {post.pk: post.code for post in plant.posts() if post.code in problem.post}
    watches = {watch.pk: watch.code for watch in plant.watches(roster.pattern)}
    then = {
        (watches[watch], posts[post]): needed
        for (post, watch), needed in plant.demand(roster.pattern, supposed.level).items()
        if watch in watches and post in posts
    }
    found = {(cell.day, cell.shift, cell.post): cell for cell in problem.cover}
    for day in range(roster.days):
        if supposed.level_on(roster.first_day + timedelta(days=day), None) is None:
            continue
        for place in {cell[1:] for cell in found if cell[0] == day} | {cell for cell, needed in then.items() if needed}:
            needed, old = then.get(place, 0), found.get((day, *place))
            new = rostering.Cover(day, *place, needed, None, OVER)
            found[day, *place] = replace(old, needed=needed) if old else new
    return tuple(found.values())
