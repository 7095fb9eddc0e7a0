"""The watch at a gate in a real browser: handed over whole, never stuck behind another, and what the page says of itself stays true."""

import pytest
from playwright.sync_api import expect

from . import gate_plant as plant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def hand_over(page, gives, takes, keys="都在"):
    page.get_by_role("link", name="交班").click()
    page.get_by_label("交班人工号").fill(gives)
    page.get_by_label("接班人工号").fill(takes)
    page.get_by_role("button", name="交班签字").click()
    if keys:
        page.get_by_role("button", name=keys).click()
        page.get_by_role("button", name="接班签字").click()


def handed(page, server, count):
    for _wait in range(100):
        if len(server.handovers) >= count:
            break
        page.wait_for_timeout(100)
    return server.handovers


def test_nobody_takes_a_watch_without_a_word_on_what_belongs_to_it(post):
    server = plant.Server()
    page = post(server)
    hand_over(page, "1007", "1008", keys="")
    expect(page.get_by_role("button", name="接班签字")).to_be_disabled()
    expect(page.get_by_text("名单里没有这个工号")).to_be_hidden()
    page.get_by_label("接班人工号").fill("4711")
    expect(page.get_by_text("名单里没有这个工号")).to_be_visible()
    page.get_by_role("button", name="缺", exact=True).click()
    page.get_by_role("button", name="接班签字").click()
    [said] = handed(page, server, 1)
    assert (said["keys"], said["to"], said["drift"]) == (0, "4711", 0)


def test_a_hand_over_says_how_far_its_clock_was_off_and_one_that_is_refused_holds_none_up(post):
    server = plant.Server()
    server.ahead, server.refuses = 660, {"1008"}
    page = post(server)
    expect(page.locator(".net.warn")).to_contain_text("终端时钟差 11 分钟")
    hand_over(page, "1007", "1008")
    hand_over(page, "1008", "1006")
    [said] = handed(page, server, 1)
    assert said["to"] == "1006" and abs(said["drift"] - 660) <= 1
    page.get_by_role("button", name="更多").click()
    expect(page.get_by_text("服务器收不下 1 条")).to_be_visible()
