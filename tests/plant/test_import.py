"""A workbook comes in: dry run, confirm; the same file twice changes nothing."""

import datetime
import json
import time

import pytest
from django.urls import reverse

from diba.plant.actions import importing
from diba.plant.actions.importing import desk
from diba.plant.models import (
    Certificate,
    Import,
    Manning,
    Person,
    Record,
    Role,
    Unit,
    Watch,
)  # fmt: skip

from .books import ONE, bring, person_id, xlsx


def test_one_sheet_that_holds_everything(empty):
    row, _plan = bring()
    assert Person.objects.count() == 0, "a dry run writes nothing"
    counts = importing.confirm(row)
    assert counts["refused"] == 0
    fang = Person.objects.get(staff_no="1001")
    assert (
        fang.unit.name,
        Unit.objects.get_parent(fang.unit).name,
        fang.cell.name,
        Unit.objects.get_parent(fang.cell).name,
    ) == ("一值", "运行分场", "01网格", "运行支部")
    assert fang.cell.lead == fang
    assert fang.identity == person_id()
    assert {(p.name, p.relation) for p in fang.relatives.all()} == {("王芳", "妻"), ("方小明", "子")}
    assert {p.household for p in fang.relatives.all()} == {fang.household}
    assert str(Certificate.objects.get(person=fang).expires) == "2023-06-30"
    assert Person.objects.get(staff_no="1002").holiday_place == "武汉"


def test_the_same_file_twice_changes_nothing(empty):
    importing.confirm(bring()[0])
    _row, plan = bring()
    assert (plan.added, plan.changed, plan.refused) == ([], [], [])


def test_a_change_is_shown_old_to_new_and_an_empty_cell_erases_nothing(empty):
    importing.confirm(bring()[0])
    rows = [[*ONE[0]], [*ONE[1]]]
    rows[1][4], rows[1][8] = "13900000000", "02网格"
    rows[0][12] = ""
    row, plan = bring(rows)
    (change,) = [entry for entry in plan.changed if entry.kind == "person"]
    assert change.changes["phone"] == ("13893211235", "13900000000")
    assert change.changes["cell"] == ("01网格", "02网格")
    importing.confirm(row)
    assert Person.objects.get(staff_no="1001").holiday_place == "兰州"
    assert Person.objects.get(staff_no="1002").cell.name == "02网格"


def test_refused_rows_stay_out_and_say_what_to_do(empty):
    rows = [*ONE, ["1002", "另一人", *[""] * 11], ["1004", "韩冰", "男", person_id(), *[""] * 9]]
    row, plan = bring(rows)
    shown = importing.as_json(plan)["refused"]
    assert {(item["row"], item["column"]) for item in shown} == {(4, "工号"), (5, "身份证号")}
    assert all(item["reason"] and item["remedy"] and item["sheet"] for item in shown)
    assert person_id() not in json.dumps(shown)
    importing.confirm(row)
    assert set(Person.objects.exclude(kind="family").values_list("staff_no", flat=True)) == {"1001", "1002"}


def test_people_without_a_number_are_matched_or_refused(plant):
    _row, plan = bring([["孙志强", "13900000001"]], ["姓名", "手机"])
    assert plan.counts() == {"added": 1, "changed": 0, "unchanged": 0, "refused": 0} or plan.changed
    Person.objects.create(name="孙志强", staff_no="77")
    _row, plan = bring([["孙志强", ""]], ["姓名", "手机"])
    assert [refusal[4] for refusal in plan.refused] == ["ambiguous"]


def test_sheets_for_certificates_families_posts_watches_and_absences(empty):
    sheets = {
        "证书": [
            ["工号", "证书名称", "证书编号", "有效期至"],
            ["1002", "闸门操作证", "ZM-1", "2021-06-30"],
            ["9999", "闸门操作证", "", ""],
        ],
        "家属": [["职工工号", "家属姓名", "关系", "出生日期"], ["1002", "周小雨", "女", "2015-05-01"]],
        "班次": [
            ["班制", "代码", "班次", "开始时间", "结束时间"],
            ["3x8", "早", "早班", "06:00", "14:00"],
            ["3x8", "夜", "夜班", "22:00", "06:00"],
        ],
        "顶岗": [["持有资质", "可顶岗"], ["值长", "主值班员"]],
        "岗位": [["岗位", "所需资质", "每班人数"], ["值长", "值长证", 1], ["主值班员", "主值班员证", "2人"]],
        "请假": [
            ["工号", "请假类型", "开始日期", "结束日期"],
            ["1002", "事假", "2020-02-20", "2020-02-22"],
            ["1002", "病假", "2020-02-25", "2020-02-20"],
        ],
    }
    row, plan = bring(sheets=sheets)
    assert sorted((refusal[0], refusal[4]) for refusal in plan.refused) == [
        ("证书", "unknown_person"),
        ("请假", "end_before_start"),
    ]
    importing.confirm(row)
    assert Manning.objects.filter(post__name="主值班员", minimum=2).count() >= 2
    ma = Person.objects.get(staff_no="1002")
    assert {c.qualification.name for c in ma.certificates.all()} == {"主值班员", "闸门操作证"}
    assert ma.household == ma.relatives.get().household
    absence = ma.absences.get()
    assert (absence.state, str(absence.ends_at.astimezone(absence.starts_at.tzinfo).date())) != ("refused", "")
    _row, plan = bring(sheets=sheets)
    assert (plan.added, plan.changed) == ([], [])


