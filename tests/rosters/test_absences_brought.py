"""Absences that a workbook brings reach the manning board's planner and the check-ins, all at once and in one go."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from diba.grid.models import Expectation, Slot
from diba.plant import actions
from diba.plant.actions import hooks, importing
from diba.plant.models import Absence, Import, Manning, Post, Role, Task, Watch

from ..plant.books import xlsx

HEAD = ["工号", "请假类型", "开始日期", "结束日期"]


def bring(by, *rows):
    row, plan, _reading = importing.dry_run(xlsx({"请假": [HEAD, *rows]}), "leave.xlsx", by=by)
    assert not plan.refused
    assert importing.confirm(row, by=by)
    return Import.objects.get(pk=row.pk)


@pytest.fixture
def heard(plant):
    """Keep what the hook is fired with, as one more desk would hear it."""
    calls = []

    def listen(absences, by):
        calls.append(([row.person.name for row in absences], by))

    hooks.on(hooks.ABSENCES_CHANGED, listen)
    yield calls
    hooks._answers[hooks.ABSENCES_CHANGED].remove(listen)


def some_who_stand(roster, count):
    return list(dict.fromkeys(duty.person for duty in roster.duties.order_by("day")))[:count]


def test_a_leave_from_a_workbook_asks_the_planner_as_one_typed_in_does(plant, roster, planner, heard):
    (person,) = some_who_stand(roster, 1)
    bring(planner, [person.staff_no, "事假", "2020-02-14", "2020-02-27"])
    assert heard == [([person.name], planner)]
    assert Task.objects.filter(role=Role.PLANNER, key__startswith="breach:").exists()


def test_many_leaves_are_one_call_and_one_task_when_many_posts_break(plant, roster, planner, heard):
    for number in range(3):
        post = Post.objects.create(code=f"new{number}", name=f"新岗 {number}")
        Manning.objects.create(post=post, watch=Watch.objects.get(pattern__code="3x8", code="早"), minimum=1)
    people = some_who_stand(roster, 4)
    bring(planner, *[[person.staff_no, "事假", "2020-02-14", "2020-02-27"] for person in people])
    assert [len(names) for names, _by in heard] == [4]
    task = Task.objects.get(key__startswith="breach:")
    assert task.key.startswith("breach:together:") and task.values["people"] == 4 and task.values["posts"] > 3
    assert "4 人缺勤" in actions.sentence(task.words, task.values)


def test_a_sick_leave_from_a_workbook_pauses_the_check_in_and_taken_back_it_is_asked_again(plant, planner, heard):
    from diba.grid import actions as grid

    grid.expect_everybody()
    row = bring(planner, ["1000", "病假", "2020-02-14", ""])
    state = Expectation.objects.get(person=plant["陈立"], slot=Slot.MORNING)
    assert state.state == "paused"
    importing.undo(row, by=planner)
    state.refresh_from_db()
    assert state.state == "due" and not Absence.objects.exists()
    assert [names for names, _by in heard] == [["陈立"], ["陈立"]]


def test_a_leave_that_a_second_workbook_makes_longer_is_heard_of_again(plant, planner, heard):
    bring(planner, ["1000", "事假", "2020-02-20", "2020-02-22"])
    bring(planner, ["1000", "事假", "2020-02-20", "2020-02-25"])
    assert len(heard) == 2
    _row, plan, _reading = importing.dry_run(
        xlsx({"请假": [HEAD, ["1000", "事假", "2020-02-20", "2020-02-25"]]}), "b.xlsx"
    )
    assert plan.counts()["unchanged"] == 1


def test_what_fails_to_hear_of_it_undoes_the_import(plant, planner):
    def refuse(absences, by):
        raise RuntimeError("a desk that cannot answer")

    hooks.on(hooks.ABSENCES_CHANGED, refuse)
    try:
        with pytest.raises(RuntimeError):
            bring(planner, ["1000", "事假", "2020-02-20", "2020-02-22"])
    finally:
        hooks._answers[hooks.ABSENCES_CHANGED].remove(refuse)
    assert not Absence.objects.exists() and Import.objects.get().state == Import.State.DRY_RUN


def test_ten_leaves_take_no_more_answers_queries_than_two(plant, roster, planner):
    people = some_who_stand(roster, 9)

    @transaction.atomic
    def queries(names, start):
        """How many are asked for these leaves, each time on the plant as it was; a post that gets a hole gets its one task."""
        rows = [
            Absence.objects.create(person=person, kind="leave", starts_at=actions.day_start(start), state="approved", entered_at=plant.now)
            for person in names
        ]  # fmt: skip
        with CaptureQueriesContext(connection) as found:
            hooks.fire(hooks.ABSENCES_CHANGED, rows, planner)
        transaction.set_rollback(True)
        return len([query for query in found if not {"plant_task", "SAVEPOINT"} & {*re.findall(r"\w+", query["sql"])}])

    first = queries(people[:2], plant.today)
    assert queries(people[2:], plant.today) <= first
