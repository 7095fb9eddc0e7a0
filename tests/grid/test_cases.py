"""The pages of cases: the line list, one case, its report; what is refused beside its field, who may read, what is noted."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from diba.core.errors import BadInput
from diba.grid.actions import case_facts, drills
from diba.grid.actions.cases import judge_case, suspect, undo_judgement
from diba.grid.models import Case, CaseReport, CaseTest, Contact, Played
from diba.plant import actions
from diba.plant.models import Hold, Record, Role
from diba.rosters import actions as rosters

from ..conftest import TODAY


def sent(page, case, verb, **data):
    return page.post(reverse("grid:case", args=[case.pk]), {"verb": verb, **data})


def test_the_line_list_shows_the_case_and_its_clock(page, case):
    text = page.get(reverse("grid:cases")).content.decode()
    assert "林涛" in text and "待上报" in text and "0 确诊，1 疑似" in text
    assert Record.objects.filter(verb="cases.read").exists()


def test_an_overdue_report_is_the_answer_of_the_page(plant, page, case):
    with actions.clock.at(plant.now + timedelta(hours=3)):
        assert "1 份上报超时" in page.get(reverse("grid:cases")).content.decode()


def test_the_workbook_has_the_columns_of_the_outbreak_line_list(plant, page, case, officer):
    case_facts.enter_facts(case, "问诊", by=officer, onset=TODAY - timedelta(days=1), travel="=SUM(A1)\x0b")
    answer = page.get(reverse("grid:cases"), {"format": "xlsx"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    line = dict(zip(rows[0], rows[2], strict=True))
    assert line["name"] == "林涛" and line["date_onset"].date() == TODAY - timedelta(days=1)
    assert line["case_status"] == "疑似" and line["travel_history"] == "'=SUM(A1)", "no text becomes a formula"
    assert Record.objects.filter(verb="cases.exported").exists()


def test_the_search_and_the_sorting_keep_what_fits(plant, page, case, officer):
    suspect(plant["陈立"], "咳嗽", by=officer)
    text = page.get(reverse("grid:cases"), {"q": "陈立"}).content.decode()
    assert "陈立</a>" in text and "林涛</a>" not in text
    assert "没有符合条件的病例" in page.get(reverse("grid:cases"), {"state": "confirmed"}).content.decode()
    text = page.get(reverse("grid:cases"), {"sort": "name"}).content.decode()
    assert text.index("林涛</a>") < text.index("陈立</a>")


def test_the_page_of_cases_asks_as_often_for_many_as_for_one(plant, page, case, officer):
    page.get(reverse("grid:cases"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        page.get(reverse("grid:cases"))
    for name in ("陈立", "田野", "韩冰"):
        suspect(plant[name], "咳嗽", by=officer)
    with CaptureQueriesContext(connection) as many:
        page.get(reverse("grid:cases"))
    assert len(many) == len(one)


def test_symptoms_after_the_report_are_refused_with_words_beside_the_field(plant, page, case):
    with actions.clock.at(plant.now + timedelta(days=3)):
        answer = sent(page, case, "facts", onset=(TODAY + timedelta(days=1)).isoformat(), reason="问诊", travel="兰州")
        text = answer.content.decode()
        assert "症状不可能在报告之后才出现" in text and 'value="兰州"' in text
        assert case.facts.count() == 0


def test_somebody_without_symptoms_may_fall_ill_later(plant, case, officer):
    judge_case(case, "asymptomatic", "核酸阳性", by=officer)
    with actions.clock.at(plant.now + timedelta(days=3)):
        assert (
            case_facts.enter_facts(case, "出现发热", by=officer, onset=TODAY + timedelta(days=2)).onset == "2020-02-16"
        )


def test_every_change_of_what_is_known_is_a_row(page, case):
    for day, reason in ((TODAY - timedelta(days=1), "问诊"), (TODAY - timedelta(days=2), "家属说更早")):
        assert sent(page, case, "facts", onset=day.isoformat(), reason=reason).status_code == 302
    text = page.get(reverse("grid:case", args=[case.pk])).content.decode()
    assert case.facts.count() == 2 and "问诊" in text and "家属说更早" in text


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"onset": TODAY - timedelta(days=200)}, "onset"), ({"hospital": TODAY + timedelta(days=1)}, "hospital"),
        ({"outcome": "recovered"}, "outcome_on"), ({"onset": TODAY, "outcome": "died", "outcome_on": TODAY - timedelta(days=1)}, "outcome_on"),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_refused(case, officer, facts, field):
    with pytest.raises(BadInput) as error:
        case_facts.enter_facts(case, "x", by=officer, **facts)
    assert error.value.field == field


def test_an_earlier_onset_looks_further_back(roster, plant, case, officer):
    before = case.contacts.count()
    with actions.clock.at(plant.now + timedelta(days=4)):
        day = TODAY + timedelta(days=3)
        person = next(duty.person for duty in rosters.duties_between(day, day) if duty.person_id != case.person_id)
        late = suspect(person, "发热", by=officer)
        near = late.contacts.count()
        case_facts.enter_facts(late, "问诊", by=officer, onset=TODAY + timedelta(days=1))
        assert late.contacts.count() >= near > 0
    assert case.contacts.count() == before


def test_a_test_is_corrected_by_a_new_row(page, case):
    day = TODAY.isoformat()
    assert sent(page, case, "test", kind="nucleic", sampled=day, result="waiting").status_code == 302
    first = CaseTest.objects.get()
    assert (
        sent(page, case, "test", kind="nucleic", sampled=day, result="positive", corrects=first.pk).status_code == 200
    )
    sent(page, case, "test", kind="nucleic", sampled=day, result="positive", corrects=first.pk, reason="结果已出")
    rows = [(str(row.result), row.corrects_id) for row in CaseTest.objects.all()]
    assert rows == [("waiting", None), ("positive", first.pk)]


def test_judging_on_the_page_leads_to_what_followed(page, case):
    seen = case.changes.last().pk
    answer = sent(page, case, "judge", state="confirmed", reason="核酸阳性", seen=seen)
    assert answer.url == reverse("grid:case_followed", args=[case.pk])
    text = page.get(answer.url).content.decode()
    assert "卡口暂扣" in text and "后续进行中" in text
    again = sent(page, case, "judge", state="ruled_out", reason="迟到的", seen=seen)
    assert "期间已有别人判定过" in again.content.decode() and 'value="迟到的"' in again.content.decode()


def test_taking_back_on_the_page_restores(page, case):
    sent(page, case, "undo", undo_reason="看错了人", seen=case.changes.last().pk)
    text = page.get(reverse("grid:case_followed", args=[case.pk])).content.decode()
    assert "已撤回：由它引出的都已恢复" in text and not Hold.objects.filter(lifted_at=None).exists()


def test_a_suspicion_is_opened_on_a_page_by_number_or_name(plant, page):
    url = reverse("grid:case_new")
    for wanted, word in (("9999", "也没有这个工号"), ("林涛", None), ("林涛", "已有未结的病例")):
        answer = page.post(url, {"person": wanted, "reason": "发热"})
        assert answer.status_code == 302 if word is None else word in answer.content.decode()
    assert Case.objects.count() == 1


def test_the_report_says_what_is_sent_and_keeps_it(plant, page, case):
    url = reverse("grid:case_report", args=[CaseReport.objects.get().pk])
    text = page.get(url).content.decode()
    assert "疾病预防控制" in text and "林涛" in text and "10:40" in text, "8:40 and two hours"
    assert "怎样上报" in text and page.post(url, {"method": ""}).status_code == 200
    assert page.post(url, {"method": "电话 县疾控值班"}).status_code == 302
    report = CaseReport.objects.get()
    assert report.sent_at == plant.now and report.sent_by.person.name == "孙丽" and "林涛" in report.text
    assert "已按时上报" in page.get(url).content.decode()


def test_the_duty_officer_reads_but_does_not_judge(plant, client, case):
    page = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    assert "保存判定" not in page.get(reverse("grid:case", args=[case.pk])).content.decode()
    assert sent(page, case, "judge", state="ruled_out", reason="x").status_code == 403
    report = reverse("grid:case_report", args=[CaseReport.objects.get().pk])
    assert page.get(report).status_code == 200 and page.post(report, {"method": "电话"}).status_code == 403


@pytest.mark.parametrize("name", ["cases", "case", "case_followed", "contacts"])
def test_a_cell_lead_reads_no_case(plant, client, case, name):
    page = plant.signed_in(client, "刘敏", Role.CELL_LEAD)
    assert page.get(reverse(f"grid:{name}", args=[] if name == "cases" else [case.pk])).status_code == 403


def test_an_exercise_touches_nothing_real(plant, page, officer):
    drill = drills.start_drill("二月演练", by=officer)
    page.post(reverse("grid:drill", args=[drill.pk]), {"person": "林涛", "reason": "假设发热"})
    text = page.get(reverse("grid:drill", args=[drill.pk])).content.decode()
    assert "db-drill" in text and "演练" in text and "只作记录" in text
    assert Played.objects.count() == 1
    assert (Case.objects.count(), Hold.objects.count(), Contact.objects.count(), CaseReport.objects.count()) == (
        0,
        0,
        0,
        0,
    )
    assert not actions.absences_between(plant.now, plant.now + timedelta(days=1), [plant["林涛"].pk])
    assert "共 0 例" in page.get(reverse("grid:cases")).content.decode()


def test_an_exercise_that_is_over_is_read_only(plant, page, officer):
    drill = drills.start_drill("二月演练", by=officer)
    played = drills.play(drill, plant["林涛"], "", by=officer)
    step = played.steps.get(kind="report")
    page.post(reverse("grid:drill_done", args=[step.pk]))
    page.post(reverse("grid:drill_undo", args=[played.pk]))
    page.post(reverse("grid:drill_end", args=[drill.pk]))
    with pytest.raises(BadInput):
        drills.play(drill, plant["陈立"], "", by=officer)
    step.refresh_from_db()
    assert step.done_at and played.steps.filter(kind="undone").exists()
    assert page.get(reverse("grid:drill", args=[drill.pk])).status_code == 200


def test_a_withdrawn_case_stands_in_the_list_and_in_no_count(page, case, officer):
    undo_judgement(case, "看错了人", by=officer)
    assert "疑似 0，排除 0，撤回 1" in page.get(reverse("grid:cases")).content.decode()


def test_nobody_judges_his_own_case_and_the_duty_officer_judges_a_health_officer_s(plant, client, officer):
    plant.check_in("孙丽", "38.2")
    case = Case.objects.get(person=plant["孙丽"])
    page = plant.signed_in(client, "孙丽")
    answer = sent(page, case, "judge", state="ruled_out", reason="我没事")
    assert "不能判定自己的病例" in answer.content.decode() and "我没事" in answer.content.decode()
    own = reverse("grid:person", args=[case.person_id])
    assert "不能判定自己的病例" in page.post(own, {"state": "ruled_out", "reason": "我没事"}).content.decode()
    for refused, field in ((lambda: judge_case(case, "ruled_out", "x", by=officer), "reason"),
                           (lambda: undo_judgement(case, "x", by=officer), "undo_reason")):  # fmt: skip
        with pytest.raises(BadInput) as error:
            refused()
        assert (error.value.reason, error.value.field) == ("own_case", field)
    assert case.changes.count() == 1
    client.logout()
    duty = plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    other = suspect(plant["林涛"], "发热", by=officer)
    assert sent(duty, other, "judge", state="ruled_out", reason="x").status_code == 403
    assert duty.post(own, {"state": "ruled_out", "reason": "核酸阴性"}).status_code == 302
    assert sent(duty, case, "judge", state="suspected", reason="又发热").status_code == 302
    assert case.changes.count() == 3


def test_nobody_opens_a_suspicion_about_himself(plant, page, officer):
    answer = page.post(reverse("grid:case_new"), {"person": "孙丽", "reason": "咳嗽"})
    assert "不能判定自己的病例" in answer.content.decode() and not Case.objects.exists()


@pytest.mark.parametrize("name", ["陈立", "林涛"])
def test_a_lead_and_the_person_read_that_he_is_held_not_what_the_officer_calls_and_says_it(
    plant, client, case, officer, name
):
    judge_case(case, "confirmed", "旧病史甲七", by=officer)
    plant.signed_in(client, name, *([Role.CELL_LEAD] if name == "陈立" else []), unit=plant.cell("W01"))
    text = client.get(reverse("grid:person", args=[case.person_id])).content.decode()
    assert "林涛：卡口暂扣" in text
    assert not any(word in text for word in ("旧病史甲七", "发热两日", "确诊", "疑似"))
    plant.signed_in(client, "刘敏", Role.DUTY_OFFICER)
    text = client.get(reverse("grid:person", args=[case.person_id])).content.decode()
    assert "旧病史甲七" in text and "林涛：确诊" in text
