"""A visit or a vehicle that is called off comes no more: its pass is dead, the lists say so, what came in before stays right."""

import base64
import json
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.gates.actions import expected
from diba.gates.models import Crossing, Visit
from diba.plant.actions import clock
from diba.plant.models import Role, Task

from ..conftest import NOW
from .conftest import AT, record

SPAN = {"begins_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=9)}


@pytest.fixture
def visit(plant, officer, gates):
    row = expected.announce(by=officer, host=plant["林涛"], name="来客", purpose="送货", declared="无", **SPAN)
    expected.answer(row, True, by=officer)
    return row


@pytest.fixture
def van(officer, gates):
    return expected.expect_vehicle(by=officer, plate="甘A12345", driver="马师傅", **SPAN)


def lists(post):
    return json.loads(base64.b64decode(post.get("bundle").json()["signed"]))


def test_the_host_calls_his_visitor_off_and_nobody_else_s(plant, client, visit, post):
    came = record(None, kind="visitor", visit=visit.pk, pass_number=visit.passes.get().number, passed="ok")
    post.send(came)
    address = reverse("gates:guest_off", args=[visit.pk])
    assert plant.signed_in(client, "韩冰").post(address).status_code == 404
    host = plant.signed_in(client, "林涛")
    assert host.get(address).status_code == 405
    with clock.at(NOW + timedelta(minutes=1)):
        assert "已撤回，各卡口" in host.post(address, follow=True).content.decode()
        assert "之前已经撤回" in host.post(address, follow=True).content.decode()
        page = host.get(reverse("gates:guests")).content.decode()
        assert "已撤回" in page and address not in page
    assert [one["state"] for one in lists(post)["visits"]] == ["approved"]  # as of then
    with clock.at(NOW + timedelta(minutes=2)):
        told = lists(post)
        assert [one["state"] for one in told["visits"]] == ["withdrawn"]
        assert told["passes"]["revoked"] == [visit.passes.get().number]
        post.send(record(None, kind="visitor", visit=visit.pk, at=AT + 30), sent_at=AT + 120)
        post.send(record(None, kind="visitor", visit=visit.pk, at=AT + 110), sent_at=AT + 120)
    assert list(Crossing.objects.order_by("at").values_list("judged_reason", flat=True)) == [
        "enters",
        "inside_already",
        "visit_withdrawn",
    ]


def test_an_unanswered_visit_is_called_off_with_its_task_and_answered_no_more(plant, client, officer, gates):
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    said = {
        "visit-name": "来客",
        "visit-host": "林涛",
        "visit-purpose": "送货",
        "visit-begins_at": f"{NOW:%Y-%m-%dT%H:%M}",
        "visit-ends_at": f"{SPAN['ends_at']:%Y-%m-%dT%H:%M}",
    }
    desk.post(reverse("gates:expected"), {"do": "visit", **said})
    row = Visit.objects.get()
    desk.post(reverse("gates:visit_off", args=[row.pk]))
    assert not Task.objects.filter(key=f"visit:{row.pk}", closed_at=None).exists()
    assert not expected.answer(row, True, by=officer) and not row.passes.exists()
    assert "已撤回" in desk.get(reverse("gates:expected")).content.decode()


def test_a_vehicle_called_off_is_expected_no_more(plant, client, van, post):
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    assert (
        plant.signed_in(client, "陈立", Role.GUARD).post(reverse("gates:vehicle_off", args=[van.pk])).status_code == 403
    )
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    desk.post(reverse("gates:vehicle_off", args=[van.pk]))
    came = record(None, kind="vehicle", vehicle=van.pk, plate="甘A12345", driver="马师傅", disinfected=True, at=AT)
    post.send(came)
    assert Crossing.objects.get().judged_reason == "not_booked"
    assert lists(post)["vehicles"][0]["ends"] == AT


def test_what_is_over_is_not_announced(plant, client, gates):
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    said = {"vehicle-plate": "甘A12345", "vehicle-begins_at": "2020-02-01T08:00", "vehicle-ends_at": "2020-02-01T09:00"}
    page = desk.post(reverse("gates:expected"), {"do": "vehicle", **said}).content.decode()
    assert "已经过去" in page and "甘A12345" in page
