"""The end of a response: its personal data are gone from everywhere, the counts stay, and a certificate says so."""

import re
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Sum

from diba.grid import actions as grid
from diba.grid.actions import laboratory, links, risks
from diba.grid.actions.cases import judge_case
from diba.grid.models import Case, CheckIn, Return, ZeroReport
from diba.plant import actions, fields, keys
from diba.plant.actions import jobs, purging
from diba.plant.models import Absence, Job, KeptCount, Message, Person, Purge, Record, Role, Task

from ..conftest import TODAY
from ..grid.screenings import answered, brought, campaign_of, target_of

# What a test of this file plants somewhere in the response; none of it may be found afterwards.
PLANTED = (
    "38.7", "咽痛得厉害", "武汉汉口", "密接原因甲", "生活区三号楼隔离", "退烧药两盒", "备注乙七", "通知丙八", "襄阳老家", "车次丁五", "发热待办",
    "理由戊九", "管号己六", "39.4", "请假因庚四", "兰州某医院辛三", "接触甲亲戚壬二",
)  # fmt: skip


@pytest.fixture
def over(plant):
    """A response with a fever, an isolation, a return, a screening and what was said of them; all of it closed."""
    actions.response()
    first, second = plant.account("刘敏", Role.DUTY_OFFICER), plant.account("孙丽", Role.HEALTH_OFFICER)
    real = actions.begin_response("新冠肺炎疫情", by=first)
    Person.objects.filter(name="林涛").update(holiday_place="襄阳老家")
    someone = plant["陈立"]
    someone.holiday_place = "襄阳老家"
    someone.save()  # with its history
    plant.check_in("林涛", "38.7", symptoms=["cough"], symptom_note="咽痛得厉害", whereabouts="武汉汉口")
    for name in ("陈立", "周文斌", "高建军", "徐振华", "郭峰"):
        plant.check_in(name)
    grid.contact(plant["陈立"], "missed", uid=uuid.uuid4(), by=second, note="备注乙七")
    link, _token = links.give_link(plant["田野"], by=second)
    links.report_by_link(link, plant["田野"], plant.today, "36.6", uid=uuid.uuid4())
    said = {"who": "接触甲亲戚壬二", "where": "兰州某医院辛三", "uid": uuid.uuid4()}
    risk = risks.declare_risk(plant["陈立"], "case", plant.today, by=second, **said)
    risks.judge_risk(risk, "watch", "理由戊九", by=first, met=plant["周文斌"])
    plant.sign("W01")
    _measures(plant, second)
    _screening(plant, first)
    actions.tell([plant["陈立"]], "{name}", {"name": "通知丙八"})
    actions.close(actions.ask("x", {"name": "林涛 发热待办"}, role="guard", about=plant["林涛"]), "发热待办")
    actions.take_out(plant["韩冰"], "sick", plant.now, plant.now + timedelta(hours=1), by=first, reason="请假因庚四")
    case = Case.objects.get(person__name="林涛")
    judge_case(case, "ruled_out", "理由戊九", by=second)
    with actions.clock.at(plant.now + timedelta(days=1)):
        actions.end_response(real, by=first)
        for task in Task.objects.filter(closed_at=None):
            actions.close(task, "")
        yield real


def _measures(plant, officer):
    order = grid.isolate(
        plant["王海涛"], "contact", "home", place="生活区三号楼隔离", reason="密接原因甲", uid=uuid.uuid4(), by=officer
    )
    grid.want(order, "退烧药两盒", by=officer)
    grid.withdraw(order, "密接原因甲", by=officer)
    row = grid.declare_return(
        plant["赵国栋"],
        "武汉汉口",
        TODAY,
        "train",
        uid=uuid.uuid4(),
        by=officer,
        declared="officer",
        vehicle="车次丁五",
    )
    grid.judge_return(row, "low", "理由戊九", by=officer)
    row.refresh_from_db()
    if row.order:
        grid.withdraw(row.order, "密接原因甲", by=officer)
    Return.objects.filter(pk=row.pk).update(
        cleared_at=plant.now
    )  # cleared after its days, which this test does not wait for
    actions.lift_all("return:")
    for absence in Absence.objects.filter(source__startswith="return:"):
        actions.bring_back(absence)


def _screening(plant, officer):
    items = [{"name": "what", "kind": "text", "zh": "说明", "en": "What", "required": True}]
    campaign, round = campaign_of(plant, samples=True, items=items, by=officer)
    answered(campaign, round, plant["林涛"], {"what": "咽痛得厉害"}, by=officer)
    laboratory.register(target_of(campaign, plant["林涛"]), round, "管号己六", by=officer)
    brought([["管号己六", "", "", "阳性", "2020-02-14"], ["", "7777", "39.4", "阳性", "2020-02-14"]], round, by=officer)


def purged(plant, response, **more):
    """Purge a response as two people and the worker do."""
    row = purging.propose(response, by=plant.account("刘敏"), **more)
    purging.approve(row, by=plant.account("孙丽"))
    jobs.run_job.call(str(Purge.objects.get(pk=row.pk).job_id))
    return Purge.objects.select_related("response", "job").get(pk=row.pk)


def dump():
    """Return every value of every column of every table as (table, column, text)."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                yield from ((table, name, readable(str(value))) for name, value in zip(columns, row, strict=True))


def readable(text):
    """Return a text with the characters that JSON keeps as numbers."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def opened():
    """Return every sealed value that still opens."""
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, fields.SealedText):
                for value in model._base_manager.values_list(field.attname, flat=True):
                    if value and not isinstance(value, actions.Destroyed):
                        yield model._meta.label_lower, field.name, str(value)


