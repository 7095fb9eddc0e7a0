"""Building a questionnaire in a browser: the phone beside it follows the typing, the keyboard is enough."""

import pytest

from diba.grid.actions import screening
from diba.grid.models import Questionnaire
from diba.plant import actions
from diba.plant.models import Person, Role

from ..grid.screenings import ITEMS
from .test_story import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_question_is_typed_tried_saved_and_moved_by_keyboard(plant, visit, width):
    actions.open_account(Person.objects.get(name="刘敏"), PASSWORD, roles=[Role.HEALTH_OFFICER], must_change=False)
    row = screening.new_questionnaire("节后摸排", ITEMS)
    page = visit("2000", width, PASSWORD)
    page.goto(f"/grid/questionnaires/{row.pk}/?add=text&after=degrees")
    phone = page.locator("#preview")
    page.get_by_label("中文题目").fill("同住几人咳嗽？")
    phone.get_by_text("同住几人咳嗽？").wait_for()
    page.get_by_label("类别").last.select_option("several")
    page.get_by_role("button", name="加一个回答").click()
    page.get_by_label("第 1 个回答（中文）").fill("一人")
    page.get_by_role("button", name="加条件").click()
    page.get_by_label("前面的题目").select_option("fever")
    page.locator("select[name=w-value]").select_option("yes")
    phone.get_by_text("同住几人咳嗽？").wait_for(state="detached")
    phone.get_by_text("是", exact=True).click()
    phone.get_by_text("一人").wait_for()
    assert page.get_by_label("中文题目").input_value() == "同住几人咳嗽？"
    page.get_by_label("第 1 个回答（英文）").press("Enter")
    page.get_by_text("已保存").wait_for()
    saved = Questionnaire.objects.get().items[2]
    assert (saved["kind"], saved["choices"][0]["zh"], saved["when"]) == ("several", "一人", [[["fever", "=", "yes"]]])
    up = page.locator("li.on").get_by_role("button", name="上移")
    up.press("Enter")
    page.wait_for_url("**did=up*")
    assert page.evaluate("document.activeElement.value") == "up"
    assert [item["name"] for item in Questionnaire.objects.get().items] == ["fever", "q1", "degrees"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
