"""The guard's page in a real browser: it judges, keeps and sends, with a network, without one and with a bad one."""

import re
import time

import numpy
import pytest
import segno
from playwright.sync_api import expect

from . import gate_plant as plant
from .conftest import CHROMIUM, FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def scan(page, text):
    """Type a pass as a handheld scanner does."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def reading(page, digits):
    page.locator(".bb.p", has_text=re.compile("量体温|再测")).click()
    for digit in digits:
        page.locator(f"[data-k='{digit}']").click()


def verdict(page, word, reason):
    expect(page.locator(".vd")).to_have_attribute("data-reason", reason)
    expect(page.locator(".vd h1")).to_have_text(word)


def queue(page, count):
    expect(page.locator(".net")).to_have_attribute("data-queue", str(count), timeout=30_000)


def network(page, server, there):
    """Cut the network or mend it; what plays the server is cut too, for a route answers without any network."""
    server.offline = not there
    page.context.set_offline(not there)


def arrived(page, server, count):
    """Wait until so many crossings are at the server and none waits, and return them in order."""
    for _wait in range(300):
        if len(server.kept) >= count:
            break
        page.wait_for_timeout(100)
    queue(page, 0)
    assert len(server.kept) == count
    return sorted(server.kept.values(), key=lambda line: line["at"])


def worker_ready(page):
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


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


def test_a_good_pass_a_reading_and_the_line_is_at_the_server(post):
    server = plant.Server()
    page = post(server)
    scan(page, plant.pass_of(7, 1))
    verdict(page, "可入", "measure")
    reading(page, "364")
    page.get_by_role("button", name="记下，下一个").click()
    verdict(page, "可入", "enters")
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
    page.get_by_role("button", name="不放行").click()
    page.get_by_role("button", name="发热").click()
    (line,) = arrived(page, server, 1)
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
    verdict(page, "可入", "measure")
    reading(page, "366")
    page.get_by_role("button", name="记下，下一个").click()
    (line,) = arrived(page, server, 1)
    assert (line["plate"], line["vehicle"], line["disinfected"], line["passengers"]) == ("甘AD00017", 1, True, "2")


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


def test_without_a_network_it_starts_judges_and_keeps_and_sends_by_itself_later(post):
    server = plant.Server()
    page = post(server)
    worker_ready(page)
    network(page, server, False)
    expect(page.locator(".net")).to_have_attribute("data-online", "false", timeout=2_000)
    page.reload()
    expect(page.locator(".gh b")).to_have_text("3号门 坝顶")
    scan(page, plant.pass_of(7, 1))
    reading(page, "364")
    page.get_by_role("button", name="记下，下一个").click()
    queue(page, 1)
    page.reload()
    queue(page, 1)
    expect(page.locator(".net")).to_contain_text("离线。照常查验，来网自动传")
    assert server.kept == {}
    network(page, server, True)
    arrived(page, server, 1)
    expect(page.locator(".net")).to_have_attribute("data-online", "true")


SOW = """async ([count, more]) => {
  const base = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("diba-gate", 1);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const change = base.transaction("queue", "readwrite");
  for (let number = 0; number < count; number++) {
    const uid = crypto.randomUUID();
    const record = { uid, at: 1581640000 + number, drift: 0, name: `人${number}`, ...more };
    change.objectStore("queue").put({ uid, at: record.at, record, state: "", item: null, why: "" });
  }
  await new Promise((resolve) => { change.oncomplete = resolve; });
  base.close();
}"""
WHOLE = {
    "direction": "in", "kind": "unknown", "zone": "yard", "refusal": "", "forced": "", "temperature": {"first": 365, "at": 1581640000, "second": 0},
}  # fmt: skip


def sow(page, count, **record):
    """Put so many lines into the device's queue; record: what stands in each of them, all that is needed unless said."""
    page.evaluate(SOW, [count, record or WHOLE])


