"""The whole line in a browser: workbook, teams, roster, a fever on a phone, the board, the repair."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from diba.grid import actions as grid
from diba.plant import actions
from diba.plant.actions.jobs import run_job
from diba.plant.models import Person, Role, Site
from diba.rosters.models import Roster

from ..plant.books import xlsx

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "huanghe-2020-x"


def workbook():
    head = ["工号", "姓名", "手机", "部门", "班组", "支部", "网格", "网格长", "证书", "家属"]
    names = "陈周高徐郭田王赵刘韩林孙马冯邓曹"
    staff = [
        [f"1{n:03d}", f"{name}建国", f"1390000{n:04d}", "运行分场", f"{n % 4 + 1} 值", "运行支部", f"0{n % 2 + 1}网格", "是" if n < 2 else "",
         f"{'值长证' if n < 8 else '主值班员证'} 长期有效", "妻 李秀英 1985-03-02" if n == 3 else ""]
        for n, name in enumerate(names)
    ]  # fmt: skip
    watches = [
        ["班制", "代码", "班次", "开始时间", "结束时间"],
        ["3x8", "早", "早班", "06:00", "14:00"],
        ["3x8", "中", "中班", "14:00", "22:00"],
        ["3x8", "夜", "夜班", "22:00", "06:00"],
    ]
    posts = [["岗位", "所需资质", "每班人数"], ["值长", "值长证", 1], ["主值班员", "主值班员证", 1]]
    return xlsx(
        {
            "花名册": [["模拟电站花名册"], head, *staff],
            "班次": watches,
            "岗位": posts,
            "顶岗": [["持有资质", "可顶岗"], ["值长证", "主值班员证"]],
        }
    )


@pytest.fixture
def planner(transactional_db):
    Site.objects.create(code="t", name="模拟电站", synthetic=True)
    today = timezone.localdate()
    grid.set_policy(today - timedelta(days=30), threshold=Decimal("37.3"), comparator=">", due="09:00", grace=120, second_due="18:00",
                    isolation_days=14, source="test")  # fmt: skip
    person = Person.objects.create(staff_no="9001", name="刘敏")
    return actions.open_account(person, PASSWORD, roles=[Role.PLANNER, Role.DUTY_OFFICER], must_change=False)


def fits(page):
    """Say whether the page has no sideways scroll."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


@pytest.mark.slow
def test_from_a_workbook_to_a_repaired_roster(planner, visit, tmp_path):
    book = tmp_path / "花名册.xlsx"
    book.write_bytes(workbook())
    page = visit("9001")

    page.goto("/register/import/")
    page.locator("input[type=file]").set_input_files(book)
    page.get_by_role("button", name="试读").click()
    page.get_by_role("heading", name="新增").wait_for()
    assert Person.objects.count() == 1
    page.get_by_role("button", name="写入").click()
    page.get_by_text("已写入", exact=False).first.wait_for()
    assert Person.objects.filter(kind="employee").count() == 17

    page.goto("/rosters/teams/")
    page.get_by_role("button", name="分组").click()
    page.get_by_role("button", name="启用").click()
    page.wait_for_url("**/rosters/ask/")
    page.get_by_label("第一天").fill(timezone.localdate().isoformat())
    page.get_by_label("天数", exact=True).fill("12")
    page.get_by_label("搜索时间，秒").fill("4")
    page.get_by_role("button", name="开始搜索").click()
    page.get_by_text("等待后台").wait_for()
    roster = Roster.objects.get()
    run_job.call(str(roster.job_id))
    page.get_by_role("button", name="发布并通知").click()
    page.get_by_role("button", name="是，继续").click()
    page.get_by_role("heading", name="已发布").first.wait_for()

    board = visit("9001", 1920)
    board.goto("/board/")
    board.get_by_text("14 天内有人").or_(board.get_by_text("未排")).first.wait_for()

    roster.refresh_from_db()
    duty = roster.duties.filter(day__gt=timezone.localdate() + timedelta(days=1)).select_related("person", "post")[0]
    actions.open_account(duty.person, PASSWORD, must_change=False)
    phone = visit(duty.person.staff_no, 390)
    phone.goto("/grid/checkin/")
    assert fits(phone)
    phone.get_by_text("有变化或不舒服").click()
    phone.get_by_role("textbox", name="体温 °C").fill("83.2")
    phone.get_by_role("button", name="上报").click()
    phone.get_by_text("38.2").wait_for()  # "did you mean 38.2?"
    phone.get_by_role("textbox", name="体温 °C").fill("38.2")
    phone.get_by_role("button", name="上报").click()
    phone.get_by_text("异常", exact=False).first.wait_for()

    # The board polls every 4 s: within 5 s of the report it names the post and the hours.
    board.get_by_text(f"{duty.post.name} 差 1 人").or_(board.get_by_text("差 1 人")).first.wait_for(timeout=6000)
    assert board.get_by_text("须今日处置").count() == 1

    page.goto("/rosters/")
    page.get_by_role("button", name="找补排方案").click()
    page.get_by_text("方案 1").wait_for()
    page.locator("#ways").get_by_role("button", name="发布并通知").first.click()
    page.get_by_role("button", name="是，继续").click()
    told = page.get_by_text("已发布，").or_(page.get_by_text("已发布；")).first
    reason = page.locator("textarea[name=reason], input[name=reason]")
    told.or_(reason).first.wait_for()
    if reason.count():  # nobody may be left for a place: publishing that takes a reason and a name
        reason.fill("值长已知，另行安排")
        page.get_by_role("button", name="仍然发布").click()
        told.wait_for()
    else:
        board.get_by_text("差 1 人").first.wait_for(state="hidden", timeout=8000)

    phone.goto("/rosters/mine/")
    assert fits(phone)


def test_two_taps_and_the_button_says_the_sentence(planner, visit):
    phone = visit("9001", 390)
    phone.goto("/grid/checkin/")
    send = phone.locator("[data-sentence]")
    assert send.is_disabled()
    phone.get_by_text("36.4", exact=True).click()
    assert "36.4，没有不舒服" in send.inner_text()
    send.click()
    phone.get_by_text("报好了").wait_for()


def test_another_reading_unfolds_its_field_and_leads_to_it(planner, visit):
    phone = visit("9001", 390)
    phone.goto("/grid/checkin/")
    phone.get_by_role("link", name="其他").click()
    reading = phone.locator("#changed input[name=temperature]")
    expect(reading).to_be_focused()
    expect(reading).to_be_in_viewport()
    expect(phone.locator("#changed summary").first).to_be_in_viewport()
    reading.fill("38.2")
    phone.get_by_role("button", name="上报，网格长会打给您").click()
    expect(phone.get_by_text("38.2 °C")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_fits_its_screen(planner, visit, width):
    page = visit("9001", width)
    for path in ("/grid/checkin/", "/grid/cell/", "/rosters/", "/rosters/teams/", "/rosters/ask/", "/rosters/all/", "/rosters/mine/", "/register/",
                 "/register/people/", "/register/people/new/", "/register/import/", "/register/absences/", "/todo/", "/inbox/", "/search/?q=刘",
                 "/help/", "/vocabulary/"):  # fmt: skip
        page.goto(path)
        assert fits(page), path
        assert page.locator("h1").count() >= 1, path


def test_slash_finds_and_the_keys_are_told(planner, visit):
    page = visit("9001")
    page.goto("/rosters/")
    page.keyboard.press("/")
    page.keyboard.type("刘敏")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="刘敏").wait_for()
    page.get_by_role("button", name="快捷键").click()
    page.get_by_text("在班表格子间移动").wait_for()
