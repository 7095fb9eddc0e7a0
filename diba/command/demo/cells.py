"""The demo's signed days: three whole ones, this morning half of the cells, one of them reopened by a correction; call-backs."""

import uuid
from datetime import timedelta
from decimal import Decimal

from diba.grid import actions as grid
from diba.plant import actions as plant
from diba.plant.models import Role, RoleGrant

DAYS = 3
FOUND = ("agrees", "agrees", "not_reached", "differs")


def fill(random, today):
    """Sign as the health officer does for leads without an account; `random` makes the numbers of the reports."""
    officer = RoleGrant.objects.filter(role=Role.HEALTH_OFFICER, ended_at=None).first().account
    for offset in range(DAYS, 0, -1):
        _sign(random, officer, today - timedelta(days=offset), every=1)
    _sign(random, officer, today, every=2)
    _corrected(random, officer)
    for number, each in enumerate(grid.drawn()[: len(FOUND)]):
        grid.call_back(each.checkin, FOUND[number], uid=uuid.UUID(int=random.getrandbits(128)), by=officer)


def _sign(random, officer, day, every):
    nine = plant.day_start(day) + timedelta(hours=9, minutes=5)
    with plant.clock.at(min(plant.now(), nine)):
        for row in grid.cell_days(day=day)[::every]:
            if row.people:
                uid = uuid.UUID(int=random.getrandbits(128))
                grid.sign(row.cell, uid=uid, by=officer, shown=row.digest, day=day)


def _corrected(random, officer):
    """Correct one report of a cell that has signed."""
    people = [stand.person for row in grid.cell_days() if row.stands for stand in row.people if stand.report][:1]
    for report in grid.latest(people, plant.today()).values():
        number = uuid.UUID(int=random.getrandbits(128))
        grid.correct(report, report.temperature + Decimal("0.1"), uid=number, reason="看错了（模拟）", by=officer)
