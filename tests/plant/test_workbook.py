"""Reading messy workbooks: what is recognised, what is refused and why."""

import io
import zipfile
from datetime import date, datetime, time

import pytest

from diba.plant.workbook import Refused, dates, oneline, read, values

from .books import person_id, xlsx

TODAY = date(2020, 2, 14)


def staff(rows, name="职工", **more):
    return read(xlsx({name: rows}, **more), "a.xlsx", TODAY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2020年2月14日", date(2020, 2, 14)), ("2020.2.14", date(2020, 2, 14)), ("20200214", date(2020, 2, 14)), ("２０２０－０２－１４", date(2020, 2, 14)),
        ("2020/2/14", date(2020, 2, 14)), (43875, date(2020, 2, 14)), (43875.0, date(2020, 2, 14)), (datetime(2020, 2, 14), date(2020, 2, 14)),
        ("2020-02-14 00:00:00", date(2020, 2, 14)), ("", None), (None, None), ("长期", None),
    ],
)  # fmt: skip
def test_dates_in_every_dress(typed, meant):
    assert dates.day(typed) == meant


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("2020-02-14 8:30", "08:30"), ("2020-02-14T08:30:00+08:00", "08:30"), ("2020年2月14日8时30分", "08:30"), ("2020年2月14日 下午2时", "14:00"),
        ("２０２０/２/１４ ０８：３０：００", "08:30"), (43875.354166667, "08:30"), ("43875.354166667", "08:30"), ("20200214083000", "08:30"),
        (datetime(2020, 2, 14, 8, 30), "08:30"), ("2020-02-14", ""), (43875, ""),
    ],
)  # fmt: skip
def test_moments_in_every_dress(typed, hour):
    assert dates.moment(typed) == (date(2020, 2, 14), hour)


@pytest.mark.parametrize(
    "typed", ["8:30", time(8, 30), "2020-02-13T23:30:00Z", "2020-02-14 25:00", "2020-02-14 8:30 至 9:00"]
)
def test_what_is_no_moment_is_not_guessed(typed):
    with pytest.raises(values.Unreadable):
        dates.moment(typed)


@pytest.mark.parametrize("typed", ["2020-02-30", "昨天", "2/3/2020", "99999999"])
def test_what_is_no_date_is_not_guessed(typed):
    with pytest.raises(values.Unreadable):
        dates.day(typed)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("2005.12", 12), ("2005/12", 12), ("2005-11", 11), ("2005年10月", 10), ("2005.10", 10), ("2005.03", 3), ("2005.9", 9), (2005.12, 12), (2005.09, 9),
        ("２００５．１２", 12), ("200512", 12), (200502, 2), ("2005-1", 1), ("2005年1月份", 1),
    ],
)  # fmt: skip
def test_a_month_without_a_day_is_a_month_and_never_a_wrong_day(typed, month):
    found = dates.month_or_day(typed)
    assert isinstance(found, dates.Month) and found == date(2005, month, 1)
    with pytest.raises(values.Unreadable, match="no_day"):
        dates.day(typed)


@pytest.mark.parametrize("typed", ["2005.1", 2005.1])
def test_a_month_that_may_have_lost_its_zero_is_refused(typed):
    """Excel keeps 2005.10 as 2005.1: January or October, nobody can tell."""
    for read_it in (dates.day, dates.month_or_day, dates.last_day):
        with pytest.raises(values.Unreadable, match="lost_zero"):
            read_it(typed)


@pytest.mark.parametrize("typed", ["1850-01-01", "2101-01-01", datetime(9999, 12, 31), 99999])
def test_a_date_of_another_century_is_refused(typed):
    with pytest.raises(values.Unreadable, match="date_out_of_range"):
        dates.day(typed)


@pytest.mark.parametrize("typed", ["8:75", "25:00", "24:30", "半夜"])
def test_what_is_no_time_of_day_is_refused(typed):
    with pytest.raises(values.Unreadable, match="not_a_time"):
        dates.clock(typed)


