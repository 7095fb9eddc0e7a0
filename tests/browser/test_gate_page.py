"""The guard's page in a real browser: whom it lets in, whom not and why; passes, people, vehicles, visitors, the watch."""

import re
import time

import pytest
from playwright.sync_api import expect

from . import gate_plant as plant
from .gate_hand import arrived, network, reading, scan, verdict

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_device_is_enrolled_by_a_code_that_does_not_stay_in_the_address(post):
    server = plant.Server()
    page = post(server, enrolled=False)
    page.goto("/gates/post/#enrol=wrong")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("代码不对或已过期")).to_be_visible()
    page.get_by_label("登记代码").fill("good")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".gh b")).to_have_text("3号门 坝顶")
    assert "enrol" not in page.url


# A scanner faster than any guard: it types as soon as the gate's name is drawn.
SCANNER = """new MutationObserver((_changes, observer) => {
  if (!document.querySelector(".gh b")) return;
  observer.disconnect();
  setTimeout(() => {
    for (const key of [..."1001", "Enter"]) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
}).observe(document, { childList: true, subtree: true })"""


def test_a_pass_that_is_scanned_as_soon_as_the_gate_s_name_is_there_is_judged(post):
    page = post(plant.Server())
    page.add_init_script(SCANNER)
    page.reload()
    verdict(page, "先量体温", "measure")


@pytest.mark.parametrize("text", ["1001", plant.pass_of(7, 1)], ids=["number", "pass"])
def test_who_came_before_the_first_lists_were_there_is_judged_by_them_when_they_come(post, text):
    server = plant.Server()
    server.listless = True
    page = post(server, enrolled=False)
    page.goto("/gates/post/#enrol=good")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".net")).to_have_attribute("data-online", "true")
    scan(page, text)
    expect(page.locator(".vd")).to_have_attribute("data-reason", "lists_expired")
    server.listless = False
    network(page, server, False)
    network(page, server, True)
    verdict(page, "先量体温", "measure")
    reading(page, "364")
    page.get_by_role("button", name="记下，下一个").click()
    (line,) = arrived(page, server, 1)
    assert line["person"] and line["verdict"]["reason"] == "enters"
    page.get_by_role("button", name="更多").click()
    expect(page.get_by_role("button", name="等着的人 0")).to_be_visible()


def test_a_good_pass_a_reading_and_the_line_is_at_the_server(post):
    server = plant.Server()
    page = post(server)
    scan(page, plant.pass_of(7, 1))
    verdict(page, "先量体温", "measure")
    expect(page.locator(".vd")).to_have_class("vd measure")  # not green: nobody knows yet that nothing is wrong
    reading(page, "364")
    page.get_by_role("button", name="记下，下一个").click()
    verdict(page, "可入", "enters")
    expect(page.locator(".vd")).to_have_class("vd pass")
    page.evaluate("location.hash = 'refuse'")  # he is written: going back does not refuse him under the same number
    expect(page.locator("body")).to_have_attribute("data-view", "verdict")
    expect(page.locator(".net")).to_contain_text("已记下")
    (line,) = arrived(page, server, 1)
    assert (line["person"], line["temperature"]["first"], line["verdict"]["verdict"]) == (1, 364, "pass")
    assert (line["passed"], line["pass_number"], line["bundle"], line["zone"]) == ("ok", 7, "v1", "yard")


@pytest.mark.parametrize(
    ("text", "word", "reason"),
    [
        (lambda: plant.pass_of(7, 2), "不得入", "turn"),
        (lambda: plant.pass_of(7, 3), "不得入", "held"),
        (lambda: plant.pass_of(7, 4), "先等", "not_checked_in"),
        (lambda: plant.pass_of(7, 5), "不得入", "zone"),
        (lambda: plant.pass_of(99, 1), "不得入", "pass_revoked"),
        (lambda: plant.pass_of(7, 1, key=plant.FORGER), "不得入", "pass_forged"),
        (lambda: plant.pass_of(7, 1, plant=b"XXXX"), "不得入", "pass_other_plant"),
        (lambda: plant.pass_of(7, 4000), "先等", "not_listed"),
        (lambda: "DB1ABC", "先等", "pass_unreadable"),
    ],
)  # fmt: skip
def test_each_bad_pass_gets_its_verdict(post, text, word, reason):
    page = post(plant.Server())
    scan(page, text())
    verdict(page, word, reason)


