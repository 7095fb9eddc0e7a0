"""The zero report: signed in one sentence, never blocked by the unknown, reopened by whatever happens, green only when earned."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions.cases import judge_case
from diba.grid.models import Case, ZeroReport
from diba.plant import actions
from diba.plant.models import Person, Task, Unit

from .zeros import of, staff


def test_the_sentence_on_the_page_is_the_sentence_signed(plant):
    for person in staff()[:3]:
        plant.check_in(person.name)
    row = of(plant)
    assert row.sentence() == f"0 疑似，7 人中 {row.known} 人已确认，{row.unknown} 人未知"
    [signed] = plant.sign("W01")
    assert (signed.sentence, signed.unknown, signed.number) == (row.sentence(), row.unknown, 1)
    assert not grid.double_zero().earned, "signed with people unknown is signed, and not zero"


def test_what_changed_since_the_page_was_shown_is_not_signed_over(plant):
    shown = of(plant).digest
    plant.check_in("陈立")
    with pytest.raises(BadInput) as error:
        grid.sign(plant.cell(), uid=uuid.uuid4(), by=plant.account("刘敏"), shown=shown)
    assert (error.value.reason, ZeroReport.objects.count()) == ("figures_changed", 0)


def test_signed_twice_with_one_number_or_by_two_leads_is_one_report(plant):
    uid, shown, by = uuid.uuid4(), of(plant).digest, plant.account("刘敏")
    first = grid.sign(plant.cell(), uid=uid, by=by, shown=shown)
    assert grid.sign(plant.cell(), uid=uid, by=by, shown=shown) == first
    with pytest.raises(BadInput) as error:
        grid.sign(plant.cell(), uid=uuid.uuid4(), by=plant.account("孙丽"), shown=shown)
    assert (error.value.reason, ZeroReport.objects.count()) == ("signed_already", 1)


@pytest.mark.parametrize(("offset", "refused"), [(1, True), (-4, True), (-3, False), (0, False)])
def test_only_today_and_the_days_still_open_are_signed(plant, offset, refused):
    day = plant.today + timedelta(days=offset)
    shown = grid.cell_days([plant.cell()], day)[0].digest
    try:
        grid.sign(plant.cell(), uid=uuid.uuid4(), by=plant.account("刘敏"), shown=shown, day=day)
    except BadInput as error:
        assert refused and error.reason == "day_cannot_be_signed"
    else:
        assert not refused


def test_a_late_report_a_correction_and_a_case_reopen_with_their_reason_and_both_signatures_stay(plant):
    chen = plant["陈立"]
    plant.sign("W01")
    row = plant.check_in("陈立")
    assert [tuple(reason) for reason in of(plant).reasons()] == [("late", chen.pk)]
    plant.sign("W01")
    grid.correct(row, Decimal("36.9"), uid=uuid.uuid4(), reason="看错了")
    assert [reason.code for reason in of(plant).reasons()] == ["corrected"]
    plant.sign("W01")
    grid.correct(row, Decimal("38.9"), uid=uuid.uuid4(), reason="又看错了")
    assert [reason.code for reason in of(plant).reasons()] == ["case"]
    [last] = plant.sign("W01")
    assert [signed.number for signed in of(plant).signed] == [1, 2, 3, 4]
    assert (last.because, last.sentence) == ([["case", chen.pk]], "1 疑似，7 人中 1 人已确认，6 人未知")
    judge_case(Case.objects.get(), "confirmed", "核酸阳性", by=plant.account("孙丽"))
    assert of(plant).sentence() == "1 确诊，0 疑似，7 人中 1 人已确认，6 人未知"


def test_an_evening_without_fever_leaves_the_signature_alone_and_one_with_fever_does_not(reported):
    chen = reported["陈立"]
    grid.expect(chen, "evening")
    with actions.clock.at(reported.now.replace(hour=16)):
        reported.check_in("陈立", "36.6", slot="evening")
        assert of(reported).stands == (chen.cell.code == "W01")
        with actions.clock.at(reported.now.replace(hour=17)):
            grid.expect(reported["高建军"], "evening")
            reported.check_in("高建军", "38.6", slot="evening")
            assert of(reported).reopened and not grid.double_zero().earned


def test_somebody_who_moves_reopens_both_cells(reported):
    grid.put_into_cell(reported["陈立"], reported.cell("W02"), by=reported.account("孙丽"))
    assert [[reason.code for reason in of(reported, code).reasons()] for code in ("W01", "W02")] == [
        ["gone"],
        ["joined"],
    ]
    assert not grid.double_zero().earned
    reported.sign()
    assert grid.double_zero().earned


def test_a_signature_whose_key_is_destroyed_keeps_its_counts_and_says_nothing_more(plant):
    response = actions.begin_response("2020", by=None)
    [signed] = plant.sign("W01")
    actions.end_response(response, by=None)
    actions.destroy_key(response, by=None)
    plant.check_in("陈立")
    row = of(plant)
    assert (row.reopened, row.reasons(), row.last.expected) == (True, [], signed.expected)


def test_leads_are_asked_from_the_hour_on_once_and_again_when_reopened(plant):
    lead = plant["高建军"]
    Unit.objects.filter(code="W01").update(lead=lead, deputy=plant["郭峰"])
    assert grid.ask_to_sign() == 0, "not before its hour"
    with actions.clock.at(plant.now.replace(hour=9, minute=1)):
        for _ in range(3):
            grid.ask_to_sign()
        assert Task.objects.filter(closed_at=None, owner=lead).count() == 1
        plant.sign("W01")
        assert not Task.objects.filter(closed_at=None, owner=lead).exists()
        actions.take_out(lead, "leave", plant.now)
        plant.check_in("陈立")
        grid.ask_to_sign()
        assert Task.objects.get(closed_at=None, unit__code="W01").owner == plant["郭峰"], "the deputy stands in"


def test_a_cell_without_people_signs_nothing_and_keeps_nobody_from_zero(reported):
    empty = Unit.add(Unit.objects.get(code="Z1"), code="W03", name="03 网格", kind="cell")
    assert grid.double_zero().earned
    with pytest.raises(BadInput):
        grid.sign(empty, uid=uuid.uuid4(), by=reported.account("刘敏"), shown=grid.cell_days([empty])[0].digest)


# --- the property: no path makes the double zero green while one person is unknown, in no cell, or has an open case ---


def test_who_left_with_an_open_case_still_stands_against_zero(reported):
    reported.check_in("林涛", "38.5", day=reported.today - timedelta(days=1))
    Person.objects.filter(name="林涛").update(left_on=reported.today)
    reported.sign()
    assert (grid.double_zero().suspected, grid.double_zero().earned) == (1, False)
