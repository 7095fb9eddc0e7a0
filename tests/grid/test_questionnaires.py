"""A questionnaire is built on its page, question by question; what is asked already is never changed."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from diba.core.errors import BadInput
from diba.grid.actions import screening
from diba.grid.models import Questionnaire
from diba.plant.models import Role

from .screenings import ITEMS, campaign_of, xlsform

LIST = "grid:questionnaires"
FEVER = {"kind": "yesno", "zh": "发热？", "required": "on"}


@pytest.fixture
def officer(client, plant):
    return plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)


def page(row):
    return reverse("grid:questionnaire", args=[row.pk])


def drawn(row, part=""):
    return reverse("grid:question_drawn", args=[row.pk]) + part


def seen(row):
    step = screening.last_step(row)
    return step.pk if step else ""


def sent(client, row, do="put", **data):
    """Send one button of the page as the page would."""
    return client.post(page(row), {"do": do, "seen": seen(row), "question": "", "after": "", **data})


def names(row):
    row.refresh_from_db()
    return [item["name"] for item in row.items]


def begun(client, title="节后摸排"):
    client.post(reverse(LIST), {"title": title})
    return Questionnaire.objects.get(title=title)


def test_an_officer_builds_one_without_a_file(officer):
    row = begun(officer)
    assert sent(officer, row, do="next", **FEVER).url.endswith("?add=yesno&after=q1#")
    more = {"kind": "decimal", "zh": "最高体温", "low": "34", "high": "43", "message": "34 至 43 度"}
    condition = {"w-join": "and", "w-question": "q1", "w-operator": "=", "w-value": "yes"}
    sent(officer, row, after="q1", **more, **condition)
    choices = {
        "kind": "several",
        "zh": "症状",
        "c-name": ["", "", ""],
        "c-zh": ["咳嗽", "", "乏力"],
        "c-en": ["", "", "tired"],
    }
    sent(officer, row, **choices)
    row.refresh_from_db()
    assert [item["kind"] for item in row.items] == ["yesno", "decimal", "several"]
    assert row.items[0]["required"] and not row.items[1]["required"]
    assert row.items[1]["when"] == [[["q1", "=", "yes"]]] and row.items[1]["message"] == "34 至 43 度"
    assert row.items[2]["choices"] == [
        {"name": "c1", "zh": "咳嗽", "en": ""}, {"name": "c2", "zh": "乏力", "en": "tired"},
    ]  # fmt: skip
    shown = officer.get(page(row) + "?at=q2").content.decode()
    assert "只在：“发热？”是“是”" in shown and "34 至 43" in shown


def test_the_words_of_the_bound_are_said_to_whoever_answers(officer, plant):
    items = [{"name": "degrees", "kind": "decimal", "zh": "体温", "low": "34", "high": "43", "message": "请看体温计"}]
    campaign, _round = campaign_of(plant, items=items)
    target = campaign.targets.get(person=plant["刘敏"])
    address = reverse("grid:screening_fill", args=[target.pk])
    shown = officer.post(address, {"shown": "degrees", "q-degrees": "99"}).content.decode()
    assert "请看体温计" in shown and 'value="99"' in shown


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "text", "zh": ""}, "缺显示文字"),
        ({"kind": "one", "zh": "选"}, "没有选项"),
        ({"kind": "integer", "zh": "几天", "low": "9", "high": "1", "hint": "留着"}, "上限"),
        ({"kind": "integer", "zh": "几天", "low": "九"}, "九"),
        ({"kind": "text", "zh": "x", "name": "名称"}, "名称"),
        ({"kind": "text", "zh": "x", "name": "fever"}, "重复"),
        ({"kind": "text", "zh": "x", "w-join": "and", "w-question": "fever", "w-operator": "=", "w-value": ""}, "比较"),
        ({"kind": "text", "zh": "x", "w-join": "and", "w-question": "fever", "w-operator": "=", "w-value": "maybe"}, "没有这样的回答"),
        ({"kind": "text", "zh": "x", "w-join": "and", "w-question": "ghost", "w-operator": "=", "w-value": "a"}, "ghost"),
        ({"kind": "text", "zh": "x", "w-join": "and", "w-question": "fever", "w-operator": "~", "w-value": "a'b"}, "引号"),
        ({"kind": "loop", "zh": "留着"}, "留着"),
        ({"kind": "text", "zh": "长" * 301}, "长长长"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(officer, data, words):
    row = screening.new_questionnaire("题", ITEMS)
    answer = sent(officer, row, **data)
    assert answer.status_code == 200 and words in answer.content.decode()
    assert all(str(value) in answer.content.decode() for key, value in data.items() if key in ("zh", "low", "hint"))
    assert names(row) == ["fever", "degrees"]


def test_a_condition_points_back_only(officer):
    row = screening.new_questionnaire("题", [*ITEMS, {"name": "last", "kind": "text", "zh": "末题"}])
    shown = officer.get(page(row) + "?at=degrees").content.decode()
    offered = shown.partition('id="w-question-0"')[2].partition("</select>")[0]
    assert 'value="fever"' in offered and 'value="last"' not in offered and 'value="degrees"' not in offered
    later = {"w-join": "and", "w-question": "last", "w-operator": "=", "w-value": "a", "kind": "yesno", "zh": "发热？"}
    assert "条件引用了后面的问题" in sent(officer, row, question="fever", **later).content.decode()
    assert "要看那一题" in officer.post(page(row), {"do": "up", "seen": seen(row), "question": "degrees"}, follow=True).content.decode()  # fmt: skip
    assert "请先改它的条件" in officer.post(page(row), {"do": "remove", "seen": seen(row), "question": "fever"}, follow=True).content.decode()  # fmt: skip
    assert names(row) == ["fever", "degrees", "last"]


def test_questions_are_moved_copied_taken_out_and_every_step_is_undone_and_redone(officer):
    row = screening.new_questionnaire("题", [*ITEMS, {"name": "last", "kind": "text", "zh": "末题"}])
    states = [names(row)]
    for do, name in (("down", "degrees"), ("double", "last"), ("remove", "degrees")):
        assert sent(officer, row, do=do, question=name).status_code == 302
        states.append(names(row))
    assert states[1:] == [["fever", "last", "degrees"], ["fever", "last", "last_1", "degrees"], ["fever", "last", "last_1"]]  # fmt: skip
    for state in reversed(states[:-1]):
        sent(officer, row, do="undo")
        assert names(row) == state
    sent(officer, row, do="undo")
    assert names(row) == states[0]
    for state in states[1:]:
        sent(officer, row, do="redo")
        assert names(row) == state
    sent(officer, row, do="undo")
    sent(officer, row, do="rename", title="新题")
    sent(officer, row, do="redo")
    assert names(row) == states[2] and row.title == "新题"


def test_two_who_build_at_once_do_not_overwrite_each_other(officer):
    row = screening.new_questionnaire("题", ITEMS)
    old = seen(row)
    sent(officer, row, do="down", question="degrees")
    sent(officer, row, kind="text", zh="甲的题")
    answer = officer.post(page(row), {"do": "put", "seen": old, "question": "", "kind": "text", "zh": "乙的题"})
    assert "有人改了这份问卷" in answer.content.decode() and "乙的题" in answer.content.decode()
    assert [item["zh"] for item in Questionnaire.objects.get().items][-1] == "甲的题"
    again = {"do": "put", "seen": answer.context["seen"], "question": "", "kind": "text", "zh": "乙的题"}
    assert officer.post(page(row), again).status_code == 302 and len(names(row)) == 4


def test_one_in_use_is_never_changed_and_a_change_is_a_new_version(officer, plant):
    campaign, _round = campaign_of(plant)
    row = campaign.questionnaire
    for do in ("up", "remove", "double", "undo", "rename"):
        assert sent(officer, row, do=do, question="degrees", title="x").status_code == 302
    assert "新建一版" in sent(officer, row, kind="text", zh="加").content.decode()
    assert names(row) == ["fever", "degrees"] and row.title == "节后摸排"
    made = Questionnaire.objects.get(pk=sent(officer, row, do="version").url.split("/")[-2])
    assert (made.version, made.follows_id) == (2, row.pk)
    sent(officer, made, kind="text", zh="加")
    assert len(names(made)) == 3 and len(names(row)) == 2
    assert {each.pk for each in screening.on_offer()} == {row.pk, made.pk}
    screening.start(screening.draft("二", kinds=["employee"], questionnaire=made))
    assert list(screening.on_offer()) == [made]
    assert screening.questionnaires(state="retired").get() == row


def test_a_retired_one_is_offered_no_more_and_can_be_brought_back(officer, plant):
    row = screening.new_questionnaire("题", ITEMS)
    sent(officer, row, do="retire")
    assert not screening.on_offer().exists()
    with pytest.raises(BadInput) as error:
        screening.keep(row, ITEMS[:1])
    assert error.value.reason == "frozen"
    sent(officer, row, do="back")
    assert screening.on_offer().get() == row
    copy = Questionnaire.objects.get(pk=sent(officer, row, do="copy").url.split("/")[-2])
    assert (copy.title, copy.version, copy.items) == ("题（副本）", 1, row.items)


def test_an_xlsform_is_read_changed_on_the_page_saved_and_read_again(officer):
    survey = [["type", "name", "label::中文"], ["text", "where", "去过哪里？"]]
    officer.post(reverse(LIST), {"file": SimpleUploadedFile("q.xlsx", xlsform(survey))})
    row = Questionnaire.objects.get()
    assert (row.title, row.source) == ("节后摸排", "q.xlsx")
    sent(officer, row, kind="date", zh="=哪天回来", low="2020-01-01", **{"w-join": "and", "w-question": "where", "w-operator": "answered", "w-value": ""})  # fmt: skip
    saved = officer.get(reverse("grid:questionnaire_file", args=[row.pk])).content
    assert load_workbook(io.BytesIO(saved))["survey"]["C3"].value == "=哪天回来"
    officer.post(reverse(LIST), {"file": SimpleUploadedFile("again.xlsx", saved)})
    again = Questionnaire.objects.exclude(pk=row.pk).get()
    row.refresh_from_db()
    assert again.items == row.items and row.items[1]["when"] == [[["where", "!=", ""]]]


def test_a_file_with_loops_wrong_kinds_or_five_hundred_questions_is_refused_by_its_cell(officer):
    head = ["type", "name", "label"]
    many = [head, *(["text", f"q{n}", "题"] for n in range(500))]
    bad = [head, ["begin repeat", "r", "x"], ["geopoint", "g", "x"]]
    for survey, words in ((many, "200"), (bad, "不接受循环"), (bad, "geopoint")):
        shown = officer.post(reverse(LIST), {"file": SimpleUploadedFile("q.xlsx", xlsform(survey))}).content.decode()
        assert words in shown
    assert (
        'class="db-note error'
        in officer.post(reverse(LIST), {"file": SimpleUploadedFile("q.xlsx", b"x")}).content.decode()
    )
    assert not Questionnaire.objects.exists()


def test_no_more_than_two_hundred_questions_are_built(officer):
    row = screening.new_questionnaire("题", [{"name": f"x{n}", "kind": "text", "zh": "？"} for n in range(200)])
    assert "200" in sent(officer, row, kind="text", zh="多一题").content.decode() and len(names(row)) == 200


def test_the_phone_beside_it_follows_what_is_typed_and_saves_nothing(officer):
    row = screening.new_questionnaire("题", ITEMS)
    typed = {"question": "degrees", "kind": "decimal", "zh": "耳温多少", "low": "34", "high": "x", "w-join": "and", "w-question": "fever", "w-operator": "=", "w-value": "yes"}  # fmt: skip
    shown = officer.post(drawn(row, "?part=preview"), typed).content.decode()
    assert "耳温多少" not in shown and "还有 1 题" in shown
    assert "耳温多少" in officer.post(drawn(row, "?part=preview"), {**typed, "q-fever": "yes"}).content.decode()
    more = officer.post(drawn(row), {**typed, "draw": "when:more"}).content.decode()
    assert more.count('name="w-question"') == 2 and 'id="preview"' in more
    assert officer.post(drawn(row), {**typed, "draw": "when:drop:0"}).content.decode().count('name="w-question"') == 0
    rows = {"question": "", "kind": "one", "c-name": ["a", "b"], "c-zh": ["甲", "乙"], "c-en": ["", ""], "draw": "choices:up:1"}  # fmt: skip
    shown = officer.post(drawn(row), rows).content.decode()
    assert shown.index('value="乙"') < shown.index('value="甲"')
    for word in ("choices:drop:99", "choices:up:x", "x", "when:drop:", "choices:more"):
        assert officer.post(drawn(row), {**rows, "draw": word}).status_code == 200
    assert names(row) == ["fever", "degrees"]


def test_only_the_health_officer_builds_and_a_duty_officer_reads(client, plant):
    row = screening.new_questionnaire("题", ITEMS)
    plant.signed_in(client, "陈立", Role.DUTY_OFFICER)
    assert client.get(page(row)).status_code == 200 and client.get(reverse(LIST)).status_code == 200
    assert client.get(reverse("grid:questionnaire_file", args=[row.pk])).status_code == 200
    assert client.post(drawn(row, "?part=preview"), {"q-fever": "yes"}).status_code == 200
    assert "编" not in client.get(page(row)).content.decode().partition("db-build")[2]
    for do in ("put", "up", "remove", "retire", "copy", "version", "undo", "x"):
        assert sent(client, row, do=do, **FEVER).status_code == 403
    assert client.post(reverse(LIST), {"title": "y"}).status_code == 403
    plant.signed_in(client, "周文斌", Role.HEALTH_OFFICER, unit=plant.cell())
    assert sent(client, row, do="up").status_code == 403
    plant.signed_in(client, "高建军", Role.CELL_LEAD, unit=plant.cell())
    assert client.get(page(row)).status_code == 403 and client.get(reverse(LIST)).status_code == 403


def test_the_list_is_searched_sorted_and_saved_in_a_constant_number_of_queries(officer, plant):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(reverse(LIST), {"sort": "used"}).status_code == 200
        return len(queries)

    screening.new_questionnaire("甲卷", ITEMS, by=plant.account("刘敏"))
    asked()  # what is asked once a process is asked
    first = asked()
    for n in range(12):
        screening.new_questionnaire(f"乙卷 {n}", ITEMS, by=plant.account("孙丽"))
    assert asked() == first
    shown = officer.get(reverse(LIST), {"q": "甲", "state": "draft", "sort": "title"}).content.decode()
    assert "甲卷" in shown and "乙卷" not in shown
    assert "没有符合的问卷" in officer.get(reverse(LIST), {"q": "丙"}).content.decode()
    saved = officer.get(reverse(LIST), {"format": "xlsx"}).content
    assert load_workbook(io.BytesIO(saved)).active.max_row == 14
    assert "乙卷 3" in officer.get(reverse(LIST), {"format": "csv"}).content.decode("utf-8-sig")
