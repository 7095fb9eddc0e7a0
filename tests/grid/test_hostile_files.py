"""A laboratory's files as they come: every encoding, half a header, numbers cut off, twice, too large. Read right, or refused by the cell."""

import io
import re
import zipfile
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from diba.core.errors import BadInput
from diba.grid.actions import laboratory, screening
from diba.grid.models import Finding, LabFile, LabResult, Sample
from diba.plant.actions.importing import FileRefused
from diba.plant.models import Role, Task

from .screenings import HEADS, book, brought, campaign_of, target_of

DAY = "2020-02-14"
LONG = "20200214000012345"  # 17 digits: two more than a program of tables keeps


@pytest.fixture
def round(plant):
    round = campaign_of(plant, samples=True, items=None, kinds=("employee",))[1]
    for tube, name in (("T1", "陈立"), ("T2", "周文斌"), ("T3", "高建军")):
        tube_of(plant, round, name, tube)
    return round


def tube_of(plant, round, name, tube, **more):
    moment = plant.now - timedelta(hours=2)
    return laboratory.register(target_of(round.campaign, plant[name]), round, tube, taken_at=moment, **more)[0]


def read(data, round, name="l.csv"):
    return laboratory.dry_run(data.encode() if isinstance(data, str) else data, name, round)


def figures(file):
    return file.counts["matched"], file.counts["queued"], file.counts["repeated"]


def problems(file):
    return [(row.line.row, row.column, row.problem) for row in laboratory.rows_of(file)[0] if row.problem]


def saved(made):
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_every_encoding_and_every_mark_is_read_right(round, encoding, mark):
    rows = [HEADS, ["Ｔ１", "１０００", "陈 立", "阴性", "2020年2月14日"], ["t2", "", "周文斌", "未检出", DAY]]
    text = "\r\n".join(mark.join(row) for row in rows)
    assert figures(read(text.encode(encoding), round)) == (2, 0, 0)


def test_a_remark_full_of_commas_does_not_part_the_cells(round):
    text = "管号;结果;备注\nT1;阴性;复核,无异常,已盖章,归档\nT2;阴性;甲,乙,丙,丁\n"
    assert figures(read(text, round)) == (2, 0, 0)


def test_a_quotation_mark_that_is_not_closed_is_named_by_its_row(round):
    with pytest.raises(FileRefused, match="第 3 行"):
        read('管号,结果\nT1,阴性\nT2,"阴性\nT3,阴性\n', round)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.csv"), ("管号,结果\nT1,阴性".encode("utf-16-le"), "a.csv"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900, "a.xls"),
        (b"PK\x03\x04" + b"x" * 99, "a.xlsx"), (b"%PDF-1.4 x", "a.xlsx"), (b"\xff\xfe\x41", "a.csv"), (b"\x80\x80\xff", "a.csv"),
        (b"x" * 20_000_001, "a.csv"),
    ],
)  # fmt: skip
def test_what_is_no_table_gets_a_sentence(round, data, name):
    with pytest.raises(FileRefused):
        read(data, round, name)
    assert not LabFile.objects.exists()


@pytest.mark.parametrize("text", ["甲,乙\n1,2\n", "管号,结果\n"])
def test_no_columns_or_no_row_is_said(round, text):
    with pytest.raises(BadInput, match=r"no_lab_sheet|no_rows"):
        read(text, round)


def test_a_header_of_two_merged_rows_is_read(round):
    made = Workbook()
    sheet = made.active
    for row in (
        ["某某医院核酸检测报告"], ["序号", "样本", "", "受检人", "", "检测", ""], ["", "编号", "采样日期", "姓名", "工号", "结果", "日期"],
        [1, "T1", datetime(2020, 2, 14), "陈立", 1000, "阴性", datetime(2020, 2, 14, 9, 0)], [2, "T2", 43875, "周文斌", None, "阴性(-)", 43875.375],
        [3, "T3", "2020-02-14T07:00:00", "高建军", "", "阳性（ORF1ab Ct=31）", "2020年2月14日8时30分"],
    ):  # fmt: skip
        sheet.append(row)
    for area in ("A1:G1", "A2:A3", "B2:C2", "D2:E2", "F2:G2"):
        sheet.merge_cells(area)
    file = read(saved(made), round, "l.xlsx")
    assert figures(file) == (3, 0, 0), problems(file)
    assert [row.outcome for row in laboratory.rows_of(file)[0]] == ["negative", "negative", "positive"]


