"""A zone may lie in another, such as an office building in the works: out of the one is into the other."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from diba.core.errors import BadInput
from diba.gates.actions import fleeing, places, roll
from diba.gates.actions.evacuating import begin
from diba.gates.models import Crossing, Presence
from diba.plant import actions
from diba.plant.models import Role, WatchPattern

from ..conftest import NOW
from .conftest import AT, record
from .test_lists import lists

OUT = {"direction": "out", "temperature": None, "verdict": {"verdict": "pass", "reason": "leaves"}}


@pytest.fixture
def works(gates):
    return gates["G2"].zone


@pytest.fixture
def office(gates, works, officer):
    zone = places.keep_zone(by=officer, code="OFFICE", name="办公楼", within=works)
    gates["G6"] = places.keep_gate(
        by=officer, code="G6", name="办公楼门", zone=zone, pattern=WatchPattern.objects.get(code="3x8")
    )
    return zone


@pytest.fixture
def way(enrolled, office, plant):
    """Return a function that sends a person's crossings of gates, one after the other, each alone or all at once."""
    posts, person = {code: enrolled(code) for code in ("G1", "G2", "G6")}, plant["林涛"]
    with actions.clock.at(NOW - timedelta(hours=2)):
        plant.check_in("林涛")

    def go(*steps):
        first = AT - 3600 + 60 * Crossing.objects.count()
        for n, step in enumerate(steps):
            direction, code = step.split()
            posts[code].send(record(person, at=first + 60 * n, **(OUT if direction == "out" else {})))
        return [(row.judged_reason, row.flags) for row in Crossing.objects.order_by("at")][-len(steps) :]

    return go


def where():
    row = Presence.objects.get()
    assert row.inside == (row.zone is not None)
    return row.zone and row.zone.code


def test_into_the_inner_zone_from_the_outer_is_no_double_entry_and_out_of_it_is_into_the_outer(way):
    assert way("in G2", "in G6") == [("enters", ""), ("enters", "")] and where() == "OFFICE"
    assert way("out G6") == [("leaves", "")] and where() == "WORKS"
    assert way("in G6", "out G6", "out G2") == [("enters", ""), ("leaves", ""), ("leaves", "")] and where() is None


def test_out_of_the_outer_zone_is_out_of_what_lies_in_it_and_into_it_again_is_twice(way):
    way("in G2", "in G6")
    assert way("in G2") == [("inside_already", "")] and where() == "WORKS"
    way("in G6")
    assert way("out G2") == [("leaves", "")] and where() is None


def test_whoever_leaves_the_inner_zone_without_having_come_in_is_flagged_and_inside_the_outer(way):
    assert way("in G2", "out G6") == [("enters", ""), ("leaves", "exit_without_entry")] and where() == "WORKS"


def test_from_one_zone_into_another_that_does_not_lie_in_it_is_looked_at_as_before(way):
    assert way("in G1", "in G2") == [("enters", ""), ("inside_already", "")] and where() == "WORKS"


def test_a_queue_that_comes_at_once_comes_to_the_same(plant, enrolled, office):
    with actions.clock.at(NOW - timedelta(hours=2)):
        plant.check_in("林涛")
    post, person = enrolled("G6"), plant["林涛"]
    enrolled("G2").send(record(person, at=AT - 600))
    post.send(*[record(person, at=AT - 500 + n, **(OUT if n % 2 else {})) for n in range(4)])
    assert where() == "WORKS" and not Crossing.objects.exclude(judged="pass").exists()


def test_the_roll_of_the_outer_zone_has_who_is_in_the_inner_and_each_stands_once(way, works, office):
    way("in G2", "in G6")
    parts, _contacts = roll.roll()
    assert [(part.zone.code, part.count) for part in parts] == [("LIVING", 0), ("WORKS", 0), ("OFFICE", 1)]
    parts, _contacts = roll.roll(works)
    assert [(part.zone.code, part.count) for part in parts] == [("WORKS", 0), ("OFFICE", 1)]
    assert [part.zone.code for part in roll.roll(office)[0]] == ["OFFICE"]


def test_in_an_evacuation_whoever_left_the_office_is_still_inside_the_works(way, officer):
    way("in G2", "in G6")
    row = begin("氯气", by=officer)
    row.begun_at = row.begun_at.replace(hour=0)
    way("out G6")
    parts, _silent, out = fleeing.count(row)
    assert ({part.zone.code: part.count for part in parts}["WORKS"], out) == (1, 0)
    way("out G2")
    assert fleeing.count(row)[2] == 1


def test_a_stranger_is_one_in_zones_that_lie_in_one_another_and_who_gives_no_name_is_one_for_himself(enrolled, office):
    posts = {code: enrolled(code) for code in ("G1", "G2", "G6")}
    let_in = {"verdict": {"verdict": "wait", "reason": "not_listed"}, "forced": "值班长同意"}

    def rows():
        return sorted((part.zone.code, one.name) for part in roll.roll()[0] for one in part.nameless)

    posts["G2"].send(record(name="张三", at=AT - 90, **let_in))
    posts["G6"].send(record(name="张三", at=AT - 80, **let_in))
    posts["G1"].send(record(name="张三", at=AT - 80, **let_in))  # another one of his name, elsewhere
    assert rows() == [("LIVING", "张三"), ("OFFICE", "张三")]
    posts["G6"].send(record(name="张三", at=AT - 70, **OUT))
    assert rows() == [("LIVING", "张三"), ("WORKS", "张三")]
    posts["G2"].send(record(name="张三", at=AT - 60, **OUT))
    posts["G2"].send(*[record(at=AT - 50, **let_in) for _n in range(2)])
    posts["G6"].send(record(at=AT - 40, **OUT))  # somebody: nobody knows who
    assert rows() == [("LIVING", "张三"), ("WORKS", "没留姓名"), ("WORKS", "没留姓名")]


