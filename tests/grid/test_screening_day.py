"""A screening of 1,500 people in a day: from an XLSForm, with laboratory files of which a twentieth is dirt."""

import random
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diba.grid.actions import laboratory, screening
from diba.grid.models import LabResult
from diba.plant.models import Person, Task, Unit

from .screenings import book, target_of, xlsform

PEOPLE, DIRT = 1500, 75
SURVEY = [
    ["type", "name", "label::中文 (zh)", "label::English (en)", "required", "relevant", "constraint"],
    ["select_one yn", "fever", "近 14 天是否发热？", "Fever in the last 14 days?", "yes", "", ""],
    ["decimal", "degrees", "最高体温", "Highest temperature", "yes", "${fever} = 'yes'", ". >= 34 and . <= 43"],
    ["select_multiple where", "where", "到过哪里", "Where were you", "", "", ""],
]
CHOICES = [
    ["list_name", "name", "label::中文 (zh)"],
    ["yn", "yes", "是"],
    ["yn", "no", "否"],
    ["where", "lz", "兰州"],
    ["where", "wh", "武汉"],
]
HEADS = ["条码号", "工号", "姓名", "核酸检测结果", "检测日期"]
DAY = "2020-02-14"
KINDS = {
    1: ["another_name"],
    2: ["unknown_tube"],
    3: ["not_a_date"],
    4: ["before_sample"],
    5: ["nobody"],
    6: ["conflict"] * 2,
}


def crowd(plant):
    """Fill the small plant up to 1,500 members of staff in its two cells."""
    cells, unit = [plant.cell("W01"), plant.cell("W02")], Unit.objects.get(code="D01")
    there = Person.objects.exclude(kind="family").count()
    Person.objects.bulk_create(
        Person(staff_no=f"5{number:04d}", name=f"员{chr(0x4E00 + number)}", unit=unit, cell=cells[number % 2])
        for number in range(PEOPLE - there)
    )
    return list(Person.objects.exclude(kind="family").order_by("staff_no"))


def dirty(people, tubes):
    """Return (rows, problems of the rows about a person, by his index, ids of whom nothing usable is said): every twentieth is wrong."""
    random_ = random.Random(20200214)
    wrong = set(random_.sample(range(PEOPLE), DIRT))
    rows, problems, silent = [], {}, set()
    for index, person in enumerate(people):
        row = [tubes[person.pk], person.staff_no, person.name, "阴性", DAY]
        if index in wrong:
            kind = index % 7
            if kind == 0:  # the same row twice: nothing is lost
                rows.append(list(row))
            elif kind == 1:
                row[2] = "错名字"
            elif kind == 2:
                row[0] = f"NOBODY{index}"
            elif kind == 3:
                row[4] = "2020-02-31"
            elif kind == 4:
                row[4] = "2020-02-01"
            elif kind == 5:  # of nobody at all
                row[:3] = [f"NOBODY{index}", f"9{index:05d}", "路人"]
            else:  # one tube, two results
                rows.append([*row[:3], "阳性", DAY])
            if kind:
                problems[index] = KINDS[kind]
                silent.add(person.pk)
        rows.append(row)
    return rows, problems, silent


@pytest.mark.slow
def test_fifteen_hundred_people_are_counted_to_the_person(plant):
    people = crowd(plant)
    questionnaire, refusals = screening.from_workbook(xlsform(SURVEY, CHOICES), "摸排.xlsx")
    assert refusals == [] and questionnaire.title == "节后摸排"
    row = screening.draft("全员摸排", kinds=["employee"], questionnaire=questionnaire, samples=True)
    assert screening.start(row) == PEOPLE
    row.refresh_from_db()
    round = screening.open_round(row)
    targets = {target.person_id: target for target in row.targets.select_related("person")}
    tubes = {person.pk: f"QH{index:05d}" for index, person in enumerate(people)}
    sheet = book(
        [[tubes[p.pk], p.staff_no, p.name, "2020-02-14 07:00"] for p in people],
        ["采样管号", "工号", "姓名", "采样时间"],
    )
    assert laboratory.register_sheet(sheet, "采样.xlsx", round) == (PEOPLE, [])
    unanswered = {person.pk for person in people[10::100]}
    for person in people:
        if person.pk not in unanswered:
            screening.answer(targets[person.pk], round, {"fever": "no", "where": ["lz"]}, uid=uuid.uuid4())
    rows, problems, silent = dirty(people, tubes)
    half = len(rows) // 2
    first = laboratory.dry_run(book(rows[:half], HEADS), "一.xlsx", round)
    text = "\n".join(",".join(map(str, line)) for line in [HEADS, *rows[half:]])
    second = laboratory.dry_run(text.encode("gbk"), "二.csv", round)
    assert laboratory.confirm(first) and laboratory.confirm(second)
    left_out = {people[3].pk, people[5].pk}
    for pk in left_out:
        exclusion = screening.exclude(targets[pk], "hospital", by=plant.account("陈立"))
        screening.approve(exclusion, by=plant.account("刘敏"))

    queued = LabResult.objects.filter(state="queued").values_list("problem", flat=True)
    assert sorted(queued) == sorted(name for names in problems.values() for name in names)
    assert {name for names in problems.values() for name in names} == {
        name for names in KINDS.values() for name in names
    }
    assert LabResult.objects.count() == len(rows) and LabResult.objects.filter(state="repeated").count() == DIRT - len(
        problems
    )
    with CaptureQueriesContext(connection) as asked:
        found = screening.standing(row, round)
        tops, _ = screening.by_unit(found)
    done = {person.pk for person in people} - unanswered - silent - left_out
    assert {targets[pk].pk for pk in done} == found.done
    whole = found.whole
    assert (whole.target, whole.excluded, whole.done) == (PEOPLE, 2, len(done))
    assert whole.share == len(done) * 1000 // (PEOPLE - 2) / 10
    assert len(asked) == 6 and sum(top.tally.done for top in tops) == len(done)
    assert not Task.objects.filter(key__startswith="lab:").exists()

    officer = plant.account("刘敏")
    for result in LabResult.objects.filter(state="queued", problem="unknown_tube").select_related("target"):
        assert laboratory.assign(result, target_of(row, result.target.person), "negative", "管号抄错", by=officer)
    solved = {pk for pk in silent if problems[next(i for i, p in enumerate(people) if p.pk == pk)] == ["unknown_tube"]}
    assert screening.standing(row, round).done == {targets[pk].pk for pk in done | (solved - unanswered - left_out)}
