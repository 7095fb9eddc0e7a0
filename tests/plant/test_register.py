"""The register's pages: find, sort, edit, see what changed, take out; the inbox and the task list."""

import datetime
import io
import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from diba.plant import actions
from diba.plant.actions import importing
from diba.plant.models import (
    Absence,
    CalendarDay,
    Certificate,
    Delivery,
    Person,
    Post,
    Qualification,
    Record,
    Role,
    Task,
    Unit,
    Watch,
)  # fmt: skip
from diba.plant.tables import TABLES

from .books import person_id


@pytest.fixture
def planner(plant, client):
    return plant.signed_in(client, "刘敏", Role.PLANNER)


def page(client, name, **query):
    return client.get(reverse("plant:table", args=[name]), query).content.decode()


def test_people_are_found_filtered_and_sorted(plant, planner):
    assert "陈立" in page(planner, "people", q="陈")
    assert "林涛" not in page(planner, "people", q="陈")
    families = page(planner, "people", kind="family")
    assert "王芳" in families and "林涛</a>" not in families
    cell = plant.cell("W01").pk
    assert "周文斌" not in page(planner, "people", cell=cell)
    up, down = (page(planner, "people", sort=sort) for sort in ("staff_no", "-staff_no"))
    assert up.index("陈立") < up.index("孙丽") and down.index("孙丽") < down.index("陈立")
    assert "没有" in page(planner, "people", q="查无此人") or "无" in page(planner, "people", q="查无此人")


@pytest.mark.parametrize("name", TABLES)
def test_every_table_opens_and_leaves_as_a_workbook_and_as_csv(plant, planner, name):
    assert planner.get(reverse("plant:table", args=[name])).status_code == 200
    assert planner.get(reverse("plant:new", args=[name])).status_code == 200
    body = planner.get(reverse("plant:table", args=[name]), {"format": "xlsx"}).content
    rows = list(load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))
    assert len(rows) == TABLES[name].model.objects.count() + 1
    text = planner.get(reverse("plant:table", args=[name]), {"format": "csv"}).content.decode("utf-8-sig")
    assert text.splitlines()[0].split(",")[0] == rows[0][0]
    assert Record.objects.filter(verb="register.exported", object_type=name).count() == 2


def edit(client, person, **changed):
    data = {
        "staff_no": person.staff_no or "",
        "name": person.name,
        "kind": person.kind,
        "phone": person.phone,
        **changed,
    }
    return client.post(reverse("plant:edit", args=["people", person.pk]), data)


def test_an_edit_keeps_who_when_before_and_after(plant, planner):
    chen = plant["陈立"]
    edit(planner, chen, phone="13800000001", unit=Unit.objects.get(code="D02").pk, identity=person_id())
    shown = planner.get(reverse("plant:edit", args=["people", chen.pk])).content.decode()
    assert "电话: 10000001000 → 13800000001" in shown or "手机: 10000001000 → 13800000001" in shown
    assert "运行分场 → 办公室" in shown
    assert "刘敏" in shown and "2020-02-14 08:40" in shown
    assert person_id() not in shown
    assert Record.objects.filter(verb="people.changed", object_id=str(chen.pk)).exists()
    chen.refresh_from_db()
    assert chen.identity == person_id()
    edit(planner, chen, phone="13800000002")
    chen.refresh_from_db()
    assert chen.identity == person_id(), "an empty field leaves the number as it is"


def test_an_identity_number_belongs_to_one_person(plant, planner):
    edit(planner, plant["陈立"], identity=person_id())
    response = edit(planner, plant["林涛"], identity=person_id())
    assert response.status_code == 200
    assert Person.objects.filter(identity_hash__isnull=False).count() == 1


