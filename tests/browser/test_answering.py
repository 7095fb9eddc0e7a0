"""A questionnaire on a phone: what an answer brings appears at once, what is typed meanwhile stays, and it is sent in one go."""

import pytest

from diba.grid.models import Answer
from diba.plant import actions
from diba.plant.models import Person

from ..grid.screenings import campaign_of
from .test_axe import violations
from .test_story import PASSWORD, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ITEMS = [
    {"name": "away", "kind": "yesno", "zh": "离开过本市吗？", "required": True},
    {"name": "where", "kind": "text", "zh": "去过哪里？", "required": True, "when": [[["away", "=", "yes"]]]},
    {"name": "people", "kind": "integer", "zh": "同住几人？", "low": "0", "high": "20"},
]


def test_questions_follow_the_answers_on_a_phone_and_nothing_typed_is_lost(plant, visit):
    actions.open_account(Person.objects.get(name="陈立"), PASSWORD, must_change=False)
    campaign_of(plant, items=ITEMS)
    page = visit("1000", 390, PASSWORD, has_touch=True)
    page.goto("/grid/checkin/")
    page.get_by_role("link", name="去答复").click()
    page.get_by_role("link", name="去答复").first.click()
    page.get_by_label("同住几人？").fill("4")
    page.get_by_text("是", exact=True).click()
    page.get_by_text("去过哪里？").wait_for()
    names = page.locator("[data-q]").evaluate_all("parts => parts.map(part => part.dataset.q)")
    assert names == ["away", "where", "people"]
    page.get_by_role("textbox", name="去过哪里？").fill("兰州")
    page.get_by_text("否", exact=True).click()
    page.get_by_text("去过哪里？").wait_for(state="detached")
    page.get_by_text("是", exact=True).click()
    page.get_by_role("textbox", name="去过哪里？").fill("西宁")
    assert page.get_by_label("同住几人？").input_value() == "4" and fits(page) and violations(page) == []
    page.get_by_role("button", name="提交").click()
    page.get_by_text("已保存").wait_for()
    assert Answer.objects.get().values == {"away": "yes", "where": "西宁", "people": "4"}
