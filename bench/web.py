"""Check-ins over HTTP on PostgreSQL beside pgbench, the sweep, the board and a cell page at 2,000 employees, memory.

    python bench/web.py            everything on loopback; needs PostgreSQL with pgbench; ends by itself

Each figure stands beside its ceiling or limit from the same run. A check-in is one whole request: session and account
looked up, CSRF checked, the report judged, one durable row, the expectation put to rest. Client, server and database share
the machine's cores, so what each spends is told apart, and how much other programs took. Check-ins and pgbench take turns.
All of it twice: as this disk flushes, and with every group of commits held up for 3.7 ms, as long as one flush took where
the bar of 0.30 was set. DIBA_PROCESSES says how many server processes (otherwise: one a core).
"""

import http.client
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
import test as tools  # noqa: E402

CLIENTS, SECONDS, ROUNDS = 8, 2, 3
PEOPLE, SWEPT = 2000, 10_000  # swept: the 2,000 among them
FLUSH = 3700  # µs
CSRF = "a" * 32


def main():
    with tempfile.TemporaryDirectory(prefix="diba-bench-") as home, tools.postgresql() as address:
        if address is None:
            sys.exit("this bench needs PostgreSQL (apt-get install postgresql)")
        os.environ |= {"DIBA_HOME": home, "DIBA_DATABASE": address, "DJANGO_SETTINGS_MODULE": "diba.web.settings"}
        os.environ.setdefault("DIBA_PROCESSES", str(os.cpu_count()))
        import django

        django.setup()
        sessions, auditor = prepare()
        with server(home) as (port, process):
            for flush in (0, FLUSH):
                check_ins(Parts(process, address), port, sessions, flush)
            print(f"\n{'what':44} {'measured':>14} {'ceiling or limit':>20}", flush=True)
            pages(auditor)
            show("memory of server and worker", f"{memory(process):.0f} MB", "600 MB")
        sweep()


def show(what, measured, ceiling):
    print(f"{what:44} {measured:>14} {ceiling:>20}", flush=True)


