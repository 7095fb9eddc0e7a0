"""A search looked at while it runs: the picture is drawn anew each second within the content policy; stopping is said."""

import pytest
from django.utils import timezone

from diba.plant import actions
from diba.plant.models import Certificate, Job, Person, Role, WatchPattern
from diba.rosters import actions as rosters

from .test_story import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_search_shows_its_picture_second_by_second_and_says_that_it_stops(plant, visit):
    Certificate.objects.update(issued=None, expires=None)
    planner = actions.open_account(Person.objects.get(name="刘敏"), PASSWORD, roles=[Role.PLANNER], must_change=False)
    pattern = WatchPattern.objects.get(code="3x8")
    row = rosters.ask(pattern, timezone.localdate(), 7, by=planner, rules={"block": 0}, name="二月")

    def shown(second):
        points = [[at, 90 - 10 * at, 20 + at, 0] for at in range(second + 1)]
        figures = {
            "share": second / 20,
            "objective": 90 - 10 * second,
            "bound": 20 + second,
            "seconds": second,
            "trace": points,
        }
        Job.objects.filter(pk=row.job_id).update(state=Job.State.RUNNING, heartbeat_at=timezone.now(), progress=figures)

    shown(1)
    page = visit("2000")
    page.goto(f"/rosters/{row.pk}/")
    for second in (2, 3):
        shown(second)
        page.get_by_text(f"代价 {90 - 10 * second}，").wait_for()
        page.locator("[data-chart] svg path").first.wait_for(state="attached")
    page.get_by_role("button", name="停下，留用最好的").click()
    page.get_by_role("heading", name="班表 二月：正在停止").wait_for()
    page.locator("#live").get_by_text("正在停止").wait_for()
    assert page.get_by_role("button", name="停下，留用最好的").count() == 0
