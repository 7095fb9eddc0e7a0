"""The paper day: sheets with a code a row, keyed back once however often, reconciled with what the devices wrote."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.core.errors import BadInput
from diba.gates.actions import ledger, paper, roll
from diba.gates.forms.paper import pasted, understood
from diba.gates.models import Crossing, Device, OpenItem, PaperRow, PaperSheet, Presence, Visit
from diba.plant import actions
from diba.plant.models import HealthRead, Role

from .conftest import AT, record

PASTE = """行号\t时间\t进出\t谁\t车牌\t体温\t结果\t备注
1\t8:05\t进\t1010 林涛\t\t36.5\t放行\t
2\t0810\t出\t陈立\t\t\t\t夜班下班
3\t8：20\t进\t送货人\t甘A·12345\t36.8\t放行\t蔬菜
4\t8.25\t进\t李四\t\t37.9\t发热\t劝返
"""


@pytest.fixture
def sheet(plant, gates, officer):
    [made] = paper.make_sheets(gates["G1"], plant.today, 1, by=officer)
    return made


@pytest.fixture
def guard(plant, client):
    return plant.signed_in(client, "孙丽", Role.GUARD)


def entries(text, sheet):
    cells, lost = pasted(text, sheet)
    found, faults, _taken = understood(cells, sheet)
    assert not lost and not faults, (lost, faults)
    return found


def today(**more):
    return ledger.crossings(first=actions.today(), last=actions.today(), **more)


def test_rows_pasted_from_a_spreadsheet_become_crossings_once_however_often(plant, sheet, officer):
    states = [paper.key(sheet, entries(PASTE, sheet), by=officer) for _n in range(5)]
    assert states[0] == dict.fromkeys((1, 2, 3, 4), "kept") and states[4] == dict.fromkeys((1, 2, 3, 4), "again")
    rows = {row.paper.number: row for row in today()}
    assert Crossing.objects.count() == PaperRow.objects.count() == 4 == len(rows)
    assert (rows[1].person, rows[1].direction, f"{rows[1].at.astimezone(plant.now.tzinfo):%H:%M}", rows[1].went) == (
        plant["林涛"],
        "in",
        "08:05",
        True,
    )
    assert rows[2].person == plant["陈立"] and rows[2].direction == "out" and rows[2].said["note"] == "夜班下班"
    assert (rows[3].kind, rows[3].said["plate"], rows[3].said["driver"]) == ("vehicle", "甘A12345", "送货人")
    assert (rows[4].kind, rows[4].refusal, rows[4].went, rows[4].said["name"]) == ("unknown", "fever", False, "李四")
    assert rows[1].said["temperature"]["first"] == 365 and rows[1].lists == "paper"
    assert Presence.objects.get(person=plant["林涛"]).inside


def test_a_row_keyed_again_with_other_words_stands_as_it_was(sheet, officer):
    paper.key(sheet, entries("1\t8:05\t进\t林涛\t\t36.5\t\t", sheet), by=officer)
    assert paper.key(sheet, entries("1\t8:05\t进\t陈立\t\t36.5\t\t", sheet), by=officer) == {1: "other"}
    assert today().get().person.name == "林涛" and not OpenItem.objects.filter(kind="unread").exists()


def test_what_the_server_would_have_stopped_is_an_open_item(plant, sheet, officer):
    actions.hold(plant["林涛"], "contact", by=officer)
    paper.key(sheet, entries("1\t8:35\t进\t林涛\t\t36.5\t放行\t", sheet), by=officer)
    assert OpenItem.objects.get().kind == "refused"


def test_a_line_that_a_device_wrote_too_is_counted_once(plant, sheet, officer, post):
    post.send(
        record(plant["林涛"], at=AT - 1900),
        record(plant["郭峰"], at=AT - 1900),
        record(plant["林涛"], at=AT - 9000, direction="out"),
    )
    states = paper.key(sheet, entries(PASTE, sheet), by=officer)
    assert states == {1: "matched", 2: "kept", 3: "kept", 4: "kept"} and today().count() == 6
    (tally,) = paper.tallies([sheet])
    assert (tally.keyed, tally.matched, tally.only, tally.beside) == (4, 1, 3, 1)  # 郭峰 stands on the device alone
    assert not paper.twice([sheet.pk])


def test_a_device_that_comes_back_later_is_reconciled_by_a_person(plant, sheet, officer, post, guard):
    paper.key(sheet, entries(PASTE, sheet), by=officer)
    post.send(record(plant["林涛"], at=AT - 1900), record(plant["陈立"], at=AT - 1900))
    ([pair], page) = paper.twice([sheet.pk]), guard.get(reverse("gates:paper")).content.decode()
    assert pair.row.number == 1 and "1 行可能重复计数" in page and today().count() == 6
    join = reverse("gates:paper_join", args=[pair.row.pk])
    other = Crossing.objects.get(person=plant["陈立"], direction="in")
    for bad in (other.pk, "x", "9" * 30, ""):
        guard.post(join, {"crossing": bad})
    assert today().count() == 6
    for _n in range(2):
        guard.post(join, {"crossing": pair.crossing.pk})
    assert today().count() == 5 and "没有重复计数的行" in guard.get(reverse("gates:paper")).content.decode()


def test_a_line_that_says_the_opposite_is_another_passing(plant, sheet, officer, post):
    post.send(
        record(
            plant["林涛"], at=AT - 1900, refusal="mask"
        ),  # 07:58, refused; the paper lets him in seven minutes later
        record(plant["郭峰"], at=AT - 1900),
    )
    states = paper.key(
        sheet, entries("1\t8:05\t进\t林涛\t\t36.5\t放行\n2\t8:05\t进\t郭峰\t\t37.9\t发热", sheet), by=officer
    )
    assert states == {1: "kept", 2: "kept"} and today().count() == 4
    assert Presence.objects.get(person=plant["林涛"]).inside


def test_what_a_guard_noted_of_somebody_is_no_passing_of_his(plant, sheet, officer, post):
    post.send(record(plant["林涛"], at=AT - 1900, refusal="told", temperature=None))
    assert paper.key(sheet, entries("1\t8:05\t进\t林涛\t\t\t其他原因", sheet), by=officer) == {1: "kept"}
    assert not paper.twice([sheet.pk])


def test_a_device_that_says_the_opposite_later_is_not_offered_as_the_same_passing(plant, sheet, officer, post):
    paper.key(sheet, entries("1\t8:05\t进\t林涛\t\t36.5\t放行", sheet), by=officer)
    post.send(record(plant["林涛"], at=AT - 1900, refusal="mask"))
    row, refused = PaperRow.objects.get(), Crossing.objects.get(refusal="mask")
    assert not paper.twice([sheet.pk])
    with pytest.raises(BadInput):
        paper.join(row, refused.pk, by=officer)


def test_the_guard_keys_a_sheet_and_each_fault_names_its_cell(plant, sheet, guard):
    address = reverse("gates:paper_sheet", args=[sheet.code])
    found = guard.get(reverse("gates:paper"), {"code": f"dbp:{sheet.code}:07"})
    assert found["Location"] == f"{address}#r7"
    assert "没有这个表号" in guard.get(reverse("gates:paper"), {"code": "DBP:ZZZZZZZZ:01"}).content.decode()
    page = guard.post(
        address, {"do": "paste", "lines": PASTE + "99\t8:00\n5\t26:00\t上\t9999\t甘1\t99\t不行\t"}
    ).content.decode()
    assert not PaperRow.objects.exists() and 'value="甘A·12345"' in page and "这些行没有本表的行号：6" in page
    for words in ("写成 8:05 这样的时间", "填“进”或“出”", "体温在 34.0 到 43.0", "填“放行”，或其中之一"):
        assert words in page
    form = {
        "do": "save",
        "r1-time": "8:05",
        "r1-way": "进",
        "r1-who": "林涛",
        "r2-time": "8:50",
        "r2-way": "进",
        "r2-who": "陈立",
    }
    page = guard.post(address, form).content.decode()
    assert "这个时刻还没有到" in page and PaperRow.objects.get().number == 1
    assert (
        "没有重复写入"
        in guard.post(address, {**form, "r2-time": "", "r2-way": "", "r2-who": ""}, follow=True).content.decode()
    )
    assert Crossing.objects.count() == 1


@pytest.fixture
def night(plant, gates, officer):
    """A sheet that a night watch began yesterday."""
    [made] = paper.make_sheets(gates["G1"], plant.today - timedelta(days=1), 1, by=officer)
    return made


def clocks():
    rows = PaperRow.objects.order_by("number").values_list("number", "crossing__at")
    return {number: f"{at.astimezone(actions.now().tzinfo):%d %H:%M}" for number, at in rows}


def test_rows_after_midnight_are_taken_for_the_next_day_once_somebody_confirms_it(night, guard):
    address = reverse("gates:paper_sheet", args=[night.code])
    form = {"do": "save", "r1-time": "23:50", "r1-way": "进", "r1-who": "林涛", "r2-time": "0:10", "r2-way": "出", "r2-who": "林涛",
            "r3-time": "0130", "r3-way": "进", "r3-who": "陈立"}  # fmt: skip
    page = guard.post(address, form).content.decode()
    assert clocks() == {1: "13 23:50"} and 'value="次日 0:10"' in page and "比前面的行早 12 小时以上" in page
    guard.post(address, {**form, "r2-time": "次日 0:10", "r3-time": "次日 0130"})
    assert clocks() == {1: "13 23:50", 2: "14 00:10", 3: "14 01:30"}
    assert not Presence.objects.get(person__name="林涛").inside
    # Pasted once more as it stands on the paper, it is what stands; and a row keyed later goes on from there.
    pasted_again = {**form, "r4-time": "6:00", "r4-way": "出", "r4-who": "陈立"}
    assert "次日 6:00" in guard.post(address, pasted_again).content.decode()
    guard.post(address, {**form, "r4-time": "next day 6:00", "r4-way": "出", "r4-who": "陈立"})
    assert clocks()[4] == "14 06:00" and PaperRow.objects.count() == 4


def test_a_row_that_was_written_late_stays_on_the_day_of_its_sheet_where_somebody_says_so(night, guard):
    address = reverse("gates:paper_sheet", args=[night.code])
    form = {
        "do": "save",
        "r1-time": "21:00",
        "r1-way": "进",
        "r1-who": "林涛",
        "r2-time": "当日 7:30",
        "r2-way": "进",
        "r2-who": "陈立",
    }
    guard.post(address, form)
    assert clocks() == {1: "13 21:00", 2: "13 07:30"}


def test_a_time_that_would_be_still_to_come_is_of_the_sheet_s_day(sheet, guard, plant):
    form = {
        "do": "save",
        "r1-time": "8:30",
        "r1-way": "进",
        "r1-who": "林涛",
        "r2-time": "次日 8:00",
        "r2-way": "进",
        "r2-who": "陈立",
    }
    page = guard.post(reverse("gates:paper_sheet", args=[sheet.code]), form).content.decode()
    assert clocks() == {1: "14 08:30"} and "这个时刻还没有到" in page
    with actions.clock.at(plant.now + timedelta(hours=14)):
        rows = "3\t22:00\t进\t田野\n4\t9:00\t出\t林涛"
        assert entries(rows, sheet)[4].at == plant.now.replace(hour=9, minute=0)


def test_whoever_is_expected_on_either_day_is_told_by_the_moment_of_his_row(night, officer, plant):
    def visit(day):
        begins = plant.now.replace(hour=0, minute=0, second=0) + timedelta(days=day)
        return Visit.objects.create(name="王师傅", host=plant["林涛"], begins_at=begins, ends_at=begins + timedelta(hours=23), by=officer, at=begins)  # fmt: skip

    first, second = visit(-1), visit(0)
    found = entries("1\t22:00\t进\t王师傅\n2\t次日 6:00\t出\t王师傅", night)
    assert [found[n].holder for n in (1, 2)] == [first.pk, second.pk]


def test_sheets_are_printed_with_a_code_a_row_and_only_for_those_who_key(plant, gates, guard, client):
    address = reverse("gates:paper")
    answer = guard.post(address, {"gate": gates["G1"].pk, "day": str(plant.today), "count": 2})
    page = guard.get(answer["Location"]).content.decode()
    assert PaperSheet.objects.count() == 2 and page.count("db-qr") == 30
    for bad in ({"day": "2030-01-01"}, {"count": 999}, {"gate": "x"}):
        assert (
            guard.post(address, {"gate": gates["G1"].pk, "day": str(plant.today), "count": 2, **bad}).status_code == 200
        )
    assert PaperSheet.objects.count() == 2
    sheet, client = PaperSheet.objects.first(), plant.signed_in(client, "韩冰", Role.HEALTH_OFFICER)
    for path in (address, reverse("gates:paper_print"), reverse("gates:paper_sheet", args=[sheet.code])):
        assert client.get(path).status_code == 403


def test_readings_of_kept_rows_are_numbers_for_the_officers_alone(plant, sheet, officer, guard, client):
    paper.key(sheet, entries(PASTE, sheet), by=officer)
    address = reverse("gates:paper_sheet", args=[sheet.code])
    assert "36.5" not in guard.get(address).content.decode()
    client = plant.signed_in(client, "刘敏")
    HealthRead.objects.all().delete()
    assert "36.5" in client.get(address).content.decode()
    read = set(HealthRead.objects.values_list("person_id", flat=True))
    assert read == {plant["林涛"].pk, plant["陈立"].pk}  # a reading, and a note


def test_the_paper_is_no_device_that_somebody_waits_for(plant, sheet, officer, client):
    paper.key(sheet, entries(PASTE, sheet), by=officer)
    assert Device.objects.get().revoked_at and all(
        contact.silent and not contact.devices for contact in roll.contacts()
    )
    client = plant.signed_in(client, "刘敏")
    assert "paper G1" not in client.get(reverse("gates:devices")).content.decode()


def test_the_pages_take_as_many_queries_for_many_rows_as_for_few(plant, gates, officer, guard):
    counts = []
    guard.get(reverse("gates:paper"))
    for n in (1, 3):
        for sheet in paper.make_sheets(gates["G1"], plant.today, n, by=officer):
            paper.key(sheet, entries(PASTE, sheet), by=officer)
        with CaptureQueriesContext(connection) as queries:
            guard.get(reverse("gates:paper"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_two_of_one_name_are_told_apart_by_number(plant, sheet):
    from diba.plant.models import Person

    Person.objects.create(name="林涛", staff_no="7777", unit=plant["林涛"].unit, joined=plant.today - timedelta(days=9))
    cells, _lost = pasted("1\t8:00\t进\t林涛\n2\t8:00\t进\t7777 林涛", sheet)
    found, faults, _taken = understood(cells, sheet)
    assert "工号" in faults[1]["who"] and found[2].record["person"] == Person.objects.get(staff_no="7777").pk


def test_what_cannot_be_read_stops_the_whole_sheet(sheet, officer):
    found = entries("1\t8:00\t进\t林涛", sheet)
    broken = found[1]._replace(record={**found[1].record, "person": 10**9})
    with pytest.raises(BadInput):
        paper.key(sheet, {1: broken}, by=officer)
    assert not PaperRow.objects.exists()


def test_a_note_on_a_sheet_is_read_by_duty_and_health_officers_alone_and_logged(plant, sheet, officer, client):
    words, address = "确诊家属，有糖尿病", reverse("gates:paper_sheet", args=[sheet.code])
    paper.key(sheet, entries(f"1\t8:05\t进\t林涛\t\t\t放行\t{words}", sheet), by=officer)
    for who, role in (("林涛", Role.GUARD), ("陈立", Role.ADMINISTRATOR)):
        page = plant.signed_in(client, who, role).get(address).content.decode()
        assert words not in page and "有备注，值班长和健康管理员可看" in page, role
    read = HealthRead.objects.filter(person_id=plant["林涛"].pk)
    assert not read.exists()
    assert words in plant.signed_in(client, "刘敏", Role.DUTY_OFFICER).get(address).content.decode()
    assert read.count() == 1