def test_what_others_depend_on_is_not_deleted(plant, planner):
    chen = plant["陈立"]
    assert planner.post(reverse("plant:delete", args=["people", chen.pk])).status_code == 302
    assert Person.objects.filter(pk=chen.pk).exists()
    certificate = Certificate.objects.get(person=chen)
    planner.post(reverse("plant:delete", args=["certificates", certificate.pk]))
    assert not Certificate.objects.filter(pk=certificate.pk).exists()
    assert Certificate.history.filter(id=certificate.pk, history_type="-").exists()


def test_a_unit_hangs_under_the_unit_above(plant, planner):
    planner.post(reverse("plant:new", args=["units"]), {"code": "T9", "name": "九值", "kind": "team", "parent": "D01"})
    assert Unit.objects.get_parent(Unit.objects.get(code="T9")).code == "D01"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "team", "parent": "NOPE"}, "没有编码为 NOPE 的上级单位"),
        ({"kind": "cell", "parent": "D01"}, "网格不能放在它下面"),
        ({"code": "D01", "kind": "department"}, "已有一条编码相同的"),
    ],
)
def test_a_unit_that_would_hang_in_the_wrong_place_is_refused(plant, planner, values, said):
    there = Unit.objects.count()
    page = planner.post(reverse("plant:new", args=["units"]), {"code": "T9", "name": "九值", **values}).content.decode()
    assert said in page and 'value="九值"' in page and Unit.objects.count() == there


def test_a_unit_is_moved_but_not_below_itself_and_keeps_its_kind_while_people_belong_to_it(plant, planner):
    for code, above in (("D08", ""), ("T8", "D01")):
        kind = "team" if above else "department"
        planner.post(reverse("plant:new", args=["units"]), {"code": code, "name": code, "kind": kind, "parent": above})
    team = Unit.objects.get(code="T8")
    address = reverse("plant:edit", args=["units", team.pk])
    assert '<option value="D01" selected' in planner.get(address).content.decode()
    values = {"code": "T8", "name": "八值", "kind": "team"}
    planner.post(address, {**values, "parent": "D08"})
    assert (
        Unit.objects.get_parent(Unit.objects.get(code="T8")).code == "D08"
        and Unit.objects.get(code="T8").name == "八值"
    )
    planner.post(address, {**values, "parent": ""})
    assert Unit.objects.get(code="T8").is_root()
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    above = Unit.objects.get(code="D01")
    words = {"code": "D01", "name": above.name, "kind": "department", "parent": "D01"}
    assert "不能放在自己下面" in planner.post(reverse("plant:edit", args=["units", above.pk]), words).content.decode()
    Person.objects.filter(pk=plant["陈立"].pk).update(unit=above)
    page = planner.post(reverse("plant:edit", args=["units", above.pk]), {**words, "kind": "branch", "parent": ""})
    assert "不能改类别" in page.content.decode()


def test_what_somebody_else_changed_meanwhile_is_not_written_over_unseen(plant, planner):
    address = reverse("plant:edit", args=["people", plant["陈立"].pk])
    page = planner.get(address)
    values = {
        **{name: value or "" for name, value in page.context["form"].initial.items()},
        "version": page.context["version"],
    }
    planner.post(address, {**values, "note": "先改的"})
    late = planner.post(address, {**values, "note": "后改的"})
    assert "您打开之后别人改过这一条" in late.content.decode() and "后改的" in late.content.decode()
    assert Person.objects.get(pk=plant["陈立"].pk).note == "先改的"
    assert planner.post(address, {**values, "version": late.context["version"], "note": "后改的"}).status_code == 302
    assert Person.objects.get(pk=plant["陈立"].pk).note == "后改的"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"birth": "2099-01-01"}, "这一天还没到"),
        ({"joined": "2019-01-01", "left_on": "2018-01-01"}, "早于入职日期"),
        ({"birth": "1990-01-01", "joined": "1980-01-01"}, "早于出生日期"),
        ({"birth": "1990-01-01", "identity": person_id()}, "身份证号上是 1985-03-02"),
        ({"sex": "F", "identity": person_id()}, "与身份证号不符"),
    ],
)
def test_days_that_contradict_each_other_are_refused(plant, planner, values, said):
    page = planner.post(reverse("plant:new", args=["people"]), {"name": "新人", "kind": "employee", **values})
    assert said in page.content.decode() and not Person.objects.filter(name="新人").exists()


