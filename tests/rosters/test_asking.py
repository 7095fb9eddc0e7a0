"""Asking for a roster: what is refused at once, and what is said when nobody is there."""

from datetime import timedelta

import pytest

from diba.core.errors import BadInput
from diba.core.rostering import Person, Problem, Shift
from diba.plant.models import Certificate, Role, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions.asking import longest_run
from diba.rosters.models import Roster


def ask(plant, first_day):
    planner = plant.account("刘敏", Role.PLANNER)
    return rosters.ask_now(
        WatchPattern.objects.get(code="3x8"), first_day, 7, by=planner, rules={"block": 0, "seconds": 3}
    )


@pytest.mark.parametrize("days", [-500, 500])
def test_a_first_day_ages_away_is_refused(plant, days):
    with pytest.raises(BadInput) as error:
        ask(plant, plant.today + timedelta(days=days))
    assert error.value.field == "first_day"


def test_a_month_that_nobody_is_there_for_is_explained_in_words(plant):
    Certificate.objects.all().delete()
    made = ask(plant, plant.today)
    (sentence,) = rosters.clash_words(made.result["clash"], made.first_day)
    assert made.state == "impossible" and "证书" in sentence and "none_given" not in sentence


def test_a_run_that_ended_before_the_first_day_is_not_this_rosters():
    person = Person("P", before=("D", "D", "D"))
    problem = Problem(3, (Shift("D"),), (person,))
    assert longest_run(problem, {("P", 1): ("D", "")}) == 1
    assert longest_run(problem, {("P", 0): ("D", ""), ("P", 1): ("D", "")}) == 5


def test_a_day_that_is_past_is_refused_beside_the_field(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    pattern = WatchPattern.objects.get(code="3x8").pk
    sent = {"pattern": pattern, "first_day": plant.today - timedelta(days=3), "days": 7, "block": 0, "rest_hours": 11,
            "longest_run": 6, "most_nights_in_row": 4, "seconds": 3}  # fmt: skip
    answer = client.post("/rosters/ask/", sent)
    assert answer.status_code == 200 and "这一天已过" in answer.content.decode()
    assert not Roster.objects.exists()


def test_publishing_says_which_roster_it_takes_the_place_of(plant, roster, client):
    draft = rosters.revise(roster, by=plant.account("刘敏", Role.PLANNER))
    page = plant.signed_in(client, "刘敏", Role.PLANNER).get(f"/rosters/{draft.pk}/").content.decode()
    assert rosters.replaced_by(draft) == [roster] and f"取代 {roster}" in page
