"""What if: people supposed to be gone break the board of the supposition and nothing else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant.models import Absence, Manning, Role
from diba.rosters import actions as rosters
from diba.rosters.actions import what_if
from diba.rosters.models import Roster, WhatIf


@pytest.fixture
def asked(planner):
    return what_if.start_what_if("两名主值隔离", by=planner)


def someone(roster):
    return roster.duties.filter(day__gte=roster.first_day + timedelta(days=2)).select_related(
        "person", "post", "watch"
    )[0]


def test_a_supposition_breaks_its_own_board_and_leaves_the_plan(plant, roster, asked, planner):
    duty = someone(roster)
    row = what_if.suppose_gone(asked, [duty.person_id], duty.day, duty.day, by=planner)
    then = rosters.manning(14, supposed=what_if.supposed(row))
    assert then.cells[duty.post_id, duty.watch_id, duty.day].short == 1
    assert rosters.manning(14).breach == {}
    assert not Absence.objects.exists() and Roster.objects.count() == 1


def test_the_last_day_is_included_and_the_next_is_not(plant, roster, asked, planner):
    duty = someone(roster)
    row = what_if.suppose_gone(asked, [duty.person_id], plant.today, duty.day - timedelta(days=1), by=planner)
    then = rosters.manning(14, supposed=what_if.supposed(row))
    assert then.cells[duty.post_id, duty.watch_id, duty.day].short == 0


def test_another_level_asks_for_more_from_its_day_on(plant, roster, asked, planner):
    monday = plant.today + timedelta(days=3)
    for row in Manning.objects.filter(level=0, post__code="zhuzhi"):
        Manning.objects.create(post=row.post, watch=row.watch, level=3, minimum=2)
    row = what_if.suppose_level(asked, 3, monday, by=planner)
    board = rosters.manning(14, supposed=what_if.supposed(row))
    needed = {cell.day: cell.needed for cell in board.cells.values() if cell.post.code == "zhuzhi"}
    assert needed[monday - timedelta(days=1)] == 1 and needed[monday] == 2
    assert what_if.best_way(what_if.supposed(row), seconds=3)["changes"]


def test_the_best_repair_fills_what_the_supposition_opens_and_is_not_kept_as_a_draft(plant, roster, asked, planner):
    duty = someone(roster)
    row = what_if.suppose_gone(asked, [duty.person_id], plant.today, None, by=planner)
    way = what_if.best_way(what_if.supposed(row), seconds=4)
    assert way["changes"] and way["holes"] == []
    stands = {(change["person"], change["day"]) for change in way["changes"] if change["after"]}
    assert duty.person_id not in {person for person, _day in stands}
    assert Roster.objects.count() == 1


def test_nothing_breaks_when_nobody_is_gone(plant, roster, asked):
    assert what_if.best_way(what_if.supposed(asked), seconds=1) == {"none": "nothing_breaks"}


def test_the_search_is_a_job_whose_answer_is_dropped_when_the_question_changed(
    plant, roster, asked, planner, django_capture_on_commit_callbacks
):
    from diba.plant.actions.jobs import run_job

    duty = someone(roster)
    what_if.suppose_gone(asked, [duty.person_id], plant.today, None, by=planner)
    with django_capture_on_commit_callbacks():
        row = what_if.ask_for_way(asked, by=planner)
    run_job.call(str(row.job_id))
    row.refresh_from_db()
    assert row.result["changes"]
    what_if.suppose_back(row, duty.person_id, by=planner)
    row.refresh_from_db()
    assert row.result == {} and row.gone == []


def test_an_end_before_the_start_and_too_many_people_are_refused(plant, asked, planner):
    with pytest.raises(BadInput):
        what_if.suppose_gone(asked, [1], plant.today, plant.today - timedelta(days=1), by=planner)
    with pytest.raises(BadInput):
        what_if.suppose_gone(asked, list(range(1, 600)), plant.today, None, by=planner)


def test_a_what_if_is_saved_found_again_changed_and_deleted(plant, roster, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    answer = client.post(reverse("rosters:what_ifs"), {"name": "三名主值到 20 日"})
    row = WhatIf.objects.get()
    assert answer["Location"] == reverse("rosters:what_if", args=[row.pk])
    assert "三名主值到 20 日" in client.get(reverse("rosters:what_ifs")).content.decode()
    form = {"verb": "gone", "who": "陈立 1001", "first": "2020-02-14", "last": "2020-02-20"}
    client.post(reverse("rosters:what_if", args=[row.pk]), form)
    row.refresh_from_db()
    assert {entry["person"] for entry in row.gone} == {plant["陈立"].pk, plant["周文斌"].pk}
    page = client.get(reverse("rosters:what_if", args=[row.pk])).content.decode()
    assert "这里的一切都不改班表" in page and "周文斌" in page and "最佳补排" in page
    client.post(reverse("rosters:what_if_back", args=[row.pk, plant["陈立"].pk]))
    row.refresh_from_db()
    assert len(row.gone) == 1
    client.post(reverse("rosters:what_if_forget", args=[row.pk]))
    assert not WhatIf.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"who": "张三丰"}, "没有叫“张三丰”的人"),
        ({"who": ""}, "请写人，或选一组"),
        ({"last": "2020-02-01"}, "结束不能早于开始"),
        ({"first": "0001-01-01"}, "这一天太远"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(plant, roster, asked, client, changed, words):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    form = {"verb": "gone", "who": "陈立", "first": "2020-02-14", "last": "", **changed}
    page = client.post(reverse("rosters:what_if", args=[asked.pk]), form).content.decode()
    assert words in page
    assert f'value="{form["who"]}"' in page or not form["who"]


def test_a_whole_household_is_chosen_at_once(plant, roster, asked, client):
    from diba.plant.models import Household, Person

    home = Household.objects.create(code="H9")
    Person.objects.filter(name__in=["陈立", "郭峰"]).update(household=home)
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    client.post(
        reverse("rosters:what_if", args=[asked.pk]), {"verb": "gone", "group": "household:H9", "first": "2020-02-15"}
    )
    asked.refresh_from_db()
    assert {entry["person"] for entry in asked.gone} == {plant["陈立"].pk, plant["郭峰"].pk}


def test_an_employee_never_sees_a_what_if(plant, asked, client):
    client = plant.signed_in(client, "林涛")
    for name in ("what_if", "what_if_live"):
        assert client.get(reverse(f"rosters:{name}", args=[asked.pk])).status_code == 403
    assert client.get(reverse("rosters:what_ifs")).status_code == 403
