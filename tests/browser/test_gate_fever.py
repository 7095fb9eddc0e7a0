"""A fever at the gate is not forgotten by looking again: the case that waits is opened, and who was refused for it stays out."""

import re
import time

import pytest
from playwright.sync_api import expect

from . import gate_plant as plant
from .gate_hand import arrived, go_on, in_store, let_in, network, queue, reading, scan, verdict, worker_ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def found(page, number):
    """Look somebody up by his number."""
    page.get_by_role("button", name="输工号").click()
    page.get_by_label("工号或姓名").fill(number)
    page.locator(".found button").first.click()


def refused(page, name="发热"):
    page.get_by_role("button", name="不放行").click()
    page.get_by_role("button", name=name).click()
    expect(page.locator(".viewer")).to_be_visible()


def too_high(page, tenths):
    """The first reading of who stands there is too high, and the guard lets him rest."""
    reading(page, tenths)
    page.get_by_role("button", name=re.compile("复测")).click()
    verdict(page, "先等", "high")


def hot_twice(page, text):
    """Somebody is measured twice, each time too high."""
    scan(page, text)
    too_high(page, "382")
    page.get_by_role("button", name="去坐下，下一个").click()
    time.sleep(2)
    scan(page, text)
    verdict(page, "先等", "retest")
    reading(page, "383")
    page.get_by_role("button", name="记下，发热").click()
    verdict(page, "不得入", "fever")
    page.get_by_role("button", name="下一个").click()
    expect(page.locator(".viewer")).to_be_visible()


def resting(**lists):
    """Return a server whose rules let somebody rest for two seconds."""
    return plant.Server(limits=vars(plant.gating.Limits(rest=2)), **lists)


def test_who_was_refused_for_a_fever_is_stopped_here_until_newer_lists_say_otherwise(post):
    server = resting()
    page = post(server)
    hot_twice(page, plant.pass_of(7, 1))
    arrived(page, server, 1)  # sent: the lists were made before
    found(page, "1001")
    verdict(page, "不得入", "fever")
    page.reload()
    expect(page.locator(".viewer")).to_be_visible()
    scan(page, plant.pass_of(7, 1))
    verdict(page, "不得入", "fever")
    page.get_by_role("button", name="先放着").click()
    time.sleep(1)
    server.sealed, server.version = plant.envelope(plant.bundle(version="v2", made_at=plant.now() + 1)), "v2"
    page.reload()
    expect(page.locator(".net")).to_have_attribute("data-online", "true")
    page.wait_for_timeout(1000)
    found(page, "1001")
    verdict(page, "先量体温", "measure")


@pytest.mark.parametrize("there", [True, False], ids=["online", "offline"])
def test_a_second_fever_is_written_before_the_guard_presses_anything_more(post, there):
    server = resting()
    page = post(server)
    network(page, server, there)
    scan(page, plant.pass_of(7, 1))
    reading(page, "382")
    page.get_by_role("button", name=re.compile("复测")).click()
    page.get_by_role("button", name="去坐下，下一个").click()
    time.sleep(2)
    found(page, "1001")
    reading(page, "381")
    page.get_by_role("button", name="记下，发热").click()
    verdict(page, "不得入", "fever")
    expect(page.locator(".vd")).to_contain_text("已记下：传到后各卡口都不放行")
    if not there:
        queue(page, 1)
        network(page, server, True)
    (line,) = arrived(page, server, 1)
    assert (line["refusal"], line["temperature"]["first"], line["temperature"]["second"]) == ("fever", 382, 381)
    page.get_by_role("button", name="下一个").click()
    found(page, "1001")  # a third reading would undo nothing: he is not measured again
    verdict(page, "不得入", "fever")
    refused(page)
    again = next(one for one in arrived(page, server, 2) if one["uid"] != line["uid"])
    assert again["temperature"]["first"] == 0  # refused once more: no second fever


