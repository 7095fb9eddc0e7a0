"""Check-ins over HTTP on PostgreSQL beside pgbench, the sweep, the board and a cell page at 2,000 employees, memory.

    python bench/web.py            everything on loopback; needs PostgreSQL with pgbench; ends by itself

Each figure stands beside its ceiling or limit from the same run. A check-in is one whole request: session and account
looked up, CSRF checked, the report judged, one durable row, the expectation put to rest.
"""

import gc
import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
import test as tools  # noqa: E402

CLIENTS, SECONDS, PEOPLE, SWEPT = 8, 8, 2000, 10_000  # swept: the 2,000 among them
CSRF = "a" * 32


def main():
    with tempfile.TemporaryDirectory(prefix="diba-bench-") as home, tools.postgresql() as address:
        if address is None:
            sys.exit("this bench needs PostgreSQL (apt-get install postgresql)")
        os.environ |= {"DIBA_HOME": home, "DIBA_DATABASE": address, "DJANGO_SETTINGS_MODULE": "diba.web.settings"}
        import django

        django.setup()
        sessions, auditor = prepare()
        print(f"{'what':44} {'measured':>14} {'ceiling or limit':>20} {'ratio':>7}", flush=True)
        with server(home) as (port, process):
            check_ins(port, sessions, address)
            pages(auditor)
            show("memory of server and worker", f"{memory(process):.0f} MB", "600 MB", None)
        sweep()


def show(what, measured, ceiling, ratio):
    print(f"{what:44} {measured:>14} {ceiling:>20} {f'{ratio:.2f}' if ratio else '':>7}", flush=True)


def prepare():
    """Make the demo plant grown to 2,000 employees, each with an account and a session; return the session keys."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from diba.command.actions.demo import make_demo
    from diba.grid import actions as grid
    from diba.plant.models import Account, Person, Role, Unit

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
    return keys, Account.objects.get(grants__role=Role.DUTY_OFFICER)


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


def check_ins(port, sessions, address):
    from diba.plant.actions import today

    rate, times = drive(port, sessions[:1200], CLIENTS, today())
    ceiling = pgbench(address, CLIENTS)
    show(f"check-ins/s, {CLIENTS} clients", f"{rate:.0f}/s", f"pgbench {ceiling:.0f}/s", rate / ceiling)
    _rate, times = drive(port, sessions[1200:1900], 16, today())
    show("check-in p99, 16 connections", f"{percentile(times, 99) * 1000:.0f} ms", "250 ms", None)


def drive(port, sessions, clients, day):
    """Send one check-in a session from so many connections; return (accepted a second, seconds of each)."""
    todo, lock, times, refused = list(sessions), threading.Lock(), [], []

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                if not todo:
                    return
                key = todo.pop()
            body = f"uid={uuid.uuid4()}&day={day}&slot=morning&temperature=36.5&csrfmiddlewaretoken={CSRF}"
            headers = {
                "Cookie": f"sessionid={key}; csrftoken={CSRF}",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            started = time.perf_counter()
            connection.request("POST", "/grid/checkin/", body, headers)
            response = connection.getresponse()
            response.read()
            times.append(time.perf_counter() - started)
            if response.status != 302:
                refused.append(response.status)

    started = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if refused:
        raise RuntimeError(f"{len(refused)} check-ins were refused, the first with {refused[0]}")
    return len(times) / (time.perf_counter() - started), times


def pgbench(address, clients):
    """Return single-row upserts a second of pgbench on the same server: the ceiling."""
    host, port = address.split("@")[1].split("/")[0].split(":")
    base = ["-h", host, "-p", port, "-U", "diba", "diba"]
    subprocess.run(
        [
            "psql",
            *base,
            "-qc",
            "CREATE TABLE IF NOT EXISTS ceiling (person int, day date, reading numeric, PRIMARY KEY (person, day))",
        ],
        check=True,
    )
    script = (
        "\\set p random(1, 100000)\nINSERT INTO ceiling VALUES (:p, current_date, 36.5) "
        "ON CONFLICT (person, day) DO UPDATE SET reading = excluded.reading;\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        run = ["pgbench", *base[:-1], "-n", "-c", str(clients), "-j", "2", "-T", str(SECONDS), "-f", file.name, "diba"]
        out = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    return float(next(line.split("=")[1].split()[0] for line in out.splitlines() if line.startswith("tps")))


def pages(account):
    """Time the board and a cell page at 2,000 employees inside this process, and count their queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    gc.collect()
    gc.freeze()  # as diba/web/wsgi.py does in the server
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
            None,
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
    show(f"sweep that flips {flips} people", f"{taken:.2f} s", "1 s for 10,000", None)


def memory(process):
    import psutil

    whole = psutil.Process(process.pid)
    return sum(part.memory_info().rss for part in [whole, *whole.children(recursive=True)]) / 1e6


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share / 100))]


if __name__ == "__main__":
    main()
