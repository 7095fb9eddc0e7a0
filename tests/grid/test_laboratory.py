"""The laboratory's files: whose each row is, what fits nobody, and that nothing is lost or judged by itself."""

from datetime import timedelta

import pytest

from diba.core.errors import BadInput
from diba.grid.actions import laboratory, screening
from diba.grid.models import Case, LabResult
from diba.plant import actions
from diba.plant.actions import importing
from diba.plant.models import Person, Task

from .screenings import HEADS, book, brought, campaign_of, target_of

DAY = "2020-02-14"


@pytest.fixture
def lab(plant):
    """A campaign that takes samples, with tubes T1 of 陈立, T2 of 周文斌, T3 of 高建军."""
    campaign, round = campaign_of(plant, samples=True, items=None, kinds=("employee",))
    for number, name in enumerate(["陈立", "周文斌", "高建军"], 1):
        laboratory.register(
            target_of(campaign, plant[name]), round, f"t{number}", taken_at=plant.now - timedelta(hours=2)
        )
    return campaign, round


def queued(file):
    return [(row.row, row.column, row.problem) for row in laboratory.queue_of(file)]


def test_a_row_is_matched_by_tube_then_identity_then_number_and_name(plant, lab):
    campaign, round = lab
    number = "110101199003070003"
    Person.objects.filter(name="徐振华").update(identity=number, identity_hash=actions.keyed_hash(number))
    heads = ["采样管号", "身份证号", "工号", "姓名", "结果", "报告日期"]
    rows = [
        ["T1", "", "", "", "阴性", DAY],
        ["", number, "", "徐振华", "未检出", DAY],
        ["", "", "1004", "郭峰", "Negative", DAY],
    ]
    file = brought(rows, round, heads=heads)
    assert file.counts == {"matched": 3, "queued": 0, "repeated": 0, "rows": 3}
    names = set(LabResult.objects.values_list("target__person__name", flat=True))
    assert names == {"陈立", "徐振华", "郭峰"}
    assert screening.standing(campaign, round).whole.done == 3


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (["T9", "", "", "阴性", DAY], "样本编号", "unknown_tube"),
        (["T9", "1003", "徐振华", "阴性", DAY], "样本编号", "unknown_tube"),
        (["T1", "1000", "陈丽", "阴性", DAY], "姓名", "another_name"),
        (["T1", "1001", "陈立", "阴性", DAY], "工号", "another_number"),
        (["", "7777", "张三", "阴性", DAY], "工号", "nobody"),
        (["", "1003", "", "阴性", DAY], "姓名", "name_missing"),
        (["", "", "徐振华", "阴性", DAY], "姓名", "name_alone"),
        (["T1", "", "", "也许", DAY], "检测结果", "unknown_result"),
        (["T1", "", "", "", DAY], "检测结果", "missing"),
        (["T1", "", "", "阴性", "2020-13-45"], "检测日期", "not_a_date"),
        (["T1", "", "", "阴性", "2020-02-13"], "检测日期", "before_sample"),
        (["T1", "", "", "阴性", "2020-02-15"], "检测日期", "in_the_future"),
    ],
)
def test_each_row_that_fits_nobody_is_kept_with_its_cell_and_why(lab, row, column, problem):
    campaign, round = lab
    file = brought([["T2", "", "", "阴性", DAY], row], round)
    assert queued(file) == [(3, column, problem)]
    assert screening.standing(campaign, round).whole.done == 1


def test_the_same_again_counts_once_and_a_contradiction_counts_not(lab):
    campaign, round = lab
    rows = [
        ["T1", "", "", "阴性", DAY],
        ["T1", "", "", "阴性", DAY],
        ["T2", "", "", "阴性", DAY],
        ["T2", "", "", "阳性", DAY],
    ]
    file = brought(rows, round)
    assert file.counts == {"matched": 1, "queued": 2, "repeated": 1, "rows": 4}
    assert queued(file) == [(4, "检测结果", "conflict"), (5, "检测结果", "conflict")]
    second = brought([["T1", "", "", "阳性", DAY], ["T3", "", "", "阴性", DAY]], round, "second.xlsx")
    assert queued(second) == [(2, "检测结果", "conflict_earlier")]
    assert screening.standing(campaign, round).whole.done == 2


def test_a_positive_is_put_up_for_the_health_officer_who_judges_it(plant, lab):
    _, round = lab
    brought([["T1", "", "", "阳性", DAY], ["T2", "", "", "可疑", DAY], ["T3", "", "", "阴性", DAY]], round)
    tasks = {task.about.name: task for task in Task.objects.filter(key__contains="lab:")}
    assert set(tasks) == {"陈立", "周文斌"}
    assert (tasks["陈立"].role, tasks["陈立"].urgent, tasks["周文斌"].urgent) == ("health_officer", True, False)
    assert tasks["陈立"].link == f"/grid/people/{plant['陈立'].pk}/"
    case = Case.objects.get()
    assert case.person.name == "陈立" and [row.state for row in case.changes.all()] == ["suspected"], (
        "no more than suspected"
    )


def test_a_sample_that_could_not_be_tested_leaves_the_person_missing(lab):
    campaign, round = lab
    brought([["T1", "", "", "无效", DAY], ["T2", "", "", "可疑", DAY]], round)
    assert screening.standing(campaign, round).whole.done == 0


