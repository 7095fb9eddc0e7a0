"""The guard's page in a real browser: it keeps and sends, with a network, without one and with a bad one."""

import json
import time

import pytest
from playwright.sync_api import expect

from . import gate_plant as plant
from .gate_hand import arrived, in_store, let_in, let_in_offline, network, queue, scan, verdict, worker_ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_without_a_network_it_starts_judges_and_keeps_and_sends_by_itself_later(post):
    server = plant.Server()
    page = post(server)
    worker_ready(page)
    network(page, server, False)
    expect(page.locator(".net")).to_have_attribute("data-online", "false", timeout=2_000)
    page.reload()
    expect(page.locator(".gh b")).to_have_text("3号门 坝顶")
    let_in(page, plant.pass_of(7, 1))
    queue(page, 1)
    page.reload()
    queue(page, 1)
    expect(page.locator(".net")).to_contain_text("离线。照常查验，来网自动传")
    assert server.kept == {}
    network(page, server, True)
    arrived(page, server, 1)
    expect(page.locator(".net")).to_have_attribute("data-online", "true")


SOW = """(rows, count, more) => {
  for (let number = 0; number < count; number++) {
    const uid = crypto.randomUUID();
    const record = { uid, at: 1581640000 + number, drift: 0, name: `人${number}`, ...more };
    rows.put({ uid, at: record.at, record, state: "", item: null, why: "" });
  }
}"""


FULL = "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
WHOLE = {
    "direction": "in", "kind": "unknown", "zone": "yard", "refusal": "", "forced": "", "temperature": {"first": 365, "at": 1581640000, "second": 0},
}  # fmt: skip


def sow(page, count, **record):
    """Put so many lines into the device's queue; record: what stands in each of them, all that is needed unless said."""
    in_store(page, "queue", SOW, count, record or WHOLE)


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
    page.close()  # it draws itself again now and then
    post.faults.clear()


def test_lists_that_do_not_come_do_not_keep_the_lines_from_going(post):
    server = plant.Server()
    page = post(server)
    network(page, server, False)
    sow(page, 3)
    server.listless = True
    network(page, server, True)
    arrived(page, server, 3)


def test_a_device_that_is_full_sends_all_the_same_and_so_makes_room(post):
    server = plant.Server()
    page = post(server)
    network(page, server, False)
    sow(page, 3)
    page.evaluate(FULL)
    network(page, server, True)
    arrived(page, server, 3)
    assert not page.locator(".net").get_by_text("签名不对").count()


def test_a_server_that_is_down_behind_a_proxy_that_is_up_is_no_network(post):
    server = plant.Server()
    page = post(server)
    server.dead = True
    let_in(page, "1001")
    expect(page.locator(".net")).to_have_attribute("data-online", "false", timeout=12_000)
    queue(page, 1)
    server.dead = False
    arrived(page, server, 1)
    expect(page.locator(".net")).to_have_attribute("data-online", "true")


def test_what_an_earlier_enrolment_has_not_sent_is_not_sent_as_another_gates(post):
    server = plant.Server()
    page = post(server)
    let_in_offline(page, server)
    server.revoked = True
    network(page, server, True)
    expect(page.get_by_role("heading", name="此终端已停用")).to_be_visible()
    server.revoked = False
    page.goto("about:blank")
    page.goto("/gates/post/#enrol=good")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".net")).to_have_attribute("data-online", "true")
    queue(page, 0)
    let_in(page, "1007")
    assert [line["name"] for line in arrived(page, server, 1)] == ["韩福"]
    page.get_by_role("button", name="更多").click()
    expect(page.get_by_text("换登记以前没上传：没上传的 1 条记录")).to_be_visible()
    clear = page.get_by_role("button", name="已交办公室，清除")
    expect(clear).to_be_disabled()  # not before it was saved
    with page.expect_download() as saved:
        page.get_by_role("button", name="存成文件").last.click()
    file = json.loads(saved.value.path().read_text())
    assert (file["device"], [line["name"] for line in file["records"]]) == (7, ["侯军"])
    clear.click()
    page.get_by_role("button", name="再点一次就清除").click()
    expect(page.get_by_text("换登记以前没上传")).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="更多").click()
    expect(page.get_by_text("换登记以前没上传")).to_have_count(0)


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
    verdict(page, "先量体温", "measure")


def test_lists_made_in_the_second_in_which_a_line_came_do_not_hide_it(post):
    # What is in the lists is the server's to say, by its own clock: this device's is five seconds behind.
    moment = plant.now() + 5
    inside = [{"kind": "person", "id": 6, "since": plant.now() - 600, "zone": "yard", "gate": "G1"}]
    server = plant.Server(made_at=moment, inside=inside)
    server.keeps_at = moment
    page = post(server)
    page.get_by_role("button", name="改为出门").click()
    scan(page, "1006")
    page.get_by_role("button", name="放行出门").click()
    arrived(page, server, 1)
    page.reload()
    expect(page.locator(".net")).to_have_attribute("data-online", "true")
    scan(page, "1006")
    verdict(page, "先量体温", "measure")


def test_a_revoked_device_forgets_the_plant_and_offers_what_it_has_not_sent(post):
    server = plant.Server()
    page = post(server)
    let_in_offline(page, server)
    server.revoked = True
    network(page, server, True)
    expect(page.get_by_role("heading", name="此终端已停用")).to_be_visible()
    expect(page.get_by_text("没上传的 1 条记录")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="存成文件").click()
    assert "侯军" in saved.value.path().read_text()
    page.reload()
    expect(page.get_by_role("heading", name="此终端已停用")).to_be_visible()
    held = in_store(page, "held", "(rows) => rows.getAllKeys()")
    assert "bundle" not in held and "device" not in held


def test_a_full_device_says_that_nothing_was_kept(post):
    page = post(plant.Server())
    page.evaluate(FULL)
    let_in(page, "1001")
    expect(page.locator(".net.now")).to_contain_text("没记下！终端存满")