def test_a_time_just_before_midnight_does_not_become_twenty_four_hours():
    assert [dates.clock(v) for v in (0.99999, "24:00", "7点", "22：05", time(6))] == [
        "00:00",
        "00:00",
        "07:00",
        "22:05",
        "06:00",
    ]


NUMBERS = {
    "minimum": ("岗位", ["岗位", "每班人数", "级别"], ["值长", None, 1], "not_a_minimum"),
    "tier": ("岗位", ["岗位", "级别", "每班人数"], ["值长", None, 1], "not_a_tier"),
    "minutes": ("班次", ["班次", "时长", "开始时间"], ["早班", None, "06:00"], "not_a_length"),
}


@pytest.mark.parametrize("typed", [1e30, 70000, "9" * 5000, "-1", -3, float("inf"), "1e999", 100_000_000_000])
@pytest.mark.parametrize("column", NUMBERS)
def test_a_number_out_of_range_is_refused_with_its_place(column, typed):
    sheet, head, row, reason = NUMBERS[column]
    row = [row[0], typed if typed != float("inf") else "inf", row[2]]
    reading = read(xlsx({sheet: [head, row]}), "a.xlsx", TODAY)
    assert [(r.sheet, r.row, r.column, r.reason) for r in reading.refusals] == [(sheet, 2, head[1], reason)]
    assert reading.drafts == []


@pytest.mark.parametrize("typed", [float("inf"), float("nan"), 1e300, "1e999", "9" * 5000])
def test_a_phone_that_is_no_number_is_refused(typed):
    with pytest.raises(values.Unreadable, match="not_a_phone"):
        values.phone(typed)


def test_a_month_of_birth_agrees_with_the_identity_number_that_has_the_day():
    reading = staff(
        [
            ["工号", "姓名", "身份证号", "出生年月"],
            ["1", "陈立", person_id(), "1985.03"],
            ["2", "周文斌", person_id(order="432"), "1985.04"],
        ]
    )
    assert [(d.values["name"], d.values["birth"]) for d in reading.drafts] == [("陈立", date(1985, 3, 2))]
    assert [refusal.reason for refusal in reading.refusals] == ["birth_contradicts"]


@pytest.mark.parametrize("typed", ["75.1.1", "75-01-01", "75年1月1日", "７５．１．１", "750101", 750101])
def test_a_day_of_birth_without_its_century_is_read_where_the_identity_number_of_15_digits_agrees(typed):
    head = ["工号", "姓名", "出生日期", "身份证号"]
    [draft] = staff([head, ["1", "陈立", typed, "110101750101431"]]).drafts
    assert draft.values["birth"] == date(1975, 1, 1)


@pytest.mark.parametrize(
    ("typed", "identity", "reason"),
    [
        ("75.1.2", "110101750101431", "birth_contradicts"),
        ("75.1.1", "", "not_a_date"),
        ("75.1.1", "110101751301431", "not_a_date"),
        ("75.1.1", None, "not_a_date"),
    ],
)
def test_a_day_of_birth_without_its_century_is_refused_where_no_identity_number_says_it(typed, identity, reason):
    rows = [["工号", "姓名", "出生日期", "身份证号"], ["1", "陈立", typed, identity]]
    if identity is None:
        rows = [row[:3] for row in rows]
    reading = staff(rows)
    assert not reading.drafts and reading.refusals[0].reason == reason
    assert (reading.refusals[0].column, reading.refusals[0].value) == ("出生日期", typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2020年6月", date(2020, 6, 30)),
        ("2023年底", date(2023, 12, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2021", date(2021, 12, 31)),
    ],
)
def test_an_end_in_words_is_its_last_day(typed, meant):
    assert dates.last_day(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        13893211234,
        13893211234.0,
        "1.3893211234E10",
        "138 9321 1234",
        "+86 138-9321-1234",
        "１３８９３２１１２３４",
        "008613893211234",
    ],
)
def test_phones_as_they_are_typed(typed):
    assert values.phone(typed) == "13893211234"


