"""What a change of duties in the roster in force would break: the core's referee on each person, before and after."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from diba.core import rostering
from diba.plant import actions as plant

from ..models import Membership, Roster, Rule, TeamName
from .asking import DEFAULT_RULES
from .company import Company
from .fatigue import WEEK_HOURS, hours, overtime, week_mean
from .limits import FALLBACK, level_now, limits_on, waived, waivers_between, worse
from .manning import duties_between, in_force
from .periods import month_of
from .problems import code_of, history_of, overlaps, people_of, shift_of, team_on

LOOK = 14  # days behind and ahead of a change that its rules reach at least
MOST_DAYS = 400  # that the core takes at once
WAIVED = 60  # days around a change in which a waiver may let a run or a stay that touches it be longer


@dataclass(frozen=True)
class Broken:
    """One rule that a change would break. hard: nobody can approve it; else a planner may, with a reason."""

    rule: str
    person_id: int
    day: date
    found: float | None = None
    limit: float | None = None
    hard: bool = True
    name: str = ""  # of the rule that the planner named

    def kept(self):
        """Return the row as it is kept with a swap."""
        return {**vars(self), "day": self.day.isoformat()}


@dataclass(frozen=True)
class Stands:
    """A duty that is supposed: a watch and a post on a day."""

    day: date
    watch: object
    post: object
    pinned: bool = False
    person_id: int = 0


class Scales:
    """The roster in force around some days, for some people. A move is {(person id, day): (watch, post) or None}."""

    def __init__(self, people, days):
        self.limits, self.level = limits_on(min(days), level_now()), level_now()
        self.waivers = waivers_between(min(days) - timedelta(days=WAIVED), max(days) + timedelta(days=WAIVED))
        self.history = history_of({rule: self._limit(rule) for rule in (Rule.RUN, Rule.NIGHTS)} | {Rule.INSIDE: self._stay()}, self.waivers)  # fmt: skip
        ahead = min(self.history, MOST_DAYS - LOOK - (max(days) - min(days)).days - 1)
        self.first, self.last = min(days) - timedelta(days=LOOK), max(days) + timedelta(days=max(LOOK, ahead))
        begin = min(month_of(min(days))[0], self.first - timedelta(days=max(28, self.history)))
        end = max(month_of(max(days))[1], self.last)
        self.duties = defaultdict(list)
        everybody = self.everybody = list(duties_between(begin, end))
        for duty in everybody:
            if duty.person_id in people:
                self.duties[duty.person_id].append(duty)
        self.rosters = in_force(self.first, self.last)
        start, stop = plant.day_start(self.first), plant.day_start(self.last) + timedelta(days=2)
        self.absences = defaultdict(list)
        for row in plant.absences_between(start, stop, people):
            self.absences[row.person_id].append(row)
        splits = {roster.split_id for roster in self.rosters.values() if roster.split_id}
        self.team = {
            (split, person): team
            for split, person, team in Membership.objects.filter(split__in=splits, person__in=people).values_list(
                "split", "person", "team"
            )
        }
        self.problems = self._problems(people, min(days), everybody)
        self._before = {}

    def _limit(self, rule):
        row = self.limits.get(rule)
        return row.value if row else FALLBACK.get(rule)

    def _stay(self):
        """Return the most days inside, or None where that is no hard limit: the search holds it only then."""
        row = self.limits.get(Rule.INSIDE)
        return row.value if row and row.hard else None

    def _problems(self, people, day, everybody):
        """Return {person id: the core's problem of him alone}, with the limits of the day and no waiver yet."""
        base = self.rosters.get(day) or next(iter(self.rosters.values()), None)
        self.base = base
        if base is None:
            return {}
        most = {"longest_run": self._limit(Rule.RUN), "most_nights_in_row": self._limit(Rule.NIGHTS)}
        rest = self._limit(Rule.REST) or 0
        rules = {**DEFAULT_RULES, "rest_hours": rest, "longest_run": most["longest_run"] or LOOK, "most_nights_in_row": most["most_nights_in_row"] or LOOK}  # fmt: skip
        days = (self.last - self.first).days + 1
        alone = Roster(pattern=base.pattern, level=base.level, first_day=self.first, days=days, rules=rules)
        posts = [post for post in plant.posts() if post.qualifications.all()]
        watches = {duty.watch_id: duty.watch for duty in everybody} | {w.pk: w for w in plant.watches(base.pattern)}
        shifts = tuple(
            replace(shift_of(watch), id=code_of(watch, base.pattern_id)) for watch in sorted(watches.values(), key=lambda w: w.pk)
        )  # fmt: skip
        since = self.first - timedelta(days=self.history)
        past = [duty for duty in everybody if since <= duty.day < self.first]
        own = [watch for watch in watches.values() if watch.pattern_id == base.pattern_id]
        return {
            int(person.id): rostering.Problem(
                days=days, shifts=shifts, posts=tuple(rostering.Post(post.code, post.tier) for post in posts),
                people=(replace(person, pins={}, requests=(), most_minutes=None, longest_stay=self._stay(), **most),), rest=rest * 60, start=self.first,
            )
            for person in people_of(alone, dict.fromkeys(people, ""), posts, own, self.last, (), (self.history, past))
        }  # fmt: skip

    def duty(self, person_id, day):
        """Return the duty in force of a person on a day, or None."""
        return next((duty for duty in self.duties[person_id] if duty.day == day), None)

    def broken(self, moves):
        """Return [Broken]: what the moves break that is not broken already, those that a waiver covers left out."""
        found = []
        for person in sorted({person for person, _day in moves}):
            own = {day: cell for (pk, day), cell in moves.items() if pk == person}
            found += self.broken_of(person, own)
        return found + list(self._together(moves))

    def _together(self, moves):
        """Yield what the moves break of the rules on who stands together and who never meets, further than it is now."""
        if self.base is None or not (company := Company(self, moves)).asked:
            return
        hard = {rule.name: rule.hard for rule in company.crews}
        who = min(person for person, _day in moves)
        for row in company.broken():
            person = int(row.person) if row.person else who
            yield Broken(row.rule, person, self.first + timedelta(days=row.day), row.found, row.limit, hard.get(row.mark, True), row.mark)  # fmt: skip

    def broken_of(self, person, own):
        """Return [Broken] of one person. own: {day: (watch, post) or None}."""
        if person not in self.problems:
            return [Broken("not_rostered", person, min(own))]
        new = {day: cell for day, cell in own.items() if cell is not None}
        found = [row for day, cell in new.items() for row in self._at_the_door(person, day, cell)]
        after = [duty for duty in self.duties[person] if duty.day not in own]
        after += [Stands(day, *cell, person_id=person) for day, cell in new.items()]
        found += self._by_the_referee(person, after)
        found += self._by_hours(person, after, new)
        return [row for row in found if not self._is_waived(row)]

    def _is_waived(self, row):
        return row.found is not None and waived(self.waivers, row.person_id, row.rule, row.day, row.found) is not None

    def _at_the_door(self, person, day, cell):
        """Yield what forbids one duty by itself: an absence, a team that is not in the plant."""
        start, end = cell[0].span(day)
        if any(overlaps(row, start, end) for row in self.absences[person]):
            yield Broken("absent", person, day)
        roster = self.rosters.get(day)
        if roster is None:
            yield Broken("no_roster", person, day)
        elif roster.split_id:
            team = self.team.get((roster.split_id, person))
            inside = team_on(roster, (day - roster.first_day).days)
            if team is None:
                yield Broken("outsider", person, day, hard=False)
            elif inside and team not in (TeamName.RESERVE, inside):
                yield Broken("other_team", person, day)

    def _by_the_referee(self, person, after):
        problem = self.problems[person]
        if person not in self._before:
            self._before[person] = self._violations(problem, person, self.duties[person])
        known = self._before[person]
        for violation in _longest_stay_only(self._violations(problem, person, after)):
            if violation.rule in ("day_off", "barred") or any(_is_no_better(old, violation) for old in known):
                continue  # absences are judged at the door, where the watch's own hours count
            rule = NAMES.get(violation.rule, violation.rule)
            limit = self.limits.get(rule)
            scale = 60 if rule == Rule.REST else 1
            yield Broken(
                rule, person, self.first + timedelta(days=violation.day or 0), violation.found and violation.found / scale,
                violation.limit and violation.limit / scale, limit.hard if limit else True,
            )  # fmt: skip

    def _violations(self, problem, person, duties):
        plan = {
            (str(person), (duty.day - self.first).days): (code_of(duty.watch, self.base.pattern_id), duty.post.code)
            for duty in duties
            if self.first <= duty.day <= self.last
        }
        return rostering.check(problem, plan).violations

    def _by_hours(self, person, after, new):
        week = self._limit(Rule.WEEK) or WEEK_HOURS
        for day in new:
            month = month_of(day)
            measures = {
                Rule.MONTH: lambda rows, month=month: hours(rows, *month),
                Rule.WEEK: lambda rows, day=day: week_mean(rows, day),
                Rule.OVERTIME: lambda rows, day=day: overtime(rows, day, week),
            }
            for rule, measure in measures.items():
                limit, then = self.limits.get(rule), measure(after)
                if limit and worse(rule, then, limit.value) and then > measure(self.duties[person]):
                    yield Broken(rule, person, day, round(then, 1), limit.value, limit.hard)


NAMES = {"rest": Rule.REST, "longest_run": Rule.RUN, "most_nights_in_row": Rule.NIGHTS, "longest_stay": Rule.INSIDE}


def _longest_stay_only(violations):
    """Return violations with one of the stays inside, the longest: every day that a stay is too long breaks it again."""
    stays = [row for row in violations if row.rule == "longest_stay"]
    longest = max(stays, key=lambda row: row.found, default=None)
    return [row for row in violations if row.rule != "longest_stay" or row is longest]


def _is_no_better(old, new):
    """Say whether a violation was there already, at least as bad: the same one, or a longer run that holds it."""
    if old.rule != new.rule:
        return False
    if old.rule in ("longest_run", "most_nights_in_row"):
        return old.day <= new.day and old.day + old.found >= new.day + new.found
    if old.rule == "longest_stay":
        return old.day == new.day and old.found >= new.found
    return old.day == new.day and (old.found is None or old.found <= new.found)


def weigh(moves):
    """Return [Broken] of one change of the roster in force. moves: {(person id, day): (watch, post) or None}."""
    scales = Scales({person for person, _day in moves}, {day for _person, day in moves})
    return scales.broken(moves)
