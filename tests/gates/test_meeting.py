"""Who met whom at the gates: what contact tracing is told, and what it is spared."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from diba.gates.actions import meeting
from diba.plant import actions
from diba.plant.models import Person

from ..conftest import NOW
from .conftest import AT, record

DAY = (NOW - timedelta(hours=12), NOW + timedelta(minutes=1))


def near(*people):
    """Return {(asked, other, kind): (minutes, place, detail)} of what the gates know."""
    rows = [row for row in actions.exposures_of([person.pk for person in people], *DAY) if row.kind in ("gate", "zone")]
    return {(row.person, row.other, row.kind): (row.minutes, row.place, row.detail) for row in rows}


def test_who_passed_a_gate_within_two_minutes_is_told_and_who_came_later_or_elsewhere_is_not(plant, enrolled):
    one, two = enrolled(), enrolled("G2")
    tao, li, feng, ye = (plant[name] for name in ("林涛", "陈立", "郭峰", "田野"))
    one.send(
        record(tao, at=AT - 1200, direction="out"),
        record(li, at=AT - 1110, direction="out"),
        record(feng, at=AT - 900, direction="out"),
    )
    two.send(record(ye, at=AT - 1190, direction="out"))
    assert near(tao) == {(tao.pk, li.pk, "gate"): (None, "生活区正门", "02-14 08:20–08:21")}
    assert set(near(tao, li)) == {(tao.pk, li.pk, "gate"), (li.pk, tao.pk, "gate")}
    assert near(plant["韩冰"]) == {}


def test_who_was_inside_one_zone_at_one_time_is_told_with_the_minutes(plant, post):
    tao, li, feng = (plant[name] for name in ("林涛", "陈立", "郭峰"))
    post.send(
        record(tao, at=AT - 7200), record(tao, at=AT - 3600, direction="out"), record(li, at=AT - 5400),
        record(feng, at=AT - 3000), record(feng, at=AT - 10000, refusal="no_mask"),
    )  # fmt: skip
    assert near(tao) == {(tao.pk, li.pk, "zone"): (30, "生活区", "02-14 07:10–07:40")}
    assert near(feng) == {(feng.pk, li.pk, "zone"): (51, "生活区", "02-14 07:50–08:41")}


def test_a_crowd_is_no_meeting_and_many_ask_as_little_as_one(plant, post):
    tao = plant["林涛"]
    crowd = Person.objects.bulk_create([Person(staff_no=f"m{n}", name=f"众{n}") for n in range(meeting.CROWD)])
    post.send(record(tao, at=AT - 7200), *[record(person, at=AT - 3600 + n) for n, person in enumerate(crowd[1:])])
    assert len(near(tao)) == meeting.CROWD - 1
    post.send(record(crowd[0], at=AT - 60))
    assert {kind for _person, _other, kind in near(tao)} == set()
    with CaptureQueriesContext(connection) as asked:
        meeting.gate_exposures([tao.pk, *(person.pk for person in crowd)], *DAY)
    assert len(asked) == 3