def test_identity_numbers():
    number = person_id()
    assert values.identity(f" {number[:6]} {number[6:].lower()} ") == number
    old = number[:6] + number[8:17]
    assert values.identity_number(old) == number
    assert values.born(number) == (date(1985, 3, 2), "M")
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    for bad in (wrong, "123", 6.20102198503024e17):
        with pytest.raises(values.Unreadable):
            values.identity(bad)


def test_certificates_in_words():
    assert oneline.certificates("值长证 2023年6月到期；闸门操作 长期有效") == [
        ("值长证", date(2023, 6, 30)),
        ("闸门操作", None),
    ]
    assert oneline.certificates("主值班员证（有效期至2021-06-30）、继电保护证 至2026年底") == [
        ("主值班员证", date(2021, 6, 30)),
        ("继电保护证", date(2026, 12, 31)),
    ]
    assert oneline.certificates("无") == [] == oneline.certificates(None)


def test_a_family_in_one_cell():
    first, second, third = oneline.family("妻 王芳 1985-03-02 教师；子 张小明 8岁\n母亲：李秀英 13893211234", TODAY)
    assert (first["relation"], first["name"], first["birth"], first["sex"]) == ("妻", "王芳", date(1985, 3, 2), "F")
    assert (second["name"], second["birth"]) == ("张小明", date(2012, 1, 1))
    assert (third["name"], third["phone"]) == ("李秀英", "13893211234")
    with pytest.raises(values.Unreadable):
        oneline.family("家里人都好", TODAY)


def test_titles_merged_headers_repeats_totals_and_notes_are_told_apart():
    rows = [
        ["模拟电站职工花名册", None, None, None, None],
        ["制表日期：2020年2月1日", None, None, None, None],
        ["序号", "基本信息", None, "证书", None],
        [None, "工 号", "姓　名", "联系电话", "备注"],
        [1, "1001", "陈 立", 13893211234, None],
        [2, "1002", "周文斌", "13893211235", None],
        ["序号", "工 号", "姓　名", "联系电话", "备注"],
        [3, "1003", "高建军", None, None],
        ["合计", 3, None, None, None],
        ["填表人：刘敏", None, None, "审核：", None],
        ["注：本表每月更新一次，请各班组核对后报综合科。", None, None, None, None],
    ]
    reading = staff(rows, merges=[("职工", "A1:E1"), ("职工", "B3:C3"), ("职工", "A11:E11")])
    assert [draft.values["name"] for draft in reading.drafts] == ["陈立", "周文斌", "高建军"]
    assert [draft.values["staff_no"] for draft in reading.drafts] == ["1001", "1002", "1003"]
    assert reading.refusals == []


def test_english_headings_work():
    reading = staff(
        [
            ["Employee No.", "Full Name", "Gender", "Department", "Mobile"],
            ["7", "Ann Lee", "F", "Operations", "13893211234"],
        ],
        "Staff",
    )
    assert reading.drafts[0].values["name"] == "Ann Lee"
    assert reading.drafts[0].values["department"] == "Operations"


def test_a_wrong_cell_is_named_with_its_place_and_an_identity_number_is_masked():
    number = person_id()
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    reading = staff(
        [
            ["工号", "姓名", "身份证号", "手机"],
            ["1", "陈立", wrong, "13893211234"],
            ["2", "周文斌", "", "打电话问"],
            ["3", "", "", ""],
        ]
    )
    found = [(refusal.row, refusal.column, refusal.reason) for refusal in reading.refusals]
    assert found == [(2, "身份证号", "not_an_identity"), (3, "手机", "not_a_phone"), (4, "姓名", "missing")]
    assert wrong not in repr(reading.refusals)
    assert reading.drafts == []


def test_unknown_columns_are_asked_about_and_remembered():
    data = xlsx({"职工": [["工号", "姓名", "绰号"], ["1", "陈立", "老陈"]]})
    reading = read(data, "a.xlsx", TODAY)
    assert reading.unknown == [("staff", "职工", "绰号")]
    reading = read(data, "a.xlsx", TODAY, {("staff", "绰号"): "note"})
    assert (reading.unknown, reading.drafts[0].values["note"]) == ([], "老陈")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_any_usual_encoding_and_delimiter(encoding, mark):
    text = f"工号{mark}姓名{mark}手机\n1{mark}陈立{mark}13893211234\n"
    assert read(text.encode(encoding), "a.csv", TODAY).drafts[0].values["name"] == "陈立"


