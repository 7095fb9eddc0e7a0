"""Rows into a problem of the core, and back: people by id, posts and watches by code."""

from dataclasses import replace
from datetime import timedelta

from diba.core import rostering
from diba.plant import actions as plant
from diba.plant.models import Person

from ..models import Duty, Rule, TeamName
from .crew_problem import apart_of, crew_members, crews_asked, crews_of, marks_of, rotated
from .crew_rules import apart_rules, crew_rules
from .hours import minutes_beside, month_limit, most_minutes
from .limits import limits_on, raised, waivers_between
from .manning import duties_between
from .teams import operators
from .wishes import requests_between

HISTORY = 14  # days of the roster before that the rules look back on at least
STAY_BREAK = rostering.Person("").stay_break  # days off in a row that end a stay inside
OVER = 20  # cost of each one more than needed: a spare duty is a duty too many


def problem_of(roster, crews=None):
    """Return the problem a roster asks: who, where, when, under which rules. crews: the rules on crews, where known."""
    last = roster.first_day + timedelta(days=roster.days - 1)
    crews = crew_rules(roster.first_day, last) if crews is None else crews
    watches = list(plant.watches(roster.pattern))
    posts = [post for post in plant.posts() if post.qualifications.all()]
    demand = plant.demand(roster.pattern, roster.level)
    apart = apart_rules(roster.first_day, last)
    members = _members(roster, apart)
    cover = tuple(
        rostering.Cover(day, watch.code, post.code, demand[post.pk, watch.pk], None, OVER)
        for day in range(roster.days)
        for watch in watches
        for post in posts
        if demand.get((post.pk, watch.pk))
    )
    rules = roster.rules
    waivers = waivers_between(roster.first_day, last)
    past = _past(roster, limits_on(roster.first_day, roster.level), waivers)
    problem = rostering.Problem(
        days=roster.days,
        shifts=(*(shift_of(watch) for watch in watches), *_past_shifts(roster, past)),
        posts=tuple(rostering.Post(post.code, post.tier, post.place) for post in posts),
        people=tuple(people_of(roster, members, posts, watches, last, crews, past)),
        cover=cover,
        rest=int(raised(waivers, None, Rule.REST, rules["rest_hours"], roster.first_day, last) * 60),
        fairness=rostering.Fairness(
            nights=rules["fair_nights"], weekends=rules["fair_weekends"], duties=rules["fair_duties"]
        ),
        start=roster.first_day,
        name=str(roster.pk or ""),
        crews=crews_of(crews, roster.first_day, cover, watches),
        apart=apart_of(apart, roster.split_id),
    )
    return rotated(roster, problem, watches)


def shift_of(watch):
    """Return a watch as the core's shift, by its code."""
    return rostering.Shift(watch.code, watch.starts.hour * 60 + watch.starts.minute, watch.minutes, watch.night)


def _members(roster, apart):
    """Return {person id: team} of those to be rostered; without a split everybody who is qualified.

    Without a split the teams are the crews of the rotation and those kept apart; else there are none.
    """
    if roster.split_id is None:
        return crew_members(operators(roster.first_day), crews_asked(roster, apart))
    return dict(roster.split.memberships.exclude(team=TeamName.RESERVE).values_list("person", "team"))


