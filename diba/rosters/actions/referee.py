"""A roster before the referee: the plan as it stands now, checked against every rule with everybody who could stand in it."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from diba.core import rostering
from diba.plant import actions as plant

from ..models import Roster
from .crew_rules import crew_rules
from .problems import people_of, plan_of, problem_of


@dataclass(frozen=True)
class Hearing:
    """A roster's problem and plan as the core sees them, with the rows they came from."""

    roster: object
    problem: object
    plan: dict
    duties: tuple
    watches: tuple
    posts: tuple
    teams: dict  # {person id: "A", "B", "R", ""}
    crews: tuple = ()  # the rules on who stands together

    @cached_property
    def report(self):
        return rostering.check(self.problem, self.plan)

    @cached_property
    def watch(self):
        """Return the watches by code."""
        return {watch.code: watch for watch in self.watches}

    @cached_property
    def post(self):
        """Return the posts by code."""
        return {post.code: post for post in self.posts}

    def day(self, date):
        """Return a date as the problem counts days."""
        return (date - self.roster.first_day).days

    def date(self, day):
        return self.roster.first_day + timedelta(days=day)

    def needed(self):
        """Return {(day, watch code, post code): how many are needed}."""
        return {(cell.day, cell.shift, cell.post): cell.needed for cell in self.problem.cover}

    def standing(self):
        """Return {(day, watch code, post code): how many stand}."""
        return Counter((day, *cell) for (_person, day), cell in self.plan.items())


def hear(roster):
    """Return the Hearing of a roster: its own people, the reserve, and whoever else stands in it."""
    crews = crew_rules(roster.first_day, roster.first_day + timedelta(days=roster.days - 1))
    problem = problem_of(roster, crews)
    duties = tuple(roster.duties.select_related("person__unit", "watch", "post"))
    teams = dict(roster.split.memberships.values_list("person", "team")) if roster.split_id else {}
    there = {person.id for person in problem.people}
    outside = {pk: team for pk, team in teams.items() if str(pk) not in there}
    outside |= {duty.person_id: "" for duty in duties if str(duty.person_id) not in there | {str(pk) for pk in outside}}
    watches = tuple(plant.watches(roster.pattern))
    posts = tuple(post for post in plant.posts() if post.qualifications.all())
    people = (*problem.people, *_outsiders(roster, outside, posts, watches, crews))
    # What is pinned cannot be edited before it is freed, so it stands where it is pinned: nothing to check.
    people = tuple(replace(person, pins={}) for person in people)
    team_of = {int(person.id): teams.get(int(person.id), "") for person in people}
    return Hearing(
        roster,
        replace(problem, people=people),
        plan_of(duties, roster.first_day),
        duties,
        watches,
        posts,
        team_of,
        tuple(crews),
    )


def _outsiders(roster, members, posts, watches, crews):
    """Return the people of no team's block: they may stand on any day."""
    if not members:
        return ()
    last = roster.first_day + timedelta(days=roster.days - 1)
    free = Roster(
        pattern=roster.pattern, level=roster.level, first_day=roster.first_day, days=roster.days,
        rules={**roster.rules, "block": 0},
    )  # fmt: skip
    return people_of(free, members, posts, watches, last, crews)
