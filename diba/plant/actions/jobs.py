"""Long work and the clock's own work.

A job is a row beside the task framework's: it shows progress, can be cancelled, beats while it lives, and is found dead
when it stops beating. A tick is work that the clock starts; one worker claims each turn by compare-and-set.
"""

import logging
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django_tasks import task

from ..models import Job, Tick
from .clock import now

log = logging.getLogger("diba.jobs")
BEAT = 1  # s between two signs of life
DEAD_AFTER = timedelta(seconds=60)
ATTEMPTS = 2  # a job whose worker died is tried once more, then failed

_kinds: dict[str, object] = {}
_ticks: dict[str, tuple] = {}


def kind(name, work):
    """Teach the worker a kind of job: `work(job, report)`; report(**figures) shows progress and says whether to go on."""
    _kinds[name] = work


def every(interval, name, work):
    """Have `work()` called every `interval` by whichever worker claims the turn."""
    _ticks[name] = (interval, work)


def start(name, *, about="", by=None):
    """Ask for a job; it begins once this transaction has committed."""
    job = Job.objects.create(kind=name, about=about, started_by=by, asked_at=now())
    transaction.on_commit(lambda: run_job.enqueue(str(job.pk)))
    return job


def cancel(job):
    """Ask a job to stop; one that waits stops at once. Say whether there was anything to stop."""
    if Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(state=Job.State.CANCELLED, ended_at=now()):
        return True
    return bool(Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_wanted=True))


@task()
def run_job(pk: str):
    """Do one job, unless it was cancelled or another worker has it."""
    claimed = Job.objects.filter(pk=pk, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started_at=now(), heartbeat_at=now(), attempts=F("attempts") + 1
    )
    if not claimed:
        return
    job = Job.objects.get(pk=pk)
    state, error, line = Job.State.DONE, "", Line(job.pk)
    with line.kept_up():
        try:
            _kinds[job.kind](job, line.report)
        except Exception:
            # Whatever the work raised, the person who waits for it must be told; the trace goes to the log.
            log.exception("job failed", extra={"job": pk})
            state, error = Job.State.FAILED, "failed"
    job.refresh_from_db(fields=["cancel_wanted"])
    if job.cancel_wanted and state == Job.State.DONE:
        state = Job.State.CANCELLED
    Job.objects.filter(pk=pk, state=Job.State.RUNNING).update(
        state=state, error=error, ended_at=now(), progress=line.figures
    )


class Line:
    """The line between a job's work and its row: progress one way, the wish to stop the other.

    A solver reports from threads of its own, so `report` only keeps the figures; one thread of ours writes them down,
    which is the sign of life as well.
    """

    def __init__(self, pk):
        self.pk, self.figures, self.cancelled = pk, {}, False

    def report(self, **figures):
        """Keep the figures to be shown and say whether to go on."""
        self.figures = figures
        return not self.cancelled

    def exchange(self):
        """Write the figures and the sign of life down, and read whether the job is to stop."""
        Job.objects.filter(pk=self.pk).update(progress=self.figures, heartbeat_at=now())
        self.cancelled = Job.objects.filter(pk=self.pk, cancel_wanted=True).exists()

    @contextmanager
    def kept_up(self):
        done = threading.Event()

        def beat():
            while not done.wait(BEAT):
                try:
                    self.exchange()
                except DatabaseError:
                    log.warning("no sign of life written", extra={"job": str(self.pk)})
            connection.close()

        # An in-memory database belongs to one thread: there is nobody else to show progress to.
        thread = (
            None if "memory" in str(connection.settings_dict["NAME"]) else threading.Thread(target=beat, daemon=True)
        )
        if thread:
            thread.start()
        try:
            yield
        finally:
            done.set()
            if thread:
                thread.join()


def reap():
    """Find jobs whose worker died: try them once more, then call them failed. Return how many were found."""
    dead = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=now() - DEAD_AFTER)
    found = 0
    for job in dead:
        again = job.attempts < ATTEMPTS and not job.cancel_wanted
        claimed = dead.filter(pk=job.pk, attempts=job.attempts).update(
            state=Job.State.WAITING if again else Job.State.FAILED, error="" if again else "the worker died",
            ended_at=None if again else now(),
        )  # fmt: skip
        found += claimed
        if claimed and again:
            run_job.enqueue(str(job.pk))
    return found


def run_ticks():
    """Run every tick whose turn has come and that no other worker claims; return the names run."""
    ran = []
    for name, (interval, work) in list(_ticks.items()):
        moment = now()
        Tick.objects.get_or_create(name=name)
        due = Q(last_at=None) | Q(last_at__lte=moment - interval)
        if not Tick.objects.filter(due, name=name).update(last_at=moment):
            continue
        started, error = time.perf_counter(), ""
        try:
            work()
        except Exception as fault:
            # One tick's failure must not silence the others; it is logged and shown by `diba check`.
            log.exception("tick failed", extra={"tick": name})
            error = type(fault).__name__
        Tick.objects.filter(name=name).update(seconds=time.perf_counter() - started, error=error)
        ran.append(name)
    return ran


def worker_alive():
    """Return when a worker last ran the ticks, or None; alive means within a minute."""
    row = Tick.objects.filter(name="worker.alive").first()
    return row.last_at if row else None


class Worker:
    """The background work of one process: a thread for jobs, a thread for ticks."""

    def __init__(self):
        self.done = threading.Event()
        self.threads = [threading.Thread(target=target, daemon=True) for target in (self._tick, self._work)]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def stop(self):
        self.done.set()

    def _tick(self):
        while not self.done.is_set():
            try:
                close_old_connections()
                run_ticks()
            except Exception:
                # The database may be away for a moment; the next turn tries again.
                log.exception("ticks failed")
            self.done.wait(2)

    def _work(self):
        from django_tasks_db.management.commands.db_worker import Worker as TaskWorker

        while not self.done.is_set():
            try:
                TaskWorker(
                    queue_names=["default"], interval=0.5, batch=True, backend_name="default", startup_delay=False,
                    max_tasks=None, worker_id=f"diba-{threading.get_ident()}", excluded_queue_names=[],
                ).run()  # fmt: skip
            except Exception:
                log.exception("worker failed")
            self.done.wait(0.5)
