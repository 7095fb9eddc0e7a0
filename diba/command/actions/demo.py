"""Making the demo plant, once: seeded, synthetic, ending today."""

import os
import secrets
from datetime import timedelta
from random import Random

from django.conf import settings
from django.db import transaction

from diba.command.demo import cases, cells, check_ins, days, gates, measures, privacy, registers, screenings
from diba.command.demo import plant as register
from diba.grid import actions as grid
from diba.plant import actions as plant
from diba.plant.models import Person, Role, Site, Unit
from diba.rosters import actions as rosters

# role -> (words, from which team somebody is taken)
LOGINS = [
    (Role.DUTY_OFFICER, "综合科"), (Role.PLANNER, "运行一值"), (Role.CELL_LEAD, None), (Role.GUARD, "护卫一班"),
    (Role.DISPATCHER, "水调班"), (Role.EDITOR, "宣传科"), (Role.HEALTH_OFFICER, "安监科"), (Role.AUDITOR, "综合科"),
    (Role.ADMINISTRATOR, "综合科"),
]  # fmt: skip
CELL = "W12"  # whose lead signs in
SEED = 20200214


def password():
    """Return the demo's password, made on first use and kept beside the data; DIBA_DEMO_PASSWORD sets it."""
    if given := os.environ.get("DIBA_DEMO_PASSWORD"):
        return given
    path = settings.HOME / "demo-password.txt"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"diba-{secrets.token_hex(4)}")
    return path.read_text().strip()


@transaction.atomic
def make_demo(seconds=8):
    """Make the demo plant unless there is a plant; return [(role, staff number, name)] of its logins."""
    if Site.objects.exists():
        return logins()
    random, today = Random(SEED), plant.today()
    register.build(random, today)
    plant.load_calendar(plant.calendar_years())
    days.policy(today.replace(day=1).replace(year=today.year - 1))
    check_ins.profile(today)
    _accounts()
    staff = list(Person.objects.exclude(kind="family").select_related("unit").order_by("pk"))
    planner = Person.objects.get(account__grants__role=Role.PLANNER).account
    days.check_ins(random, staff, today, Unit.objects.get(code=CELL))
    with plant.clock.at(plant.day_start(today)):  # as if they had been there when the day began
        grid.expect_everybody()
    grid.sweep()
    days.published_roster(planner, today, seconds)
    _employee(today)
    days.losses(random, staff, planner, today)
    registers.fill(random, staff, planner, today, seconds=min(4, seconds))
    cells.fill(random, today)
    measures.fill(random, staff, today)
    cases.fill(today)
    check_ins.fill(staff, today)
    screenings.fill(random)
    gates.fill(random, staff, today)
    privacy.fill(random, staff, today)
    plant.seal()
    return logins()


def _accounts():
    secret, taken = password(), set()
    for role, team in LOGINS:
        if role == Role.CELL_LEAD:
            cell = Unit.objects.get(code=CELL)
            person = cell.lead
        else:
            members = Person.objects.filter(unit__name=team).exclude(pk__in=taken).order_by("pk")
            person, cell = members[0], None
        taken.add(person.pk)
        plant.open_account(person, secret, roles=[role], unit=cell, must_change=False)


def _employee(today):
    """Let somebody sign in who stands on duty soon, has not reported yet and holds no other role."""
    coming = rosters.duties_between(today + timedelta(days=1), today + timedelta(days=14))
    people = [duty.person for duty in coming] or list(Person.objects.filter(unit__name="保护班"))
    heard = grid.latest(people, today)
    free = [person for person in people if not hasattr(person, "account")]
    person = min(free, key=lambda person: person.pk in heard)
    plant.open_account(person, password(), roles=[], must_change=False)


def logins():
    """Return [(role's words, staff number, name)] of the demo's accounts, in the order they were made."""
    rows = []
    accounts = Person.objects.exclude(account=None).select_related("account").order_by("account__pk")
    meant = [role for role, _ in LOGINS] + [Role.EMPLOYEE]
    for person, role in zip(accounts[: len(meant)], meant, strict=False):
        # A planner may lead a cell as well: what he was given the login for says more.
        roles = sorted(plant.roles_of(person.account) - {Role.EMPLOYEE}) or [Role.EMPLOYEE]
        rows.append((Role(role if role in roles else roles[0]).label, person.staff_no, person.name))
    return rows
