"""Volunteers at the gates: who may stand, calls and answers, duties by the engine, who came."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.plant import actions
from diba.plant.models import Delivery, Post, Role, WatchPattern
from diba.rosters.actions import gate_duties, gate_marks, volunteers
from diba.rosters.models import Attendance, CallUp, Invitation, Reply, Volunteer

NAMES = ["孙丽", "陈立", "周文斌", "高建军", "徐振华", "郭峰"]


@pytest.fixture
def gates(plant):
    return [Post.objects.create(code=f"kakou{n}", name=f"{n} 号卡口", tier=3) for n in (1, 2)]


@pytest.fixture
def listed(plant, planner, gates):
    later = plant.today + timedelta(days=90)
    volunteers.enlist(
        [plant[name] for name in NAMES], by=planner, trained_until=later, insured_until=later, most_a_week=3
    )


def called(plant, planner, gates, days=3, needed=1):
    return volunteers.call_up(
        by=planner, name="下周卡口", pattern=WatchPattern.objects.get(code="3x8"), first_day=plant.today + timedelta(days=2), days=days, gates=gates,
        needed=needed, by_day_only=True, answer_hours=24,
    )  # fmt: skip


def say(call, plant, name, yes=True, days=()):
    invitation = call.invitations.get(person=plant[name])
    return volunteers.answer(invitation, yes, [str(day) for day in days], by=None)


def published(plant, planner, gates):
    """Return a call to which all said yes, drafted and published."""
    call = called(plant, planner, gates)
    for name in NAMES:
        say(call, plant, name)
    gate_duties.draft_duties(call)
    volunteers.publish_call(call, by=planner)
    return call


def test_only_those_with_training_and_insurance_are_called(plant, planner, gates, listed):
    Volunteer.objects.filter(person=plant["陈立"]).update(insured_until=plant.today + timedelta(days=1))
    Volunteer.objects.filter(person=plant["郭峰"]).update(trained_until=None)
    call = called(plant, planner, gates)
    assert {row.person.name for row in call.invitations.all()} == set(NAMES) - {"陈立", "郭峰"}
    assert Delivery.objects.filter(message__link="/rosters/calls/").count() == 4


def test_with_nobody_fit_or_a_day_that_is_over_there_is_no_call(plant, planner, gates, listed):
    Volunteer.objects.update(trained_until=plant.today - timedelta(days=1))
    with pytest.raises(BadInput) as error:
        called(plant, planner, gates)
    assert error.value.reason == "nobody" and not CallUp.objects.exists()


def test_the_same_call_is_made_once_while_it_waits_for_answers(plant, planner, gates, listed, client):
    desk, address = plant.signed_in(client, "刘敏", Role.PLANNER), reverse("rosters:call_new")
    ask = {"name": "卡口", "pattern": WatchPattern.objects.get(code="3x8").pk, "first_day": "2020-02-16", "days": 2,
           "gates": [post.pk for post in gates], "needed": 1, "by_day_only": "on", "answer_hours": 24}  # fmt: skip
    first = desk.post(address, ask)["Location"]
    page = desk.post(address, {**ask, "name": "又一次"})
    said = page.content.decode()
    assert page.status_code == 200 and "同一个人不问两遍" in said and f'<a href="{first}">看那次招募</a>' in said
    assert "又一次" in said and CallUp.objects.count() == 1 and Invitation.objects.count() == len(NAMES)
    assert Delivery.objects.filter(message__link="/rosters/calls/").count() == len(NAMES)
    for other in ({"gates": [gates[0].pk]}, {"days": 3}, {"first_day": "2020-02-17"}, {"skill": "driving"}):
        Volunteer.objects.update(skills=["driving"])
        assert desk.post(address, {**ask, **other}).status_code == 302
    volunteers.drop_call(
        CallUp.objects.get(
            name="卡口", days=2, skill="", first_day="2020-02-16", needs__post=gates[1], needs__watch__code="早"
        ),
        by=planner,
    )
    assert desk.post(address, ask).status_code == 302


@pytest.mark.parametrize(
    ("field", "told"), [("came", {"came": "2", "hours": "6"}), ("hours", {"came": "1", "hours": "25"})]
)
def test_a_bad_note_of_who_came_names_the_field_that_is_wrong(plant, planner, gates, listed, client, field, told):
    duty = published(plant, planner, gates).duties.select_related("person").first()
    with actions.clock.at(plant.now + timedelta(days=5)):
        desk = plant.signed_in(client, "刘敏", Role.PLANNER)
        page = desk.post(reverse("rosters:attend", args=[duty.pk]), told, follow=True).content.decode()
    assert (("“到岗”一栏" in page), ("“小时”一栏" in page)) == (field == "came", field == "hours")
    assert f"{duty.person.name}，{duty.day:%m-%d}" in page and not Attendance.objects.exists()


def test_answers_are_yes_no_none_and_late(plant, planner, gates, listed):
    call = called(plant, planner, gates)
    say(call, plant, "陈立")
    say(call, plant, "郭峰")
    say(call, plant, "郭峰", False)
    states = {each.invitation.person.name: (each.state, each.late) for each in volunteers.answers(call)}
    assert states["陈立"] == ("yes", False) and states["郭峰"] == ("no", False) and states["孙丽"] == ("none", False)
    assert Reply.objects.count() == 3
    with actions.clock.at(plant.now + timedelta(hours=25)):
        assert {each.invitation.person.name for each in volunteers.answers(call) if each.late} == set(NAMES) - {
            "陈立",
            "郭峰",
        }
    with pytest.raises(BadInput):
        say(call, plant, "孙丽", True, [plant.today - timedelta(days=9)])


def test_the_engine_gives_duties_only_to_the_willing_on_days_they_offered(plant, planner, gates, listed):
    call = called(plant, planner, gates)
    days = [call.first_day + timedelta(days=n) for n in range(3)]
    for name in NAMES[:5]:
        say(call, plant, name, True, days[:2] if name == "孙丽" else ())
    say(call, plant, "郭峰", False)
    gate_duties.draft_duties(call)
    duties = list(call.duties.select_related("person"))
    assert call.state == CallUp.State.DRAFTED and call.result["open"] == 12 - len(duties) == 0
    assert "郭峰" not in {duty.person.name for duty in duties}
    assert all(duty.day in days[:2] for duty in duties if duty.person.name == "孙丽")
    assert not any(duty.watch.night for duty in duties)


def test_what_the_willing_cannot_fill_stays_open_and_is_counted(plant, planner, gates, listed):
    call = called(plant, planner, gates)
    say(call, plant, "孙丽")
    gate_duties.draft_duties(call)
    assert call.duties.count() == 3 and call.result["open"] == 9


def test_nobody_stands_at_a_gate_within_the_rest_of_his_own_watch(plant, planner, gates, listed, roster):
    call = called(plant, planner, gates)
    for name in NAMES:
        say(call, plant, name)
    gate_duties.draft_duties(call)
    own = {(duty.person_id, duty.day) for duty in roster.duties.all()}
    for duty in call.duties.all():
        assert (duty.person_id, duty.day) not in own
    assert call.duties.filter(person=plant["孙丽"]).exists()


def test_nobody_willing_is_said(plant, planner, gates, listed):
    call = called(plant, planner, gates)
    gate_duties.draft_duties(call)
    assert call.state == CallUp.State.OPEN and call.result == {"none": "nobody"}


def test_publishing_tells_and_closes_the_answers(plant, planner, gates, listed):
    call = called(plant, planner, gates)
    say(call, plant, "孙丽")
    with pytest.raises(BadInput):
        volunteers.publish_call(call, by=planner)
    gate_duties.draft_duties(call)
    assert volunteers.publish_call(call, by=planner) == 1
    assert Delivery.objects.get(message__words__startswith="Your watches as a volunteer").person == plant["孙丽"]
    with pytest.raises(BadInput):
        say(call, plant, "陈立")
    call.refresh_from_db()
    assert not volunteers.drop_call(call, by=planner)


def test_hours_and_no_shows_are_counted_by_the_newest_note(plant, planner, gates, listed):
    call = called(plant, planner, gates)
    say(call, plant, "孙丽")
    gate_duties.draft_duties(call)
    volunteers.publish_call(call, by=planner)
    duty, other, _third = call.duties.select_related("call")
    with pytest.raises(BadInput):
        volunteers.attend(duty, True, 480, by=planner)
    with actions.clock.at(plant.now + timedelta(days=6)):
        volunteers.attend(duty, True, 480, by=planner)
        volunteers.attend(duty, True, 300, by=planner)
        volunteers.attend(other, False, 480, by=planner)
        ((minutes, stood, missed),) = [row[1:] for row in volunteers.roll() if row[0].person == plant["孙丽"]]
    assert (minutes, stood, missed) == (300, 1, 1) and Attendance.objects.count() == 3


def test_the_days_that_are_over_are_folded_with_who_came_said_of_each(plant, planner, gates, listed, client):
    call = published(plant, planner, gates)
    first = list(call.duties.filter(day=call.first_day).select_related("call"))
    with actions.clock.at(plant.now + timedelta(days=3)):
        volunteers.attend(first[0], True, 480, by=planner)
        volunteers.attend(first[1], False, 0, by=planner)
        page = plant.signed_in(client, "刘敏", Role.PLANNER).get(reverse("rosters:call", args=[call.pk]))
    (second, rows, *_counts), (day, _rows, came, missed, unknown) = page.context["marks"]
    assert (second, day) == (call.first_day + timedelta(days=1), call.first_day)
    assert (came, missed, unknown) == (1, 1, len(first) - 2) and len(rows) == 4
    text = page.content.decode()
    assert "到 1 人，未到 1 人" in text and "2 人未记" in text and text.count('<details class="db-fold" open>') == 1


def test_answers_take_the_whole_page_until_watches_stand_beside_them(plant, planner, gates, listed, client):
    call = called(plant, planner, gates)
    address, desk = reverse("rosters:call", args=[call.pk]), plant.signed_in(client, "刘敏", Role.PLANNER)
    assert 'class="db-cols2"' not in desk.get(address).content.decode()
    for name in NAMES:
        say(call, plant, name)
    gate_duties.draft_duties(call)
    assert 'class="db-cols2"' in desk.get(address).content.decode()


def test_an_employee_answers_on_the_phone_and_only_for_himself(plant, planner, gates, listed, client):
    call = called(plant, planner, gates)
    mine, other = (call.invitations.get(person=plant[name]) for name in ("孙丽", "陈立"))
    client = plant.signed_in(client, "孙丽")
    page = client.get(reverse("rosters:calls")).content.decode()
    assert "1 个招募等您答复" in page and "下周卡口" in page
    client.post(reverse("rosters:calls"), {"invitation": mine.pk, "yes": "1", "days": [str(call.first_day)]})
    assert Reply.objects.get().days == [str(call.first_day)]
    assert client.post(reverse("rosters:calls"), {"invitation": other.pk, "yes": "1"}).status_code == 404
    for forged in ({"invitation": "9" * 30, "yes": "1"}, {"invitation": "x"}):
        assert client.post(reverse("rosters:calls"), forged).status_code == 404
    client.post(reverse("rosters:calls"), {"invitation": mine.pk, "yes": "1", "days": ["1999-01-01"]})
    client.post(reverse("rosters:calls"), {"invitation": mine.pk, "yes": "maybe"})
    assert Reply.objects.count() == 1
    assert client.get(reverse("rosters:volunteers")).status_code == 403


def test_the_planner_walks_from_the_list_to_who_came(plant, gates, client, planner, django_capture_on_commit_callbacks):
    from diba.plant.actions.jobs import run_job

    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    form = {
        "who": "孙丽 陈立",
        "skills": ["driving"],
        "trained_until": "2020-12-31",
        "insured_until": "2020-12-31",
        "most_a_week": 3,
    }
    client.post(reverse("rosters:volunteers"), form)
    assert Volunteer.objects.count() == 2
    ask = {"name": "卡口", "pattern": WatchPattern.objects.get(code="3x8").pk, "first_day": "2020-02-16", "days": 2, "gates": [gates[0].pk], "needed": 1,
           "by_day_only": "on", "answer_hours": 24}  # fmt: skip
    for bad in ({"first_day": "2020-02-01"}, {"days": 0}, {"gates": []}, {"needed": 99}):
        assert client.post(reverse("rosters:call_new"), {**ask, **bad}).status_code == 200
    address = client.post(reverse("rosters:call_new"), ask)["Location"]
    call = CallUp.objects.get()
    for invitation in Invitation.objects.all():
        volunteers.answer(invitation, True, by=None)
    step = reverse("rosters:call_step", args=[call.pk])
    with django_capture_on_commit_callbacks():
        client.post(step, {"verb": "draft"})
    call.refresh_from_db()
    assert "等待后台" in client.get(address).content.decode()
    run_job.call(str(call.job_id))
    assert "4 个位置全部有人" in client.get(address).content.decode()
    client.post(step, {"verb": "publish"})
    assert "不能这样做" in client.post(step, {"verb": "drop"}, follow=True).content.decode()
    duty = call.duties.first()
    with actions.clock.at(plant.now + timedelta(days=5)):
        client.logout()  # the session of five days ago is over
        client = plant.signed_in(client, "刘敏", Role.PLANNER)
        client.post(reverse("rosters:attend", args=[duty.pk]), {"came": "1", "hours": "6.5"})
        client.post(reverse("rosters:attend", args=[duty.pk]), {"came": "1", "hours": "99"})
        said = client.post(reverse("rosters:attend", args=[duty.pk]), {"came": "1", "hours": "24"}, follow=True)
        assert "一班 8 小时，加上接班迟到最多 10 小时；24 小时没有保存" in said.content.decode()
        assert Attendance.objects.get().minutes == 390
        assert "到岗 390 分钟" in client.get(address).content.decode()
        assert "1 号卡口" in client.get(address, {"format": "csv"}).content.decode("utf-8-sig")
    client.logout()
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    client.post(reverse("rosters:discharge", args=[Volunteer.objects.first().pk]))
    assert Volunteer.objects.filter(left_at=None).count() == 1


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (lambda call, plant, row: say(call, plant, "孙丽", False), "孙丽 后来答复不来"),
        (lambda call, plant, row: say(call, plant, "孙丽", days=[call.first_day]), "只能来别的日子"),
        (lambda call, plant, row: volunteers.discharge(row, by=None), "已不在名单上"),
        (
            lambda call, plant, row: Volunteer.objects.filter(pk=row.pk).update(insured_until=plant.today),
            "培训或保险到不了",
        ),
    ],
)
def test_nobody_is_published_who_may_not_stand_any_more(plant, planner, gates, listed, client, since, words):
    call = called(plant, planner, gates)
    say(call, plant, "孙丽")
    say(call, plant, "陈立")
    gate_duties.draft_duties(call)
    assert call.duties.filter(person=plant["孙丽"]).count() > 1
    since(call, plant, Volunteer.objects.get(person=plant["孙丽"]))
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    page = client.post(reverse("rosters:call_step", args=[call.pk]), {"verb": "publish"}, follow=True).content.decode()
    assert words in page and "请重新拟班" in page
    call.refresh_from_db()
    assert call.state == CallUp.State.DRAFTED
    assert not Delivery.objects.filter(message__words__startswith="Your watches as a volunteer").exists()
    # Drafted again, what is left can be published.
    gate_duties.draft_duties(call)
    client.post(reverse("rosters:call_step", args=[call.pk]), {"verb": "publish"})
    call.refresh_from_db()
    assert call.state == CallUp.State.PUBLISHED


def test_a_guard_notes_who_came_at_his_own_gate_and_not_himself(plant, planner, gates, listed, client):
    call = published(plant, planner, gates)
    duties = list(call.duties.select_related("person", "watch", "post"))
    own = next(duty for duty in duties if any(each.post_id != duty.post_id for each in duties))
    beside = next((each for each in duties if each.post_id == own.post_id and each.person_id != own.person_id), None)
    elsewhere = next(each for each in duties if each.post_id != own.post_id and each.person_id != own.person_id)
    with actions.clock.at(plant.now + timedelta(days=6)):
        guard = plant.signed_in(client, own.person.name, Role.GUARD)
        account = own.person.account
        may = gate_marks.may_mark(account, duties)
        assert own.pk not in may and elsewhere.pk not in may
        assert beside is not None and beside.pk in may
        for duty in (own, elsewhere):
            said = guard.post(reverse("rosters:attend", args=[duty.pk]), {"came": "1"}, follow=True).content.decode()
            assert "值守人只登记前后一天内自己值守的那个卡口" in said
        assert not Attendance.objects.exists()
        guard.post(reverse("rosters:attend", args=[beside.pk]), {"came": "1"})
        assert Attendance.objects.get().duty == beside