def test_a_full_width_staff_number_is_the_same_number(plant, planner):
    planner.post(
        reverse("plant:new", args=["people"]), {"name": "新人", "kind": "employee", "staff_no": "　９９０１２　"}
    )
    assert Person.objects.get(name="新人").staff_no == "99012"


def test_nothing_found_leads_back_to_everything(plant, planner):
    page = planner.get(reverse("plant:table", args=["people"]), {"q": "查无此人"}).content.decode()
    assert "没有符合条件的" in page and "看全部" in page and "导入表格" not in page


def test_an_absence_has_an_approver_and_an_end(plant, planner):
    data = {"person": plant["陈立"].pk, "kind": "leave", "starts_at": "2020-02-15T08:00", "ends_at": "2020-02-14T08:00"}
    assert "晚于" in planner.post(reverse("plant:absences"), data).content.decode()
    assert Absence.objects.count() == 0
    planner.post(reverse("plant:absences"), {**data, "ends_at": "2020-02-17T08:00"})
    row = Absence.objects.get()
    assert (row.state, row.approver.person.name) == ("approved", "刘敏")
    planner.post(reverse("plant:absence", args=[row.pk]), {"verb": "end"})
    row.refresh_from_db()
    assert row.state == "ended"


def test_the_same_form_enters_an_absence_once_however_often_it_is_sent(plant, planner):
    [uid] = re.findall(r'name="uid" value="([0-9a-f-]{36})"', planner.get(reverse("plant:absences")).content.decode())
    data = {"person": plant["陈立"].pk, "kind": "leave", "starts_at": "2020-02-15T08:00", "uid": uid}
    for _twice in range(2):
        planner.post(reverse("plant:absences"), data)
    assert plant["陈立"].absences.count() == 1
    planner.post(reverse("plant:absences"), {**data, "person": plant["林涛"].pk})  # the page of before, another person
    assert plant["林涛"].absences.count() == 1


def test_absences_are_found_filtered_sorted_and_saved_also_those_that_are_over(plant, planner):
    hours = datetime.timedelta(hours=1)
    actions.take_out(plant["陈立"], "leave", plant.now, plant.now + 9 * hours, by=None)
    actions.take_out(plant["林涛"], "training", plant.now - hours, plant.now + 5 * hours, by=None)
    actions.take_out(plant["周文斌"], "sick", plant.now - 9 * hours, plant.now - 5 * hours, by=None)

    def named(**query):
        rows = planner.get(reverse("plant:absences"), query).context["page"]
        return [row.person.name for row in rows]

    assert named() == ["林涛", "陈立"]
    assert named(sort="-starts_at") == ["陈立", "林涛"] and named(sort="nonsense") == ["林涛", "陈立"]
    assert named(q="陈") == ["陈立"] and named(kind="training") == ["林涛"] and named(past="1") == ["周文斌"]
    assert "没有符合条件的" in planner.get(reverse("plant:absences"), {"q": "查无"}).content.decode()
    book = load_workbook(io.BytesIO(planner.get(reverse("plant:absences"), {"format": "xlsx"}).content))
    assert [row[1] for row in book.active.iter_rows(values_only=True)] == ["姓名", "林涛", "陈立"]
    assert Record.objects.filter(verb="register.exported", object_type="absences").exists()
    assert planner.get(reverse("plant:absences"), {"format": "csv", "q": "陈"}).content.decode().count("\r\n") == 2


