"""One small plant with named people: 陈立 and his colleagues at a station of two posts."""

import gc
import os
import sqlite3
import uuid
from contextlib import ExitStack, closing, nullcontext
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.conf import global_settings, settings
from django.core.cache import cache
from django.db import connection, connections
from django.template import RequestContext
from django.template.base import Template
from django.test import override_settings
from django.utils import translation

from diba.grid import actions as grid
from diba.grid.models import PLAIN_WORDS, ProfileInForce
from diba.plant import actions, keys
from diba.plant.actions import lately
from diba.plant.models import (
    Certificate,
    Household,
    Manning,
    Person,
    Post,
    Qualification,
    Role,
    Site,
    Substitution,
    Unit,
    Watch,
    WatchPattern,
)

from .again import Rows

NOW = datetime(2020, 2, 14, 8, 40, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
PASSWORD = "liujiaxia-2020"
# What is hashed lightly opens lightly; what the plant's own first passwords are hashed with still opens, as on the server.
LIGHT = ["django.contrib.auth.hashers.MD5PasswordHasher", *global_settings.PASSWORD_HASHERS]

SELDOM = (3_000, 10, 50)  # objects made and not freed, passes over the young, passes over those of middle age
gc.set_threshold(*SELDOM)  # while everything is imported


class Plant:
    """The people by name, and what a test asks most often."""

    now, today = NOW, TODAY

    def __getitem__(self, name):
        return Person.objects.get(name=name)

    def account(self, name, *roles, unit=None):
        person = self[name]
        account = getattr(person, "account", None) or actions.open_account(person, PASSWORD, must_change=False)
        for role in roles:
            actions.grant(account, role, unit=unit)
        return type(account).objects.select_related("person").get(pk=account.pk)

    def signed_in(self, client, name, *roles, unit=None):
        client.force_login(self.account(name, *roles, unit=unit), backend="diba.plant.login.StaffNumberOrPhone")
        return client

    def cell(self, code="W01"):
        return Unit.objects.get(code=code)

    def check_in(self, name, temperature="36.5", day=TODAY, **more):
        value = None if temperature is None else Decimal(temperature)
        return grid.check_in(self[name], day, value, uid=uuid.uuid4(), **more)[0]

    def sign(self, *codes, by="刘敏"):
        """Sign today for these cells, or for every cell that has not; return the reports."""
        account, cells = self.account(by), Unit.objects.filter(kind="cell", **({"code__in": codes} if codes else {}))
        rows = [row for row in grid.cell_days(cells) if row.people and not row.stands]
        return [grid.sign(row.cell, uid=uuid.uuid4(), by=account, shown=row.digest) for row in rows]


def pytest_collection_modifyitems(config, items):
    """Put the long tests first, so that no worker is left with them at the end; leave out what this run does not ask for.

    What empties the tables comes after all others, which find there what migrations wrote; of it too the long tests come first.

    That is, unless they are named, those of old migrations; on SQLite what only PostgreSQL does; on PostgreSQL, which comes
    second, what asks for no database (without one of these pytest-django lets no query through) and what says of itself
    that one is enough.
    """
    items.sort(key=lambda item: (_empties_tables(item), item.get_closest_marker("slow") is None))
    first = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    asks = {"db", "transactional_db", "live_server", "django_db_setup"}

    def is_left_out(item):
        if item.get_closest_marker("upgrade"):
            return "upgrade" not in config.option.markexpr
        if first:
            return item.get_closest_marker("postgresql")
        asking = asks & {*item.fixturenames} or item.get_closest_marker("django_db")
        return not asking or item.get_closest_marker("one_database")

    left_out = [item for item in items if is_left_out(item)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish(session):
    """Look for cycles seldom, and never through modules and tests: a tenth of the time of all tests went into that."""
    gc.freeze()
    gc.set_threshold(*SELDOM)


def _empties_tables(item):
    """Say whether a test writes for good, so that every table is emptied after it."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or not {"transactional_db", "live_server"}.isdisjoint(
        item.fixturenames
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Begin with a copy of the database that tools/test.py has migrated; where there is none, every migration is run."""
    begun = os.environ.get("DIBA_TEST_BEGUN")
    with ExitStack() as held:
        if begun and connection.vendor == "sqlite":
            connection.creation._create_test_db = _copied(connection.creation._create_test_db, begun, held)
        elif begun:
            connection.settings_dict["TEST"]["TEMPLATE"] = begun
        yield


def _copied(create, begun, held):
    """Return what creates SQLite's database as `create` does and fills it; one in memory lives as long as it is held."""

    def make(*arguments, **more):
        name = create(*arguments, **more)
        into = held.enter_context(closing(sqlite3.connect(name, uri=True)))
        with closing(sqlite3.connect(begun)) as source:
            source.backup(into)
        return name

    return make


@pytest.fixture(scope="session", autouse=True)
def light_passwords():
    """Hash passwords lightly: a fifth of a second for each account is most of what many tests would take."""
    with override_settings(PASSWORD_HASHERS=LIGHT):
        yield


@pytest.fixture(scope="session", autouse=True)
def whole_pages(django_test_environment):
    """Tell a test what a page was given, and not what each of its parts and fields was: a page has a hundred of them."""
    telling = Template._render

    def render(self, context):
        if isinstance(context, RequestContext) and context.template is self:
            return telling(self, context)
        return self.nodelist.render(context)

    Template._render = render
    yield
    Template._render = telling


@pytest.fixture(autouse=True)
def own_keys(tmp_path, monkeypatch, settings):
    """Every test has the keys of its responses to itself: tests run side by side, and ids begin anew in each."""
    usual = settings.HOME

    def path(response_id):
        home = tmp_path if usual == settings.HOME else settings.HOME
        return home / "keys" / f"response-{response_id}.key"

    monkeypatch.setattr(keys, "path", path)
    keys.forget()
    vars(connections["default"]).pop("_diba_lately", None)  # what it knew was the test's before
    yield
    keys.forget()


@pytest.fixture(autouse=True)
def one_moment(request, monkeypatch):
    """What was asked lately stays known, however slow the machine: questions are counted in a test. Threads see each other's changes."""
    marks = request.node.iter_markers("django_db")
    threads = {"live_server", "transactional_db"} & {*request.fixturenames} or any(
        mark.kwargs.get("transaction") for mark in marks
    )
    if not threads:
        monkeypatch.setattr(lately, "time", SimpleNamespace(monotonic=lambda: 0.0))


@pytest.fixture(autouse=True)
def own_language(settings):
    """Every test begins in Chinese: a page answered in English leaves its thread in English."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def held_clock():
    """Every test lives on the morning of 2020-02-14, 08:40, in Gansu."""
    with actions.clock.at(NOW):
        yield
    cache.clear()


@pytest.fixture(scope="session")
def planted():
    """The rows of the small plant, which are the same in every test."""
    return Rows()


@pytest.fixture
def plant(db, planted):
    """The small plant of `small_plant`."""
    if planted.fit():
        planted.write()
        return Plant()
    with planted.watched() if not planted.written else nullcontext():
        return small_plant()


def small_plant():
    """Two posts, three watches of 8 h and two of 12 h; twelve operators, two office workers, two relatives; two cells."""
    Site.objects.create(code="t", name="模拟电站", synthetic=True)
    operations = Unit.add(code="D01", name="运行分场", kind="department")
    office = Unit.add(code="D02", name="办公室", kind="department")
    branch = Unit.add(code="Z1", name="运行支部", kind="branch")
    cells = [Unit.add(branch, code=f"W0{n}", name=f"0{n} 网格", kind="cell") for n in (1, 2)]
    supervisor, operator = (
        Qualification.objects.create(code=code, name=name) for code, name in (("ZZ", "值长证"), ("ZB", "主值班员证"))
    )
    Substitution.objects.create(holder=supervisor, stands_for=operator)
    _watches_and_posts(supervisor, operator)
    names = ["陈立", "周文斌", "高建军", "徐振华", "郭峰", "田野", "王海涛", "赵国栋", "刘洋", "韩冰", "林涛", "孙志强"]
    for index, name in enumerate(names):
        person = _person(f"1{index:03d}", name, operations, cells[index % 2])
        held = supervisor if index < 6 else operator
        Certificate.objects.create(
            person=person, qualification=held, issued=date(2018, 1, 1), expires=date(2021, 6, 30)
        )
    for index, name in enumerate(["刘敏", "孙丽"]):
        _person(f"2{index:03d}", name, office, cells[index])
    household = Household.objects.create(code="H1", address="生活区 3 号楼")
    Person.objects.filter(name="林涛").update(household=household)
    lin = Person.objects.get(name="林涛")
    for name, relation in (("王芳", "妻"), ("林小雨", "女")):
        Person.objects.create(name=name, kind="family", relation=relation, relative_of=lin, household=household)
    grid.set_policy(
        date(2020, 1, 1),
        threshold=Decimal("37.3"),
        comparator=">",
        due=time(9),
        grace=120,
        second_due=time(18),
        isolation_days=14,
        source="test",
    )
    if not ProfileInForce.objects.exists():  # a test before emptied the tables, and with them what migrations wrote
        _profile()
    return Plant()


def _profile():
    symptoms = [(code, str(word), code, True) for code, word in PLAIN_WORDS.items()]
    version = grid.new_profile(
        "covid-19", "新型冠状病毒肺炎", "COVID-19", by=None, symptoms=symptoms, shortest=1, longest=14, source="test",
        places=[("armpit", "0.0"), ("forehead", "0.0")],
    )  # fmt: skip
    with actions.clock.at(datetime(2020, 1, 1, tzinfo=NOW.tzinfo)):
        grid.put_in_force(version, date(2020, 1, 1), by=None)


def _person(number, name, unit, cell):
    return Person.objects.create(
        staff_no=number, name=name, unit=unit, cell=cell, phone=f"1000000{number}", joined=TODAY - timedelta(days=3000)
    )


def _watches_and_posts(supervisor, operator):
    three, _ = WatchPattern.objects.get_or_create(code="3x8", defaults={"name": "三班"})
    two, _ = WatchPattern.objects.get_or_create(code="2x12", defaults={"name": "两班"})
    rows = [
        (three, "早", time(6), 480, False),
        (three, "中", time(14), 480, False),
        (three, "夜", time(22), 480, True),
        (two, "白", time(8), 720, False),
        (two, "黑", time(20), 720, True),
    ]
    watches = []
    for pattern, code, starts, minutes, night in rows:
        watch, _ = Watch.objects.get_or_create(
            pattern=pattern,
            code=code,
            defaults={"name": f"{code}班", "starts": starts, "minutes": minutes, "night": night},
        )
        watches.append(watch)
    for code, name, needed in (("zhizhang", "值长", supervisor), ("zhuzhi", "主值班员", operator)):
        post = Post.objects.create(code=code, name=name, place="中控室")
        post.qualifications.add(needed)
        for watch in watches:
            Manning.objects.create(post=post, watch=watch, minimum=1)


@pytest.fixture(scope="session")
def searched():
    """What the search found for the small plant, by names: it is the same plant in every test, so one search serves all."""
    return {}


@pytest.fixture
def roster(plant, searched):
    """A published roster without teams: two weeks from today."""
    from diba.rosters import actions as rosters

    account, pattern = plant.account("刘敏", Role.PLANNER), WatchPattern.objects.get(code="3x8")
    rules = {"block": 0, "seconds": 20}
    if searched:
        made = _written(pattern, account, rules, **searched)
    else:
        made = rosters.ask_now(pattern, TODAY, 14, by=account, rules=rules, deterministic=True)
        rows = made.duties.values_list("person__staff_no", "day", "watch__code", "post__code")
        searched |= {"result": made.result, "rows": list(rows)}
    rosters.publish(made, by=account)
    return made


def _written(pattern, account, rules, result, rows):
    """Return the draft as the search left it, without searching again."""
    from diba.rosters import actions as rosters
    from diba.rosters.models import Duty, Roster

    made = Roster.objects.create(
        state=Roster.State.DRAFT, pattern=pattern, first_day=TODAY, days=14, rules={**rosters.DEFAULT_RULES, **rules},
        result=result, asked_by=account, asked_at=actions.now(),
    )  # fmt: skip
    actions.note(account, "roster.asked", made, detail=f"days={made.days}")
    people = {person.staff_no: person for person in Person.objects.exclude(staff_no=None)}
    watches, posts = ({row.code: row for row in rows_of} for rows_of in (pattern.watches.all(), Post.objects.all()))
    Duty.objects.bulk_create(
        Duty(roster=made, person=people[number], day=day, watch=watches[watch], post=posts[post])
        for number, day, watch, post in rows
    )
    return made
