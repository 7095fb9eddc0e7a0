"""The history of double zero against who stands on no cell's list: in no cell, moved since, in a cell that did not sign."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diba.grid import actions as grid
from diba.grid.actions.cases import judge_case, suspect
from diba.grid.actions.contacts import take_back
from diba.grid.actions.day_by_branch import day_in_sum
from diba.grid.actions.past_days import past_days
from diba.grid.models import Case, Expectation
from diba.plant import actions
from diba.plant.models import Person, Role, Unit

from .test_zero_paths import STEPS, World, sign_all
from .zeros import staff


def cells():
    return list(Unit.objects.filter(kind="cell"))


def on(plant, days, hour=9):
    return actions.clock.at((plant.now + timedelta(days=days)).replace(hour=hour))


def read(plant, everybody=True, units=None):
    """Return what the history and the day's own page say of the plant's day: (green, unknown, on no list) each."""
    row = {row.day: row for row in past_days(units or cells(), everybody=everybody)}[plant.today]
    _days, whole = day_in_sum(units or cells(), plant.today, everybody)
    return [(row.is_zero, row.unknown, row.without), (whole.earned, whole.unknown, whole.without_cell)]


@pytest.fixture
def all_but_one(plant):
    """Everybody but 韩冰, who is in no cell, has reported, and both cells have signed."""
    Person.objects.filter(name="韩冰").update(cell=None)
    for person in staff():
        if person.name != "韩冰":
            plant.check_in(person.name)
    plant.sign()
    return plant


@pytest.mark.parametrize("days", [0, 1, 2])
def test_somebody_in_no_cell_who_was_not_heard_from_keeps_the_day_from_green(all_but_one, days):
    with on(all_but_one, days):
        assert read(all_but_one) == [(False, 1, 1)] * 2


def test_the_pages_say_that_somebody_is_unknown(all_but_one, client):
    client = all_but_one.signed_in(client, "孙丽", Role.HEALTH_OFFICER)
    with on(all_but_one, 1):
        history = client.get(reverse("grid:zero_days")).content.decode()
        assert "1 人不在任何网格的名单里" in history and "双零成立" not in history
        day = client.get(reverse("grid:zero"), {"day": all_but_one.today}).content.decode()
        assert "未确认：1" in day and "1 人不在任何网格的名单里" in day and "双零，已确认" not in day


def test_in_no_cell_then_given_one_the_day_before_stays_as_it_was(all_but_one):
    with on(all_but_one, 1):
        grid.put_into_cell(all_but_one["韩冰"], all_but_one.cell(), by=all_but_one.account("孙丽"))
        assert read(all_but_one) == [(False, 1, 1)] * 2
        assert read(all_but_one, everybody=False) == [(False, 1, 1)] * 2


def test_heard_from_but_in_no_cell_is_no_green_either(all_but_one):
    all_but_one.check_in("韩冰")
    with on(all_but_one, 1):
        assert read(all_but_one) == [(False, 0, 1)] * 2


@pytest.mark.parametrize("days", [0, 1])
def test_a_case_of_somebody_in_no_cell_is_in_the_sums(all_but_one, days):
    suspect(all_but_one["韩冰"], "发热", by=all_but_one.account("孙丽", Role.HEALTH_OFFICER))
    with on(all_but_one, days):
        row = past_days(cells(), everybody=True)[days]
        _days, whole = day_in_sum(cells(), all_but_one.today, True)
        assert (row.suspected, row.confirmed, whole.suspected, whole.confirmed) == (1, 0, 1, 0)
        assert not row.is_zero


def test_a_case_of_somebody_who_has_left_counts_and_one_of_a_family_does_not(plant):
    for person in staff():
        plant.check_in(person.name)
    plant.sign()
    by = plant.account("孙丽", Role.HEALTH_OFFICER)
    suspect(plant["王芳"], "发热", by=by)
    with on(plant, 1):
        assert [green for green, _, _ in read(plant)] == [True, True]
    judge_case(suspect(plant["田野"], "发热", by=by), "confirmed", "核酸阳性", by=by)
    Person.objects.filter(name="田野").update(left_on=plant.today)
    plant.sign()
    with on(plant, 1):
        row = past_days(cells(), everybody=True)[1]
        _days, whole = day_in_sum(cells(), plant.today, True)
        assert (row.confirmed, whole.confirmed, row.is_zero, whole.earned) == (1, 1, False, False)


@pytest.mark.parametrize("everybody", [True, False])
def test_a_cell_that_did_not_sign_is_not_forgotten_when_its_people_move_on(plant, everybody):
    for person in staff():
        if person.name != "周文斌":
            plant.check_in(person.name)
    plant.sign("W01")
    assert plant["周文斌"].cell == plant.cell("W02")
    with on(plant, 1):
        assert not past_days(cells(), everybody=everybody)[1].is_zero
        for person in Person.objects.filter(cell=plant.cell("W02")):
            grid.put_into_cell(person, plant.cell("W01"), by=plant.account("孙丽"))
        history, page = read(plant, everybody)
        assert history == page == (False, 1, 7)


def test_the_cells_of_a_day_are_those_of_that_day(reported):
    with on(reported, 1):
        for person in Person.objects.filter(cell=reported.cell("W02")):
            grid.put_into_cell(person, reported.cell("W01"), by=reported.account("孙丽"))
        today, day = past_days(cells(), everybody=True)
        assert (day.cells, day.signed, day.is_zero, today.cells) == (2, 2, True, 1)


def test_a_well_taken_back_after_the_day_was_signed_reopens_it_wherever_he_is_now(plant):
    mover = plant["陈立"]
    by = plant.account("孙丽", Role.CELL_LEAD, unit=plant.cell("W01"))
    for person in staff():
        if person != mover:
            plant.check_in(person.name)
    tried = grid.contact(mover, "seen_ok", uid=uuid.uuid4(), by=by)
    plant.sign("W01")
    with actions.clock.at(plant.now + timedelta(minutes=3)):
        assert take_back(tried, by=by)
    with actions.clock.at(plant.now + timedelta(minutes=5)):
        plant.sign("W02")
    with on(plant, 1):
        for cell in (plant.cell("W02"), None):
            Person.objects.filter(pk=mover.pk).update(cell=cell)
            [row] = [row for row in past_days(cells(), everybody=True) if row.day == plant.today]
            shown = sum(row.reopened for row in grid.cell_days(cells(), plant.today))
            assert (row.reopened, shown, row.is_zero) == (1, 1, False)


def test_an_evening_report_of_who_was_unknown_in_the_morning_reopens_the_day(plant):
    for person in staff()[1:]:
        plant.check_in(person.name)
    someone = staff()[0]
    Expectation.objects.create(person=someone, slot="evening", day=plant.today, state="due")
    plant.sign()
    with actions.clock.at(plant.now.replace(hour=19)):
        plant.check_in(someone.name, slot="evening")
    with on(plant, 1):
        row = past_days(cells(), everybody=True)[1]
        assert row.reopened == sum(row.reopened for row in grid.cell_days(cells(), plant.today)) == 1


def test_who_came_later_takes_nothing_from_the_days_before(reported):
    with on(reported, 2):
        new = Unit.add(Unit.objects.get(code="Z1"), code="W03", name="03 网格", kind="cell")
        for number, unit in enumerate((reported.cell(), new, None)):
            Person.objects.create(staff_no=f"n{number}", name=f"新人{number}", cell=unit)
        Person.objects.bulk_create([Person(staff_no="n9", name="新人", joined=actions.today())])
        assert read(reported) == [(True, 0, 0)] * 2
        assert past_days([new]) == [], "nobody was asked there, and nobody signed"
        assert day_in_sum([new], reported.today, False)[1].unknown == 0
        assert not past_days(cells(), everybody=True)[0].is_zero


def test_who_reads_one_cell_is_not_shown_who_was_signed_for_in_another(reported):
    with on(reported, 1):
        grid.put_into_cell(reported["陈立"], reported.cell("W02"), by=reported.account("孙丽"))
        assert read(reported, everybody=False, units=[reported.cell("W02")]) == [(True, 0, 0)] * 2
        assert read(reported, everybody=False, units=[reported.cell("W01")]) == [(True, 0, 0)] * 2


def test_a_person_of_two_lists_is_counted_once(plant):
    """W01 signed, W02 did not; who moved from the first to the second stands on the first one's list alone."""
    for person in staff():
        plant.check_in(person.name)
    plant.sign("W01")
    with on(plant, 1):
        grid.put_into_cell(plant["陈立"], plant.cell("W02"), by=plant.account("孙丽"))
        days, whole = day_in_sum(cells(), plant.today, True)
        assert (whole.expected, whole.known, whole.signed, whole.cells) == (14, 14, 1, 2)
        assert sum(row.expected for row in days) == 14


