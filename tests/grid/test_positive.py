"""A positive of one person's own: put up for judgement at once, whichever way it came, and taken back when it is no longer said."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.grid import actions as grid
from diba.grid.actions import laboratory
from diba.grid.actions.following import enter_test
from diba.grid.models import Case, CaseChange, LabResult
from diba.plant import actions
from diba.plant.models import Role, Task

from .screenings import brought, campaign_of, target_of
from .test_laboratory import DAY
from .zeros import staff

POSITIVE = ["T1", "", "", "阳性", DAY]


@pytest.fixture
def round(plant):
    """A campaign that takes samples; tube T1 is 陈立's."""
    campaign, round = campaign_of(plant, samples=True, items=None, kinds=("employee",))
    laboratory.register(target_of(campaign, plant["陈立"]), round, "t1", taken_at=plant.now - timedelta(hours=2))
    return round


def stands(plant, name="陈立"):
    """Return the newest state of his case, the kinds of his absences, the reasons he is held for, the open tasks to judge him."""
    person, moment = plant[name], actions.now()
    last = CaseChange.objects.filter(case__person=person).last()
    away = actions.absences_between(moment, moment + timedelta(minutes=1), [person.pk])
    tasks = Task.objects.filter(key__startswith=f"judge:{person.pk}:", closed_at=None).count()
    held = [row.reason for row in actions.held([person.pk])]
    return last and last.state, sorted({row.kind for row in away}), held, tasks


PUT_UP = ("suspected", ["checking"], ["suspected"], 1)
FREE = ("withdrawn", [], [], 0)


def at_once(plant, minutes=1):
    return actions.clock.at(plant.now + timedelta(minutes=minutes))


def test_a_positive_of_a_file_puts_him_up_and_no_zero_is_green(plant, round, page):
    for person in staff():
        plant.check_in(person.name)
    plant.sign()
    assert grid.double_zero().earned
    brought([POSITIVE], round)
    assert stands(plant) == PUT_UP
    zero = grid.double_zero()
    assert (zero.suspected, zero.earned) == (1, False) and zero.reopened == 1
    plant.sign()
    assert not grid.double_zero().earned, "signing again makes nothing green"
    text = page.get(reverse("grid:person", args=[plant["陈立"].pk])).content.decode()
    assert "阳性结果待判定" in text and "没有病例" not in text


def test_a_positive_that_somebody_resolves_puts_him_up_once(plant, round, officer):
    file = brought([["T9", "", "", "阳性", DAY]], round)
    [row] = laboratory.queue_of(file)
    assert stands(plant) == (None, [], [], 0)
    for _ in range(2):
        laboratory.assign(row, target_of(round.campaign, plant["陈立"]), "positive", "管号抄错", by=officer)
    assert stands(plant) == PUT_UP and Case.objects.count() == 1


@pytest.mark.parametrize("way", ["file", "typed", "by hand"])
def test_what_is_no_longer_said_is_taken_back_when_nobody_has_judged(plant, round, officer, way):
    undo = positive(plant, round, officer, way)
    assert stands(plant) == PUT_UP
    with at_once(plant):
        undo()
        assert stands(plant) == FREE
        assert grid.double_zero().suspected == 0
        assert [row.state for row in Case.objects.get().changes.all()] == ["suspected", "withdrawn"], (
            "both are on record"
        )


@pytest.mark.parametrize("way", ["file", "typed", "by hand"])
def test_what_an_officer_has_judged_stands_until_he_judges_anew(plant, round, officer, way):
    undo = positive(plant, round, officer, way)
    grid.judge_case(Case.objects.get(), "confirmed", "复检阳性", by=officer)
    with at_once(plant):
        undo()
        assert stands(plant)[:3] == ("confirmed", ["isolation"], ["confirmed"])


def test_a_fever_told_meanwhile_outlives_the_positive_that_was_none(plant, round, officer):
    undo = positive(plant, round, officer, "file")
    with at_once(plant):
        plant.check_in("陈立", "38.6")
    with at_once(plant, 2):
        undo()
        assert stands(plant)[:2] == ("suspected", ["checking"])
        assert Case.objects.get().changes.last().reason.startswith("checkin:")


def test_a_positive_told_while_an_officer_s_suspicion_stood_outlives_its_undoing(plant, round, officer):
    case = grid.suspect(plant["陈立"], "同乘", by=officer)
    with at_once(plant):
        undo = positive(plant, round, officer, "file")
    with at_once(plant, 2):
        grid.undo_judgement(case, "看错了人", by=officer)
        assert stands(plant) == PUT_UP and case.changes.last().reason.startswith("lab:")
        undo()
        assert stands(plant) == FREE


def test_ruled_out_he_is_free(plant, round, officer):
    positive(plant, round, officer, "file")
    grid.judge_case(Case.objects.get(), "ruled_out", "复检阴性", by=officer)
    assert stands(plant)[0] == "ruled_out" and stands(plant)[2:] == ([], 0)


def test_a_positive_of_an_exercise_puts_nobody_up(plant, round):
    response = round.campaign.response
    response.__class__.objects.filter(pk=response.pk).update(drill=True)
    brought([POSITIVE], round.__class__.objects.get(pk=round.pk))
    assert not Case.objects.exists() and Task.objects.filter(key__startswith="lab:").exists()


def positive(plant, round, officer, way):
    """Let a positive of 陈立's come in one way, and return what takes it back."""
    if way == "by hand":
        first = enter_test(plant["陈立"], plant.today, "positive", uid=uuid.uuid4(), by=officer)
        return lambda: enter_test(plant["陈立"], plant.today, "negative", uid=uuid.uuid4(), by=officer, corrects=first)
    if way == "file":
        file = brought([POSITIVE], round)
        return lambda: laboratory.undo(file, by=officer)
    sample, other = round.samples.get(), plant.account("刘敏", Role.HEALTH_OFFICER)
    typed = laboratory.type_in(sample, "positive", plant.today, by=officer)
    laboratory.confirm_typed(typed, "positive", by=other)

    def correct():
        again = laboratory.type_in(sample, "negative", plant.today, reason="抄错", by=officer)
        laboratory.confirm_typed(again, "negative", by=other)
        assert LabResult.objects.filter(state="corrected").count() == 1

    return correct