def team_on(roster, day):
    """Return the team whose block a day of the roster is in; "" when teams do not alternate."""
    block = roster.rules.get("block", 0)
    if not block or roster.split_id is None:
        return ""
    teams = roster.split.figures.get("teams") or ["A", "B"]
    first = roster.rules.get("first_team", "A")
    begin = teams.index(first) if first in teams else 0
    return teams[((day + roster.rules.get("offset", 0)) // block + begin) % len(teams)]


def people_of(roster, members, posts, watches, last, crews=None, past=None):
    """Yield the core's people. members: {person id: team}; crews: the rules they are marked by, None: those of the days;
    past: (how many days before the roster are known, the duties of these days); None: as many as its rules look back on.
    """
    first = roster.first_day
    marks = marks_of(crew_rules(first, last) if crews is None else crews, first, last, members)
    held = plant.qualified(first, last, people=members)
    begin, end = plant.day_start(first), plant.day_start(last) + timedelta(days=2)
    absences = {}
    for row in plant.absences_between(begin, end, members):
        absences.setdefault(row.person_id, []).append(row)
    pins, waivers = _pins(roster), waivers_between(first, last)
    wishes = requests_between(first, last, watches, members)
    limits, longest = limits_on(first, roster.level), max((watch.minutes for watch in watches), default=0)
    before = _before(members, roster, *(past or _past(roster, limits, waivers)))
    beside = minutes_beside(roster) if month_limit(limits) else {}
    both = roster.split_id and len(set(members.values())) > 1
    for person in Person.objects.filter(pk__in=members).order_by("pk"):
        off, barred = _away(roster, watches, absences.get(person.pk, ()))
        if both:
            off |= {day for day in range(roster.days) if team_on(roster, day) not in ("", members[person.pk])}
        yield rostering.Person(
            id=str(person.pk), team=members[person.pk], marks=marks.get(person.pk, frozenset()), posts=_posts(posts, held.get(person.pk, {}), first),
            days_off=frozenset(off), barred=frozenset(barred), pins=pins.get(person.pk, {}),
            longest_run=raised(waivers, person.pk, Rule.RUN, roster.rules["longest_run"], first, last),
            most_nights_in_row=raised(waivers, person.pk, Rule.NIGHTS, roster.rules["most_nights_in_row"], first, last),
            most_minutes=most_minutes(roster, person.pk, limits, waivers, set(range(roster.days)) - off, longest, beside),
            longest_stay=_longest_stay(roster, person.pk, limits, waivers), requests=wishes.get(person.pk, ()), before=before.get(person.pk, ()),
        )  # fmt: skip


def history_of(most, waivers):
    """Return how many days back one must look to see what these limits hold. most: {rule: days in a row, None: no limit}.

    waivers: everybody's, so that all people of a roster, in whatever parts they are asked for, look back on the same days.
    """
    signed = [row.value for rows in waivers.values() for row in rows if most.get(row.rule) is not None]
    return max(HISTORY, STAY_BREAK + max([days for days in (*most.values(), *signed) if days is not None], default=0))


def _most_in_row(roster, limits):
    """Return {rule: days in a row} that a roster's rules allow."""
    rules, inside = roster.rules, limits.get(Rule.INSIDE)
    stay = inside.value if inside is not None and inside.hard else None
    return {Rule.RUN: rules["longest_run"], Rule.NIGHTS: rules["most_nights_in_row"], Rule.INSIDE: stay}


def _longest_stay(roster, person, limits, waivers):
    """Return the most days a person may live in, or None when that is no hard limit."""
    row = limits.get(Rule.INSIDE)
    if row is None or not row.hard or row.value is None:
        return None
    last = roster.first_day + timedelta(days=roster.days - 1)
    return raised(waivers, person, Rule.INSIDE, row.value, roster.first_day, last)


def _posts(posts, held, first):
    found = {}
    for post in posts:
        spans = [held.get(qualification.pk) for qualification in post.qualifications.all()]
        if all(spans):
            span = (max(a for a, _ in spans), min(b for _, b in spans))
            if span[0] <= span[1]:
                found[post.code] = ((span[0] - first).days, (span[1] - first).days)
    return found


def _away(roster, watches, absences):
    """Return (whole days off, barred (day, watch)) of a person's absences."""
    off, barred = set(), set()
    for day in range(roster.days):
        date = roster.first_day + timedelta(days=day)
        hit = {watch.code for watch in watches if any(overlaps(row, *watch.span(date)) for row in absences)}
        if hit and len(hit) == len(watches):
            off.add(day)
        else:
            barred |= {(day, code) for code in hit}
    return off, barred


def overlaps(absence, start, end):
    return absence.starts_at < end and (absence.ends_at is None or absence.ends_at > start)


def code_of(watch, pattern_id):
    """Return a watch's id in the problem: its code, or with its pattern's when it is of another one."""
    return watch.code if watch.pattern_id == pattern_id else f"{watch.pattern_id}:{watch.code}"


def _past(roster, limits, waivers):
    """Return (how many days before a roster its rules look back on, the duties of these days)."""
    history = history_of(_most_in_row(roster, limits), waivers)
    return history, duties_between(roster.first_day - timedelta(days=history), roster.first_day - timedelta(days=1))


def _past_shifts(roster, past):
    """Return the watches of another pattern that were stood in the days before: they count for rest and runs."""
    _history, rows = past
    others = {duty.watch for duty in rows if duty.watch.pattern_id != roster.pattern_id}
    return [
        replace(shift_of(watch), id=code_of(watch, roster.pattern_id)) for watch in sorted(others, key=lambda w: w.pk)
    ]


def _before(members, roster, history, rows):
    """Return {person id: the watches of so many days before, oldest first}, for the pattern's rest and runs."""
    first, found = roster.first_day, {}
    for duty in rows:
        if duty.person_id in members:
            days = found.setdefault(duty.person_id, [""] * history)
            days[history - (first - duty.day).days] = code_of(duty.watch, roster.pattern_id)
    return {person: tuple(days) for person, days in found.items()}


def _pins(roster):
    """Return {person id: {day: (watch, post)}} of the duties a planner fixed in this roster."""
    found = {}
    if roster.pk:
        for duty in Duty.objects.filter(roster=roster, pinned=True).select_related("watch", "post"):
            found.setdefault(duty.person_id, {})[(duty.day - roster.first_day).days] = (duty.watch.code, duty.post.code)
    return found


def rows_of(roster, plan):
    """Return the duties of a core roster as unsaved rows."""
    watches = {watch.code: watch for watch in plant.watches(roster.pattern)}
    posts = {post.code: post for post in plant.posts()}
    return [
        Duty(
            roster=roster,
            person_id=int(who),
            day=roster.first_day + timedelta(days=day),
            watch=watches[watch],
            post=posts[post],
        )
        for (who, day), (watch, post) in plan.items()
    ]


def plan_of(duties, first):
    """Return duties as a core roster, days counted from `first`."""
    return {(str(d.person_id), (d.day - first).days): (d.watch.code, d.post.code) for d in duties}