def test_a_stop_says_from_when_and_is_refused_with_a_closed_reason_or_forced_with_a_name(post):
    server = plant.Server()
    page = post(server)
    scan(page, plant.pass_of(7, 2))
    expect(page.locator(".vd .why")).to_contain_text("起可入")
    assert page.get_by_role("link", name="打值班长 8120").get_attribute("href") == "tel:8120"
    page.get_by_role("button", name="不放行").click()
    page.get_by_role("button", name="其他原因").click()
    expect(page.locator(".viewer")).to_be_visible()
    scan(page, plant.pass_of(7, 2))
    page.get_by_role("button", name="特批入").click()
    page.get_by_role("button", name="值班长同意").click()
    expect(page.get_by_role("button", name="特批入")).to_be_disabled()
    page.get_by_label("谁批的").fill("陈立")
    page.get_by_role("button", name="特批入").click()
    refused, forced = sorted(arrived(page, server, 2), key=lambda line: line["forced"])
    assert refused["refusal"] == "other"
    assert forced["forced"] == "值班长同意: 陈立"


def test_a_reading_that_no_body_has_cannot_be_typed_and_a_high_one_is_taken_again_after_a_rest(post):
    server = plant.Server(limits=vars(plant.gating.Limits(rest=3)))
    page = post(server)
    scan(page, plant.pass_of(7, 1))
    reading(page, "738")  # only 3 and 8 can be typed, 7 cannot
    expect(page.locator("[data-temp]")).to_have_text("38._")
    page.locator("[data-k='c']").click()
    page.keyboard.type("376")  # a keyboard types too
    page.get_by_role("button", name=re.compile("复测")).click()
    verdict(page, "先等", "high")
    page.get_by_role("button", name="去坐下，下一个").click()
    page.reload()  # whoever rests is not forgotten
    page.get_by_role("button", name="等着的人 1").click()
    time.sleep(3)
    page.get_by_role("button", name="侯军").click()
    verdict(page, "先等", "retest")
    reading(page, "379")
    page.get_by_role("button", name="记下，发热").click()
    verdict(page, "不得入", "fever")
    (line,) = arrived(page, server, 1)  # nothing more was pressed
    assert (line["temperature"]["first"], line["temperature"]["second"], line["refusal"]) == (376, 379, "fever")


def test_somebody_without_a_pass_is_found_and_leaves_again(post):
    server = plant.Server()
    page = post(server)
    page.get_by_role("button", name="输工号").click()
    page.get_by_label("工号或姓名").fill("林")
    page.get_by_role("button", name="林涛").click()
    reading(page, "365")
    page.get_by_role("button", name="记下，下一个").click()
    page.get_by_role("button", name="下一个").click()
    page.get_by_role("button", name="改为出门").click()
    page.keyboard.type("1006")
    page.keyboard.press("Enter")
    verdict(page, "可出", "leaves")
    page.get_by_role("button", name="放行出门").click()
    expect(page.locator(".viewer")).to_be_visible()
    scan(page, "1006")
    expect(page.locator(".vd .warn")).to_have_text("没有进门记录")
    assert [line["direction"] for line in arrived(page, server, 2)] == ["in", "out"]