def test_a_watch_beside_another_of_its_pattern_is_refused_with_its_row_and_the_names_of_both(empty):
    head = ["班制", "代码", "班次", "开始时间", "结束时间"]
    rows = [
        ["新班制", "白", "白班", "08:00", "20:00"],
        ["新班制", "白", "白班", "08:00", "20:00"],  # the same once more
        ["新班制", "夜", "夜班", "20:00", "08:30"],  # half an hour to hand over
        ["新班制", "加", "加班", "18:00", "22:00"],
        ["3x8", "晚", "晚班", "20:00", "23:30"],  # the register has a watch at that time
    ]
    plan = importing.dry_run(xlsx({"班次": [head, *rows]}), "a.xlsx")[1]
    second = Watch.objects.get(pattern__code="3x8", starts="14:00")
    assert plan.refused == [
        ("班次", 5, "开始时间", "加班 18:00、白班 08:00", "overlaps"),
        ("班次", 6, "开始时间", f"晚班 20:00、{second.name} 14:00", "overlaps"),
    ]
    assert sorted(entry.label for entry in plan.added if entry.kind == "watch") == ["夜班", "白班"]


def test_the_hours_of_a_watch_are_those_of_the_workbook_and_can_be_taken_back(empty):
    head = ["班制", "代码", "班次", "开始时间", "结束时间"]
    rows = [
        ["3x8", "早", "早班", "08:00", "16:00"],
        ["3x8", "夜", "夜班", "0:00", "8:00"],
        ["3x8", "中", "中班", "16:00", "24:00"],
    ]
    early = Watch.objects.get(pattern__code="3x8", code="早")
    row, plan, _reading = importing.dry_run(xlsx({"班次": [head, *rows]}), "a.xlsx")
    shown = importing.as_json(plan)["changed"]
    assert [item["changes"]["starts"] for item in shown if item["label"] == "早班"] == [["06:00", "08:00"]]
    importing.confirm(row)
    hours = {w.code: (f"{w.starts:%H:%M}", w.minutes, w.night) for w in Watch.objects.filter(pattern__code="3x8")}
    assert hours == {"早": ("08:00", 480, False), "夜": ("00:00", 480, True), "中": ("16:00", 480, False)}
    assert importing.dry_run(xlsx({"班次": [head, *rows]}), "a.xlsx")[1].counts()["changed"] == 0
    row.refresh_from_db()
    importing.undo(row)
    again = Watch.objects.get(pk=early.pk)
    assert (again.starts, again.minutes) == (early.starts, early.minutes)


def test_a_leave_that_came_with_its_person_is_known_when_it_comes_alone(empty):
    leave = {"请假": [["工号", "请假类型", "开始日期", "结束日期"], ["1002", "事假", "2020-02-20", "2020-02-22"]]}
    importing.confirm(bring(sheets=leave)[0])
    _row, plan, _reading = importing.dry_run(xlsx(leave), "a.xlsx")
    assert plan.counts() == {"added": 0, "changed": 0, "unchanged": 1, "refused": 0}


def test_a_month_in_the_workbook_is_no_change_to_a_day_on_the_register(plant):
    Person.objects.filter(staff_no="1000").update(joined=datetime.date(2005, 12, 20), birth=datetime.date(1980, 5, 6))
    _row, plan = bring([["1000", "陈立", "2005.12", "1980年5月"]], ["工号", "姓名", "参加工作时间", "出生年月"])
    assert (plan.changed, plan.refused) == ([], [])
    _row, plan = bring([["1000", "陈立", 2005.1, "1980.06"]], ["工号", "姓名", "参加工作时间", "出生年月"])
    assert [(refusal[2], refusal[4]) for refusal in plan.refused] == [("参加工作时间", "lost_zero")]


