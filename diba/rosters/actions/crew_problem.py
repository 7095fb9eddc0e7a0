"""Mixed crews, groups kept apart and rotations, as the core takes them."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from diba.core import rostering
from diba.core.rostering.rotation import DAY, EARLY, LATE, NIGHT, ROTATIONS, lay
from diba.plant import actions as plant
from diba.plant.models import Certificate, Person, Unit

from ..models import CrewRule
from .teams import operators

MONTH = 30.4375  # days
WISH = 200  # cost of each one missing or too many of a rule that is a wish
DEVIATION = 25  # cost of a day on which somebody does not work what his rotation says: more than one too many, so crews stay whole
WATCHES = {2: (DAY, NIGHT), 3: (EARLY, LATE, NIGHT)}  # by the number of watches of a pattern, in order of the clock


def marks_of(rules, first, last, people):
    """Return {person id: marks} of what the rules count people by. At most two queries."""
    found = defaultdict(set)
    kinds = {rule.whom for rule in rules}
    held = plant.qualified(first, last, people=people) if CrewRule.Whom.HOLDERS in kinds else {}
    fresh = _issued(people) if CrewRule.Whom.NOVICES in kinds else {}
    for rule in rules:
        for person in _marked(rule, first, last, held, fresh):
            found[person].add(rule.name)
    return {person: frozenset(marks) for person, marks in found.items()}


def _issued(people):
    rows = Certificate.objects.filter(person__in=people).exclude(issued=None)
    return {(person, held): issued for person, held, issued in rows.values_list("person", "qualification", "issued")}


def _marked(rule, first, last, held, fresh):
    """Yield the people a rule counts. Whoever is asked for must hold the certificate all the time."""
    if rule.whom == CrewRule.Whom.NAMED:
        yield from (person.pk for person in rule.people.all())
    elif rule.whom == CrewRule.Whom.NOVICES:
        since = first - timedelta(days=round(rule.months * MONTH))
        yield from (who for (who, held), issued in fresh.items() if held == rule.qualification_id and issued > since)
    else:
        for person, spans in held.items():
            span = spans.get(rule.qualification_id)
            if span and (rule.sense == CrewRule.Sense.MOST or span == (first, last)):
                yield person


def crews_of(rules, first, cover, watches, weigh=False):
    """Return the core's crews of the rules: a row a day and watch on which somebody is needed at the rule's posts.

    weigh: without prices, so that the referee names what breaks a wish too.
    """
    nights = {watch.code for watch in watches if watch.night}
    found = []
    for rule in rules:
        posts = frozenset(post.code for post in rule.posts.all()) or None
        places = {(cell.day, cell.shift) for cell in cover if posts is None or cell.post in posts}
        if rule.stretch == CrewRule.Stretch.NIGHT:
            places = {place for place in places if place[1] in nights}
        elif rule.stretch == CrewRule.Stretch.DAY:
            places = {(day, "") for day, _shift in places}
        days = {day for day, _shift in places if rule.first_day <= first + timedelta(days=day) <= (rule.last_day or date.max)}  # fmt: skip
        found += [
            _crew(rule, day, shift, posts, None if rule.hard or weigh else WISH)
            for day, shift in sorted(places)
            if day in days
        ]
    return tuple(found)


def _crew(rule, day, shift, posts, price):
    if rule.sense == CrewRule.Sense.LEAST:
        return rostering.Crew(day, rule.name, shift, posts, least=rule.count, under=price)
    return rostering.Crew(day, rule.name, shift, posts, most=rule.count, over=price)


def apart_of(rules, split):
    """Return the core's rules on groups apart that this roster can have: of teams with a split, of crews without one."""
    kind, found = "team:" if split else "unit:", []
    for rule in rules:
        teams = frozenset(key.partition(":")[2] for key in rule.groups if key.startswith(kind))
        if len(teams) > 1:
            found.append(rostering.Apart(teams, rule.gap, rule.same_day, rule.same_place))
    return tuple(found)


def crews_asked(roster, apart):
    """Return the codes of the crews that are teams of the problem: those of its rotation, and those kept apart."""
    groups = {key for rule in apart for key in rule.groups}
    return {*roster.rules.get("crews", ()), *(key[5:] for key in groups if key.startswith("unit:"))}


def crew_members(people, codes):
    """Return {person id: code of his crew, "" when it is none of these}."""
    units = dict(Person.objects.filter(pk__in=people, unit__code__in=codes).values_list("pk", "unit__code")) if codes else {}  # fmt: skip
    return {person: units.get(person, "") for person in people}


def watch_names(rotation, watches):
    """Return {watch of the rotation: code}, or None when the pattern has other watches than it."""
    names = WATCHES.get(len(watches))
    ordered = sorted(watches, key=lambda watch: (watch.night, watch.starts))
    return dict(zip(names, (watch.code for watch in ordered), strict=True)) if names and set(rotation.cycle) - {""} == set(names) else None  # fmt: skip


def rotated(roster, problem, watches):
    """Return the problem with the rotation that the roster asks for as its base plan.

    A crew that has nobody any more, or a pattern that has changed since, leaves the problem as it is: nothing of it can be laid.
    """
    rotation = ROTATIONS.get(roster.rules.get("rotation", ""))
    names = watch_names(rotation, watches) if rotation else None
    crews = roster.rules.get("crews", [])
    if names is None or len(crews) != len(rotation.offsets) or not set(crews) <= set(problem.teams):
        return problem
    first = (roster.first_day - date.fromisoformat(roster.rules["rotation_first"])).days
    weight = None if roster.rules.get("rotation_strict") else DEVIATION
    problem = replace(problem, deviation=DEVIATION)  # a strict rotation, too, is worked rather than left
    return lay(problem, rotation, crews, names, first=first, weight=weight)


def rotation_faults(key, crews, pattern, split, day):
    """Return {field: code of what is wrong} of a rotation that is asked for; empty when it can be laid."""
    rotation, watches = ROTATIONS[key], list(plant.watches(pattern))
    if split is not None:
        return {"split": "rotation_and_teams"}
    if watch_names(rotation, watches) is None:
        return {"pattern": "other_watches"}
    if len(crews) != len(rotation.offsets):
        return {"crews": "wrong_number_of_teams"}
    manned = set(Unit.objects.filter(members__in=list(operators(day))).values_list("code", flat=True))
    return {"crews": "empty_crew"} if set(crews) - manned else {}
