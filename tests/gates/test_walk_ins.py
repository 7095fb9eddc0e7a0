"""A visitor nobody announced: his host is asked on the phone while he stands at the gate, and the guard has the answer at once."""

import base64
import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from diba.gates.actions import expected, walk_ins
from diba.gates.models import Crossing, Gate, Visit
from diba.plant import actions
from diba.plant.actions import jobs
from diba.plant.models import Record, Role, Task

from ..conftest import NOW
from .conftest import AT, record


@pytest.fixture(autouse=True)
def host(plant):
    """The one who is visited can answer."""
    return plant.account("林涛")


def told(person, **changed):
    return {
        "uid": str(uuid.uuid4()), "sent_at": AT, "at": AT - 20, "name": "李工", "purpose": "电梯维保", "host": person.pk, "declared": "no", **changed,
    }  # fmt: skip


def asked(post, host, **changed):
    answer = post.post("walkin", told(host, **changed))
    assert answer.status_code == 201, answer.content
    return answer.json()


def told_to(post, *numbers):
    path = reverse("gates:api_walkin") + "?" + "&".join(f"uid={number}" for number in numbers)
    answer = post.client.get(path, headers=post.headers)
    assert answer.status_code == 200, answer.content
    return [(each["state"], each["visit"]) for each in answer.json()["answers"]]


def test_a_host_says_yes_on_his_phone_and_the_guard_has_the_answer_at_his_next_question(plant, client, post):
    said = asked(post, plant["林涛"])
    visit = Visit.objects.get()
    assert (said["visit"], said["state"], said["phone"]) == (visit.pk, "asked", plant["林涛"].phone)
    task = Task.objects.get(owner=plant["林涛"], closed_at=None)
    assert task.urgent and task.due_at == NOW + timedelta(seconds=90) and task.values["gate"] == "生活区正门"
    assert told_to(post, said["uid"]) == [("asked", visit.pk)]
    host = plant.signed_in(client, "林涛")
    page = host.get(reverse("gates:guests")).content.decode()
    assert "李工" in page and "在生活区正门等着" in page
    with actions.clock.at(NOW + timedelta(seconds=30)):
        host.post(reverse("gates:guest_answer", args=[visit.pk]), {"say": "yes"})
    with actions.clock.at(NOW + timedelta(seconds=32)):
        assert told_to(post, said["uid"]) == [("approved", visit.pk)]
    with actions.clock.at(NOW + timedelta(seconds=60)):
        assert told_to(post, said["uid"]) == [("approved", visit.pk)]  # asked again: when he was told first stands
    visit.refresh_from_db()
    assert visit.seconds_to_verdict == 52 and walk_ins.times() == (1, 1, 52)
    assert visit.ends_at == NOW + timedelta(seconds=30, hours=8) and not Task.objects.filter(closed_at=None).exists()


def test_the_host_s_page_is_drawn_anew_only_when_somebody_came_or_was_answered(plant, client, post):
    host, htmx = plant.signed_in(client, "林涛"), {"HX-Request": "true"}
    seen = host.get(reverse("gates:guests")).context["seen"]
    assert host.get(reverse("gates:guests"), {"seen": seen}, headers=htmx).status_code == 204
    said = asked(post, plant["林涛"])
    page = host.get(reverse("gates:guests"), {"seen": seen}, headers=htmx)
    assert page.status_code == 200 and f"seen={page.context['seen']}" in page.content.decode()
    host.post(reverse("gates:guest_answer", args=[said["visit"]]), {"say": "yes"})
    assert host.get(reverse("gates:guests"), {"seen": page.context["seen"]}, headers=htmx).status_code == 200
    assert host.get(reverse("gates:guests"), {"seen": seen}).status_code == 200  # not asked by itself: always whole


def test_he_is_let_in_by_the_server_too_and_nobody_must_look_at_it(plant, client, post):
    said = asked(post, plant["林涛"])
    plant.signed_in(client, "林涛").post(reverse("gates:guest_answer", args=[said["visit"]]), {"say": "yes"})
    with actions.clock.at(NOW + timedelta(minutes=1)):
        [result] = post.send(record(None, kind="visitor", visit=said["visit"], at=AT + 50), sent_at=AT + 60)
    assert result["item"] is None and Visit.objects.get().crossings.get().judged == "pass"


