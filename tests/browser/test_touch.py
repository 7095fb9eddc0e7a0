"""The time line under a finger: rest and drag, or tap a duty and tap the day it goes to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from diba.plant import actions
from diba.plant.models import Certificate, Person, Role
from diba.rosters.models import Roster

from ..rosters.plans import by_rotation
from .test_story import PASSWORD, fits
from .test_timeline import cell, draft_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def roster(plant):
    Certificate.objects.update(issued=None, expires=None)
    planner = actions.open_account(Person.objects.get(name="刘敏"), PASSWORD, roles=[Role.PLANNER], must_change=False)
    return by_rotation(plant, planner, first=timezone.localdate())


def pair(page, draft):
    """Return (a duty, a colleague who is off that day and may stand it, the two cells), in view."""
    duty = draft.duties.filter(day__gt=draft.first_day + timedelta(days=1), post__code="zhuzhi").select_related(
        "person"
    )[0]
    busy = set(draft.duties.filter(day=duty.day).values_list("person", flat=True))
    other = Person.objects.filter(certificates__qualification__code="ZB").exclude(pk__in=busy)[0]
    one, two = cell(page, duty.person, duty.day, draft), cell(page, other, duty.day, draft)
    one.evaluate("cell => cell.scrollIntoView({block: 'center', inline: 'center'})")
    return duty, other, one, two


def middle(place):
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("width", [390, 1180])
def test_a_finger_rests_on_a_duty_and_drags_it(roster, visit, width):
    page = visit("2000", width, has_touch=True)
    draft = draft_of(page, roster)
    duty, other, one, two = pair(page, draft)
    finger = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    (x, y), (to_x, to_y) = middle(one), middle(two)
    touch("touchStart", (x, y))
    page.locator(".db-ghost").wait_for()
    for part in (0.25, 0.5, 0.75, 1):
        touch("touchMove", (x + (to_x - x) * part, y + (to_y - y) * part))
    touch("touchEnd")
    page.locator(f'tr[data-p="{other.pk}"] td.chg').first.wait_for()
    assert draft.duties.get(person=other, day=duty.day).watch_id == duty.watch_id


def test_a_tap_on_a_duty_offers_what_can_be_done_and_a_second_tap_moves_it(roster, visit):
    page = visit("2000", 390, has_touch=True)
    draft = draft_of(page, roster)
    duty, other, one, two = pair(page, draft)
    one.tap()
    bar = page.locator("[data-bulk]")
    bar.get_by_role("button", name="移到").tap()
    page.get_by_text("现在点要移到的那一格").wait_for()
    two.evaluate("cell => cell.scrollIntoView({block: 'center', inline: 'center'})")
    two.tap()
    page.locator(f'tr[data-p="{other.pk}"] td.chg').first.wait_for()
    assert Roster.objects.get(pk=draft.pk).duties.filter(person=other, day=duty.day).exists()
    assert fits(page)
    bar.get_by_role("button", name="撤销").tap()
    page.locator("[data-log]").get_by_text("撤销：").wait_for()
    assert draft.duties.filter(person=duty.person, day=duty.day).exists()
