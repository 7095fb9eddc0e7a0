"""What is copied is found, what is measured is not: known copies, honest cells, and what the rules promise."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diba.core.copied import BULK, BULK_PEOPLE, CONSTANT, CONSTANT_DAYS, SERIES, SERIES_DAYS, Entry, patterns

FIRST = date(2020, 2, 1)
LEAD = 99


def entry(person, offset, tenths=365, hand=LEAD, second=0, late=False):
    day = FIRST + timedelta(days=offset)
    return Entry(person, day, tenths, hand, datetime(day.year, day.month, day.day, 8) + timedelta(seconds=second), late)


def honest(seed, *, people=15, days=14, daily=0.2, by_list=False):
    """Return the entries of an honest cell: °C normal around each person's own 36.5 ± 0.15, `daily` from day to day, as measured.

    by_list: the lead enters everybody from a list of paper, five seconds apart, before it is due; else seven of ten
    report themselves and the lead calls the others, 40 to 180 s apart, one in ten of them late.
    """
    chance = random.Random(seed)
    usual = [chance.gauss(36.5, 0.15) for _ in range(people)]
    rows = []
    for offset in range(days):
        second = 0.0
        for person in range(people):
            tenths = round(chance.gauss(usual[person], daily) * 10)
            if by_list:
                second += 5
                rows.append(entry(person, offset, tenths, second=second))
            elif chance.random() < 0.7:
                rows.append(entry(person, offset, tenths, hand=person + 1, second=chance.uniform(0, 3600)))
            else:
                second += chance.uniform(40, 180)
                rows.append(entry(person, offset, tenths, second=second, late=chance.random() < 0.1))
    return rows


def alarms(count, **how):
    """Return how many of so many honest cells raise any alarm."""
    return sum(bool(patterns(honest(seed, **how))) for seed in range(count))


def test_two_people_with_one_series_entered_together_are_found():
    values = [364, 366, 365, 367, 363, 365, 366]
    rows = [entry(person, offset, value, second=person) for person in (1, 2) for offset, value in enumerate(values)]
    [found] = patterns(rows)
    assert (found.kind, found.people, found.first, found.count) == (SERIES, (1, 2), FIRST, SERIES_DAYS)
    assert patterns(rows[:-1]) == [], "a day less is chance"


@pytest.mark.parametrize("change", [{"hand": 5}, {"at": datetime(2020, 2, 4, 8, 2)}, {"tenths": 370}, {"tenths": None}])
def test_another_hand_or_minute_or_reading_on_one_day_is_no_copy(change):
    values = [364, 366, 365, 367, 363, 365, 366]
    rows = [entry(person, offset, value) for person in (1, 2) for offset, value in enumerate(values)]
    rows[3] = replace(rows[3], **change)
    assert patterns(rows) == []


def test_nobodys_hand_is_no_hand():
    values = [364, 366, 365, 367, 363, 365, 366]
    assert patterns(entry(person, n, value, hand=0) for person in (1, 2) for n, value in enumerate(values)) == []


def test_a_reading_that_never_moves_is_found_and_one_day_off_breaks_it():
    rows = [entry(1, offset, hand=1) for offset in range(CONSTANT_DAYS)]
    assert [row.kind for row in patterns(rows)] == [CONSTANT]
    rows[4] = replace(rows[4], tenths=366)
    assert patterns(rows) == []


def test_five_entered_in_a_minute_after_the_fact_are_found_and_in_time_or_one_by_one_are_not():
    rows = [entry(person, 0, 360 + person, second=10 * person, late=True) for person in range(BULK_PEOPLE)]
    assert [(row.kind, row.count) for row in patterns(rows)] == [(BULK, BULK_PEOPLE)]
    assert patterns(replace(row, late=False) for row in rows) == []
    assert patterns(replace(row, at=row.at + timedelta(minutes=row.person)) for row in rows) == []
    assert patterns(rows[1:]) == []


@pytest.mark.parametrize(
    ("how", "most"), [({}, 1), ({"by_list": True}, 1), ({"daily": 0.1}, 8), ({"daily": 0.1, "by_list": True}, 16)]
)
def test_honest_cells_are_left_alone(how, most):
    assert alarms(200, **how) <= most


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 20), st.integers(360, 362), st.integers(0, 2), st.integers(0, 200), st.booleans()), max_size=80))  # fmt: skip
def test_whatever_is_entered_the_rules_hold_for_what_is_found(rows):
    once = {(person, offset): entry(person, offset, *rest) for person, offset, *rest in rows}
    found = patterns(once.values())
    assert found == patterns(reversed(list(once.values()))), "the order of entry does not matter"
    for row in found:
        least = {SERIES: SERIES_DAYS, CONSTANT: CONSTANT_DAYS, BULK: BULK_PEOPLE}[row.kind]
        assert row.count >= least and row.first <= row.last and list(row.people) == sorted(set(row.people))
