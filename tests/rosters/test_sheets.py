"""A roster goes out as a workbook and comes back edited: differences, rules, nonsense named by its cell, one edit to undo."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from diba.core.errors import BadInput
from diba.plant.actions import clock, importing
from diba.plant.models import Role
from diba.rosters import actions as rosters
from diba.rosters.actions import sheet_edits
from diba.rosters.models import Edit, Roster, SheetUpload
from diba.rosters.sheets import roster_csv, roster_xlsx

from .plans import by_rotation


def edited(roster, change):
    """Return an exported workbook's bytes after `change(sheet)`."""
    book = load_workbook(io.BytesIO(roster_xlsx(roster)))
    change(book["班表"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(sheet, name):
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 2).value == name)


def off_day(roster, person):
    """Return (column, day) of a person's first day off after tomorrow."""
    worked = set(roster.duties.filter(person=person).values_list("day", flat=True))
    day = next(d for n in range(2, roster.days) if (d := roster.first_day + timedelta(days=n)) not in worked)
    return 3 + (day - roster.first_day).days, day


def test_an_untouched_export_changes_nothing(plant, draft, planner):
    for data, name in ((roster_xlsx(draft), "班表.xlsx"), (roster_csv(draft), "班表.csv")):
        upload = rosters.take_sheet(draft, data, name, by=planner)
        assert (upload.cells, upload.refused["faults"], upload.known) == ([], [], True)


def test_what_the_office_changed_is_shown_and_written_as_one_edit_that_undo_takes_back(plant, draft, planner):
    chen = plant["陈立"]
    column, day = off_day(draft, chen)
    duty = draft.duties.filter(person=plant["王海涛"], day__gt=day)[0]

    def change(sheet):
        sheet.cell(row_of(sheet, "陈立"), column).value = "夜 值长"
        sheet.cell(row_of(sheet, "王海涛"), 3 + (duty.day - draft.first_day).days).value = "休"

    before = set(draft.duties.values_list("person", "day", "watch", "post"))
    upload = rosters.take_sheet(draft, edited(draft, change), "班表.xlsx", by=planner)
    assert {(row[0], row[1]) for row in upload.cells} == {(chen.pk, str(day)), (duty.person_id, str(duty.day))}
    assert set(draft.duties.values_list("person", "day", "watch", "post")) == before
    words = " ".join(conflict.words for conflict in rosters.new_conflicts(upload))
    assert f"{duty.day:%m-%d}" in words and "差 1 人" in words
    assert rosters.confirm_sheet(upload, by=planner) == draft
    assert draft.duties.get(person=chen, day=day).watch.code == "夜"
    assert not draft.duties.filter(person=duty.person_id, day=duty.day).exists()
    assert rosters.confirm_sheet(upload, by=planner) is None
    rosters.undo(draft, by=planner, version=1)
    assert set(draft.duties.values_list("person", "day", "watch", "post")) == before
    assert Edit.objects.get(number=1).kind == Edit.Kind.SHEET


def test_nonsense_is_named_by_sheet_row_and_cell_and_the_rest_is_still_taken(plant, draft, planner):
    column, day = off_day(draft, plant["陈立"])

    def change(sheet):
        row = row_of(sheet, "陈立")
        sheet.cell(row, column).value = "早 值长"
        sheet.cell(row, column + 1).value = "大夜 值长"
        sheet.cell(row_of(sheet, "周文斌"), 4).value = "早 厨师"
        sheet.cell(row_of(sheet, "高建军"), 1).value = "9999"
        sheet.cell(row_of(sheet, "郭峰"), 2).value = "徐振华"
        sheet.cell(1, 5).value = "备注"

    upload = rosters.take_sheet(draft, edited(draft, change), "班表.xlsx", by=planner)
    told = {(fault["column"] + str(fault["row"]), fault["value"]) for fault in upload.refused["faults"]}
    assert {value for _cell, value in told} >= {"大夜 值长", "早 厨师", "9999", "徐振华", "备注"}
    assert ("E1", "备注") in told
    assert [row[1] for row in upload.cells] == [str(day)]


