"""Somebody is held at the very moment in which he stands at a gate: he is stopped, or somebody is told that he came in."""

from datetime import timedelta

import pytest

from diba.gates.actions import alone
from diba.gates.models import Crossing, OpenItem, Presence
from diba.plant import actions
from diba.plant.actions import clock

from ..conftest import NOW, small_plant
from .conftest import AT, enrolled, gates, officer, record
from .conftest import post as device

__all__ = ["device", "enrolled", "gates", "officer"]


def held(person, commit, **more):
    with commit(execute=True):
        return actions.hold(person, "contact", **more)


def kinds():
    return list(OpenItem.objects.values_list("kind", flat=True))


def test_who_came_in_in_the_second_in_which_he_was_held_is_put_before_somebody(
    plant, post, django_capture_on_commit_callbacks
):
    plant.check_in("林涛")
    plant.check_in("韩冰")
    post.send(record(plant["林涛"]), record(plant["韩冰"], refusal="no_mask"))
    with clock.at(NOW + timedelta(milliseconds=400)):
        held(plant["林涛"], django_capture_on_commit_callbacks)
        held(plant["韩冰"], django_capture_on_commit_callbacks)
    assert kinds() == ["held"] and OpenItem.objects.get().crossing.person == plant["林涛"]
    with clock.at(NOW + timedelta(milliseconds=700)):
        held(plant["林涛"], django_capture_on_commit_callbacks)  # a second hold tells nothing new
    assert kinds() == ["held"]


def test_who_came_in_before_he_was_held_or_before_a_hold_to_come_is_not(
    plant, post, django_capture_on_commit_callbacks
):
    with clock.at(NOW - timedelta(hours=1)):
        plant.check_in("林涛")
        plant.check_in("韩冰")
    post.send(record(plant["林涛"], at=AT - 60), record(plant["韩冰"]))
    held(plant["林涛"], django_capture_on_commit_callbacks, begins_at=NOW - timedelta(days=3))
    held(plant["韩冰"], django_capture_on_commit_callbacks, begins_at=NOW + timedelta(hours=1))
    hold = held(plant["陈立"], django_capture_on_commit_callbacks)  # seen at no gate yet
    with django_capture_on_commit_callbacks(execute=True):
        actions.lift(hold)
    assert kinds() == [] and Presence.objects.get(person=plant["陈立"]).at is None


class TestShortWay:
    """The hold is committed between the question about him and the writing of his line."""

    @pytest.fixture
    def plant(self, transactional_db, tmp_path):
        return small_plant()

    @pytest.mark.postgresql
    @pytest.mark.parametrize("seen", [True, False])
    def test_he_is_stopped(self, plant, device, monkeypatch, seen):
        person = plant["林涛"]
        with clock.at(NOW - timedelta(hours=1)):
            plant.check_in("林涛")
        if seen:
            device.send(record(person, at=AT - 60, direction="out"))
        asked = alone._asked

        def then_held(entry, at):
            found = asked(entry, at)
            actions.hold(person, "contact")
            return found

        monkeypatch.setattr(alone, "_asked", then_held)
        [result] = device.send(record(person))
        row = Crossing.objects.get(uid=result["uid"])
        assert (result["state"], row.judged, row.judged_reason) == ("kept", "stop", "held")
        assert kinds() == ["refused"]
