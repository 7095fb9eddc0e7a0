"""One fever, judged by the health officer: gates, roster, contacts, calls, report and zero follow; taken back, all is restored."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from diba.grid import actions as grid
from diba.grid.models import Case, Contact
from diba.plant import actions
from diba.plant.actions.jobs import run_job
from diba.plant.models import Certificate, Hold, Job, Person, Role, Task, Unit, WatchPattern
from diba.rosters import actions as rosters

from .test_story import PASSWORD, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chosen(plant):
    """Somebody who has stood watch and will again, with a fever this morning; the officer is 孙丽, the lead his cell's 刘敏."""
    Certificate.objects.update(issued=None, expires=None)
    planner = actions.open_account(Person.objects.get(name="刘敏"), PASSWORD, roles=[Role.PLANNER], must_change=False)
    actions.open_account(
        Person.objects.get(name="孙丽"), PASSWORD, roles=[Role.HEALTH_OFFICER, Role.DUTY_OFFICER], must_change=False
    )
    first = timezone.localdate() - timedelta(days=2)
    made = rosters.ask_now(WatchPattern.objects.get(code="3x8"), first, 9, by=planner, rules={"seconds": 3, "block": 0})
    rosters.publish(made, by=planner)
    today = timezone.localdate()
    past = {duty.person_id for duty in rosters.duties_between(first, today - timedelta(days=1))}
    coming = {duty.person_id for duty in rosters.duties_between(today + timedelta(days=1), today + timedelta(days=6))}
    person = Person.objects.get(pk=min(past & coming))
    Unit.objects.filter(pk=person.cell_id).update(lead=Person.objects.get(name="刘敏"))
    grid.check_in(person, today, Decimal("38.4"), uid=uuid.uuid4())
    return person


@pytest.mark.parametrize("width", [390, 1440])
def test_from_a_fever_to_the_whole_chain_and_back(chosen, visit, width):
    page = visit("2001", width)
    page.set_default_timeout(8000)
    page.goto("/todo/")
    page.get_by_text(f"请判定 {chosen.name}").first.wait_for()
    case = Case.objects.get()
    page.goto(f"/grid/cases/{case.pk}/")
    assert fits(page)
    judge = page.locator("form:has(input[value=judge])")
    judge.get_by_label("分类").select_option("confirmed")
    judge.get_by_label("原因").fill("核酸阳性")
    page.on("dialog", lambda dialog: dialog.accept())
    judge.get_by_role("button", name="保存判定").click()
    agree(page)

    page.get_by_text("后续进行中").wait_for()
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
        assert state in table.locator("tr").filter(has_text=what).first.inner_text(), what
    assert Task.objects.get(key=f"chain:{case.pk}:lead").owner.name == "刘敏"
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
    page.locator("#net svg").wait_for()

    page.goto("/grid/zero/")
    assert "1 确诊" in page.locator("h1.a").inner_text()

    page.goto(f"/grid/cases/{case.pk}/")
    page.get_by_text("撤回“确诊”").click()
    page.get_by_label("撤回原因").fill("样本弄混")
    page.locator("form:has(input[value=undo]) button[type=submit]").click()
    agree(page)
    page.get_by_text("已撤回：由它引出的都已恢复").wait_for()
    assert fits(page)
    assert "已解除" in table.locator("tr").filter(has_text="卡口暂扣").first.inner_text()
    assert not Hold.objects.filter(lifted_at=None).exists()
    assert set(Contact.objects.values_list("state", flat=True)) == {"withdrawn"}
    page.goto(f"/grid/cases/{case.pk}/")
    assert "样本弄混" in page.content() and "核酸阳性" in page.content()
    page.goto("/grid/zero/")
    assert "0 确诊，1 疑似" in page.locator("h1.a").inner_text()


def agree(page):
    """Press the button that does it in the box that asks first, if there is one."""
    box = page.locator("dialog[open]")
    if box.count():
        box.locator("footer button").last.click()
