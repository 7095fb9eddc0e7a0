"""Isolation: its end, its follow-up and its release, for any dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diba.core import isolation

DAY = date(2020, 2, 14)
days = st.integers(-40, 90).map(lambda n: DAY + timedelta(days=n))
lengths = st.integers(0, isolation.LONGEST)


@given(begun=days, end=days, seen=st.sets(days), today=days, released=st.none() | days, past=st.booleans())
def test_nothing_is_asked_after_the_end_and_every_follow_up_has_one(begun, end, seen, today, released, past):
    asked = isolation.days_followed(begun, end, released)
    stand = isolation.follow_up(begun, end, seen, today, released=released, past_hour=past)
    assert all(begun <= day <= end and (released is None or day <= released) for day in asked)
    if today > end or released is not None:
        assert stand.state == "ended"
    if stand.state in ("due", "overdue", "done"):
        assert today in asked
    assert 0 <= stand.seen <= stand.asked <= max(0, (end - begun).days + 1)
    assert isolation.follow_up(begun, end, seen, max(begun, end) + timedelta(days=1)).state == "ended"


@given(counted=days, again=days, first=lengths, second=lengths)
def test_a_restart_moves_the_end_only_forward(counted, again, first, second):
    end = isolation.planned_end(counted, first)
    later = isolation.restarted(end, again, second)
    assert later >= end and later >= again + timedelta(days=second)
    assert later <= max(counted, again) + timedelta(days=isolation.LONGEST)


@given(number=st.integers().filter(lambda n: not 0 <= n <= isolation.LONGEST))
def test_no_isolation_is_endless_or_ends_before_it_begins(number):
    with pytest.raises(ValueError):
        isolation.planned_end(DAY, number)


results = st.lists(st.tuples(days, st.sampled_from(["negative", "positive", "waiting", "unclear"])), max_size=6)


@given(tests=results, well=st.sets(days), ill=st.sets(days), wanted=st.integers(0, 3), quiet=st.integers(0, 5))
def test_what_is_lacking_is_never_less_with_less_known(tests, well, ill, wanted, quiet):
    criteria = isolation.Criteria(wanted, 1, quiet)

    def lack(tests, well, ill):
        return sum(
            row.number for row in isolation.lacking(criteria, DAY, DAY, tests, well, ill) if row.code != "waiting"
        )

    told = lack(tests, well, ill)
    assert lack(tests, set(), ill) >= told
    assert lack([row for row in tests if row[1] != "negative"], well, ill) >= told
    assert lack([*tests, (DAY + timedelta(days=99), "positive")], well, ill) >= told
    assert lack(tests, well, ill | {DAY}) >= told - (DAY not in well)


def test_a_release_needs_the_days_the_tests_apart_and_known_quiet_days():
    criteria = isolation.Criteria(tests=2, gap=1, quiet=3)
    well = {DAY - timedelta(days=n) for n in range(1, 4)}
    tests = [(DAY - timedelta(days=2), "negative"), (DAY - timedelta(days=1), "negative")]
    assert isolation.lacking(criteria, DAY, DAY, tests, well, set()) == ()
    assert isolation.lacking(criteria, DAY + timedelta(days=4), DAY, tests, well, set()) == (isolation.Lack("days", 4),)
    same_day = [tests[1], tests[1]]
    assert isolation.lacking(criteria, DAY, DAY, same_day, well, set()) == (isolation.Lack("tests", 1),)
    waited = [*tests, (DAY, "waiting")]
    assert isolation.lacking(criteria, DAY, DAY, waited, well, set()) == (isolation.Lack("waiting", 1),)
    again = [(DAY - timedelta(days=3), "unclear"), *tests]
    assert isolation.lacking(criteria, DAY, DAY, again, well, set()) == (), "tested again and clear"
    unclear = [*tests, (DAY, "unclear")]
    assert isolation.lacking(criteria, DAY, DAY, unclear, well, set()) == (isolation.Lack("waiting", 1),)
    gap = well - {DAY - timedelta(days=2)}
    assert isolation.lacking(criteria, DAY, DAY, tests, gap, set()) == (isolation.Lack("quiet", 2),)
    assert isolation.lacking(criteria, DAY, DAY, tests, well, {DAY}) == (isolation.Lack("quiet", 3),)
