"""A search whose program or worker dies: the page says so and leads on, whatever ended it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django_tasks_db.management.commands import db_worker

from diba.plant import actions as plant_actions
from diba.plant.actions import jobs
from diba.plant.models import Job, Role, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions import sweeping
from diba.rosters.models import Roster, Sweep


@pytest.fixture(autouse=True)
def one_connection(monkeypatch):
    """The worker renews its connection between tasks; a test's own transaction must outlive that."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)


def work():
    db_worker.Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="test", excluded_queue_names=[],
    ).run()  # fmt: skip


@pytest.fixture
def asked(plant, django_capture_on_commit_callbacks):
    planner = plant.account("刘敏", Role.PLANNER)
    with django_capture_on_commit_callbacks(execute=True):
        return rosters.ask(
            WatchPattern.objects.get(code="3x8"), plant.today, 7, by=planner, rules={"block": 0, "seconds": 2}
        )


def crash(roster):
    """Let the worker meet a question that the program cannot read."""
    rules = roster.rules
    Roster.objects.filter(pk=roster.pk).update(rules={})
    work()
    Roster.objects.filter(pk=roster.pk).update(rules=rules)


def test_a_search_that_crashes_is_said_so_in_words_and_not_searching_for_ever(plant, client, asked):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    crash(asked)
    page = client.get(reverse("rosters:roster", args=[asked.pk])).content.decode()
    assert "搜索中断了" in page and "重新搜索" in page and "hx-trigger" not in page
    assert client.get(reverse("rosters:progress", args=[asked.pk]))["HX-Refresh"] == "true"
    assert "已中断" in client.get(reverse("rosters:list")).content.decode()


def test_asked_again_it_is_searched_with_the_same_question(plant, client, asked, django_capture_on_commit_callbacks):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    crash(asked)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("rosters:ask_again", args=[asked.pk])).status_code == 302
    assert not Roster.objects.get(pk=asked.pk).broke_off
    work()
    asked.refresh_from_db()
    assert asked.state == Roster.State.DRAFT and asked.duties.exists()
    jobs_before = Job.objects.count()
    client.post(reverse("rosters:ask_again", args=[asked.pk]))
    assert Job.objects.count() == jobs_before, "a draft is not asked for again"


def test_a_search_whose_worker_is_killed_twice_has_broken_off_too(plant, client, asked):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    Job.objects.filter(pk=asked.job_id).update(state=Job.State.RUNNING, attempts=2, heartbeat_at=plant.now)
    with plant_actions.clock.at(plant.now + timedelta(minutes=2)):
        assert jobs.reap() == 1
        page = client.get(reverse("rosters:roster", args=[asked.pk])).content.decode()
    assert "搜索中断了" in page and "02-14 08:42" in page


def test_a_search_killed_once_is_taken_up_by_the_next_worker(plant, asked):
    Job.objects.filter(pk=asked.job_id).update(state=Job.State.RUNNING, attempts=1, heartbeat_at=plant.now)
    with plant_actions.clock.at(plant.now + timedelta(minutes=2)):
        jobs.reap()
        assert not Roster.objects.get(pk=asked.pk).broke_off
        work()
    asked.refresh_from_db()
    assert asked.state == Roster.State.DRAFT


def test_a_search_stopped_before_it_began_leads_on_as_well(plant, client, asked):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    client.post(reverse("rosters:cancel", args=[asked.pk]))
    page = client.get(reverse("rosters:roster", args=[asked.pk])).content.decode()
    assert "尚未开始就被停止" in page and "重新搜索" in page


def test_whoever_may_only_look_is_not_offered_to_ask_again(plant, client, asked):
    crash(asked)
    client = plant.signed_in(client, "孙丽", Role.DUTY_OFFICER)
    page = client.get(reverse("rosters:roster", args=[asked.pk])).content.decode()
    assert "搜索中断了" in page and "重新搜索" not in page
    assert client.post(reverse("rosters:ask_again", args=[asked.pk])).status_code == 403


def test_a_sweep_whose_worker_died_says_so(plant, client, roster, django_capture_on_commit_callbacks):
    planner = plant.account("刘敏", Role.PLANNER)
    with django_capture_on_commit_callbacks(execute=False):
        row = sweeping.ask_sweep(by=planner)
    Job.objects.filter(pk=row.job_id).update(state=Job.State.FAILED, ended_at=plant.now)
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = client.get(reverse("rosters:sweep", args=[row.pk])).content.decode()
    assert "推演中断了" in page and "hx-trigger" not in page and Sweep.objects.get().broke_off
    assert client.get(reverse("rosters:sweep_live", args=[row.pk]))["HX-Refresh"] == "true"
