"""Risk areas and contacts as people say them: sealed, put before the officer, judged, and read by tracing."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions import risks
from diba.grid.models import CheckIn, Contact, IsolationOrder, RiskContact, RiskJudgement
from diba.plant import actions
from diba.plant.models import Hold, Record, Role, Task


@pytest.fixture
def area(plant):
    return grid.enter_area(by=None, area="湖北省", level="high", starts_on=date(2020, 1, 23), source="模拟")


def say(plant, name="林涛", kind="case", first=None, **more):
    first = first or plant.today - timedelta(days=1)
    values = {"uid": uuid.uuid4(), "by": plant.account(name), "who": "马某", "where": "县医院门诊", **more}
    return risks.declare_risk(plant[name], kind, first, **values)


def sent(plant, **changed):
    return {"uid": uuid.uuid4(), "day": plant.today.isoformat(), "slot": "morning", "temperature": "36.5", "risk-uid": uuid.uuid4(),
            "risk-kind": "", "risk-area": "", "risk-first": "", "risk-last": "", "risk-who": "", "risk-where": "", **changed}  # fmt: skip


def test_what_was_said_with_a_check_in_is_sealed_and_put_before_the_officer_once(plant, client, area):
    client = plant.signed_in(client, "林涛")
    data = sent(plant, **{"risk-kind": "area", "risk-area": area.pk, "risk-first": "2020-02-10", "risk-last": "2020-02-12", "risk-where": "黄冈老家"})  # fmt: skip
    for _ in range(3):
        assert client.post(reverse("grid:checkin"), data).status_code == 302
    row = RiskContact.objects.get()
    assert (row.checkin, row.area, row.first, row.last, row.where) == (
        CheckIn.objects.get(), area, date(2020, 2, 10), date(2020, 2, 12), "黄冈老家",
    )  # fmt: skip
    task = Task.objects.get(key=f"risk:{row.pk}")
    assert (task.role, task.about, task.urgent) == (Role.HEALTH_OFFICER, plant["林涛"], True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM grid_riskcontact")
        assert "黄冈" not in str(cursor.fetchall())
    assert Record.objects.filter(verb="risk.declared").count() == 1


def test_the_two_taps_say_nothing_of_risks_and_ask_nothing_more(plant, client):
    client = plant.signed_in(client, "林涛")
    assert client.post(reverse("grid:checkin"), sent(plant)).status_code == 302
    assert CheckIn.objects.count() == 1 and not RiskContact.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"risk-kind": "case", "risk-first": "2020-02-12"}, "写明和谁接触"),
        ({"risk-kind": "case", "risk-who": "马某"}, "写明哪一天"),
        ({"risk-kind": "area", "risk-first": "2020-02-12"}, "从名单里选地区"),
        ({"risk-kind": "area", "risk-first": "2020-02-12", "risk-area": "999"}, "risk-area"),
        ({"risk-kind": "case", "risk-first": "2020-02-12", "risk-last": "2020-02-11", "risk-who": "马某"}, "结束"),
        ({"risk-kind": "case", "risk-first": "2020-01-02", "risk-who": "马某"}, "最长潜伏期"),
        ({"risk-kind": "case", "risk-first": "2020-02-15", "risk-who": "马某"}, "2020-02-14"),
        ({"risk-kind": "moon", "risk-first": "2020-02-12"}, "risk-kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_the_field_and_neither_is_written(plant, client, area, changed, words):
    client = plant.signed_in(client, "林涛")
    answer = client.post(
        reverse("grid:checkin"), sent(plant, whereabouts="在家", **{"risk-where": "县医院", **changed})
    )
    text = answer.content.decode()
    assert answer.status_code == 200 and words in text and "县医院" in text and "在家" in text
    assert not CheckIn.objects.exists() and not RiskContact.objects.exists()


def test_an_area_counts_only_on_days_on_which_it_was_listed_and_within_the_incubation(plant, area):
    old = grid.enter_area(by=None, area="某市", level="medium", starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 5), source="x")  # fmt: skip
    low = grid.enter_area(by=None, area="甘肃省", level="low", starts_on=date(2020, 1, 1), source="x")
    assert risks.areas_to_name(plant.today) == [area] and low and old
    with pytest.raises(BadInput) as error:
        say(plant, kind="area", area=old, first=date(2020, 2, 1))
    assert error.value.reason == "area_not_then"


def test_an_officer_isolates_by_the_rule_of_the_areas_level_and_the_task_closes(plant, area):
    officer = plant.account("刘敏", Role.HEALTH_OFFICER)
    row = say(plant, kind="area", area=area, first=date(2020, 2, 10), last=date(2020, 2, 12))
    risks.judge_risk(row, "isolate", "湖北返回", by=officer)
    order = IsolationOrder.objects.get(person=plant["林涛"])
    assert (order.cause, order.changes.get().counted_from) == ("returnee", date(2020, 2, 12))
    assert Hold.objects.filter(person=plant["林涛"]).exists()
    assert Task.objects.get(key=f"risk:{row.pk}").closed_at
    second = risks.judge_risk(row, "mistake", "看错了地名", by=officer)
    assert [each.measure for each in row.judgements.all()] == ["isolate", "mistake"] and second.reason == "看错了地名"


@pytest.mark.parametrize(
    ("measure", "reason", "by", "wrong"),
    [("none", " ", "刘敏", "no_reason"), ("fly", "x", "刘敏", "unknown_measure"), ("none", "x", "林涛", "own_risk")],
)
def test_a_decision_that_cannot_be_is_refused(plant, measure, reason, by, wrong):
    row = say(plant)
    with pytest.raises(BadInput) as error:
        risks.judge_risk(row, measure, reason, by=plant.account(by, Role.HEALTH_OFFICER))
    assert error.value.reason == wrong and not RiskJudgement.objects.exists()


def test_who_was_near_a_case_of_the_plant_becomes_its_candidate_both_ways(plant):
    officer = plant.account("刘敏", Role.HEALTH_OFFICER)
    case = grid.suspect(plant["陈立"], "发热", by=officer)
    row = say(plant, "周文斌", who="陈立", where="食堂")
    assert not Contact.objects.filter(case=case, person=plant["周文斌"]).exists()
    risks.judge_risk(row, "watch", "同桌", by=officer, met=plant["陈立"])
    contact = Contact.objects.get(case=case, person=plant["周文斌"])
    assert contact.grounds[0][0] == "said" and contact.grounds[0][4] == "食堂"
    since, until = plant.now - timedelta(days=3), plant.now
    pairs = {
        (row.person, row.other) for row in risks.said_exposures([plant["陈立"].pk, plant["周文斌"].pk], since, until)
    }
    assert pairs == {(plant["陈立"].pk, plant["周文斌"].pk), (plant["周文斌"].pk, plant["陈立"].pk)}
    risks.judge_risk(row, "mistake", "不是他", by=officer, met=plant["陈立"])
    assert risks.said_exposures([plant["陈立"].pk], since, until) == []


def test_what_was_said_before_the_look_back_is_no_exposure(plant):
    officer = plant.account("刘敏", Role.HEALTH_OFFICER)
    row = say(plant, "周文斌", first=plant.today - timedelta(days=9))
    risks.judge_risk(row, "watch", "x", by=officer, met=plant["陈立"])
    assert risks.said_exposures([plant["陈立"].pk], plant.now - timedelta(days=3), plant.now) == []


def test_when_the_key_is_gone_the_count_is_left_and_the_words_are_not(plant, client):
    by = plant.account("刘敏", Role.HEALTH_OFFICER)
    response = actions.begin_response("新冠肺炎", by=by)
    row = say(plant)
    risks.judge_risk(row, "watch", "观察", by=by, met=plant["陈立"])
    actions.end_response(response, by=by)
    actions.destroy_key(response, by=by)
    left = RiskContact.objects.get()
    assert (left.first, left.last, left.who, left.where, left.kind) == (None, None, "", "", "case")
    assert (left.judgements.get().reason, left.judgements.get().met) == ("", None)
    assert risks.said_exposures([plant["陈立"].pk], plant.now - timedelta(days=3), plant.now) == []
    page = plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER).get(reverse("grid:risk", args=[row.pk]))
    assert page.status_code == 200


def test_officers_of_the_unit_read_it_a_lead_only_that_there_is_something(plant, client):
    row = say(plant)
    officer = plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    assert "马某" in officer.get(reverse("grid:risk", args=[row.pk])).content.decode()
    assert "林涛" in officer.get(reverse("grid:risks")).content.decode()
    assert Record.objects.filter(verb="risk.read").exists() and Record.objects.filter(verb="risk.list_read").exists()
    lead = plant.signed_in(client, "孙丽", Role.CELL_LEAD, unit=plant["林涛"].cell)
    shown = lead.get(reverse("grid:person", args=[plant["林涛"].pk])).content.decode()
    assert "接触过疑似或确诊病例" in shown and "马某" not in shown and "县医院" not in shown
    assert lead.get(reverse("grid:risk", args=[row.pk])).status_code == 403
    elsewhere = plant.signed_in(client, "韩冰", Role.HEALTH_OFFICER, unit=plant.cell("W02" if plant["林涛"].cell.code == "W01" else "W01"))  # fmt: skip
    assert elsewhere.get(reverse("grid:risk", args=[row.pk])).status_code == 404
    assert "林涛" not in elsewhere.get(reverse("grid:risks")).content.decode()


def test_anybody_says_it_of_himself_and_a_lead_of_his_people_only(plant, client):
    client = plant.signed_in(client, "田野")
    data = {"uid": uuid.uuid4(), "kind": "case", "first": plant.today.isoformat(), "who": "邻居", "where": "楼道"}
    assert client.post(reverse("grid:risk_new"), data).status_code == 302
    assert RiskContact.objects.get().person == plant["田野"]
    assert "邻居" in client.get(reverse("grid:risk_new")).content.decode()
    lead = plant.signed_in(client, "孙丽", Role.CELL_LEAD, unit=plant.cell("W02"))
    other = lead.post(reverse("grid:risk_new"), {**data, "uid": uuid.uuid4(), "person": "陈立"})
    assert other.status_code == 200 and RiskContact.objects.count() == 1, "陈立 belongs to the other cell"
    assert lead.post(reverse("grid:risk_new"), {**data, "uid": uuid.uuid4(), "person": "周文斌"}).status_code == 302


def test_the_page_decides_with_words_beside_the_field_and_exports(plant, client):
    row = say(plant)
    officer = plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    refused = officer.post(
        reverse("grid:risk", args=[row.pk]), {"measure": "watch", "met": "没有这人", "reason": "看一看"}
    )
    assert (
        refused.status_code == 200 and "没有这人" in refused.content.decode() and "看一看" in refused.content.decode()
    )
    done = officer.post(reverse("grid:risk", args=[row.pk]), {"measure": "watch", "met": "陈立", "reason": "看一看"})
    assert done.status_code == 302 and row.judgements.get().met == plant["陈立"].pk
    assert officer.get(reverse("grid:risks"), {"format": "xlsx"}).status_code == 200
    assert "马某" in officer.get(reverse("grid:risks"), {"format": "csv", "state": "decided"}).content.decode()
    assert "林涛" not in officer.get(reverse("grid:risks"), {"state": "open"}).content.decode()


def test_the_list_asks_a_constant_number_of_queries(plant, client):
    officer = plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            officer.get(reverse("grid:risks"))
        return len(queries)

    risks.judge_risk(say(plant), "none", "x", by=plant.account("刘敏"))
    asked()
    before = asked()
    say(plant)
    for name in ("陈立", "田野", "韩冰", "郭峰"):
        risks.judge_risk(say(plant, name), "none", "x", by=plant.account("刘敏"))
    assert asked() == before
