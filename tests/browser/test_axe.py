"""What a screen reader, a keyboard and weak eyes need: axe-core finds no violation on the gate's page and on the sign-up page."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from diba.plant import actions
from diba.plant.models import Person, Post, Role, WatchPattern
from diba.rosters.actions import volunteers

from . import gate_plant as gate
from .gate_hand import reading, scan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = (Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js").read_text()


def violations(page):
    """Return [(rule, an element that breaks it)] of the page as it stands."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then((said) => said.violations)")
    return [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]]


@pytest.mark.parametrize("theme", ["night", "day"])
def test_no_view_of_the_gate_s_page_breaks_a_rule(post, theme):
    inside = [{"kind": "person", "id": n, "since": gate.now() - 600, "zone": "yard", "gate": "G1"} for n in (2, 3)]
    page = post(gate.Server(inside=inside))
    steps = {
        "scan": lambda: None,
        "pass": lambda: scan(page, "1001"),
        "temp": lambda: reading(page, "376"),
        "wait": lambda: page.locator(".bb.r").click(),
        "stop": lambda: (page.evaluate("location.hash = 'scan'"), expect(page.locator(".viewer")).to_be_visible(), scan(page, "1003")),
        "refuse": lambda: page.get_by_role("button", name="不放行").first.click(),
        **{name: lambda name=name: page.evaluate("(name) => { location.hash = name; }", name) for name in ("force", "find", "vehicle", "visitor", "handover", "open", "roll", "more")},
    }  # fmt: skip
    broken = {}
    for name, step in steps.items():
        step()
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        page.wait_for_timeout(100)
        if found := violations(page):
            broken[name] = found
    assert broken == {}


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_where_volunteers_sign_up_breaks_no_rule(plant, visit, width):
    people = {name: Person.objects.get(name=name) for name in ("陈立", "刘敏")}
    planner = actions.open_account(people["刘敏"], None, roles=[Role.PLANNER], must_change=False)
    actions.open_account(people["陈立"], "huanghe-2020-x", must_change=False)
    later, gates = actions.today() + timedelta(days=90), [Post.objects.create(code="kakou1", name="1 号卡口", tier=3)]
    volunteers.enlist([people["陈立"]], by=planner, trained_until=later, insured_until=later, most_a_week=3)
    volunteers.call_up(
        by=planner, name="下周卡口", pattern=WatchPattern.objects.get(code="3x8"), first_day=actions.today() + timedelta(days=2), days=3,
        gates=gates, needed=1, by_day_only=True, answer_hours=24,
    )  # fmt: skip
    page = visit("1000", width=width)
    page.goto("/rosters/calls/")
    expect(page.get_by_text("下周卡口").first).to_be_visible()
    assert violations(page) == []