def test_a_host_who_says_no_keeps_him_out(plant, client, post):
    said = asked(post, plant["林涛"])
    plant.signed_in(client, "林涛").post(reverse("gates:guest_answer", args=[said["visit"]]), {"say": "no"})
    assert told_to(post, said["uid"]) == [("refused", said["visit"])]
    post.send(record(None, kind="visitor", visit=said["visit"], at=AT))
    assert Visit.objects.get().crossings.get().judged_reason == "visit_refused"


def test_nobody_but_the_host_answers_and_no_other_gate_learns_of_it(plant, client, post, enrolled):
    said = asked(post, plant["林涛"])
    path = reverse("gates:guest_answer", args=[said["visit"]])
    assert plant.signed_in(client, "陈立", Role.GUARD).post(path, {"say": "yes"}).status_code == 404
    assert told_to(enrolled("G2"), said["uid"]) == []
    assert client.get(reverse("gates:api_walkin")).status_code == 401


def test_an_answer_that_was_lost_on_the_way_is_asked_for_again_under_the_same_number(plant, post):
    first = told(plant["林涛"])
    assert post.post("walkin", first).json() == post.post("walkin", first).json()
    assert Visit.objects.count() == Task.objects.count() == Record.objects.filter(verb="visit.entered").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"name": " "}, "name"), ({"purpose": None}, "purpose"), ({"host": 10**9}, "host"), ({"host": "1"}, "host"), ({"host": True}, "host"), ({"host": 2**70}, "host"),
     ({"declared": "yes"}, "declared"), ({"declared": ""}, "declared"), ({"uid": "x"}, "uid"), ({"at": "x"}, "at"), ({"sent_at": None}, "sent_at"), ({"name": {}}, "name")],
)  # fmt: skip
def test_what_cannot_be_put_before_a_host_is_refused_and_names_the_field(plant, post, changed, field):
    answer = post.post("walkin", told(plant["林涛"], **changed))
    assert (answer.status_code, Visit.objects.count()) == (400, 0)
    assert field in answer.json()["error"] or field in ("name", "uid")


def test_whoever_cannot_answer_on_a_phone_is_telephoned(plant, post):
    assert post.post("walkin", told(plant["韩冰"])).status_code == 400 and not Visit.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 50_000])
def test_a_body_that_is_none_is_refused(post, body):
    assert post.post("walkin", body).status_code == 400
    assert post.client.get(reverse("gates:api_walkin") + "?uid=x", headers=post.headers).status_code == 400


def test_his_clock_may_be_wrong_and_nobody_has_stood_there_for_days(plant, post):
    asked(post, plant["林涛"], sent_at=AT + 3600, at=AT + 3580)
    asked(post, plant["林涛"], at=AT - 86_400)
    asked(post, plant["林涛"], at=AT + 600)
    assert [NOW - row.arrived_at for row in Visit.objects.order_by("pk")] == [
        timedelta(seconds=20),
        walk_ins.WAITS,
        timedelta(0),
    ]


def test_who_got_no_answer_has_left_and_a_late_yes_lets_nobody_in(plant, client, post):
    said = asked(post, plant["林涛"])
    with actions.clock.at(NOW + timedelta(minutes=31)):
        host = plant.signed_in(client, "林涛")
        page = host.post(
            reverse("gates:guest_answer", args=[said["visit"]]), {"say": "yes"}, follow=True
        ).content.decode()
        assert "已离开" in page and "逾时未答复" in page and Visit.objects.get().state == "asked"
        jobs.run_ticks()
    assert Task.objects.get(key=f"walk-ins:{plant['林涛'].pk}").closed_at and not Visit.objects.get().passes.exists()


def test_the_page_of_the_visitors_says_how_long_each_stood_there(plant, client, post):
    quick, slow = (asked(post, plant["林涛"], name=name) for name in ("李工", "何工"))
    for said, seconds in ((quick, 10), (slow, 100)):
        with actions.clock.at(NOW + timedelta(seconds=seconds)):
            plant.signed_in(client, "林涛").post(reverse("gates:guest_answer", args=[said["visit"]]), {"say": "yes"})
            told_to(post, said["uid"])
    page = plant.signed_in(client, "陈立", Role.GUARD).get(reverse("gates:expected")).content.decode()
    assert "30 秒得到答复" in page and '<em class="db-late">120 秒得到答复' in page
    assert "2 人得到答复，1 人在到达后 90 秒内；半数在 75 秒内" in page


