"""Questionnaires: what cannot be asked is named, what was not asked is not answered."""

import pytest

from diba.core.errors import BadInput
from diba.core.questions import checked, faults_of, parsed

FEVER = {"name": "fever", "kind": "yesno", "zh": "发热？", "required": True}
DEGREES = {"name": "degrees", "kind": "decimal", "zh": "体温", "low": "34", "high": "43", "required": True,
           "when": [[["fever", "=", "yes"]]]}  # fmt: skip
SIGNS = {
    "name": "signs",
    "kind": "several",
    "zh": "症状",
    "choices": [{"name": "cough", "zh": "咳嗽"}, {"name": "ache", "zh": "头痛"}],
}


def reasons(*items):
    return [(fault.index, fault.key, fault.reason) for fault in faults_of(items)]


def test_a_sound_questionnaire_has_no_fault():
    assert reasons(FEVER, DEGREES, SIGNS) == []


def test_what_hangs_on_a_later_question_or_on_itself_is_refused():
    late = {**FEVER, "when": [[["degrees", ">", "37"]]]}
    assert reasons(late, DEGREES) == [(0, "when", "circle"), (1, "when", "circle")]
    assert reasons({**SIGNS, "when": [[["fever", "=", "yes"]]]}, FEVER) == [(0, "when", "asked_later")]
    assert reasons(FEVER, {**SIGNS, "when": [[["signs", "has", "cough"]]]}) == [(1, "when", "circle")]


def test_a_section_that_hangs_on_what_it_holds_is_a_circle():
    section = {"name": "s", "kind": "section", "zh": "节", "when": [[["fever", "=", "yes"]]]}
    assert (0, "when", "circle") in reasons(section, {**FEVER, "within": "s"})


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"name": "发热"}, "name", "not_a_name"),
        ({"kind": "geopoint"}, "kind", "unknown_kind"),
        ({"zh": ""}, "zh", "no_label"),
        ({"zh": "长" * 301}, "zh", "too_long"),
        ({"low": "1"}, "low", "no_range_here"),
        ({"kind": "integer", "low": "x"}, "low", "not_a_bound"),
        ({"kind": "integer", "low": "1.5"}, "low", "not_a_bound"),
        ({"kind": "integer", "low": "NaN"}, "low", "not_a_bound"),
        ({"kind": "integer", "low": "9", "high": "3"}, "high", "high_below_low"),
        ({"kind": "one"}, "choices", "no_choices"),
        ({"kind": "one", "choices": [{"name": "a", "zh": "甲"}, {"name": "a", "zh": "乙"}]}, "choices", "choice_twice"),
        ({"when": [[["nobody", "=", "1"]]]}, "when", "unknown_question"),
        ({"when": [[["signs", "has", "gone"]]]}, "when", "unknown_choice"),
    ],
)
def test_each_fault_names_its_item_and_key(change, key, reason):
    assert (1, key, reason) in reasons(SIGNS, {**FEVER, **change})


def test_two_hundred_questions_are_the_most():
    many = [{**FEVER, "name": f"q{number}"} for number in range(500)]
    assert reasons(*many) == [(200, "name", "too_many")]


def test_notes_alone_ask_nothing():
    assert reasons({"name": "n", "kind": "note", "zh": "说明"}) == [(0, "kind", "no_question")]


def test_answers_to_what_was_not_asked_are_dropped():
    assert checked([FEVER, DEGREES], {"fever": "no", "degrees": "39"}) == ({"fever": "no"}, {})
    assert checked([FEVER, DEGREES], {"fever": "yes"}) == ({"fever": "yes"}, {"degrees": "missing"})
    assert checked([FEVER, DEGREES], {"fever": "yes", "degrees": "３８．５"}) == (
        {"fever": "yes", "degrees": "38.5"},
        {},
    )


def test_a_section_not_asked_hides_what_it_holds():
    section = {"name": "s", "kind": "section", "zh": "节", "when": [[["fever", "=", "yes"]]]}
    inside = {**SIGNS, "within": "s", "required": True}
    assert checked([FEVER, section, inside], {"fever": "no"}) == ({"fever": "no"}, {})
    assert checked([FEVER, section, inside], {"fever": "yes", "signs": ["cough"]})[0]["signs"] == ["cough"]


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("integer", "3.5", "not_whole"), ("decimal", "x", "not_a_number"), ("decimal", "1e-999999", "not_a_number"), ("decimal", "1e-99999999", "not_a_number"), ("decimal", "36.1234567", "not_a_number"), ("decimal", "Infinity", "not_a_number"),
        ("date", "2020-02-30", "not_a_date"), ("yesno", "maybe", "unknown_choice"), ("text", "长" * 501, "too_long"),
    ],
)  # fmt: skip
def test_each_wrong_answer_says_why(kind, value, reason):
    assert checked([{**FEVER, "kind": kind}], {"fever": value})[1] == {"fever": reason}


@pytest.mark.parametrize(("value", "wrong"), [("33.9", True), ("34", False), ("43.0", False), ("43.1", True)])
def test_a_range_holds_its_bounds(value, wrong):
    assert ("degrees" in checked([FEVER, DEGREES], {"fever": "yes", "degrees": value})[1]) is wrong


@pytest.mark.parametrize(
    "text", ["count(${a}) > 1", "${a} + 1 = 2", "(${a} = 1)", "${a} = ${b}", "x" * 501, "not(selected(${a}, 'b')"]
)
def test_what_is_not_a_comparison_is_refused(text):
    with pytest.raises(BadInput):
        parsed(text)


def test_and_binds_closer_than_or():
    found = parsed("${a} = 'x' and ${b} > 3 or not(selected(${c}, 'd'))")
    assert [[(part.question, part.operator, part.value) for part in parts] for parts in found] == [
        [("a", "=", "x"), ("b", ">", "3")],
        [("c", "has not", "d")],
    ]
