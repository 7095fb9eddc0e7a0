"""A watch handed over: by one person of the plant to another, at a moment that was, and seen as late when it comes late."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.gates.models import Gate, Handover, OpenItem
from diba.plant import actions
from diba.plant.models import Role, Task
from diba.rosters.models import Duty

from ..conftest import NOW
from .conftest import AT


def told(**changed):
    return {
        "uid": str(uuid.uuid4()), "sent_at": AT, "at": AT - 60, "drift": 0, "from": "林涛", "to": "韩冰", "queue": 0, "inside": 0, "keys": 1, "retests": 0,
        "holds": 0, "note": "", "signed_out": "林涛 07:58", "signed_in": "韩冰 08:01", **changed,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "seconds"),
    [
        ({}, -60),
        (
            {"at": AT + 600, "drift": 660},
            -60,
        ),  # signed by a clock that was 11 min fast, and set right before it was sent
        ({"at": AT + 600, "drift": None}, 0),
        ({"at": AT + 600, "drift": None, "sent_at": AT + 660}, -60),
        ({"at": 4_000_000_000}, 0),
        ({"at": AT - 8 * 3600}, -8 * 3600),
    ],
)
def test_its_moment_is_set_right_by_the_drift_it_was_signed_under_and_lies_never_ahead(post, changed, seconds):
    assert post.post("handover", told(**changed)).json()["state"] == "kept"
    assert Handover.objects.get().at - NOW == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("changed", "why"),
    [({"from": "9999"}, "from"), ({"to": "过路人"}, "to"), ({"to": "林涛"}, "to"), ({"from": ""}, "from")],
)
def test_what_no_two_people_of_the_plant_signed_is_kept_for_the_office_once(plant, client, post, changed, why):
    one = told(**changed)
    for later in (0, 30):  # its answer was lost, and it is sent again
        answer = post.post("handover", {**one, "sent_at": AT + later})
        assert (answer.status_code, answer.json()["state"], answer.json()["why"]) == (200, "unreadable", why)
    assert OpenItem.objects.get().unread.why == f"handover {why}" and not Handover.objects.exists()
    page = plant.signed_in(client, "陈立", Role.DUTY_OFFICER).get(reverse("gates:items")).content.decode()
    assert "交接班" in page and one["uid"] in page


def test_the_number_of_a_person_and_his_name_are_one_person(plant, post):
    number = plant["林涛"].staff_no
    assert post.post("handover", told(**{"from": number, "to": "林涛"})).json()["state"] == "unreadable"
    assert post.post("handover", told(**{"from": number, "to": plant["韩冰"].staff_no})).json()["state"] == "kept"


def test_the_plan_says_of_a_hand_over_that_came_late_when_it_came(plant, client, post):
    desk = plant.signed_in(client, "陈立", Role.DUTY_OFFICER)
    post.post("handover", told())
    assert "才收到" not in desk.get(reverse("gates:plan")).content.decode()
    post.post("handover", told(at=AT - 3600))
    assert f"{NOW:%m-%d %H:%M} 才收到" in desk.get(reverse("gates:plan")).content.decode()


def test_the_plan_names_who_handed_over_and_not_their_numbers_alone(plant, client, post):
    one, two = plant["林涛"].staff_no, plant["韩冰"].staff_no
    post.post("handover", told(**{"from": one, "to": two, "signed_out": f"{one} 07:58", "signed_in": f"{two} 08:01"}))
    page = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER).get(reverse("gates:plan")).content.decode()
    assert "林涛 → 韩冰" in page and f"{one} 07:58 → {two} 08:01" in page


@pytest.fixture
def pair(roster, gates):
    """(Who stands the morning's watch at the one gate by the roster, when it begins, s); the roster says nothing of the night before."""
    morning = NOW.replace(hour=6, minute=0)
    night = roster.duties.filter(day=NOW.date(), watch__starts="22:00").first()
    Duty.objects.filter(roster=roster, post=night.post, day=NOW.date(), watch__starts="06:00").delete()
    early = (
        Duty.objects.filter(roster=roster, day=NOW.date(), watch__starts="06:00").exclude(person=night.person).first()
    )
    Duty.objects.filter(pk=early.pk).update(post=night.post)
    Gate.objects.filter(code="G1").update(post=night.post)
    return early.person, int(morning.timestamp())


def others(post, **changed):
    assert post.post("handover", told(**changed)).json()["state"] == "kept"
    return Handover.objects.order_by("pk").last().said["others"]


def test_somebody_else_than_the_roster_s_pair_is_kept_marked_and_asked_about(plant, post, pair, client):
    taker, begins = pair
    strange = next(plant[name] for name in ("林涛", "韩冰", "郭峰") if plant[name] != taker)
    first = next(plant[name] for name in ("陈立", "周文斌") if plant[name] != taker)
    assert others(post, **{"from": first.staff_no, "to": taker.staff_no, "at": begins + 60}) == []
    assert not Task.objects.filter(key__startswith="handover:").exists()
    assert others(post, **{"from": first.staff_no, "to": strange.staff_no, "at": begins + 120}) == ["from", "to"]
    [task] = Task.objects.filter(key__startswith="handover:")
    assert task.role == Role.DUTY_OFFICER and task.values["takes"] == strange.name
    assert (
        others(post, **{"from": strange.staff_no, "to": taker.staff_no, "at": begins + 180}) == []
    )  # who took over last gives
    page = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER).get(reverse("gates:plan")).content.decode()
    assert page.count("两人都不是班表上的人") == 1


def test_whoever_is_held_is_not_expected_to_take_the_watch_and_no_roster_expects_nobody(plant, post, pair, gates):
    taker, begins = pair
    first = next(plant[name] for name in ("陈立", "周文斌") if plant[name] != taker)
    actions.hold(taker, "contact", begins_at=NOW - timedelta(days=1))
    assert others(post, **{"from": first.staff_no, "to": taker.staff_no, "at": begins + 60}) == ["to"]
    Gate.objects.update(post=None)
    Handover.objects.all().delete()
    assert others(post) == []