def test_a_refusal_that_is_not_sent_stops_him_too(post):
    server = resting()
    page = post(server)
    worker_ready(page)
    network(page, server, False)
    hot_twice(page, "1001")
    page.reload()
    expect(page.locator(".viewer")).to_be_visible()
    scan(page, plant.pass_of(7, 1))
    verdict(page, "不得入", "fever")
    refused(page)
    network(page, server, True)
    first, again = sorted(arrived(page, server, 2), key=lambda line: -line["temperature"]["first"])
    assert (first["temperature"]["first"], first["temperature"]["second"]) == (382, 383)
    assert again["temperature"]["first"] == 0 and again["verdict"]["reason"] == "fever"  # one fever, not two


@pytest.mark.parametrize("by", ["number", "pass", "reload"])
def test_looking_again_opens_the_case_that_waits_with_its_reading_and_its_clock(post, by):
    server = plant.Server(limits=vars(plant.gating.Limits(rest=10)))
    page = post(server)
    scan(page, plant.pass_of(7, 1))
    too_high(page, "383")
    page.go_back()  # to the keys, and over the reading
    expect(page.locator(".vd")).to_have_attribute("data-reason", "high")
    page.get_by_role("button", name="去坐下").click()
    if by == "reload":
        page.reload()
    if by == "pass":
        scan(page, plant.pass_of(7, 1))
    else:
        found(page, "1001")
    verdict(page, "先等", "high")
    page.get_by_role("button", name="去坐下").click()
    expect(page.get_by_role("button", name="等着的人 1")).to_be_visible()
    time.sleep(10)
    found(page, "1001")
    verdict(page, "先等", "retest")
    reading(page, "366")
    page.get_by_role("button", name="记下，下一个").click()
    (line,) = arrived(page, server, 1)
    assert (line["temperature"]["first"], line["temperature"]["second"]) == (383, 366)


def test_newer_lists_do_not_clear_a_visitor_of_whom_they_say_nothing(post):
    server = resting()
    page = post(server)

    def comes():
        page.get_by_role("link", name="访客").click()
        page.get_by_role("button", name="安立新").click()
        page.get_by_role("button", name="没有", exact=True).click()
        page.get_by_role("button", name="看能不能进").click()

    comes()
    reading(page, "382")
    page.get_by_role("button", name=re.compile("复测")).click()
    page.get_by_role("button", name="去坐下").click()
    time.sleep(2)
    comes()
    reading(page, "383")
    page.get_by_role("button", name="记下，发热").click()
    page.get_by_role("button", name="下一个").click()
    arrived(page, server, 1)
    server.sealed, server.version = plant.envelope(plant.bundle(version="v2", made_at=plant.now() + 1)), "v2"
    page.reload()
    page.wait_for_timeout(1000)
    comes()
    verdict(page, "不得入", "fever")


def test_a_vehicle_and_a_stranger_are_known_again_by_plate_and_name(post):
    server = plant.Server()
    page = post(server)
    for _time in range(2):
        page.get_by_role("link", name="车辆").click()
        page.get_by_label("车牌").fill("甘A·D00017")
        page.get_by_role("button", name="已消毒").click()
        page.get_by_role("button", name="看能不能进").click()
        page.locator(".vd").wait_for()
        if page.locator(".vd.measure").count():
            reading(page, "383")
            page.get_by_role("button", name=re.compile("复测")).click()
        verdict(page, "先等", "high")
        page.get_by_role("button", name="去坐下").click()
    for _time in range(2):
        page.get_by_role("button", name="输工号").click()
        page.get_by_label("工号或姓名").fill("无名氏")
        page.get_by_role("button", name=re.compile("名单里没有此人")).click()
        verdict(page, "先等", "not_listed")
        page.get_by_role("button", name="先放着").click()
    expect(page.get_by_role("button", name="等着的人 2")).to_be_visible()


def test_who_was_refused_after_one_high_reading_is_measured_the_second_time(post):
    server = resting()
    page = post(server)
    scan(page, plant.pass_of(7, 1))
    too_high(page, "383")
    refused(page, "其他原因")
    found(page, "1001")
    expect(page.locator(".vd.wait")).to_have_attribute("data-reason", re.compile("high|retest"))


