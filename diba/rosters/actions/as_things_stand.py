"""The roster in force from today on, as a question of the core: who stands where, who is away, what would still be needed."""

from dataclasses import dataclass, replace
from datetime import timedelta

from diba.plant import actions as plant

from ..models import Roster
from .manning import duties_between, in_force
from .problems import people_of, plan_of, problem_of

HORIZON = 28  # days ahead that a repair looks at


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


def as_things_stand(supposed=None):
    """Return the Standing of the roster in force with its reserve let in, or None when no roster covers a coming day.

    supposed: people and a level that a what-if takes for granted; they change the problem, never the plan.
    """
    base = _base()
    if base is None:
        return None
    roster = _today_on(base)
    last = roster.first_day + timedelta(days=roster.days - 1)
    duties = duties_between(roster.first_day, last)
    problem = _with_pins(_with_reserve(problem_of(roster), roster), roster, duties)
    plan = plan_of(duties, roster.first_day)
    return Standing(roster, _supposing(problem, roster, supposed) if supposed else problem, plan)


def _base():
    """Return the roster in force on the first day from today that has one, or None."""
    today = plant.today()
    days = in_force(today, today + timedelta(days=HORIZON))
    return days[min(days)] if days else None


def _today_on(base):
    """Return the base's remaining days as a roster that is not saved: the problem of now."""
    today = plant.today()
    last = base.first_day + timedelta(days=base.days - 1)
    covered = in_force(today, last)
    last = max(covered)
    first = max(base.first_day, today)
    shifted = {**base.rules, "fair_nights": 0, "fair_weekends": 0, "fair_duties": 0}
    if base.rules.get("block") and base.split_id:
        # The blocks were counted from the base's first day; the remaining days begin somewhere inside one.
        shifted["offset"] = base.rules.get("offset", 0) + (first - base.first_day).days
    return Roster(
        pattern=base.pattern, split=base.split, level=base.level, first_day=first, days=(last - first).days + 1,
        rules=shifted, repairs=base if base.pk else None,
    )  # fmt: skip


def _with_reserve(problem, roster):
    """Let the reserve stand in too: people of the split who are in no team, on any day."""
    if roster.split_id is None:
        return problem
    reserve = dict(roster.split.memberships.filter(team="R").values_list("person", "team"))
    if not reserve:
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
    return replace(problem, people=(*problem.people, *people_of(alone, reserve, posts, watches, last)))


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
    posts = {post.code: post.pk for post in plant.posts()}
    watches = {watch.code: watch.pk for watch in plant.watches(roster.pattern)}
    then = plant.demand(roster.pattern, supposed.level)
    now = {(cell.day, cell.shift, cell.post): cell for cell in problem.cover}
    found = []
    for (day, shift, post), cell in now.items():
        later = supposed.level_on(roster.first_day + timedelta(days=day), None) is not None
        needed = then.get((posts[post], watches[shift]), 0) if later else cell.needed
        found.append(replace(cell, needed=needed))
    return tuple(found)
