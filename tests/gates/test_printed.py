"""A pass gets into the hands of whoever it is for: on his host's phone, or printed by the office; nobody else sees its code."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.gates.actions import expected, passes
from diba.gates.views.drawn import code
from diba.plant.models import Record, Role

from ..conftest import NOW

PRINT = "/gates/passes/print/"


@pytest.fixture
def visit(plant, officer, gates):
    span = {"begins_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=9)}
    return expected.announce(by=officer, host=plant["林涛"], name="来客<b>", purpose="送货", declared="无", **span)


def drawn(text, scale=4):
    """Return the path of a code as it stands in a page."""
    return re.search(r' d="[^"]+"', code(text, scale)).group()


def test_the_host_has_his_visitor_s_code_once_he_has_agreed_and_nobody_else(plant, client, visit, officer):
    address = reverse("gates:guest_pass", args=[visit.pk])
    host = plant.signed_in(client, "林涛")
    assert "没有有效的通行证" in host.get(address).content.decode()
    assert address not in host.get(reverse("gates:guests")).content.decode()
    host.post(reverse("gates:guest_answer", args=[visit.pk]), {"say": "yes"})
    assert address in host.get(reverse("gates:guests")).content.decode()
    answer = host.get(address)
    issued = visit.passes.get()
    assert drawn(issued.text, 8) in answer.content.decode() and "来客&lt;b&gt;" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, private"
    assert Record.objects.filter(verb="pass.read", object_id=str(issued.pk)).count() == 1
    assert plant.signed_in(client, "韩冰").get(address).status_code == 404
    passes.revoke(issued, "misused", by=officer)
    assert "没有有效的通行证" in plant.signed_in(client, "林涛").get(address).content.decode()


def test_the_office_prints_the_valid_passes_it_found(plant, client, visit, officer, django_assert_max_num_queries):
    staff, dead = passes.issue([plant["林涛"], plant["韩冰"]], by=officer)
    passes.revoke(dead, "lost", by=officer)
    expected.answer(visit, True, by=officer)
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    page = desk.get(PRINT).content.decode()
    assert drawn(staff.text) in page and drawn(visit.passes.get().text) in page and drawn(dead.text) not in page
    assert "找 林涛" in page and "仅限进入一次" in page
    for query, count in (
        ("?kind=visitor", 1),
        ("?q=2001", 0),
        (f"?pass={staff.pk}", 1),
        ("?pass=9x", 0),
        (f"?pass={dead.pk}", 0),
        ("?kind=x", 2),
    ):
        assert desk.get(PRINT + query).content.decode().count("db-pass-card") == count, query
    passes.issue([plant[name] for name in ("陈立", "周文斌", "高建军", "徐振华")], by=officer)
    with django_assert_max_num_queries(20):
        desk.get(PRINT)
    assert Record.objects.filter(verb="pass.read", detail="passes=6").exists()
    assert plant.signed_in(client, "陈立", Role.GUARD).get(PRINT).status_code == 403


def test_the_page_of_the_visitors_leads_the_office_to_each_pass_and_a_guard_to_none(plant, client, visit, officer):
    van = expected.expect_vehicle(
        by=officer, plate="甘A12345", begins_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=9)
    )
    expected.answer(visit, True, by=officer)
    ways = [f"{PRINT}?pass={row.passes.get().pk}" for row in (visit, van)]
    office = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER).get(reverse("gates:expected")).content.decode()
    guard = plant.signed_in(client, "陈立", Role.GUARD).get(reverse("gates:expected")).content.decode()
    assert all(way in office for way in ways) and not any(way in guard for way in ways)
