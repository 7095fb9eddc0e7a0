"""Rules on who stands together, by hand: a contradiction is told and the form kept, a rule edited in its place, an end taken back."""

import pytest

from diba.plant import actions
from diba.plant.models import Certificate, Person, Role
from diba.rosters.models import CrewRule

from .test_story import PASSWORD, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def planner(plant):
    Certificate.objects.update(issued=None, expires=None)
    return actions.open_account(Person.objects.get(name="刘敏"), PASSWORD, roles=[Role.PLANNER], must_change=False)


def enter(page, name, sense, count, stretch):
    page.goto("/rosters/crews/")
    form = page.locator("form.db-crewrule")
    if not form.is_visible():
        page.locator("summary").filter(has_text="不得同班的人").click()
    form.get_by_label("名称").fill(name)
    form.get_by_label("人数要求").select_option(label=sense)
    form.get_by_label("人数", exact=True).fill(str(count))
    form.get_by_label("哪种证书").select_option(label="值长证")
    form.get_by_label("何时").select_option(label=stretch)
    form.get_by_role("button", name="录入").click()
    page.wait_for_load_state()
    return form


def test_rules_are_entered_contradicted_edited_ended_and_taken_back(planner, visit):
    page = visit("2000")
    enter(page, "每班值长", "至多", 1, "每班")
    form = enter(page, "全天值长", "至少", 4, "全天")
    page.get_by_text("与“每班值长”（每班至多 1 人：持有值长证者）矛盾").wait_for()
    assert form.get_by_label("名称").input_value() == "全天值长" and form.get_by_label("仍然录入").is_visible()
    # Only what the choice above asks for is shown.
    assert not form.get_by_label("点名人员").is_visible() and not form.get_by_label("新手期（月）").is_visible()
    form.get_by_label("针对谁").select_option(label="点名的人")
    assert form.get_by_label("点名人员").is_visible() and not form.get_by_label("哪种证书").is_visible()
    assert fits(page)

    page.goto("/rosters/crews/")
    page.get_by_role("link", name="修改").click()
    form.get_by_label("人数", exact=True).fill("2")
    form.get_by_role("button", name="录入并取代").click()
    page.get_by_text("每班至多 2 人：持有值长证者").wait_for()
    assert list(CrewRule.objects.filter(ended_at=None).values_list("name", "count")) == [("每班值长", 2)]

    page.get_by_role("button", name="结束“每班值长”").click()
    page.get_by_role("heading", name="0 条规则有效").wait_for()
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("heading", name="1 条规则有效").wait_for()