def test_a_stale_file_takes_only_what_the_office_changed(plant, draft, planner):
    """Exported at version 0; the planner then edits two cells, one of which the office edits too."""
    chen, zhou = plant["陈立"], plant["周文斌"]
    column, day = off_day(draft, chen)
    mine = draft.duties.filter(person=zhou, day__gt=day)[0]

    def change(sheet):
        sheet.cell(row_of(sheet, "陈立"), column).value = "早 值长"
        sheet.cell(row_of(sheet, "周文斌"), 3 + (mine.day - draft.first_day).days).value = (
            "中 值长" if mine.watch.code != "中" else "早 值长"
        )

    data = edited(draft, change)
    other = draft.duties.filter(person=plant["高建军"], day__gt=day)[0]
    rosters.edit(draft, {(mine.person_id, mine.day): None, (other.person_id, other.day): None}, by=planner, version=0)
    upload = rosters.take_sheet(draft, data, "班表.xlsx", by=planner)
    assert [(row[0], row[1]) for row in upload.cells] == [(chen.pk, str(day))]
    assert [(row[0], row[1]) for row in upload.refused["crossed"]] == [(zhou.pk, str(mine.day))]
    rosters.confirm_sheet(upload, by=planner)
    assert not draft.duties.filter(person=other.person_id, day=other.day).exists()


def test_a_draft_edited_after_the_file_was_read_is_not_overwritten(plant, draft, planner):
    chen = plant["陈立"]
    column, day = off_day(draft, chen)
    data = edited(draft, lambda sheet: setattr(sheet.cell(row_of(sheet, "陈立"), column), "value", "早 值长"))
    upload = rosters.take_sheet(draft, data, "班表.xlsx", by=planner)
    some = draft.duties.first()
    rosters.edit(draft, {(chen.pk, day): rosters.Place(some.watch_id, some.post_id)}, by=planner, version=0)
    with pytest.raises(rosters.Crossed):
        rosters.confirm_sheet(upload, by=planner)
    upload.refresh_from_db()
    assert upload.state == SheetUpload.State.READ


def test_a_published_roster_stays_and_a_draft_takes_the_changes(plant, planner):
    roster = by_rotation(plant, planner)
    column, day = off_day(roster, plant["陈立"])
    data = edited(roster, lambda sheet: setattr(sheet.cell(row_of(sheet, "陈立"), column), "value", "早 值长"))
    draft = rosters.confirm_sheet(rosters.take_sheet(roster, data, "班表.xlsx", by=planner), by=planner)
    assert (draft.state, draft.revises) == (Roster.State.DRAFT, roster)
    assert draft.duties.filter(person=plant["陈立"], day=day).exists()
    assert not roster.duties.filter(person=plant["陈立"], day=day).exists()


def test_another_rosters_file_and_files_that_are_no_roster_are_refused(plant, draft, planner):
    other = by_rotation(plant, planner, publish=False)
    with pytest.raises(BadInput) as refused:
        rosters.take_sheet(draft, roster_xlsx(other), "班表.xlsx", by=planner)
    assert refused.value.value == other.pk
    for data in (b"", b"x,y\n1,2\n", b"PK\x03\x04garbage"):
        with pytest.raises(importing.FileRefused):
            rosters.take_sheet(draft, data, "a.xlsx" if data[:2] == b"PK" else "a.csv", by=planner)
    assert SheetUpload.objects.count() == 0


