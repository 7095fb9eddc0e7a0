"""A month that cannot be manned: the planner reads why, follows one advice, asks the same question again and has a roster."""

from datetime import timedelta

import pytest
from django.utils import timezone

from diba.plant import actions
from diba.plant.actions.jobs import run_job
from diba.plant.models import Absence, Certificate, Person, Role, WatchPattern
from diba.rosters.models import Roster

from .test_story import PASSWORD, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def planner(plant):
    Certificate.objects.update(issued=None, expires=None)
    return actions.open_account(Person.objects.get(name="刘敏"), PASSWORD, roles=[Role.PLANNER], must_change=False)


def searched(page):
    """Press the button and do the search that it asks for; return the roster."""
    page.get_by_role("button", name="开始搜索").click()
    page.get_by_text("等待后台").or_(page.get_by_text("搜索中")).first.wait_for()
    roster = Roster.objects.latest("id")
    run_job.call(str(roster.job_id))
    page.reload()
    roster.refresh_from_db()
    return roster


def away(people, planner):
    """Take supervisors out for five weeks; two of six are left for two watches of twelve hours."""
    start = actions.day_start(timezone.localdate())
    for name in people:
        actions.take_out(Person.objects.get(name=name), "leave", start, start + timedelta(days=35), by=planner)


def test_an_impossible_week_is_read_mended_and_asked_again(planner, visit):
    away(["高建军", "徐振华", "郭峰", "田野"], planner)
    page = visit("2000")
    page.goto("/rosters/ask/")
    page.get_by_label("班表名称").fill("缺值长的一周")
    page.get_by_label("天数", exact=True).fill("7")
    page.get_by_label("搜索时间，秒").fill("20")
    page.locator("select[name=pattern]").select_option(str(WatchPattern.objects.get(code="2x12").pk))
    first = searched(page)
    assert first.state == Roster.State.IMPOSSIBLE
    page.get_by_role("heading", name="班表 缺值长的一周 排不出").wait_for()
    clash = page.locator(".db-p.now li").all_inner_texts()
    assert any("值长" in sentence and "缺 2 个" in sentence for sentence in clash)
    assert any("高建军" in sentence and "缺勤" in sentence for sentence in clash)
    assert fits(page)

    # The first advice is to have somebody back earlier; its link leads to where that is done.
    advice = page.locator(".db-advice li").filter(has_text="高建军 提前 2 天")
    advice.get_by_role("link", name="缺勤").click()
    page.locator("tr").filter(has_text="高建军").get_by_role("button", name="结束").click()
    page.get_by_text("高建军 恢复可用").wait_for()
    assert Absence.objects.filter(person__name="高建军", ends_at__gt=timezone.now() + timedelta(days=1)).count() == 0

    # Asked again, the question is still what it was; now there is a roster without a hole.
    page.goto(f"/rosters/{first.pk}/")
    page.get_by_role("link", name="换个问法").click()
    assert page.get_by_label("班表名称").input_value() == "缺值长的一周"
    assert page.get_by_label("天数", exact=True).input_value() == "7"
    assert page.get_by_label("第一天").input_value() == first.first_day.isoformat()
    second = searched(page)
    assert second.state == Roster.State.DRAFT and second.first_day == first.first_day
    page.get_by_role("heading", name="缺值长的一周 · 草案").wait_for()
    assert page.locator("[data-conflict-count]").inner_text() == "0"
