"""A response that is over, with something said in every way there is; and its destruction as two people order it."""

import uuid
from contextlib import contextmanager
from datetime import timedelta

from diba.grid import actions as grid
from diba.grid.actions import laboratory, links, risks, screening
from diba.grid.actions.cases import judge_case
from diba.grid.models import Case, CheckIn, Return
from diba.plant import actions
from diba.plant.actions import jobs, purging
from diba.plant.models import Absence, Person, Purge, Role, Task

from ..conftest import TODAY
from ..grid.screenings import answered, brought, campaign_of, target_of

# What is planted somewhere in the response; none of it may be found afterwards.
PLANTED = (
    "38.7", "咽痛得厉害", "武汉汉口", "密接原因甲", "生活区三号楼隔离", "退烧药两盒", "备注乙七", "通知丙八", "襄阳老家", "车次丁五", "发热待办",
    "理由戊九", "管号己六", "39.4", "请假因庚四", "更正因辛一", "兰州某医院辛三", "接触甲亲戚壬二",
)  # fmt: skip


@contextmanager
def ended(plant):
    """A response with a fever, an isolation, a return, a screening and what was said of them; all of it closed a day later."""
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
    grid.correct(
        CheckIn.objects.get(person__name="林涛"),
        "38.9",
        uid=uuid.uuid4(),
        reason="更正因辛一",
        symptoms=["cough"],
        by=second,
    )
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
    screening.stop(campaign, by=officer)


def purged(plant, response, **more):
    """Purge a response as two people and the worker do."""
    row = purging.propose(response, by=plant.account("刘敏"), **more)
    purging.approve(row, by=plant.account("孙丽"))
    jobs.run_job.call(str(Purge.objects.get(pk=row.pk).job_id))
    return Purge.objects.select_related("response", "job").get(pk=row.pk)