def found():
    """Return the planted values that stand somewhere, open or under a key that is there."""
    texts = [*dump(), *opened()]
    return {word for word in PLANTED for _table, _column, text in texts if word in text}


def test_nothing_of_anybody_s_health_is_left_in_any_table(plant, over):
    assert found() == set(PLANTED)
    assert purged(plant, over).state == Purge.State.DONE
    assert found() == set()
    assert list(opened()) == []


def test_no_name_stands_beside_what_was_said_of_health(plant, over):
    purged(plant, over)
    named = {table for table, _column, text in dump() if "林涛" in text}
    assert named <= {"plant_person", "plant_historicalperson"}
    ill = plant["林涛"]
    assert not CheckIn.with_withdrawn.exists() and not Case.objects.exists()
    assert not Absence.objects.exclude(kind="sick").exists() and not Absence.history.exclude(kind="sick").exists()
    assert not ill.holds.exists()


def test_the_counts_are_kept_and_small_ones_point_at_no_department(plant, over):
    purged(plant, over)
    counts = KeptCount.objects.filter(response=over, subject="grid.checkin", day=TODAY)
    assert counts.aggregate(Sum("count"))["count__sum"] == 7
    assert counts.get(outcome="False").unit.name == "运行分场"
    fever = counts.get(outcome="True")
    assert fever.count == 1 and fever.unit is None
    states = KeptCount.objects.filter(subject="grid.casechange").values_list("outcome", "count")
    assert dict(states) == {"suspected": 1, "ruled_out": 1}
    report = ZeroReport.objects.get()
    assert (report.expected, report.known, report.suspected) != (0, 0, 0) and not report.facts


def test_the_key_is_gone_and_the_certificate_stands_in_the_record_which_stays_whole(plant, over):
    row = purged(plant, over)
    assert not keys.is_there(over.pk) and row.response.key_destroyed_at
    last = Record.objects.get(verb="purge.done")
    assert last.detail == f"digest={row.digest}" and len(row.digest) == 64
    assert {label for label, *_ in row.tables} >= {"grid.checkin", "grid.answer", "plant.message", "grid.labresult"}
    actions.seal()
    assert actions.verify()[1] == []


def test_a_job_that_broke_off_goes_on_and_counts_nothing_twice(plant, over, monkeypatch):
    row = purging.propose(over, by=plant.account("刘敏"))
    purging.approve(row, by=plant.account("孙丽"))
    usual, calls = purging.tables.clear, []

    def breaks(*args):
        calls.append(args)
        if len(calls) == 9:
            raise OSError("power cut")
        return usual(*args)

    with monkeypatch.context() as patch:
        patch.setattr("diba.plant.actions.purging.running.clear", breaks)
        jobs.run_job.call(str(Purge.objects.get(pk=row.pk).job_id))
    row = Purge.objects.get(pk=row.pk)
    assert row.state == Purge.State.RUNNING and len(row.done) > 0 and keys.is_there(over.pk)
    assert row.job.state == Job.State.FAILED
    assert purging.carry_on(row, by=plant.account("孙丽"))
    jobs.run_job.call(str(Purge.objects.get(pk=row.pk).job_id))
    assert found() == set() and not keys.is_there(over.pk)
    counts = KeptCount.objects.filter(subject="grid.checkin")
    assert counts.aggregate(Sum("count"))["count__sum"] == 7


def test_nobody_purges_alone(plant, over):
    row = purging.propose(over, by=plant.account("刘敏"))
    with pytest.raises(purging.CannotPurge, match="另一人"):
        purging.approve(row, by=plant.account("刘敏"))
    assert purging.withdraw(row, by=plant.account("孙丽"))
    with pytest.raises(purging.CannotPurge):
        purging.approve(row, by=plant.account("孙丽"))
    assert "38.7" in found()


def test_a_running_response_or_somebody_still_held_stands_in_the_way(plant):
    real = actions.begin_response("新冠", by=None)
    with pytest.raises(purging.CannotPurge):
        purging.propose(real, by=plant.account("刘敏"))
    held = actions.hold(plant["林涛"], "contact")
    with actions.clock.at(plant.now + timedelta(days=1)):
        actions.end_response(real, by=None)
        assert purging.dry_run(real)[0]["running"] == 1
        with pytest.raises(purging.CannotPurge):
            purging.propose(real, by=plant.account("刘敏"))
        actions.lift(held)
        assert purging.obstacles(real) == []


def test_an_exception_is_kept_readable_with_what_it_needs_and_its_reason(plant, over):
    row = purged(plant, over, exceptions=[("grid.isolationchange", "法定保存期")])
    kept = {label: count for label, _how, _rows, count in row.tables if count}
    assert set(kept) == {"grid.isolationchange", "grid.isolationorder"}
    assert ["grid.isolationchange", "法定保存期"] in row.exceptions
    assert {text for _table, _name, text in opened()} == {"生活区三号楼隔离", "密接原因甲"}
    with pytest.raises(purging.CannotPurge):
        purging.propose(over, by=plant.account("刘敏"), exceptions=[("grid.checkin", " ")])


def test_an_exercise_s_purge_leaves_the_real_response_alone(plant, over):
    drill = actions.begin_response("桌面推演", by=None, drill=True)
    actions.end_response(drill, by=None)
    purged(plant, drill)
    assert "38.7" in found() and CheckIn.objects.count() == 7


def test_no_table_that_names_a_response_or_holds_sealed_values_is_forgotten(db):
    assert purging.uncovered() == []


def test_a_message_that_was_purged_still_reads_as_a_sentence(plant, over, client):
    purged(plant, over)
    assert Message.objects.exists()
    plant.signed_in(client, "陈立")
    for address in ("/inbox/", "/todo/", "/"):
        assert client.get(address, follow=True).status_code == 200
