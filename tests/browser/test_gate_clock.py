"""A device's clock that is set between two readings shortens nobody's rest, and lengthens it no more than the device slept."""

import re
import time

import pytest
from playwright.sync_api import expect

from . import gate_plant as plant
from .gate_hand import arrived, network, reading, scan, verdict, worker_ready
from .gate_real import DRIVER

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOURS = 3 * 3600


@pytest.fixture
def device(post):
    """Return device(server): a page before a server; `hands.set` sets its clock, `hands.ahead` lets time pass, both stay over a reload."""

    def start(server):
        page = post(server, enrolled=False)
        page.context.add_init_script(path=str(DRIVER))
        page.context.add_init_script("hands.set = Number(localStorage.getItem('set'))")
        page.goto("/gates/post/#enrol=good")
        page.get_by_role("button", name="登记").click()
        expect(page.locator(".net")).to_have_attribute("data-online", "true", timeout=20_000)
        return page

    return start


def set_clock(page, seconds):
    page.evaluate("(seconds) => { localStorage.setItem('set', seconds); hands.set = seconds; }", seconds)


def too_high(page):
    scan(page, plant.pass_of(7, 1))
    reading(page, "383")
    page.get_by_role("button", name=re.compile("复测")).click()
    verdict(page, "先等", "high")
    page.get_by_role("button", name="去坐下").click()


def looked_at(page, word, reason):
    scan(page, plant.pass_of(7, 1))
    verdict(page, word, reason)


def test_a_clock_set_three_hours_ahead_ends_no_rest_nor_does_a_reload_with_it(device):
    server = plant.Server()
    page = device(server)
    worker_ready(page)
    network(page, server, False)
    too_high(page)
    set_clock(page, HOURS)
    looked_at(page, "先等", "high")
    page.reload()
    expect(page.locator(".viewer")).to_be_visible()
    looked_at(page, "先等", "high")
    page.get_by_role("button", name="不放行").click()
    page.get_by_role("button", name="其他原因").click()
    looked_at(page, "先等", "high")  # the line that he left stands for his first reading
    page.get_by_role("button", name="去坐下").click()
    page.evaluate("hands.ahead = 660")
    looked_at(page, "先等", "retest")


def test_in_touch_with_the_server_the_clock_may_go_as_it_likes(device):
    server = plant.Server()
    page = device(server)
    too_high(page)
    for hours in (1, -1):
        set_clock(page, hours * HOURS)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator(".net")).to_contain_text("终端时钟差", timeout=20_000)
        looked_at(page, "先等", "high")
        page.get_by_role("button", name="去坐下").click()


def test_a_clock_set_back_keeps_nobody_for_hours_and_the_lines_bear_the_true_moment(device):
    server = plant.Server(limits=vars(plant.gating.Limits(rest=4)))
    page = device(server)
    worker_ready(page)
    network(page, server, False)
    too_high(page)
    set_clock(page, -HOURS)
    time.sleep(4)
    looked_at(page, "先等", "retest")
    reading(page, "366")
    page.get_by_role("button", name="记下，下一个").click()
    expect(page.locator(".net")).to_have_attribute("data-queue", "1")
    network(page, server, True)
    (line,) = arrived(page, server, 1)
    taken = line["temperature"]
    assert (taken["first"], taken["second"]) == (383, 366) and "rested" not in line
    for moment in (line["at"], taken["at"], taken["second_at"]):
        assert abs(moment - line["drift"] - plant.now()) < 60
    assert 3 <= taken["second_at"] - taken["at"] < 60


def test_which_vehicles_come_now_is_counted_by_the_server_s_clock(post):
    """The device is two hours ahead: by its clock the one's time is over, its disinfection too old, and its next booking begun."""
    at = plant.now()
    rows = [
        {"id": 1, "plate": "甘AD00017", "begins": at - 9 * 3600, "ends": at - 3600, "disinfected": at - 86_400 - 3600, "driver": "马师傅"},
        {"id": 2, "plate": "甘AD00018", "begins": at - 3600, "ends": at + 3600, "disinfected": 0, "driver": "牛师傅"},
        {"id": 3, "plate": "甘AD00017", "begins": at - 1800, "ends": at + 9 * 3600, "disinfected": 0, "driver": "杨师傅"},
    ]  # fmt: skip
    server = plant.Server(vehicles=rows, made_at=at - 7200)
    server.ahead = 7200
    page = post(server)
    expect(page.locator(".net")).to_contain_text("终端时钟差")
    page.locator(".gt a").nth(1).click()
    expect(page.locator(".pick.side button")).to_have_text(["甘A·D00017"])
    page.locator(".pick.side button").click()
    expect(page.get_by_role("status").filter(has_text="今日有约")).to_contain_text("消毒过")


def test_when_somebody_is_measured_again_is_said_by_the_server_s_clock(post):
    """The device is four minutes ahead: not so much that its verdicts would be doubted."""
    server = plant.Server(made_at=plant.now() - 240)
    server.ahead = 240
    page = post(server)
    expect(page.locator(".net")).to_have_attribute("data-online", "true", timeout=20_000)
    soonest = plant.now() - 240 + 600
    scan(page, plant.pass_of(7, 1))
    reading(page, "383")
    words = page.get_by_role("button", name=re.compile("复测")).inner_text()
    hours = "(moments) => moments.map((each) => new Date(each * 1000).toTimeString().slice(0, 5))"
    assert any(hour in words for hour in page.evaluate(hours, [soonest, plant.now() - 240 + 600])), words
