"""What a guard does at his page, and what a test waits for there."""

import re

from playwright.sync_api import expect


def scan(page, text):
    """Type a pass as a handheld scanner does."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def reading(page, digits):
    page.locator(".bb.p", has_text=re.compile("量体温|再测")).click()
    for digit in digits:
        page.locator(f"[data-k='{digit}']").click()


def let_in(page, text):
    """Scan a pass and keep a good reading; the verdict stays on the page."""
    scan(page, text)
    reading(page, "364")
    page.get_by_role("button", name="记下，下一个").click()


def go_on(page):
    """Leave the verdict of somebody who was let in for whoever comes next."""
    page.locator("body[data-view=verdict]").wait_for()
    page.keyboard.press("Enter")
    page.locator("body[data-view=scan]").wait_for()


def let_in_offline(page, server):
    """Cut the network and let one in, 侯军: his line waits on the device."""
    network(page, server, False)
    let_in(page, "1001")
    go_on(page)
    queue(page, 1)


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


# One change of a store of the device's database: done when this comes back, whatever reads or dies next.
IN_STORE = """async ([store, given]) => {
  const base = await new Promise((resolve, reject) => {
    const opening = indexedDB.open("diba-gate", 1);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  try {
    const change = base.transaction(store, "readwrite");
    const asked = (WORK)(change.objectStore(store), ...given);
    await new Promise((resolve, reject) => {
      change.oncomplete = resolve;
      change.onabort = () => reject(change.error);
    });
    return asked?.result;
  } finally {
    base.close();
  }
}"""


def in_store(page, store, work, *given):
    """Do some work in a store of the device's database, JavaScript `(rows, ...given) => asked`; return what was asked for."""
    return page.evaluate(IN_STORE.replace("WORK", work), [store, list(given)])


def worker_ready(page):
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
