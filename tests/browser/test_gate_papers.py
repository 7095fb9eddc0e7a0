"""The gates' pages with the longest names that are kept: nothing pushed out of view or off the sheet, and what a list does not know printed with it."""

import time

import pytest

from diba.gates.actions import absorbing, devices, places
from diba.plant import actions
from diba.plant.models import Person, Role, WatchPattern

from ..gates.conftest import record
from .test_story import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHEET = 718  # px of an A4 sheet between its margins of 10 mm


@pytest.fixture
def gate(plant):
    officer = actions.open_account(
        Person.objects.get(name="刘敏"), PASSWORD, roles=[Role.DUTY_OFFICER], must_change=False
    )
    zone = places.keep_zone(by=officer, code="LIVING", name="生活区")
    pattern = WatchPattern.objects.get(code="3x8")
    rows = [places.keep_gate(by=officer, code=f"G{n}", name=f"{n} 号门", zone=zone, pattern=pattern) for n in (1, 2)]
    device, _token = devices.enrol(devices.make_code(rows[0], by=officer)[1], "手机", "1.0")
    now = int(time.time())
    taken = {"first": 365, "at": now, "second": 0, "second_at": 0, "method": "forehead"}
    verdict = {"verdict": "wait", "reason": "not_listed", "next": "", "until": 0, "warnings": []}
    strange = {
        "name": "x" * 300,
        "forced": "值班长同意: 2001",
        "note": "y" * 300,
        "at": now,
        "temperature": taken,
        "verdict": verdict,
    }
    absorbing.absorb(device, [record(None, **strange)], drift=0)
    return rows[0]


def wide(page):
    """Return how much wider a page's tables are than what holds them, in px."""
    return page.evaluate(
        "Math.max(...[...document.querySelectorAll('.db-x .db-t')].map(table => table.scrollWidth - table.parentElement.clientWidth))"
    )


def test_a_name_of_three_hundred_letters_wraps_on_the_roll_and_in_the_ledger(gate, visit):
    page = visit("2000")
    for address in ("/gates/inside/", "/gates/ledger/"):
        page.goto(address)
        assert "x" * 300 in page.locator(".db-main").inner_text().replace("\n", "")
        assert wide(page) <= 1, address
    page.goto("/gates/inside/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 1000})
    assert wide(page) <= 1
    assert page.get_by_text("这份名单不完整").is_visible()  # a gate has no device


def test_the_forms_of_zones_and_gates_do_not_touch_the_table_below(gate, visit):
    page = visit("2000")
    page.goto("/gates/places/")
    form, table = page.locator(".db-grid2").bounding_box(), page.locator(".db-grid2 + .db-p").bounding_box()
    assert table["y"] - form["y"] - form["height"] >= 8
