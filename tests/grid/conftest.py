"""What the tests of the cells share."""

import pytest

from diba.grid import actions as grid
from diba.grid.actions.cases import suspect
from diba.plant import actions
from diba.plant.models import Role

from .zeros import staff


@pytest.fixture
def reported(plant):
    """Everybody has reported and every cell has signed."""
    for person in staff():
        plant.check_in(person.name)
    plant.sign()
    assert grid.double_zero().earned
    return plant


@pytest.fixture
def officer(plant):
    return plant.account("孙丽", Role.HEALTH_OFFICER)


@pytest.fixture
def page(plant, client, officer):
    """The officer's browser."""
    return plant.signed_in(client, "孙丽")


@pytest.fixture
def desk(plant, client):
    """The browser of 刘敏, who is health officer of the whole plant too."""
    return plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)


@pytest.fixture
def case(plant, officer):
    """A suspicion of 林涛."""
    return suspect(plant["林涛"], "发热两日", by=officer)


@pytest.fixture
def second(plant):
    return plant.account("刘敏", Role.DUTY_OFFICER)


@pytest.fixture
def moving(plant, monkeypatch):
    """The plant with a clock that a test moves on."""
    held = []

    def move(moment):
        held.append(actions.clock.at(moment))
        held[-1].__enter__()

    type(plant).move = staticmethod(move)
    yield plant
    for each in reversed(held):
        each.__exit__(None, None, None)
    del type(plant).move