def test_a_vehicle_is_judged_by_plate_driver_and_disinfection(post):
    server = plant.Server()
    page = post(server)
    page.get_by_role("link", name="车辆").click()
    page.get_by_label("车牌").fill("甘A·D000")
    expect(page.get_by_text("车牌不对")).to_be_visible()
    page.get_by_label("车牌").fill("甘A·D00017")
    expect(page.get_by_text("新能源 8 位，今日有约")).to_be_visible()
    expect(page.get_by_label("司机姓名")).to_have_value("马师傅")
    page.get_by_role("button", name="看能不能进").click()
    verdict(page, "先等", "disinfect")
    page.get_by_role("button", name="去消毒").click()
    page.get_by_role("button", name="已消毒").click()
    page.get_by_label("车上几人").fill("2")
    page.get_by_role("button", name="看能不能进").click()
    verdict(page, "先量体温", "measure")
    reading(page, "366")
    page.get_by_role("button", name="记下，下一个").click()
    (line,) = arrived(page, server, 1)
    assert (line["plate"], line["vehicle"], line["disinfected"], line["passengers"]) == ("甘AD00017", 1, True, "2")


def test_a_vehicle_leaves_by_the_booking_it_came_in_on(post):
    at = plant.now()
    booking = {"plate": "甘A12345", "disinfected": at, "driver": "马师傅"}
    bookings = [{"id": n, "begins": at + from_ * plant.DAY, "ends": at + to * plant.DAY, **booking} for n, from_, to in ((1, -9, -8), (2, -3, -2), (3, -1, 1))]  # fmt: skip
    inside = [{"kind": "vehicle", "id": 2, "since": at - 2 * plant.DAY, "zone": "yard", "gate": "G3"}]
    server = plant.Server(vehicles=bookings, inside=inside)
    page = post(server)

    def judge():
        page.get_by_role("link", name="车辆").click()
        page.get_by_label("车牌").fill("甘A·12345")
        page.get_by_role("button", name="看能不能进").click()

    page.get_by_role("button", name="改为出门").click()
    judge()
    page.get_by_role("button", name="放行出门").click()
    expect(page.locator(".viewer")).to_be_visible()
    page.get_by_role("button", name="改为进门").click()
    judge()
    verdict(page, "先量体温", "measure")
    reading(page, "366")
    page.get_by_role("button", name="记下，下一个").click()
    assert [(line["direction"], line["vehicle"]) for line in arrived(page, server, 2)] == [("out", 2), ("in", 3)]


def test_a_visitor_who_is_expected_and_one_who_is_not(post):
    server = plant.Server()
    page = post(server)
    page.get_by_role("link", name="访客").click()
    page.get_by_role("button", name="安立新").click()
    expect(page.get_by_role("button", name=re.compile("还差"))).to_be_disabled()
    page.get_by_role("button", name="没有", exact=True).click()
    page.get_by_role("button", name="看能不能进").click()
    reading(page, "365")
    page.get_by_role("button", name="记下，下一个").click()
    page.get_by_role("link", name="访客").click()
    page.get_by_role("button", name="没有预约的访客").click()
    page.get_by_label("来人姓名").fill("李工")
    page.get_by_label("来干什么").fill("电梯维保")
    page.get_by_label("找谁").fill("侯军")
    page.get_by_role("button", name="去过", exact=True).click()
    page.get_by_role("button", name="电话同意").click()
    page.get_by_role("button", name="看能不能进").click()
    page.get_by_role("button", name="行程健康").click()  # whoever was in a risk area is led to the refusal
    expected, walked = sorted(arrived(page, server, 2), key=lambda line: line["refusal"])
    assert (expected["visit"], expected["refusal"]) == (1, "")
    assert (walked["name"], walked["host"], walked["purpose"], walked["refusal"]) == (
        "李工",
        "侯军",
        "电梯维保",
        "not_declared",
    )


def test_lists_that_somebody_else_signed_are_not_used(post):
    server = plant.Server()
    page = post(server)
    server.sealed = plant.envelope(plant.bundle(version="v2", people=3), plant.FORGER)
    server.version = "v2"
    page.reload()
    expect(page.get_by_text("签名不对，没有采用")).to_be_visible()
    scan(page, "1020")
    verdict(page, "先量体温", "measure")  # judged by the good lists that it has


