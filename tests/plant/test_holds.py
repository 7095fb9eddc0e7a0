"""Holding people at the gates."""

from datetime import timedelta

import pytest

from diba.plant import actions
from diba.plant.actions import hooks
from diba.plant.models import Hold, Record


@pytest.fixture
def heard(monkeypatch):
    """Listen at the gates: what HOLD_CHANGED says, as (person's name, lifted)."""
    told = []
    monkeypatch.setitem(hooks._answers, hooks.HOLD_CHANGED, [])
    hooks.on(hooks.HOLD_CHANGED, lambda hold, by: told.append((hold.person.name, hold.lifted_at is not None)))
    return told


def test_a_cause_holds_a_person_once_and_the_gates_hear_of_it(plant, heard):
    first = actions.hold(plant["陈立"], "suspected", source="case:1:5")
    assert actions.hold(plant["陈立"], "suspected", source="case:1:5") == first
    assert [row.person.name for row in actions.held()] == ["陈立"]
    assert heard == [("陈立", False)]
    assert actions.lift(first) and not actions.lift(first)
    assert heard == [("陈立", False), ("陈立", True)]
    assert not actions.held().exists()
    verbs = Record.objects.filter(verb__startswith="hold.").order_by("id").values_list("verb", "detail")
    assert list(verbs) == [("hold.began", "suspected"), ("hold.lifted", "")]


def test_a_hold_without_a_cause_of_its_own_is_another_hold(plant):
    actions.hold(plant["陈立"], "returnee")
    actions.hold(plant["陈立"], "contact")
    assert actions.held([plant["陈立"].pk]).count() == 2
    assert not actions.held([plant["周文斌"].pk]).exists()


def test_a_hold_begins_and_ends_by_itself(plant):
    row = actions.hold(
        plant["陈立"], "contact", begins_at=plant.now + timedelta(hours=1), ends_at=plant.now + timedelta(days=14)
    )
    assert not actions.held().exists()
    assert list(actions.held(at=plant.now + timedelta(days=13))) == [row]
    assert not actions.held(at=plant.now + timedelta(days=14)).exists()


def test_what_stood_when_is_known_after_it_was_lifted(plant):
    row = actions.hold(plant["陈立"], "confirmed")
    with actions.clock.at(plant.now + timedelta(hours=2)):
        actions.lift(row, by=plant.account("刘敏"))
        assert not actions.held().exists()
        assert list(actions.held(at=plant.now + timedelta(hours=1))) == [row]
    assert Hold.objects.get().lifted_by.person.name == "刘敏"


def test_all_holds_of_a_cause_are_lifted_at_once_and_no_other(plant, heard):
    for name in ("陈立", "周文斌"):
        actions.hold(plant[name], "contact", source=f"contact:7:{plant[name].pk}")
    kept = actions.hold(plant["高建军"], "contact", source="contact:70:1")
    assert actions.lift_all("contact:7:") == 2
    assert actions.lift_all("contact:7:") == 0
    assert list(actions.held()) == [kept]
    with pytest.raises(ValueError, match="empty prefix"):
        actions.lift_all("")
