"""The demo's check-ins beyond the daily ones: a newer profile, families with consent, risks said, an address. All made up."""

import uuid
from datetime import timedelta
from decimal import Decimal

from diba.grid import actions as grid
from diba.grid.actions import guardians, households, links, risks
from diba.plant import actions as plant
from diba.plant.models import Person, Role, RoleGrant

# After the 7th edition of the national plan: more is asked for, and what is common in a cold counts only together.
SEVENTH = [
    ("cough", "干咳", "dry cough", True), ("fatigue", "乏力", "fatigue", True), ("breathless", "气促", "short of breath", True),
    ("smell_loss", "嗅觉减退", "loss of smell", True), ("sore_throat", "咽痛", "sore throat", False),
    ("runny_nose", "鼻塞、流涕", "runny or blocked nose", False), ("aching", "肌肉酸痛", "aching muscles", False),
    ("diarrhoea", "腹泻", "diarrhoea", False), ("other", "其他不适", "something else", True),
]  # fmt: skip


def profile(today):
    """Enter a second version of the profile in force, as of ten days ago."""
    old = grid.version_on(today)
    values = {
        "symptoms": SEVENTH, "together": 2, "shortest": 1, "longest": 14, "usual": "3–7",
        "places": old.places if old else [("armpit", "0.0")],
        "source": "新型冠状病毒肺炎诊疗方案（试行第七版）临床表现；“两项同时出现即疑似”为本厂规定（模拟）［原文未核实］",
    }  # fmt: skip
    with plant.clock.at(plant.day_start(today - timedelta(days=10))):
        disease = {"code": "covid-19", "name": "新型冠状病毒肺炎", "name_en": "COVID-19"}
        grid.enter_version(old and old.profile, disease, values, plant.today(), by=None)


def fill(people, today):
    """Fill the pages of families, risks and addresses; `people` is the staff. Needs the list of risk areas."""
    officer = RoleGrant.objects.filter(role=Role.HEALTH_OFFICER, ended_at=None).first().account
    _families(people, today)
    _risks(people, officer, today)
    for person in people[40:43]:
        links.give_link(person, by=officer, days=7)


def _families(people, today):
    """Of every third employee the family is reported this morning; of every second one a child's guardian has agreed."""
    for index, person in enumerate(people[:240]):
        family, account = list(households.family_of(person)), getattr(person, "account", None)
        for child in family if index % 2 == 0 else ():
            if guardians.is_young(child):
                guardians.give_consent(child, person, version=guardians.VERSION, by=account, on_paper=account is None)
        for member in family if index % 3 == 0 else ():
            if not guardians.is_young(member) or index % 2 == 0:
                reading = Decimal(362 + (member.pk * 7) % 8) / 10
                grid.check_in(member, today, reading, uid=_id("family", member.pk, today), by=account)


def _id(*words):
    return uuid.uuid5(uuid.NAMESPACE_OID, "demo:" + ":".join(map(str, words)))


def _risks(people, officer, today):
    """Three things said: one waits, one is watched, one was said in error."""
    area = next(iter(risks.areas_to_name(today)))
    free = Person.objects.filter(pk__in=[person.pk for person in people[200:260]], account=None).order_by("pk")[:3]
    for number, (person, kind, days, more) in enumerate(zip(free, ("case", "area", "from_area"), (1, 6, 3), (
        {"who": "姐夫李某（模拟），县医院发热门诊就诊", "where": "姐姐家吃饭"}, {"area": area, "where": "回家探亲"},
        {"who": "送货司机（模拟）", "where": "生活区东门"},
    ), strict=True)):  # fmt: skip
        first = today - timedelta(days=days)
        row = risks.declare_risk(person, kind, first, uid=_id("risk", person.pk), by=officer, **more)
        if number:
            measure, reason = (
                ("watch", "已过 6 天，核酸阴性（模拟）") if number == 1 else ("mistake", "司机来自低风险地区（模拟）")
            )
            risks.judge_risk(row, measure, reason, by=officer)
