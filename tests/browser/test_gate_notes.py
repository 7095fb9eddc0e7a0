"""What a guard writes beside a verdict, what he notes that is no crossing, and the one way a gate is for."""

import pytest
from playwright.sync_api import expect

from . import gate_plant as plant
from .gate_hand import arrived, network, queue, scan, verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_note_goes_with_whoever_is_refused_and_whoever_is_let_in_against_the_verdict(post):
    server = plant.Server()
    page = post(server)
    scan(page, plant.pass_of(2, 2))
    verdict(page, "不得入", "turn")
    page.get_by_role("button", name="不放行").click()
    page.get_by_label("备注").fill("劝他后天随组来")
    page.get_by_role("button", name="其他原因").click()
    queue(page, 0)
    scan(page, plant.pass_of(2, 2))
    page.get_by_role("button", name="特批入").click()
    page.get_by_role("button", name="抢险救护").click()
    page.get_by_label("谁批的").fill("陈立")
    page.get_by_label("备注").fill("送药")
    page.get_by_role("button", name="特批入").click()
    refused, forced = arrived(page, server, 2)
    assert (refused["refusal"], refused["note"]) == ("other", "劝他后天随组来")
    assert forced["forced"].endswith("陈立") and forced["note"] == "送药"


def test_advice_and_traffic_are_noted_without_a_crossing_and_without_a_network(post):
    server = plant.Server()
    page = post(server)
    network(page, server, False)
    for kind, who, words in (("劝返", "甘A12345 的司机", ""), ("交通", "", "坝顶路堵了，改走右岸")):
        page.get_by_role("button", name="更多").click()
        page.get_by_role("button", name="记一笔").click()
        expect(page.get_by_role("button", name="记下")).to_be_disabled()
        page.get_by_role("button", name=kind).click()
        page.get_by_label("谁、哪辆车").fill(who)
        page.get_by_label("什么情况").fill(words)
        page.get_by_role("button", name="记下").click()
        expect(page.locator("main .last li", has_text=f"记 {kind}")).to_be_visible()
    network(page, server, True)
    advised, traffic = sorted(arrived(page, server, 2), key=lambda line: line["refusal"])
    assert (advised["refusal"], advised["kind"], advised["name"]) == ("advised", "unknown", "甘A12345 的司机")
    assert (traffic["refusal"], traffic["note"]) == ("traffic", "坝顶路堵了，改走右岸")


def test_a_gate_that_leads_out_lets_out_only_and_says_so_by_itself(post):
    gate = plant.bundle(1)["gate"] | {"directions": "out"}
    server = plant.Server(gate=gate)
    page = post(server)
    expect(page.get_by_role("button", name="输工号")).to_be_visible()
    expect(page.locator(".viewer.out")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="改为进门")).to_have_count(0)
    expect(page.get_by_role("button", name="改为出门")).to_have_count(0)
    scan(page, plant.pass_of(1, 1))
    expect(page.locator(".vd")).to_have_attribute("data-reason", "leaves")
