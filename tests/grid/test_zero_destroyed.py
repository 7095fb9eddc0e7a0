"""Days whose reports were destroyed with their response: told as they were signed, never reopened by it and never made green."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.actions.day_by_branch import day_in_sum
from diba.grid.actions.past_days import past_days
from diba.grid.models import CheckIn
from diba.plant import actions
from diba.plant.models import Role, Task, Unit

from ..plant.responses import purged
from .zeros import staff


def cells():
    return list(Unit.objects.filter(kind="cell"))


@pytest.fixture
def end(plant):
    """Return a way to sign cells, let the response end, have its data destroyed and look back two days later."""
    first = plant.account("刘敏", Role.DUTY_OFFICER)
    plant.account("孙丽", Role.HEALTH_OFFICER)
    actions.response()
    real = actions.begin_response("新冠肺炎疫情", by=first)
    for person in staff():
        plant.check_in(person.name)

    def ended(*codes, days=1):
        for code in codes:
            plant.sign(code)
        with actions.clock.at(plant.now + timedelta(days=days, hours=1)):
            actions.end_response(real, by=first)
            for task in Task.objects.filter(closed_at=None):
                actions.close(task, "")
            purged(plant, real)
        assert not CheckIn.with_withdrawn.exists()
        return actions.clock.at(plant.now + timedelta(days=days, hours=2))

    return ended


@pytest.mark.parametrize("everybody", [True, False])
def test_a_destroyed_day_reads_as_it_was_signed(plant, end, everybody):
    with end("W01", "W02"):
        day = past_days(cells(), everybody=everybody)[-1]
        assert (day.day, day.signed, day.cells, day.reopened, day.unknown, day.expected, day.destroyed) == (
            plant.today, 2, 2, 0, 0, len(staff()), True,
        )  # fmt: skip
        rows, whole = day_in_sum(cells(), plant.today, everybody)
        assert (whole.unknown, whole.signed, whole.reopened, whole.expected) == (0, 2, 0, len(staff()))
        assert whole.destroyed and all(row.stands and not row.reasons() for row in rows if row.expected)


def test_its_pages_say_that_the_data_were_destroyed_and_call_nothing_reopened_or_confirmed(plant, end, client):
    with end("W01", "W02"):
        plant.signed_in(client, "孙丽")
        history = client.get(reverse("grid:zero_days")).content.decode()
        assert "数据已销毁" in history and "签报时双零" in history and "已重开" not in history
        day = client.get(reverse("grid:zero"), {"day": plant.today}).content.decode()
        assert "数据已销毁" in day and "签报时双零" in day and "双零，已确认" not in day and "已重开" not in day
        for name, query in (("grid:zero", {"day": plant.today}), ("grid:zero_days", {})):
            assert client.get(reverse(name), query | {"format": "xlsx"}).status_code == 200


@pytest.mark.parametrize("everybody", [True, False])
def test_a_cell_that_had_not_signed_keeps_a_destroyed_day_from_zero(plant, end, everybody):
    with end("W01"):
        assert not past_days(cells(), everybody=everybody)[-1].is_zero
        assert not day_in_sum(cells(), plant.today, everybody)[1].earned


def test_the_board_s_line_goes_on_with_what_was_signed(plant, end):
    with end("W01", "W02"):
        assert dict(grid.completeness_of_days(30))[plant.today] == len(staff())


def test_today_is_never_told_as_signed_when_its_reports_are_gone(plant, end):
    with end("W01", "W02", days=0):
        assert actions.today() == plant.today
        assert not grid.double_zero().earned and not past_days(cells(), everybody=True)[0].is_zero