def test_a_nul_far_down_in_a_csv_is_refused_with_words_not_looked_up(plant, draft, planner, client):
    head, *rest = roster_csv(draft).splitlines(keepends=True)
    file = io.BytesIO(head + rest[0] * (5000 // len(rest[0]) + 1) + b"9\x009" + rest[-1])
    file.name = "班表.csv"
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    answer = client.post(reverse("rosters:sheet", args=[draft.pk]), {"file": file})
    assert answer.status_code == 400 and 'aria-invalid="true"' in answer.content.decode()
    assert SheetUpload.objects.count() == 0


def test_the_pages_show_differences_and_faults_before_anything_is_written(plant, draft, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    column, day = off_day(draft, plant["陈立"])

    def change(sheet):
        sheet.cell(row_of(sheet, "陈立"), column).value = "早 值长"
        sheet.cell(row_of(sheet, "周文斌"), 4).value = "=1+1"

    file = io.BytesIO(edited(draft, change))
    file.name = "班表.xlsx"
    response = client.post(reverse("rosters:sheet", args=[draft.pk]), {"file": file})
    page = client.get(response["Location"]).content.decode()
    assert "陈立" in page and f"{day:%m-%d}" in page and "早班 值长" in page
    assert not draft.duties.filter(person=plant["陈立"], day=day).exists()
    upload = SheetUpload.objects.get()
    client.post(reverse("rosters:sheet_confirm", args=[upload.pk]))
    assert draft.duties.filter(person=plant["陈立"], day=day).exists()
    bad = io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000)
    bad.name = "a.xls"
    answer = client.post(reverse("rosters:sheet", args=[draft.pk]), {"file": bad})
    assert answer.status_code == 400 and "xlsx" in answer.content.decode()


def test_a_file_of_five_weeks_names_every_day_in_full_and_once(plant, planner):
    long = by_rotation(plant, planner, days=35, publish=False)
    heads = list(load_workbook(io.BytesIO(roster_xlsx(long)))["班表"][1])[2:-1]
    assert {cell.number_format for cell in heads} == {"yyyy-mm-dd"}
    assert [cell.value.date() for cell in heads] == [long.first_day + timedelta(days=n) for n in range(35)]
    upload = rosters.take_sheet(long, roster_xlsx(long), "班表.xlsx", by=planner)
    assert (upload.cells, upload.refused["faults"]) == ([], [])


@pytest.mark.parametrize("shown", ["%m-%d", "%m/%d", "%-m月%-d日", "%-d"])
def test_older_headings_are_still_read_over_a_month_end(plant, planner, shown):
    """Days by number alone repeat over a month end: they count in their order when the whole row fits the roster."""
    long = by_rotation(plant, planner, days=35, publish=False)

    def change(sheet):
        for cell in sheet[1][2:-1]:
            cell.value = cell.value.strftime(shown)

    upload = rosters.take_sheet(long, edited(long, change), "班表.xlsx", by=planner)
    assert (upload.cells, upload.refused["faults"]) == ([], [])


def test_days_by_number_that_do_not_fit_are_named_and_not_guessed(plant, planner):
    long = by_rotation(plant, planner, days=35, publish=False)

    def change(sheet):
        for cell in sheet[1][2:-1]:
            cell.value = cell.value.strftime("%-d")
        sheet.delete_cols(5)

    upload = rosters.take_sheet(long, edited(long, change), "班表.xlsx", by=planner)
    assert upload.cells == [] and upload.refused["faults_count"] == 34


def test_a_day_that_stands_twice_and_a_post_that_is_none_are_named_by_their_cells(plant, draft, planner):
    def change(sheet):
        sheet["F1"] = sheet["E1"].value
        sheet.cell(row_of(sheet, "陈立"), 7).value = "早 不存在的岗"

    upload = rosters.take_sheet(draft, edited(draft, change), "班表.xlsx", by=planner)
    faults = {f"{fault['column']}{fault['row']}": fault["words"] for fault in upload.refused["faults"]}
    assert "E1、F1" in faults["E1"] and "E1、F1" in faults["F1"]
    assert any("没有“不存在的岗”这个岗位" in words for cell, words in faults.items() if cell.startswith("G"))


def test_a_file_that_changes_more_than_one_edit_takes_is_refused_with_the_numbers(
    plant, draft, planner, client, monkeypatch
):
    monkeypatch.setattr(sheet_edits, "MOST", 3)

    def change(sheet):
        for name in ("陈立", "周文斌"):
            for column in range(5, 9):
                sheet.cell(row_of(sheet, name), column).value = "早 值长"

    data = edited(draft, change)
    changed = 8 - sum(
        (duty.watch.code, duty.post.code) == ("早", "zhizhang")
        for duty in draft.duties.filter(person__name__in=["陈立", "周文斌"], day__range=(plant.today + timedelta(days=2), plant.today + timedelta(days=5)))
    )  # fmt: skip
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    file = SimpleUploadedFile("班表.xlsx", data)
    page = client.post(reverse("rosters:sheet", args=[draft.pk]), {"file": file})
    assert page.status_code == 400 and f"这个文件改 {changed} 格，一次最多改 3 格" in page.content.decode()
    assert not SheetUpload.objects.exists()


def test_what_is_left_as_it_is_is_counted_whole(plant, draft, planner, client, monkeypatch):
    monkeypatch.setattr(sheet_edits, "KEPT", 2)
    day = plant.today + timedelta(days=2)

    def change(sheet):
        for name in ("陈立", "周文斌", "高建军"):
            sheet.cell(row_of(sheet, name), 5).value = None if stood[name] else "早 值长"

    stood = {name: draft.duties.filter(person__name=name, day=day).exists() for name in ("陈立", "周文斌", "高建军")}
    data = edited(draft, change)
    with clock.at(plant.now + timedelta(days=3)):
        upload = rosters.take_sheet(draft, data, "班表.xlsx", by=planner)
        assert (upload.refused["past_count"], len(upload.refused["past"])) == (3, 2)
        client = plant.signed_in(client, "刘敏", Role.PLANNER)
        page = client.get(reverse("rosters:sheet_review", args=[upload.pk])).content.decode()
        assert "共 3 格，列出前 2 格" in page
