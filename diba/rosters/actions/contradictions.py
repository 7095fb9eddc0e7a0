"""Rules on who stands together that no roster can keep: two that contradict each other, or one that asks for more people than there are."""

from collections import Counter
from datetime import date

from django.db import transaction

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Watch

from ..models import CrewRule
from .crew_problem import marks_of
from .crew_rules import crew_rules, crew_sentence, enter
from .teams import operators

WATCH, NIGHT, DAY = CrewRule.Stretch.WATCH, CrewRule.Stretch.NIGHT, CrewRule.Stretch.DAY


@transaction.atomic
def enter_crew_rule(*, people=(), posts=(), despite=False, replaces=None, by, **fields):
    """Enter a rule on who stands together and return it. despite: although no roster can keep it; replaces: id of the one whose place it takes.

    Raises BadInput: "given_twice" when one of this name is open, "contradicts" with the names and sentences of those it contradicts,
    "too_few_there" with how many a day needs and how many there are.
    """
    rule = enter(CrewRule, fields, by, replaces)
    rule.people.set(people)
    rule.posts.set(posts)
    if despite or not rule.hard:
        return rule
    others = _of_the_other_sense(rule)
    counted, patterns = _counted([rule, *others]), _patterns()
    if clash := [other for other in others if _clash(*_least_first(rule, other), counted, patterns)]:
        raise BadInput(
            "contradicts", "count", value="；".join(f"“{other}”（{crew_sentence(other)}）" for other in clash)
        )
    if rule.sense == CrewRule.Sense.LEAST and (short := _short(rule, counted[rule.pk], patterns)):
        raise BadInput("too_few_there", "count", value=short)
    return rule


def _of_the_other_sense(rule):
    """Return the open rules that must be kept as this one must, on some of its days, and count the other way."""
    others = crew_rules(rule.first_day, rule.last_day or date.max)
    return [other for other in others if other.hard and other.pk != rule.pk and other.sense != rule.sense]


def _counted(rules):
    """Return {rule id: the people it counts} on the first day from today on which all of them hold."""
    day = max(plant.today(), *(rule.first_day for rule in rules))
    able, found = operators(day), {rule.pk: set() for rule in rules}
    marks = marks_of(rules, day, day, able)
    for rule in rules:
        places = {post.code for post in rule.posts.all()}
        found[rule.pk] = {
            who for who, names in marks.items() if rule.name in names and (not places or places & able[who])
        }
    return found


def _patterns():
    """Return [(watches, night watches)] of each pattern."""
    watches, nights = Counter(), Counter()
    for pattern, night in Watch.objects.values_list("pattern", "night"):
        watches[pattern] += 1
        nights[pattern] += night
    return [(number, nights[pattern]) for pattern, number in watches.items()]


def _least_first(one, other):
    return (one, other) if one.sense == CrewRule.Sense.LEAST else (other, one)


def _clash(least, most, counted, patterns):
    """Say whether keeping the least breaks the most wherever both hold, whichever pattern is rostered."""
    if not patterns or not all(_more(least, most, *pattern) for pattern in patterns):
        return False
    posts, allowed = ({post.pk for post in rule.posts.all()} for rule in (least, most))
    if allowed and not (posts and posts <= allowed):
        return False
    return _whom(least) == _whom(most) or bool(counted[least.pk] and counted[least.pk] <= counted[most.pk])


def _more(least, most, watches, nights):
    """Say whether the least asks for more people than the most lets stand: nobody has two watches of one day."""
    if most.stretch == DAY:
        return _a_day(least, watches, nights) > most.count
    if least.stretch == DAY:
        return most.stretch == WATCH and least.count > most.count * watches
    return least.count > most.count and (nights > 0 or most.stretch == least.stretch == WATCH)


def _a_day(rule, watches, nights):
    """Return how many people a rule asks for or allows on one day."""
    return rule.count * {WATCH: watches, NIGHT: nights, DAY: 1}[rule.stretch]


def _short(rule, counted, patterns):
    """Return {"needed", "there"} when the rule asks for more people on a day than it can count; None else."""
    needed = min((_a_day(rule, *pattern) for pattern in patterns), default=0)
    return {"needed": needed, "there": len(counted)} if needed > len(counted) else None


def _whom(rule):
    if rule.whom == CrewRule.Whom.NAMED:
        return frozenset(person.pk for person in rule.people.all())
    return rule.whom, rule.qualification_id, rule.months if rule.whom == CrewRule.Whom.NOVICES else None
