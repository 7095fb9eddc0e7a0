"""Background work: it shows progress, can be cancelled, is found dead when it stops beating; and the clock's own work."""

import logging
from datetime import timedelta

import pytest
from django.db import transaction
from django_tasks_db.management.commands import db_worker

from diba.plant import actions
from diba.plant.actions import jobs
from diba.plant.models import Job, Tick

from ..conftest import NOW


@pytest.fixture(autouse=True)
def one_connection(monkeypatch):
    """The worker renews its connection between tasks; a test's own transaction must outlive that."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)


def work():
    """Do everything that waits, as the worker of `diba work` does."""
    db_worker.Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="test", excluded_queue_names=[],
    ).run()  # fmt: skip


def later(**more):
    return actions.clock.at(NOW + timedelta(**more))


@pytest.fixture
def begin(db, django_capture_on_commit_callbacks):
    """Start a job that does `what(job, report)` and commit."""

    def begin(what=lambda job, report: None, **more):
        jobs.kind("test", what)
        with django_capture_on_commit_callbacks(execute=True):
            return jobs.start("test", **more)

    return begin


def die(job, report):
    """Go the way of a worker that is killed: no word, no end."""
    report(share=0.3)
    raise SystemExit


def test_a_job_waits_until_a_worker_takes_it_and_ends_with_its_figures(begin):
    job = begin(lambda job, report: report(share=1, objective=607), about="roster:12")
    assert (job.state, job.started_at) == ("waiting", None)
    work()
    job.refresh_from_db()
    assert (job.state, job.progress, job.about) == ("done", {"share": 1, "objective": 607}, "roster:12")
    assert job.started_at == job.ended_at == NOW


def test_what_was_asked_in_a_transaction_that_failed_is_never_done(plant, begin, django_capture_on_commit_callbacks):
    done = []
    jobs.kind("test", lambda job, report: done.append(job))
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.start("test")
        raise ZeroDivisionError
    work()
    assert (done, Job.objects.count()) == ([], 0)


def test_a_job_that_arrives_twice_is_done_once(begin):
    done = []
    job = begin(lambda job, report: done.append(job.pk))
    jobs.run_job.enqueue(str(job.pk))
    work()
    assert done == [job.pk]


def test_who_watches_a_running_job_sees_its_figures_and_that_it_lives(begin):
    seen = []

    def solve(job, report):
        line = jobs.Line(job.pk)
        assert line.report(share=0.4, objective=710)
        with later(seconds=20):
            line.exchange()
        seen.append(Job.objects.get(pk=job.pk))

    begin(solve)
    work()
    (row,) = seen
    assert (row.state, row.progress) == ("running", {"share": 0.4, "objective": 710})
    assert row.heartbeat_at == NOW + timedelta(seconds=20)


def test_a_job_that_fails_says_so_and_the_next_one_is_done(begin, caplog):
    def fail(job, report):
        report(share=0.5)
        raise ValueError("52.0")

    failed = begin(fail)
    work()
    following = begin()
    work()
    for job in (failed, following):
        job.refresh_from_db()
    assert [failed.state, failed.error, following.state] == ["failed", "failed", "done"]
    assert failed.progress == {"share": 0.5}
    assert [record.job for record in caplog.records if record.levelno == logging.ERROR] == [str(failed.pk)]


def test_a_job_cancelled_while_it_waits_never_begins(begin):
    done = []
    job = begin(lambda job, report: done.append(job))
    assert jobs.cancel(job)
    work()
    job.refresh_from_db()
    assert (job.state, job.started_at, done) == ("cancelled", None, [])


def test_a_job_cancelled_while_it_runs_is_told_to_stop(begin):
    told = []

    def solve(job, report):
        line = jobs.Line(job.pk)
        told.append(line.report(share=0.1))
        assert jobs.cancel(job)
        line.exchange()
        told.append(line.report(share=0.2))

    job = begin(solve)
    work()
    job.refresh_from_db()
    assert told == [True, False]
    assert (job.state, job.ended_at) == ("cancelled", NOW)


def test_what_has_ended_cannot_be_cancelled(begin):
    job = begin()
    work()
    assert not jobs.cancel(job)
    job.refresh_from_db()
    assert job.state == "done"


def test_a_job_whose_worker_died_is_done_by_the_next_worker(begin):
    done = []

    def solve(job, report):
        if job.attempts == 1:
            die(job, report)
        done.append(job.attempts)

    job = begin(solve)
    work()
    job.refresh_from_db()
    assert job.state == "running", "nobody has noticed yet"
    with later(seconds=59):
        assert jobs.reap() == 0, "it may only be slow"
    with later(seconds=61):
        assert jobs.reap() == 1
        work()
        assert jobs.reap() == 0
    job.refresh_from_db()
    assert (job.state, job.error, done) == ("done", "", [2])


def test_a_job_that_kills_two_workers_is_given_up(begin):
    job = begin(die)
    for minutes in (0, 2, 4):
        with later(minutes=minutes):
            work()
        with later(minutes=minutes + 1, seconds=1):
            jobs.reap()
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == ("failed", "the worker died", 2)
    assert job.ended_at == NOW + timedelta(minutes=3, seconds=1)


def test_a_dead_job_that_somebody_wanted_stopped_is_not_begun_again(begin):
    job = begin(die)
    work()
    jobs.cancel(job)
    with later(seconds=61):
        jobs.reap()
        work()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 1)


def test_a_long_job_that_still_beats_is_left_alone(begin):
    job = begin(die)
    work()
    with later(minutes=10):
        jobs.Line(job.pk).exchange()
    with later(minutes=10, seconds=30):
        assert jobs.reap() == 0


@pytest.fixture
def rounds(db, monkeypatch):
    """A clock with one piece of work, every 30 s; the moments at which it was done."""
    monkeypatch.setattr(jobs, "_ticks", {})
    done = []
    jobs.every(timedelta(seconds=30), "test.round", lambda: done.append(int((actions.now() - NOW).total_seconds())))
    return done


def at(*seconds):
    for second in seconds:
        with later(seconds=second):
            jobs.run_ticks()


def test_a_round_is_made_when_it_is_due_and_not_before(rounds):
    at(0, 2, 28, 30, 32, 58, 60)
    assert rounds == [0, 30, 60]


def test_two_workers_make_one_round(rounds):
    at(0, 0, 30, 30)
    assert rounds == [0, 30]


def test_after_a_night_without_power_the_round_is_made_once_not_a_thousand_times(rounds):
    night = 8 * 3600
    at(0, night, night + 2, night + 4, night + 30)
    assert rounds == [0, night, night + 30]


def test_a_round_that_fails_is_named_and_silences_no_other(rounds, caplog):
    broken = [True]

    def fail():
        if broken:
            raise KeyError("x")

    jobs.every(timedelta(seconds=30), "test.broken", fail)
    jobs.every(timedelta(seconds=30), "test.after", lambda: None)
    with later(seconds=0):
        assert jobs.run_ticks() == ["test.round", "test.broken", "test.after"]
    errors = dict(Tick.objects.values_list("name", "error"))
    assert errors == {"test.round": "", "test.broken": "KeyError", "test.after": ""}
    assert [record.tick for record in caplog.records if record.levelno == logging.ERROR] == ["test.broken"]
    broken.clear()
    at(30)
    assert not Tick.objects.exclude(error="").exists(), "mended by itself"


def test_the_plants_own_rounds_all_run(plant):
    assert {"worker.alive", "record.seal", "jobs.reap", "grid.sweep"} <= set(jobs.run_ticks())
    assert not Tick.objects.exclude(error="").exists()
    assert jobs.worker_alive() == NOW
