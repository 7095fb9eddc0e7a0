"""XLSForms that nobody should have made: circles, unknown kinds, thousands of questions, lists that lack, formulas. Refused by the cell."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from diba.grid.actions import screening
from diba.grid.models import Questionnaire
from diba.plant.models import Role

from .screenings import xlsform

HEAD = ["type", "name", "label", "relevant"]
LISTS = [["list_name", "name", "label"], ["ja", "a", "甲"]]


def refused(survey, choices=LISTS):
    """Return [(sheet, row, column, reason)] of a form that is not taken; nothing of it is kept."""
    made, found = screening.from_workbook(xlsform(survey, choices), "q.xlsx")
    assert made is None and not Questionnaire.objects.exists()
    return [(row.sheet, row.row, row.column, row.reason) for row in found]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["text", "a", "甲", "${b} = '1'"], ["text", "b", "乙", "${a} = '1'"]], (2, "relevant", "circle")),
        ([["text", "a", "甲", "${a} = '1'"]], (2, "relevant", "circle")),
        ([["begin group", "g", "组", "${x} = '1'"], ["text", "x", "甲"], ["end group"]], (2, "relevant", "circle")),
        ([["text", "a", "甲", "${b} = '1'"], ["text", "b", "乙"]], (2, "relevant", "asked_later")),
        ([["hologram", "a", "甲"]], (2, "type", "unknown_kind")),
        ([["select_one nein", "a", "甲"]], (2, "type", "unknown_list")),
        ([["select_one", "a", "甲"]], (2, "type", "unknown_kind")),
        ([["text", "a", "甲" * 10_000]], (2, "label", "too_long")),
        ([["text", "a" * 10_000, "甲"]], (2, "name", "not_a_name")),
        ([["text", "1 a", "甲"]], (2, "name", "not_a_name")),
        ([["text", "a", "甲", "count(${b}) > 1"]], (2, "relevant", "unsupported_relevance")),
        ([["text", "a", "甲", "x" * 10_000]], (2, "relevant", "unsupported_relevance")),
        ([["text", "a", "甲"], ["begin group", "g", "组"]], (3, "type", "group_not_ended")),
        ([["text", "a", '="甲"&"乙"']], (2, "label", "uncalculated")),
        ([["text", "a", "#REF!"]], (2, "label", "broken_formula")),
        ([["text", "a", "甲", "=A1"]], (2, "relevant", "uncalculated")),
    ],
)  # fmt: skip
def test_a_bad_question_is_refused_by_its_cell(plant, rows, expected):
    assert ("survey", *expected) in refused([HEAD, *rows])


def test_five_thousand_questions_and_a_list_without_end_are_refused(plant):
    many = [HEAD, *(["text", f"q{n}", "题"] for n in range(5_200))]
    assert refused(many) == [("survey", 5001, "", "too_many_rows")]
    assert ("survey", 202, "type", "too_many") in refused(many[:5_000])
    long = [LISTS[0], *(["ja", f"c{n}", "项"] for n in range(5_200))]
    assert ("choices", 5001, "", "too_many_rows") in refused([HEAD, ["select_one ja", "a", "甲"]], long)


def test_a_formula_in_the_choices_is_refused_and_a_sheet_of_its_own_is_passed_over(plant):
    lists = [LISTS[0], ["ja", "a", "=1+1"]]
    assert refused([HEAD, ["select_one ja", "x", "甲"]], lists)[0] == ("choices", 2, "label", "uncalculated")
    missing = [["list_name", "name"], ["ja", "a"]]
    assert ("choices", 2, "label", "no_label") in refused([HEAD, ["select_one ja", "x", "甲"]], missing)


def test_each_refusal_has_words_and_no_upload_ends_in_a_fault(client, plant):
    plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    list_page, new = reverse("grid:questionnaires"), reverse("grid:screening_new")
    bad = xlsform([HEAD, ["text", "a", "=A1"], ["hologram", "b", "乙"]], LISTS)
    html = client.post(list_page, {"file": SimpleUploadedFile("q.xlsx", bad)}).content.decode()
    assert "公式" in html and "不接受这种题型" in html and ">2<" in html and ">3<" in html
    for data in (b"", b"PK\x03\x04x", b"type,name,label\ntext,a,x\n", b"1" * 20_000_001, "type\t".encode("utf-16")):
        for address in (list_page, new):
            file = SimpleUploadedFile("q.xlsx", data)
            answer = client.post(address, {"title": "题", "kinds": ["employee"], "first_day": plant.today, "rounds": 1, "every_days": 1, "file": file})  # fmt: skip
            html = answer.content.decode()
            assert answer.status_code == 200 and any(mark in html for mark in ("db-note error", "db-err", "survey"))
    assert not Questionnaire.objects.exists()
