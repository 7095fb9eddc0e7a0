"""The morning of a cell on the lead's phone and desk: a key reaches, undo takes it back, a fever opens, the day is signed."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from diba.grid import actions as grid
from diba.grid.models import CheckIn, DailyContact, ZeroReport
from diba.plant import actions
from diba.plant.models import Person, Role, RoleGrant, Site, Unit

from .test_story import PASSWORD, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ["孙丽", "马建设", "程刚", "罗敏"]


@pytest.fixture
def cell(transactional_db):
    """A cell of four led by 孙丽; nobody has been heard from."""
    Site.objects.create(code="t", name="模拟电站", synthetic=True)
    first = timezone.localdate() - timedelta(days=30)
    grid.set_policy(first, threshold=Decimal("37.3"), comparator=">", due="09:00", grace=120, second_due="18:00", isolation_days=14, source="test")  # fmt: skip
    branch = Unit.add(code="Z1", name="检修支部", kind="branch")
    cell = Unit.add(branch, code="W12", name="12 网格", kind="cell")
    for number, name in enumerate(NAMES):
        Person.objects.create(staff_no=f"30{number}", name=name, cell=cell, phone=f"1000000030{number}")
    Unit.objects.filter(pk=cell.pk).update(lead=Person.objects.get(name="孙丽"))
    lead = Person.objects.get(name="孙丽")
    actions.open_account(lead, PASSWORD, roles=[Role.CELL_LEAD], unit=cell, must_change=False)
    return cell


@pytest.mark.parametrize("width", [390, 1440])
def test_a_morning_of_a_cell(cell, visit, width):
    page = visit("300", width)
    page.goto("/grid/cell/")
    assert fits(page) and "4 人没联系上" in page.locator("h1.a").inner_text()
    rows = page.locator("[data-person]:has([data-outcome])")
    first = rows.first.locator(".db-nm").inner_text()

    page.keyboard.press("1")
    page.get_by_text(f"{first}：正常，已保存").wait_for()
    assert "3 人没联系上" in page.locator("h1.a").inner_text()
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("已撤回。").wait_for()
    assert "4 人没联系上" in page.locator("h1.a").inner_text() and not CheckIn.objects.exists()

    rows.first.get_by_role("radio", name="视频").check()
    rows.first.get_by_role("button", name="未遇").click()
    page.get_by_text("未遇，已保存").wait_for()
    assert DailyContact.objects.last().method == "video"
    assert "4 人没联系上" in page.locator("h1.a").inner_text()

    page.keyboard.press("2")
    box = page.locator("dialog[open]")
    box.get_by_text("咳嗽").click()
    box.locator("input[name=temperature]").fill("73.8")
    box.get_by_role("button", name="上报异常").click()
    box = page.locator("dialog[open]")
    box.get_by_text("是不是 37.8").wait_for()
    assert box.locator("input[value=cough]").is_checked() and fits(page)
    refused = box.locator("[data-asks]").inner_text()
    page.keyboard.press("Escape")
    rows.nth(2).locator("[data-open]").click()  # what was refused of one is not another's
    assert box.locator("[data-asks]").inner_text() != refused and not box.get_by_role("alert").count()
    assert (
        not box.locator("input[value=cough]").is_checked() and not box.locator("input[name=temperature]").input_value()
    )
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    assert box.locator("[data-asks]").inner_text() == refused
    box.get_by_text("咳嗽").click()
    box.locator("input[name=temperature]").fill("37.8")
    box.get_by_role("button", name="上报异常").click()
    page.get_by_text("异常，已保存").wait_for()

    page.get_by_role("button", name="签零报告，写明 3 人未知").click()
    page.get_by_text("已签：1 疑似，4 人中 1 人已确认，3 人未知").wait_for()
    assert ZeroReport.objects.get().by.person.name == "孙丽"
    grid.check_in(Person.objects.get(name="孙丽"), timezone.localdate(), Decimal("36.5"), uid=uuid.uuid4())
    page.goto("/grid/cell/")
    page.get_by_text("孙丽后来上报").wait_for()
    page.get_by_role("button", name="签零报告，写明 2 人未知").click()
    page.get_by_text("重签，因孙丽后来上报").first.wait_for()
    assert ZeroReport.objects.count() == 2 and fits(page)


def hand_over(cell, to="马建设", left=()):
    """Name another lead, as the office does: the one before keeps only the cells in `left`."""
    before, after = Person.objects.get(name="孙丽"), Person.objects.get(name=to)
    Unit.objects.filter(pk=cell.pk).update(lead=after)
    for row in RoleGrant.objects.filter(account=before.account, ended_at=None):
        actions.end_grant(row, by=None)
    for unit in left:
        actions.grant(before.account, Role.CELL_LEAD, unit=unit)


def fever(page, number):
    """Open the questions of somebody who is not well and answer them, without sending."""
    page.locator("[data-person]:has([data-outcome])").nth(number).locator("[data-open]").click()
    box = page.locator("dialog[open]")
    box.get_by_text("咳嗽").click()
    box.locator("input[name=temperature]").fill("38.4")
    box.locator("input[name=note]").fill("夜里开始咳")
    return box


@pytest.mark.parametrize("width", [390, 1440])
def test_a_lead_who_lost_the_cell_meanwhile_is_told_and_keeps_what_he_typed(cell, visit, width):
    page = visit("300", width, refused=True)
    page.goto("/grid/cell/")
    other = page.context.new_page()
    other.goto("/grid/cell/")
    box = fever(page, 1)
    name = page.locator("[data-person]:has([data-outcome])").nth(1).locator(".db-nm").inner_text()
    hand_over(cell, left=[Unit.add(Unit.objects.get(code="Z1"), code="W13", name="13 网格", kind="cell")])
    box.get_by_role("button", name="上报异常").click()
    page.get_by_text(f"没有：{name}已不归您管").wait_for()
    shown = page.locator("main").inner_text()
    assert all(word in shown for word in ("马建设", "异常", "咳嗽", "38.4", "夜里开始咳")) and fits(page)
    assert not CheckIn.objects.exists() and not DailyContact.objects.exists()
    hand_over(cell)  # and now he leads nothing at all
    other.get_by_role("button", name="签零报告").click()
    other.get_by_text("没有：12 网格已不归您管").wait_for()
    assert not ZeroReport.objects.exists() and fits(other)


AGAIN = """async (at) => {
    const form = document.querySelector(at), data = new FormData(form)
    if (at === ".db-oc") data.set("outcome", "seen_ok")
    const send = () => fetch(form.action, {method: "POST", body: new URLSearchParams(data), redirect: "manual"})
    return (await Promise.all([send(), send(), send()])).map(answer => answer.type)
}"""  # what a phone does whose first tap was not answered: the same form, three times at once


def test_a_form_that_is_sent_again_writes_once(cell, visit):
    page = visit("300", 390)
    for form, model in ((".db-oc", DailyContact), (".db-sign", ZeroReport)):
        page.goto("/grid/cell/")
        assert page.evaluate(AGAIN, form) == ["opaqueredirect"] * 3
        assert model.objects.count() == 1
    assert CheckIn.objects.count() == 1


def test_the_strip_of_pages_begins_where_the_page_is(cell, visit):
    page = visit("300", 390)
    for address in ("/grid/cell/", "/grid/rounds/", "/grid/profiles/"):
        page.goto(address)
        box = page.locator(".db-tabs [aria-current]").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and fits(page), address
