"""Rosters on paper: landscape of the size asked for, a head on every page, a legend, no first page left empty."""

import re

import pytest
from django.utils import timezone

from diba.plant import actions
from diba.plant.models import Certificate, Person, Role

from ..rosters.plans import by_rotation
from .test_story import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MM = 72 / 25.4  # points


@pytest.fixture
def roster(plant):
    Certificate.objects.update(issued=None, expires=None)
    planner = actions.open_account(Person.objects.get(name="刘敏"), PASSWORD, roles=[Role.PLANNER], must_change=False)
    return by_rotation(plant, planner, days=28, first=timezone.localdate())


def sizes(page):
    """Return [(width, height)] in mm of the pages that the page would print."""
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(round(float(width) / MM), round(float(height) / MM)) for width, height in boxes]


def test_a_time_line_is_printed_in_landscape_with_a_legend_and_without_the_frame(roster, visit):
    page = visit("2000")
    page.goto(f"/rosters/{roster.pk}/")
    assert set(sizes(page)) == {(297, 210)}
    page.evaluate("document.body.dataset.paper = 'a3'")
    assert sizes(page) == [(420, 297)]
    page.emulate_media(media="print")
    for hidden in (".db-nav", ".db-top", ".db-bar-actions button", "aside", ".db-filter"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator(".db-bar-actions .db-lg").is_visible()
    head = page.locator(".db-printhead")
    assert "模拟电站" in head.inner_text() and "刘敏" in head.inner_text()
    assert head.evaluate("head => getComputedStyle(head).display") == "table-header-group"
    assert page.locator(".db-tlp").evaluate("panel => getComputedStyle(panel).breakInside") == "auto"
    # by post: the watch's hours stand beside the first day, not under it
    page.goto(f"/rosters/{roster.pk}/?view=post")
    page.emulate_media(media="print")
    hours, first = page.locator(".db-posts th[scope=row]").first, page.locator(".db-posts td.pl").first
    assert hours.evaluate("head => head.scrollWidth <= head.clientWidth + 1")
    assert hours.bounding_box()["x"] + hours.bounding_box()["width"] <= first.bounding_box()["x"] + 1


def test_lists_and_the_board_are_printed_upright(roster, visit):
    page = visit("2000")
    for address in ("/rosters/", f"/rosters/{roster.pk}/told/", "/rosters/living-in/"):
        page.goto(address)
        assert set(sizes(page)) == {(210, 297)}, address
