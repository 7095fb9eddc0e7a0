"""The board: amber while anyone is unknown, the same number of queries at any size, silent when nothing changed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.command import actions as command
from diba.grid import actions as grid
from diba.grid.actions.cases import judge_case
from diba.grid.models import Case
from diba.plant import actions
from diba.plant.models import Manning, Person, Post, Role, Site, Unit, Watch
from diba.rosters.actions import ask_now, publish
from diba.rosters.models import Duty


@pytest.fixture
def morning(plant):
    """Everybody is asked for a report of today."""
    with actions.clock.at(plant.now.replace(hour=7)):
        grid.expect_everybody()
        grid.sweep()
    return plant


def staff():
    return Person.objects.exclude(kind="family")


def test_double_zero_is_earned_by_the_last_report_and_signature_and_not_before(morning):
    *others, last = staff()
    for person in others:
        morning.check_in(person.name)
    zero = command.board().zero
    assert (zero.confirmed, zero.suspected, zero.unknown, zero.earned) == (0, 0, 1, False)
    morning.sign()
    assert not command.board().zero.earned, "signed with one unknown is no zero"
    morning.check_in(last.name)
    assert not command.board().zero.earned, "a late report reopens what was signed"
    morning.sign()
    assert command.board().zero.earned


def test_a_suspected_case_ends_the_double_zero_and_ruling_it_out_restores_it(morning):
    for person in staff():
        morning.check_in(person.name, "38.2" if person.name == "林涛" else "36.4")
    zero = command.board().zero
    assert (zero.suspected, zero.earned) == (1, False)
    judge_case(Case.objects.get(), "confirmed", "核酸阳性", by=morning.account("孙丽"))
    assert command.board().zero.confirmed == 1
    judge_case(Case.objects.get(), "ruled_out", "核酸阴性", by=morning.account("孙丽"))
    morning.sign()
    assert command.board().zero.earned


def test_without_a_roster_the_board_says_so_and_never_green(morning, client):
    client = morning.signed_in(client, "孙丽", Role.DUTY_OFFICER)
    page = client.get(reverse("command:board")).content.decode()
    assert "没有班表" in page or "无班表" in page or "未排" in page
    assert "14 天内有人" not in page


def grow(plant, count):
    cell = plant.cell("W02")
    unit = Unit.objects.get(code="D01")
    made = Person.objects.bulk_create(
        Person(staff_no=f"8{n:04d}", name=f"职工{n}", unit=unit, cell=cell, joined=plant.today - timedelta(days=900))
        for n in range(count)
    )
    grid.expect_everybody()
    for person in made[: count // 2]:
        plant.check_in(person.name)


@pytest.mark.parametrize(
    ("address", "role"),
    [("command:board", Role.DUTY_OFFICER), ("rosters:manning", Role.PLANNER), ("grid:cell", Role.HEALTH_OFFICER),
     ("plant:register", Role.PLANNER), ("plant:todo", Role.PLANNER)],
)  # fmt: skip
def test_a_page_asks_the_database_as_often_for_many_as_for_few(morning, roster, client, address, role):
    client = morning.signed_in(client, "孙丽", role)
    query = {"cell": "W02"} if address == "grid:cell" else {}

    def queries():
        client.get(reverse(address), query)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(address), query).status_code == 200
        return len(seen)

    few = queries()
    grow(morning, 60)
    # The first call-back that is drawn brings two reads of its own, however many follow.
    assert queries() <= few + 2


def test_a_board_that_did_not_change_is_not_sent_again(morning, roster, client):
    client = morning.signed_in(client, "孙丽", Role.DUTY_OFFICER)
    first = client.get(reverse("command:live"))
    again = client.get(reverse("command:live"), headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    morning.check_in("林涛")
    changed = client.get(reverse("command:live"), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_an_absence_ended_in_place_changes_the_boards_stamp(morning, roster, client):
    absence = actions.take_out(morning["林涛"], "leave", morning.now, by=None)
    client = morning.signed_in(client, "孙丽", Role.DUTY_OFFICER)
    before = client.get(reverse("command:live"))["ETag"]
    actions.bring_back(absence, by=None)
    assert client.get(reverse("command:live"))["ETag"] != before


def _published_again(plant, roster):
    """A draft for the same days takes the roster's place: as many are in force as before."""
    Duty.objects.filter(roster=roster).first().delete()
    made = ask_now(
        roster.pattern, plant.today, 14, by=roster.asked_by, rules={"block": 0, "seconds": 3}, deterministic=True
    )
    publish(made, by=roster.asked_by)