def test_an_absence_form_begins_with_who_is_named_and_leads_back(plant, planner):
    someone, address = plant["陈立"], reverse("plant:absences")
    page = planner.get(address, {"person": someone.pk}).content.decode()
    assert f'<option value="{someone.pk}" selected>' in page
    assert f'value="{timezone.localtime(plant.now):%Y-%m-%dT%H:%M}' in page
    for odd in ("x", "9" * 40, "-1", ""):
        assert planner.get(address, {"person": odd}).status_code == 200
    data = {"person": someone.pk, "kind": "sick", "starts_at": "2020-02-15T08:00"}
    ways = {"/rosters/?hole=1-1-20200215": True, "//evil.example/": False, "https://evil.example/": False, "/\\evil.example": False, "": False}  # fmt: skip
    for back, led in ways.items():
        answer = planner.post(f"{address}?{urlencode({'back': back})}", data)
        assert answer["Location"] == (back if led else address)


def test_an_absence_that_health_caused_is_not_the_planners_to_end(plant, planner):
    row = actions.take_out(plant["陈立"], "isolation", plant.now, by=None)
    planner.post(reverse("plant:absence", args=[row.pk]), {"verb": "end"})
    row.refresh_from_db()
    assert row.state == "approved"


def test_the_administrator_sees_no_reason_of_an_absence(plant, client):
    actions.take_out(plant["陈立"], "isolation", plant.now, by=None)
    client = plant.signed_in(client, "刘洋", Role.ADMINISTRATOR)
    shown = client.get(reverse("plant:person", args=[plant["陈立"].pk])).content.decode()
    assert "隔离" not in shown.partition("<main")[2].partition("</main>")[0]
    assert client.get(reverse("grid:person", args=[plant["陈立"].pk])).status_code == 404


def test_a_message_is_unread_then_read_then_receipted_once(plant, client):
    actions.tell([plant["林涛"], plant["林涛"], plant["陈立"].pk], "The roster has changed.", receipt_wanted=True)
    client = plant.signed_in(client, "林涛")
    delivery = Delivery.objects.get(person=plant["林涛"])
    assert delivery.read_at is None
    client.get(reverse("plant:inbox"))
    with actions.clock.at(plant.now.replace(minute=45)):
        client.post(reverse("plant:receipt", args=[delivery.pk]))
    with actions.clock.at(plant.now.replace(minute=50)):
        client.post(reverse("plant:receipt", args=[delivery.pk]))
    delivery.refresh_from_db()
    assert (delivery.read_at, delivery.receipted_at) == (plant.now, plant.now.replace(minute=45))
    other = Delivery.objects.get(person=plant["陈立"])
    assert client.post(reverse("plant:receipt", args=[other.pk])).status_code == 404


def test_a_task_goes_to_whoever_holds_the_role_in_that_unit_and_is_closed_once(plant, client):
    task = actions.ask("Call {name}", {"name": "陈立"}, role=Role.CELL_LEAD, unit=plant.cell("W01"), key="call:1")
    assert (
        actions.ask("Call {name}", {"name": "陈立"}, role=Role.CELL_LEAD, unit=plant.cell("W01"), key="call:1") == task
    )
    other = plant.account("周文斌", Role.CELL_LEAD, unit=plant.cell("W02"))
    assert list(actions.tasks_of(other)) == []
    client = plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=plant.cell("W01"))
    close = reverse("plant:close_task", args=[task.pk])
    client.post(close, {"outcome": ""})
    assert Task.objects.get(pk=task.pk).closed_at is None
    client.post(close, {"outcome": "已联系"})
    assert client.post(close, {"outcome": "改写"}).status_code == 404
    assert Task.objects.get(pk=task.pk).outcome == "已联系"
    assert actions.ask("Call {name}", role=Role.CELL_LEAD, unit=plant.cell("W01"), key="call:1") != task


