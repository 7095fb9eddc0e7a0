"""The second place on a device: a browser that was killed and gave up its database finds again what it had promised."""

import shutil
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from . import gate_plant as plant
from . import gate_real as real
from .conftest import CHROMIUM, FLAGS, PHONE
from .gate_hand import arrived, go_on, in_store, let_in, let_in_offline, network, queue, scan, verdict, worker_ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The files of the copy: whether each says something, and all that they say.
FILES = """async () => {
  const root = await navigator.storage.getDirectory();
  let said = "";
  for await (const [name, file] of root.entries()) if (name.startsWith("diba-gate-")) said += await (await file.getFile()).text();
  return said;
}"""
TEAR = """async () => {
  const root = await navigator.storage.getDirectory();
  for await (const [name, file] of root.entries()) {
    const { size } = await file.getFile();
    if (!name.includes("lines") || size < 100) continue;
    const pen = await file.createWritable({ keepExistingData: true });
    await pen.write({ type: "write", position: size, data: '\\n["queue", "torn", {"uid": "to' });
    await pen.close();
  }
}"""


@pytest.fixture
def phone(browser, live_server, tmp_path):
    """Return phone(server, path): a browser over a profile on the disk; phone.kill ends it as a flat battery does."""
    profile, opened = tmp_path / "profile", []

    def open_page(server, path="/gates/post/"):
        context = browser.browser_type.launch_persistent_context(
            str(profile), executable_path=CHROMIUM, args=FLAGS, locale="zh-CN", base_url=live_server.url, viewport=PHONE
        )
        opened.append(context)
        context.route("**/gates/api/**", server.answer)
        context.set_offline(server.offline)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(path)
        return page

    def kill(lose=True):
        real.end(real.browser_of(profile))
        with suppress(Error):  # that it is gone may be known already
            opened.pop().close()
        for store in profile.rglob("IndexedDB") if lose else ():
            shutil.rmtree(store)

    open_page.kill = kill
    yield open_page
    for context in opened:
        context.close()


def enrolled(phone, server):
    page = phone(server, "/gates/post/#enrol=good")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".net")).to_have_attribute("data-online", "true")
    worker_ready(page)
    return page


def test_what_a_killed_browser_gave_up_is_there_again_without_a_network(phone):
    server = plant.Server(
        inside=[{"kind": "person", "id": 6, "since": plant.now() - 600, "zone": "yard", "gate": "G1"}]
    )
    page = enrolled(phone, server)
    page.get_by_role("button", name="改为出门").click()
    scan(page, "1006")
    page.get_by_role("button", name="放行出门").click()
    arrived(page, server, 1)
    page.get_by_role("button", name="改为进门").click()
    let_in_offline(page, server)
    scan(page, "1009")  # judged, and not settled
    verdict(page, "先量体温", "measure")
    page.wait_for_timeout(500)
    phone.kill()

    page = phone(server)
    expect(page.locator(".gh b")).to_have_text("3号门 坝顶")
    queue(page, 1)
    page.get_by_role("button", name="更多").click()
    expect(page.get_by_role("button", name="等着的人 1")).to_be_visible()
    expect(page.get_by_text("浏览器清空过数据，已找回")).to_be_visible()
    page.get_by_role("button", name="返回").click()
    scan(page, "1006")  # he left: the line that the server has is known too
    verdict(page, "先量体温", "measure")
    page.keyboard.press("Escape")
    page.locator("body[data-view=scan]").wait_for()
    let_in(page, "1007")
    go_on(page)
    queue(page, 2)
    network(page, server, True)
    assert [line["name"] for line in arrived(page, server, 3)] == ["林涛", "侯军", "韩福"]


def test_a_line_that_the_database_alone_has_lost_comes_back_with_the_next_page(phone):
    server = plant.Server()
    page = enrolled(phone, server)
    let_in_offline(page, server)
    in_store(page, "queue", "(rows) => rows.clear()")
    page.evaluate(TEAR)  # a line that was half written when all ended
    page.reload()
    queue(page, 1)
    network(page, server, True)
    arrived(page, server, 1)
    page.reload()  # what is sent does not come back
    expect(page.locator(".net")).to_have_attribute("data-online", "true")
    queue(page, 0)
    assert server.times == dict.fromkeys(server.kept, 1)


def test_a_copy_that_cannot_be_read_now_is_not_written_over_and_comes_back_later(phone):
    server = plant.Server()
    page = enrolled(phone, server)
    let_in_offline(page, server)
    phone.kill()
    server.offline = False
    other = phone(server, "/accounts/login/")
    other.evaluate(
        "void navigator.locks.request('diba-gate-copy', () => new Promise((free) => { window.free = free; }))"
    )
    page = other.context.new_page()
    page.goto("/gates/post/")
    expect(page.get_by_role("heading", name="登记终端")).to_be_visible(timeout=15_000)
    in_store(page, "held", "(rows) => rows.put(30, 'counted')")  # as any page does that stands for ten seconds
    other.evaluate("window.free()")
    page.reload()
    expect(page.locator(".gh b")).to_have_text("3号门 坝顶")
    arrived(page, server, 1)


def test_a_clock_that_is_off_is_known_though_the_first_page_of_all_was_killed(phone):
    server = plant.Server()
    server.ahead = 10_800  # the device is three hours ahead of the server
    page = enrolled(phone, server)
    network(page, server, False)
    page.wait_for_timeout(500)
    phone.kill()
    page = phone(server)
    expect(page.locator(".gh b")).to_have_text("3号门 坝顶")
    let_in(page, "1001")
    go_on(page)
    queue(page, 1)
    network(page, server, True)
    assert abs(arrived(page, server, 1)[0]["drift"] - 10_800) < 10


def test_a_revoked_device_forgets_the_plant_in_both_places_and_keeps_what_waits(phone):
    server = plant.Server()
    page = enrolled(phone, server)
    let_in_offline(page, server)
    assert "secret" in page.evaluate(FILES) and "signature" in page.evaluate(FILES)
    server.revoked = True
    network(page, server, True)
    expect(page.get_by_role("heading", name="此终端已停用")).to_be_visible()
    page.wait_for_timeout(500)
    assert "secret" not in page.evaluate(FILES) and "signature" not in page.evaluate(FILES)
    phone.kill()
    page = phone(server)
    expect(page.get_by_role("heading", name="此终端已停用")).to_be_visible()
    expect(page.get_by_text("没上传的 1 条记录")).to_be_visible()


def test_a_browser_without_such_files_keeps_and_sends_as_before(post):
    server = plant.Server()
    page = post(server)
    page.add_init_script("delete StorageManager.prototype.getDirectory")
    page.reload()
    assert page.evaluate("navigator.storage.getDirectory === undefined")
    expect(page.locator(".gh b")).to_have_text("3号门 坝顶")
    let_in(page, "1001")
    go_on(page)
    arrived(page, server, 1)