def test_the_lists_of_every_gate_say_which_zone_lies_in_which_and_name_strangers_of_other_gates(
    way, enrolled, office, plant
):
    let_in = {"verdict": {"verdict": "wait", "reason": "not_listed"}, "forced": "值班长同意"}
    way("in G2", "in G6", "out G6")
    nobody = record(at=AT - 40, **let_in)
    enrolled("G6").send(record(name="张三", at=AT - 50, **let_in), nobody)
    found = lists(enrolled("G1"))
    assert [(zone["code"], zone["within"]) for zone in found["zones"]] == [
        ("LIVING", ""),
        ("WORKS", ""),
        ("OFFICE", "WORKS"),
    ]
    inside = [(row["kind"], row["id"], row.get("name"), row["zone"], row["gate"]) for row in found["inside"]]
    assert inside == [
        ("person", plant["林涛"].pk, None, "WORKS", "G6"), ("unknown", 0, "张三", "OFFICE", "G6"), ("unknown", 0, "", "OFFICE", "G6")
    ]  # fmt: skip
    assert found["inside"][2]["uid"] == nobody["uid"]


def test_out_of_the_outer_zone_ends_what_somebody_had_in_common_with_others_in_the_inner(way, enrolled, plant):
    way("in G2", "in G6", "out G2")  # from 7:41 in the office, from 7:42 out of the works and so of the office
    enrolled("G6").send(record(plant["陈立"], at=AT - 1800), record(plant["郭峰"], at=AT - 3530))
    rows = actions.exposures_of([plant["林涛"].pk], NOW - timedelta(hours=12), NOW)
    met = [(row.other, row.minutes) for row in rows if row.kind == "zone"]
    assert met == []
    way("in G2", "in G6")
    rows = actions.exposures_of([plant["林涛"].pk], NOW - timedelta(hours=12), NOW)
    assert {row.other for row in rows if row.kind == "zone"} == {plant["陈立"].pk, plant["郭峰"].pk}


@pytest.mark.parametrize("between", [0, 1, 2], ids=["at the next gate", "past a hall", "past two halls"])
def test_who_passed_the_inner_gate_alone_has_not_met_who_went_out_at_the_outer(way, enrolled, plant, works, office, officer, between):  # fmt: skip
    """The works, in them halls without a gate, in these the office: out of the works is out of the office."""
    hall = works
    for n in range(between):
        hall = places.keep_zone(by=officer, code=f"HALL{n}", name=f"厂房{n}", within=hall)
        places.keep_zone(office, by=officer, code="OFFICE", name="办公楼", within=hall)
    way("in G2", "in G6", "out G2")
    enrolled("G6").send(record(plant["陈立"], at=AT - 1800), record(plant["郭峰"], at=AT - 1700))
    rows = actions.exposures_of([plant["陈立"].pk], NOW - timedelta(hours=12), NOW)
    assert {row.other for row in rows if row.kind == "zone"} == {plant["郭峰"].pk}


def test_an_upgrade_puts_whoever_is_inside_into_the_zone_of_his_gate(way, enrolled, plant, works):
    way("in G2")
    enrolled("G1").send(record(plant["陈立"], at=AT - 1800), record(plant["陈立"], at=AT - 1700, **OUT))
    Presence.objects.update(zone=None)
    import_module("diba.gates.migrations.0014_where_inside").fill(apps, None)
    assert dict(Presence.objects.values_list("person__name", "zone")) == {"林涛": works.pk, "陈立": None}


def test_a_zone_lies_neither_in_itself_nor_in_what_lies_in_it(plant, client, works, office, officer):
    for wrong in (works, office):
        with pytest.raises(BadInput):
            places.keep_zone(works, by=officer, code="WORKS", name="厂区", within=wrong)
    client = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    path = f"{reverse('gates:places')}?zone={works.pk}"
    form = {"do": "zone", "zone-code": "WORKS", "zone-name": "厂区", "zone-within": office.pk}
    page = client.post(path, form).content.decode()
    assert "也不能位于它里面的区域之内" in page
    offered = page.split('name="zone-within"')[1].split("</select>")[0]
    assert all(f'<option value="{zone.pk}"' not in offered for zone in (works, office)) and "生活区" in offered
    assert client.post(path, {**form, "zone-within": ""}).status_code == 302
    assert client.post(path, {**form, "zone-within": "x"}).status_code == 200
    assert "<td>办公楼</td><td>厂区</td>" in client.get(reverse("gates:places")).content.decode()
    kept = client.get(reverse("gates:places"), {"zone": office.pk}).content.decode()
    assert f'<option value="{works.pk}" selected>' in kept.split('name="zone-within"')[1].split("</select>")[0]
