"""The guard's page before the real server: enrolled, judging by its lists, without a network, and every line in the ledger."""

import pytest
from playwright.sync_api import expect

from diba.gates.actions import devices, places
from diba.gates.models import Crossing, Device, Gate, Handover
from diba.plant import actions
from diba.plant.models import Person, Role, WatchPattern

from .gate_hand import worker_ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gate(plant):
    officer = actions.open_account(
        Person.objects.get(name="刘敏"), "huanghe-2020-x", roles=[Role.DUTY_OFFICER], must_change=False
    )
    zone = places.keep_zone(by=officer, code="LIVING", name="生活区")
    places.keep_gate(by=officer, code="G1", name="生活区正门", zone=zone, pattern=WatchPattern.objects.get(code="3x8"))
    gate = Gate.objects.get()
    _row, code = devices.make_code(gate, by=officer)
    return gate, code


@pytest.fixture
def phone(browser, live_server):
    """A guard's telephone, on which a broken network is no fault of the page."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", base_url=live_server.url)
    faults = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def comes(page, number):
    """Somebody comes in by his number; whoever has not checked in is let in by the duty officer."""
    page.locator(".gt a").first.click()
    expect(page.locator(".viewer")).to_be_visible()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    expect(page.locator(".vd")).to_have_attribute("data-reason", "not_checked_in")
    page.get_by_role("button", name="特批入").click()
    page.get_by_role("button", name="值班长同意").click()
    page.get_by_label("谁批的").fill("陈立")
    page.get_by_role("button", name="特批入").click()
    expect(page.locator(".viewer")).to_be_visible()


def test_what_a_guard_keeps_without_a_network_stands_in_the_ledger_once(gate, phone):
    gate, code = gate
    page = phone
    page.goto(f"/gates/post/#enrol={code}")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".gh b")).to_have_text("生活区正门", timeout=30_000)
    expect(page.locator(".net")).to_have_attribute("data-online", "true", timeout=30_000)
    worker_ready(page)
    comes(page, "1000")
    expect(page.locator(".net")).to_have_attribute("data-queue", "0", timeout=30_000)
    page.route("**/gates/api/**", lambda route: route.abort("internetdisconnected"))
    for number in ("1001", "1002", "1003"):
        comes(page, number)
    expect(page.locator(".net")).to_contain_text("待传 3")
    page.reload()
    expect(page.locator(".net")).to_contain_text("待传 3")
    page.unroute("**/gates/api/**")
    expect(page.locator(".net")).to_have_attribute("data-queue", "0", timeout=30_000)
    rows = Crossing.objects.select_related("person", "gate")
    assert sorted(row.person.staff_no for row in rows) == ["1000", "1001", "1002", "1003"]
    assert all(row.went and row.forced and row.gate == gate for row in rows)
    # The guard's word and the server's are the same: both would have said wait.
    assert {(row.verdict, row.reason, row.judged, row.judged_reason) for row in rows} == {
        ("wait", "not_checked_in") * 2
    }
    assert Device.objects.get().name


def test_a_watch_that_is_handed_over_is_at_the_server(gate, phone):
    _gate, code = gate
    page = phone
    page.goto(f"/gates/post/#enrol={code}")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".gh b")).to_have_text("生活区正门", timeout=30_000)
    page.get_by_role("link", name="交班").click()
    page.get_by_label("交班人工号").fill("1000")
    page.get_by_label("接班人工号").fill("1001")
    page.get_by_role("button", name="交班签字").click()
    page.get_by_role("button", name="都在").click()
    page.get_by_role("button", name="接班签字").click()
    for _wait in range(200):
        if Handover.objects.exists():
            break
        page.wait_for_timeout(100)
    row = Handover.objects.get()
    assert (row.outgoing, row.incoming) == ("1000", "1001")
