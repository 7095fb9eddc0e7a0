"""The morning of a cell on the lead's phone and desk: a key reaches, undo takes it back, a fever opens, the day is signed."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from diba.grid import actions as grid
from diba.grid.models import CheckIn, DailyContact, ZeroReport
from diba.plant import actions
from diba.plant.models import Person, Role, Site, Unit

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
