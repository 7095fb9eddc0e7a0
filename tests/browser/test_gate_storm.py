"""A bad day at a gate, on a real server: 500 crossings of every kind, and everything breaks that can break.

All 500 go through the real screens, by a guard's hands that are as fast as the page (gate_driver.js): passes and numbers
typed as a scanner types them, vehicles, visitors, strangers, readings, second readings after the rest, refusals,
overrides, exits. The device's clock is the only thing that is moved, for those rests.
"""

import itertools
import shutil
import time
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import expect

from . import gate_real as real
from .conftest import CHROMIUM, FLAGS
from .gate_hand import worker_ready

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CROSSINGS = 500
LOST = "1004"  # staff number of whose pass is revoked while the device has no network


@pytest.fixture
def place(tmp_path, db):
    """A DIBA_HOME of its own with a gate in it, and a server over it that may be killed."""
    held = real.furnish()
    home = tmp_path / "home"
    home.mkdir()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(home / "diba.sqlite3")])
    for key in settings.HOME.glob("*.key"):
        shutil.copy(key, home)
    (home / "keys").mkdir()
    for key in [*(settings.HOME / "keys").glob("gates.key"), *(tmp_path / "keys").glob("*.key")]:
        shutil.copy(key, home / "keys")
    serving = real.Serving(home)
    try:
        serving.start()
        yield serving, held
    finally:
        serving.kill()


class Phone:
    """A guard's telephone: a browser over a profile on the disk, which may be killed and opened again."""

    def __init__(self, chromium, profile, url):
        self.chromium, self.profile, self.url, self.said = chromium, profile, url, []
        self.context = self.page = None

    def open(self, path="/gates/post/"):
        self.context = self.chromium.launch_persistent_context(
            str(self.profile), executable_path=CHROMIUM, args=FLAGS, locale="zh-CN", base_url=self.url, viewport={"width": 390, "height": 844}
        )  # fmt: skip
        self.context.add_init_script(path=str(real.DRIVER))
        self.page = self.tab(path)

    def tab(self, path="/gates/post/"):
        page = self.context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(path)
        return page

    def kill(self):
        real.end(real.browser_of(self.profile))

    def queue(self, count):
        expect(self.page.locator(".net")).to_have_attribute("data-queue", str(count), timeout=90_000)

    def crossings(self, story, count):
        """Let so many come; the reason that the guard saw is the one that the lists say."""
        asked = list(itertools.islice(story, count))
        told = self.page.evaluate("(list) => hands.each(list)", asked)
        assert [pair for pair in zip(asked, told, strict=True) if pair[0]["expect"] not in ("", pair[1])] == []


@pytest.fixture
def phone(browser, tmp_path, place):
    phone = Phone(browser.browser_type, tmp_path / "profile", place[0].url)
    yield phone
    if phone.context:
        phone.context.close()
    assert phone.said == []


@pytest.fixture
def office(browser, place):
    """The duty officer's own browser, signed in."""
    context = browser.new_context(base_url=place[0].url, locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": place[1]["session"], "url": place[0].url}])
    yield context.new_page()
    context.close()


def revoke_pass(office, number):
    office.goto(f"/gates/passes/?q={number}")
    with office.expect_navigation():
        office.evaluate("document.querySelector('form[action$=\"/revoke/\"]').submit()")


def ten_times(*tabs):
    """Let tabs send at the same time what waits; return how many requests were answered well."""
    for place, tab in enumerate(tabs):
        tab.evaluate(f"(from) => {{ window.sent = ({real.TEN_TIMES})(from); }}", place)
    return sum(tab.evaluate("window.sent").count(200) for tab in tabs)


def test_five_hundred_crossings_survive_everything_and_stand_in_the_ledger_once(place, phone, office):
    serving, held = place
    story = real.Story(held["passes"], seed=500)
    phone.open(f"/gates/post/#enrol={held['code']}")
    phone.page.get_by_role("button", name="登记").click()
    expect(phone.page.locator(".net")).to_have_attribute("data-online", "true", timeout=60_000)
    worker_ready(phone.page)
    phone.context.set_offline(True)
    expect(phone.page.locator(".net")).to_have_attribute("data-online", "false", timeout=10_000)
    revoke_pass(office, LOST)  # the device cannot know it

    phone.crossings(story, 149)
    phone.page.evaluate("(said) => hands.cross(said)", {"kind": "text", "text": held["passes"][LOST], "out": False, "readings": [365]})  # fmt: skip
    phone.page.reload()
    phone.queue(150)
    phone.crossings(story, 100)
    phone.kill()
    serving.kill()
    phone.open()
    phone.queue(250)
    phone.crossings(story, 100)

    other = phone.tab()
    phone.queue(350)
    serving.start()
    phone.page.evaluate(f"() => {{ window.sent = ({real.TEN_TIMES})(0).catch(() => []); }}")
    time.sleep(0.3)
    serving.kill()  # in the middle of what it takes in
    phone.crossings(story, 20)
    serving.start()
    assert ten_times(phone.page, other) > 20
    for _turn in range(6):
        phone.context.set_offline(True)
        phone.crossings(story, 5)
        phone.context.set_offline(False)
        phone.crossings(story, 5)
    phone.crossings(story, CROSSINGS - 430)
    phone.queue(0)

    rows = serving.rows()
    assert len(rows) == CROSSINGS
    assert {row["uid"] for row in rows} == set(phone.page.evaluate("hands.numbers()"))
    assert {row["kind"] for row in rows} == {"person", "visitor", "vehicle", "unknown"}
    # Each is judged again; where the server says something else than the guard saw, it is for what only the server knows.
    assert {row["judged"] for row in rows} == {"pass", "stop", "wait"}
    other_word = Counter((row["reason"], row["judged_reason"]) for row in rows if row["reason"] != row["judged_reason"])
    assert other_word[("enters", "pass_revoked")] == 1
    for row in rows:
        fever, against = row["fever"] == "fever", row["went"] and row["judged"] != "pass"
        assert row["item"] == ("fever" if fever else "refused" if against else None), row
    items = sum(row["item"] is not None for row in rows)
    office.goto("/gates/items/")
    expect(office.locator(".db-ask")).to_contain_text(f"{items} ")