def test_the_history_names_what_a_post_asks_for(plant, planner):
    post = Post.objects.get(code="zhizhang")
    wanted = Qualification.objects.get(code="ZB")
    data = {
        "code": post.code,
        "name": post.name,
        "tier": 1,
        "place": "中控室",
        "active": "on",
        "qualifications": [wanted.pk],
    }
    planner.post(reverse("plant:edit", args=["posts", post.pk]), data)
    shown = planner.get(reverse("plant:edit", args=["posts", post.pk])).content.decode()
    assert "所需资质: 值长证 → —" in shown and "所需资质: — → 主值班员证" in shown
    assert "&lt;Post" not in shown and "[{" not in shown


@pytest.mark.parametrize(
    ("role", "there"), [(Role.PLANNER, True), (Role.HEALTH_OFFICER, False), (Role.ADMINISTRATOR, False)]
)
def test_the_register_offers_absences_to_those_who_may_open_them(plant, client, role, there):
    client = plant.signed_in(client, "刘洋", role)
    address = reverse("plant:absences")
    assert (address in client.get(reverse("plant:register")).content.decode()) is there
    assert client.get(address).status_code == (200 if there else 403)


def test_people_have_a_name_of_their_own_kind_and_things_another(plant, planner):
    assert '<th><a href="?sort=name">姓名</a>' in page(planner, "people")
    assert '<th><a href="?sort=name">名称</a>' in page(planner, "posts")
    assert ">姓名</label>" in planner.get(reverse("plant:new", args=["people"])).content.decode()


