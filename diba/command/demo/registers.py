"""The demo's registers of the roster desk: rooms and turns, trainings, volunteers, a what-if, an N-1 sweep. All made up."""

from datetime import timedelta

from diba.plant import actions as plant
from diba.plant.models import Person, Post, Qualification, WatchPattern
from diba.rosters import actions as rosters
from diba.rosters.actions import fitness, gate_duties, gate_swaps, living_in, sweeping, training, volunteers, what_if

ISOLATION, TEST, LONGEST = 7, 3, 8  # days; the made-up plant's own agreement
SKILLS = ("temperature", "driving", "first_aid", "tibetan", "records")


def fill(random, people, planner, today, seconds=4):
    """Fill every register; `people` is the staff, `planner` an account."""
    living(random, planner, today)
    trainings(people, planner, today)
    gates(random, people, planner, today)
    questions(planner, today, seconds)


def living(random, planner, today):
    """Team A came out this morning, all but one; team B went in, all but one whose result is waited for."""
    _rooms(planner)
    first = _turn("A 组第 1 轮（模拟）", "A", today - timedelta(days=7), planner)
    _prepared(first, planner)
    _in(first, planner, today - timedelta(days=7))
    second = _turn("B 组第 1 轮（模拟）", "B", today, planner)
    late = second.stays.order_by("pk").first()
    _prepared(second, planner, waiting=late)
    _in(second, planner, today)
    _out(first, planner, today)
    third = _turn("A 组第 2 轮（模拟）", "A", today + timedelta(days=7), planner, said_on=today)
    members = list(third.stays.select_related("person"))
    behind = {stay.pk for stay in random.sample(members, min(4, len(members)))}
    ready = [stay.person for stay in members if stay.pk not in behind]
    fitness.isolate(ready, today, today + timedelta(days=6), place="生活区集中点（模拟）", by=planner)


def _rooms(planner):
    for building, team in (("1 号公寓（模拟）", "A"), ("2 号公寓（模拟）", "B"), ("3 号公寓（模拟）", "")):
        for number in range(1, 17):
            living_in.add_room(building, f"{building[0]}{100 + number}", 4, by=planner, team=team)


def _turn(name, team, enters_on, planner, said_on=None):
    with plant.clock.at(
        min(plant.now(), plant.day_start(said_on or enters_on - timedelta(days=8)) + timedelta(hours=9))
    ):
        return living_in.open_turn(
            by=planner, name=name, team=team, enters_on=enters_on, leaves_on=enters_on + timedelta(days=7), longest=LONGEST,
            isolation_days=ISOLATION, test_days=TEST,
        )  # fmt: skip


def _prepared(turn, planner, waiting=None):
    people = [stay.person for stay in turn.stays.select_related("person")]
    first, last = turn.enters_on - timedelta(days=ISOLATION), turn.enters_on - timedelta(days=1)
    with plant.clock.at(plant.day_start(first) + timedelta(hours=9)):
        fitness.isolate(people, first, last, place="生活区集中点（模拟）", by=planner)
    with plant.clock.at(plant.day_start(last) + timedelta(hours=12)):
        fitness.take_sample(people, last, by=planner)
        for person in people:
            if waiting is None or person.pk != waiting.person_id:
                fitness.find(person.samples.first(), "negative", by=planner)


def _in(turn, planner, day):
    with plant.clock.at(min(plant.now(), plant.day_start(day) + timedelta(hours=5, minutes=30))):
        for stay in turn.stays.select_related("turn", "person"):
            found = fitness.fitness([stay.person_id], day, ISOLATION, TEST)[stay.person_id]
            if found.fit:
                living_in.go_in(stay, by=planner)


def _out(turn, planner, day):
    with plant.clock.at(min(plant.now(), plant.day_start(day) + timedelta(hours=7))):
        for stay in list(turn.stays.order_by("pk"))[1:]:
            living_in.come_out(stay, by=planner)