@pytest.mark.parametrize("how", ["number", "name", "handed over", "another"])
def test_no_guard_lets_his_own_visitor_in(plant, post, how):
    host = plant["林涛"]
    said = {
        "number": {"guard": host.staff_no},
        "name": {"guard": host.name},
        "another": {"guard": plant["韩冰"].staff_no},
    }.get(how, {})
    if how == "handed over":
        told_over = {
            "uid": str(uuid.uuid4()),
            "sent_at": AT,
            "at": AT,
            "from": "韩冰",
            "to": "林涛",
            "signed_out": "韩冰 8",
            "signed_in": "林涛 8",
        }
        assert post.post("handover", told_over).json()["state"] == "kept"
    answer = post.post("walkin", told(host, **said))
    assert (answer.status_code, Visit.objects.count()) == ((201, 1) if how == "another" else (400, 0))
    assert how == "another" or answer.json()["error"] == "host"


def test_nor_does_whoever_stands_there_by_the_roster(plant, post, roster):
    duty = roster.duties.filter(day=NOW.date(), watch__starts__lte=NOW.time()).order_by("-watch__starts").first()
    Gate.objects.filter(pk=post.device.gate_id).update(post=duty.post)
    if duty.person != plant["林涛"]:
        plant.account(duty.person.name)
    answer = post.post("walkin", told(duty.person))
    assert (answer.status_code, answer.json()["error"]) == (400, "host") and not Visit.objects.exists()


def test_a_burst_of_visitors_is_one_task_for_the_host_and_a_limit_for_the_device(plant, client, post, one_minute):
    answers = [post.post("walkin", told(plant["林涛"], name=f"客{n}", at=AT - 20 + n)).status_code for n in range(14)]
    assert answers == [201] * 10 + [429] * 4
    [task] = Task.objects.filter(closed_at=None)
    assert task.values["name"] == "客0"
    host = plant.signed_in(client, "林涛")
    assert "客9" in host.get(reverse("gates:guests")).content.decode()
    for visit in Visit.objects.order_by("pk"):
        [task] = Task.objects.filter(closed_at=None)
        assert task.values["name"] == visit.name
        host.post(reverse("gates:guest_answer", args=[visit.pk]), {"say": "yes"})
    assert not Task.objects.filter(closed_at=None).exists()


