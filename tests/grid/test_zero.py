"""The zero report: signed in one sentence, never blocked by the unknown, reopened by whatever happens, green only when earned."""

import uuid
from collections import namedtuple
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions import drills, links
from diba.grid.actions.cases import judge_case
from diba.grid.actions.contacts import take_back
from diba.grid.actions.signed import past_days
from diba.grid.models import Case, CheckIn, DailyContact, Played, ZeroReport
from diba.plant import actions
from diba.plant.actions import importing
from diba.plant.models import Person, Response, Role, Task, Unit

from ..plant.books import bring


def staff():
    return list(actions.active().exclude(kind="family"))


@pytest.fixture
def reported(plant):
    """Everybody has reported and every cell has signed."""
    for person in staff():
        plant.check_in(person.name)
    plant.sign()
    assert grid.double_zero().earned
    return plant


def of(plant, code="W01"):
    return grid.cell_days([plant.cell(code)])[0]


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


def test_yesterday_is_read_with_those_it_was_signed_for(reported):
    before = ZeroReport.objects.get(cell__code="W01").digest
    with actions.clock.at(reported.now + timedelta(days=1)):
        grid.put_into_cell(reported["陈立"], reported.cell("W02"), by=reported.account("孙丽"))
        row = grid.cell_days([reported.cell()], reported.today)[0]
        assert (row.digest, row.stands) == (before, True)
        grid.correct(CheckIn.objects.get(person=reported["陈立"]), Decimal("36.8"), uid=uuid.uuid4(), reason="看错了")
        assert grid.cell_days([reported.cell()], reported.today)[0].reopened
        plant_wide = {row.cell.code: row for row in grid.cell_days(day=reported.today)}
        assert (plant_wide["W01"].expected, plant_wide["W02"].expected) == (7, 7)


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

World = namedtuple("World", "plant by")


def _someone(world, number):
    people = list(Person.objects.exclude(kind="family").order_by("pk"))
    return people[number % len(people)]


def _quietly(act):
    """Do what may be refused: a refusal is an answer like any other."""
    try:
        return act()
    except BadInput:
        return None


def report(world, number):
    person = _someone(world, number)
    reading = Decimal("38.4") if number % 5 == 0 else Decimal("36.5")
    _quietly(lambda: grid.check_in(person, world.plant.today, reading, uid=uuid.uuid4()))


