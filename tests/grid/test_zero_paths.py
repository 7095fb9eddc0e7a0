"""Whatever writes: double zero is never green with one person unknown, walked by chance and path by path."""

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
from diba.grid.models import Case, CheckIn, DailyContact, Played
from diba.plant import actions
from diba.plant.actions import importing
from diba.plant.models import Person, Response, Role, Unit

from ..plant.books import bring
from .zeros import staff

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
        case, state = cases[number // 3 % len(cases)], ["suspected", "confirmed", "ruled_out"][number % 3]
        _quietly(lambda: judge_case(case, state, "核酸", by=world.by))  # his own he does not judge


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
