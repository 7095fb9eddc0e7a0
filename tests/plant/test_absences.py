"""Absences: entered with an end and an approver, found, exported, and by whom."""

import datetime
import io
import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from diba.plant import actions
from diba.plant.models import (
    Absence,
    Person,
    Record,
    Role,
)  # fmt: skip


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


@pytest.mark.parametrize(
    ("role", "there"), [(Role.PLANNER, True), (Role.HEALTH_OFFICER, False), (Role.ADMINISTRATOR, False)]
)
def test_the_register_offers_absences_to_those_who_may_open_them(plant, client, role, there):
    client = plant.signed_in(client, "刘洋", role)
    address = reverse("plant:absences")
    assert (address in client.get(reverse("plant:register")).content.decode()) is there
    assert client.get(address).status_code == (200 if there else 403)


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
