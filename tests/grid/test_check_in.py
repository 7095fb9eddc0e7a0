"""A check-in: written once however often it arrives, corrected beside the first, with consequences when abnormal."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions.cases import judge_case
from diba.grid.models import Case, CheckIn, Expectation
from diba.plant import actions
from diba.plant.models import Absence, Record, Role, Task


def test_the_same_report_arriving_ten_times_is_one_row(plant):
    uid = uuid.uuid4()
    written = [grid.check_in(plant["陈立"], plant.today, Decimal("36.5"), uid=uid)[1] for _ in range(10)]
    assert written == [True] + [False] * 9
    assert CheckIn.objects.count() == 1


def test_a_second_report_of_the_day_is_no_correction(plant):
    first = plant.check_in("陈立", "36.5")
    again, written = grid.check_in(plant["陈立"], plant.today, Decimal("38.0"), uid=uuid.uuid4())
    assert (again.pk, written) == (first.pk, False)


def test_a_correction_stands_beside_the_first_and_counts(plant):
    first = plant.check_in("陈立", "36.5")
    uid = uuid.uuid4()
    row, written = grid.correct(first, Decimal("36.9"), uid=uid, reason="看错了", by=None)
    assert written and grid.correct(first, Decimal("36.9"), uid=uid, reason="看错了")[1] is False
    assert CheckIn.objects.count() == 2
    assert grid.latest([plant["陈立"]], plant.today)[plant["陈立"].pk] == row
    third, _ = grid.correct(first, Decimal("36.4"), uid=uuid.uuid4(), reason="又看错了")
    assert third.corrects == row


def test_what_was_corrected_since_is_not_corrected_unseen(plant, client):
    client = plant.signed_in(client, "陈立")
    first = plant.check_in("陈立", "36.5")
    said = {"uid": str(uuid.uuid4()), "day": first.day, "slot": first.slot, "temperature": "36.8", "reason": "看错了"}
    url = reverse("grid:correct", args=[first.pk])
    assert [client.post(url, said).status_code for _ in range(3)] == [302] * 3, "what comes again is answered as done"
    second = first.__class__.objects.get(corrects=first)
    back = {**said, "uid": str(uuid.uuid4()), "temperature": "36.6", "reason": "按了返回"}
    answer = client.post(url, back)
    text = answer.content.decode()
    assert answer.status_code == 200 and "这份报告已有更正" in text and "最新报告：36.8" in text
    assert 'value="36.6"' in text and "按了返回" in text, "nothing typed is lost"
    newest = reverse("grid:correct", args=[second.pk])
    assert f'href="{newest}"' in text and CheckIn.objects.count() == 2
    assert grid.latest([plant["陈立"]], plant.today)[plant["陈立"].pk] == second
    assert client.get(url).url == newest
    text = client.get(newest).content.decode()
    assert "这是最新的一份" in text and 'value="36.8"' in text
    assert client.post(newest, back).status_code == 302
    assert [row.temperature for row in CheckIn.objects.order_by("id")] == [
        Decimal("36.5"),
        Decimal("36.8"),
        Decimal("36.6"),
    ]


@pytest.mark.parametrize(("day", "reason"), [(date(2020, 2, 15), "in_the_future"), (date(2020, 2, 1), "too_long_ago")])
def test_tomorrow_and_long_ago_are_refused(plant, day, reason):
    with pytest.raises(BadInput) as error:
        plant.check_in("陈立", "36.5", day)
    assert error.value.reason == reason
    assert CheckIn.objects.count() == 0


def test_a_check_in_asks_the_database_for_three_things(plant, client):
    client = plant.signed_in(client, "林涛")
    grid.expect(plant["林涛"])
    plant.check_in("陈立")  # rules and response are asked for once in two seconds, not for each report
    client.get(reverse("grid:checkin"))
    with CaptureQueriesContext(connection) as asked:
        assert post(client).status_code == 302
    asked = [query["sql"].split()[0] for query in asked if "SAVEPOINT" not in query["sql"]]
    # Session, account, and the report with its expectation: one statement where the database can. The rules are known.
    together = connection.vendor == "postgresql"
    assert asked == ["SELECT"] * 2 + (["WITH"] if together else ["INSERT", "UPDATE"])


def test_a_report_puts_the_expectation_to_rest_and_a_second_one_leaves_it(plant):
    expected = grid.expect(plant["陈立"])
    plant.check_in("陈立", "36.5")
    expected.refresh_from_db()
    assert (expected.state, expected.day, expected.missing_days) == ("up", plant.today, 0)
    assert expected.alert_after == plant.now.replace(hour=6, minute=0) + timedelta(days=1)
    Expectation.objects.update(state="late")
    assert grid.check_in(plant["陈立"], plant.today, Decimal("36.6"), uid=uuid.uuid4())[1] is False
    expected.refresh_from_db()
    assert expected.state == "late", "nothing was written, so nothing follows"
    Expectation.objects.update(state="paused")
    plant.check_in("陈立", "36.5", plant.today - timedelta(days=1))
    expected.refresh_from_db()
    assert expected.state == "paused", "who is away is not asked, whatever he reports"


def test_all_that_was_reported_is_kept(plant):
    lin, by = plant["林涛"], plant.account("孙丽")
    said = plant.now - timedelta(minutes=7)
    grid.expect(lin, "evening")
    row, _ = grid.check_in(lin, plant.today - timedelta(days=1), Decimal("36.9"), uid=uuid.uuid4(), slot="evening", symptoms=["cough"],
                           symptom_note="夜里 'x' %s", whereabouts="去过兰州", by=by, said_at=said)  # fmt: skip
    kept = CheckIn.objects.get(pk=row.pk)
    for field in CheckIn._meta.concrete_fields:
        assert getattr(kept, field.attname) == getattr(row, field.attname), field.name
    assert (kept.symptoms, kept.said_at, kept.at, kept.by) == (["cough"], said, plant.now, by)
    row.symptom_note = "y"
    row.save(update_fields=["said"])  # what was written is a row like any other
    assert CheckIn.objects.get().symptom_note == "y"


def test_one_form_leaves_nothing_in_the_next(plant, client):
    client = plant.signed_in(client, "林涛")
    bad = post(client, temperature="52", whereabouts="去过兰州")
    assert "去过兰州" in bad.content.decode() and 'value="52"' in bad.content.decode()
    fresh = client.get(reverse("grid:checkin")).content.decode()
    assert "去过兰州" not in fresh and 'value="52"' not in fresh


def test_somebody_elses_number_is_not_a_success(plant):
    uid = uuid.uuid4()
    grid.check_in(plant["陈立"], plant.today, Decimal("36.5"), uid=uid)
    with pytest.raises(BadInput):
        grid.check_in(plant["周文斌"], plant.today, Decimal("36.5"), uid=uid)


def test_a_fever_takes_the_person_out_opens_a_case_and_calls_lead_and_officer(plant):
    cell = plant["林涛"].cell
    cell.lead = plant["孙丽"]
    cell.save()
    row = plant.check_in("林涛", "38.2")
    assert row.abnormal and row.reasons == [["fever", "38.2"]]
    absence = Absence.objects.get(person=plant["林涛"])
    assert (absence.kind, absence.state, absence.source) == ("checking", "approved", f"checkin:{row.pk}")
    assert Case.objects.get(person=plant["林涛"]).changes.get().state == "suspected"
    assert {(task.owner_id, task.role) for task in Task.objects.all()} == {
        (plant["孙丽"].pk, ""),
        (None, Role.HEALTH_OFFICER),
    }
    zero = grid.double_zero()
    assert (zero.suspected, zero.earned) == (1, False)


def test_ruling_a_case_out_brings_the_person_back(plant):
    plant.check_in("林涛", "38.2")
    officer = plant.account("孙丽", Role.HEALTH_OFFICER)
    with actions.clock.at(plant.now + timedelta(hours=5)):
        judge_case(Case.objects.get(), "ruled_out", "核酸阴性", by=officer)
    assert Absence.objects.get(person=plant["林涛"]).ends_at == plant.now + timedelta(hours=5)
    assert Case.objects.get().changes.count() == 2


def evening(plant, hour, minute=0):
    with actions.clock.at(plant.now.replace(hour=hour, minute=minute)):
        return plant.check_in("林涛", "36.6", slot="evening")


def test_the_evening_is_asked_of_the_isolated_and_from_its_hour_on(plant, client):
    with pytest.raises(BadInput) as error:
        evening(plant, 19)
    assert error.value.reason == "not_asked_twice"
    absence = actions.take_out(plant["林涛"], "isolation", plant.now)
    with pytest.raises(BadInput) as error:
        evening(plant, 14, 59)
    assert error.value.reason == "not_evening_yet"
    assert evening(plant, 15).slot == "evening"
    with actions.clock.at(plant.now.replace(hour=20)):
        actions.bring_back(absence)
        actions.take_out(plant["林涛"], "leave", plant.now.replace(hour=20))
    assert not grid.asked_twice(plant["林涛"]), "another absence does not ask him in the evening again"


def test_the_page_asks_the_evening_in_the_evening_with_its_own_hour(plant, client):
    actions.take_out(plant["林涛"], "isolation", plant.now)
    grid.expect(plant["林涛"])
    client = plant.signed_in(client, "林涛")
    post(client)
    assert "今晚" not in client.get(reverse("grid:checkin")).content.decode()
    refused = post(client, slot="evening", whereabouts="去过兰州")
    assert refused.status_code == 200 and "去过兰州" in refused.content.decode()
    with actions.clock.at(plant.now.replace(hour=16)):
        client.logout()
        client = plant.signed_in(client, "林涛")
        page = client.get(reverse("grid:checkin")).content.decode()
        assert "今晚" in page and "18:00" in page and "09:00" not in page


S, C, R = "suspected", "confirmed", "ruled_out"


@pytest.mark.parametrize(
    ("judged", "away"),
    [
        ([], "checking"), ([S], "checking"), ([C], "isolation"), ([R], None),
        ([R, S], "checking"), ([R, C], "isolation"), ([C, S], "checking"), ([C, R], None),
        ([R, C, R], None), ([R, C, R, C], "isolation"), ([C, C], "isolation"), ([R, R], None),
    ],
)  # fmt: skip
def test_each_classification_sets_the_absence(plant, judged, away):
    officer = plant.account("孙丽", Role.HEALTH_OFFICER)
    plant.check_in("林涛", "38.2")
    moment = plant.now
    for state in judged:
        moment += timedelta(hours=1)
        with actions.clock.at(moment):
            judge_case(Case.objects.get(), state, "核酸", by=officer)
    with actions.clock.at(moment + timedelta(minutes=1)):
        rows = actions.absences_between(actions.now(), actions.now() + timedelta(days=30), [plant["林涛"].pk])
        assert [row.kind for row in rows] == ([away] if away else [])


def test_two_judgements_in_one_moment_leave_the_last(plant):
    officer = plant.account("孙丽", Role.HEALTH_OFFICER)
    plant.check_in("林涛", "38.2")
    for state in (C, R, C):
        judge_case(Case.objects.get(), state, "核酸", by=officer)
    rows = actions.absences_between(plant.now, plant.now + timedelta(days=30), [plant["林涛"].pk])
    assert [row.kind for row in rows] == ["isolation"]


def test_leave_is_not_ended_by_a_case(plant):
    leave = actions.take_out(plant["林涛"], "leave", plant.now - timedelta(days=1))
    plant.check_in("林涛", "38.2")
    judge_case(Case.objects.get(), R, "核酸", by=plant.account("孙丽", Role.HEALTH_OFFICER))
    leave.refresh_from_db()
    assert leave.ends_at is None and leave.state == "approved"


def test_a_case_confirmed_after_being_ruled_out_stays_the_one_case(plant):
    officer = plant.account("孙丽", Role.HEALTH_OFFICER)
    plant.check_in("林涛", "38.2")
    for state in (R, C):
        judge_case(Case.objects.get(), state, "核酸", by=officer)
    with actions.clock.at(plant.now + timedelta(days=1)):
        plant.check_in("林涛", "38.4", plant.today + timedelta(days=1))
    assert Case.objects.count() == 1


@pytest.mark.parametrize(("state", "left"), [(S, 2), (C, 0), (R, 0)])
def test_tasks_close_with_the_judgement_they_asked_for(plant, state, left):
    cell = plant["林涛"].cell
    cell.lead = plant["孙丽"]
    cell.save()
    asked = Q(key__startswith="judge:") | Q(key__startswith="abnormal:")
    plant.check_in("林涛", "38.2")
    plant.check_in("陈立", "38.2")
    assert Task.objects.filter(asked, closed_at=None).count() == 4
    judge_case(Case.objects.get(person=plant["林涛"]), state, "核酸", by=plant.account("孙丽", Role.HEALTH_OFFICER))
    assert Task.objects.filter(asked, closed_at=None).count() == 2 + left


def test_the_policy_of_the_day_decides(plant):
    grid.set_policy(date(2020, 2, 10), threshold=Decimal("37.0"), comparator=">=", due=grid.policy_on(plant.today).due, grace=60,
                    second_due=grid.policy_on(plant.today).second_due, isolation_days=14, source="x")  # fmt: skip
    assert plant.check_in("陈立", "37.0").abnormal


def test_zero_is_earned_only_when_nobody_is_unknown(plant):
    names = [p.name for p in actions.active().exclude(kind="family")]
    for name in names[:-1]:
        plant.check_in(name)
    assert (grid.double_zero().unknown, grid.double_zero().earned) == (1, False)
    plant.check_in(names[-1])
    plant.sign()
    assert grid.double_zero().earned


def post(client, **values):
    values = {"uid": str(uuid.uuid4()), "day": "2020-02-14", "slot": "morning", "temperature": "36.5", **values}
    return client.post(reverse("grid:checkin"), values)


def test_two_taps_on_the_page(plant, client):
    client = plant.signed_in(client, "林涛")
    assert "36.5" in client.get(reverse("grid:checkin")).content.decode()
    assert post(client).status_code == 302
    assert CheckIn.objects.get().person == plant["林涛"]
    assert "36.5 °C" in client.get(reverse("grid:checkin")).content.decode()


@pytest.mark.parametrize(
    "bad",
    [{"temperature": "52"}, {"temperature": "36.55"}, {"temperature": "abc"}, {"temperature": "NaN"}, {"temperature": ""}, {"day": "2020-02-15"},
     {"day": "x"}, {"uid": "x"}, {"symptoms": "joy"}, {"symptom_note": "长" * 10_000}, {"whereabouts": "x" * 10_000}, {"slot": "noon"}],
)  # fmt: skip
def test_bad_input_is_refused_on_the_page_and_what_was_typed_stays(plant, client, bad):
    client = plant.signed_in(client, "林涛")
    response = post(client, **{"whereabouts": "去过兰州", **bad})
    assert response.status_code == 200
    assert CheckIn.objects.count() == 0
    if "whereabouts" not in bad:
        assert "去过兰州" in response.content.decode()


def test_a_swapped_temperature_is_pointed_out(plant, client):
    client = plant.signed_in(client, "林涛")
    assert "36.5" in post(client, temperature="63.5").content.decode()


def test_nobody_reads_or_corrects_what_is_not_his(plant, client):
    row = plant.check_in("陈立", "36.5")
    client = plant.signed_in(client, "林涛")
    assert client.get(reverse("grid:correct", args=[row.pk])).status_code == 404
    assert client.get(reverse("grid:person", args=[plant["陈立"].pk])).status_code == 404
    assert client.get(reverse("grid:person", args=[plant["王芳"].pk])).status_code == 200  # his wife


def test_a_lead_sees_only_his_own_cell_and_the_reading_is_on_record(plant, client):
    other = plant["周文斌"]
    assert other.cell.code == "W02"
    client = plant.signed_in(client, "孙丽", Role.CELL_LEAD, unit=plant.cell("W01"))
    assert client.get(reverse("grid:person", args=[other.pk])).status_code == 404
    assert (
        client.post(reverse("grid:contact", args=[other.pk]), {"uid": uuid.uuid4(), "outcome": "seen_ok"}).status_code
        == 404
    )
    page = client.get(reverse("grid:cell") + "?cell=W02").content.decode()
    assert "周文斌" not in page and "陈立" in page
    assert client.get(reverse("grid:person", args=[plant["陈立"].pk])).status_code == 200
    assert Record.objects.filter(verb="health.read", object_id=str(plant["陈立"].pk)).exists()


def test_the_administrator_sees_no_health(plant, client):
    client = plant.signed_in(client, "刘洋", Role.ADMINISTRATOR)
    assert client.get(reverse("grid:cell")).status_code == 403
    assert client.get(reverse("grid:person", args=[plant["陈立"].pk])).status_code == 404


def test_a_lead_reaches_people_with_five_outcomes(plant, client):
    client = plant.signed_in(client, "孙丽", Role.CELL_LEAD, unit=plant.cell("W01"))
    chen, uid = plant["陈立"], uuid.uuid4()
    for _ in range(3):
        client.post(reverse("grid:contact", args=[chen.pk]), {"uid": uid, "outcome": "seen_ok"})
    assert CheckIn.objects.get(person=chen).by.person == plant["孙丽"]
    tall = plant["高建军"]
    client.post(reverse("grid:contact", args=[tall.pk]), {"uid": uuid.uuid4(), "outcome": "missed"})
    assert not CheckIn.objects.filter(person=tall).exists(), "not met is still unknown"
    client.post(reverse("grid:contact", args=[tall.pk]), {"uid": uuid.uuid4(), "outcome": "seen_not_ok"})
    assert not CheckIn.objects.filter(person=tall).exists(), "not well needs to say what"
    client.post(
        reverse("grid:contact", args=[tall.pk]), {"uid": uuid.uuid4(), "outcome": "seen_not_ok", "symptoms": ["cough"]}
    )
    assert CheckIn.objects.get(person=tall).abnormal


def test_the_page_shows_ones_next_duties_with_hours_and_place_in_both_languages(plant, client, roster):
    duty = roster.duties.filter(day__gt=plant.today).order_by("day").first()
    client = plant.signed_in(client, duty.person.name)
    card = client.get(reverse("grid:checkin")).content.decode().split("我的班")[-1]
    own = roster.duties.filter(person=duty.person, day__gt=plant.today).order_by("day")[:2]
    for row in own:
        assert f"{row.day.month}月{row.day.day}日" in card
        assert f"{row.watch.starts:%H:%M}–{row.watch.ends:%H:%M}" in card and f"{row.post.name} · 中控室" in card
    assert card.count('class="db-duty"') == 3, "three at most"
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert f"February {duty.day.day}" in client.get(reverse("grid:checkin")).content.decode()


def test_whoever_has_no_duty_is_told_so(plant, client, roster):
    card = plant.signed_in(client, "孙丽").get(reverse("grid:checkin")).content.decode().split("我的班")[-1]
    assert "未来两周没有班" in card and "db-duty" not in card


def test_whoever_reports_a_fever_is_told_that_his_next_watch_is_not_his_and_nothing_of_leave(plant, client, roster):
    duty = roster.duties.filter(day__gt=plant.today).order_by("day").first()
    account = plant.account(duty.person.name)
    client.force_login(account, backend="diba.plant.login.StaffNumberOrPhone")
    assert "这一班您不用上" not in client.get(reverse("grid:checkin")).content.decode()
    plant.check_in(duty.person.name, "38.2", by=account)
    assert "这一班您不用上：您已离岗" in client.get(reverse("grid:checkin")).content.decode()
    assert not any("请假" in words(row) for row in actions.inbox_of(account))


def words(delivery):
    return actions.sentence(delivery.message.words, delivery.message.values)
