"""An officer of one unit: the zero report speaks of the same people as the tree, and is never green of nobody."""

import re

import pytest
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.actions.day_by_branch import day_in_sum
from diba.grid.actions.tree import in_reach
from diba.plant import actions
from diba.plant.models import Person, Role, Unit


@pytest.mark.parametrize("unit", ["D02", "W01", "Z1"])
def test_the_zero_report_and_the_tree_count_the_same_people(plant, client, unit):
    at = Unit.objects.get(code=unit)
    account = plant.account("刘敏", Role.DUTY_OFFICER, unit=at)
    plant.check_in("刘敏")
    whole = grid.tree(account).whole
    _days, zero = day_in_sum(actions.cells_of(account), actions.today(), False, in_reach(account))
    assert whole.expected > 1
    assert (zero.expected, zero.known, zero.unknown) == (whole.expected, whole.known, whole.unknown)
    plant.signed_in(client, "刘敏")
    assert re.search(
        rf"{whole.expected} 人中 {whole.known} 人已确认", client.get(reverse("grid:zero")).content.decode()
    )


def test_a_unit_whose_people_all_reported_but_that_has_no_cell_is_not_green(plant, client):
    account = plant.account("刘敏", Role.DUTY_OFFICER, unit=plant["刘敏"].unit)
    for person in in_reach(account):
        plant.check_in(person.name)
    _days, zero = day_in_sum(actions.cells_of(account), actions.today(), False, in_reach(account))
    assert zero.unknown == 0 and zero.expected == 2 and not zero.earned
    plant.signed_in(client, "刘敏")
    text = client.get(reverse("grid:zero")).content.decode()
    assert "没有带人的网格" in text and "双零，已确认" not in text
    Person.objects.filter(unit=plant["刘敏"].unit).update(unit=None)
    text = client.get(reverse("grid:zero")).content.decode()
    assert "您负责的范围内无人需要打卡" in text and "双零" not in text.split("</h1>")[0].split("<h1")[-1]