def _saved(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


CHANGES = {
    "a repair takes the roster's place": _published_again,
    "a minimum": lambda plant, _: _saved(Manning.objects.first(), minimum=2),
    "a new minimum": lambda plant, _: Manning.objects.create(
        post=Post.objects.first(), watch=Watch.objects.first(), level=2, minimum=1
    ),
    "a post's name": lambda plant, _: _saved(Post.objects.first(), name="副值长"),
    "what a post asks for": lambda plant, _: Post.objects.first().qualifications.clear(),
    "a watch": lambda plant, _: _saved(Watch.objects.get(code="早"), minutes=420),
    "somebody leaves": lambda plant, _: _saved(plant["林涛"], left_on=plant.today),
    "somebody moves to another cell": lambda plant, _: _saved(plant["陈立"], cell=plant.cell("W02")),
    "somebody new": lambda plant, _: Person.objects.bulk_create([Person(staff_no="9", name="新人")]),
    "an absence": lambda plant, _: actions.take_out(plant["林涛"], "leave", plant.now),
    "a cell's name": lambda plant, _: _saved(plant.cell("W01"), name="甲网格"),
    "the plant's name": lambda plant, _: _saved(Site.objects.first(), name="别的电站"),
    "a report": lambda plant, _: plant.check_in("林涛"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_the_board_shows_changes_its_stamp(morning, roster, client, change):
    client = morning.signed_in(client, "孙丽", Role.DUTY_OFFICER)
    before = client.get(reverse("command:live"))["ETag"]
    CHANGES[change](morning, roster)
    after = client.get(reverse("command:live"), headers={"If-None-Match": before})
    assert (after.status_code, after["ETag"] != before) == (200, True)


def test_somebody_unknown_who_is_in_no_cell_is_not_passed_over(plant, client):
    """A plant whose only person has no cell: nobody is heard from, and the board does not say otherwise."""
    client = plant.signed_in(client, "孙丽", Role.DUTY_OFFICER)
    Person.objects.update(left_on=plant.today)
    Person.objects.create(staff_no="1", name="王建国")
    page = client.get(reverse("command:board")).content.decode()
    assert "未报 1 人没有网格，请编入" in page and "人人都有消息" not in page


@pytest.mark.parametrize(
    ("role", "manning", "cells"),
    [
        (Role.DISPATCHER, False, False),
        (Role.PLANNER, True, False),
        (Role.HEALTH_OFFICER, False, True),
        (Role.DUTY_OFFICER, True, True),
    ],
)
def test_the_board_leads_only_where_one_may_go(plant, client, role, manning, cells):
    page = plant.signed_in(client, "刘洋", role).get(reverse("command:board")).content.decode()
    wall = page[page.index("db-wallnav") : page.index("db-wallclock")]
    assert (reverse("rosters:manning") in wall, reverse("grid:cell") in wall) == (manning, cells)


@pytest.mark.parametrize(("address", "role"), [("command:board", Role.DUTY_OFFICER), ("rosters:manning", Role.PLANNER)])
@pytest.mark.parametrize(
    ("begins", "said"), [(0, None), (1, "今天没有已发布的班表"), (-3, "此后还没有班表")]
)  # fmt: skip
def test_a_day_without_a_published_roster_is_never_drawn_green(plant, roster, client, address, role, begins, said):
    roster.first_day += timedelta(days=begins)
    roster.save(update_fields=["first_day"])
    for duty in sorted(roster.duties.all(), key=lambda duty: duty.day, reverse=begins > 0):
        duty.day += timedelta(days=begins)
        duty.save(update_fields=["day"])
    page = plant.signed_in(client, "孙丽", role).get(reverse(address)).content.decode()
    assert (said is None) == (("14 天内有人" in page) or ("14 天内没有岗位缺员" in page))
    assert said is None or said in page
