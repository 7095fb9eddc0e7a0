"""What the ground's tests share."""

import pytest


@pytest.fixture
def empty(db):
    """A plant without anybody."""
