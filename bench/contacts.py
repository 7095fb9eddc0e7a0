"""Candidate contacts of a whole plant: 2,000 people, 14 days of watches, on SQLite or PostgreSQL.

    python bench/contacts.py           on a SQLite file of its own; ends by itself

Two figures: everybody who was near anybody (the ground and the rosters asked for all 2,000 at once), and one judgement that
sets the whole chain off, contacts written.
"""

import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]
PEOPLE, DAYS, LIMIT = 2000, 14, 5.0


def main():
    with tempfile.TemporaryDirectory(prefix="diba-bench-") as home:
        os.environ |= {"DIBA_HOME": home, "DJANGO_SETTINGS_MODULE": "diba.web.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        measure()


def measure():
    from diba.grid import actions as grid
    from diba.grid.actions.tracing import nearest
    from diba.plant import actions as plant
    from diba.plant.models import Person

    officer = prepare()
    people = list(Person.objects.values_list("pk", flat=True))
    until = plant.now()
    started = time.perf_counter()
    rows = plant.exposures_of(people, until - timedelta(days=DAYS), until)
    pairs = nearest(rows)
    show(f"exposures of {len(people)} people in {DAYS} d", time.perf_counter() - started)
    print(f"{len(rows)} exposures, {len(pairs)} pairs")
    started = time.perf_counter()
    case = grid.suspect(Person.objects.get(pk=people[0]), "bench", by=officer)
    show("one suspicion with its whole chain", time.perf_counter() - started)
    print(f"{case.contacts.count()} candidates")


def show(what, seconds):
    print(f"{what:52} {seconds:9.2f} s   limit {LIMIT} s", flush=True)


def prepare():
    """Make 2,000 people, every one on a watch every second day in rooms of 20, households of two; return an officer's account."""
    from datetime import time as clock
    from decimal import Decimal

    from diba.grid import actions as grid
    from diba.plant import actions as plant
    from diba.plant.models import Household, Person, Post, Role, Site, Unit, Watch, WatchPattern
    from diba.rosters.models import Duty, Roster

    Site.objects.create(code="b", name="模拟电站", synthetic=True)
    today = plant.today()
    grid.set_policy(today - timedelta(days=60), threshold=Decimal("37.3"), comparator=">", due=clock(9), grace=120, second_due=clock(18), isolation_days=14, look_back_days=DAYS, source="bench")  # fmt: skip
    cell = Unit.add(code="W01", name="01 网格", kind="cell")
    homes = Household.objects.bulk_create([Household(code=f"H{n}", address=f"{n}") for n in range(PEOPLE // 2)])
    Person.objects.bulk_create(
        [Person(staff_no=f"{n:05d}", name=f"员工{n}", cell=cell, household=homes[n // 2]) for n in range(PEOPLE)]
    )
    people = list(Person.objects.order_by("pk"))
    pattern = WatchPattern.objects.get_or_create(code="3x8", defaults={"name": "三班"})[0]
    watches = [
        Watch.objects.get_or_create(pattern=pattern, code=code, defaults={"name": code, "starts": clock(hour), "minutes": 480, "night": hour > 20})[0]
        for code, hour in (("早", 6), ("中", 14), ("夜", 22))
    ]  # fmt: skip
    posts = [Post.objects.create(code=f"P{n}", name=f"岗位{n}", place=f"{n} 号控制室") for n in range(PEOPLE // 20)]
    officer = plant.open_account(people[-1], "bench-2020-x", roles=[Role.HEALTH_OFFICER], must_change=False)
    first = today - timedelta(days=DAYS)
    roster = Roster.objects.create(state=Roster.State.PUBLISHED, pattern=pattern, first_day=first, days=DAYS, rules={}, result={}, asked_by=officer, asked_at=plant.now(), published_at=plant.now())  # fmt: skip
    Duty.objects.bulk_create(
        Duty(roster=roster, person=person, day=first + timedelta(days=offset), watch=watches[number % 3], post=posts[number // 20])
        for number, person in enumerate(people) for offset in range(DAYS) if (number + offset) % 2
    )  # fmt: skip
    return officer


if __name__ == "__main__":
    main()
