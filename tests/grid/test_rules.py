"""The health rules: dated rows with their source, entered by the health officer of the plant, never changed."""

from datetime import datetime, time, timedelta

import pytest
from django.forms.models import model_to_dict
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.actions.due import LEAD_IN
from diba.grid.models import Policy
from diba.grid.models.policies import EARLIEST_DUE
from diba.plant.models import Record, Role, Unit


def values(plant, **changed):
    row = model_to_dict(grid.policy_on(plant.today), exclude=["id"])
    return {
        **row,
        "starts_on": (plant.today + timedelta(days=1)).isoformat(),
        "source": "省指挥部 2020-02-14 通知",
        **changed,
    }


def test_new_rules_are_a_new_row_and_hold_from_their_day_on(plant, desk):
    shown = desk.get(reverse("grid:rules")).content.decode()
    assert "高于 37.3 °C" in shown or "37.3" in shown
    desk.post(reverse("grid:rules"), values(plant, threshold="37.0", cell_load=12))
    assert Policy.objects.count() == 2
    assert str(grid.policy_on(plant.today).threshold) == "37.3"
    assert grid.load_limit(plant.today + timedelta(days=1)) == 12
    shown = desk.get(reverse("grid:rules")).content.decode()
    assert "待生效" in shown and shown.count("有变化") >= 2 and "省指挥部 2020-02-14 通知" in shown
    assert Record.objects.filter(verb="policy.entered").exists()


@pytest.mark.parametrize(
    "bad",
    [{"starts_on": "2020-02-13"}, {"starts_on": "x"}, {"threshold": "50"}, {"source": ""}, {"cell_load": 0}, {"callback_percent": 101},
     {"due": "25:00"}, {"grace": -1}, {"grace": 10**12}, {"threshold": "NaN"}, {"comparator": "="},
     {"due": "00:00"}, {"second_due": "02:59"}, {"deputy_after": 60}, {"branch_after": 120}, {"command_after": 30}],
)  # fmt: skip
def test_bad_rules_are_refused_beside_the_field_and_nothing_is_lost(plant, desk, bad):
    answer = desk.post(reverse("grid:rules"), values(plant, isolation_source="手写的出处", **bad))
    assert answer.status_code == 200 and "手写的出处" in answer.content.decode()
    assert Policy.objects.count() == 1


def test_rules_of_a_day_that_has_some_are_not_replaced(plant, desk):
    desk.post(reverse("grid:rules"), values(plant, cell_load=12))
    answer = desk.post(reverse("grid:rules"), values(plant, cell_load=9))
    assert answer.status_code == 200 and Policy.objects.count() == 2
    assert grid.load_limit(plant.today + timedelta(days=1)) == 12


def test_a_lead_and_an_officer_of_a_branch_read_the_rules_and_enter_none(plant, client):
    for name, role, unit in (
        ("孙丽", Role.CELL_LEAD, "W01"),
        ("刘洋", Role.HEALTH_OFFICER, "Z1"),
        ("韩冰", Role.DUTY_OFFICER, None),
    ):
        client = plant.signed_in(client, name, role, unit=Unit.objects.get(code=unit) if unit else None)
        assert "录入规则" not in client.get(reverse("grid:rules")).content.decode()
        assert client.post(reverse("grid:rules"), values(plant)).status_code == 403
    assert Policy.objects.count() == 1


def test_what_begins_the_clock_is_ticked_and_every_rule_is_shown_in_words(plant, desk):
    shown = desk.get(reverse("grid:rules")).content.decode()
    told = shown.partition("<aside>")[0]
    assert "疑似、临床诊断、确诊、无症状" in told and not any(word in told for word in ("True", "False", "suspected"))
    answer = desk.post(reverse("grid:rules"), values(plant, report_states=["asymptomatic", "confirmed"]))
    assert answer.status_code == 302 and Policy.objects.latest("starts_on").report_states == "confirmed,asymptomatic"
    assert desk.post(reverse("grid:rules"), values(plant, report_states=["plague"])).status_code == 200


def test_hours_and_steps_out_of_order_are_refused_beside_their_field(plant, desk):
    bad = {"due": "00:00", "second_due": "02:00", "deputy_after": 90}
    form = desk.post(reverse("grid:rules"), values(plant, **bad)).context["form"]
    assert set(form.errors) == {"due", "second_due", "branch_after"} and "90" in form.errors["branch_after"][0]
    assert desk.post(reverse("grid:rules"), values(plant, due="03:00", second_due="03:00")).status_code == 302
    assert datetime.combine(plant.today, EARLIEST_DUE) - LEAD_IN == datetime.combine(plant.today, time(0))
