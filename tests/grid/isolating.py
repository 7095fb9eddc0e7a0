"""What the tests of isolation share."""

import uuid
from datetime import timedelta

import pytest

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.models import IsolationChange, IsolationOrder
from diba.plant import actions


def isolated(plant, by, name="陈立", **more):
    values = {"cause": "contact", "kind": "home", "place": "3 号楼 201"} | more
    return grid.isolate(plant[name], uid=uuid.uuid4(), by=by, **values)


def stand(order):
    return grid.standings([IsolationOrder.objects.get(pk=order.pk)])[0]


def served(plant, order, by, tests=True):
    """Let the days pass: met well each day, two negative samples; return the moment of the end."""
    end = IsolationChange.objects.filter(order=order).last().ends_on
    while (day := actions.today()) <= end:
        grid.follow(order, "seen_ok", uid=uuid.uuid4(), by=by)
        moment = actions.day_start(day + timedelta(days=1)).replace(hour=10)
        if day == end:
            break
        plant.move(moment)
    if tests:
        for back in (2, 1):
            grid.enter_test(order.person, end - timedelta(days=back), "negative", uid=uuid.uuid4(), by=by)


def refused(act, *args, **kwargs):
    with pytest.raises(BadInput) as error:
        act(*args, **kwargs)
    return error.value.reason
