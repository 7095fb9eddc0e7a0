"""An XLSForm is taken whole or refused by sheet, row and column."""

import pytest

from diba.core.questions import from_sheets

HEADS = [
    "type",
    "name",
    "label::Chinese (zh)",
    "label::English (en)",
    "required",
    "relevant",
    "constraint",
    "calculation",
]
CHOICES = ["list_name", "name", "label::Chinese (zh)", "label::English (en)"]
ROWS = [
    ["start", "start"],
    ["note", "hello", "请如实填写", "Answer truthfully"],
    ["select_one yn", "fever", "近 14 天发热？", "Fever?", "yes"],
    ["begin group", "more", "详细", "", "", "${fever} = 'yes'"],
    ["decimal", "degrees", "最高体温", "Highest", "yes", "", ". >= 34 and . <= 43"],
    ["integer", "days", "几天", "", "", "", ". > 0 and . < 15"],
    ["end group"],
    ["select_multiple signs", "signs", "症状", ""],
    ["date", "back", "返回日期", "", "", "selected(${signs}, 'cough')", ". >= date('2020-01-01')"],
]
LISTS = [
    ["yn", "yes", "是", "Yes"],
    ["yn", "no", "否", "No"],
    ["signs", "cough", "咳嗽", ""],
    ["signs", "ache", "头痛", ""],
]


def book(rows=ROWS, lists=LISTS, heads=HEADS):
    survey = [(number, row) for number, row in enumerate([heads, *rows], 1)]
    return [
        ("survey", survey),
        ("choices", list(enumerate([CHOICES, *lists], 1))),
        ("settings", [(1, ["form_title"]), (2, ["节后摸排"])]),
    ]


def refused(rows, lists=LISTS, heads=HEADS):
    return [
        (refusal.sheet, refusal.row, refusal.column, refusal.reason)
        for refusal in from_sheets(book(rows, lists, heads))[1]
    ]


def test_a_form_of_the_office_is_taken_whole():
    form, found = from_sheets(book())
    assert found == []
    assert form["title"] == "节后摸排"
    by_name = {item["name"]: item for item in form["items"]}
    assert list(by_name) == ["hello", "fever", "more", "degrees", "days", "signs", "back"]
    assert (by_name["fever"]["zh"], by_name["fever"]["en"], by_name["fever"]["required"]) == (
        "近 14 天发热？",
        "Fever?",
        True,
    )
    assert by_name["degrees"]["within"] == "more"
    assert (by_name["degrees"]["low"], by_name["degrees"]["high"]) == ("34", "43")
    assert (by_name["days"]["low"], by_name["days"]["high"]) == ("1", "14")
    assert by_name["more"]["when"] == [[["fever", "=", "yes"]]]
    assert by_name["back"]["low"] == "2020-01-01"
    assert [choice["zh"] for choice in by_name["signs"]["choices"]] == ["咳嗽", "头痛"]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (["begin repeat", "people", "同住人"], "type", "loop"),
        (["geopoint", "where", "在哪"], "type", "unknown_kind"),
        (["select_one gone", "x", "选"], "type", "unknown_list"),
        (["select_one yn or_other", "x", "选"], "type", "unknown_kind"),
        (["text", "fever", "又一次"], "name", "name_twice"),
        (["text", "坏", "坏名字"], "name", "not_a_name"),
        (["text", "x", ""], "label::chinese (zh)", "no_label"),
        (["text", "x", "早", "", "", "${nobody} = 1"], "relevant", "unknown_question"),
        (["text", "x", "早", "", "", "${x} = 1"], "relevant", "circle"),
        (["text", "x", "早", "", "", "${fever} = 'maybe'"], "relevant", "unknown_choice"),
        (["text", "x", "早", "", "", "count-selected(${signs}) > 1"], "relevant", "unsupported_relevance"),
        (["integer", "x", "早", "", "", "", "regex(., '[0-9]')"], "constraint", "unsupported_constraint"),
        (["date", "x", "早", "", "", "", ". > date('9999-12-31')"], "constraint", "unsupported_constraint"),
        (["date", "x", "早", "", "", "", ". < date('0001-01-01')"], "constraint", "unsupported_constraint"),
        (["integer", "x", "早", "", "", "", ". >= 5 and . >= 1"], "constraint", "unsupported_constraint"),
        (["integer", "x", "早", "", "", "", ". < 5 and . <= 9"], "constraint", "unsupported_constraint"),
        (["text", "x", "早", "", "", "", "", "1 + 1"], "calculation", "unsupported_column"),
        (["end group"], "type", "end_without_begin"),
        (["begin group", "open", "开"], "type", "group_not_ended"),
        (["", "x", "无类型"], "type", "missing"),
    ],
)  # fmt: skip
def test_each_thing_not_supported_names_sheet_row_and_column(row, column, reason):
    assert ("survey", 11, column, reason) in refused([*ROWS, row])


def test_a_choice_given_twice_or_without_its_list_is_named():
    assert refused(ROWS, [*LISTS, ["yn", "yes", "是的"], ["", "x", "甲"]]) == [
        ("choices", 6, "name", "choice_twice"),
        ("choices", 7, "list_name", "no_list"),
    ]


def test_five_hundred_questions_are_refused_where_they_pass_the_most():
    assert refused([["text", f"q{number}", "问"] for number in range(500)]) == [("survey", 202, "type", "too_many")]


def test_a_workbook_of_something_else_says_so():
    assert [refusal.reason for refusal in from_sheets([("人员", [(1, ["工号"])])])[1]] == ["no_survey"]
    assert [refusal.reason for refusal in from_sheets(book(ROWS, heads=["kind", "id"]))[1]] == [
        "no_column",
        "no_column",
    ]
