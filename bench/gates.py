"""Crossings over HTTP on PostgreSQL beside pgbench, a queue of 5,000 taken in, the lists of 2,000 people.

    python bench/gates.py          everything on loopback; needs PostgreSQL with pgbench; ends by itself

A single crossing is one whole request of a device: token looked up, the record read, judged again by what is known of its
moment, one durable row, who is inside moved. Everybody has crossed before, as on any day but the first. Twice, as in web.py:
as this disk flushes, and with every group of commits held up for 3.7 ms. At 200 a second the requests fall due whether the
server is ready or not. The queue is 5 requests of 1,000 records, as a device sends it after days without network. Client,
server and database share the machine's cores: each figure stands beside pgbench of the same run.
"""

import gzip
import json
import logging
import os
import sys
import tempfile
import time
import uuid

import web

CLIENTS, DEVICES, SINGLE, ROUNDS = 8, 40, 2000, 3
DUE, DUE_FOR = 200, 10  # requests a second, s
PEOPLE, QUEUE, PART = 2000, 5000, 1000


def main():
    with tempfile.TemporaryDirectory(prefix="diba-bench-") as home, web.tools.postgresql() as address:
        if address is None:
            sys.exit("this bench needs PostgreSQL (apt-get install postgresql)")
        os.environ |= {"DIBA_HOME": home, "DIBA_DATABASE": address, "DJANGO_SETTINGS_MODULE": "diba.web.settings"}
        os.environ.setdefault("DIBA_PROCESSES", str(os.cpu_count()))
        import django

        django.setup()
        tokens = prepare()
        with web.server(home) as (port, process):
            parts = web.Parts(process, address)
            everybody_once(parts, port, tokens)
            for flush in (0, web.FLUSH):
                crossings(parts, port, tokens, flush)
            web.hold_commits(0)
            queue(parts, port, tokens)
        lists()


def prepare():
    """Make a plant of 2,000 people who have all reported, and 40 enrolled devices; return their tokens."""
    from datetime import date, timedelta
    from datetime import time as hour
    from decimal import Decimal

    from django.core.management import call_command

    from diba.gates.actions import devices, places
    from diba.grid import actions as grid
    from diba.plant import actions as plant
    from diba.plant.models import Person, Site, Unit, WatchPattern

    call_command("migrate", verbosity=0)
    Site.objects.create(code="bench", name="测", synthetic=True)
    unit = Unit.add(code="D1", name="运行", kind="department")
    people = Person.objects.bulk_create([Person(staff_no=f"x{n}", name=f"测试{n}", unit=unit) for n in range(PEOPLE)])
    grid.set_policy(
        date(2020, 1, 1), threshold=Decimal("37.3"), comparator=">", due=hour(9), grace=120, second_due=hour(18), isolation_days=14,
        source="bench",
    )  # fmt: skip
    # Long enough ago that nobody of the queue crosses before he has reported: then each line would open an item, too.
    with plant.clock.at(plant.now() - timedelta(hours=8)):
        for person in people:
            grid.check_in(person, plant.today(), Decimal("36.5"), uid=uuid.uuid4())
    chief = plant.open_account(people[0], "liujiaxia-2020-bench", must_change=False)
    zone = places.keep_zone(by=chief, code="Z", name="厂区")
    gate = places.keep_gate(by=chief, code="G", name="门", zone=zone, pattern=WatchPattern.objects.first())
    return [devices.enrol(devices.make_code(gate, by=chief)[1], f"{n}", "bench")[1] for n in range(DEVICES)]


def record(person, at, direction="in"):
    return {
        "uid": str(uuid.uuid4()), "at": at, "drift": 0, "direction": direction, "kind": "person", "person": person, "passed": "none",
        "temperature": {"first": 365, "at": at, "method": "forehead"}, "verdict": {"verdict": "pass", "reason": "enters"}, "guard": "x1",
    }  # fmt: skip