def test_lists_that_were_destroyed_with_their_key_accuse_nobody_and_are_not_remembered(reported):
    assert past_days(cells(), everybody=True)[0].is_zero
    response = actions.response()
    with on(reported, 1):
        Person.objects.filter(name="陈立").update(cell=None)
        assert read(reported) == [(True, 0, 0)] * 2
        actions.end_response(response, by=None)
        actions.destroy_key(response, by=None)
        row = past_days(cells(), everybody=True)[1]
        assert (row.signed, row.without, row.reopened, row.is_zero, row.destroyed) == (2, 0, 0, True, True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 99)), max_size=6),
    moves=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 99)), max_size=3),
)
def test_the_history_is_green_just_when_the_day_was_and_the_page_of_the_day_says_the_same(plant, steps, moves):
    with transaction.atomic():
        world = World(plant, plant.account("孙丽", Role.HEALTH_OFFICER))
        for person in staff():
            plant.check_in(person.name, "36.5")
        plant.sign()
        for minute, (step, number) in enumerate(steps, 1):
            with actions.clock.at(plant.now + timedelta(minutes=minute)):
                step(world, number)
                sign_all(world, 0)
        with actions.clock.at(plant.now + timedelta(hours=1)):
            earned = grid.double_zero().earned
            row = next((row for row in past_days(cells(), everybody=True) if row.day == plant.today), None)
            assert (row is not None and row.is_zero) == earned
        with on(plant, 1, hour=12):
            for step, number in moves:
                step(world, number)
            history, page = read(plant)
            assert history[0] == page[0]
            assert not (history[0] and not earned), "what was not green yesterday is not green today"
        transaction.set_rollback(True)


@pytest.mark.parametrize("days", [3, 20])
def test_people_on_no_list_take_no_query_each(plant, days, django_assert_max_num_queries):
    for back in range(days, 0, -1):
        with actions.clock.at(plant.now - timedelta(days=back)):
            plant.check_in("陈立", day=(plant.now - timedelta(days=back)).date())
            plant.sign()
    Person.history.all().delete()
    Person.objects.bulk_create([Person(staff_no=f"q{n}", name=f"外委{n}") for n in range(days)])
    with django_assert_max_num_queries(14):
        found = past_days(cells(), everybody=True)
    with django_assert_max_num_queries(13):
        assert past_days(cells(), everybody=True) == found, "what it was signed for is known already"
    assert [row.without for row in found[1:]] == [days] * days and Case.objects.count() == 0
    assert found[1].unknown == found[1].expected - 1 == 13 + days and Decimal(found[1].known) == 1