def test_what_would_clash_on_writing_is_refused_before(plant):
    posts = [["岗位编码", "岗位", "每班人数"], ["a1", "司机", 1], ["a1", "门卫", 1], ["zhizhang", "值长二", 1]]
    certificates = [["工号", "证书名称", "发证日期", "有效期至"], ["1000", "电工证", "2020-05-01", "2019-05-01"]]
    row, plan = bring([], sheets={"岗位": posts, "证书": certificates})
    assert [(r[0], r[1], r[4]) for r in plan.refused] == [
        ("岗位", 3, "code_taken"),
        ("岗位", 4, "code_taken"),
        ("证书", 2, "end_before_start"),
    ]
    assert importing.confirm(row)["refused"] == 3


def test_a_register_that_changes_while_it_is_written_asks_for_another_look(empty, monkeypatch):
    """Two planners confirm at once: the second finds its people there and writes nothing."""
    row, plan = bring()
    Person.objects.create(staff_no="1001", name="方志远")
    monkeypatch.setattr(desk, "again", lambda _row: (plan, None))
    assert importing.confirm(row) is None
    assert (Person.objects.count(), Unit.objects.count()) == (1, 0)


def test_two_thousand_people_come_in_quickly(empty):
    rows = [
        [
            f"{n:05d}",
            "测" + "甲乙丙丁戊己庚辛壬癸"[n % 10] + "一二三四五六七八九十"[n // 10 % 10],
            "男",
            "",
            f"139{n:08d}",
            f"部门{n % 9}",
            f"班{n % 40}",
            f"支部{n % 9}",
            f"{n % 90 + 1}网格",
            "",
            "值长证 2023-06-30",
            "",
            "",
        ]
        for n in range(2000)
    ]
    started = time.process_time()
    row, _plan = bring(rows)
    importing.confirm(row)
    assert Person.objects.count() == 2000
    assert time.process_time() - started < 60  # the figure itself stands in bench/


def test_an_import_is_on_the_record_without_a_name(plant):
    row, _plan = bring()
    importing.confirm(row)
    lines = " ".join(f"{r.verb} {r.detail} {r.object_id}" for r in Record.objects.all())
    assert "import.confirmed" in lines
    assert "方志远" not in lines and person_id() not in lines


def test_an_imported_cell_lead_gets_the_role_and_the_one_before_loses_it(plant, client):
    before, after = plant.account("周文斌"), plant.account("陈立")
    planner = plant.account("刘敏", Role.PLANNER)
    head = ["工号", "姓名", "网格", "网格长"]
    row, _plan, _reading = importing.dry_run(xlsx({"职工": [head, ["1001", "周文斌", "01 网格", "是"]]}), "a.xlsx")
    importing.confirm(row, by=planner)
    assert [grant.unit.name for grant in before.grants.filter(role=Role.CELL_LEAD, ended_at=None)] == ["01 网格"]
    second, _plan, _reading = importing.dry_run(xlsx({"职工": [head, ["1000", "陈立", "01 网格", "是"]]}), "a.xlsx")
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    assert "网格长的角色" in client.get(reverse("plant:import_review", args=[second.pk])).content.decode()
    importing.confirm(second, by=planner)
    assert not before.grants.filter(ended_at=None).exists() and after.grants.get().unit.lead == after.person
    importing.undo(second)
    assert not after.grants.exists() and before.grants.get(ended_at=None).unit.lead == before.person
    importing.undo(Import.objects.get(pk=row.pk))
    assert not before.grants.exists()


@pytest.mark.parametrize(("sex", "birth"), [("女", ""), ("", "1999-01-01")])
def test_a_staff_number_given_to_somebody_else_renames_nobody(empty, sex, birth):
    head = ["工号", "姓名", "性别", "出生日期"]

    def brought(*row):
        importing.confirm(importing.dry_run(xlsx({"职工": [head, list(row)]}), "a.xlsx")[0])
        return importing.dry_run(xlsx({"职工": [head, list(row)]}), "a.xlsx")[1]

    brought("1001", "方志远", "男", "1985-03-02")
    (refused,) = brought("1001", "钱八", sex, birth).refused
    assert refused[4] == "another_name" and Person.objects.get(staff_no="1001").name == "方志远"
    brought("1001", "方致远", "男", "")
    assert Person.objects.get(staff_no="1001").name == "方致远"


def test_a_family_member_on_the_sheet_of_people_belongs_to_nobody_and_is_refused(plant):
    head = ["工号", "姓名", "人员类别", "网格"]
    chen = plant["陈立"]
    rows = [[chen.staff_no, "陈立", "家属", "01 网格"], ["7001", "无主家属", "家属", ""]]
    _row, plan = bring(rows, head)
    assert [refusal[1:] for refusal in plan.refused] == [
        (2, "人员类别", "陈立", "family_of_nobody"), (3, "人员类别", "无主家属", "family_of_nobody"),
    ]  # fmt: skip
    assert "家属须归属一名职工" in str(importing.as_json(plan)["refused"]) and not plan.changed and not plan.added
