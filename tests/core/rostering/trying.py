"""Brute force: every schedule of a person and every roster of a tiny problem, judged by the referee alone."""

import itertools

from diba.core.rostering import check
from diba.core.rostering.rules import COUNTED

ON_SEVERAL = COUNTED | {"apart"}  # rules on several people at once


def cells_of(problem):
    """Return the day off and every (shift, post) that there is."""
    return [None, *((shift.id, post.id) for shift in problem.shifts for post in problem.posts)]


def schedules(problem, person):
    """Yield every choice of cells over the days, (cell or None, ...), with whether the person's own rules allow it."""
    for choice in itertools.product(cells_of(problem), repeat=problem.days):
        broken = check(problem, roster_of({person.id: choice})).violations
        yield choice, not any(v.person == person.id and v.rule not in ON_SEVERAL for v in broken)


def roster_of(choices):
    """Return the roster in which each person has his choice of cells."""
    return {(who, day): cell for who, choice in choices.items() for day, cell in enumerate(choice) if cell}


def rosters(problem):
    """Yield the roster of every mix of schedules that are legal for each person alone."""
    legal = {p.id: [choice for choice, good in schedules(problem, p) if good] for p in problem.people}
    for mix in itertools.product(*legal.values()):
        yield roster_of(dict(zip(legal, mix, strict=True)))


def best_of_all(problem):
    """Return the least cost of any legal roster, or None when there is none."""
    reports = (check(problem, roster) for roster in rosters(problem))
    return min((report.objective for report in reports if report.legal), default=None)