def trainings(people, planner, today):
    """Four trainings: planned, under way twice, passed."""
    held = plant.qualified(today)
    codes = {q.code: q for q in Qualification.objects.all()}
    rows = [
        ("JB", "保护班", "started", -12, 9),
        ("SD", "水调班", "started", -20, 3),
        ("ZM", "闸门班", "planned", 3, 24),
        ("TX", "通信班", "passed", -30, -2),
    ]
    for code, team, state, first, last in rows:
        wanted = codes[code]
        learner = next((p for p in people if p.unit.name == team and wanted.pk not in held.get(p.pk, {})), None)
        mentor = next((p for p in people if wanted.pk in held.get(p.pk, {})), None)
        if learner is None or mentor is None:
            continue
        row = training.plan_training(
            learner,
            wanted,
            today + timedelta(days=first),
            today + timedelta(days=last),
            mentor=mentor,
            watches=6,
            by=planner,
        )
        for following in {"planned": (), "started": ("started",), "passed": ("started", "passed")}[state]:
            training.step(row, following, by=planner)


def gates(random, people, planner, today):
    """Sixty-four volunteers; the days of the week before with those who came, this week by day and night, a call that waits."""
    posts = list(Post.objects.filter(manning=None).order_by("code"))
    if not posts:
        return
    offices = [p for p in people if p.unit.name in ("综合科", "宣传科", "安监科", "食堂", "物业", "机械班")]
    willing = (offices + [p for p in people if p not in offices and "值" not in p.unit.name])[:64]
    for number, person in enumerate(willing):
        if number % 4 == 3:
            volunteers.offer(person, by=None, skills=random.sample(SKILLS, 1), most_a_week=random.choice((1, 2, 2, 3)))
        volunteers.enlist(
            [person], skills=random.sample(SKILLS, random.choice((1, 1, 2, 3))), most_a_week=random.choice((1, 2, 3, 3)), by=planner,
            trained_until=None if number == 23 else today + timedelta(days=-3 if number == 4 else random.randint(60, 300)),
            insured_until=None if number == 9 else today + timedelta(days=random.randint(40, 200)),
        )  # fmt: skip
    pattern = WatchPattern.objects.get(code="3x8")
    asked = {"pattern": pattern, "needed": 1, "by_day_only": False, "answer_hours": 24, "by": planner}
    with plant.clock.at(plant.day_start(today - timedelta(days=13)) + timedelta(hours=10)):
        past = volunteers.call_up(
            name="上周卡口值守（模拟）", first_day=today - timedelta(days=11), days=4, gates=posts[:2], **asked
        )
        _answer(random, past, 0.8)
        gate_duties.draft_duties(past, seconds=2)
        volunteers.publish_call(past, by=planner)
    for number, duty in enumerate(past.duties.select_related("call", "watch")):
        volunteers.attend(duty, number != 3, duty.watch.minutes if number % 5 else 360, by=planner)
    with plant.clock.at(plant.day_start(today - timedelta(days=3)) + timedelta(hours=10)):
        present = volunteers.call_up(
            name="本周卡口值守（模拟）", first_day=today - timedelta(days=1), days=7, gates=posts, **asked
        )
        for invitation in present.invitations.all():
            volunteers.answer(invitation, True, by=None)
        gate_duties.draft_duties(present, seconds=2)
        volunteers.publish_call(present, by=planner)
    _swap(present)
    coming = volunteers.call_up(
        name="下周卡口值守（模拟）", first_day=today + timedelta(days=6), days=7, gates=posts, **asked
    )
    _answer(random, coming, 0.5)


def _swap(call):
    """One watch given for another, and one that somebody is asked about."""
    for settled, duty in enumerate(
        call.duties.filter(day__gt=plant.today()).select_related("person", "watch", "post", "call")[:2]
    ):
        way = next((way for way in gate_swaps.Scales().ways(duty) if way.back), None)
        if way:
            swap = gate_swaps.ask(duty, way.person, way.back, by=None)
            if settled:
                gate_swaps.agree(swap, by=None)


def _answer(random, call, share):
    for invitation in call.invitations.select_related("person"):
        if random.random() < share:
            days = [str(call.first_day + timedelta(days=n)) for n in range(call.days) if random.random() < 0.6]
            volunteers.answer(invitation, random.random() < 0.85, days, by=None)


def questions(planner, today, seconds):
    """A saved what-if and the newest sweep."""
    thin = Person.objects.filter(certificates__qualification__code="JB").order_by("pk").values_list("pk", flat=True)[:3]
    row = what_if.start_what_if("三名继保同时隔离（模拟）", by=planner)
    what_if.suppose_gone(row, list(thin), today + timedelta(days=1), today + timedelta(days=6), by=planner)
    if rosters.as_things_stand():
        sweep = sweeping.ask_sweep(by=planner, kinds=["person", "crew", "household", "team"], seconds=seconds)
        sweeping.run_sweep(sweep)
