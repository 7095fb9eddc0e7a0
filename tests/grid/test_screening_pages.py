"""The pages of a screening: who may, what is shown, nothing typed is lost, nobody answers for a stranger."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diba.core.errors import BadInput
from diba.grid.actions import screening
from diba.grid.models import Answer, Campaign, Exclusion, LabFile, Questionnaire, Sample, Target
from diba.plant.models import Person, Record, Role, Unit, UnitKind

from ..conftest import TODAY
from .screenings import HEADS, answered, book, campaign_of, target_of, xlsform

NEW = {"title": "节后摸排", "kinds": ["employee"], "first_day": TODAY.isoformat(), "rounds": 1, "every_days": 1}


def officer(client, plant, name="刘敏"):
    plant.signed_in(client, name, Role.HEALTH_OFFICER)


def page_of(campaign):
    return reverse("grid:screening", args=[campaign.pk])


def fill_of(target):
    return reverse("grid:screening_fill", args=[target.pk])


def test_an_xlsform_becomes_a_draft_whose_audience_is_seen_and_then_begun(client, plant):
    officer(client, plant)
    survey = [["type", "name", "label::中文"], ["text", "where", "去过哪里？"]]
    file = SimpleUploadedFile("q.xlsx", xlsform(survey))
    assert client.post(reverse("grid:screening_new"), {**NEW, "file": file}).status_code == 302
    campaign = Campaign.objects.get()
    shown = client.get(page_of(campaign)).content.decode()
    assert "去过哪里" in shown and not Target.objects.exists()
    client.post(page_of(campaign), {"do": "start"})
    assert Target.objects.count() and "未完成" in client.get(page_of(campaign)).content.decode()
    client.post(page_of(campaign), {"do": "stop"})
    assert Campaign.objects.get().state == "closed" and client.get(page_of(campaign)).status_code == 200


def test_a_workbook_is_refused_by_its_cell_and_what_was_typed_stays(client, plant):
    officer(client, plant)
    survey = [["type", "name", "label"], ["begin repeat", "loop", "x"], ["end repeat", "", ""]]
    shown = client.post(reverse("grid:screening_new"), {**NEW, "file": SimpleUploadedFile("q.xlsx", xlsform(survey))})
    text = shown.content.decode()
    assert "begin repeat" in text and "不接受循环" in text and "节后摸排" in text
    assert not Campaign.objects.exists() and not Questionnaire.objects.exists()
    for data in ({**NEW, "file": SimpleUploadedFile("q.xlsx", b"x")}, NEW, {**NEW, "rounds": 99}):
        assert client.post(reverse("grid:screening_new"), data).status_code == 200


def test_a_person_answers_for_himself_and_his_family_and_the_next_question_follows(client, plant):
    campaign, _ = campaign_of(plant)
    plant.signed_in(client, "林涛")
    assert "王芳" in client.get(reverse("grid:screening_mine")).content.decode()
    mine, uid = target_of(campaign, plant["王芳"]), uuid.uuid4()
    assert "最高体温" not in client.get(fill_of(mine)).content.decode()
    sent = {"uid": uid, "shown": "fever", "q-fever": "yes"}
    assert "最高体温" in client.post(fill_of(mine), sent).content.decode() and not Answer.objects.exists()
    sent |= {"shown": "fever degrees", "q-degrees": "99"}
    again = client.post(fill_of(mine), sent).content.decode()
    assert 'value="99"' in again and "超出" in again
    assert client.post(fill_of(mine), sent | {"q-degrees": "38.5"}).status_code == 302
    assert Answer.objects.get().values == {"fever": "yes", "degrees": "38.5"}
    sent = {"uid": uuid.uuid4(), "shown": "fever", "q-fever": "no", "reason": ""}
    assert client.post(fill_of(mine), sent).status_code == 200 and Answer.objects.count() == 1
    assert client.post(fill_of(mine), sent | {"reason": "记错"}).status_code == 302 and Answer.objects.count() == 2


def test_what_an_answer_brings_is_drawn_at_once_and_nothing_is_judged_or_written(client, plant):
    campaign, _ = campaign_of(plant)
    plant.signed_in(client, "林涛")
    mine = target_of(campaign, plant["林涛"])
    text = client.post(
        fill_of(mine), {"uid": uuid.uuid4(), "shown": "fever", "q-fever": "yes", "look": "1"}
    ).content.decode()
    assert 'data-q="degrees"' in text and 'value="fever degrees"' in text and "db-err" not in text
    assert (
        "最高体温"
        not in client.post(fill_of(mine), {"uid": uuid.uuid4(), "q-fever": "no", "look": "1"}).content.decode()
    )
    assert not Answer.objects.exists()


def test_the_check_in_says_how_many_questionnaires_wait(client, plant):
    checkin, mine = reverse("grid:checkin"), reverse("grid:screening_mine")
    plant.signed_in(client, "林涛")
    assert mine not in client.get(checkin).content.decode()
    campaign, round = campaign_of(plant)
    text = client.get(checkin).content.decode()
    assert mine in text and "还有 3 份待填" in text
    for name in ("林涛", "王芳"):
        answered(campaign, round, plant[name])
    assert "还有 1 份待填" in client.get(checkin).content.decode()
    screening.stop(campaign, by=None)
    assert mine not in client.get(checkin).content.decode()


def test_a_lead_answers_for_his_cell_and_nobody_for_a_stranger(client, plant):
    campaign, round = campaign_of(plant)
    inside, outside = (target_of(campaign, plant[name]) for name in ("高建军", "周文斌"))
    plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=plant.cell("W01"))
    sent = {"uid": uuid.uuid4(), "shown": "fever", "q-fever": "no"}
    assert client.post(fill_of(inside), sent).status_code == 302
    assert client.get(fill_of(outside)).status_code == 404 and client.post(fill_of(outside), sent).status_code == 404
    with pytest.raises(BadInput) as error:
        answered(campaign, round, plant["周文斌"], by=plant.account("陈立"))
    assert error.value.reason == "not_yours" and Answer.objects.count() == 1
    shown = client.get(page_of(campaign)).content.decode()
    assert "周文斌" not in shown
    for step in ("start", "stop", "drop", "approve", "lift", "x"):
        assert client.post(page_of(campaign), {"do": step}).status_code == 403


def test_a_screening_that_asks_nobody_of_his_leads_a_lead_to_those_that_do(client, plant):
    campaign, _ = campaign_of(plant)
    empty = Unit.add(code="W09", name="09 网格", kind=UnitKind.CELL)
    draft = screening.draft("草稿", kinds=["employee"], samples=True)
    plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=empty)
    shown = client.get(page_of(campaign), follow=True)
    assert shown.redirect_chain == [(reverse("grid:screenings"), 302)] and "没有您负责的人" in shown.content.decode()
    assert client.get(page_of(draft)).status_code == 404
    assert client.post(page_of(campaign), {"do": "stop"}).status_code == 404


def test_reading_what_another_answered_is_noted(client, plant):
    campaign, round = campaign_of(plant)
    answered(campaign, round, plant["陈立"])
    officer(client, plant)
    client.get(fill_of(target_of(campaign, plant["陈立"])))
    assert Record.objects.filter(verb="answer.read").count() == 1


def test_a_correction_for_a_stranger_is_refused(plant):
    campaign, round = campaign_of(plant)
    first = answered(campaign, round, plant["周文斌"])
    with pytest.raises(BadInput) as error:
        screening.correct_answer(first, {"fever": "no"}, uid=uuid.uuid4(), reason="x", by=plant.account("陈立"))
    assert error.value.reason == "not_yours"


def test_an_exclusion_is_proposed_and_approved_by_a_second_on_the_page(client, plant):
    campaign, _ = campaign_of(plant)
    officer(client, plant)
    client.post(page_of(campaign), {"do": "exclude", "row": target_of(campaign, plant["田野"]).pk, "reason": "left"})
    row = Exclusion.objects.get()
    client.post(page_of(campaign), {"do": "approve", "row": row.pk})
    row.refresh_from_db()
    assert row.approved_at is None
    officer(client, plant, "孙丽")
    client.post(page_of(campaign), {"do": "approve", "row": row.pk})
    row.refresh_from_db()
    assert row.approved_at
    assert client.post(page_of(campaign), {"do": "lift", "row": "x"}).status_code == 404


def test_the_missing_come_out_as_a_file_and_a_unit_is_looked_into(client, plant):
    campaign, round = campaign_of(plant)
    answered(campaign, round, plant["陈立"])
    officer(client, plant)
    for kind in ("xlsx", "csv"):
        assert client.get(page_of(campaign), {"format": kind}).status_code == 200
    text = client.get(page_of(campaign), {"format": "csv"}).content.decode("utf-8-sig")
    assert "高建军" in text and "陈立" not in text
    text = client.get(page_of(campaign), {"at": "W01", "format": "csv"}).content.decode("utf-8-sig")
    assert "高建军" in text and "周文斌" not in text
    assert client.get(page_of(campaign), {"at": "?", "round": "x", "q": "无人", "tree": "unit"}).status_code == 200


def test_the_units_of_a_new_screening_stand_under_one_another(client, plant):
    Unit.add(
        parent=Unit.add(code="Q1", name="一支部", kind=UnitKind.BRANCH), code="Q11", name="甲1 网格", kind=UnitKind.CELL
    )
    officer(client, plant)
    text = client.get(reverse("grid:screening_new")).content.decode()
    assert ">一支部</option>" in text and ">　甲1 网格</option>" in text and "不选即全厂" in text


def test_the_map_of_units_shows_one_level_or_more_and_is_clicked_down_to_the_person(client, plant):
    top = Unit.add(code="Q1", name="一支部", kind=UnitKind.BRANCH)
    cells = [Unit.add(parent=top, code=f"Q1{n}", name=f"甲{n} 网格", kind=UnitKind.CELL) for n in (1, 2)]
    other = Unit.add(code="Q2", name="二支部", kind=UnitKind.BRANCH)
    for name, cell in (
        ("陈立", cells[0]),
        ("田野", cells[1]),
        ("林涛", cells[1]),
        ("刘洋", Unit.add(parent=other, code="Q21", name="乙1 网格", kind=UnitKind.CELL)),
    ):
        Person.objects.filter(name=name).update(cell=cell)
    campaign, round = campaign_of(plant, kinds=("employee",), units=[top, other])
    answered(campaign, round, plant["陈立"])
    officer(client, plant)

    def shown(**query):
        text = client.get(page_of(campaign), query).content.decode()
        return text, [
            name for name in ("一支部", "甲1 网格", "甲2 网格", "二支部", "乙1 网格") if f">{name}</a>" in text
        ]

    text, units = shown()
    assert units == ["一支部", "二支部"] and "33.3 %" in text and text.index("一支部") < text.index("二支部")
    assert shown(levels="2")[1] == ["一支部", "甲1 网格", "甲2 网格", "二支部", "乙1 网格"]
    for odd in ("0", "3", "x", "²", "9" * 30):
        assert shown(levels=odd)[1] == ["一支部", "二支部"]
    text, units = shown(at="Q1")
    assert units == ["甲1 网格", "甲2 网格"] and "3 人中 2 人未完成" in text and "刘洋" not in text
    assert text.index("甲2 网格") < text.index("甲1 网格")
    text, units = shown(at="Q12")
    assert units == ["一支部"] and "田野" in text and "陈立" not in text
    assert shown(at="nowhere")[1] == ["一支部", "二支部"]


def test_a_laboratory_file_is_read_written_resolved_and_taken_back(client, plant):
    _campaign, round = campaign_of(plant, samples=True, items=None)
    officer(client, plant)
    send = reverse("grid:lab_new", args=[round.pk])
    known = plant["陈立"].staff_no
    tubes = book([["T1", known, "陈立"], ["T2", known, "田野"]], ["样本编号", "工号", "姓名"])
    client.post(send, {"do": "samples", "file": SimpleUploadedFile("t.xlsx", tubes)})
    day = TODAY.isoformat()
    rows = [["T1", "", "", "阴性", day], ["T-无", "", "", "阴性", day]]
    client.post(send, {"do": "results", "file": SimpleUploadedFile("l.xlsx", book(rows, HEADS))})
    file = LabFile.objects.get()
    page = reverse("grid:lab", args=[file.pk])
    assert client.get(page).status_code == 200 and not file.results.exists()
    client.post(page, {"do": "confirm"})
    [queued] = file.results.filter(state="queued")
    assert "管号未登记" in client.get(page).content.decode()
    sent = {"do": "assign", "row": queued.pk, "number": "高建军", "outcome": "negative", "reason": ""}
    again = client.post(page, sent).content.decode()
    assert 'value="高建军"' in again and file.results.filter(state="queued").exists()
    assert client.post(page, sent | {"reason": "管号抄错"}).status_code == 302
    assert file.results.filter(state="assigned", target__person__name="高建军").exists()
    client.post(page, {"do": "undo"})
    assert LabFile.objects.get().state == "undone" and client.get(page).status_code == 200
    for data in ({}, {"file": SimpleUploadedFile("l.xlsx", b"x")}):
        assert client.post(send, data).status_code == 302
    assert [sample.tube for sample in Sample.objects.all()] == ["T1"]


def test_what_the_laboratory_s_cell_does_not_say_is_chosen_by_hand_never_beforehand(client, plant):
    _campaign, round = campaign_of(plant, samples=True, items=None)
    officer(client, plant)
    known = plant["陈立"].staff_no
    rows = [["", known, "陈立", "", TODAY.isoformat()], ["", known, "陈立", "阴性（待复检）", TODAY.isoformat()]]
    sheet = SimpleUploadedFile("l.xlsx", book([*rows, ["T-无", "", "", "阴性", TODAY.isoformat()]], HEADS))
    client.post(reverse("grid:lab_new", args=[round.pk]), {"do": "results", "file": sheet})
    file = LabFile.objects.get()
    page = reverse("grid:lab", args=[file.pk])
    client.post(page, {"do": "confirm"})
    choices = re.findall(r'<select[^>]*name="outcome"([^>]*)>(.*?)</select>', client.get(page).content.decode(), re.S)
    chosen = [re.findall(r'value="(\w*)" selected', words) for _how, words in choices]
    assert sorted(chosen) == [[], [], ["negative"]] and all("required" in how for how, _words in choices)
    assert all(words.startswith('<option value="">请选择</option>') for _how, words in choices)
    queued = file.results.filter(state="queued").first()
    sent = {"do": "assign", "row": queued.pk, "number": known, "outcome": "", "reason": "电话核实"}
    again = client.post(page, sent).content.decode()
    assert (
        "请选择一个结果" in again and 'value="电话核实"' in again and file.results.filter(state="queued").count() == 3
    )


def test_a_sheet_of_tubes_without_a_staff_number_says_which_cell_lacks_it(client, plant):
    _campaign, round = campaign_of(plant, samples=True, items=None)
    officer(client, plant)
    sheet = book([["T1", "", "陈立"]], ["样本编号", "工号", "姓名"])
    file = SimpleUploadedFile("t.xlsx", sheet)
    shown = client.post(reverse("grid:lab_new", args=[round.pk]), {"do": "samples", "file": file}, follow=True)
    assert re.search(r"· 2 · 工号: 缺少工号", shown.content.decode()) and not Sample.objects.exists()


def test_a_lead_reads_no_laboratory_file(client, plant):
    _campaign, round = campaign_of(plant, samples=True)
    plant.signed_in(client, "陈立", Role.CELL_LEAD, unit=plant.cell("W01"))
    assert client.post(reverse("grid:lab_new", args=[round.pk])).status_code == 403
    assert client.get(reverse("grid:lab", args=[1])).status_code == 403
    assert client.get(reverse("grid:screening_new")).status_code == 403


def test_the_page_asks_as_often_for_1500_people_as_for_sixteen(client, plant):
    campaign, _ = campaign_of(plant)
    officer(client, plant)

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(page_of(campaign)).status_code == 200
        return len(found)

    asked()
    few, cell = asked(), plant.cell("W02")
    made = Person.objects.bulk_create(Person(staff_no=f"x{n}", name=f"人{n}", cell=cell) for n in range(1500))
    Target.objects.bulk_create(Target(campaign=campaign, person=person, cell=cell) for person in made)
    # the pager needs no query of its own, whatever the size
    assert asked() == few


def test_a_drill_stands_apart(client, plant):
    campaign, _ = campaign_of(plant)
    campaign.response.__class__.objects.filter(pk=campaign.response_id).update(drill=True)
    officer(client, plant)
    page = reverse("grid:screenings")
    assert "节后摸排" not in client.get(page).content.decode()
    assert "节后摸排" in client.get(page, {"drill": "1"}).content.decode()
    assert "演练" in client.get(page_of(campaign)).content.decode()


def test_a_persons_page_says_which_screenings_he_answered_and_what_was_tested(client, plant):
    campaign, round = campaign_of(plant, samples=True)
    officer(client, plant)
    page = reverse("grid:person", args=[plant["陈立"].pk])
    assert "尚未作答" in client.get(page).content.decode()
    answered(campaign, round, plant["陈立"])
    text = client.get(page).content.decode()
    assert "摸排与检测" in text and page_of(campaign) in text and "1 轮中已答 1 轮" in text


def test_who_waits_to_be_left_out_comes_before_who_is_and_all_are_reached(client, plant):
    campaign, _ = campaign_of(plant)
    proposer, approver = plant.account("孙丽", Role.HEALTH_OFFICER), plant.account("郭峰", Role.DUTY_OFFICER)
    first, second = (target_of(campaign, plant[name]) for name in ("陈立", "田野"))
    screening.approve(screening.exclude(first, "hospital", by=proposer), by=approver)
    for number in range(60):
        person = Person.objects.create(staff_no=f"7{number:03d}", name=f"外{number}")
        target = Target.objects.create(campaign=campaign, person=person)
        screening.approve(screening.exclude(target, "hospital", by=proposer), by=approver)
    last = screening.exclude(second, "hospital", by=proposer)
    officer(client, plant)
    page = client.get(page_of(campaign))
    text = page.content.decode()
    assert page.context["exclusions"][0] == last and 'value="approve"' in text
    assert 'rel="next" href="?out=2"' in text
    seen = {
        row.target.person_id for n in (1, 2) for row in client.get(page_of(campaign), {"out": n}).context["exclusions"]
    }
    assert len(seen) == 62
    client.post(page_of(campaign), {"do": "approve", "row": last.pk})
    last.refresh_from_db()
    assert last.approved_at
