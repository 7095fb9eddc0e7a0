"""Zero reports of days that are past: read with those they were signed for, green as long as they stand, in few queries."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from diba.grid import actions as grid
from diba.grid.actions.cases import judge_case
from diba.grid.actions.past_days import past_days
from diba.grid.models import Case, CheckIn, ZeroReport
from diba.plant import actions
from diba.plant.models import Person, Unit


def test_yesterday_is_read_with_those_it_was_signed_for(reported):
    before = ZeroReport.objects.get(cell__code="W01").digest
    with actions.clock.at(reported.now + timedelta(days=1)):
        grid.put_into_cell(reported["陈立"], reported.cell("W02"), by=reported.account("孙丽"))
        row = grid.cell_days([reported.cell()], reported.today)[0]
        assert (row.digest, row.stands) == (before, True)
        grid.correct(CheckIn.objects.get(person=reported["陈立"]), Decimal("36.8"), uid=uuid.uuid4(), reason="看错了")
        assert grid.cell_days([reported.cell()], reported.today)[0].reopened
        plant_wide = {row.cell.code: row for row in grid.cell_days(day=reported.today)}
        assert (plant_wide["W01"].expected, plant_wide["W02"].expected) == (7, 7)


def test_a_past_day_stays_green_in_the_history_only_as_long_as_it_stands(reported):
    cells = list(Unit.objects.filter(kind="cell"))
    assert past_days(cells)[0].is_zero
    with actions.clock.at(reported.now + timedelta(days=2)):
        today, empty, day = past_days(cells)
        assert (today.signed, empty.signed, day.signed, day.is_zero) == (0, 0, 2, True)
        report = CheckIn.objects.get(person=reported["陈立"])
        grid.correct(report, Decimal("36.8"), uid=uuid.uuid4(), reason="看错了")
        day = past_days(cells)[2]
        assert (day.reopened, day.again, day.is_zero) == (1, 0, False)
        row = grid.cell_days([reported.cell()], reported.today)[0]
        grid.sign(row.cell, uid=uuid.uuid4(), by=reported.account("刘敏"), shown=row.digest, day=reported.today)
        day = past_days(cells)[2]
        assert (day.reopened, day.again, day.is_zero) == (0, 1, True)


def test_a_case_of_the_same_day_takes_the_green_from_the_history(reported):
    cells = list(Unit.objects.filter(kind="cell"))
    with actions.clock.at(reported.now.replace(hour=20)):
        grid.correct(CheckIn.objects.get(person=reported["陈立"]), Decimal("38.8"), uid=uuid.uuid4(), reason="又量了")
    with actions.clock.at(reported.now + timedelta(days=1)):
        judge_case(Case.objects.get(), "ruled_out", "核酸阴性", by=reported.account("孙丽"))
        assert not past_days(cells)[1].is_zero, "what was suspected that evening was suspected that evening"


def signed_and_touched(plant, days):
    """Each of the last days is signed, then written about: a late report in one cell, on every third also a case in the other."""
    for back in range(days, 0, -1):
        moment = plant.now - timedelta(days=back)
        with actions.clock.at(moment):
            morning = plant.check_in("周文斌", day=moment.date())
            plant.sign()
        with actions.clock.at(moment + timedelta(hours=9)):
            plant.check_in("陈立", "36.6", day=moment.date())
            if back % 3 == 0:
                grid.correct(morning, Decimal("38.6"), uid=uuid.uuid4(), reason="又量了")


@pytest.mark.parametrize("days", [3, 29])
def test_the_days_that_were_written_about_later_take_no_query_each(plant, days, django_assert_max_num_queries):
    signed_and_touched(plant, days)
    cells = list(Unit.objects.filter(kind="cell"))
    with django_assert_max_num_queries(13):
        found = past_days(cells)
    assert len(found) == days + 1 and all(row.reopened for row in found[1:])


def test_the_history_reads_every_day_as_the_page_of_that_day_does(plant):
    signed_and_touched(plant, 7)
    Person.objects.filter(name="田野").update(left_on=plant.today - timedelta(days=3))
    Person.objects.filter(name="林涛").update(cell=plant.cell("W02"))
    with actions.clock.at(plant.now - timedelta(days=2)):
        judge_case(Case.objects.first(), "ruled_out", "核酸阴性", by=plant.account("孙丽"))
    plant.sign("W01")
    for cells in (list(Unit.objects.filter(kind="cell")), [plant.cell("W01")]):
        found = {row.day: row.reopened for row in past_days(cells)}
        assert len(found) == 8 and len(set(found.values())) > 1
        for day, reopened in found.items():
            assert sum(row.reopened for row in grid.cell_days(cells, day)) == reopened, day
