"""Every address as every role and as nobody: who may is one table, documented and kept."""

import re
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from diba.plant import actions
from diba.plant.actions import jobs
from diba.plant.models import Delivery, Import, Role, RoleGrant
from diba.rosters import actions as rosters
from diba.rosters.models import Split

from ..conftest import TODAY
from .registers import at_the_gates, measures, registers
from .spies import laid_out

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "access.md"
PEOPLE = dict(
    zip(Role.values, ["林涛", "孙丽", "高建军", "刘敏", "陈立", "徐振华", "郭峰", "田野", "刘洋", "韩冰"], strict=True)
)


def addresses():
    """Return {name: route} of every address of our own apps."""
    found = {}

    def walk(patterns, space):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, pattern.namespace or space)
            elif isinstance(pattern, URLPattern) and space in ("plant", "grid", "rosters", "gates", "command"):
                found[f"{space}:{pattern.name}"] = pattern

    walk(get_resolver().url_patterns, "")
    return found


def documented():
    """Return {address: roles} of the table in docs/access.md."""
    rows = {}
    for line in DOCUMENT.read_text().splitlines():
        if match := re.match(r"\| `([a-z]+:[a-z_]+)` \| ([^|]*) \|", line):
            rows[match[1]] = {word.strip() for word in match[2].split(",")}
    return rows


@pytest.fixture
def things(plant, roster):
    """One of each thing that an address names."""
    jobs.run_ticks()
    account = plant.account("刘敏", Role.PLANNER)
    message = actions.tell([plant["林涛"]], "x", {})
    task = actions.ask("x", {}, owner=plant["林涛"])
    checkin = plant.check_in("林涛")
    absence = actions.take_out(plant["孙志强"], "leave", plant.now, by=account)
    split = Split.objects.create(
        at=plant.now, pattern=roster.pattern, figures={"size": {}, "depth": {}, "seniority": {}, "tightest": {}}
    )
    brought = Import.objects.create(file_name="x", sha256="x", at=plant.now, state=Import.State.UNDONE)
    grant = RoleGrant.objects.filter(account=account).first()
    swap, wish, feed, waiver = people_side(plant)
    return {
        "plant:close_task": task.pk, "plant:receipt": Delivery.objects.get(message=message).pk, "plant:absence": absence.pk,
        "plant:person": plant["林涛"].pk, "plant:end_grant": grant.pk, "plant:close_account": account.pk, "plant:renew_password": account.pk, "grid:correct": checkin.pk,
        "grid:person": plant["林涛"].pk, "grid:contact": plant["林涛"].pk, "grid:undo_contact": 999, "rosters:split": split.pk,
        "rosters:swap": swap.pk, "rosters:swap_answer": swap.pk, "rosters:wish_withdraw": wish.pk, "rosters:feed_revoke": feed.pk,
        "rosters:waiver_end": waiver.pk, **registers(plant, roster, account), **measures(plant, account), **at_the_gates(plant, account), "rosters": roster.pk, "import": brought.pk, "plant:edit": plant["林涛"].pk, "plant:delete": 999, "plant:undo_change": 999,
    }  # fmt: skip


def people_side(plant):
    """Return a swap, a wish, a calendar address and a waiver of 林涛."""
    me = plant.account("林涛")
    duty = next(
        duty for duty in rosters.duties_between(TODAY + timedelta(days=2), TODAY + timedelta(days=12), me.person_id)
    )
    other = rosters.offers_for(duty)[0][0]
    swap = rosters.ask_swap(me.person, duty.day, other.person, other.back.day, by=me)
    wish = rosters.wish(me.person, TODAY + timedelta(days=40), by=me)
    feed, _token = rosters.make_feed(by=me)
    dates = {"first_day": TODAY, "last_day": TODAY + timedelta(days=9)}
    waiver = rosters.sign_waiver(me.person, "longest_run", 8, reason="x", by=me, name="林涛", **dates)
    return swap, wish, feed, waiver


def path_of(name, pattern, things):
    names = list(pattern.pattern.converters)
    arguments = {}
    for argument in names:
        if argument == "name":
            arguments["name"] = "README" if name == "plant:manual" else "people"
        else:
            arguments[argument] = things.get(name) or things["import" if "import" in name else "rosters"]
    return reverse(name, kwargs=arguments)


def answers(client, name, pattern, things):
    """Say whether an address lets somebody in: "yes", "no" (403), or "sign in"."""
    path = path_of(name, pattern, things)
    response = client.get(path)
    if response.status_code == 405:
        response = client.post(path)
    assert response.status_code < 500, f"{path} answers {response.status_code}"
    if response.status_code == 403:
        return "no"
    if response.status_code == 302 and "/accounts/login/" in response["Location"]:
        return "sign in"
    return "yes"


@pytest.mark.slow
@pytest.mark.one_database
def test_who_may_equals_the_documented_table(client, plant, things, monkeypatch):
    """As every role, every page it may see is laid out, and once the page that says no, which is the same everywhere."""
    told, wrong, no = documented(), [], set()

    def is_new(page):
        seen = page in ("403.html", "404.html", "405.html") and (page, role) in no
        no.add((page, role))
        return not seen

    found = addresses()
    assert set(told) == set(found)
    for role, name in PEOPLE.items():
        roles = () if role == Role.EMPLOYEE else (role,)
        unit = plant.cell("W01") if role == Role.CELL_LEAD else None
        plant.signed_in(client, name, *roles, unit=unit)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        for address, pattern in found.items():
            client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: session})
            # What one address does (it may close this very account) the next does not find.
            with transaction.atomic(), laid_out(monkeypatch, is_new):
                may = answers(client, address, pattern, things) == "yes"
                transaction.set_rollback(True)
            expected = told[address] & {role, "everyone", "anyone"}
            if may != bool(expected):
                wrong.append(f"{address} as {role}: {'may' if may else 'may not'}")
    assert wrong == []


def test_nobody_sees_nothing_but_the_health_of_the_server(client, things):
    for address, pattern in addresses().items():
        answer = answers(client, address, pattern, things)
        if documented()[address] == {"anyone"}:
            assert answer == "yes", address
        else:
            assert answer == "sign in", address