def test_two_tabs_and_a_network_that_breaks_deliver_every_line_and_double_none(post):
    server = plant.Server()
    page = post(server)
    network(page, server, False)
    sow(page, 1700)
    other = page.context.new_page()
    server.fails = 3  # three batches are kept by the server, and their answers lost
    network(page, server, True)
    other.goto("/gates/post/")
    for _turn in range(3):
        network(page, server, False)
        time.sleep(0.3)
        network(page, server, True)
        time.sleep(0.5)
    arrived(page, server, 1700)
    queue(page, 0)
    queue(other, 0)
    assert max(server.times.values()) > 1  # some came twice, and stand once


def test_a_line_that_the_page_cannot_show_reaches_the_server_all_the_same(post):
    server = plant.Server()
    page = post(server)
    network(page, server, False)
    sow(page, 3, zone="yard")  # without a reading: a page of another version kept it
    page.reload()
    network(page, server, True)
    arrived(page, server, 3)
    assert post.faults  # it could not be shown, which is a fault of the page
    post.faults.clear()


def test_one_line_that_the_server_cannot_take_does_not_hold_the_others_up(post):
    server = plant.Server()
    server.refuses = {"人7"}
    page = post(server)
    network(page, server, False)
    sow(page, 20)
    network(page, server, True)
    queue(page, 1)
    assert len(server.kept) == 19
    page.get_by_role("button", name="更多").click()
    expect(page.get_by_text("服务器收不下 1 条")).to_be_visible()


def test_who_left_without_a_network_is_outside_though_newer_lists_do_not_know_it_yet(post):
    server = plant.Server()
    page = post(server)
    network(page, server, False)
    page.get_by_role("button", name="改为出门").click()
    scan(page, "1006")
    page.get_by_role("button", name="放行出门").click()
    queue(page, 1)
    inside = [{"kind": "person", "id": 6, "since": plant.now() - 600, "zone": "yard", "gate": "G1"}]
    server.sealed, server.version = plant.envelope(plant.bundle(version="v2", inside=inside)), "v2"
    network(page, server, True)
    arrived(page, server, 1)
    page.get_by_role("button", name="改为进门").click()
    scan(page, "1006")
    verdict(page, "可入", "measure")


def test_lists_that_somebody_else_signed_are_not_used(post):
    server = plant.Server()
    page = post(server)
    server.sealed = plant.envelope(plant.bundle(version="v2", people=3), plant.FORGER)
    server.version = "v2"
    page.reload()
    expect(page.get_by_text("签名不对，没有采用")).to_be_visible()
    scan(page, "1020")
    verdict(page, "可入", "measure")  # judged by the good lists that it has


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


def test_a_revoked_device_forgets_the_plant_and_offers_what_it_has_not_sent(post):
    server = plant.Server()
    page = post(server)
    network(page, server, False)
    scan(page, "1001")
    reading(page, "364")
    page.get_by_role("button", name="记下，下一个").click()
    queue(page, 1)
    server.revoked = True
    network(page, server, True)
    expect(page.get_by_role("heading", name="此终端已停用")).to_be_visible()
    expect(page.get_by_text("没上传的 1 条记录还在本机")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="存成文件").click()
    assert "侯军" in saved.value.path().read_text()
    page.reload()
    expect(page.get_by_role("heading", name="此终端已停用")).to_be_visible()
    held = page.evaluate(
        """() => new Promise((resolve) => { indexedDB.open("diba-gate", 1).onsuccess = (event) => {
        const asked = event.target.result.transaction("held").objectStore("held").getAllKeys();
        asked.onsuccess = () => resolve(asked.result); }; })"""
    )
    assert "bundle" not in held and "device" not in held


