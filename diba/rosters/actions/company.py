"""Who would stand together after a change: the rules on mixed crews and groups apart, judged by the core's referee."""

from datetime import timedelta

from diba.core import rostering
from diba.plant import actions as plant

from .crew_problem import apart_of, crew_members, crews_of, marks_of
from .crew_rules import apart_rules, crew_rules
from .problems import code_of, shift_of

REACH = 2  # days around a change within which two groups could meet
TOGETHER = ("crew_short", "crew_crowded", "apart")


class Company:
    """Everybody on duty around the days of some moves, with the rules on who stands together and who never meets."""

    def __init__(self, scales, moves):
        self.scales, self.moves = scales, moves
        days = [day for _person, day in moves]
        self.first, self.last = min(days) - timedelta(days=REACH), max(days) + timedelta(days=REACH)
        self.crews, self.apart = crew_rules(self.first, self.last), apart_rules(self.first, self.last)
        self.asked = bool(self.crews or self.apart)

    def broken(self):
        """Return what the moves break of these rules further than it is broken already; days counted as the scales do."""
        before = self._plan()
        after = {cell: place for cell, place in before.items() if cell not in self.moves}
        after |= {cell: place for cell, place in self.moves.items() if place is not None}
        problem = self._problem({who for who, _day in {**before, **after}}, {*before.values(), *after.values()})
        found = [self._violations(problem, plan) for plan in (before, after)]
        return rostering.further(*found)

    def _plan(self):
        """Return {(person id, day): (watch, post)} of everybody who stands now."""
        return {
            (duty.person_id, duty.day): (duty.watch, duty.post)
            for duty in self.scales.everybody
            if self.first <= duty.day <= self.last
        }

    def _violations(self, problem, plan):
        base = self.scales.base.pattern_id
        roster = {
            (str(who), (day - self.scales.first).days): (code_of(watch, base), post.code)
            for (who, day), (watch, post) in plan.items()
        }
        return [row for row in rostering.check(problem, roster).violations if row.rule in TOGETHER]

    def _problem(self, people, places):
        """Return a problem of these people that holds no rule but those on who stands together."""
        base, first = self.scales.base, self.scales.first
        watches = {watch.pk: watch for watch, _post in places} | {row.pk: row for row in plant.watches(base.pattern)}
        posts = {post.pk: post for _watch, post in places} | {post.pk: post for post in plant.posts()}
        marks, teams = marks_of(self.crews, self.first, self.last, people), self._teams(people)
        days = (self.scales.last - first).days + 1
        shifts = [rostering.Shift(code_of(row, base.pattern_id), shift.start, shift.minutes, shift.night) for row in watches.values() for shift in [shift_of(row)]]  # fmt: skip
        own = [watch for watch in watches.values() if watch.pattern_id == base.pattern_id]
        return rostering.Problem(
            days=days, shifts=tuple(shifts), start=first, posts=tuple(rostering.Post(post.code, post.tier, post.place) for post in posts.values()),
            people=tuple(rostering.Person(str(who), team=teams.get(who, ""), marks=marks.get(who, frozenset())) for who in sorted(people)),
            crews=crews_of(self.crews, first, self._cover(own, first), own, weigh=True), apart=apart_of(self.apart, base.split_id),
        )  # fmt: skip

    def _teams(self, people):
        """Return {person id: team or crew}, whichever the roster in force knows people by."""
        if self.scales.base.split_id:
            return dict(self.scales.base.split.memberships.values_list("person", "team"))
        return crew_members(people, {key[5:] for rule in self.apart for key in rule.groups if key.startswith("unit:")})

    def _cover(self, watches, first):
        """Return where somebody is needed on the days moved and the days beside them."""
        base = self.scales.base
        demand, posts = plant.demand(base.pattern, base.level), list(plant.posts())
        begin, days = (self.first - first).days, (self.last - self.first).days + 1
        return [
            rostering.Cover(day, watch.code, post.code, demand[post.pk, watch.pk])
            for day in range(begin, begin + days) for watch in watches for post in posts if demand.get((post.pk, watch.pk))
        ]  # fmt: skip
