"""What follows from a judgement, what its undoing restores, and that both can come twice or from two officers at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions import case_reports, tracing
from diba.grid.actions.cases import judge_case, suspect, undo_judgement
from diba.grid.actions.feverish import suspect_at_gate
from diba.grid.actions.followed import what_followed
from diba.grid.actions.judgements import changes_of, in_force
from diba.grid.models import Case, CaseReport, Contact
from diba.plant import actions
from diba.plant.models import Hold, Role, Task
from diba.rosters import actions as rosters
from diba.rosters.models import WhatIf

from ..conftest import TODAY


@pytest.fixture
def led(plant):
    """The plant whose first cell is led by 孙丽, with 高建军 for her deputy."""
    cell = plant["林涛"].cell
    cell.lead, cell.deputy = plant["陈立"], plant["高建军"]
    cell.save()
    return plant


@pytest.fixture
def officer(led):
    return led.account("孙丽", Role.HEALTH_OFFICER)


@pytest.fixture
def fever(led):
    led.check_in("林涛", "38.2")
    return Case.objects.get()


def away(plant, name):
    rows = actions.absences_between(actions.now(), actions.now() + timedelta(days=30), [plant[name].pk])
    return [row.kind for row in rows]


def held(plant, name):
    return [row.reason for row in actions.held([plant[name].pk])]


def open_tasks(prefix=""):
    return {task.key: task for task in Task.objects.filter(closed_at=None, key__startswith=prefix)}


def test_a_fever_alone_holds_nobody_and_lists_nobody(led, fever):
    assert held(led, "林涛") == [] and Contact.objects.count() == 0 and CaseReport.objects.count() == 0


def test_confirming_the_suspicion_sets_everything_off(roster, led, fever, officer):
    judge_case(fever, "suspected", "发热两日，咳嗽", by=officer)
    assert held(led, "林涛") == ["suspected"] and away(led, "林涛") == ["checking"]
    names = {row.person.name for row in Contact.objects.filter(state="candidate")}
    assert {"王芳", "林小雨"} <= names, "those who live with him"
    tasks = open_tasks("chain:")
    assert tasks[f"chain:{fever.pk}:lead"].owner == led["陈立"]
    assert tasks[f"chain:{fever.pk}:contacts"].role == Role.HEALTH_OFFICER
    report = CaseReport.objects.get()
    assert report.due_at == led.now + timedelta(hours=2) and report.sent_at is None
    assert WhatIf.objects.filter(source=f"case:{fever.pk}", obsolete_at=None).exists()
    assert grid.double_zero().suspected == 1


def test_the_deputy_is_called_while_the_lead_is_away(led, fever, officer):
    actions.take_out(led["陈立"], "leave", led.now - timedelta(hours=1))
    judge_case(fever, "suspected", "x", by=officer)
    assert open_tasks()[f"chain:{fever.pk}:lead"].owner == led["高建军"]


def test_a_lead_who_is_the_case_is_not_called_about_himself(led, officer):
    case = suspect(led["陈立"], "嗅觉减退", by=officer)
    task = open_tasks()[f"chain:{case.pk}:lead"]
    assert task.owner == led["高建军"], "his deputy stands in for him"


def test_undoing_restores_what_was_before_and_keeps_both(roster, led, fever, officer):
    judge_case(fever, "suspected", "发热两日", by=officer)
    with actions.clock.at(led.now + timedelta(minutes=20)):
        undo_judgement(fever, "体温计坏了", by=officer)
        assert held(led, "林涛") == [] and away(led, "林涛") == ["checking"], "still the suspicion of the report itself"
        assert set(Contact.objects.values_list("state", flat=True)) == {"withdrawn"}
        assert open_tasks("chain:") == {} and open_tasks("report:") == {} and open_tasks("repair:") == {}
        assert set(Task.objects.filter(key__startswith="chain:").values_list("outcome", flat=True)) != {""}
        assert f"judge:{led['林涛'].pk}:{TODAY}" in open_tasks("judge:")
    assert WhatIf.objects.get().obsolete_at and CaseReport.objects.get().dropped_at
    changes = changes_of(fever)
    assert [change.state for change in changes] == ["suspected", "suspected", "suspected"]
    assert [change.words for change in changes] == ["", "发热两日", "体温计坏了"] and changes[2].undoes == changes[1]
    assert Hold.objects.count() == 1 and Hold.objects.get().lifted_by == officer


def test_undoing_a_suspicion_opened_by_hand_gives_the_person_back(roster, led, officer):
    case = suspect(led["林涛"], "与病例同乘", by=officer)
    assert away(led, "林涛") == ["checking"] and held(led, "林涛") == ["suspected"]
    with actions.clock.at(led.now + timedelta(minutes=5)):
        undo_judgement(case, "看错了人", by=officer)
        assert away(led, "林涛") == [] and held(led, "林涛") == []
        assert case.changes.last().state == "withdrawn" and grid.double_zero().suspected == 0
        assert [task.role for task in open_tasks("back:").values()] == [Role.PLANNER]
        with pytest.raises(BadInput) as error:
            undo_judgement(case, "再撤一次", by=officer)
        assert error.value.reason == "nothing_to_undo"
        again = suspect(led["林涛"], "又发热", by=officer)
    assert again != case


def test_a_confirmation_taken_back_is_the_suspicion_again(led, fever, officer):
    judge_case(fever, "suspected", "a", by=officer)
    judge_case(fever, "confirmed", "核酸阳性", by=officer)
    assert held(led, "林涛") == ["confirmed"] and away(led, "林涛") == ["isolation"]
    tracing.decide(fever, [Contact.objects.first().pk], True, "同住", by=officer)
    with actions.clock.at(led.now + timedelta(minutes=1)):
        undo_judgement(fever, "样本弄混", by=officer)
        assert held(led, "林涛") == ["suspected"] and away(led, "林涛") == ["checking"]
    assert Contact.objects.filter(state="accepted").count() == 1, "a suspect's contacts stay followed up"
    assert in_force(changes_of(fever)).words == "a"


def test_what_a_report_opened_is_judged_not_undone(led, fever, officer):
    with pytest.raises(BadInput) as error:
        undo_judgement(fever, "x", by=officer)
    assert error.value.reason == "nothing_to_undo"


def test_confirming_twice_holds_once_and_asks_once(roster, led, fever, officer):
    for _ in range(2):
        judge_case(fever, "confirmed", "核酸阳性", by=officer)
    assert held(led, "林涛") == ["confirmed"] and away(led, "林涛") == ["isolation"]
    assert Hold.objects.count() == 1 and CaseReport.objects.count() == 1 and WhatIf.objects.count() == 1
    assert len(open_tasks("chain:")) == 2
    people = list(Contact.objects.values_list("person", flat=True))
    assert len(people) == len(set(people))


def test_a_judgement_on_what_is_no_longer_there_is_refused(led, fever, officer):
    seen = fever.changes.last().pk
    judge_case(fever, "suspected", "先到的", by=officer, seen=seen)
    with pytest.raises(BadInput) as error:
        judge_case(fever, "ruled_out", "后到的", by=officer, seen=seen)
    assert error.value.reason == "judged_meanwhile"
    with pytest.raises(BadInput):
        undo_judgement(fever, "后到的", by=officer, seen=seen)
    assert held(led, "林涛") == ["suspected"]


def test_undone_after_the_roster_was_repaired_the_roster_stays_and_the_planner_is_asked(roster, led, officer):
    duty = rosters.duties_between(TODAY + timedelta(days=2), TODAY + timedelta(days=9))[0]
    case = suspect(duty.person, "发热", by=officer)
    planner = led.account("刘敏", Role.PLANNER)
    rosters.correct({(duty.person_id, duty.day): None}, by=planner, reason="隔离，补排")
    actions.close_keyed(f"repair:case:{case.pk}", "已补排", by=planner)
    mended = stands()
    with actions.clock.at(led.now + timedelta(hours=3)):
        undo_judgement(case, "排除误报", by=officer)
        assert away(led, duty.person.name) == []
        assert [task.role for task in open_tasks("back:").values()] == [Role.PLANNER]
    assert WhatIf.objects.get().obsolete_at and stands() == mended


def stands():
    return {(row.person_id, row.day, row.watch_id) for row in rosters.duties_between(TODAY, TODAY + timedelta(days=13))}


def test_ruling_out_ends_the_chain_and_a_sent_report_is_owed_a_correction(led, fever, officer):
    judge_case(fever, "confirmed", "核酸阳性", by=officer)
    case_reports.sent(CaseReport.objects.get(), "电话 县疾控", "全文", by=officer)
    with actions.clock.at(led.now + timedelta(hours=6)):
        judge_case(fever, "ruled_out", "两次阴性", by=officer)
        assert held(led, "林涛") == [] and away(led, "林涛") == []
        assert set(Contact.objects.values_list("state", flat=True)) == {"withdrawn"}
        owed = CaseReport.objects.get(sent_at=None)
        assert owed.due_at == led.now + timedelta(hours=8) and owed.change.state == "ruled_out"
        with actions.clock.at(led.now + timedelta(hours=9)):
            assert case_reports.state_of(owed) == ("now", "overdue")


def test_a_report_says_the_newest_judgement_and_its_clock_goes_on(led, fever, officer):
    judge_case(fever, "suspected", "a", by=officer)
    with actions.clock.at(led.now + timedelta(hours=1)):
        judge_case(fever, "confirmed", "b", by=officer)
    report = CaseReport.objects.get()
    assert report.change.state == "confirmed" and report.due_at == led.now + timedelta(hours=2)


def test_a_report_cannot_be_sent_twice_in_the_future_or_before_its_clock(led, fever, officer):
    judge_case(fever, "confirmed", "x", by=officer)
    report = CaseReport.objects.get()
    for at, reason in (
        (led.now + timedelta(hours=1), "in_the_future"),
        (led.now - timedelta(hours=1), "before_the_clock"),
    ):
        with pytest.raises(BadInput) as error:
            case_reports.sent(report, "电话", "全文", by=officer, at=at)
        assert error.value.reason == reason
    case_reports.sent(report, "电话", "全文", by=officer)
    with pytest.raises(BadInput) as error:
        case_reports.sent(report, "电话", "全文", by=officer)
    assert error.value.reason == "report_closed"
    report.refresh_from_db()
    assert report.text == "全文" and open_tasks("report:") == {}


def test_the_page_of_what_followed_says_each_thing_with_its_state(roster, led, fever, officer):
    judge_case(fever, "suspected", "x", by=officer)
    on, rows = what_followed(fever)
    assert on and {row.what for row in rows} >= {"卡口暂扣", "补排", "接触者", "已通知", "上报", "态势看板"}
    with actions.clock.at(led.now + timedelta(minutes=1)):
        undo_judgement(fever, "x", by=officer)
        on, rows = what_followed(fever)
    states = {row.what: row.state for row in rows}
    assert not on and {"已解除", "已撤回", "不再需要上报"} <= set(states.values())


def said_of(case):
    return {row.what: (row.state, row.detail) for row in what_followed(case)[1]}


def test_of_a_suspicion_nobody_has_judged_nothing_is_said_to_be_none(led, fever, officer, client):
    page = led.signed_in(client, "孙丽")
    said = said_of(fever)
    assert said["接触者"] == ("尚未列出", "判定后才列"), "nobody looked: that is no 'nobody'"
    assert said["可用状态"][0] == "不可用" and "判定 林涛" in said["待办"][1]
    text = page.get(reverse("grid:case_followed", args=[fever.pk])).content.decode()
    assert "这例疑似还没有人判定" in text and "没有后续事项" not in text and "没有同班" not in text
    text = page.get(reverse("grid:contacts", args=[fever.pk])).content.decode()
    assert "还没有查找" in text and "0 人在随访" not in text
    with actions.clock.at(led.now + timedelta(minutes=1)):
        judge_case(fever, "ruled_out", "复测正常", by=officer)
        said = said_of(fever)
        text = page.get(reverse("grid:case_followed", args=[fever.pk])).content.decode()
    assert said["接触者"] == ("从未列出", "") and said["可用状态"][0] == "已恢复可用" and "待办" not in said
    assert "这个病例目前没有后续事项" in text


def test_nobody_is_said_to_be_available_again_while_he_is_isolated(led, fever, officer):
    judge_case(fever, "confirmed", "核酸阳性", by=officer)
    states = [(row.state, row.detail.partition("，")[0]) for row in what_followed(fever)[1] if row.what == "可用状态"]
    assert states == [("不可用", "隔离"), ("已由另一项接替", "待查")]


def test_the_hold_of_a_gate_s_fever_is_open_in_the_headline_too(led, officer, client):
    suspect_at_gate(led["林涛"], actions.now(), [381, 379], "crossing:7")
    case, page = Case.objects.get(), led.signed_in(client, "孙丽")
    assert said_of(case).keys() >= {"卡口暂扣", "可用状态", "待办", "接触者"}
    text = page.get(reverse("grid:case_followed", args=[case.pk])).content.decode()
    assert "<em>3 项未完</em>" in text and "没有后续事项" not in text


def test_what_was_reported_and_then_taken_back_is_owed_a_correction_whatever_state_it_leaves(led, fever, officer):
    judge_case(fever, "suspected", "发热两日", by=officer)
    case_reports.sent(CaseReport.objects.get(), "电话 县疾控", "全文", by=officer)
    undo_judgement(fever, "看错了人", by=officer)
    assert fever.changes.last().state == "suspected", "the check-in's own suspicion is left"
    owed = CaseReport.objects.get(sent_at=None)
    assert owed.dropped_at is None and set(open_tasks("report:"))
    case_reports.sent(owed, "电话 县疾控", "更正", by=officer)
    assert not CaseReport.objects.filter(sent_at=None).exists()


def test_undoing_a_confirmation_owes_nothing_when_the_suspicion_was_reported(led, officer):
    case = suspect(led["林涛"], "发热两日", by=officer)
    case_reports.sent(CaseReport.objects.get(), "电话 县疾控", "全文", by=officer)
    judge_case(case, "confirmed", "核酸阳性", by=officer)
    assert set(open_tasks("report:")), "the confirmation is to be reported"
    undo_judgement(case, "样本弄混", by=officer)
    report = CaseReport.objects.get(sent_at=None)
    assert report.dropped_at and case_reports.state_of(report) == ("off", "dropped") and not open_tasks("report:")
    judge_case(case, "confirmed", "复检阳性", by=officer)
    assert CaseReport.objects.filter(sent_at=None, dropped_at=None).count() == 1 and set(open_tasks("report:"))


def test_a_correction_that_is_owed_stays_owed_whatever_else_is_judged_but_what_was_sent(led, fever, officer):
    judge_case(fever, "confirmed", "核酸阳性", by=officer)
    case_reports.sent(CaseReport.objects.get(), "电话 县疾控", "全文", by=officer)
    judge_case(fever, "ruled_out", "两次阴性", by=officer)
    judge_case(fever, "suspected", "又发热", by=officer)
    owed = CaseReport.objects.get(sent_at=None)
    assert owed.dropped_at is None and owed.change.state == "suspected"
    judge_case(fever, "confirmed", "核酸阳性", by=officer)
    owed.refresh_from_db()
    assert owed.dropped_at and not open_tasks("report:"), "just this was reported"