def post(token, records):
    body = json.dumps({"sent_at": int(time.time()), "queue": len(records), "records": records})
    return (
        f"POST /gates/api/crossings HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Device {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )


def everybody_once(parts, port, tokens):
    """Let everybody go in once, which also wakes every thread of the server."""
    from diba.plant.models import Person

    ids, at = list(Person.objects.values_list("pk", flat=True)), int(time.time())
    web.drive(parts, port, [post(tokens[n % DEVICES], [record(pk, at - 3600)]) for n, pk in enumerate(ids)], CLIENTS)


def crossings(parts, port, tokens, flush):
    """Print how many single crossings a second there are, beside pgbench, and how long one takes at 200 a second."""
    from diba.plant.models import Person

    web.hold_commits(flush)
    ids, others, ours, ceilings = list(Person.objects.values_list("pk", flat=True)), web.Others(parts), [], []
    for turn in range(ROUNDS):
        ours.append(web.drive(parts, port, _singles(tokens, ids, SINGLE, turn), CLIENTS))
        ceilings.append(web.pgbench(parts, CLIENTS))
    ours, ceiling = web.together(ours), web.together(ceilings)
    steady = web.drive(parts, port, _singles(tokens, ids, DUE * DUE_FOR, ROUNDS), 4 * CLIENTS, DUE)
    print(f"\n{'every commit held up 3.7 ms' if flush else 'commits as this disk flushes'}; "
          f"{os.environ['DIBA_PROCESSES']} server processes; other programs took {others.took():.1f} of {os.cpu_count()} cores")  # fmt: skip
    print(f"{'':46} {'a second':>9} {'p50 ms':>7} {'p99 ms':>7}   ms of a core: server, database, client")
    web.line(f"single crossing, {CLIENTS} connections", ours)
    web.line(f"crossings due {DUE} a second (limit: p99 50 ms)", steady)
    web.line(f"pgbench, one-row upsert, {CLIENTS} clients", ceiling)
    print(f"crossing / pgbench {ours['rate'] / ceiling['rate']:.2f} (bar: 0.25)", flush=True)


def _singles(tokens, ids, count, turn):
    """Return so many requests of one crossing each: in and out by turns, so that nobody comes in twice."""
    at = int(time.time())
    return [post(tokens[n % DEVICES], [record(ids[n % PEOPLE], at, ("out", "in")[turn % 2])]) for n in range(count)]


def queue(parts, port, tokens):
    """Print how fast a queue of 5,000 is taken in, and that it is there once, sent again."""
    from diba.gates.models import Crossing
    from diba.plant.models import Person

    ids, start = list(Person.objects.values_list("pk", flat=True)), int(time.time()) - 5 * QUEUE
    records = [record(ids[n % PEOPLE], start + n, ("in", "out")[n // PEOPLE % 2]) for n in range(QUEUE)]
    requests = [post(tokens[0], records[first : first + PART]) for first in range(0, QUEUE, PART)]
    before = Crossing.objects.count()
    run = web.drive(parts, port, requests, 1)
    again = web.drive(parts, port, requests, 1)
    assert Crossing.objects.count() - before == QUEUE
    web.show(f"queue of {QUEUE}, in requests of {PART}, rows/s", f"{QUEUE / run['seconds']:.0f}", "5000")
    spent = ", ".join(f"{part} {seconds / QUEUE * 1e6:.0f} µs" for part, seconds in run["spent"].items())
    web.show("  of a core, a record", spent, "")
    two = [post(tokens[n % 2], [record(ids[n % 2 * PART + k], start + n) for k in range(PART)]) for n in range(8)]
    both = web.drive(parts, port, two, 2)
    web.show("two devices at once, rows/s", f"{len(two) * PART / both['seconds']:.0f}", "")
    web.show("the same queue sent again, rows/s", f"{QUEUE / again['seconds']:.0f}", "")


def lists():
    """Print how long the lists of 2,000 people take, and how large they are."""
    from diba.gates.actions import lists as bundles
    from diba.gates.models import Gate

    logging.disable(logging.INFO)
    gate, times = Gate.objects.select_related("zone", "pattern").get(), []
    for _ in range(10):
        started = time.perf_counter()
        _version, made = bundles.bundle(gate)
        times.append(time.perf_counter() - started)
    size = len(gzip.compress(json.dumps(made).encode(), 6))
    web.show(f"lists of {PEOPLE} people, p50", f"{web.percentile(times, 50) * 1000:.0f} ms", "")
    web.show("  compressed", f"{size / 1000:.0f} kB", "300 kB")


if __name__ == "__main__":
    main()
