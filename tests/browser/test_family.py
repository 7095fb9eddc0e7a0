"""A lead gives an address, a phone without an account reports by it; an employee agrees for his child and reports him."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from diba.grid import actions as grid
from diba.grid.models import CheckIn, GuardianConsent, RiskContact
from diba.plant import actions
from diba.plant.models import Person, PersonKind, Role, Site, Unit

from .test_story import PASSWORD, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def home(transactional_db):
    """程刚 of the cell that 孙丽 leads, with a wife and a child of six."""
    Site.objects.create(code="t", name="模拟电站", synthetic=True)
    today = timezone.localdate()
    grid.set_policy(today - timedelta(days=30), threshold=Decimal("37.3"), comparator=">", due="09:00", grace=120, second_due="18:00", isolation_days=14, source="test")  # fmt: skip
    grid.enter_area(by=None, area="湖北省", level="high", starts_on=today - timedelta(days=20), source="模拟")
    branch = Unit.add(code="Z1", name="检修支部", kind="branch")
    cell = Unit.add(branch, code="W12", name="12 网格", kind="cell")
    lead, man = (
        Person.objects.create(staff_no=number, name=name, cell=cell, phone=f"1000000{number}0") for number, name in (("300", "孙丽"), ("302", "程刚"))
    )  # fmt: skip
    Unit.objects.filter(pk=cell.pk).update(lead=lead)
    for name, relation, birth in (("李静", "妻", date(1985, 1, 1)), ("程小舟", "子", today - timedelta(days=6 * 365))):
        Person.objects.create(name=name, kind=PersonKind.FAMILY, relation=relation, relative_of=man, birth=birth)
    actions.open_account(lead, PASSWORD, roles=[Role.CELL_LEAD], unit=cell, must_change=False)
    actions.open_account(man, PASSWORD, must_change=False)
    return man


def test_an_address_reports_a_household_without_an_account(home, visit):
    lead = visit("300", 390)
    lead.goto(f"/grid/people/{home.pk}/link/")
    lead.get_by_role("button", name="生成链接").click()
    lead.get_by_text("只显示这一次").wait_for()
    assert lead.locator("svg.db-qr").is_visible() and fits(lead)
    address = lead.locator("input[readonly]").input_value()

    phone = visit(None, 390)
    phone.goto(address)
    text = phone.locator("main").inner_text()
    assert fits(phone) and "程*" in text and "程刚" not in text and "李静" not in text
    phone.get_by_text("李* 妻").click()
    phone.get_by_label("体温 °C").fill("36.4")
    phone.get_by_role("button", name="发送").click()
    phone.get_by_text("已收到").wait_for()
    assert CheckIn.objects.get().person.name == "李静" and "今日已报" in phone.locator("main").inner_text()

    lead.get_by_role("button", name="生成链接").click()
    with lead.expect_navigation():  # the one before is dead from now on
        lead.locator("#confirm button[value=yes]").click()
    assert phone.request.get(address).status == 410


def test_a_child_is_reported_after_his_father_agreed_with_the_risk_he_was_at(home, visit):
    phone = visit("302", 390)
    phone.goto("/grid/checkin/")
    phone.get_by_role("link", name="我的家属").click()
    phone.get_by_text("我已阅读并同意").click()
    phone.get_by_role("button", name="同意").click()
    phone.get_by_text("同意已记录").wait_for()
    assert GuardianConsent.objects.get().given and fits(phone)

    phone.get_by_role("link", name="给程小舟打卡").click()
    phone.get_by_label("体温 °C").fill("36.7")
    phone.get_by_text("到过风险地区，或接触过病例").click()
    phone.get_by_label("是哪一种").select_option("area")
    phone.get_by_role("button", name="发送").click()
    phone.get_by_text("从名单里选地区").wait_for()
    assert not CheckIn.objects.exists() and fits(phone), "refused whole, and the fold stays open"
    phone.get_by_label("风险地区").select_option(label="湖北省 · 高风险")
    phone.get_by_label("第一天").fill((timezone.localdate() - timedelta(days=3)).isoformat())
    phone.get_by_role("button", name="发送").click()
    phone.get_by_text("程小舟：已报").wait_for()
    row = RiskContact.objects.get()
    assert (row.person.name, row.checkin, row.area.area) == ("程小舟", CheckIn.objects.get(), "湖北省")
