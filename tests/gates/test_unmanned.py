"""A watch whose guard is absent or held is open: said on the plan without why, told to the planner."""

import base64
import json
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.gates.actions import places, unmanned
from diba.gates.models import Gate
from diba.plant import actions
from diba.plant.models import Role, Task

from ..conftest import NOW


@pytest.fixture
def stands(roster, gates):
    """Who stands at the one gate by the published roster now, with nobody beside him."""
    duty = roster.duties.filter(day=NOW.date(), watch__starts__lte=NOW.time()).order_by("-watch__starts").first()
    roster.duties.filter(day=duty.day, watch=duty.watch, post=duty.post).exclude(pk=duty.pk).delete()
    Gate.objects.filter(code="G1").update(post=duty.post)
    return duty.person


def names():
    return [person.pk for person in places.standing_now(Gate.objects.get(code="G1"), actions.now()).people]


def away(person, how):
    begins = NOW - timedelta(days=10)
    if how == "absence":
        return actions.take_out(person, "isolation", begins)
    return actions.hold(person, "contact", begins_at=begins)


@pytest.mark.parametrize("how", ["absence", "hold"])
def test_whoever_cannot_come_is_not_on_watch_and_his_watch_is_open(plant, stands, post, client, how):
    assert names() == [stands.pk]
    row = away(stands, how)
    assert names() == []
    desk = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    page = desk.get(reverse("gates:plan")).content.decode()
    assert f"<s>{stands.name}</s>" in page and "缺岗：不能到岗" in page and "本班都有人值守" not in page
    for words in ("隔离", "密接", "密切接触"):
        assert words not in page[page.index("<s>") : page.index("缺岗")]
    assert json.loads(base64.b64decode(post.get("bundle").json()["signed"]))["watch"]["names"] == []
    if how == "hold":
        actions.lift(row, by=None)
        assert names() == [stands.pk]


def test_the_planner_is_asked_once_without_why_and_no_more_when_he_can_come(plant, stands):
    row = away(stands, "hold")
    for _n in range(2):
        unmanned.tell_of_unmanned()
    [task] = Task.objects.filter(key__startswith="gate-away:")
    assert (task.role, task.about, task.closed_at) == (Role.PLANNER, stands, None)
    assert task.values["name"] == stands.name and task.values["count"] >= 1 and "contact" not in json.dumps(task.values)
    actions.lift(row, by=None)
    unmanned.tell_of_unmanned()
    task.refresh_from_db()
    assert task.closed_at


def test_a_watch_to_come_is_open_while_a_watch_that_is_over_was_stood(plant, stands):
    actions.hold(stands, "contact", begins_at=NOW)
    rows = places.on_watch([Gate.objects.get(code="G1").post_id], NOW - timedelta(days=1), NOW + timedelta(days=14))
    his = [(begins, ends, cause) for _post, begins, ends, person, cause in rows if person == stands]
    assert len(his) > 1 and all(cause for _begins, ends, cause in his if ends > NOW)
    with actions.clock.at(NOW + timedelta(days=1)):
        rows = places.on_watch(
            [Gate.objects.get(code="G1").post_id], NOW - timedelta(hours=1), NOW + timedelta(hours=1)
        )
        [cause] = [cause for _post, begins, ends, person, cause in rows if person == stands and begins < NOW]
        assert cause == ""  # he stood until he was held