def test_text_that_looks_like_a_formula_stays_text():
    reading = read("工号,姓名,备注\n1,陈立,\"=cmd|' /C calc'!A0\"\n".encode(), "a.csv", TODAY)
    assert reading.drafts[0].values["note"].startswith("=cmd")


def lacking():
    """A workbook that names two sheets and holds one."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(
            io.BytesIO(xlsx({"职工": [["工号", "姓名"], ["1", "陈立"]], "证书": [["工号", "证书名称"]]}))
        ) as whole,
        zipfile.ZipFile(out, "w") as archive,
    ):
        for name in whole.namelist():
            if not name.endswith("sheet2.xml"):
                archive.writestr(name, whole.read(name))
    return out.getvalue()


def test_a_formula_that_nobody_calculated_is_not_called_empty():
    reading = staff([["工号", "姓名", "备注"], ["1", '="陈"&"立"', ""], ["2", "周文斌", "=1+1"]])
    assert [(r.row, r.column, r.reason) for r in reading.refusals] == [
        (2, "姓名", "uncalculated"),
        (3, "备注", "uncalculated"),
    ]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return out.getvalue()


def macro():
    out = io.BytesIO(xlsx({"职工": [["工号", "姓名"], ["1", "陈立"]]}))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.xlsx", "empty"), (b"  \n \n", "a.csv", "empty"), (b"x" * 20_000_001, "a.csv", "too_large"), (OLE, "a.xls", "old_format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password"), (b"PK\x03\x04garbage", "a.xlsx", "damaged"), (b"hello", "a.xlsx", "damaged"),
        ("工号,姓名\n".encode() + b"1,x\n" * 2000 + b"9\x009,y\n", "a.csv", "damaged"), ("工号,姓名\n9\x009,y\n".encode("utf-16"), "a.csv", "damaged"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "a.png", "damaged"), (bomb(), "a.xlsx", "bomb"), (macro(), "a.xlsm", "macro"),
        (lacking(), "a.xlsx", "damaged"), ('工号,姓名\n1,"陈立\n2,周文斌\n'.encode(), "a.csv", "quotes"),
        (xlsx({"杂": [["甲", "乙"], [1, 2]]}), "a.xlsx", "no_known_sheet"), (xlsx({"职工": []}), "a.xlsx", "no_known_sheet"),
        (xlsx({"职工": [["工号", "姓名"], ["1", "陈立"]]})[:900], "a.xlsx", "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(data, name, reason):
    with pytest.raises(Refused) as error:
        read(data, name, TODAY)
    assert error.value.reason == reason


def test_a_name_of_ten_thousand_characters_is_refused_not_stored():
    reading = staff([["工号", "姓名"], ["1", "陈" * 10_000]])
    assert [refusal.reason for refusal in reading.refusals] == ["too_long"]
    assert len(reading.refusals[0].value) <= 60


def test_a_header_of_two_rows_is_known_again_at_a_page_break():
    head = [["工号", "姓名", "证件", "", "联系方式"], ["", "", "身份证号", "出生日期", "手机"]]
    one, two = ["1001", "方志远", "", "1985-03-02", "13893211234"], ["1002", "陈立", "", "1986-04-05", "13893211235"]
    reading = staff([["职工花名册"], *head, one, *head, two])
    assert [draft.values["name"] for draft in reading.drafts] == ["方志远", "陈立"]
    assert reading.refusals == []


def test_nobody_is_born_on_a_day_that_is_still_to_come():
    reading = staff([["工号", "姓名", "出生日期"], ["1001", "方志远", "2099-01-01"], ["1002", "陈立", "2020-02-14"]])
    assert [draft.values["name"] for draft in reading.drafts] == ["陈立"]
    assert [(each.row, each.reason) for each in reading.refusals] == [(2, "still_to_come")]
