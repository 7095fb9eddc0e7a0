"""The risk of a place: the gravest listed area that lies in or around it, on any of the days asked about."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diba.core.risk_areas import LEVELS, Area, riskiest

DAY = date(2020, 2, 14)
days = st.integers(-30, 30).map(lambda n: DAY + timedelta(days=n))
areas = st.lists(
    st.builds(
        Area,
        st.sampled_from(["湖北省", "武汉市", "湖北武汉江夏", "兰州市"]),
        st.sampled_from(LEVELS),
        days,
        st.none() | days,
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("origin", "area", "same"),
    [("湖北省武汉市江夏区", "武汉市", True), ("武汉", "湖北省武汉市江夏区", True), ("湖北 武汉", "湖北省", True),
     ("甘肃省兰州市", "武汉市", False), ("江", "江苏省", False), ("", "武汉市", False)],
)  # fmt: skip
def test_a_place_within_or_around_an_area_is_found_and_nothing_else(origin, area, same):
    assert (riskiest(origin, DAY, DAY, [Area(area, "high", DAY)]) is not None) is same


def test_only_what_was_in_force_on_one_of_the_days_counts():
    area = Area("武汉", "high", DAY - timedelta(days=20), DAY - timedelta(days=10))
    assert riskiest("武汉", DAY - timedelta(days=14), DAY, [area]) == area
    assert riskiest("武汉", DAY - timedelta(days=9), DAY, [area]) is None


@given(rows=areas, more=areas)
def test_a_longer_list_never_makes_a_place_less_risky(rows, more):
    def gravity(found):
        return -1 if found is None else LEVELS.index(found.level)

    since = DAY - timedelta(days=14)
    assert gravity(riskiest("湖北省武汉市", since, DAY, rows + more)) >= gravity(
        riskiest("湖北省武汉市", since, DAY, rows)
    )
