"""A questionnaire built item by item: what hangs together stays so, and written as an XLSForm it reads back the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diba.core.errors import BadInput
from diba.core.questions import (
    MOST,
    arranged,
    as_items,
    as_sheets,
    depth_of,
    doubled,
    faults_of,
    free_name,
    from_sheets,
    moved,
    put,
    removed,
)

ITEMS = as_items([
    {"name": "fever", "kind": "yesno", "zh": "发热？"},
    {"name": "more", "kind": "section", "zh": "详细", "when": [[["fever", "=", "yes"]]]},
    {"name": "degrees", "kind": "decimal", "zh": "体温", "low": "34", "high": "43", "message": "34 至 43", "within": "more"},
    {"name": "where", "kind": "one", "zh": "哪里", "choices": [{"name": "a", "zh": "甲", "en": ""}], "within": "more"},
    {"name": "last", "kind": "text", "zh": "其他"},
])  # fmt: skip


def names(items):
    return [item["name"] for item in items]


def read_back(items):
    lines = [(name, list(enumerate(rows, 1))) for name, rows in as_sheets(items, "题").items()]
    form, refusals = from_sheets(lines)
    return {**form, "items": as_items(form["items"])}, refusals


def test_a_section_moves_with_what_lies_in_it():
    found = moved(ITEMS, "more", 1)
    assert names(found) == ["fever", "last", "more", "degrees", "where"] and names(moved(found, "more", 1)) == names(
        found
    )
    assert names(moved(found, "more", -1)) == names(ITEMS)
    assert names(moved(ITEMS, "where", -1)) == ["fever", "more", "where", "degrees", "last"]
    assert names(moved(ITEMS, "degrees", -1)) == names(ITEMS)


def test_nothing_passes_the_question_it_hangs_on():
    for name, step in (("fever", 1), ("more", -1)):
        with pytest.raises(BadInput) as error:
            moved(ITEMS, name, step)
        assert (error.value.reason, error.value.value) == ("asked_later", "fever")


def test_a_question_on_which_others_hang_is_not_taken_out_and_a_section_leaves_its_questions():
    with pytest.raises(BadInput) as error:
        removed(ITEMS, "fever")
    assert (error.value.reason, error.value.value) == ("hung_on", "more")
    found = removed(ITEMS, "more")
    assert names(found) == ["fever", "degrees", "where", "last"] and set(depth_of(found).values()) == {0}
    with pytest.raises(BadInput):
        removed(ITEMS, "nobody")


def test_a_new_name_is_written_wherever_the_old_one_stood():
    found = put(ITEMS, {**ITEMS[0], "name": "heat"}, name="fever")
    found = put(found, {**found[1], "name": "group"}, name="more")
    assert found[1]["when"] == [[["heat", "=", "yes"]]] and depth_of(found)["degrees"] == 1
    assert faults_of(found) == []


def test_a_copy_stands_behind_its_original_under_a_free_name():
    found, name = doubled(ITEMS, "degrees")
    assert (name, names(found)[3], found[3]["zh"]) == ("degrees_1", "degrees_1", "体温")
    assert doubled(found, "degrees")[1] == "degrees_2" and free_name(found) == "q1"
    assert faults_of(found) == []


def test_more_questions_than_a_phone_takes_are_refused():
    full = [{"name": f"x{n}", "kind": "text", "zh": "？"} for n in range(MOST)]
    with pytest.raises(BadInput) as error:
        put(full, {"name": "y", "kind": "text", "zh": "？"})
    assert error.value.reason == "too_many"


def test_an_item_is_put_behind_a_section_and_into_one():
    item = {"name": "new", "kind": "text", "zh": "新"}
    assert names(put(ITEMS, item, after="more")) == ["fever", "more", "degrees", "where", "new", "last"]
    assert names(put(ITEMS, {**item, "within": "more"})) == ["fever", "more", "degrees", "where", "new", "last"]
    assert names(put(ITEMS, item)) == [*names(ITEMS), "new"]


def test_written_as_an_xlsform_it_reads_back_the_same():
    assert read_back(ITEMS) == ({"title": "题", "items": ITEMS}, [])


words = st.text("甲乙 and?(){}=<>'1a", min_size=1, max_size=12).map(lambda text: " ".join(text.split()) or "甲")
values = st.text("甲a1=<> or", max_size=8).map(lambda text: " ".join(text.split()))


@st.composite
def questionnaires(draw):
    items, sections = [], [""]
    for number in range(draw(st.integers(1, 7))):
        kind = draw(
            st.sampled_from(["text", "integer", "decimal", "date", "one", "several", "yesno", "note", "section"])
        )
        item = {"name": f"q{number}", "kind": kind, "zh": draw(words), "en": draw(st.sampled_from(["", "What?"])),
                "hint": draw(st.sampled_from(["", "提示"])), "required": draw(st.booleans()),
                "within": draw(st.sampled_from(sections))}  # fmt: skip
        if kind in ("one", "several"):
            item["choices"] = [{"name": f"c{n}", "zh": draw(words), "en": ""} for n in range(draw(st.integers(1, 3)))]
        if kind in ("integer", "decimal"):
            item |= {
                "low": draw(st.sampled_from(["", "-3"])),
                "high": draw(st.sampled_from(["", "40"])),
                "message": "界外",
            }
        if kind == "date":
            item["low"] = draw(st.sampled_from(["", "2020-01-23"]))
        earlier = [row for row in items if row["kind"] not in ("note", "section")]
        if earlier and draw(st.booleans()):
            item["when"] = draw(st.lists(st.lists(conditions(earlier), min_size=1, max_size=2), min_size=1, max_size=2))
        items.append(item)
        if kind == "section":
            sections.append(item["name"])
    return arranged(as_items(items))


@st.composite
def conditions(draw, earlier):
    item = draw(st.sampled_from(earlier))
    kind = item["kind"]
    if kind == "several":
        return [item["name"], draw(st.sampled_from(["has", "has not"])), "c0"]
    value = {"one": "c0", "yesno": "no", "text": draw(values), "date": "2020-02-01"}.get(kind, draw(st.sampled_from(["4", "-1.5" if kind == "decimal" else "12"])))  # fmt: skip
    return [item["name"], draw(st.sampled_from(["=", "!=", ">="] if kind in ("integer", "decimal", "date") else ["=", "!="])), value]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(questionnaires())
def test_whatever_can_be_built_reads_back_the_same(items):
    if [fault for fault in faults_of(items) if fault.reason != "no_question"]:
        return
    found, refusals = read_back(items)
    if all(item["kind"] in ("note", "section") for item in items):
        assert [row.reason for row in refusals] == ["no_question"]
    else:
        assert refusals == [] and found["items"] == items
