"""A record that comes alone goes the short way on PostgreSQL, and comes to the same rows as by the long one."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from diba.gates.actions import alone, passes
from diba.gates.models import Crossing, Device, OpenItem, Presence
from diba.plant import actions
from diba.plant.actions import hooks
from diba.rosters.models import Stay, Turn

from ..conftest import NOW
from .conftest import AT, record

MOST = 3  # statements of a request: the question, the writing, and one to spare
ON_THEIR_FEET = ("陈立", "周文斌", "高建军", "徐振华", "郭峰", "田野", "王海涛", "赵国栋")


@pytest.fixture
def facts(plant, officer):
    """People held, freed, ill, unheard of, on their turn, off it, gone; with passes, revoked ones, and none: [(person, number)]."""
    well, ill, held, freed, _late, turned, home, gone = people = [plant[name] for name in ON_THEIR_FEET]
    with actions.clock.at(NOW - timedelta(minutes=30)):
        for person in (well, held, freed, turned, home, gone):
            plant.check_in(person.name)
    with actions.clock.at(NOW - timedelta(minutes=9)):
        plant.check_in(ill.name, "38.6")
        actions.lift(actions.hold(freed, "returnee", begins_at=NOW - timedelta(hours=3)))
    actions.hold(held, "contact", begins_at=NOW - timedelta(hours=2), ends_at=NOW + timedelta(days=9))
    turn = Turn.objects.create(name="A", at=NOW, enters_on=plant.today, leaves_on=plant.today + timedelta(days=14))
    for person, first, last in ((turned, -1, 3), (home, 2, 9)):
        day = plant.today
        Stay.objects.create(
            turn=turn, person=person, enters_on=day + timedelta(days=first), leaves_on=day + timedelta(days=last)
        )
    # One came out the day before yesterday, in the middle; one is inside though his day is over; of one it is long ago.
    for person, last, left in ((freed, 5, 2), (ill, -4, None), (well, -70, 70)):
        ends, out = plant.today + timedelta(days=last), left and NOW - timedelta(days=left)
        moment = NOW - timedelta(days=80)
        Stay.objects.create(
            turn=turn, person=person, enters_on=moment.date(), leaves_on=ends, entered_at=moment, left_at=out
        )
    gone.left_on = plant.today
    gone.save()
    with actions.clock.at(NOW - timedelta(hours=1)):
        made = {row.person_id: row for row in passes.issue([well, held, turned, people[4]], by=officer)}
    with actions.clock.at(NOW - timedelta(minutes=2)):
        passes.revoke(made[turned.pk], "lost", by=officer)
    return [(person, made[person.pk].number if person.pk in made else None) for person in people]


def _written(post, row):
    """Send a record; return (result, everything it wrote, how many statements it took)."""
    with CaptureQueriesContext(connection) as asked:
        [result] = post.send(row)
    crossing = Crossing.objects.filter(uid=row["uid"]).first()
    said = crossing and {**model_to_dict(crossing, exclude=["id", "batch"]), "said": dict(crossing.said or {})}
    where = list(Presence.objects.order_by("holder").values_list("holder", "person", "inside", "gate", "at"))
    heard = Device.objects.values_list("heard_at", "queue", "drift").get(pk=post.device.pk)
    kinds = list(OpenItem.objects.order_by("pk").values_list("kind", flat=True))
    return {key: value for key, value in result.items() if key != "item"}, (said, where, heard, kinds), len(asked)


def _long_way(post, row):
    """Do the same while a desk answers that cannot be asked within the one statement, and take it all back."""

    def another(ids, since, until):
        return []

    hooks.on(hooks.TURNS, another)
    try:
        with transaction.atomic():
            found = _written(post, row)
            transaction.set_rollback(True)
    finally:
        hooks._answers[hooks.TURNS].remove(another)
    return found


@pytest.mark.postgresql
def test_both_ways_come_to_the_same_rows(facts, post, enrolled):
    other, short = enrolled("G2"), 0
    for n, (person, number) in enumerate(facts):
        for changed in (
            {"at": AT - 1200, "drift": None}, {"at": AT - 900, "direction": "out", "guard": "9"},
            {"at": AT - 600, "pass_number": number, "passed": "ok", "note": "晚到"}, {"at": AT - 700, "direction": "out"},
            {"at": AT - 300, "direction": "out", "refusal": "no_mask", "temperature": {"first": 379, "at": AT - 300}},
            {"at": AT - 60, "pass_number": number, "passed": "ok" if n % 2 else "forged", "forced": "急", "bundle": "7-b"},
            {"at": AT + 9 * 3600}, {"person": 2**40}, {"temperature": {"first": 381, "at": AT - 700, "second": 379}}, {"drift": 10**12},
        ):  # fmt: skip
            device, row = (post, other)[n % 2], record(person) | changed
            (*long, _many), (*now, few) = _long_way(device, row), _written(device, row)
            assert now == long, changed
            short += few <= MOST
            assert device.send(row)[0]["state"] in ("again", "unreadable")
    assert short >= 2 * len(facts)


@pytest.mark.postgresql
def test_the_question_is_short_enough_for_the_driver_to_keep(plant):
    sql, parameters = alone._question()._written
    assert len(sql) <= 4096 and len(parameters) <= 50


@pytest.mark.postgresql
def test_a_crossing_takes_three_statements_at_most(plant, post):
    plant.check_in("林涛")
    post.send(record(plant["林涛"], at=AT - 60))  # what seldom changes is known from now on
    for row in (record(plant["林涛"], at=AT - 30, direction="out"), record(plant["韩冰"], refusal="no_mask")):
        *_, asked = _written(post, row)
        assert asked <= MOST
    [result] = post.send(row)
    assert result["state"] == "again"
