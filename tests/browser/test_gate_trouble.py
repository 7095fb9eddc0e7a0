"""A device that was revoked, lists that are too old, a clock that is hours off: what the guard sees, and what the office sees."""

import json
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from diba.gates.actions import devices, evacuating, places
from diba.gates.models import Crossing, Device, Gate
from diba.plant import actions
from diba.plant.models import Person, Role, WatchPattern

from . import gate_real as real
from .gate_hand import scan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = 3600


@pytest.fixture
def officer(plant):
    return actions.open_account(
        Person.objects.get(name="刘敏"), "huanghe-2020-x", roles=[Role.DUTY_OFFICER], must_change=False
    )


@pytest.fixture
def office(officer, visit):
    """The duty officer at his desk."""
    return visit(officer.username)


@pytest.fixture
def phone(officer, browser, live_server):
    """A guard's telephone that is enrolled; `hands.ahead` moves its clock."""
    zone = places.keep_zone(by=officer, code="LIVING", name="生活区")
    places.keep_gate(by=officer, code="G1", name="生活区正门", zone=zone, pattern=WatchPattern.objects.get(code="3x8"))
    _row, code = devices.make_code(Gate.objects.get(), by=officer)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", base_url=live_server.url)
    context.add_init_script(path=str(real.DRIVER))
    context.add_init_script("hands.ahead = Number(localStorage.getItem('ahead'))")
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"/gates/post/#enrol={code}")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".net")).to_have_attribute("data-online", "true", timeout=30_000)
    yield page
    context.close()


def ahead(page, seconds):
    """Let the device's clock be so far ahead, from its start on."""
    page.evaluate("(seconds) => localStorage.setItem('ahead', seconds)", seconds)
    page.reload()


def comes(page, number):
    """Somebody who has not reported is let in on the duty officer's word."""
    page.locator(".gt a").first.click()
    expect(page.locator(".viewer")).to_be_visible()
    scan(page, number)
    page.get_by_role("button", name="特批入").click()
    page.get_by_role("button", name="值班长同意").click()
    page.get_by_label("谁批的").fill("陈立")
    page.get_by_role("button", name="特批入").click()
    expect(page.locator(".viewer")).to_be_visible()


def test_a_revoked_device_leaves_a_file_that_the_office_reads_back_once(phone, office, tmp_path):
    phone.context.set_offline(True)
    comes(phone, "1000")
    office.goto("/gates/devices/")
    office.get_by_role("button", name="停用").click()
    office.get_by_role("button", name="是，继续").click()
    office.get_by_text("已停用 1 台").click()
    expect(office.get_by_role("cell", name="已停用")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.get_by_role("heading", name="此终端已停用")).to_be_visible()
    expect(phone.get_by_text("没上传的 1 条记录")).to_be_visible()
    assert not Crossing.objects.exists()
    with phone.expect_download() as saved:
        phone.get_by_role("button", name="存成文件").click()
    file = tmp_path / "gate.json"
    saved.value.save_as(file)
    assert json.loads(file.read_text())["device"] == Device.objects.get().pk
    for said in ("新增 1 条", "新增 0 条，已有 1 条"):
        office.goto("/gates/devices/")
        office.get_by_role("link", name="读回终端文件").click()
        office.get_by_label("终端文件").set_input_files(file)
        office.get_by_role("button", name="读入").click()
        expect(office.get_by_text(said)).to_be_visible()
    row = Crossing.objects.get()
    assert (row.person.staff_no, row.judged_reason, row.forced) == ("1000", "not_checked_in", True)


def test_lists_that_are_too_old_are_red_then_judge_nobody_and_the_office_sees_their_age(phone, office):
    phone.context.set_offline(True)
    for hours, warned in ((13, "名单已旧"), (8 * 24, "名单已旧")):
        phone.evaluate(f"hands.ahead = {hours * HOUR}")
        phone.evaluate("location.hash = 'more'")
        phone.evaluate("location.hash = 'scan'")
        expect(phone.locator(".net.now")).to_contain_text(warned)
        scan(phone, "1000")
        expect(phone.locator(".vd .warn")).to_have_text("名单已旧")
    expect(phone.locator(".vd")).to_have_attribute("data-reason", "lists_expired")
    expect(phone.locator(".vd")).to_contain_text("名单太旧，不能凭它判断")
    long_ago = actions.now() - timedelta(hours=13)
    Device.objects.update(heard_at=long_ago, lists_at=long_ago)
    office.goto("/gates/devices/")
    expect(office.locator(".db-ask")).to_contain_text("1 台设备已 15 分钟没有联系")
    expect(office.locator("td .db-late")).to_have_text("13")


def test_a_clock_that_is_three_hours_off_is_said_to_both_and_set_right_in_the_ledger(phone, office):
    ahead(phone, 3 * HOUR)
    expect(phone.locator(".net.warn")).to_contain_text("终端时钟差 180 分钟，请校准", timeout=30_000)
    office.goto("/gates/devices/")
    expect(office.get_by_role("cell", name="时钟不准")).to_be_visible()
    scan(phone, "1000")
    expect(phone.locator(".vd .warn")).to_have_text("终端时钟不准")
    comes(phone, "1001")
    expect(phone.locator(".net")).to_have_attribute("data-queue", "0", timeout=30_000)
    row = Crossing.objects.get()
    assert abs(row.at - actions.now()) < timedelta(minutes=5)
    assert abs(row.device_at - row.at - timedelta(hours=3)) < timedelta(seconds=5)


def test_an_evacuation_turns_the_guard_s_page_around_until_it_is_over(phone, officer):
    started = evacuating.begin("火警", by=officer)
    phone.evaluate("dispatchEvent(new Event('online'))")  # looks now, not in ten seconds
    expect(phone.locator(".net.now")).to_contain_text("正在疏散：只出不入", timeout=30_000)
    expect(phone.locator(".viewer.out")).to_be_visible()
    evacuating.end(started, by=officer)
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator(".net.ok")).to_be_visible(timeout=30_000)
    expect(phone.locator(".viewer.out")).to_be_hidden()
