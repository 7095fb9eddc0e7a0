"""The grid at its sizes on PostgreSQL: the sweep, the day's fan-out, the cell page, both trees, the zero report.

    python bench/grid.py           everything on loopback; needs PostgreSQL; ends by itself

Each figure stands beside its limit; of what the clock does, seconds of a core in this process and in the database stand beside the wall's,
for other programs make the wall's longer and these hardly. Pages are timed inside this process (server time: session, view, template), 40 times
each after one that warms up, with the queries they take.
"""

import logging
import os
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
import test as tools  # noqa: E402

PEOPLE, SWEPT, FANNED = 2000, 10_000, 100_000
PAGES = [
    ("board", "/board/"), ("cell page", "/grid/cell/?cell=W12"), ("all cells", "/grid/cell/"), ("branches and cells", "/grid/tree/"),
    ("departments and teams", "/grid/tree/?tree=department"), ("unknown people", "/grid/tree/?show=unknown"),
    ("zero report", "/grid/zero/"), ("zero reports by day", "/grid/zero/days/"),
]  # fmt: skip


def main():
    with tempfile.TemporaryDirectory(prefix="diba-bench-") as home, tools.postgresql() as address:
        if address is None:
            sys.exit("this bench needs PostgreSQL (apt-get install postgresql)")
        os.environ |= {"DIBA_HOME": home, "DIBA_DATABASE": address, "DJANGO_SETTINGS_MODULE": "diba.web.settings"}
        import django

        django.setup()
        logging.disable(logging.WARNING)
        print(f"{'what':52} {'measured':>26} {'limit':>18}", flush=True)
        pages(prepare())
        for number in (SWEPT, FANNED):
            sweep(number)


def show(what, measured, limit):
    print(f"{what:52} {measured:>26} {limit:>18}", flush=True)


def prepare():
    """Make the demo plant grown to 2,000 employees who have reported for thirty days, today nine of ten; return the health officer's account."""
    from django.core.management import call_command
    from django.db import connection

    from diba.command.actions.demo import make_demo
    from diba.grid import actions as grid
    from diba.plant import actions as plant
    from diba.plant.models import Account, Person, Role, Unit

    call_command("migrate", verbosity=0)
    make_demo(seconds=2)
    cells, teams = list(Unit.objects.filter(kind="cell")), list(Unit.objects.filter(kind="team"))
    there = Person.objects.exclude(kind="family").count()
    rows = [Person(staff_no=f"x{n}", name=f"测试{n}", cell=cells[n % len(cells)], unit=teams[n % len(teams)], phone=f"100{n:08}")
            for n in range(PEOPLE - there)]  # fmt: skip
    Person.objects.bulk_create(rows)
    today = plant.today()
    said = [
        (row.pk, today - timedelta(days=back), "36.5", plant.now() - timedelta(days=back))
        for row in rows
        for back in range(30)
        if back or row.pk % 10
    ]
    grid.enter_history(said, uuid.uuid4())
    grid.expect_everybody()
    grid.sweep()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # what the database does by itself within the minute
    return Account.objects.get(grants__role=Role.HEALTH_OFFICER, grants__unit=None)


def pages(account):
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from diba.web.collecting import between_answers

    between_answers()  # as in the server
    client = Client()
    client.force_login(account, backend="diba.plant.login.StaffNumberOrPhone")
    for name, path in PAGES:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        queries, times = len(captured), []
        for _ in range(40):
            started = time.perf_counter()
            assert client.get(path).status_code == 200, path
            times.append((time.perf_counter() - started) * 1000)
        times.sort()
        show(
            f"{name}, {PEOPLE} employees, p50 / p95",
            f"{times[20]:.0f} / {times[37]:.0f} ms",
            f"100 ms, {queries} queries",
        )


def sweep(number):
    """Grow to so many people; time the fan-out that expects them, the morning's question to all, and the flip to late."""
    from diba.grid import actions as grid
    from diba.grid.models import Expectation
    from diba.plant import actions as plant
    from diba.plant.models import Person

    there = Person.objects.exclude(kind="family").count()
    rows = (Person(staff_no=f"s{n}", name=f"扫{n}") for n in range(there, number))
    report_ten_days(Person.objects.bulk_create(rows, batch_size=5000))
    limit = {SWEPT: "1 s", FANNED: "5 s"}[number]
    show(f"{number} people: expected ({timed(grid.expect_everybody)} new)", timed.last, limit)
    Expectation.objects.update(state="up", day=plant.today(), alert_after=plant.now())
    tomorrow = plant.day_start(plant.today() + timedelta(days=1))
    nights = stand_tonight(number // 8)
    for hours, words in ((7, "asked (fan-out)"), (9.02, f"late, {nights} after a night watch not")):
        with plant.clock.at(tomorrow + timedelta(hours=hours)):
            show(f"{number} people: {timed(grid.sweep)} {words}", timed.last, limit)


def report_ten_days(people):
    """Have nine of ten of these people reported on each of the last ten days."""
    from django.db import connection

    from diba.grid.models import Policy
    from diba.plant import actions as plant

    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO grid_checkin (uid, person_id, day, slot, abnormal, policy_id, said_at, at, correction_reason)
            SELECT gen_random_uuid(), person, %s::date - back, 'morning', false, %s, now(), now(), ''
            FROM unnest(%s::bigint[]) AS person, generate_series(1, 10) AS back WHERE (person + back) %% 10 <> 0""",
            [plant.today(), Policy.objects.first().pk, [person.pk for person in people]],
        )
        cursor.execute("ANALYZE")


def stand_tonight(number):
    """Publish a roster in which so many people stand tonight's night watch; return how many."""
    from diba.plant import actions as plant
    from diba.plant.models import Account, Person, Post, Watch
    from diba.rosters.models import Duty, Roster

    watch, day = Watch.objects.filter(night=True).first(), plant.today()
    roster = Roster.objects.create(state="published", pattern=watch.pattern, first_day=day, days=1, published_at=plant.now(),
                                   asked_at=plant.now(), asked_by=Account.objects.first())  # fmt: skip
    people, post = Person.objects.filter(staff_no__startswith="s")[:number], Post.objects.first()
    made = Duty.objects.bulk_create(
        [Duty(roster=roster, person=person, day=day, watch=watch, post=post) for person in people], batch_size=5000
    )
    return len(made)


def timed(act):
    """Return what the act gave; what it took is kept as timed.last, in words."""
    before, started = spent(), time.perf_counter()
    result = act()
    wall, (server, database) = time.perf_counter() - started, (b - a for a, b in zip(before, spent(), strict=True))
    timed.last = f"{wall:.2f} s, core {server:.2f} + {database:.2f} s"
    return result


def spent():
    """Return the seconds of a core that this process and the database have taken so far."""
    import psutil
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        whole = psutil.Process(psutil.Process(cursor.fetchone()[0]).ppid())
    processes = [process.cpu_times() for process in (whole, *whole.children())]
    ended = processes[0].children_user + processes[0].children_system
    return time.process_time(), sum(times.user + times.system for times in processes) + ended


if __name__ == "__main__":
    main()