def test_lists_older_than_half_a_day_are_shown_in_red_and_a_clock_that_is_wrong_is_said(post):
    server = plant.Server(made_at=plant.now() - 13 * 3600)
    page = post(server)
    expect(page.locator(".net.now")).to_contain_text("名单已旧：名单 13 小时前")
    scan(page, "1001")
    expect(page.locator(".vd .warn")).to_have_text("名单已旧")
    server = plant.Server()
    server.ahead = 3 * 3600
    page = post(server)
    expect(page.locator(".net.warn")).to_contain_text("终端时钟差 180 分钟")


def test_a_watch_is_handed_over_with_what_is_open_and_two_signatures(post):
    server = plant.Server()
    page = post(server)
    scan(page, "1004")
    page.get_by_role("link", name="交班").click()
    expect(page.locator(".gr.need")).to_contain_text("等处理")
    page.get_by_role("button", name="都在").click()
    page.get_by_label("交班人工号").fill("1007")
    page.get_by_label("接班人工号").fill("1008")
    expect(page.get_by_role("button", name="接班签字")).to_be_disabled()
    page.get_by_role("button", name="交班签字").click()
    expect(page.get_by_role("button", name="韩福 已签")).to_be_visible()
    page.get_by_role("button", name="接班签字").click()
    expect(page.locator(".gh")).to_contain_text("陈立")
    for _wait in range(100):
        if server.handovers:
            break
        page.wait_for_timeout(100)
    (said,) = server.handovers
    assert (said["from"], said["to"], said["holds"], said["keys"]) == ("1007", "1008", 1, 1)


def test_a_roll_call_without_a_network_says_what_it_does_not_know(post):
    inside = [{"kind": "person", "id": n, "since": plant.now() - 600, "zone": "yard", "gate": "G1"} for n in (1, 2, 3)]
    server = plant.Server(inside=inside)
    page = post(server)
    network(page, server, False)
    page.get_by_role("button", name="更多").click()
    page.get_by_role("button", name="疏散点名").click()
    expect(page.get_by_text("应点 3 人，已见 0，还差 3")).to_be_visible()
    page.get_by_role("button", name="周芳").click()
    expect(page.get_by_text("应点 3 人，已见 1，还差 2")).to_be_visible()
    page.reload()  # nobody who was found is lost by it
    expect(page.get_by_text("应点 3 人，已见 1，还差 2")).to_be_visible()
    page.get_by_role("button", name="重新点名").click()
    expect(page.get_by_text("已见 0，还差 3")).to_be_visible()


def test_a_roll_says_how_it_stands_now_after_a_reload_in_touch_and_names_gates_silent_since_the_evacuation(post):
    began = plant.now() - 120
    inside = [{"kind": "person", "id": n, "since": began - 600, "zone": "yard", "gate": "G1"} for n in (1, 2)]
    server = plant.Server(inside=inside)
    server.evacuation, server.evacuation_at = True, began
    server.gates = [{"name": f"{n} 号卡口", "heard_at": began - 60 if n == 4 else plant.now()} for n in range(2, 7)]
    page = post(server)
    expect(page.locator(".net.now")).to_contain_text("正在疏散")
    network(page, server, False)
    page.get_by_role("button", name="更多").click()
    page.get_by_role("button", name="疏散点名").click()
    unsure = page.locator(".unsure")
    expect(unsure).to_contain_text("另外 5 个门")  # all others, not only those by which somebody came in
    expect(unsure).to_contain_text("断网前没有消息的门：4 号卡口（")
    expect(unsure).not_to_contain_text("3 号卡口")
    page.reload()
    expect(unsure).to_contain_text("现在离线")
    server.gates[1]["heard_at"] = began - 3
    network(page, server, True)
    expect(unsure).not_to_contain_text("现在离线")
    expect(unsure).not_to_contain_text("断网前")
    expect(unsure).to_contain_text("没有消息的门：3 号卡口（")
    expect(page.get_by_text("应点 2 人")).to_be_visible()


