"""The demo's cases: a relative confirmed five days ago with contacts followed up, and a suspicion that was ruled out. All made up."""

from datetime import datetime, time, timedelta
from uuid import NAMESPACE_OID, uuid5

from django.utils import timezone

from diba.grid import actions as grid
from diba.grid.actions import followers, guardians
from diba.plant import actions as plant
from diba.plant.models import Person, Role
from diba.rosters import actions as rosters


def fill(today):
    """Fill the pages of cases. The double zero stays what the cells make it: relatives are counted apart."""
    officer = Person.objects.filter(account__grants__role=Role.HEALTH_OFFICER).first().account
    on_duty = {duty.person_id for duty in rosters.duties_between(today - timedelta(days=7), today)}
    relative = (
        Person.objects.filter(kind="family", relative_of__in=on_duty).exclude(household=None).order_by("pk").first()
    )
    if relative:
        _confirmed(relative, officer, today)
    well = (
        Person.objects.filter(unit__name="宣传科", account=None)
        .exclude(kind="family")
        .exclude(pk__in=on_duty)
        .order_by("pk")
        .last()
    )
    if well:
        _ruled_out(well, officer, today)


def _at(day, hour, minute=0):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _confirmed(person, officer, today):
    day = today - timedelta(days=5)
    with plant.clock.at(_at(day, 9, 10)):
        case = grid.suspect(person, "外地返回后发热，县医院收治", by=officer)
    with plant.clock.at(_at(day, 9, 40)):
        grid.enter_facts(
            case,
            "流行病学调查",
            by=officer,
            onset=day - timedelta(days=1),
            hospital=day,
            contact="yes",
            travel="湖北省黄冈市返回（模拟）",
        )
        grid.enter_case_test(case, "nucleic", day, "positive", by=officer)
        grid.judge_case(case, "confirmed", "核酸阳性（模拟）", by=officer)
    with plant.clock.at(_at(day, 10, 25)):
        grid.report_sent(
            case.reports.get(),
            "电话 县疾控值班室",
            f"病例报告（模拟）\n{person.name}，确诊，{day:%Y-%m-%d} 核酸阳性。\n前一日首发症状，当日送县医院。\n密切接触者为同住者，已列入随访。",
            by=officer,
        )
        plant.close_keyed(f"chain:{case.pk}:lead", "已通话，同住者已告知", by=officer)
        near = grid.contacts_of_case(case)
        if near:
            grid.decide_contacts(case, [row.pk for row in near], True, "同住", by=officer)
            followers.hand_over(case.contacts.filter(pk=near[0].pk), officer.person, by=officer)
        for child in (row.person for row in near if guardians.is_young(row.person)):
            guardians.give_consent(child, child.relative_of, version=guardians.VERSION, by=officer, on_paper=True)
    _visits(near, officer, day, today)


def _visits(contacts, officer, day, today):
    """Everybody is met daily, but the last one was missed yesterday and is overdue."""
    for offset in range(1, (today - day).days):
        for contact in contacts:
            seen = contact is not contacts[-1] or offset + 1 < (today - day).days
            with plant.clock.at(_at(day + timedelta(days=offset), 9)):
                grid.visit_contact(
                    contact,
                    "seen_ok" if seen else "missed",
                    uid=uuid5(NAMESPACE_OID, f"visit:{contact.pk}:{offset}"),
                    by=officer,
                )


def _ruled_out(person, officer, today):
    day = today - timedelta(days=9)
    with plant.clock.at(_at(day, 8, 50)):
        case = grid.suspect(person, "咳嗽两日，体温 37.4", by=officer)
    with plant.clock.at(_at(day, 10, 5)):
        grid.report_sent(case.reports.get(), "电话 县疾控值班室", "疑似病例报告（模拟）", by=officer)
    with plant.clock.at(_at(day + timedelta(days=2), 9)):
        grid.judge_case(case, "ruled_out", "两次核酸阴性", by=officer)
        grid.report_sent(case.reports.get(sent_at=None), "电话 县疾控值班室", "订正报告：已排除（模拟）", by=officer)
