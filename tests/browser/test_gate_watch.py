"""The watch at a gate in a real browser: handed over whole, never stuck behind another, and what the page says of itself stays true."""

import re
import time

import pytest
from playwright.sync_api import expect

from . import gate_plant as plant
from .gate_hand import network, reading, scan, verdict, worker_ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def guards(page, number):
    """Whoever holds the device says who he is."""
    page.get_by_role("button", name="更多").click()
    page.get_by_label("值守人工号").fill(number)
    page.get_by_label("值守人工号").blur()


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
    expect(page.get_by_text("不在名单上")).to_be_hidden()
    page.get_by_role("button", name="缺", exact=True).click()
    page.get_by_role("button", name="接班签字").click()
    [said] = handed(page, server, 1)
    assert (said["keys"], said["to"]) == (0, "1008") and abs(said["drift"]) <= 1


def test_a_watch_is_given_by_whoever_has_it_and_by_nobody_who_is_on_no_list(post):
    server = plant.Server()
    page = post(server)
    page.get_by_role("link", name="交班").click()
    gives, takes = page.get_by_label("交班人工号"), page.get_by_label("接班人工号")
    out, into = page.get_by_role("button", name="交班签字"), page.get_by_role("button", name="接班签字")
    expect(gives).to_have_value("1007")  # by the roster; afterwards whoever took over
    page.get_by_role("button", name="都在").click()
    out.click()
    takes.fill("99999")
    expect(page.get_by_text("99999 不在名单上")).to_be_visible()
    expect(into).to_be_disabled()
    takes.fill("1008")
    into.click()
    page.get_by_role("link", name="交班").click()
    expect(gives).to_have_value("1008")
    gives.fill("10016")
    expect(out).to_be_disabled()
    gives.fill("1003")
    expect(page.get_by_text("在说明里写原因")).to_be_visible()
    expect(out).to_be_disabled()
    page.get_by_label("说明").fill("1008 送医")
    expect(out).to_be_enabled()
    page.get_by_role("link", name="扫码").click()
    guards(page, "99999")
    expect(page.get_by_text("99999 不在名单上")).to_be_visible()
    expect(page.locator(".gh")).to_contain_text("陈立")


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


def test_a_roll_names_the_gates_that_are_silent_and_since_when_also_without_a_network(post):
    server, heard = plant.Server(), plant.now() - 3600
    server.gates = [
        {"name": "1号门", "heard_at": plant.now()},
        {"name": "2号门", "heard_at": heard},
        {"name": "5号门", "heard_at": 0},
    ]
    page = post(server)
    page.get_by_role("button", name="更多").click()
    page.get_by_role("button", name="疏散点名").click()
    since = time.strftime("%H:%M", time.localtime(heard))
    line = page.locator(".unsure li", has_text="没有消息的门")
    expect(line).to_have_text(re.compile(f"^没有消息的门：2号门（.*{since} 起）、5号门（从未联系）"))
    worker_ready(page)
    network(page, server, False)
    page.reload()
    expect(line).to_contain_text("断网前没有消息的门：2号门")


def test_a_revoked_device_says_what_is_left_on_it(post):
    server = plant.Server()
    page = post(server)
    scan(page, plant.pass_of(7, 1))
    reading(page, "383")
    page.get_by_role("button", name=re.compile("复测")).click()
    expect(page.locator(".vd")).to_have_attribute("data-reason", "high")
    server.revoked = True
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("判过没了结的 1 人还在本机")).to_be_visible()
    expect(page.get_by_text("没有剩下的记录")).to_be_hidden()
    expect(page.get_by_role("button", name="存成文件")).to_be_visible()


def test_a_clock_hours_ahead_makes_no_fresh_lists_old_and_hides_no_network(post):
    server = plant.Server()
    server.ahead = 3 * 3600
    page = post(server)
    expect(page.locator(".net.warn")).to_contain_text("终端时钟差 180 分钟")
    expect(page.locator(".net.warn")).to_contain_text("在线")
    expect(page.locator(".viewer .age")).to_have_text(re.compile("名单 .* ?分钟前|名单 -?0"))
    network(page, server, False)
    expect(page.locator(".net.warn")).to_contain_text("离线")


def test_a_guard_is_not_the_host_of_his_own_visitor(post):
    server = plant.Server()
    page = post(server)
    guards(page, "1001")
    page.get_by_role("link", name="访客").click()
    page.get_by_role("button", name="没有预约的访客").click()
    for label, words in (("来人姓名", "李工"), ("来干什么", "电梯维保"), ("找谁", "侯军")):
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="没有", exact=True).click()
    page.get_by_role("button", name="电话同意").click()
    expect(page.get_by_role("button", name="还差：值守人以外的被访人")).to_be_disabled()
    page.get_by_label("找谁").fill("韩福")  # whose watch it is by the lists
    expect(page.get_by_role("button", name="还差：值守人以外的被访人")).to_be_disabled()
    page.get_by_label("找谁").fill("林涛")
    expect(page.get_by_role("button", name="看能不能进")).to_be_enabled()


def test_nor_of_one_that_was_announced_whether_from_the_list_or_by_his_pass(post):
    at = plant.now()
    visit = {"id": 1, "name": "自己客", "host": "侯军", "host_no": "1001", "host_phone": "", "state": "approved", "begins": at - 600, "ends": at + 36000, "declared": True, "pass": None}  # fmt: skip
    server = plant.Server(visits=[visit])
    page = post(server)
    guards(page, "1001")
    page.get_by_role("link", name="访客").click()
    page.get_by_role("button", name="自己客").click()
    expect(page.get_by_role("button", name="还差：值守人以外的被访人")).to_be_disabled()
    page.get_by_role("link", name="扫码").click()
    scan(page, plant.pass_of(9, 1, kind="visitor"))
    verdict(page, "先等", "host_guards")
