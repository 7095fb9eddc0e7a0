"""How everybody stands who came back from elsewhere: which day it is, what is lacking before he may return to his post."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from diba.core import isolation
from diba.core.isolation import Lack
from diba.plant import actions as plant

from ..models import Return, ReturnChange, RiskLevel
from .checkins import latest
from .person_tests import tests_of

GRAVITY = {RiskLevel.HIGH: 0, "": 1, RiskLevel.MEDIUM: 2, RiskLevel.LOW: 3}


@dataclass
class Returned:
    """One return as it stands. lacks: core.isolation.Lack with the codes "level", "order", "tests", "waiting", "ill", "report"."""

    ret: Return
    changes: list
    lacks: tuple
    tests: list

    @property
    def person(self):
        return self.ret.person

    @property
    def now(self):
        return self.changes[-1]

    @property
    def open(self):
        return self.ret.cleared_at is None

    @cached_property
    def day(self):
        """Return the day since the arrival, that of the arrival being 1."""
        return (plant.today() - self.ret.arrived_on).days + 1

    @property
    def ends_on(self):
        """Return the last day of the rule's isolation, None when there is none."""
        rule = self.now.rule
        return isolation.planned_end(self.ret.arrived_on, rule.days) if rule and rule.days else None

    @property
    def rank(self):
        if not self.open:
            return 9
        if not self.now.level:
            return 0  # nobody knows what holds for him
        return 1 if not self.lacks else 2 + GRAVITY[self.now.level]


def returns_visible_to(account):
    """Return the returns of people whose health the account may see; none of an exercise."""
    rows = Return.objects.filter(person__in=plant.health_visible_to(account), response__drill=False)
    return rows.select_related("person__cell", "person__unit", "order", "by__person", "cleared_by__person")


def standings(returns):
    """Return [Returned], those to be decided first; constant queries."""
    returns = list(returns)
    people = [row.person for row in returns]
    changes = defaultdict(list)
    for change in ReturnChange.objects.filter(ret__in=returns).select_related("by__person", "rule").order_by("id"):
        changes[change.ret_id].append(change)
    tests, reports = tests_of(people), latest(people, plant.today())
    found = []
    for row in returns:
        samples, report = tests[row.person_id], reports.get(row.person_id)
        lacks = () if row.cleared_at else _lacks(row, changes[row.pk][-1], samples, report)
        found.append(Returned(row, changes[row.pk], lacks, samples))
    return sorted(found, key=lambda stand: (stand.rank, stand.ret.arrived_on, stand.ret.pk))


def _lacks(row, now, samples, report):
    rule = now.rule
    after = [(test.taken_on, str(test.result)) for test in samples if test.taken_on >= row.arrived_on]
    wanted = rule.tests if rule and row.order is None else 0
    days_left = isolation.planned_end(row.arrived_on, rule.days) - plant.today() if rule else None
    found = [
        Lack("level", int(rule is None)),
        Lack("order", int(row.order is not None and row.order.released_at is None)),
        Lack("days", max(0, days_left.days) if days_left is not None and row.order is None else 0),
        Lack("tests", max(0, wanted - isolation.negatives(after, 1))),
        Lack("waiting", isolation.outstanding(after)),
        Lack("positive", sum(after[-1][1] == isolation.POSITIVE for _ in after[-1:])),
        Lack("report", int(report is None)),
        Lack("ill", int(report is not None and report.abnormal)),
    ]
    return tuple(lack for lack in found if lack.number)


def panel(person, account):
    """Return what the person's page shows of his returns, or None when there was none."""
    return standings(returns_visible_to(account).filter(person=person)) or None