def test_the_roll_counts_everybody_once_in_zones_that_lie_in_one_another_and_who_gave_no_name(post):
    zones = [{"id": 2, "code": "works", "name": "厂区", "bit": 1, "within": ""}, {"id": 1, "code": "yard", "name": "办公楼", "bit": 0, "within": "works"}]  # fmt: skip
    stood = {"since": plant.now() - 600, "zone": "works", "gate": "G1"}
    inside = [
        {"kind": "person", "id": 1, **stood}, {"kind": "person", "id": 6, **stood, "zone": "yard"}, {"kind": "unknown", "id": 0, "name": "张三", "uid": "a", **stood},
        {"kind": "unknown", "id": 0, "name": "", "uid": "b", **stood}, {"kind": "unknown", "id": 0, "name": "", "uid": "c", **stood},
    ]  # fmt: skip
    server = plant.Server(zones=zones, inside=inside)
    page = post(server)
    network(page, server, False)
    scan(page, plant.pass_of(7, 1))  # he is in the works, and comes into the office that lies in it
    verdict(page, "先量体温", "measure")
    reading(page, "364")
    page.get_by_role("button", name="记下，下一个").click()
    verdict(page, "可入", "enters")
    page.evaluate("location.hash = 'scan'")
    page.get_by_role("button", name="改为出门").click()
    scan(page, "1006")  # out of the office: still in the works
    page.get_by_role("button", name="放行出门").click()
    expect(page.locator(".viewer")).to_be_visible()
    page.evaluate("location.hash = 'roll'")
    expect(page.get_by_text("应点 5 人，已见 0，还差 5")).to_be_visible()
    expect(page.get_by_role("button", name="侯军")).to_contain_text("办公楼")
    expect(page.get_by_role("button", name="林涛")).to_contain_text("厂区")
    expect(page.get_by_role("button", name="张三")).to_contain_text("厂区")
    page.get_by_role("button", name="没留姓名").first.click()
    expect(page.get_by_text("应点 5 人，已见 1，还差 4")).to_be_visible()


def test_the_hand_over_of_an_outer_gate_counts_who_is_in_the_zones_that_lie_in_its_own(post):
    zones = [{"id": 2, "code": "works", "name": "厂区", "bit": 1, "within": ""}, {"id": 1, "code": "yard", "name": "办公楼", "bit": 0, "within": "works"}]  # fmt: skip
    inside = [{"kind": "person", "id": n, "since": plant.now() - 600, "zone": zone, "gate": "G1"} for n, zone in ((1, "works"), (2, "yard"), (3, "dam"))]  # fmt: skip
    server = plant.Server(zones=zones, inside=inside, gate=plant.bundle(1)["gate"] | {"zone": "works"})
    page = post(server)
    page.evaluate("location.hash = 'handover'")
    expect(page.locator("main").get_by_text("2 人 0 车")).to_be_visible()


def test_an_evacuation_turns_the_gate_around_and_stands_without_a_network(post):
    server = plant.Server()
    page = post(server)
    server.evacuation = True
    page.evaluate("dispatchEvent(new Event('online'))")  # looks now, not in ten seconds
    expect(page.locator(".net.now")).to_contain_text("正在疏散：只出不入")
    expect(page.locator(".viewer.out")).to_be_visible()
    expect(page.get_by_role("button", name="疏散点名")).to_be_visible()
    scan(page, "1006")
    verdict(page, "可出", "evacuation")
    page.get_by_role("button", name="放行，记下").click()
    network(page, server, False)
    page.reload()
    expect(page.locator(".net.now")).to_contain_text("正在疏散")
    expect(page.locator(".net.now")).to_contain_text("离线")
    page.get_by_role("button", name="改为进门").click()
    scan(page, "1001")
    verdict(page, "不得入", "evacuation")
    page.get_by_role("button", name="下一个").click()
    server.evacuation = False
    network(page, server, True)
    expect(page.locator(".net.ok")).to_be_visible()
    expect(page.locator(".viewer.out")).to_be_hidden()
    scan(page, "1001")
    verdict(page, "先量体温", "measure")
