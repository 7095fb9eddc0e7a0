"""Rules on who stands together of which no roster can keep both: at least three of those of whom at most two may stand."""

from datetime import date

from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..models import CrewRule
from .crew_problem import marks_of
from .crew_rules import crew_rules, crew_sentence, enter
from .teams import operators

# The stretches over which a "most" counts everybody whom a "least" counts on one of its own.
HOLDS = {
    CrewRule.Stretch.WATCH: {CrewRule.Stretch.WATCH, CrewRule.Stretch.NIGHT},
    CrewRule.Stretch.NIGHT: {CrewRule.Stretch.WATCH, CrewRule.Stretch.NIGHT},
    CrewRule.Stretch.DAY: set(CrewRule.Stretch),
}


@transaction.atomic
def enter_crew_rule(*, people=(), posts=(), despite=False, by, **fields):
    """Enter a rule on who stands together and return it. despite: although it contradicts one in force.

    Raises BadInput: "given_twice" when one of this name is open, "contradicts" with the names and sentences of those it contradicts.
    """
    rule = enter(CrewRule, fields, by)
    rule.people.set(people)
    rule.posts.set(posts)
    if not despite and (others := contradicted(rule)):
        raise BadInput(
            "contradicts", "count", value="；".join(f"“{other}”（{crew_sentence(other)}）" for other in others)
        )
    return rule


def contradicted(rule):
    """Return the open rules that no roster can keep together with this one: both must be kept, on some day and watch."""
    others = [
        other for other in crew_rules(rule.first_day, rule.last_day or date.max)
        if rule.hard and other.hard and other.pk != rule.pk and other.sense != rule.sense
    ]  # fmt: skip
    if not others:
        return []
    day = max(rule.first_day, plant.today())
    counted = {rule.name: set(), **{other.name: set() for other in others}}
    for person, marks in marks_of([rule, *others], day, day, operators(day)).items():
        for name in marks & counted.keys():
            counted[name].add(person)
    return [other for other in others if _clash(*_least_first(rule, other), counted)]


def _least_first(one, other):
    return (one, other) if one.sense == CrewRule.Sense.LEAST else (other, one)


def _clash(least, most, counted):
    """Say whether keeping the least breaks the most wherever both hold."""
    if least.count <= most.count or least.stretch not in HOLDS[most.stretch]:
        return False
    posts, allowed = ({post.pk for post in rule.posts.all()} for rule in (least, most))
    if allowed and not (posts and posts <= allowed):
        return False
    return _same_people(least, most) or bool(counted[least.name] and counted[least.name] <= counted[most.name])


def _same_people(one, other):
    return _whom(one) == _whom(other)


def _whom(rule):
    if rule.whom == CrewRule.Whom.NAMED:
        return frozenset(person.pk for person in rule.people.all())
    return rule.whom, rule.qualification_id, rule.months if rule.whom == CrewRule.Whom.NOVICES else None
