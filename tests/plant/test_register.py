"""The register's tables: find, sort, export; what they hold and how they call it."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from diba.plant import actions
from diba.plant.actions import importing
from diba.plant.models import (
    CalendarDay,
    Certificate,
    Manning,
    Person,
    Record,
    Watch,
)  # fmt: skip
from diba.plant.tables import TABLES


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


def test_nothing_found_leads_back_to_everything(plant, planner):
    page = planner.get(reverse("plant:table", args=["people"]), {"q": "查无此人"}).content.decode()
    assert "没有符合条件的" in page and "看全部" in page and "导入表格" not in page


def test_people_have_a_name_of_their_own_kind_and_things_another(plant, planner):
    assert '<th><a href="?sort=name">姓名</a>' in page(planner, "people")
    assert '<th><a href="?sort=name">名称</a>' in page(planner, "posts")
    assert ">姓名</label>" in planner.get(reverse("plant:new", args=["people"])).content.decode()


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


def test_a_watch_that_runs_beside_another_of_its_pattern_is_refused_with_the_names_of_both(plant, planner):
    first = Watch.objects.filter(pattern__code="2x12").first()
    data = {"pattern": first.pattern_id, "code": "X", "name": "加班", "starts": "06:00", "minutes": 720}
    shown = planner.post(reverse("plant:new", args=["watches"]), data).content.decode()
    assert f"加班与{first}重叠" in shown and "一个人不能同时上" in shown
    assert 'value="加班"' in shown and not Watch.objects.filter(code="X").exists()  # nothing typed is lost
    handing_over = {**data, "code": "Y", "name": "交接", "minutes": 60}
    planner.post(reverse("plant:new", args=["watches"]), handing_over)
    assert Watch.objects.filter(code="Y").exists()
    Watch.objects.create(
        pattern=first.pattern, code="Z", name="旧班", starts=first.starts, minutes=720
    )  # from before it was refused: what does not touch its hours may be changed
    address = reverse("plant:edit", args=["watches", first.pk])
    version = re.search(r'name="version" value="(\d*)"', planner.get(address).content.decode())[1]
    kept = {"pattern": first.pattern_id, "code": first.code, "starts": first.starts, "minutes": first.minutes}
    planner.post(address, {**kept, "name": "改名班", "version": version})
    first.refresh_from_db()
    assert first.name == "改名班"


@pytest.mark.parametrize("level", ["99", "5", "-1", "", "x"])
def test_minimum_manning_is_entered_for_a_level_there_is(plant, planner, level):
    first = Manning.objects.first()
    data = {"post": first.post_id, "watch": first.watch_id, "level": level, "minimum": "2"}
    before = Manning.objects.count()
    answer = planner.post(reverse("plant:new", args=["manning"]), data)
    assert answer.status_code == 200 and list(answer.context["form"].errors) == ["level"]
    assert Manning.objects.count() == before and 'value="2"' in answer.content.decode(), "what was typed is not lost"
    assert planner.post(reverse("plant:new", args=["manning"]), {**data, "level": "4"}).status_code == 302
    assert Manning.objects.filter(level=4, minimum=2).count() == 1
    assert planner.post(reverse("plant:new", args=["manning"]), {**data, "level": "0"}).context["form"].errors, (
        "there already"
    )


def test_a_name_in_the_table_leads_to_its_person_without_scrolling_to_the_last_column(plant, planner):
    someone = plant["陈立"]
    address = reverse("plant:person", args=[someone.pk])
    assert f'<a href="{address}">陈立</a>' in page(planner, "people", q="陈")


def test_a_watch_that_ends_after_midnight_belongs_to_the_day_it_starts_on(plant):
    night = Watch.objects.filter(pattern__code="2x12", night=True)[0]
    begins, ends = (timezone.localtime(moment) for moment in night.span(plant.today))
    assert (begins.date(), begins.time(), ends.time()) == (plant.today, night.starts, night.ends)
    assert (ends - begins).total_seconds() == night.minutes * 60 and ends.date() > plant.today