def prepare():
    """Make the demo plant grown to 2,000 employees, each with an account and a session; return the session keys."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.core.management import call_command

    from diba.command.actions.demo import make_demo
    from diba.grid import actions as grid
    from diba.plant.models import Account, Person, Role, Unit
    from diba.plant.sessions import SessionStore

    call_command("migrate", verbosity=0)
    make_demo(seconds=4)
    cells = list(Unit.objects.filter(kind="cell"))
    there = Person.objects.exclude(kind="family").count()
    Person.objects.bulk_create(
        [Person(staff_no=f"x{n}", name=f"测试{n}", cell=cells[n % 38]) for n in range(PEOPLE - there)]
    )
    Account.objects.bulk_create(
        [Account(username=p.staff_no, person=p, password="!") for p in Person.objects.filter(staff_no__startswith="x")]
    )
    grid.expect_everybody()
    keys = []
    for account in Account.objects.filter(username__startswith="x"):
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), "diba.plant.login.StaffNumberOrPhone"
        session[HASH_SESSION_KEY], session["seen"] = account.get_session_auth_hash(), time.time()
        session.create()
        keys.append(session.session_key)
    return keys, Account.objects.filter(grants__role=Role.DUTY_OFFICER).first()


class server:
    """Our own server, on a free port, in a process of its own; ended on leaving."""

    def __init__(self, home):
        self.home = home

    def __enter__(self):
        port = tools._free_port()
        env = {**os.environ, "DIBA_PORT": str(port)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "diba", "serve", "--worker"],
            env=env,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return port, self.process
            except OSError:
                pass
            time.sleep(0.2)
        raise RuntimeError("the server did not come up")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def check_ins(parts, port, sessions, flush):
    """Print what a check-in costs and how many there are a second, beside an empty page and pgbench."""
    from diba.plant.actions import today

    hold_commits(flush)
    drive(parts, port, [get("/livez", key) for key in sessions[:200]], CLIENTS)  # warm
    others = Others(parts)
    empty = drive(parts, port, [get("/livez", key) for key in sessions], CLIENTS)
    ours, ceilings = [], []
    for clients in [CLIENTS] * ROUNDS + [2 * CLIENTS]:
        forget_check_ins()
        ours.append(drive(parts, port, [post(key, today()) for key in sessions], clients))
        if clients == CLIENTS:
            ceilings.append(pgbench(parts, CLIENTS))
    ceiling, crowd = together(ceilings), ours.pop()
    ours = together(ours)
    print(f"\n{'every commit held up 3.7 ms' if flush else 'commits as this disk flushes'}; "
          f"{os.environ['DIBA_PROCESSES']} server processes; other programs took {others.took():.1f} of {os.cpu_count()} cores")  # fmt: skip
    print(f"{'':46} {'a second':>9} {'p50 ms':>7} {'p99 ms':>7}   ms of a core: server, database, client")
    line("empty page, signed in", empty)
    line(f"check-in, {CLIENTS} connections", ours)
    line(f"check-in, {2 * CLIENTS} connections (limit: p99 250 ms)", crowd)
    line("pgbench, one-row upsert, 1 client", pgbench(parts, 1))
    line(f"pgbench, one-row upsert, {CLIENTS} clients", ceiling)
    print(f"check-in / pgbench {ours['rate'] / ceiling['rate']:.2f} (bar: 0.30), "
          f"{crowd['rate'] / ceiling['rate']:.2f} with {2 * CLIENTS} connections; "
          f"check-in / empty page {ours['rate'] / empty['rate']:.2f}", flush=True)  # fmt: skip


def line(what, run):
    spent = ", ".join(f"{run['spent'][part] / run['count'] * 1000:.2f}" for part in run["spent"])
    print(f"{what:46} {run['rate']:>9.0f} {run['p50'] * 1000:>7.1f} {run['p99'] * 1000:>7.1f}   {spent}", flush=True)


class Parts:
    """Who spends the cores: the server with its processes, and the database with its."""

    def __init__(self, process, address):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = psutil.Process(cursor.fetchone()[0])
        self.server, self.database, self.address = psutil.Process(process.pid), backend.parent(), address

    def spent(self):
        """Return {part: seconds of a core so far}, processes that have ended among them."""
        return {name: sum(map(_seconds, [whole, *whole.children(recursive=True)])) + _ended(whole)
                for name, whole in (("server", self.server), ("database", self.database))}  # fmt: skip


def _seconds(process):
    try:
        return sum(process.cpu_times()[:2])
    except psutil.NoSuchProcess:
        return 0.0


def _ended(process):
    times = process.cpu_times()
    return times.children_user + times.children_system


class Others:
    """How many cores went to programs that are not of this bench, from now on."""

    def __init__(self, parts):
        self.parts, self.started = parts, time.perf_counter()
        self.before = self._seconds()

    def _seconds(self):
        times, own = psutil.cpu_times(), resource.getrusage(resource.RUSAGE_SELF)
        busy = sum(times) - times.idle - times.iowait - times.guest - times.guest_nice
        bench = sum(self.parts.spent().values()) + own.ru_utime + own.ru_stime + _of_children()
        return busy - bench

    def took(self):
        return max(0.0, self._seconds() - self.before) / (time.perf_counter() - self.started)


def hold_commits(microseconds):
    """Have PostgreSQL hold up every group of commits so long before it flushes."""
    from django.db import connection

    with connection.cursor() as cursor:
        for name, value in (("commit_delay", microseconds), ("commit_siblings", 0 if microseconds else 5)):
            cursor.execute(f"ALTER SYSTEM SET {name} = {value}")
        cursor.execute("SELECT pg_reload_conf()")
    time.sleep(0.5)


def forget_check_ins():
    """Make the day as it was before anybody of the bench reported."""
    from diba.grid.models import CheckIn, Expectation

    CheckIn.objects.filter(person__staff_no__startswith="x").delete()
    Expectation.objects.filter(person__staff_no__startswith="x").update(state="due")


def get(path, key):
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={key}\r\n\r\n"


def post(key, day):
    body = f"uid={uuid.uuid4()}&day={day}&slot=morning&temperature=36.5&csrfmiddlewaretoken={CSRF}"
    return (
        f"POST /grid/checkin/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={key}; csrftoken={CSRF}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )


def drive(parts, port, requests, clients, rate=None):
    """Send the requests from so many connections of another process; return rate, latencies and what was spent.

    rate: so many fall due a second, instead of each as soon as the one before is answered.
    """
    order = json.dumps({"port": port, "clients": clients, "requests": requests, "rate": rate})
    before = parts.spent()
    load = subprocess.run(
        [sys.executable, ROOT / "bench" / "load.py"], input=order, check=True, capture_output=True, text=True
    )
    answer = json.loads(load.stdout)
    spent = {name: seconds - before[name] for name, seconds in parts.spent().items()} | {"client": answer["cpu"]}
    if set(answer["statuses"]) - {"200", "302"}:
        raise RuntimeError(f"not every request was taken: {answer['statuses']}")
    return together([{**answer, "count": len(requests), "spent": spent}])


def together(runs):
    """Return several runs as one."""
    times, count = [each for run in runs for each in run["times"]], sum(run["count"] for run in runs)
    seconds = sum(run["seconds"] for run in runs)
    spent = {part: sum(run["spent"][part] for run in runs) for part in ("server", "database", "client")}
    return {"times": times, "count": count, "seconds": seconds, "rate": count / seconds, "spent": spent,
            "p50": percentile(times, 50), "p99": percentile(times, 99)}  # fmt: skip


def pgbench(parts, clients):
    """Return the same of pgbench's single-row upserts on the same server: the ceiling."""
    host, port = parts.address.split("@")[1].split("/")[0].split(":")
    base = ["-h", host, "-p", port, "-U", "diba"]
    table = "CREATE TABLE IF NOT EXISTS ceiling (person int, day date, reading numeric, PRIMARY KEY (person, day))"
    subprocess.run(["psql", *base, "-qc", f"SET client_min_messages = warning; {table}", "diba"], check=True)
    script = (
        "\\set p random(1, 100000)\nINSERT INTO ceiling VALUES (:p, current_date, 36.5) "
        "ON CONFLICT (person, day) DO UPDATE SET reading = excluded.reading;\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "upsert.sql"
        file.write_text(script)
        run = ["pgbench", *base, "-n", "-l", "--sampling-rate", "0.1", "-c", clients, "-j", min(2, clients)]
        before, own = parts.spent(), _of_children()
        out = subprocess.run(
            list(map(str, [*run, "-T", SECONDS, "-f", file, "diba"])),
            check=True,
            capture_output=True,
            text=True,
            cwd=folder,
        ).stdout
        time.sleep(0.3)  # the backends have ended and are counted
        spent = {
            "server": 0.0,
            "database": parts.spent()["database"] - before["database"],
            "client": _of_children() - own,
        }
        times = [int(row.split()[2]) / 1e6 for log in Path(folder).glob("pgbench_log*") for row in log.open()]
    count = int(next(row.split(":")[1] for row in out.splitlines() if "actually processed" in row).split("/")[0])
    return together([{"times": times, "count": count, "seconds": SECONDS, "spent": spent}])


def _of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def pages(account):
    """Time the board and a cell page at 2,000 employees inside this process, and count their queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from diba.web.collecting import between_answers

    logging.disable(logging.INFO)
    between_answers()  # as in the server
    client = Client()
    client.force_login(account, backend="diba.plant.login.StaffNumberOrPhone")
    for name, path in (("board", "/board/"), ("cell page", "/grid/cell/?cell=W12"), ("manning board", "/rosters/")):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        queries = len(captured)  # taken now: the next request starts a new count
        times = []
        for _ in range(40):
            started = time.perf_counter()
            assert client.get(path).status_code == 200
            times.append(time.perf_counter() - started)
        show(
            f"{name} at {PEOPLE} employees, p95",
            f"{percentile(times, 95) * 1000:.0f} ms",
            f"100 ms, {queries} queries",
        )


def sweep():
    from datetime import timedelta

    from diba.grid import actions as grid
    from diba.grid.models import Expectation
    from diba.plant import actions
    from diba.plant.models import Person

    Person.objects.bulk_create(
        [Person(staff_no=f"s{n}", name=f"扫{n}") for n in range(SWEPT - PEOPLE)], batch_size=1000
    )
    grid.expect_everybody()
    morning = actions.day_start(actions.today() + timedelta(days=1))
    with actions.clock.at(morning + timedelta(hours=7)):
        grid.sweep()
    with actions.clock.at(morning + timedelta(hours=9, minutes=1)):
        started = time.perf_counter()
        flips = grid.sweep()
        taken = time.perf_counter() - started
    assert flips >= SWEPT - 50, (flips, Expectation.objects.count())
    show(f"sweep that flips {flips} people", f"{taken:.2f} s", "1 s for 10,000")


def memory(process):
    """Return the MB of a process and its children, what they share counted once (Linux: the proportional set size)."""
    whole = psutil.Process(process.pid)
    each = [part.memory_full_info() for part in [whole, *whole.children(recursive=True)]]
    return sum(getattr(one, "pss", one.rss) for one in each) / 1e6


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share / 100))]


if __name__ == "__main__":
    main()