def test_a_full_device_says_that_nothing_was_kept(post):
    page = post(plant.Server())
    page.evaluate(
        "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    scan(page, "1001")
    reading(page, "364")
    page.get_by_role("button", name="记下，下一个").click()
    expect(page.locator(".net.now")).to_contain_text("没记下！终端存满")


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


def test_a_roll_on_paper_names_everybody_with_a_box_and_says_what_it_does_not_know(post):
    since = plant.now() - 600
    inside = [{"kind": "person", "id": n, "since": since, "zone": "yard", "gate": "G9"} for n in (1, 2)]
    server = plant.Server(inside=[*inside, {"kind": "vehicle", "id": 1, "since": since, "zone": "yard", "gate": "G8"}])
    page = post(server)
    network(page, server, False)
    page.get_by_role("button", name="输工号").click()
    page.get_by_label("工号或姓名").fill("生人")
    page.get_by_role("button", name="名单里没有此人").click()
    page.get_by_role("button", name="特批入").click()
    page.get_by_role("button", name="抢险救护").click()
    page.get_by_label("谁批的").fill("陈立")
    page.get_by_role("button", name="特批入").click()
    queue(page, 1)
    page.evaluate("location.hash = 'roll'")
    expect(page.get_by_text("应点 3 人、1 车")).to_be_visible()
    unsure = page.get_by_label("这份点名不知道的")
    for words in (
        "之后别的门进出不知道",
        "另外 2 个门",
        "1 条没上传",
        "1 个不在名单上的人",
        "1 辆车上的人",
        "没经过门的人",
    ):
        expect(unsure).to_contain_text(words)
    page.emulate_media(media="print")
    for name in ("侯军", "王志军", "生人", "甘AD00017"):
        expect(page.get_by_role("button", name=name).locator(".box")).to_be_visible()
    expect(page.get_by_text("打印", exact=False).first).to_be_visible()  # by whom and when
    for hidden in (".gh", ".net", ".gt"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


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
    verdict(page, "可入", "measure")


def test_the_language_and_the_day_are_one_tap_each(post):
    page = post(plant.Server())
    page.get_by_role("button", name="更多").click()
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Day").click()
    expect(page.get_by_role("link", name="Handover")).to_be_visible()
    expect(page.locator("html[lang=en][data-theme=day]")).to_be_attached()


BOXES = """() => [...document.querySelectorAll("main button, main a, nav a")].filter((one) => one.offsetParent).map((one) => {
  const box = one.getBoundingClientRect();
  return [one.textContent, box.bottom, box.height, box.width]; })"""
SIZES = [(390, 844), (360, 640), (1024, 768)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_on_each_screen_the_buttons_are_in_sight_and_large_enough_for_gloves(post, size):
    page = post(plant.Server(), size={"width": size[0], "height": size[1]})
    steps = {
        "scan": lambda: None,
        "verdict": lambda: scan(page, "1001"),
        "temp": lambda: reading(page, "376"),
        "rest": lambda: page.locator(".bb.r").click(),
        "refuse": lambda: page.get_by_role("button", name="不放行").click(),
        "handover": lambda: page.get_by_role("link", name="交班").click(),
        "vehicle": lambda: page.get_by_role("link", name="车辆").click(),
    }
    for name, step in steps.items():
        step()
        page.wait_for_timeout(400)
        for words, bottom, height, width in page.evaluate(BOXES):
            # Only the ten keys may be a little lower on the smallest screen, where nothing may fall below the fold.
            assert height >= (56 if name == "temp" else 59.5) and width >= 60, (name, words, height, width)
            assert bottom <= size[1], (name, words, bottom)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_is_small_before_the_scanner_loads_and_holds_nothing_of_the_plant(client, db):
    import gzip

    from diba.gates.views.post import BUILD, files

    first = files()["first"]
    size = sum(len(gzip.compress((BUILD / name.removeprefix("build/")).read_bytes())) for name in first)
    size += len(gzip.compress(client.get("/gates/post/").content))
    assert size <= 200_000
    assert not any(name.endswith(".wasm") for name in first)


def filmed(text, path):
    """Write what a camera sees of a code held before it, as raw video: grey, dim, off the middle, with noise."""
    die = numpy.random.default_rng(1)
    code = numpy.array([list(row) for row in segno.make(text, error="m").matrix_iter(scale=6, border=4)])
    height, width = 480, 640
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{width} H{height} F5:1 Ip A1:1 C420mpeg2\n".encode())
        for moment in range(10):
            picture = numpy.full((height, width), 110.0)
            top, left = 40 + 3 * moment, 90 + 5 * moment
            picture[top : top + len(code), left : left + len(code)] = numpy.where(code, 50, 180)
            picture += die.normal(0, 8, picture.shape)
            film.write(
                b"FRAME\n" + picture.clip(0, 255).astype("uint8").tobytes() + bytes([128]) * (height * width // 2)
            )


@pytest.fixture
def camera(browser, tmp_path):
    """Return camera(text): a browser whose camera sees the code of that text."""
    opened = []

    def see(text):
        filmed(text, tmp_path / "seen.y4m")
        flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
        flags.append(f"--use-file-for-fake-video-capture={tmp_path / 'seen.y4m'}")
        opened.append(browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags]))
        return opened[-1]

    yield see
    for one in opened:
        one.close()


@pytest.mark.parametrize(
    ("number", "word", "reason"), [(7, "可入", "measure"), (99, "不得入", "pass_revoked")], ids=["good", "revoked"]
)
def test_the_camera_reads_a_pass_that_is_held_before_it_without_a_network(post, camera, number, word, reason):
    server = plant.Server()
    page = post(server, by=camera(plant.pass_of(number, 1)), permissions=["camera"])
    worker_ready(page)
    # The reader is fetched once the page runs, so that it is there when the network is not.
    page.wait_for_function(
        "async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).some((one) => one.url.endsWith('.wasm'))))).includes(true)"
    )
    network(page, server, False)
    page.reload()
    page.locator(".viewer").click()
    verdict(page, word, reason)
    expect(page.locator(".vd")).to_contain_text("侯军")


VERDICT = """(text) => new Promise((resolve) => {
  const begun = performance.now();
  const watch = new MutationObserver(() => {
    if (!document.querySelector(".vd")) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
  });
  watch.observe(document.querySelector("main"), { childList: true, subtree: true });
  for (const key of [...text, "Enter"]) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
})"""


def test_a_verdict_comes_at_once_on_a_slow_phone_with_five_thousand_people(post):
    """Under 300 ms from the last key of a scanner to the verdict on the screen, by a processor slowed six times.

    Counted in time of the page's own thread, so that other programs on this machine do not count; the clock's word is printed.
    """
    inside = [
        {"kind": "person", "id": n, "since": plant.now(), "zone": "yard", "gate": "G1"} for n in range(3000, 5000)
    ]
    page = post(plant.Server(people=5000, inside=inside, passes={"revoked": list(range(10_000, 15_000)), "used": []}))
    slowed = page.context.new_cdp_session(page)
    slowed.send("Performance.enable", {"timeDomain": "threadTicks"})
    slowed.send("Emulation.setCPUThrottlingRate", {"rate": 6})

    def spent():
        said = {one["name"]: one["value"] for one in slowed.send("Performance.getMetrics")["metrics"]}
        return said["TaskDuration"] * 1000

    taken, clock = [], []
    for number in range(1, 12):
        page.evaluate("location.hash = 'scan'")
        expect(page.locator(".viewer")).to_be_visible()
        page.wait_for_timeout(200)  # what the page still does for the one before is not this one's
        before = spent()
        clock.append(page.evaluate(VERDICT, plant.pass_of(number, 1000 + number)))
        taken.append(spent() - before)
        verdict(page, "可入", "measure")
    print("verdict, ms of the page's thread, slowed 6 times:", sorted(map(round, taken)), "by the clock:", sorted(map(round, clock)))  # fmt: skip
    assert sorted(taken)[len(taken) // 2] < 300
