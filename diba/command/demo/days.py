"""The demo's last thirty days: check-ins, a published roster, a few returnees and isolations, this morning's loss."""

import uuid
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from diba.grid import actions as grid
from diba.plant import actions as plant
from diba.plant.models import Certificate, WatchPattern
from diba.rosters import actions as rosters

DAYS = 30
SILENT = 15  # not heard from this morning


def policy(first):
    """Enter the health rules: 37.3 °C after 国发明电〔2020〕4号 and the plant's own hours."""
    grid.set_policy(
        first, threshold=Decimal("37.3"), comparator=">", due=time(9), grace=120, second_due=time(18), isolation_days=14,
        source="国发明电〔2020〕4号（2020-02-21）；时间为本厂规定（模拟）",
    )  # fmt: skip


def check_ins(random, people, today, cell):
    """Give everybody a month of mornings, and this morning all but a few: two of the cell and one operator among them."""
    members = [person for person in people if person.cell_id == cell.pk and person.pk != cell.lead_id]
    others = [person for person in people[120:] if person.cell_id != cell.pk]
    operators = [person for person in people[30:90] if person.cell_id != cell.pk]
    silent = random.sample(members, 2) + random.sample(operators, 1) + random.sample(others, SILENT - 3)
    silent = {person.pk for person in silent}
    rows = []
    for offset in range(DAYS, -1, -1):
        day = today - timedelta(days=offset)
        for person in people:
            if (offset == 0 and person.pk in silent) or (offset and random.random() < 0.004):
                continue
            moment = timezone.make_aware(datetime.combine(day, time(6, 30))) + timedelta(
                seconds=random.randint(0, 8400)
            )
            moment = min(moment, plant.now())
            reading = Decimal(random.choice((362, 363, 364, 365, 365, 366, 366, 367, 368, 369))) / 10
            rows.append((person.pk, day, reading, moment))
    grid.enter_history(rows, uuid.UUID(int=random.getrandbits(128)))
    return silent


def published_roster(planner, today, seconds):
    """Divide the operators, draft four weeks that began last week, publish them."""
    pattern = WatchPattern.objects.get(code="3x8")
    split = rosters.adopt(
        rosters.split_staff(pattern, by=planner, day=today - timedelta(days=7), seconds=5, crews=1.2), by=planner
    )
    # A slow or busy machine gets more time: a demo without a roster shows nothing.
    for patience in (1, 5, 25):
        roster = rosters.ask_now(
            pattern, today - timedelta(days=7), 28, by=planner, split=split, name="A/B 轮换四周（模拟）",
            rules={"seconds": seconds * patience, "block": 7},
        )  # fmt: skip
        if roster.state == "draft":
            break
        rosters.drop(roster, by=planner)
    if roster.state == "draft":
        rosters.publish(roster, by=planner)
    return roster


def losses(random, people, planner, today):
    """Two people of one thin post fall out: the board has something to say."""
    now = plant.now()
    # A certificate that nobody renewed: it runs out tomorrow, and its holder stands on the day after.
    thin = [
        duty
        for duty in rosters.duties_between(today + timedelta(days=2), today + timedelta(days=6))
        if duty.post.code == "jibao"
    ]
    for certificate in Certificate.objects.filter(person=thin[0].person_id) if thin else ():
        certificate.expires = thin[0].day - timedelta(days=1)
        certificate.save()
    office = [person for person in people if person.unit.name in ("综合科", "食堂", "车队")]
    for number, person in enumerate(random.sample(office, 3), 2):
        plant.take_out(
            person,
            "isolation",
            now - timedelta(days=5),
            now + timedelta(days=9),
            by=planner,
            reason="返岗观察（模拟）",
            source=f"demo:isolation:{number}",
        )
    for number, person in enumerate(random.sample(office, 2)):
        plant.take_out(
            person,
            "leave",
            now,
            now + timedelta(days=3),
            by=planner,
            reason="事假（模拟）",
            source=f"demo:leave:{number}",
        )
