"""The demo's measures for each person: isolation orders, returnees and risk areas, supplies, disinfection. All made up."""

import uuid
from datetime import datetime, time, timedelta

from django.utils import timezone

from diba.grid import actions as grid
from diba.plant import actions as plant
from diba.plant.models import Person, Role, Unit

AREAS = [("湖北省", "high", 60), ("浙江省温州市", "high", 30), ("河南省信阳市", "medium", 40), ("甘肃省", "low", 60)]
ITEMS = [("医用外科口罩", "只", 5200, 7, None, 2), ("N95 口罩", "只", 240, 14, 20, 0), ("防护服", "件", 60, 5, 4, 0),
         ("84 消毒液", "瓶", 180, 7, 12, 0), ("额温枪", "把", 40, 7, None, 0)]  # fmt: skip
PLACES = [("S01", "职工食堂", "07:30 11:00 17:00"), ("S02", "中控室", "07:00 15:00 23:00"), ("S03", "办公楼大厅", "08:30 14:00"),
          ("S04", "通勤车队", "07:00 18:30"), ("S05", "生活区 1 号楼", "08:00 20:00"), ("S06", "厂区大门岗亭", "06:30 14:00 21:30")]  # fmt: skip


def fill(random, people, today):
    """Fill the pages of the measures; `people` is the staff."""
    officer = _account(Role.HEALTH_OFFICER)
    office = [person for person in people if person.unit.name in ("物业", "食堂", "车队", "综合科", "宣传科")]
    away = {row.person_id for row in plant.absences_between(plant.now(), plant.now() + timedelta(minutes=1))}
    free = [person for person in office if person.pk not in away and not hasattr(person, "account")]
    chosen = random.sample(free, 6)
    _isolated([person for person in office if person.pk in away], chosen[:2], officer, today)
    _returned(chosen[2:], officer, today)
    _supplies(officer, today)
    _rounds(random, people, officer, today)


def _account(role):
    return Person.objects.filter(account__grants__role=role).first().account


def _at(day, hour, minute=0):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _id(*words):
    return uuid.uuid5(uuid.NAMESPACE_OID, "demo:" + ":".join(map(str, words)))


def _isolated(away, more, officer, today):
    """One well followed up, one of yesterday still only spoken, one that is over and lacks a test; the rest without an order."""
    rows = [
        (away[0], "home", 5, "模防隔〔2020〕3 号"),
        (more[0], "central", 2, ""),
        (more[1], "home", 14, "模防隔〔2020〕1 号"),
    ]
    for person, kind, days, number in rows:
        first = today - timedelta(days=days)
        with plant.clock.at(_at(first, 10)):
            order = grid.isolate(person, "contact", kind, uid=_id("order", person.pk), by=officer, counted_from=first,
                                 place=person.residence if kind == "home" else "模拟招待所 206", written_no=number)  # fmt: skip
        for offset in range(days):
            if kind == "central" and offset:
                continue
            day = first + timedelta(days=offset)
            with plant.clock.at(_at(day, 16)):
                grid.follow(order, "seen_ok", uid=_id("follow", order.pk, day), by=officer, method="video")
        if days == 14:
            grid.enter_test(person, today - timedelta(days=2), "negative", uid=_id("test", person.pk, 1), by=officer)
            grid.enter_test(person, today - timedelta(days=1), "waiting", uid=_id("test", person.pk, 2), by=officer)
        else:
            grid.want(order, "米面蔬菜三天的量，体温计一支", by=officer)


def _returned(people, officer, today):
    for area, level, days in AREAS:
        grid.enter_area(
            by=officer, area=area, level=level, starts_on=today - timedelta(days=days), source="省指挥部通报（模拟）"
        )
    rows = [("湖北省黄冈市", 4, "train", "K622"), ("青海省西宁市", 1, "car", "青A·模拟1"), ("甘肃省兰州市", 0, "coach", ""),
            ("河南省信阳市固始县", 2, "train", "Z126")]  # fmt: skip
    for person, (origin, days, means, vehicle) in zip(people, rows, strict=True):
        with plant.clock.at(max(_at(today - timedelta(days=days), 7), plant.now() - timedelta(days=days))):
            grid.declare_return(person, origin, today - timedelta(days=days), means, uid=_id("return", person.pk), by=officer,
                                declared="officer", vehicle=vehicle)  # fmt: skip


def _supplies(officer, today):
    cells = list(Unit.objects.filter(kind="cell").order_by("code"))
    for name, unit, stock, warn_days, daily, each in ITEMS:
        with plant.clock.at(_at(today - timedelta(days=10), 9)):
            item = grid.keep_item(by=officer, name=name, unit=unit, warn_days=warn_days, daily=daily)
            grid.receive(item, stock, batch=_id("receipt", name), by=officer)
        for offset in (9, 6, 3) if each else ():
            with plant.clock.at(_at(today - timedelta(days=offset), 9)):
                for cell in cells:
                    grid.issue_to_cell(item, cell, each, batch=_id("issue", name, cell.pk, offset), by=officer)


def _rounds(random, people, officer, today):
    agent = grid.agents().filter(unit="mg/L").first()
    doers = [person.account for person in people if hasattr(person, "account")] or [officer]
    for code, name, times in PLACES:
        due = [time.fromisoformat(each) for each in times.split()]
        place = grid.keep_place(
            by=officer, code=code, name=name, times=due, agent=agent, early=60, grace=60, active=True
        )
        for each in due:
            moment = _at(today, each.hour, each.minute) + timedelta(minutes=random.randint(-30, 80))
            if moment < plant.now() and code != "S04":
                with plant.clock.at(moment):
                    grid.disinfect(
                        place,
                        agent,
                        random.choice((300, 400, 500)),
                        uid=_id("round", code, each),
                        by=random.choice(doers),
                    )