def test_a_formula_without_a_value_is_named_and_one_with_a_value_is_read(round):
    rows = [["T1", "", "", '="阴"&"性"', DAY], ["=A2", "1001", "周文斌", "阴性", DAY], ["T3", "", "", "#REF!", DAY]]
    file = read(book(rows), round, "l.xlsx")
    assert problems(file) == [(2, "检测结果", "uncalculated"), (3, "样本编号", "uncalculated"), (4, "检测结果", "broken_formula")]  # fmt: skip
    calculated = '<c r="D2" t="str"><f>1</f><v>阴性</v></c>'.encode()
    with zipfile.ZipFile(io.BytesIO(book([["T1", "", "", "=1", DAY]]))) as whole:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in whole.namelist():
                text = whole.read(name)
                if name.endswith("sheet1.xml"):
                    text, n = re.subn(rb'<c r="D2"[^>]*><f>1</f><v ?/?>(</v>)?</c>', calculated, text)
                    assert n == 1
                archive.writestr(name, text)
    assert figures(read(out.getvalue(), round, "l.xlsx")) == (1, 0, 0)


@pytest.mark.parametrize("cell", [float(LONG), int(LONG), "2.02E+16"])
def test_a_tube_whose_last_digits_are_gone_is_nobodys(plant, round, cell):
    tube_of(plant, round, "郭峰", LONG)
    file = read(book([[cell, "", "", "阴性", DAY]]), round, "l.xlsx")
    assert problems(file) == [(2, "样本编号", "code_rounded")]
    assert figures(read(book([[LONG, "", "", "阴性", DAY]]), round, "l.xlsx")) == (1, 0, 0)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("阴性（Ct>40）", "negative"), ("阴性(未检出)", "negative"), ("阳性(+)", "positive"), ("弱阳性(+)", "unclear"), ("新冠病毒核酸检测结果：阴性", "negative"),
        ("阴性(待复检)", None), ("阳性(复检阴性)", None), ("阳性(-)", None), ("阴性/阳性", None), ("0", None),
    ],
)  # fmt: skip
def test_brackets_behind_a_result_are_not_passed_over_when_they_say_something_else(round, said, meant):
    [row] = laboratory.rows_of(read(book([["T1", "", "", said, DAY]]), round, "l.xlsx"))[0]
    assert (row.problem, row.outcome) == (("", meant) if meant else ("unknown_result", ""))


def test_a_second_column_of_results_that_says_otherwise_is_put_before_somebody(round):
    text = f"管号,初检结果,复检结果,报告日期\nT1,阳性,阴性,{DAY}\nT2,阴性,阴性,{DAY}\nT3,阴性,,{DAY}\n"
    file = read(text, round)
    assert (figures(file), problems(file)) == ((2, 1, 0), [(2, "复检结果", "two_results")])


def test_nothing_of_a_file_is_lost_a_sheet_that_is_not_read_is_named(client, plant, round):
    made = load_workbook(
        io.BytesIO(book([["T1", "", "", "阴性", DAY, "溶血", "110101199003070003"]], [*HEADS, "备注", "证明"]))
    )
    made.create_sheet("外协").append(["谁", "怎样"])
    made["外协"].append(["张三", "阳性"])
    file = read(saved(made), round, "l.xlsx")
    plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    html = client.get(reverse("grid:lab", args=[file.pk])).content.decode()
    assert "外协" in html and "备注" in html
    assert laboratory.confirm(file)
    assert LabResult.objects.get().line == {
        "样本编号": "T1",
        "检测结果": "阴性",
        "检测日期": DAY,
        "备注": "溶血",
        "证明": "…0003",
    }


def test_a_tube_twice_in_a_file_counts_once_or_not_at_all(round):
    rows = [["T1", "", "", "阴性", DAY], ["ｔ1 ", "1000", "", "阴性", DAY], ["T2", "", "", "阴性", DAY], ["T2", "1001", "周文斌", "可疑", DAY], ["T3", "1000", "", "阴性", DAY]]  # fmt: skip
    file = read(book(rows), round, "l.xlsx")
    assert problems(file) == [(3, "", "repeated"), (4, "检测结果", "conflict"), (5, "检测结果", "conflict"), (6, "工号", "another_number")]  # fmt: skip