def test_a_visitor_with_a_fever_does_not_come_in_unannounced_at_another_gate_under_his_name(
    plant, post, enrolled, officer
):
    plant.check_in("林涛")
    other, hot = (
        enrolled("G2"),
        {"first": 382, "at": AT - 900, "second": 384, "second_at": AT - 200, "method": "forehead"},
    )
    stopped = {"verdict": {"verdict": "stop", "reason": "fever"}, "refusal": "fever"}
    post.send(
        record(None, kind="visitor", name="李工", at=AT - 190, temperature=hot, **stopped)
    )  # nobody knows his visit
    said = asked(other, plant["林涛"])
    visit, namesake = Visit.objects.get(pk=said["visit"]), asked(other, plant["林涛"], name="王工")["visit"]
    spaced = asked(other, plant["林涛"], name="李\u3000工")["visit"]
    span = {"begins_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=4)}
    announced = expected.announce(by=plant["林涛"].account, host=plant["林涛"], name="李工", declared="无", **span)
    lists = json.loads(base64.b64decode(other.get("bundle").json()["signed"]))
    assert lists["ill"] == ["李工"]
    assert {one["id"]: one["state"] for one in lists["visits"]} == {
        visit.pk: "ill",
        namesake: "asked",
        spaced: "ill",
        announced.pk: "approved",
    }
    expected.answer(visit, True, by=plant["林涛"].account)
    for pk in (visit.pk, announced.pk):
        other.send(record(None, kind="visitor", visit=pk))
    assert list(Crossing.objects.order_by("pk").values_list("judged_reason", flat=True))[1:] == ["visit_ill", "enters"]
    with actions.clock.at(NOW + timedelta(hours=25)):
        asked(other, plant["林涛"], uid=str(uuid.uuid4()), sent_at=AT + 25 * 3600, at=AT + 25 * 3600)
        lists = json.loads(base64.b64decode(other.get("bundle").json()["signed"]))
        assert lists["ill"] == [] and "ill" not in {one["state"] for one in lists["visits"]}


@pytest.fixture
def announced(plant):
    """林涛's visitor of this morning, announced by the office."""
    return expected.announce(
        by=plant.account("刘敏", Role.DUTY_OFFICER), host=plant["林涛"], name="自己客", purpose="看望", declared="无",
        begins_at=NOW - timedelta(hours=2), ends_at=NOW + timedelta(hours=4),
    )  # fmt: skip


def hand(post, giver, taker, at=AT - 3600):
    said = {"uid": str(uuid.uuid4()), "sent_at": AT, "at": at, "from": giver.staff_no, "to": taker.staff_no, "queue": 0, "inside": 0,
            "keys": 1, "retests": 0, "holds": 0, "note": "", "signed_out": "a", "signed_in": "b"}  # fmt: skip
    assert post.post("handover", said).json()["state"] == "kept"


def came(visit, **changed):
    return record(None, kind="visitor", visit=visit.pk, name=visit.name, declared="no", **changed)


def test_an_announced_visitor_of_the_guard_himself_is_looked_at_also_of_a_line_that_comes_later(plant, post, announced):
    with actions.clock.at(NOW - timedelta(minutes=90)):
        expected.answer(announced, True, by=plant.account("林涛"))
    hand(post, plant["韩冰"], plant["林涛"])
    before, _out, own, other = post.send(
        came(announced, at=AT - 3700, guard=plant["韩冰"].staff_no), came(announced, direction="out", at=AT - 3650),
        came(announced, at=AT - 600, guard="x"), came(announced, direction="out", at=AT - 300, guard="x"),
    )  # fmt: skip
    assert (before["item"], bool(own["item"]), other["item"]) == (None, True, None)
    row = Crossing.objects.get(uid=own["uid"])
    assert (row.judged, row.judged_reason) == ("wait", "host_guards")
    lists = json.loads(base64.b64decode(post.get("bundle").json()["signed"]))
    assert [each["host_no"] for each in lists["visits"]] == [plant["林涛"].staff_no]


def test_whoever_is_on_watch_says_yes_to_no_visit_of_his_own_and_may_say_no(plant, post, client, announced):
    hand(post, plant["韩冰"], plant["林涛"])
    host = plant.signed_in(client, "林涛", Role.GUARD)
    page = host.post(reverse("gates:guest_answer", args=[announced.pk]), {"say": "yes"}, follow=True)
    assert "正在卡口值守的人不能同意自己的访客" in page.content.decode()
    announced.refresh_from_db()
    assert announced.state == "asked" and not announced.passes.exists()
    form = {"visit-name": "又一客", "visit-host": "林涛", "visit-purpose": "看望", "do": "visit",
            "visit-begins_at": "2020-02-14T08:00", "visit-ends_at": "2020-02-14T18:00"}  # fmt: skip
    page = host.post(reverse("gates:expected"), form).content.decode()
    assert "正在卡口值守的人不能同意自己的访客" in page and "又一客" in page  # what was typed stays
    assert Visit.objects.count() == 1
    host.post(reverse("gates:guest_answer", args=[announced.pk]), {"say": "no"})
    announced.refresh_from_db()
    assert announced.state == "refused"


def test_whoever_was_relieved_says_yes_again(plant, post, announced):
    hand(post, plant["韩冰"], plant["林涛"])
    hand(post, plant["林涛"], plant["韩冰"], at=AT - 60)
    assert expected.answer(announced, True, by=plant.account("林涛"))


def test_a_host_s_visitors_stand_in_the_order_of_what_is_to_be_done(plant, post, client, announced):
    by = {"by": announced.by, "host": plant["林涛"], "purpose": "看望"}
    over = {"begins_at": NOW - timedelta(hours=9), "ends_at": NOW - timedelta(hours=1)}
    to_come = {"begins_at": NOW + timedelta(hours=1), "ends_at": NOW + timedelta(hours=2)}
    expected.announce(name="过了的", **by, **over)
    expected.answer(expected.announce(name="同意了的", **by, **to_come), True, by=plant.account("林涛"))
    expected.call_off(expected.announce(name="撤回了的", **by, **to_come), by=announced.by)
    asked(post, plant["林涛"], name="门口等着的")
    rows = plant.signed_in(client, "林涛").get(reverse("gates:guests")).context["rows"]
    assert [row.name for row in rows] == ["门口等着的", "自己客", "同意了的", "撤回了的", "过了的"]
