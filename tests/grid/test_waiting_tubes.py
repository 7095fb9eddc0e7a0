"""Who was in a mixed tube that was not negative is unknown until his own tube is read: no double zero is green before."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diba.grid import actions as grid
from diba.grid.actions import coverage, laboratory
from diba.grid.actions.past_days import past_days
from diba.plant import actions

from ..conftest import TODAY
from .screenings import brought, campaign_of, target_of
from .test_mixed_tubes import mixed

WHO = ("陈立", "刘洋")


@pytest.fixture
def round(plant):
    return campaign_of(plant, samples=True, items=())[1]


def single(plant, round, name, result="阴性"):
    laboratory.register(target_of(round.campaign, plant[name]), round, f"S-{name}")
    return brought([[f"S-{name}", "", "", result, TODAY]], round, f"{name}.xlsx")


def stands(plant):
    zero = grid.double_zero()
    return zero.unknown, zero.earned


def test_members_of_a_positive_mixed_tube_are_unknown_until_their_own_is_read(reported, round):
    mixed(round, reported, WHO)
    file = brought([["H1", "", "", "阳性", TODAY]], round)
    assert stands(reported) == (2, False) and grid.double_zero().reopened >= 1
    reported.sign()
    assert stands(reported) == (2, False), "signing again makes nothing green"
    with actions.clock.at(reported.now + timedelta(minutes=5)):
        single(reported, round, "陈立")
        assert stands(reported)[0] == 1
        single(reported, round, "刘洋")
        reported.sign()
        assert stands(reported) == (0, True)
        assert laboratory.undo(file) and stands(reported) == (0, True)


def test_a_file_taken_back_and_a_negative_tube_leave_everybody_known(reported, round):
    mixed(round, reported, WHO)
    file = brought([["H1", "", "", "阳性", TODAY]], round)
    assert laboratory.undo(file) and stands(reported) == (0, True)
    brought([["H1", "", "", "阴性", TODAY]], round, "second.xlsx")
    assert stands(reported) == (0, True)


def test_another_mixed_tube_does_not_answer_and_an_unclear_tube_of_his_own_neither(reported, round):
    mixed(round, reported, WHO)
    brought([["H1", "", "", "可疑", TODAY]], round)
    with actions.clock.at(reported.now + timedelta(minutes=5)):
        mixed(round, reported, WHO, "H2")
        brought([["H2", "", "", "阴性", TODAY]], round, "second.xlsx")
        single(reported, round, "陈立", "可疑")
        assert stands(reported) == (2, False)


def test_the_day_before_stays_as_it_was_at_its_end(reported, round):
    mixed(round, reported, WHO)
    with actions.clock.at(reported.now + timedelta(days=1)):
        brought([["H1", "", "", "阳性", TODAY + timedelta(days=1)]], round)
        assert all(row.stands for row in grid.cell_days(day=TODAY) if row.people), "nobody knew it then"
        before = coverage.reports(TODAY)
        assert all(before[reported[name].pk][0] for name in WHO)


def test_where_everybody_stands_takes_as_many_queries_however_many_wait(reported, round):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            coverage.stands()
        return len(seen)

    none = asked()
    mixed(round, reported, WHO)
    brought([["H1", "", "", "阳性", TODAY]], round)
    assert asked() == none <= 6


def test_a_past_day_is_read_alike_alone_and_among_others(reported, round, officer):
    mixed(round, reported, WHO)
    with actions.clock.at(reported.now.replace(hour=20)):
        file = brought([["H1", "", "", "阳性", TODAY]], round)
    for hour, undo in ((6, False), (8, True)):
        with actions.clock.at(reported.now.replace(hour=hour) + timedelta(days=1)):
            if undo:
                laboratory.undo(file)
            alone = sum(row.reopened for row in grid.cell_days(day=TODAY))
            cells = [row.cell for row in grid.cell_days(day=TODAY)]
            [among] = [row.reopened for row in past_days(cells, 3, True) if row.day == TODAY]
            assert among == alone and bool(alone) is not undo
