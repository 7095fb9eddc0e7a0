"""Readings that look copied are shown to whoever leads the cell, and to nobody else; looked at, they rest until they begin anew."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions.copied import copied_in, look_at
from diba.grid.models import LookedAt
from diba.plant import actions
from diba.plant.models import Person, Role, Unit

VALUES = ["36.4", "36.6", "36.5", "36.7", "36.3", "36.5", "36.6"]


@pytest.fixture
def led(plant):
    """Cell W01 is led by 陈立, with 郭峰 for his deputy; he entered 林涛 and 刘洋 alike for a week, this morning included."""
    Unit.objects.filter(code="W01").update(lead=plant["陈立"], deputy=plant["郭峰"])
    by = plant.account("陈立", Role.CELL_LEAD, unit=plant.cell())
    for back, value in zip(range(6, -1, -1), VALUES, strict=True):
        with actions.clock.at(plant.now - timedelta(days=back)):
            for name in ("林涛", "刘洋"):
                grid.check_in(plant[name], actions.today(), Decimal(value), uid=uuid.uuid4(), by=by)
    return plant


def page(plant, client, name, *roles, unit=None):
    return plant.signed_in(client, name, *roles, unit=unit).get("/grid/cell/?cell=W01").content.decode()


def test_the_lead_sees_it_and_nobody_else(led, client):
    words = "连续 7 天体温相同"
    assert words in page(led, client, "陈立")
    officers = (("孙丽", Role.HEALTH_OFFICER), ("徐振华", Role.DUTY_OFFICER))
    assert not any(words in page(led, client, name, role) for name, role in officers)
    assert words not in page(led, client, "高建军", Role.CELL_LEAD, unit=Unit.objects.get(code="Z1")), "not the branch"
    assert words not in page(led, client, "郭峰", Role.CELL_LEAD, unit=led.cell()), (
        "nor the deputy while the lead is there"
    )
    actions.take_out(led["陈立"], "leave", led.now)
    assert words in page(led, client, "郭峰") and words not in page(led, client, "陈立")


def test_looked_at_it_rests_and_a_new_one_is_shown_anew(led, client):
    by = led.account("陈立")
    client = led.signed_in(client, "陈立")
    [found] = copied_in(led.cell(), by)
    sent = {"kind": found.pattern.kind, "people": found.key, "note": "同住一屋，一起量的"}
    address = f"/grid/cells/{led.cell().pk}/looked-at/"
    assert "已记下" in client.post(address, sent, follow=True).content.decode()
    assert copied_in(led.cell(), by) == [] and LookedAt.objects.get().note == "同住一屋，一起量的"
    assert "没有这一项" in client.post(address, sent, follow=True).content.decode()
    with pytest.raises(BadInput):
        look_at(led.cell(), found.pattern.kind, found.key, by=by)
    for day in range(1, 9):  # another hand for a day, then a week of the same anew
        with actions.clock.at(led.now + timedelta(days=day)):
            for name in ("林涛", "刘洋"):
                who = by if day > 1 else led.account(name)
                grid.check_in(
                    led[name], actions.today(), Decimal("36.5") + day % 3 / Decimal(10), uid=uuid.uuid4(), by=who
                )
            assert [row.pattern.kind for row in copied_in(led.cell(), by)] == (["series"] if day == 8 else [])


def test_nobody_but_whoever_leads_says_it_is_real(led, client):
    address = f"/grid/cells/{led.cell().pk}/looked-at/"
    sent = {"kind": "series", "people": "1,2"}
    assert led.signed_in(client, "孙丽", Role.HEALTH_OFFICER).post(address, sent).status_code == 403
    deputy = led.signed_in(client, "郭峰", Role.CELL_LEAD, unit=led.cell())
    assert deputy.post(address, sent).status_code == 404
    other = led.signed_in(client, "高建军", Role.CELL_LEAD, unit=led.cell("W02"))
    assert other.post(address, sent).status_code == 404 and not LookedAt.objects.exists()


def test_a_fortnight_without_a_tenth_and_a_bulk_after_the_fact_are_shown(plant, client):
    Unit.objects.filter(code="W01").update(lead=plant["陈立"])
    by = plant.account("陈立", Role.CELL_LEAD, unit=plant.cell())
    for back in range(10, 0, -1):
        with actions.clock.at(plant.now - timedelta(days=back)):
            plant.check_in("陈立", day=actions.today(), temperature="36.5")
    with actions.clock.at(plant.now + timedelta(hours=6)):
        for person in Person.objects.filter(cell=plant.cell()).exclude(pk=by.person_id)[:5]:
            grid.contact(person, "seen_ok", uid=uuid.uuid4(), by=by, temperature=Decimal("36.5"))
        found = [(row.pattern.kind, row.pattern.count) for row in copied_in(plant.cell(), by)]
        assert found == [("bulk", 5), ("constant", 10)]
        shown = page(plant, client, "陈立")
        assert "10 次读数连 0.1 ℃ 都没变过" in shown and "5 人在一分钟内补录" in shown


def test_an_unmeasured_well_and_an_ordinary_morning_raise_nothing(plant):
    Unit.objects.filter(code="W01").update(lead=plant["陈立"])
    by = plant.account("陈立", Role.CELL_LEAD, unit=plant.cell())
    for person in Person.objects.filter(cell=plant.cell()).exclude(pk=by.person_id):
        grid.contact(person, "seen_ok", uid=uuid.uuid4(), by=by)
    assert copied_in(plant.cell(), by) == []
