"""A fever that is told while an officer's suspicion stands outlives the taking back of that suspicion."""

import threading
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from diba.grid import actions as grid
from diba.grid.actions.cases import judge_case, suspect, undo_judgement
from diba.grid.actions.contacts import take_back
from diba.grid.actions.feverish import suspect_at_gate
from diba.grid.actions.judgements import changes_of, in_force, undoable
from diba.grid.models import Case, CheckIn
from diba.plant import actions
from diba.plant.models import Account, Person, Role, Task

from ..at_once import at_once, on_disk
from ..conftest import NOW, small_plant
from .zeros import staff


@pytest.fixture
def case(plant, officer):
    return suspect(plant["林涛"], "与病例同乘", by=officer)


def at_gate(plant, number=7):
    suspect_at_gate(plant["林涛"], actions.now(), [381, 379], f"crossing:{number}")


def later(plant, minutes):
    return actions.clock.at(plant.now + timedelta(minutes=minutes))


def stands(plant):
    """Return the newest state and reason of the newest case, the absences, the holds, the open tasks to judge."""
    changes, person = changes_of(Case.objects.last()), plant["林涛"]
    holds = in_force(changes)
    rows = actions.absences_between(actions.now(), actions.now() + timedelta(minutes=1), [person.pk])
    judged = Task.objects.filter(key__startswith=f"judge:{person.pk}:", closed_at=None)
    return (changes[-1].state, holds.reason if holds else "", [row.kind for row in rows][:1], [row.reason for row in actions.held([person.pk])],
            judged.count())  # fmt: skip


def test_a_fever_reported_meanwhile_is_a_suspicion_still_when_the_officer_s_is_taken_back(plant, officer, case):
    with later(plant, 5):
        row = plant.check_in("林涛", "38.5")
    with later(plant, 10):
        undo_judgement(case, "看错了人", by=officer)
        assert stands(plant) == ("suspected", f"checkin:{row.pk}", ["checking"], [], 1)
        for person in staff():
            plant.check_in(person.name)
        plant.sign()
        assert (grid.double_zero().suspected, grid.double_zero().earned) == (1, False)
        states = [change.state for change in case.changes.all()]
        assert states == ["suspected", "withdrawn", "suspected"], "each is on record"
        assert undoable(list(case.changes.all())) is None, "what he reported is judged, not undone"
        judge_case(case, "ruled_out", "两次复测正常", by=officer)
        assert stands(plant) == ("ruled_out", "", [], [], 0)


def test_a_fever_at_a_gate_meanwhile_holds_him_still(plant, officer, case):
    with later(plant, 5):
        at_gate(plant)
    with later(plant, 10):
        undo_judgement(case, "看错了人", by=officer)
        assert stands(plant) == ("suspected", "crossing:7", ["checking"], ["suspected"], 1)
        judge_case(case, "confirmed", "核酸阳性", by=officer)
        undo_judgement(case, "样本弄错", by=officer)
        assert stands(plant) == ("suspected", "crossing:7", ["checking"], ["suspected"], 1)


def test_a_fever_at_a_gate_holds_him_when_what_is_left_is_what_he_reported(plant, officer):
    row = plant.check_in("林涛", "38.1")
    case = Case.objects.get()
    judge_case(case, "suspected", "发热", by=officer)
    with later(plant, 5):
        at_gate(plant)
    with later(plant, 10):
        undo_judgement(case, "误点", by=officer)
        assert stands(plant)[:4] == ("suspected", f"checkin:{row.pk}", ["checking"], ["suspected"])


@pytest.mark.parametrize("tell", ["report", "gate"])
def test_a_fever_while_a_case_that_was_ruled_out_is_suspected_again_outlives_the_undoing(plant, officer, tell):
    plant.check_in("林涛", "38.1")
    case = Case.objects.get()
    with later(plant, 5):
        judge_case(case, "ruled_out", "两次阴性", by=officer)
    with later(plant, 10):
        judge_case(case, "confirmed", "误点", by=officer)
        undo_judgement(case, "误点", by=officer)
        assert stands(plant)[0] == "ruled_out", "the fever of before was ruled out"
        judge_case(case, "confirmed", "误点", by=officer)
    with later(plant, 15):
        if tell == "gate":
            at_gate(plant)
        else:
            grid.correct(CheckIn.objects.get(), Decimal("38.8"), uid=uuid.uuid4(), reason="又量了")
    with later(plant, 20):
        undo_judgement(case, "误点", by=officer)
        state, reason, away, held, tasks = stands(plant)
        assert (state, reason.partition(":")[0]) == ("suspected", "crossing" if tell == "gate" else "checkin")
        assert (away, bool(held), tasks >= 1) == (["checking"], tell == "gate", True)


def test_a_fever_that_was_corrected_since_is_none(plant, officer, case):
    with later(plant, 5):
        row = plant.check_in("林涛", "38.5")
        grid.correct(row, Decimal("36.5"), uid=uuid.uuid4(), reason="看错了")
    with later(plant, 10):
        undo_judgement(case, "看错了人", by=officer)
        assert stands(plant) == ("withdrawn", "", [], [], 0)


def test_a_well_that_a_lead_heard_meanwhile_keeps_no_suspicion(plant, officer, case):
    with later(plant, 5):
        row = grid.contact(plant["林涛"], "seen_ok", uid=uuid.uuid4(), by=officer)
        assert take_back(row, by=officer)
        plant.check_in("林涛")
    with later(plant, 10):
        undo_judgement(case, "看错了人", by=officer)
        assert stands(plant) == ("withdrawn", "", [], [], 0)


big = pytest.fixture(lambda transactional_db, tmp_path: small_plant())


@pytest.mark.parametrize("other", ["gate", "undo"])
def test_a_report_waits_for_whoever_settles_the_same_person(big, other, tmp_path, monkeypatch):
    """A report comes in while a fever at a gate, or the undoing of his suspicion, is being written: one open case is left."""
    officer = big.account("孙丽", Role.HEALTH_OFFICER).pk
    case = suspect(big["林涛"], "误点", by=big.account("孙丽")) if other == "undo" else None
    actions.response()  # there already: two who begin it at once would wait for each other on that
    under_way = threading.Event()

    def settles():
        with transaction.atomic():
            if case:
                undo_judgement(Case.objects.get(), "误点", by=Account.objects.get(pk=officer))
            else:
                at_gate(big)
            under_way.set()
            threading.Event().wait(0.5)  # whoever does not wait has long read what is not written yet
        return "done"

    def reports():
        under_way.wait(10)
        _row, new = grid.check_in(Person.objects.get(name="林涛"), NOW.date(), Decimal("38.5"), uid=uuid.uuid4())
        return "written" if new else "there"

    def states():
        return [each.changes.last().state for each in Case.objects.order_by("pk")]

    given, after = at_once(monkeypatch, on_disk(tmp_path / f"{other}.sqlite3"), [settles, reports], states)
    assert given == ["done", "written"], "nothing was refused"
    assert [state for state in after if state != "withdrawn"] == ["suspected"], after