def test_whoever_rests_at_another_gate_gets_his_second_reading_here_and_not_a_first_one_anew(post):
    case = {
        "person": 1,
        "visit": None,
        "vehicle": None,
        "uid": "6f1c0f5e-6d0b-4a3c-9d55-000000000001",
        "kind": "person",
    }
    taken = {
        "first": 378,
        "at": plant.now(),
        "second": 0,
        "second_at": 0,
        "method": "forehead",
        "place": "",
        "device": "",
    }
    half = [case | {"at": plant.now(), "name": "", "plate": "", "driver": "", "temperature": taken}]
    server = resting(half=half)
    page = post(server)
    time.sleep(4)  # both clocks count whole seconds
    scan(page, plant.pass_of(7, 1))
    verdict(page, "先等", "retest")
    reading(page, "366")
    page.get_by_role("button", name="记下，下一个").click()
    (line,) = arrived(page, server, 1)
    assert (line["temperature"]["first"], line["temperature"]["second"]) == (378, 366)
    page.get_by_role("button", name="下一个").click()
    found(page, "1001")  # measured here since: the lists of before are no news
    verdict(page, "先等", "inside_already")


def test_whoever_is_held_meanwhile_is_stopped_before_his_second_reading_here(post):
    """Another gate found him feverish twice: this one hears of it by the next ping, not by the next minute's lists."""
    server = resting()
    page = post(server)
    rests(page, "1001")
    held = plant.bundle(version="v2", made_at=plant.now(), limits=vars(plant.gating.Limits(rest=2)))
    next(one for one in held["people"] if one["no"] == "1001")["hold"] = "held"
    server.sealed, server.version, server.news = plant.envelope(held), "v2", "1.0"
    with page.expect_response("**/gates/api/bundle", timeout=25_000):
        pass
    page.get_by_role("button", name="等着的人 1").click()
    page.get_by_role("button", name="侯军").click()
    verdict(page, "不得入", "held")


def told_of(page, server, *people):
    """Wait until the server was told of the first readings of these people, of no other."""
    for _wait in range(200):
        if len(server.resting) >= len(people):
            break
        page.wait_for_timeout(100)
    assert {record["person"] for record in server.resting.values()} == set(people)


def rests(page, number):
    """Somebody's first reading is too high."""
    found(page, number)
    too_high(page, "383")
    page.get_by_role("button", name="去坐下").click()
    page.locator("body[data-view=scan]").wait_for()


def test_a_first_reading_too_high_is_told_to_the_server_while_he_rests(post):
    server = resting()
    page = post(server)
    scan(page, plant.pass_of(7, 1))
    reading(page, "365")
    page.get_by_role("button", name="记下，下一个").click()
    scan(page, plant.pass_of(8, 6))
    too_high(page, "383")
    told_of(page, server, 6)
    (told,) = server.resting.values()
    assert (told["person"], told["temperature"]["first"], told["temperature"]["second"]) == (6, 383, 0)


HANDOVER = {"uid": "6f1c0f5e-6d0b-4a3c-9d55-000000000002", "to": "韩福", "signed_out": "侯军", "signed_in": "韩福"}


@pytest.mark.parametrize("status", [404, 500, 0], ids=["an-older-server", "a-fault", "a-lost-answer"])
def test_a_reading_that_cannot_be_told_holds_neither_lines_nor_handovers_up_and_is_told_later(post, status):
    server = resting()
    server.unread = {6: status}
    page = post(server)
    network(page, server, False)
    rests(page, "1006")
    let_in(page, "1001")
    go_on(page)
    in_store(page, "handovers", "(rows, one) => rows.put(one)", HANDOVER)
    queue(page, 1)
    network(page, server, True)
    arrived(page, server, 1)
    for _wait in range(200):
        if server.handovers:
            break
        page.wait_for_timeout(100)
    assert [one["uid"] for one in server.handovers] == [HANDOVER["uid"]] and server.resting == {}
    expect(page.locator(".net")).to_have_attribute("data-online", "true")
    server.unread = {}
    page.evaluate("dispatchEvent(new Event('online'))")
    told_of(page, server, 6)


def test_one_reading_that_the_server_calls_bad_keeps_no_other_back(post):
    server = resting()
    server.unread = {6: 400}
    page = post(server)
    network(page, server, False)
    rests(page, "1006")
    time.sleep(1)  # the readings go in the order in which they were taken
    rests(page, "1007")
    network(page, server, True)
    told_of(page, server, 7)
    expect(page.get_by_role("button", name="等着的人 2")).to_be_visible()  # the case itself stays