def reach(world, number):
    outcome = ["seen_ok", "missed", "not_attempted", "not_performed", "seen_not_ok"][number % 5]
    symptoms = ["cough"] if outcome == "seen_not_ok" else []
    _quietly(
        lambda: grid.contact(_someone(world, number // 5), outcome, uid=uuid.uuid4(), by=world.by, symptoms=symptoms)
    )


def undo(world, number):
    rows = list(DailyContact.objects.all())
    if rows:
        take_back(rows[number % len(rows)], by=world.by)


def correct(world, number):
    rows = list(CheckIn.objects.all())
    if rows:
        reading = Decimal("38.9") if number % 3 == 0 else Decimal("36.7")
        _quietly(lambda: grid.correct(rows[number % len(rows)], reading, uid=uuid.uuid4(), reason="看错了"))


def take_out(world, number):
    kind = ["leave", "sick", "isolation", "checking", "other"][number % 5]
    actions.take_out(_someone(world, number // 5), kind, world.plant.now - timedelta(hours=1), by=world.by)


def judge(world, number):
    cases = list(Case.objects.all())
    if cases:
        judge_case(
            cases[number // 3 % len(cases)], ["suspected", "confirmed", "ruled_out"][number % 3], "核酸", by=world.by
        )


def sign(world, number):
    cells = grid.cell_days()
    row = cells[number % len(cells)]
    _quietly(lambda: grid.sign(row.cell, uid=uuid.uuid4(), by=world.by, shown=row.digest))


def sign_all(world, number):
    for place in range(2):
        sign(world, place)


def move(world, number):
    cell = world.plant.cell(["W01", "W02"][number % 2])
    _quietly(lambda: grid.put_into_cell(_someone(world, number // 2), cell, by=world.by))


def drop_from_cell(world, number):
    person = _someone(world, number)
    person.cell = None
    person.save(update_fields=["cell"])


def arrive(world, number):
    cell = [world.plant.cell(), None, Unit.objects.get(code="Z1")][number % 3]
    Person.objects.create(staff_no=str(uuid.uuid4())[:20], name="新人", cell=cell, joined=world.plant.today)


def leave(world, number):
    person = _someone(world, number)
    person.left_on = world.plant.today
    person.save(update_fields=["left_on"])


def sweep(world, number):
    grid.expect_everybody()
    grid.sweep()
    grid.ask_to_sign()


def bring_in(world, number):
    """A workbook brings somebody, and perhaps is taken back."""
    row, _plan = bring([[str(5000 + Person.objects.count()), "新来的", *[""] * 11]])
    importing.confirm(row)
    if number % 3 == 0:
        importing.undo(row)


def exercise(world, number):
    """A suspicion is played beside the real thing, or taken back: neither touches what is known of anybody."""
    drill = Response.objects.filter(drill=True, ended_at=None).first() or drills.start_drill("演练", by=world.by)
    _quietly(lambda: drills.play(drill, _someone(world, number), "发热", by=world.by))
    for played in Played.objects.filter(undone_at=None)[: number % 2]:
        drills.take_back(played, by=world.by)


def report_by_link(world, number):
    person = _someone(world, number)
    given = _quietly(lambda: links.give_link(person, by=None))
    if given:
        reading = Decimal("38.4") if number % 5 == 0 else Decimal("36.5")
        _quietly(lambda: links.report_by_link(given[0], person, world.plant.today, reading, uid=uuid.uuid4()))


def report_family(world, number):
    """What a relative reports stands for the relative alone; and a relative becomes one of the staff."""
    relative = Person.objects.filter(kind="family").order_by("pk").first()
    if relative:
        _quietly(lambda: grid.check_in(relative, world.plant.today, Decimal("36.5"), uid=uuid.uuid4()))
    if relative and number % 2:
        Person.objects.filter(pk=relative.pk).update(kind="contractor", relative_of=None, staff_no=f"9{relative.pk}")


def remind(world, number):
    grid.expect_everybody()
    grid.remind()


def pause(world, number):
    """Somebody asks for leave and has it approved: paused or not, he is not heard from by that."""
    absence = actions.ask_for_absence(_someone(world, number), "leave", world.plant.now, None, by=world.by)
    actions.decide_absence(absence, number % 3 > 0, by=world.by)


STEPS = [report, reach, undo, correct, take_out, judge, sign, sign_all, move, drop_from_cell, arrive, leave, sweep,
         bring_in, exercise, report_by_link, report_family, remind, pause]  # fmt: skip
HEARD = (report, reach, report_by_link, leave)  # by which somebody is heard from, or asked no more


def truth(plant):
    """Count the plain way, person by person, who stands against a green double zero."""
    against = []
    for person in Person.objects.exclude(kind="family"):
        states = [case.changes.last().state for case in person.cases.all()]
        if any(state != "ruled_out" for state in states):
            against.append((person, "case"))
        if person.left_on and person.left_on <= plant.today:
            continue
        if not person.checkins.filter(day=plant.today, withdrawn_at=None).exists():
            against.append((person, "unknown"))
        if person.cell is None or person.cell.kind != "cell":
            against.append((person, "no cell"))
    return against


@pytest.fixture
def all_but_one(plant):
    """The world in which everybody but one was heard from, and both cells have signed."""
    world = World(plant, plant.account("孙丽", Role.HEALTH_OFFICER))
    for person in staff()[1:]:
        plant.check_in(person.name)
    plant.sign()
    return world


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 99)), min_size=1, max_size=8))
def test_double_zero_is_never_green_with_one_person_unknown_by_any_path(plant, all_but_one, steps):
    with transaction.atomic():
        assert not grid.double_zero().earned
        for step, number in steps:
            step(all_but_one, number)
            zero, against = grid.double_zero(), truth(plant)
            assert not (zero.earned and against), (step.__name__, against)
            # And it is reachable: with nobody against it, one more round of signatures makes it green.
            if not against:
                sign_all(all_but_one, 0)
                assert grid.double_zero().earned
        transaction.set_rollback(True)


@pytest.mark.parametrize("step", [step for step in STEPS if step not in HEARD])
def test_no_single_path_but_being_heard_from_makes_the_last_unknown_known(plant, step):
    world = World(plant, plant.account("孙丽", Role.HEALTH_OFFICER))
    for person in staff()[1:]:
        plant.check_in(person.name)
    for number in range(6):
        step(world, number)
        plant.sign()
        assert not grid.double_zero().earned, step.__name__


def test_a_well_taken_back_makes_the_person_unknown_again_and_reopens(plant):
    *others, last = staff()
    for person in others:
        plant.check_in(person.name)
    row = grid.contact(last, "seen_ok", uid=uuid.uuid4(), by=plant.account("孙丽"))
    plant.sign()
    assert grid.double_zero().earned
    assert take_back(row, by=row.by)
    assert (grid.double_zero().unknown, grid.double_zero().earned) == (1, False)
    assert CheckIn.with_withdrawn.filter(person=last).count() == 1, "what was written stays on record"
    plant.check_in(last.name)
    plant.sign()
    assert grid.double_zero().earned


def test_taking_back_a_well_leaves_the_persons_own_report(plant):
    plant.check_in("陈立")
    row = grid.contact(plant["陈立"], "seen_ok", uid=uuid.uuid4(), by=plant.account("孙丽"))
    assert take_back(row, by=row.by)
    assert CheckIn.objects.filter(person=plant["陈立"]).count() == 1


def test_not_well_is_not_taken_back_by_an_undo(plant):
    row = grid.contact(plant["陈立"], "seen_not_ok", uid=uuid.uuid4(), by=plant.account("孙丽"), symptoms=["cough"])
    assert not take_back(row, by=row.by)
    assert CheckIn.objects.get().abnormal


def test_who_left_with_an_open_case_still_stands_against_zero(reported):
    reported.check_in("林涛", "38.5", day=reported.today - timedelta(days=1))
    Person.objects.filter(name="林涛").update(left_on=reported.today)
    reported.sign()
    assert (grid.double_zero().suspected, grid.double_zero().earned) == (1, False)


def test_a_past_day_stays_green_in_the_history_only_as_long_as_it_stands(reported):
    cells = list(Unit.objects.filter(kind="cell"))
    assert past_days(cells)[0].is_zero(2)
    with actions.clock.at(reported.now + timedelta(days=2)):
        today, empty, day = past_days(cells)
        assert (today.signed, empty.signed, day.signed, day.is_zero(2)) == (0, 0, 2, True)
        report = CheckIn.objects.get(person=reported["陈立"])
        grid.correct(report, Decimal("36.8"), uid=uuid.uuid4(), reason="看错了")
        day = past_days(cells)[2]
        assert (day.reopened, day.again, day.is_zero(2)) == (1, 0, False)
        row = grid.cell_days([reported.cell()], reported.today)[0]
        grid.sign(row.cell, uid=uuid.uuid4(), by=reported.account("刘敏"), shown=row.digest, day=reported.today)
        day = past_days(cells)[2]
        assert (day.reopened, day.again, day.is_zero(2)) == (0, 1, True)


def test_a_case_of_the_same_day_takes_the_green_from_the_history(reported):
    cells = list(Unit.objects.filter(kind="cell"))
    with actions.clock.at(reported.now.replace(hour=20)):
        grid.correct(CheckIn.objects.get(person=reported["陈立"]), Decimal("38.8"), uid=uuid.uuid4(), reason="又量了")
    with actions.clock.at(reported.now + timedelta(days=1)):
        judge_case(Case.objects.get(), "ruled_out", "核酸阴性", by=reported.account("孙丽"))
        assert not past_days(cells)[1].is_zero(2), "what was suspected that evening was suspected that evening"
