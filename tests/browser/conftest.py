"""A real browser before a real server; the clock runs as it does for everybody."""

import os
import shutil

import pytest
from django.db import connection

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
# The same engine without what shows it on a screen, which takes two fifths less of the machine; whoever has it not needs it not.
# Where a profile on the disk is the point, or a camera, it is the whole browser.
SHELL = shutil.which("chromium-headless-shell") or CHROMIUM
PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(autouse=True)
def held_clock():
    """Let time run: the server's threads have clocks of their own."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """Keep SQLite in a file: one that lies in memory is one connection, and the pages ask from several threads at once.

    It waits for no disk: a table that is emptied after each test needs none.
    """
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("browser") / "test.sqlite3")


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; the tests' own queries are still one after another.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=SHELL, args=FLAGS)
        yield found
        found.close()


def is_left(text):
    """Say whether the console tells of a request that was under way when its page was left; an answer that fails is told otherwise."""
    return text.startswith(("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort"))


@pytest.fixture
def visit(browser, live_server):
    """Return visit(name, width): a page of that width, signed in under a staff number; has_touch=True for a finger.

    refused=True: the browser may say that an address was refused (403); anything else it complains of is a fault.
    """
    contexts, faults = [], []

    def open_page(name=None, width=1440, password="huanghe-2020-x", refused=False, **more):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", base_url=live_server.url, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" and not is_left(said.text) and not (refused and "403" in said.text) else None)  # fmt: skip
        if name:
            page.goto("/accounts/login/")
            page.get_by_label("工号或手机号").fill(name)
            page.locator("input[name=password]").fill(password)
            page.get_by_role("button", name="登录").click()
            page.wait_for_load_state()
        return page

    open_page.faults = faults
    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def post(browser, live_server):
    """Return post(server): a page of a device that is enrolled; post.faults: what went wrong in any of its tabs."""
    from playwright.sync_api import expect

    contexts, faults = [], []

    def open_page(server, enrolled=True, size=PHONE, by=browser, **more):
        context = by.new_context(viewport=size, locale="zh-CN", base_url=live_server.url, **more)
        contexts.append(context)
        context.route("**/gates/api/**", server.answer)
        context.on("weberror", lambda fault: faults.append(str(fault.error)))
        context.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page = context.new_page()
        page.set_default_timeout(20_000)
        if enrolled:
            page.goto("/gates/post/#enrol=good")
            page.get_by_role("button", name="登记").click()
            expect(page.locator(".gh b")).to_have_text("3号门 坝顶", timeout=20_000)
            expect(page.locator(".net")).to_have_attribute("data-online", "true", timeout=20_000)
        return page

    open_page.faults = faults
    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
