"""A long choice is searched: whoever is one of hundreds is typed, not scrolled to; the form sends what was chosen."""

import pytest
from playwright.sync_api import expect

from diba.plant import actions
from diba.plant.models import Account, Person, Role

from .test_axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NUMBERS = range(300, 330)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_person_among_many_is_found_by_typing_and_sent(plant, visit, width):
    Person.objects.bulk_create([Person(staff_no=f"7{n}", name=f"测试{n}", unit=plant["孙丽"].unit) for n in NUMBERS])
    boss = actions.open_account(plant["孙丽"], "huanghe-2020-x", roles=[Role.ADMINISTRATOR], must_change=False)
    page = visit(boss.person.staff_no, width)
    page.goto("/office/accounts/")
    field = page.locator("select[name=open-person] + .ts-wrapper .ts-control")
    field.click()
    typed = page.locator(".ts-dropdown .dropdown-input").filter(visible=True)
    typed.fill("没有此人")
    page.get_by_text("没有找到").wait_for()
    typed.fill("7317")
    options = page.locator(".ts-dropdown .option").filter(visible=True)
    expect(options).to_have_count(1)
    assert "测试317" in options.inner_text()
    assert violations(page) == []
    typed.press("Enter")
    assert "测试317" in field.inner_text()
    page.fill("input[name=open-password]", "huanghe-2020-y")
    page.get_by_role("button", name="开通").click()
    page.get_by_text("测试317").first.wait_for()
    assert Account.objects.filter(person__staff_no="7317").count() == 1
