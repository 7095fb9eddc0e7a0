"""Two telephones: the guard asks, the host answers on his own, and the guard's screen turns by itself."""

import time

import pytest
from playwright.sync_api import expect

from diba.gates.actions import devices, places, signing
from diba.gates.models import Crossing, Device, Gate, SigningKey, Visit
from diba.plant import actions
from diba.plant.models import Person, Role, WatchPattern

from .gate_hand import in_store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gate(plant, tmp_path, monkeypatch):
    monkeypatch.setattr(signing, "path", lambda: tmp_path / "keys" / "gates.key")
    officer, _host = (
        actions.open_account(Person.objects.get(name=name), "huanghe-2020-x", roles=roles, must_change=False)
        for name, roles in (("刘敏", [Role.DUTY_OFFICER]), ("林涛", []))
    )
    zone = places.keep_zone(by=officer, code="LIVING", name="生活区")
    places.keep_gate(by=officer, code="G1", name="生活区正门", zone=zone, pattern=WatchPattern.objects.get(code="3x8"), phone="8120")  # fmt: skip
    return officer, devices.make_code(Gate.objects.get(), by=officer)[1]


@pytest.fixture
def guard(browser, live_server, gate):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", base_url=live_server.url, has_touch=True
    )
    faults, page = [], context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"/gates/post/#enrol={gate[1]}")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".gh b")).to_have_text("生活区正门", timeout=30_000)
    expect(page.locator(".net")).to_have_attribute("data-online", "true", timeout=30_000)
    yield page
    context.close()
    assert faults == []


def comes(page, name):
    page.locator(".gt a").nth(2).click()
    page.get_by_role("button", name="没有预约的访客").click()
    page.get_by_label("来人姓名").fill(name)
    page.get_by_label("来干什么").fill("电梯维保")
    page.get_by_label("找谁").fill("林涛")
    page.get_by_role("button", name="没有", exact=True).first.click()
    page.get_by_role("button", name="手机上问他").click()
    page.get_by_role("button", name="发给被访人，请他答复").click()
    expect(page.locator(".vd")).to_have_attribute("data-reason", "visit_asked", timeout=20_000)


def test_the_host_s_yes_turns_the_guard_s_screen_and_his_no_does_too(guard, visit, gate):
    host = visit(Person.objects.get(name="林涛").staff_no, width=390, has_touch=True)
    host.goto("/gates/guests/")
    comes(guard, "李工")
    begun = time.monotonic()
    host.get_by_role("button", name="同意，请他进来").click()  # the page found it by itself
    expect(guard.locator(".vd")).to_have_attribute("data-reason", "measure", timeout=20_000)
    assert time.monotonic() - begun < 90
    guard.get_by_role("button", name="量体温").click()
    for digit in "365":
        guard.locator(f'[data-k="{digit}"]').click()
    guard.get_by_role("button", name="记下，下一个").click()
    for _wait in range(200):
        if Crossing.objects.exists():
            break
        guard.wait_for_timeout(100)
    row = Crossing.objects.get()
    assert (row.judged, row.visit.state) == ("pass", "approved") and row.visit.seconds_to_verdict < 90
    comes(guard, "何工")
    host.get_by_role("button", name="否", exact=True).click()
    expect(guard.locator(".vd")).to_have_attribute("data-reason", "visit_refused", timeout=20_000)
    assert sorted(Visit.objects.values_list("state", flat=True)) == ["approved", "refused"]


def test_whoever_stands_before_the_guard_meanwhile_stays_on_his_screen(guard, visit, gate):
    comes(guard, "李工")
    guard.get_by_role("button", name="先放着").click()
    expect(guard.locator(".viewer")).to_be_visible()
    host = visit(Person.objects.get(name="林涛").staff_no, width=390, has_touch=True)
    host.goto("/gates/guests/")
    host.get_by_role("button", name="同意，请他进来").click()
    expect(host.get_by_text("已批准").first).to_be_visible()
    for _wait in range(100):
        if Visit.objects.get().told_at:
            break
        guard.wait_for_timeout(100)
    expect(guard.locator(".viewer")).to_be_visible()
    guard.get_by_role("button", name="更多").click()
    guard.get_by_role("button", name="等着的人 1").click()
    guard.get_by_role("button", name="李工").click()
    expect(guard.locator(".vd")).to_have_attribute("data-reason", "measure")


def test_a_yes_that_comes_while_he_is_being_refused_does_not_open_him_again(guard, visit, gate):
    comes(guard, "李工")
    host = visit(Person.objects.get(name="林涛").staff_no, width=390, has_touch=True)
    host.goto("/gates/guests/")
    # The copy is held up: keeping takes two seconds, and the page asks for answers meanwhile.
    guard.evaluate(
        "void navigator.locks.request('diba-gate-copy', () => new Promise((free) => { window.free = free; }))"
    )
    guard.route("**/gates/api/walkin?**", lambda route: route.abort())  # no answer before the guard has decided
    host.get_by_role("button", name="同意，请他进来").click()
    expect(host.get_by_text("已批准").first).to_be_visible()
    guard.get_by_role("button", name="不放行").click()
    guard.unroute("**/gates/api/walkin?**")
    guard.get_by_role("button", name="其他原因").click()
    guard.wait_for_timeout(3000)
    guard.evaluate("window.free()")
    expect(guard.locator("body")).to_have_attribute("data-view", "scan")
    guard.get_by_role("button", name="更多").click()
    expect(guard.get_by_role("button", name="等着的人 0")).to_be_visible()


def test_without_a_network_the_guard_takes_the_telephone(guard):
    guard.route("**/gates/api/walkin**", lambda route: route.fulfill(status=503))
    guard.locator(".gt a").nth(2).click()
    guard.get_by_role("button", name="没有预约的访客").click()
    for label, words in (("来人姓名", "李工"), ("来干什么", "电梯维保"), ("找谁", "林涛")):
        guard.get_by_label(label).fill(words)
    guard.get_by_role("button", name="没有", exact=True).first.click()
    guard.get_by_role("button", name="手机上问他").click()
    guard.get_by_role("button", name="发给被访人，请他答复").click()
    expect(guard.get_by_text("打电话问被访人")).to_be_visible()
    guard.get_by_role("button", name="电话同意").click()
    guard.get_by_role("button", name="看能不能进").click()
    expect(guard.locator(".vd")).to_have_attribute("data-reason", "measure")


def test_a_device_learns_the_new_key_and_goes_on_judging(guard, gate):
    officer, _code = gate
    old = signing.current()
    new = signing.rotate(None, by=officer)
    guard.reload()
    expect(guard.locator(".net")).to_have_attribute("data-online", "true", timeout=30_000)
    guard.wait_for_timeout(1500)
    assert Device.objects.get().key == old  # sent, and not yet heard that they came
    guard.reload()
    for _wait in range(100):
        if Device.objects.get().key == new:
            break
        guard.wait_for_timeout(100)
    guard.wait_for_timeout(1000)
    assert (
        in_store(guard, "held", "(rows) => rows.get('device')")["keys"] == [new.public]
        and SigningKey.objects.count() == 2
    )
    guard.reload()
    expect(guard.locator(".net")).not_to_contain_text("签名不对")
    expect(guard.locator(".net")).to_contain_text("名单")