def test_a_row_of_the_queue_is_assigned_or_discarded_for_a_reason(plant, lab):
    campaign, round = lab
    file = brought([["T9", "1003", "徐振华", "阳性", DAY], ["", "7777", "张三", "阴性", DAY]], round)
    officer = plant.account("刘敏")
    first, second = laboratory.queue_of(file)
    assert first.target.person.name == "徐振华"  # who it is likely of
    with pytest.raises(BadInput) as error:
        laboratory.assign(first, first.target, "positive", " ", by=officer)
    assert error.value.reason == "no_reason"
    assert laboratory.assign(first, first.target, "positive", "登记时管号抄错", by=officer)
    assert not laboratory.assign(first, first.target, "negative", "再来", by=officer)
    assert Task.objects.filter(key__endswith=f":lab:{first.pk}", closed_at=None).exists()
    assert Task.objects.filter(key=f"labqueue:{file.pk}", closed_at=None).exists()
    assert laboratory.discard(second, "外单位人员", by=officer)
    assert not Task.objects.filter(key=f"labqueue:{file.pk}", closed_at=None).exists()
    assert screening.standing(campaign, round).whole.done == 1
    assert file.results.count() == 2


def test_a_file_taken_back_counts_no_more_and_closes_what_it_asked(lab):
    campaign, round = lab
    file = brought([["T1", "", "", "阳性", DAY], ["T9", "", "", "阴性", DAY]], round)
    assert laboratory.undo(file) and not laboratory.undo(file)
    assert screening.standing(campaign, round).whole.done == 0
    assert not Task.objects.filter(key__startswith="lab", closed_at=None).exists()
    assert file.results.count() == 2
    assert not laboratory.discard(file.results.get(row=3), "晚了")
    again = brought([["T1", "", "", "阴性", DAY]], round)
    assert again.counts["matched"] == 1


def test_a_dry_run_writes_nothing_and_asks_again_when_samples_changed(plant, lab):
    campaign, round = lab
    file = laboratory.dry_run(book([["T1", "", "", "阴性", DAY], ["T4", "", "", "阴性", DAY]]), "l.xlsx", round)
    assert file.counts["queued"] == 1 and not LabResult.objects.exists()
    laboratory.register(target_of(campaign, plant["徐振华"]), round, "T4", taken_at=plant.now)
    assert laboratory.confirm(file) is None
    assert laboratory.confirm(file) == {"matched": 2, "queued": 0, "repeated": 0, "rows": 2}


def test_the_same_file_is_written_once(lab):
    _, round = lab
    data = book([["T1", "", "", "阴性", DAY]])
    laboratory.confirm(laboratory.dry_run(data, "l.xlsx", round))
    with pytest.raises(BadInput) as error:
        laboratory.dry_run(data, "m.xlsx", round)
    assert error.value.reason == "file_twice"


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8-sig", "a.csv"), ("gbk", "b.csv"), ("utf-16", "c.txt"), ("utf-8", "d.csv")]
)
def test_a_csv_is_read_in_each_usual_encoding(lab, encoding, name):
    _, round = lab
    text = ",".join(HEADS) + "\n" + f"T1,1000,陈立,阴性,{DAY}\n检测人：王某,,,,\n"
    file = laboratory.dry_run(text.encode(encoding), name, round)
    assert file.counts == {"matched": 1, "queued": 0, "repeated": 0, "rows": 1}


def test_a_heading_once_explained_is_known_in_the_next_file(lab):
    _, round = lab
    heads = ["标本识别", "工号", "姓名", "检测结果", "检测日期"]
    with pytest.raises(BadInput) as error:
        laboratory.dry_run(book([["T1", "阴性"]], ["标本识别", "检测结果"]), "l.xlsx", round)
    assert error.value.reason == "no_lab_sheet"
    importing.remember("lab", "标本识别", "tube")
    assert laboratory.dry_run(book([["T1", "", "", "阴性", DAY]], heads), "l.xlsx", round).counts["matched"] == 1


def test_a_tube_belongs_to_one_person(plant, lab):
    campaign, round = lab
    again, written = laboratory.register(target_of(campaign, plant["陈立"]), round, " T1 ")
    assert (again.tube, written) == ("T1", False)
    with pytest.raises(BadInput) as error:
        laboratory.register(target_of(campaign, plant["郭峰"]), round, "T1")
    assert error.value.reason == "tube_taken"
    with pytest.raises(BadInput) as error:
        laboratory.register(target_of(campaign, plant["郭峰"]), round, "T8", taken_at=plant.now + timedelta(hours=1))
    assert error.value.reason == "in_the_future"


def test_a_tube_taken_back_is_free_again_unless_it_has_a_result(plant, lab):
    campaign, round = lab
    sample = campaign.targets.get(person=plant["陈立"]).samples.get()
    assert laboratory.withdraw(sample)
    assert laboratory.register(target_of(campaign, plant["郭峰"]), round, "T1", taken_at=plant.now)[1]
    brought([["T2", "", "", "阴性", DAY]], round)
    with pytest.raises(BadInput):
        laboratory.withdraw(campaign.targets.get(person=plant["周文斌"]).samples.get())


def test_a_sheet_of_tubes_names_each_row_it_cannot_take(lab):
    _, round = lab
    heads = ["采样管号", "工号", "姓名", "采样时间"]
    rows = [["T11", "1003", "徐振华", "2020-02-14 07:30"], ["T1", "1004", "郭峰", DAY], ["T12", "8888", "无此人", DAY],
            ["T13", "1004", "郭丰", DAY], ["T14", "1005", "田野", "2020-02-30"], ["T11", "1003", "徐振华", DAY],
            ["T15", "", "田野", DAY]]  # fmt: skip
    written, refused = laboratory.register_sheet(book(rows, heads), "tubes.xlsx", round)
    assert written == 1
    assert [(row, column, reason) for _sheet, row, column, reason in refused] == [
        (3, "采样管号", "tube_taken"), (4, "工号", "not_asked"), (5, "姓名", "another_name"), (6, "采样时间", "not_a_date"),
        (8, "工号", "number_missing"),
    ]  # fmt: skip
