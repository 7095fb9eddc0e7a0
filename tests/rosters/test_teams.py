"""Dividing the staff of Haibowan: bonds kept, links stored, figures of every team, three teams refused with numbers."""

import pytest
from django.urls import reverse

from diba.core.errors import BadInput, NoSolution
from diba.plant.models import Household, Manning, Person, Role, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.models import Membership

from .test_haibowan import bring


@pytest.fixture
def haibowan(db):
    bring("haibowan-2020.xlsx")
    return WatchPattern.objects.get(code="2x12")


def test_a_household_stays_together_and_a_shared_bus_is_kept_as_a_link(haibowan):
    people = list(Person.objects.order_by("staff_no"))
    family = Household.objects.create(code="郝家")
    Person.objects.filter(pk__in=[people[0].pk, people[7].pk, people[12].pk]).update(household=family)
    Person.objects.update(bus="1 号车")
    split = rosters.split_staff(haibowan, by=None)
    team = dict(split.memberships.values_list("person", "team"))
    assert len({team[people[0].pk], team[people[7].pk], team[people[12].pk]}) == 1
    (link,) = split.figures["links"]
    assert link["kind"] == "bus" and link["key"] == "1 号车"
    assert {int(who) for who in link["people"]["A"]} == {who for who, name in team.items() if name == "A"}


def test_the_figures_hold_every_team_and_say_how_sure_they_are(haibowan):
    figures = rosters.split_staff(haibowan, by=None).figures
    assert figures["teams"] == ["A", "B"]
    assert figures["proven"] and figures["most"] == min(figures["depth"]["A"], figures["depth"]["B"])
    assert set(figures["posts"]["A"]) == {"主值班员", "副值班员", "大坝点检员"} == set(figures["need"])
    assert figures["novices"].keys() == figures["nights"].keys() == {"A", "B", "R"}


def test_three_teams_of_fifteen_are_refused_with_the_numbers(haibowan):
    with pytest.raises(NoSolution) as error:
        rosters.split_staff(haibowan, by=None, teams=3)
    (sentence,) = rosters.clash_words(error.value.clash)
    part = error.value.clash[0]
    assert part["rule"] == "teams" and part["needed"] > part["available"]
    assert str(part["needed"]) in sentence and "3" in sentence
    assert not Membership.objects.exists()


def test_three_teams_take_turns_by_blocks(haibowan):
    from diba.rosters.actions.problems import team_on
    from diba.rosters.models import Roster

    Manning.objects.filter(watch__code="黑").delete()
    split = rosters.adopt(rosters.split_staff(haibowan, by=None, teams=3), by=None)
    assert set(split.memberships.values_list("team", flat=True)) >= {"A", "B", "C"}
    roster = Roster(split=split, rules={"block": 2, "first_team": "B"})
    assert [team_on(roster, day) for day in range(7)] == ["B", "B", "C", "C", "A", "A", "B"]


@pytest.mark.parametrize("teams", [0, 4])
def test_a_number_of_teams_that_has_no_letters_is_refused(haibowan, teams):
    with pytest.raises(BadInput):
        rosters.split_staff(haibowan, by=None, teams=teams)


def test_the_planner_sees_what_the_teams_share(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    Person.objects.update(bus="2 号车")
    split = rosters.split_staff(WatchPattern.objects.get(code="2x12"), by=None)
    page = client.get(reverse("rosters:split", args=[split.pk])).content.decode()
    assert "班车 2 号车" in page
    answer = client.post(reverse("rosters:teams"), {"pattern": split.pattern_id, "crews": 3, "teams": 3})
    assert answer.status_code == 200 and "分 3 组" in answer.content.decode()


def test_one_teams_page_shows_no_second_team(plant, client):
    pattern = WatchPattern.objects.get(code="3x8")
    made = rosters.split_staff(pattern, by=plant.account("刘敏", Role.PLANNER), one_team=True, seconds=2)
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(reverse("rosters:split", args=[made.pk])).content.decode()
    assert "只有一组" in page and "A 组" in page
    assert "B 组" not in page and "-9" not in page


def test_years_of_service_that_nobody_entered_are_unknown_and_not_zero(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    pattern = WatchPattern.objects.get(code="2x12")

    def shown(split):
        return client.get(reverse("rosters:split", args=[split.pk])).content.decode()

    assert "平均工龄 8.0 年" in shown(rosters.split_staff(pattern, by=None))
    Person.objects.update(joined=None)
    split = rosters.split_staff(pattern, by=None)
    assert split.figures["seniority"] == {"A": None, "B": None, "R": None}
    assert "平均工龄未知" in shown(split) and "平均工龄 " not in shown(split)
    split.figures["seniority"] = {"A": 0.0, "B": 0.0, "R": 0.0}
    split.save()
    assert "平均工龄未知" in shown(split) and "平均工龄 " not in shown(split), "as a division of before has it"
