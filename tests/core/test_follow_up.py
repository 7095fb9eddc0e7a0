"""Whatever the dates: a follow-up asks for no day after its end, has an end, and a new exposure only makes it later."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diba.core.follow_up import DONE, DUE, ENDED, OVERDUE, WAITING, days_asked, last_day, may_be_seen, standing

days_of_2020 = st.dates(date(2020, 1, 1), date(2020, 12, 31))
lengths = st.integers(1, 60)
seen_days = st.sets(days_of_2020)


@given(days_of_2020, days_of_2020, lengths)
def test_no_day_is_asked_for_after_the_end_or_before_the_beginning(accepted, exposed, days):
    asked = days_asked(accepted, exposed, days)
    assert all(accepted <= day <= exposed + timedelta(days=days) and day > exposed for day in asked)
    assert len(asked) <= days and len(set(asked)) == len(asked)


@given(days_of_2020, days_of_2020, lengths, seen_days)
def test_every_follow_up_ends_whoever_was_seen_or_not(accepted, exposed, days, seen):
    after = last_day(exposed, days) + timedelta(days=1)
    assert standing(accepted, exposed, days, seen, after).state == ENDED
    assert standing(accepted, exposed, days, seen, after + timedelta(days=400)).state == ENDED


@given(days_of_2020, days_of_2020, lengths, seen_days, days_of_2020)
def test_what_is_open_is_a_day_that_is_asked_for(accepted, exposed, days, seen, today):
    found = standing(accepted, exposed, days, seen, today)
    asked = days_asked(accepted, exposed, days)
    assert (found.state in (DUE, DONE, OVERDUE)) == (today in asked)
    assert (found.state == DONE) == (today in asked and today in seen)
    assert 0 <= found.seen <= found.asked <= len(asked)
    if found.state == WAITING:
        assert asked and today < asked[0]


@given(days_of_2020, days_of_2020, lengths, st.integers(1, 30))
def test_a_new_exposure_makes_the_end_later_never_earlier(accepted, exposed, days, later):
    again = exposed + timedelta(days=later)
    assert last_day(again, days) == last_day(exposed, days) + timedelta(days=later)
    assert set(days_asked(accepted, again, days)) >= {day for day in days_asked(accepted, exposed, days) if day > again}


@pytest.mark.parametrize("days", [0, -1, 61])
def test_a_follow_up_without_an_end_or_without_a_day_is_refused(days):
    with pytest.raises(ValueError, match="lasts 1 to 60 days"):
        last_day(date(2020, 2, 14), days)


def test_a_day_unseen_is_overdue_on_the_next_and_a_visit_mends_it():
    exposed, accepted = date(2020, 2, 12), date(2020, 2, 13)
    assert standing(accepted, exposed, 14, set(), date(2020, 2, 13)).state == DUE
    assert standing(accepted, exposed, 14, set(), date(2020, 2, 14)).state == OVERDUE
    seen = {date(2020, 2, 14)}
    mended = standing(accepted, exposed, 14, seen, date(2020, 2, 14))
    assert (mended.state, mended.asked, mended.seen, mended.unseen) == (DONE, 2, 1, 1)
    assert standing(accepted, exposed, 14, seen, date(2020, 2, 26)).state == OVERDUE
    assert standing(accepted, exposed, 14, seen, date(2020, 2, 27)).state == ENDED


@given(days_of_2020, days_of_2020, lengths, st.integers(-3, 80))
def test_a_visit_counts_from_the_acceptance_to_the_last_day_asked(accepted, exposed, days, offset):
    asked, day = days_asked(accepted, exposed, days), accepted + timedelta(days=offset)
    assert may_be_seen(accepted, exposed, days, day) == (bool(asked) and accepted <= day <= asked[-1])
    assert all(may_be_seen(accepted, exposed, days, each) for each in asked)