def test_a_file_read_in_two_windows_is_written_once(round):
    data = book([["T1", "", "", "阴性", DAY], ["T9", "", "", "阴性", DAY]])
    first, second = read(data, round, "l.xlsx"), read(data, round, "l.xlsx")
    assert laboratory.confirm(first)
    with pytest.raises(BadInput, match="file_twice"):
        laboratory.confirm(second)
    assert LabResult.objects.count() == 2 and laboratory.drop(second)


def test_a_tube_of_another_screening_is_named_as_that(plant, round):
    other = campaign_of(plant, samples=True, items=None, kinds=("employee",))[1]
    tube_of(plant, other, "郭峰", "X1")
    rows = [["X1", "", "", "阳性", DAY], ["X1", "1004", "郭峰", "阳性", DAY], ["X2", "", "", "阴性", DAY]]
    assert problems(read(book(rows), round, "l.xlsx")) == [
        (2, "样本编号", "other_campaign"), (3, "样本编号", "other_campaign"), (4, "样本编号", "unknown_tube"),
    ]  # fmt: skip


def test_a_row_of_a_mixed_tube_that_is_assigned_by_hand_calls_nobody_positive(plant, round):
    for name in ("林涛", "刘洋"):
        tube_of(plant, round, name, "H1", pooled=True)
    rows = [["H1", "", "", "阳性", DAY], ["H1", "", "", "阴性", DAY], ["H1", "1004", "郭峰", "阳性", DAY]]
    file = brought(rows, round)
    for row in laboratory.queue_of(file):
        laboratory.assign(row, row.target, Finding.POSITIVE, "照化验单", by=plant.account("刘敏"))
    assert {str(row.outcome) for row in file.results.all()} == {"unclear"}
    assert not file.results.filter(usable=True).exists()
    assert not Task.objects.filter(key__startswith="lab:", urgent=True).exists()
    assert len(screening.standing(round.campaign, round).tested) == 0


def test_a_hundred_megabytes_are_refused_and_never_held(client, plant, round):
    plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    file = SimpleUploadedFile("大.csv", b"1" * 100_000_000)
    answer = client.post(reverse("grid:lab_new", args=[round.pk]), {"do": "results", "file": file}, follow=True)
    assert "20 MB" in answer.content.decode() and not LabFile.objects.exists()


def packed(**changed):
    """Return a workbook whose parts are changed: {what the name ends with: (old, new)}."""
    out = io.BytesIO()
    data = book([["T1", "", "", "阴性", DAY]])
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in whole.namelist():
            text = whole.read(name)
            for end, (old, new) in changed.items():
                if name.endswith(f"{end}.xml"):
                    assert old in text
                    text = text.replace(old, new)
            archive.writestr(name, text)
    return out.getvalue()


MERGED = b'</sheetData><mergeCells count="1"><mergeCell ref="A3:XFD1048576"/></mergeCells>'
BOMBS = {
    "merged": packed(sheet1=(b"</sheetData>", MERGED)),
    "wide": packed(sheet1=(b"</sheetData>", b"</sheetData>" + b" " * 60_000_000)),
    "again": packed(workbook=(b"</sheets>", b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>' % (n, n + 9) for n in range(999)) + b"</sheets>")),
}  # fmt: skip


@pytest.mark.parametrize("bomb", list(BOMBS))
def test_a_small_file_that_unfolds_without_end_is_refused_at_once(round, bomb):
    with pytest.raises(FileRefused):
        read(BOMBS[bomb], round, "l.xlsx")


def test_a_sheet_of_tubes_says_how_many_rows_it_did_not_take(client, plant, round):
    plant.signed_in(client, "刘敏", Role.HEALTH_OFFICER)
    rows = [[f"N{n}", "9999", "无此人"] for n in range(25)] + [["N30", "1003", "徐振华"]]
    file = SimpleUploadedFile("t.xlsx", book(rows, ["管号", "工号", "姓名"]))
    html = client.post(reverse("grid:lab_new", args=[round.pk]), {"do": "samples", "file": file}, follow=True).content.decode()  # fmt: skip
    assert "还有 5 行" in html and Sample.objects.filter(tube="N30").exists()


def test_sixty_thousand_tubes_are_more_than_a_database_takes_at_once_and_are_read(round):
    text = "管号,工号,姓名\n" + "".join(f"K{n},9999,无此人\n" for n in range(59_000))
    written, refused = laboratory.register_sheet(text.encode(), "t.csv", round)
    assert (written, len(refused)) == (0, 59_000)
