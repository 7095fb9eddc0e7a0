"""The morning of a cell: one missing, one fever; deputy, branch and command are asked in turn; then the whole chain, and back.

The clock of the server is moved; nothing is waited for but words on a page.
"""

import uuid
from contextlib import ExitStack
from datetime import datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from diba.grid import actions as grid
from diba.grid.models import Case, Contact
from diba.plant import actions
from diba.plant.actions.jobs import run_job, run_ticks
from diba.plant.models import (
    Absence,
    Account,
    Certificate,
    Hold,
    Job,
    Person,
    Role,
    Task,
    Tick,
    Unit,
    WatchPattern,
)  # fmt: skip
from diba.rosters import actions as rosters

from .test_story import PASSWORD, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 30_000  # ms; the machine may be busy


@pytest.fixture
def until():
    """Return until("09:30"): the clock of every thread runs on from that time of tomorrow, and the worker's turn has passed."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    with ExitStack() as moved:

        def move(moment):
            moved.close()
            wanted = timezone.make_aware(datetime.combine(tomorrow, time.fromisoformat(moment)))
            moved.enter_context(actions.clock.moved(wanted - timezone.now()))
            Tick.objects.all().delete()  # the clock may have gone back: every turn has come
            run_ticks()

        yield move


def account(person, *roles, unit=None):
    return actions.open_account(person, PASSWORD, roles=roles, unit=unit, must_change=False)


@pytest.fixture
def morning(plant, until):
    """07:40 of a day on which all but two of a cell have reported; the feverish one has stood watch and will again."""
    until("07:40")
    Certificate.objects.update(issued=None, expires=None)
    planner = account(plant["刘敏"], Role.PLANNER)
    account(plant["孙丽"], Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
    today = actions.today()
    first = today - timedelta(days=2)
    made = rosters.ask_now(
        WatchPattern.objects.get(code="3x8"), first, 9, by=planner, rules={"seconds": 3, "block": 0}, deterministic=True
    )
    rosters.publish(made, by=planner)
    past = {duty.person_id for duty in rosters.duties_between(first, today - timedelta(days=1))}
    coming = {duty.person_id for duty in rosters.duties_between(today + timedelta(days=1), today + timedelta(days=6))}
    ill = Person.objects.get(pk=min(past & coming))
    operators = Person.objects.filter(staff_no__startswith="1")
    mates = operators.filter(cell=ill.cell).exclude(pk=ill.pk)
    nights = {duty.person_id for duty in rosters.duties_between(today - timedelta(days=1), today) if duty.watch.night}
    missing = mates.exclude(pk__in=nights).first()  # who comes from a night is asked later in the day
    lead, deputy = mates.exclude(pk=missing.pk)[:2]
    above = operators.exclude(cell=ill.cell).first()
    Unit.objects.filter(pk=ill.cell_id).update(lead=lead, deputy=deputy)
    Unit.objects.filter(code="Z1").update(lead=above)
    account(lead, Role.CELL_LEAD, unit=ill.cell)
    for person in (deputy, above, ill):
        account(person)
    until("08:10")
    for person in actions.active().exclude(kind="family").exclude(pk__in=[ill.pk, missing.pk]):
        grid.check_in(person, today, Decimal("36.5"), uid=uuid.uuid4())
    return SimpleNamespace(ill=ill, lead=lead, deputy=deputy, missing=missing, above=above, cell=ill.cell)


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1440])
def test_a_morning_from_the_first_word_to_the_chain_and_back(morning, until, visit, width):
    fever_is_reported(morning, visit)
    missing_are_put_before_one_after_the_other(morning, until, visit, width)
    officer = visit("2001", width)
    officer.set_default_timeout(PATIENCE)
    case = Case.objects.get()
    before = board(officer)
    confirm(officer, morning, case)
    all_of_it_followed(officer, morning, case, width)
    assert board(officer) == ("1", "0") and before == ("0", "1")
    take_back(officer, case)
    all_of_it_is_restored(officer, morning, case)
    assert board(officer) == before


def opened(visit, person, width=390):
    page = visit(person.staff_no, width)
    page.set_default_timeout(PATIENCE)
    return page


def fever_is_reported(morning, visit):
    phone = opened(visit, morning.ill)
    phone.goto("/grid/checkin/")
    phone.get_by_text("有变化或不舒服").click()
    phone.get_by_role("textbox", name="体温 °C").fill("38.4")
    phone.get_by_role("button", name="上报").click()
    phone.get_by_text("异常", exact=False).first.wait_for()
    assert fits(phone)


def missing_are_put_before_one_after_the_other(morning, until, visit, width):
    """Due at 9, missing at 11; the deputy half an hour, the branch an hour, the command two hours after that."""
    words = f"{morning.cell.name}：仍有 1 人没有消息，网格长未联系上：{morning.missing.name}"
    until("08:20")
    lead = opened(visit, morning.lead, width)
    lead.goto("/grid/cell/")
    expect(lead.locator("h1.a")).to_contain_text("1 人没联系上")
    lead.goto("/todo/")
    lead.get_by_text(f"请马上打给 {morning.ill.name}：打卡异常").first.wait_for()
    assert fits(lead) and not Task.objects.filter(key__startswith="missing:").exists()
    for moment, who in (("11:05", morning.lead), ("11:35", morning.deputy), ("12:05", morning.above)):
        until(moment)
        page = opened(visit, who, width)
        page.goto("/todo/")
        asked = words if who != morning.lead else f"{morning.cell.name}：今天 1 人没有消息：{morning.missing.name}"
        page.get_by_role("link", name=asked).first.click()
        expect(page.locator("h1.a")).to_contain_text("1 人没联系上")
        assert fits(page)
        assert not Task.objects.filter(key__startswith="escalated:", owner=None).exists()
    until("13:05")
    command = opened(visit, Person.objects.get(name="孙丽"), width)
    command.goto("/todo/")
    command.get_by_text(words).first.wait_for()

    # Above him the branch's lead reaches the missing one; what was asked of all of them closes by itself.
    page = opened(visit, morning.above, width)
    page.goto(f"/grid/cell/?cell={morning.cell.code}")
    page.locator(f"[data-person='{morning.missing.pk}']").get_by_role("button", name="正常").click()
    page.get_by_text(f"{morning.missing.name}：正常，已保存").wait_for()
    until("13:10")
    command.goto("/todo/")
    expect(command.get_by_text(words)).to_have_count(0)
    assert not Task.objects.filter(key__regex="^(missing|escalated):", closed_at=None).exists()
    assert not actions.cells_of(Account.objects.get(person=morning.above)), "the cell is the lead's again"


def board(page):
    """Return (confirmed, suspected) as the situation board says it."""
    page.goto("/board/")
    figures = page.locator(".db-zz .db-hero")
    figures.first.wait_for()
    return tuple(text[0] for text in figures.all_inner_texts())


def confirm(page, morning, case):
    page.goto("/todo/")
    page.get_by_text(f"请判定 {morning.ill.name}").first.wait_for()
    page.goto(f"/grid/cases/{case.pk}/")
    assert fits(page)
    judge = page.locator("form:has(input[value=judge])")
    judge.get_by_label("分类").select_option("confirmed")
    judge.get_by_label("原因").fill("核酸阳性")
    page.on("dialog", lambda dialog: dialog.accept())
    judge.get_by_role("button", name="保存判定").click()
    agree(page)
    page.get_by_text("后续进行中").wait_for()


def all_of_it_followed(page, morning, case, width):
    assert fits(page)
    table = page.locator("table.db-t")
    for what, state in (
        ("卡口暂扣", "暂扣中"),
        ("可用状态", "不可用"),
        ("接触者", "待判定"),
        ("已通知", "未办"),
        ("上报", "待上报"),
        ("态势看板", "不为零"),
    ):
        expect(table.locator("tr").filter(has_text=what).first).to_contain_text(state)
    assert Task.objects.get(key=f"chain:{case.pk}:lead").owner == morning.lead
    assert Hold.objects.get().lifted_at is None

    for job in Job.objects.filter(ended_at=None, kind__startswith="rosters"):
        run_job.call(str(job.pk))
    page.reload()
    repair = table.locator("tr").filter(has_text="补排").first.inner_text()
    assert "未办" in repair or "已办" in repair

    page.goto(f"/grid/cases/{case.pk}/contacts/")
    assert "待判定" in page.locator("h1.a").inner_text() and fits(page)
    page.get_by_role("checkbox").first.check()
    page.get_by_label("原因").fill("同班")
    page.get_by_role("button", name="列入随访").click()
    page.get_by_text("已判定 1 名接触者").wait_for()
    assert Contact.objects.filter(state="accepted").count() == 1
    page.get_by_text("没有隔离单，其中密切接触者 1 人").wait_for()  # what the rule asks next is offered, not done
    page.locator(".db-bar-actions").get_by_role("link", name="接触者").click()
    page.locator("#net svg").wait_for()
    page.goto("/grid/zero/")
    assert "1 确诊" in page.locator("h1.a").inner_text()


def take_back(page, case):
    page.goto(f"/grid/cases/{case.pk}/")
    page.get_by_text("撤回“确诊”").click()
    page.get_by_label("撤回原因").fill("样本弄混")
    page.locator("form:has(input[value=undo]) button[type=submit]").click()
    agree(page)
    page.get_by_text("已撤回：由它引出的都已恢复").wait_for()


def all_of_it_is_restored(page, morning, case):
    assert fits(page)
    assert "已解除" in page.locator("table.db-t tr").filter(has_text="卡口暂扣").first.inner_text()
    assert not Hold.objects.filter(lifted_at=None).exists()
    assert set(Contact.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not Task.objects.filter(key__startswith=f"chain:{case.pk}:", closed_at=None).exists()
    away = actions.absences_between(actions.now(), actions.now() + timedelta(minutes=1), [morning.ill])
    assert [row.kind for row in away] == ["checking"], "the suspicion of the morning stands, the isolation is gone"
    assert Absence.objects.filter(person=morning.ill, kind="isolation").exclude(ends_at=None).exists()
    page.goto(f"/grid/cases/{case.pk}/")
    assert "样本弄混" in page.content() and "核酸阳性" in page.content()
    page.goto("/grid/zero/")
    assert "0 确诊，1 疑似" in page.locator("h1.a").inner_text()


def agree(page):
    """Press the button that does it in the box that asks first, if there is one."""
    box = page.locator("dialog[open]")
    if box.count():
        box.locator("footer button").last.click()
