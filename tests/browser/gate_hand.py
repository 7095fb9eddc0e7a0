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
