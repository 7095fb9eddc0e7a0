"""Protective supplies: what came, went and was counted, who got it, how long it lasts, who is warned."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid.actions import supplying
from diba.grid.models import SupplyItem, SupplyMove
from diba.plant import actions
from diba.plant.models import Role, Task


@pytest.fixture
def masks(plant, officer):
    return supplying.keep_item(by=officer, name="医用口罩", unit="只", warn_days=7)


def stock(item):
    return supplying.stocks([item])[0]


def refused(act, *args, **kwargs):
    with pytest.raises(BadInput) as error:
        act(*args, batch=uuid.uuid4(), **kwargs)
    return error.value.reason


def test_a_cell_gets_its_pieces_in_one_go_and_each_person_has_his_row(plant, officer, masks):
    supplying.receive(masks, 100, batch=uuid.uuid4(), by=officer)
    batch = uuid.uuid4()
    rows = supplying.issue_to_cell(masks, plant.cell("W01"), 5, batch=batch, by=officer)
    assert len(rows) == 7 and {row.person.kind for row in rows} == {"employee"}
    assert len(supplying.issue_to_cell(masks, plant.cell("W01"), 5, batch=batch, by=officer)) == 7
    assert (stock(masks).stock, stock(masks).use, stock(masks).days) == (65, 35, 1)


def test_no_more_is_issued_than_there_is_and_nobody_gets_nothing(plant, officer, masks):
    supplying.receive(masks, 34, batch=uuid.uuid4(), by=officer)
    assert refused(supplying.issue_to_cell, masks, plant.cell("W01"), 5, by=officer) == "not_enough"
    assert refused(supplying.issue, masks, [], 5, by=officer) == "nobody_there"
    for pieces in (0, -3, 10**7):
        assert refused(supplying.receive, masks, pieces, by=officer) == "how_many_pieces"
    assert stock(masks).stock == 34


def test_a_count_is_a_row_of_its_own_and_the_stock_is_what_was_counted(plant, officer, masks):
    supplying.receive(masks, 100, batch=uuid.uuid4(), by=officer)
    row = supplying.count(masks, 92, batch=uuid.uuid4(), by=officer, note="盘点")
    assert (row.pieces, row.counted, stock(masks).stock, stock(masks).use) == (-8, 92, 92, None)
    assert SupplyMove.objects.count() == 2


def test_taken_back_once_by_rows_of_its_own_and_then_not_used(plant, officer, masks):
    supplying.receive(masks, 100, batch=uuid.uuid4(), by=officer)
    batch = uuid.uuid4()
    supplying.issue_to_cell(masks, plant.cell("W01"), 5, batch=batch, by=officer)
    assert supplying.take_back(batch, by=officer) == 7
    assert (stock(masks).stock, stock(masks).use, SupplyMove.objects.count()) == (100, None, 15)
    with pytest.raises(BadInput) as error:
        supplying.take_back(batch, by=officer)
    assert error.value.reason == "taken_back_already"
    received = SupplyMove.objects.first().batch
    supplying.issue(masks, [plant["陈立"]], 1, batch=uuid.uuid4(), by=officer)
    with pytest.raises(BadInput) as error:
        supplying.take_back(received, by=officer)
    assert error.value.reason == "not_enough"
    supplying.count(masks, 99, batch=uuid.uuid4(), by=officer)
    with pytest.raises(BadInput) as error:
        supplying.take_back(received, by=officer)
    assert error.value.reason == "counted_since"


def test_what_runs_out_is_asked_for_once_until_it_lasts_again(plant, officer, masks):
    supplying.receive(masks, 30, batch=uuid.uuid4(), by=officer)
    assert not Task.objects.filter(key=f"supply:{masks.pk}", closed_at=None).exists()
    for _ in range(2):
        supplying.issue(masks, [plant["陈立"]], 5, batch=uuid.uuid4(), by=officer)
    assert Task.objects.filter(key=f"supply:{masks.pk}", closed_at=None).count() == 1
    assert stock(masks).wanted == 50
    supplying.receive(masks, 50, batch=uuid.uuid4(), by=officer)
    assert not Task.objects.filter(key=f"supply:{masks.pk}", closed_at=None).exists()


def test_the_use_of_a_day_is_the_mean_of_the_days_since_the_first_movement_of_at_most_fourteen(plant, officer, masks):
    supplying.receive(masks, 100, batch=uuid.uuid4(), by=officer)
    with actions.clock.at(plant.now + timedelta(days=3)):
        supplying.issue(masks, [plant["陈立"]], 8, batch=uuid.uuid4(), by=officer)
        assert (stock(masks).use, stock(masks).days) == (2, 46)
    with actions.clock.at(plant.now + timedelta(days=30)):
        assert stock(masks).use is None
        SupplyItem.objects.update(daily=23)
        assert (stock(SupplyItem.objects.get()).days, stock(SupplyItem.objects.get()).low) == (4, True)


def test_everything_is_done_on_the_page_and_comes_out_as_a_file(client, plant, officer, masks):
    plant.signed_in(client, "孙丽")
    page = reverse("grid:supplies")

    def send(step, **data):
        sent = {f"{step}-{name}": value for name, value in data.items()} | {"do": step}
        return client.post(page, sent)

    assert send("item", name="防护服", unit="件", warn_days=5, active="on").status_code == 302
    assert "另一种物资" in send("item", name="防护服", unit="件", warn_days=5).content.decode()
    assert send("receive", batch=uuid.uuid4(), item=masks.pk, pieces=50).status_code == 302
    batch = uuid.uuid4()
    assert send("issue", batch=batch, item=masks.pk, cell=plant.cell("W01").pk, pieces=2).status_code == 302
    assert send("issue", batch=uuid.uuid4(), item=masks.pk, person="陈立", pieces=1).status_code == 302
    both = send(
        "issue", batch=uuid.uuid4(), item=masks.pk, person="陈立", cell=plant.cell("W01").pk, pieces=1, note="留着"
    )
    assert both.status_code == 200 and "留着" in both.content.decode()
    assert "只有 35" in send("issue", batch=uuid.uuid4(), item=masks.pk, person="陈立", pieces=99).content.decode()
    client.post(page, {"do": "undo", "batch": batch})
    assert client.post(page, {"do": "undo", "batch": "x"}).status_code == 302
    assert send("count", batch=uuid.uuid4(), item=masks.pk, counted=48).status_code == 302
    assert client.get(f"{page}?item={masks.pk}").status_code == 200
    assert stock(masks).stock == 48 and "医用口罩" in client.get(page).content.decode()
    for kind in ("xlsx", "csv"):
        assert client.get(page, {"format": kind}).status_code == 200


def test_the_movements_stand_newest_first_by_their_time(client, plant, officer, masks):
    supplying.receive(masks, 100, batch=uuid.uuid4(), by=officer, note="今天的一批")
    with actions.clock.at(plant.now - timedelta(days=3)):
        supplying.receive(masks, 50, batch=uuid.uuid4(), by=officer, note="三天前的一批")
    plant.signed_in(client, "孙丽")
    text = client.get(reverse("grid:supplies")).content.decode()
    assert -1 < text.index(">100<") < text.index(">50<")


def test_a_lead_reads_sees_his_people_only_and_changes_nothing(client, plant, officer, masks):
    supplying.receive(masks, 50, batch=uuid.uuid4(), by=officer)
    for name in ("高建军", "周文斌"):
        supplying.issue(masks, [plant[name]], 1, batch=uuid.uuid4(), by=officer)
    plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=plant.cell("W01"))
    shown = client.get(reverse("grid:supplies")).content.decode()
    assert "高建军" in shown and "周文斌" not in shown
    for step in ("issue", "receive", "count", "item", "undo"):
        assert client.post(reverse("grid:supplies"), {"do": step}).status_code == 403


def test_the_page_asks_as_often_for_many_items_as_for_one(client, plant, officer, masks):
    plant.signed_in(client, "孙丽")

    def asked():
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("grid:supplies"))
        return len(found)

    supplying.receive(masks, 500, batch=uuid.uuid4(), by=officer)
    supplying.issue_to_cell(masks, plant.cell("W01"), 1, batch=uuid.uuid4(), by=officer)
    asked()
    one = asked()
    for number in range(12):
        item = supplying.keep_item(by=officer, name=f"物资 {number}", unit="件", warn_days=7)
        supplying.receive(item, 100, batch=uuid.uuid4(), by=officer)
        supplying.issue_to_cell(item, plant.cell("W02"), 1, batch=uuid.uuid4(), by=officer)
    assert asked() == one
