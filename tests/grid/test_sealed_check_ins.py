"""What people say of their health is sealed at rest, opens by its old names, and dies with its key."""

import uuid
from datetime import date, time
from decimal import Decimal

import pytest
from django.db import connection

from diba.grid import actions as grid
from diba.grid.models import CheckIn, DailyContact
from diba.plant import actions

from ..plant.upgrades import one_by_one

BEFORE = [("grid", "0010_cases_contacts_drills")]


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM grid_checkin ORDER BY id")
        reports = cursor.fetchall()
        cursor.execute("SELECT * FROM grid_dailycontact")
        return str([reports, cursor.fetchall()])


def test_nothing_that_was_said_stands_open_in_the_database(plant):
    row = plant.check_in("林涛", "38.7", symptoms=["cough"], symptom_note="夜里咳", whereabouts="去过兰州")
    for word in ("38.7", "cough", "夜里咳", "去过兰州", "fever"):
        assert word not in stored()
    kept = CheckIn.objects.get(pk=row.pk)
    assert (kept.temperature, kept.symptoms, kept.symptom_note, kept.whereabouts) == (
        Decimal("38.7"), ["cough"], "夜里咳", "去过兰州",
    )  # fmt: skip
    assert kept.reasons == [["fever", "38.7"], ["symptom", "cough"]]


def test_no_temperature_is_none_and_not_a_number(plant):
    row = plant.check_in("林涛", None, symptoms=["cough"])
    assert CheckIn.objects.get(pk=row.pk).temperature is None


def test_when_the_key_is_gone_the_flag_is_left_and_the_words_are_not(plant):
    by = plant.account("刘敏")
    response = actions.begin_response("新冠肺炎", by=by)
    row = plant.check_in("林涛", "38.7", symptoms=["cough"], whereabouts="去过兰州")
    actions.end_response(response, by=by)
    assert actions.destroy_key(response, by=by)
    left = CheckIn.objects.get(pk=row.pk)
    assert (left.temperature, left.symptoms, left.symptom_note, left.whereabouts, left.reasons) == (
        None,
        [],
        "",
        "",
        [],
    )
    assert left.abnormal, "that somebody was abnormal outlives the response as a count"


def test_a_carried_over_month_is_sealed_as_well(plant):
    grid.enter_history([(plant["陈立"].pk, date(2020, 2, 1), Decimal("38.6"), plant.now)], uuid.uuid4())
    assert "38.6" not in stored()
    row = CheckIn.objects.get()
    assert (row.temperature, row.abnormal) == (Decimal("38.6"), True)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_reports_of_before_are_sealed_where_they_lie_and_none_is_lost():
    one_by_one(connection, "plant", "grid").migrate(BEFORE)
    try:
        apps = one_by_one(connection, "plant", "grid").loader.project_state(BEFORE).apps
        policy = apps.get_model("grid", "Policy").objects.create(
            starts_on=date(2019, 1, 1), threshold=Decimal("37.3"), comparator=">", due=time(9), grace=120,
            second_due=time(18), isolation_days=14, source="test",
        )  # fmt: skip
        person = apps.get_model("plant", "Person").objects.create(name="林涛")
        moment = actions.now()
        values = {"person": person, "day": moment.date(), "policy": policy, "said_at": moment, "at": moment}
        model = apps.get_model("grid", "CheckIn")
        model.objects.create(
            uid=uuid.uuid4(), temperature=Decimal("38.7"), symptoms=["cough"], symptom_note="夜里咳",
            whereabouts="去过兰州", abnormal=True, reasons=[["fever", "38.7"]], withdrawn_at=moment,
            correction_reason="更正因辛一", **values,
        )  # fmt: skip
        model.objects.create(uid=uuid.uuid4(), temperature=None, abnormal=False, **values)
        apps.get_model("grid", "DailyContact").objects.create(
            uid=uuid.uuid4(), person=person, day=moment.date(), outcome="seen_not_ok", note="备注乙七", at=moment
        )
    finally:
        executor = one_by_one(connection, "plant", "grid")
        executor.migrate(executor.loader.graph.leaf_nodes())
    first, second = CheckIn.with_withdrawn.order_by("id")
    assert (first.temperature, first.symptoms, first.reasons) == (Decimal("38.7"), ["cough"], [["fever", "38.7"]])
    assert (first.symptom_note, first.whereabouts, first.abnormal) == ("夜里咳", "去过兰州", True)
    assert (second.temperature, second.symptoms, second.whereabouts) == (None, [], "")
    assert first.correction_reason == "更正因辛一" and DailyContact.objects.get().note == "备注乙七"
    for word in ("去过兰州", "38.7", "更正因辛一", "备注乙七"):
        assert word not in stored()
