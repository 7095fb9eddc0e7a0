"""Whoever is expected is found by a few letters, however many are; the guard sees who may come before he asks anything."""

import re

import pytest
from playwright.sync_api import expect

from . import gate_plant as plant
from .gate_hand import arrived, reading, verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def visits(count, **of_the_last):
    """Return so many visits as the lists have them, the last one changed."""
    at = plant.now()
    rows = [
        {"id": n, "name": f"来客{n:03}", "host": "彭涛", "host_phone": "8233", "state": "approved", "begins": at - 3600, "ends": at + 3600,
         "declared": False, "pass": None}
        for n in range(1, count + 1)
    ]  # fmt: skip
    rows[-1] |= of_the_last
    return rows


def test_the_sixtieth_visitor_is_found_by_his_name_in_both_places(post):
    page = post(plant.Server(visits=visits(60, name="安立新")))
    page.locator(".gt a").nth(2).click()
    page.get_by_label("访客或被访人姓名").fill("立新")
    expect(page.locator(".found button")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("来人姓名")).to_have_value("安立新")
    page.locator(".gt a").first.click()
    page.get_by_role("button", name="输工号").click()
    page.get_by_label("工号或姓名").fill("安立")
    page.locator(".found button").first.click()
    page.get_by_role("button", name="没有", exact=True).first.click()
    page.get_by_role("button", name="看能不能进").click()
    verdict(page, "先量体温", "measure")


def test_who_may_come_now_stands_first_and_the_others_say_why_not(post):
    at = plant.now()
    rows = [
        visits(1, id=1, state="refused")[0], visits(1, id=2, state="ill")[0], visits(1, id=3, begins=at - 90_000, ends=at - 60)[0],
        visits(1, id=4, state="asked")[0], visits(1, id=5, begins=at + 90_000, ends=at + 99_000)[0], visits(1, id=6)[0],
    ]  # fmt: skip
    rows[0]["name"], rows[1]["host"] = "x" * 60, "欧阳"
    page = post(plant.Server(visits=rows))
    page.locator(".gt a").nth(2).click()
    lines = page.locator(".found button")
    expect(lines).to_have_count(6)
    states = [lines.nth(n).get_attribute("data-state") for n in range(6)]
    assert states == ["approved", "asked", "early", "late", "refused", "ill"]
    expect(lines.nth(4)).to_contain_text("没有同意")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    spilt = "[...document.querySelectorAll('.found button')].filter((row) => row.scrollWidth > row.clientWidth || row.scrollHeight > row.clientHeight).length"
    assert page.evaluate(spilt) == 0
    assert lines.nth(5).locator(".v").evaluate("(host) => host.getClientRects().length === 1 && host.clientHeight < 40")


def test_a_relative_without_a_number_is_never_shown_as_the_guard(post):
    people = [plant.person(1, name="侯军"), plant.person(2, name="沈鹏", no="")]
    server = plant.Server()
    server.sealed = plant.envelope(plant.bundle(people=1) | {"people": people})
    page = post(server)
    expect(page.locator(".gh .mut")).to_have_text("韩福")  # who stands there by the lists
    assert re.search("沈鹏", page.locator(".gh").inner_text()) is None


def test_a_visitor_who_had_a_fever_at_another_gate_is_stopped_whatever_his_host_says(post):
    page = post(plant.Server(ill=["李工"]))
    for name, word, reason in (
        ("李工", "不得入", "visit_ill"),
        ("李 工", "不得入", "visit_ill"),
        ("王工", "先量体温", "measure"),
    ):
        page.locator(".gt a").nth(2).click()
        page.get_by_role("button", name="没有预约的访客").click()
        for label, words in (("来人姓名", name), ("来干什么", "维保"), ("找谁", "侯军")):
            page.get_by_label(label).fill(words)
        page.get_by_role("button", name="没有", exact=True).first.click()
        page.get_by_role("button", name="电话同意").click()
        page.get_by_role("button", name="看能不能进").click()
        verdict(page, word, reason)


def test_what_a_visitor_answered_at_the_gate_goes_with_the_line(post):
    server = plant.Server()
    page = post(server)
    page.locator(".gt a").nth(2).click()
    page.locator(".found button").first.click()
    page.get_by_role("button", name="没有", exact=True).first.click()
    page.get_by_role("button", name="看能不能进").click()
    verdict(page, "先量体温", "measure")
    reading(page, "365")
    page.locator(".bb.p", has_text="记下，下一个").click()
    [line] = arrived(page, server, 1)
    assert (line["visit"], line["declared"]) == (1, "no")
