"""The pages of isolation: list, order, every step; what is wrong beside its field; a lead his cell alone."""

import uuid

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.grid.models import IsolationOrder
from diba.plant.models import Record, Role

from .isolating import isolated, stand


def test_the_page_of_a_person_with_a_case_says_who_he_is_and_how_to_reach_him(plant, client):
    plant.check_in("陈立", "38.7")
    someone = plant["陈立"]
    someone.phone = "13800000001"
    someone.save()
    plant.signed_in(client, "孙丽", Role.HEALTH_OFFICER)
    shown = client.get(reverse("grid:person", args=[someone.pk])).content.decode()
    assert "陈立：疑似" in shown and 'href="tel:13800000001"' in shown
    assert f"{reverse('grid:cell')}?cell={someone.cell.code}" in shown
    plant.signed_in(client, "陈立")
    shown = client.get(reverse("grid:person", args=[someone.pk])).content.decode()
    assert "陈立：卡口暂扣" in shown and "疑似" not in shown and "tel:" not in shown


def test_the_list_the_order_and_every_step_on_the_page(client, plant, officer):
    plant.signed_in(client, "孙丽")
    answer = client.post(reverse("grid:isolation_new"), {
        "uid": uuid.uuid4(), "person": "陈立", "cause": "contact", "kind": "home", "place": "3 号楼", "needs": "体温计",
        "counted_from": plant.today.isoformat()})  # fmt: skip
    order = IsolationOrder.objects.get()
    page = reverse("grid:isolation", args=[order.pk])
    assert answer.url == page
    for step, data in (
        ("follow", {"uid": uuid.uuid4(), "outcome": "seen_ok", "method": "video"}), ("written", {"number": "7"}),
        ("move", {"kind": "central", "place": "招待所", "reason": "家中有老人"}), ("need", {"what": "米面"}),
        ("restart", {"counted_from": plant.today.isoformat(), "days": 7, "reason": "再次接触"}),
        ("test", {"uid": uuid.uuid4(), "taken_on": plant.today.isoformat(), "result": "waiting"}), ("propose", {}),
    ):  # fmt: skip
        sent = {f"{step}-{name}": value for name, value in data.items()} | {"do": step}
        assert client.post(page, sent).status_code == 302, step
    need = order.needs.first()
    client.post(page, {"do": "brought", "need": need.pk})
    need.refresh_from_db()
    assert need.met_by == officer and [row.what for row in order.changes.all()] == [
        "ordered", "written", "moved", "restarted", "proposed"]  # fmt: skip
    shown = client.get(page).content.decode()
    assert "招待所" in shown and "再次接触" in shown
    assert "陈立" in client.get(reverse("grid:isolations")).content.decode()
    assert "居家" not in client.get(reverse("grid:person", args=[order.person_id])).content.decode()
    for kind in ("xlsx", "csv"):
        assert client.get(reverse("grid:isolations"), {"format": kind}).status_code == 200
    assert (
        Record.objects.filter(verb="isolation.read").exists()
        and Record.objects.filter(verb="isolation.list_read").exists()
    )


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(client, plant, officer):
    plant.signed_in(client, "孙丽")
    sent = {"uid": uuid.uuid4(), "person": "无此人", "cause": "contact", "kind": "home", "place": "三号楼 9 层",
            "counted_from": "2021-01-01"}  # fmt: skip
    shown = client.post(reverse("grid:isolation_new"), sent).content.decode()
    assert "三号楼 9 层" in shown and "无此人" in shown and not IsolationOrder.objects.exists()
    order = isolated(plant, officer)
    page = reverse("grid:isolation", args=[order.pk])
    for do in ("restart", "move", "test", "follow", "refuse", "need"):
        assert client.post(page, {"do": do}).status_code == 200
    shown = client.post(
        page, {"do": "restart", "restart-counted_from": "x", "restart-days": "99", "restart-reason": "理由一"}
    )
    assert "理由一" in shown.content.decode()
    assert client.post(page, {"do": "release"}).status_code == 302 and stand(order).open
    assert client.post(page, {"do": "brought", "need": "9" * 30}).status_code == 404


def test_a_lead_sees_and_follows_his_cell_only_and_decides_nothing(client, plant, officer):
    mine, other = isolated(plant, officer, "高建军"), isolated(plant, officer, "周文斌")
    plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=plant.cell("W01"))
    shown = client.get(reverse("grid:isolations")).content.decode()
    assert "高建军" in shown and "周文斌" not in shown
    assert client.get(reverse("grid:isolation", args=[other.pk])).status_code == 404
    page = reverse("grid:isolation", args=[mine.pk])
    sent = {"do": "follow", "follow-uid": uuid.uuid4(), "follow-outcome": "seen_ok", "follow-method": "phone"}
    assert client.post(page, sent).status_code == 302
    for do in ("written", "move", "restart", "test", "refuse", "release", "nonsense"):
        assert client.post(page, {"do": do}).status_code == 403, do
    assert client.get(reverse("grid:isolation_new")).status_code == 403


def test_the_list_asks_the_database_as_often_for_many_as_for_one(client, plant, officer):
    plant.signed_in(client, "孙丽")

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(reverse("grid:isolations"))
        return len(found)

    isolated(plant, officer)
    asked()
    one = asked()
    for name in ("周文斌", "高建军", "徐振华", "郭峰", "田野"):
        isolated(plant, officer, name)
    assert asked() == one
