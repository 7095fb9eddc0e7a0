"""Days of cover: whole days that the stock really lasts, and no figure where nothing is known."""

from hypothesis import given
from hypothesis import strategies as st

from diba.core.supplies import cover, lasting


@given(
    stock=st.integers(0, 10**6),
    issued=st.lists(st.integers(0, 5000), max_size=40),
    planned=st.none() | st.integers(0, 5000),
)
def test_the_stock_lasts_the_days_that_are_said_and_not_one_more(stock, issued, planned):
    found = cover(stock, issued, planned)
    if found.use is None:
        assert found.days is None and not sum(issued[-14:]) and not planned
    else:
        assert found.use * found.days <= stock * (1 + 1e-9) and stock < found.use * (found.days + 1) * (1 + 1e-9)
        assert found.use >= (planned or 0) and cover(stock + 1, issued, planned).days >= found.days


def test_nothing_drawn_and_nothing_planned_says_nothing():
    assert cover(500, []).days is None and cover(500, [0, 0]).days is None
    assert cover(0, [10]).days == 0 and cover(100, [0, 20]).days == 10
    assert cover(100, [1], planned=50).days == 2 and lasting(33.3, 3) == 100
