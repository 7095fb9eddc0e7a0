"""What the ground's tests share."""

import pytest

from diba.plant.models import Role


@pytest.fixture
def empty(db):
    """A plant without anybody."""


@pytest.fixture
def planner(plant, client):
    """The planner's browser."""
    return plant.signed_in(client, "刘敏", Role.PLANNER)
