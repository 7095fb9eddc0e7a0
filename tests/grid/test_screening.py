"""A screening: an audience that stays as it was, answers written once, coverage that hides nobody."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diba.core.errors import BadInput
from diba.grid.actions import screening
from diba.grid.models import Answer, Campaign, Questionnaire, Target
from diba.plant import actions
from diba.plant.models import Delivery, Person, Record, Role, Unit

from ..conftest import TODAY
from .screenings import ITEMS, answered, campaign_of, target_of


def figures(campaign, round, **more):
    whole = screening.standing(campaign, round, **more).whole
    return whole.target, whole.excluded, whole.done, whole.missing


def test_the_audience_stays_who_it_was_when_the_campaign_began(plant):
    campaign, round = campaign_of(plant)
    assert figures(campaign, round) == (16, 0, 0, 16)
    Person.objects.create(staff_no="9001", name="后来的", unit=Unit.objects.get(code="D02"))
    Person.objects.filter(name="陈立").update(left_on=plant.today)
    assert figures(campaign, round) == (16, 0, 0, 16)


def test_a_unit_brings_the_families_of_its_people(plant):
    campaign, _ = campaign_of(plant, units=[Unit.objects.get(code="D01")])
    names = set(Target.objects.filter(campaign=campaign).values_list("person__name", flat=True))
    assert len(names) == 14 and {"王芳", "林小雨", "陈立"} <= names and "刘敏" not in names
    assert target_of(campaign, plant["王芳"]).cell_id == plant["林涛"].cell_id


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"kinds": []}, "nobody"), ({"kinds": ["robot"]}, "nobody"), ({"rounds": 0}, "rounds"), ({"rounds": 31}, "rounds"),
        ({"first_day": TODAY - timedelta(days=1)}, "in_the_past"),
    ],
)  # fmt: skip
def test_a_campaign_that_cannot_be_is_refused(plant, more, reason):
    with pytest.raises(BadInput) as error:
        screening.draft("x", questionnaire=screening.new_questionnaire("q", ITEMS), **{"kinds": ["employee"], **more})
    assert error.value.reason == reason


def test_a_campaign_begins_once_and_tells_who_answers_for_whom(plant):
    campaign, _ = campaign_of(plant)
    with pytest.raises(BadInput):
        screening.start(campaign)
    told = set(Delivery.objects.values_list("person__name", flat=True))
    assert len(told) == 14 and "林涛" in told and "王芳" not in told


def test_a_faulty_questionnaire_begins_nothing(plant):
    bad = screening.new_questionnaire("q", [{**ITEMS[1]}])
    row = screening.draft("x", kinds=["employee"], questionnaire=bad)
    with pytest.raises(BadInput) as error:
        screening.start(row)
    assert error.value.reason == "questionnaire_faulty"
    assert not Target.objects.exists() and Campaign.objects.get().state == "draft"


def test_a_questionnaire_is_frozen_by_its_campaign_and_changed_as_a_new_version(plant):
    campaign, _ = campaign_of(plant)
    old = Questionnaire.objects.get()
    with pytest.raises(BadInput) as error:
        screening.keep(old, ITEMS[:1])
    assert error.value.reason == "frozen"
    new = screening.copy_of(old)
    assert (new.version, screening.copy_of(old).pk) == (2, new.pk)
    screening.keep(new, ITEMS[:1])
    campaign.refresh_from_db()
    assert len(campaign.questionnaire.items) == 2


def test_an_answer_arriving_ten_times_is_one_row(plant):
    campaign, round = campaign_of(plant)
    uid, target = uuid.uuid4(), target_of(campaign, plant["陈立"])
    written = [screening.answer(target, round, {"fever": "no"}, uid=uid)[1] for _ in range(10)]
    assert written == [True] + [False] * 9 and Answer.objects.count() == 1
    again, written = screening.answer(target, round, {"fever": "yes", "degrees": "38"}, uid=uuid.uuid4())
    assert (again.values, written) == ({"fever": "no"}, False)
    with pytest.raises(BadInput) as error:
        screening.answer(target_of(campaign, plant["周文斌"]), round, {"fever": "no"}, uid=uid)
    assert error.value.reason == "uid_taken"


def test_a_correction_stands_beside_the_first_and_counts(plant):
    campaign, round = campaign_of(plant)
    first = answered(campaign, round, plant["陈立"])
    uid, values = uuid.uuid4(), {"fever": "yes", "degrees": "38.2"}
    row, written = screening.correct_answer(first, values, uid=uid, reason="记错")
    assert written and not screening.correct_answer(first, values, uid=uid, reason="记错")[1]
    assert screening.answers_of(round, [first.target])[first.target_id].values == values
    third, _ = screening.correct_answer(first, {"fever": "no"}, uid=uuid.uuid4(), reason="又记错")
    assert third.corrects == row and figures(campaign, round)[2] == 1
    with pytest.raises(BadInput):
        screening.correct_answer(first, values, uid=uuid.uuid4(), reason=" ")


def test_what_a_person_answered_lies_sealed(plant):
    campaign, round = campaign_of(plant)
    answered(campaign, round, plant["陈立"], {"fever": "yes", "degrees": "38.7"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT values FROM grid_answer"
            if connection.vendor == "postgresql"
            else 'SELECT "values" FROM grid_answer'
        )
        (stored,) = cursor.fetchone()
    assert "38.7" not in stored and "fever" not in stored


def test_wrong_answers_are_named_question_by_question(plant):
    campaign, round = campaign_of(plant)
    with pytest.raises(screening.answering.Wrong) as error:
        answered(campaign, round, plant["陈立"], {"fever": "yes", "degrees": "50"})
    assert error.value.reasons == {"degrees": "out_of_range"}
    assert not Answer.objects.exists()


def test_an_exclusion_counts_when_somebody_else_approves_it(plant):
    campaign, round = campaign_of(plant)
    lead, officer = plant.account("陈立"), plant.account("刘敏", Role.HEALTH_OFFICER)
    row = screening.exclude(target_of(campaign, plant["田野"]), "hospital", by=lead)
    assert screening.exclude(target_of(campaign, plant["田野"]), "left", by=lead) == row
    assert figures(campaign, round) == (16, 0, 0, 16)
    with pytest.raises(BadInput) as error:
        screening.approve(row, by=lead)
    assert error.value.reason == "own_proposal"
    assert screening.approve(row, by=officer) and not screening.approve(row, by=officer)
    assert figures(campaign, round) == (16, 1, 0, 15)
    assert screening.lift(row, by=officer)
    assert figures(campaign, round) == (16, 0, 0, 16)
    with pytest.raises(BadInput):
        screening.exclude(target_of(campaign, plant["田野"]), "not_reached", by=lead)


def test_who_answered_and_is_left_out_counts_nowhere_twice(plant):
    campaign, round = campaign_of(plant)
    answered(campaign, round, plant["田野"])
    row = screening.exclude(target_of(campaign, plant["田野"]), "left", by=plant.account("陈立"))
    screening.approve(row, by=plant.account("刘敏"))
    assert figures(campaign, round) == (16, 1, 0, 15)


def test_each_round_is_asked_anew_on_its_day(plant):
    campaign, first = campaign_of(plant, rounds=3, every_days=2)
    answered(campaign, first, plant["陈立"])
    with pytest.raises(BadInput) as error:
        answered(campaign, campaign.rounds.get(number=2), plant["陈立"])
    assert error.value.reason == "not_open"
    with actions.clock.at(plant.now + timedelta(days=2)):
        second = screening.open_round(campaign)
        assert second.number == 2 and figures(campaign, second)[2] == 0
        answered(campaign, second, plant["陈立"])
    assert figures(campaign, first)[2] == 1


def test_a_closed_campaign_takes_nothing_more(plant):
    campaign, round = campaign_of(plant)
    assert screening.stop(campaign) and not screening.stop(campaign)
    with pytest.raises(BadInput) as error:
        answered(campaign, round, plant["陈立"])
    assert error.value.reason == "closed"
    campaign.refresh_from_db()
    assert screening.open_round(campaign) is None


def test_coverage_by_both_trees_adds_up_to_the_whole(plant):
    campaign, round = campaign_of(plant)
    for name in ("陈立", "王芳", "刘敏"):
        answered(campaign, round, plant[name])
    found = screening.standing(campaign, round)
    for tree in ("cell", "unit"):
        tops, outside = screening.by_unit(found, tree)
        assert sum(top.tally.target for top in tops) + outside.target == 16
        assert sum(top.tally.done for top in tops) + outside.done == 3
    (branch,) = screening.by_unit(found, "cell")[0]
    assert sum(cell.tally.target for cell in branch.below) == branch.tally.target == 16
    assert len(screening.missing(found)) == 13


def test_ninety_nine_point_nine_is_never_shown_as_a_hundred():
    assert screening.counting.Tally(target=2001, done=2000).share == 99.9
    assert screening.counting.Tally(target=5, excluded=5).share is None


def test_a_standing_asks_the_same_number_of_queries_at_any_size(plant):
    campaign, round = campaign_of(plant)
    with CaptureQueriesContext(connection) as few:
        screening.by_unit(screening.standing(campaign, round))
    for name in ("陈立", "王芳", "刘敏"):
        answered(campaign, round, plant[name])
    with CaptureQueriesContext(connection) as many:
        screening.by_unit(screening.standing(campaign, round))
    assert len(few) == len(many) == 6


def test_a_lead_sees_his_cell_and_nobody_elses(plant):
    campaign, _ = campaign_of(plant)
    lead = plant.account("陈立", Role.CELL_LEAD, unit=plant.cell("W01"))
    names = set(screening.targets_for(lead, campaign).values_list("person__cell__code", flat=True))
    assert names <= {"W01", None}
    assert list(screening.campaigns_for(lead)) == [campaign]
    assert not screening.campaigns_for(plant.account("韩冰")).exists()
    officer = plant.account("刘敏", Role.HEALTH_OFFICER)
    assert screening.targets_for(officer, campaign).count() == 16


def test_an_employee_is_asked_for_himself_and_his_family(plant):
    campaign, round = campaign_of(plant)
    account = plant.account("林涛")
    assert [row[2].person.name for row in screening.asked_of(account)] == ["林涛", "王芳", "林小雨"]
    answered(campaign, round, plant["王芳"], by=account)
    assert [bool(row[3]) for row in screening.asked_of(account)] == [False, True, False]


def test_reading_anothers_answers_is_noted(plant):
    campaign, round = campaign_of(plant)
    answered(campaign, round, plant["陈立"])
    target = target_of(campaign, plant["陈立"])
    screening.read_answer(target, by=plant.account("陈立"))
    assert not Record.objects.filter(verb="answer.read").exists()
    screening.read_answer(target, by=plant.account("刘敏"))
    assert Record.objects.filter(verb="answer.read").count() == 1