@pytest.mark.parametrize(
    ("table", "data", "words"),
    [
        ("certificates", {"person": "陈立", "qualification": "ZB", "issued": "2020-05-01", "expires": "2020-04-01"}, "有效期早于"),
        ("substitutions", {"holder": "ZB", "stands_for": "ZZ"}, "单向"),
        ("people", {"name": "李四", "kind": "employee", "phone": "abc<b>"}, "11 位"),
        ("certificates", {"person": "陈立", "qualification": "ZZ"}, "资质都相同的记录"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_beside_its_field(plant, planner, table, data, words):
    keys = {"陈立": plant["陈立"].pk, **dict(Qualification.objects.values_list("code", "pk"))}
    before = TABLES[table].model.objects.count()
    shown = planner.post(
        reverse("plant:new", args=[table]), {name: keys.get(value, value) for name, value in data.items()}
    )
    assert words in shown.content.decode() and shown.status_code == 200
    assert TABLES[table].model.objects.count() == before


def test_an_absence_of_a_family_member_or_of_who_left_is_refused(plant, planner):
    Person.objects.filter(name="孙志强").update(left_on=plant.today)
    for name in ("王芳", "孙志强"):
        data = {
            "person": plant[name].pk,
            "kind": "leave",
            "starts_at": "2020-02-20T00:00",
            "ends_at": "2020-02-21T00:00",
        }
        planner.post(reverse("plant:absences"), data)
    assert not Absence.objects.exists()


def test_holidays_have_their_chinese_names(plant):
    actions.load_calendar([2020])
    assert CalendarDay.objects.get(day="2020-01-25").name == "春节"
    assert not [row.name for row in CalendarDay.objects.all() if row.name.isascii() and row.name]


def test_the_announced_holidays_are_entered_at_once_and_what_stands_there_stays(plant, planner):
    own = CalendarDay.objects.create(day="2020-01-25", kind="make_up", name="抢修", source="厂部")
    assert "填入国务院放假和调休安排" in page(planner, "calendar")
    planner.post(reverse("plant:calendar_fill"))
    assert CalendarDay.objects.get(day="2020-05-01").kind == "holiday"
    assert CalendarDay.objects.get(pk=own.pk).name == "抢修"
    there = CalendarDay.objects.count()
    answer = planner.post(reverse("plant:calendar_fill"), follow=True).content.decode()
    assert "没有新的" in answer and CalendarDay.objects.count() == there
    assert Record.objects.filter(verb="calendar.filled").count() == 2


def test_staff_are_found_before_families_who_say_whose_they_are(plant, planner):
    someone = plant["陈立"]
    Person.objects.create(name="陈小立", kind="family", relative_of=someone, relation="子")
    found = planner.get(reverse("plant:search"), {"q": "陈"})
    names = [row.name for row in found.context["people"]]
    assert names.index("陈立") < names.index("陈小立") and "陈立的家属" in found.content.decode()


def test_certificates_say_the_staff_number_of_whose_they_are(plant, planner):
    someone = Certificate.objects.exclude(person__staff_no=None).first().person
    lines = page(planner, "certificates", format="csv", q=someone.name).splitlines()
    assert lines[0].lstrip("\ufeff").startswith("工号,") and lines[1].startswith(f"{someone.staff_no},")


def test_whatever_a_workbook_brings_has_a_name_on_the_page_that_shows_it():
    for kind in importing.applying.ORDER:
        assert str(actions.deeds.object_words(kind)) != kind, kind


def test_a_watch_that_runs_beside_another_of_its_pattern_is_saved_with_a_warning(plant, planner):
    pattern = Watch.objects.filter(pattern__code="2x12").first().pattern
    data = {"pattern": pattern.pk, "code": "X", "name": "加班", "starts": "06:00", "minutes": 720}
    shown = planner.post(reverse("plant:new", args=["watches"]), data, follow=True).content.decode()
    assert "加班与" in shown and "一个人不能同时上" in shown
    handing_over = {
        **data,
        "pattern": Watch.objects.get(code="X").pattern_id,
        "code": "Y",
        "name": "交接",
        "minutes": 60,
    }
    assert (
        "交接与" not in planner.post(reverse("plant:new", args=["watches"]), handing_over, follow=True).content.decode()
    )


def test_a_change_is_undone_as_a_change_of_its_own_unless_it_was_changed_again(plant, planner):
    someone = plant["陈立"]
    address = reverse("plant:edit", args=["people", someone.pk])
    values = {name: value or "" for name, value in planner.get(address).context["form"].initial.items()}
    planner.post(address, {**values, "name": "陈立立", "note": "甲"})
    first = planner.get(address).context["history"][0][4]
    planner.post(address, {**values, "name": "陈立立", "note": "乙"})
    undo = reverse("plant:undo_change", args=["people", someone.pk])
    assert [number for *_rest, number in planner.get(address).context["history"][:2]] == [first + 1, None]
    assert "之后又改过" in planner.post(undo, {"change": first}, follow=True).content.decode()
    page = planner.post(undo, {"change": first + 1}, follow=True).content.decode()
    row = Person.objects.get(pk=someone.pk)
    assert "已恢复原样" in page and (row.name, row.note) == ("陈立立", "甲")
    planner.post(undo, {"change": first})
    assert Person.objects.get(pk=someone.pk).name == "陈立" and someone.history.count() >= 4
    for wrong in ("", "x", 999999, someone.history.last().history_id):
        assert planner.post(undo, {"change": wrong}).status_code == 404


def test_an_undo_that_would_give_a_number_twice_is_refused_with_words(plant, planner):
    someone, other = plant["陈立"], plant["林涛"]
    was = someone.staff_no
    someone.staff_no = "77001"
    someone.save()
    other.staff_no = was
    other.save()
    undo = reverse("plant:undo_change", args=["people", someone.pk])
    number = someone.history.latest("history_id").history_id
    page = planner.post(undo, {"change": number}, follow=True).content.decode()
    assert "已恢复原样" not in page and Person.objects.get(pk=someone.pk).staff_no == "77001"


def test_a_name_in_the_table_leads_to_its_person_without_scrolling_to_the_last_column(plant, planner):
    someone = plant["陈立"]
    address = reverse("plant:person", args=[someone.pk])
    assert f'<a href="{address}">陈立</a>' in page(planner, "people", q="陈")
