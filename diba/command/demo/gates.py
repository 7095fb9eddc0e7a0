"""The demo's gates: three zones, six gates with a device each, passes, and yesterday's and today's crossings. All made up."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

from diba.gates.actions import absorbing, devices, expected, gaps, handing, ledger, paper, passes, places, walk_ins
from diba.plant import actions as plant
from diba.plant.models import Person, Post, Role, Unit, WatchPattern

ZONES = [("LIVING", "生活区", ()), ("WORKS", "厂区", ()), ("OFFICE", "办公楼", ("办公室", "党委党建部", "安全监察部"))]
GATES = [
    ("G1", "生活区正门", "LIVING"), ("G2", "生活区东门", "LIVING"), ("G3", "坝区公路", "WORKS"), ("G4", "厂区大门", "WORKS"),
    ("G5", "进厂隧道口", "WORKS"), ("G6", "办公楼", "OFFICE"),
]  # fmt: skip
CROSSED = 120  # people who came in today
LIVES = uuid.UUID("6f1c0f52-6a53-4c3b-9d1e-20200214abcd")


DAYS_BACK = 4  # of crossings; devices were enrolled the day before them
TURNED_AWAY = [
    ("no_pass", "stop", "not_listed"), ("no_visit", "stop", "no_visit"), ("no_mask", "pass", "enters"), ("not_declared", "stop", "not_declared"),
    ("", "stop", "not_listed"),
]  # fmt: skip


def fill(random, people, today):
    """Fill the desk of the gates; `people` is the staff."""
    chief = Person.objects.filter(account__grants__role=Role.DUTY_OFFICER).first().account
    gates = _places(chief)
    with plant.clock.at(plant.day_start(today - timedelta(days=5)) + timedelta(hours=9)):
        passes.issue(people, by=chief, days=90)
    posts = _devices(gates, chief, today)
    _expected(people, chief, today)
    _crossings(random, people, posts, today, chief)
    _paper(people, gates[1], today, chief)
    _handovers(people, posts, today, chief)
    _walk_ins(posts[0], today, chief)


def _places(chief):
    units = {unit.name: unit for unit in Unit.objects.all()}
    zones = {
        code: places.keep_zone(by=chief, code=code, name=name, units=[units[unit] for unit in open_to])
        for code, name, open_to in ZONES
    }
    pattern, posts = WatchPattern.objects.get(code="3x8"), list(Post.objects.filter(manning=None).order_by("code"))
    return [
        places.keep_gate(
            by=chief, code=code, name=name, zone=zones[zone], pattern=pattern, place=f"{name}（模拟）", phone=f"1000000{number}",
            post=posts[number] if number < len(posts) else None,
        )
        for number, (code, name, zone) in enumerate(GATES)
    ]  # fmt: skip


def _devices(gates, chief, today):
    """Enrol a device at each gate; the tunnel's has been silent since the night."""
    rows = []
    with plant.clock.at(plant.day_start(today - timedelta(days=5)) + timedelta(hours=10)):
        for gate in gates:
            _row, code = devices.make_code(gate, by=chief)
            rows.append(devices.enrol(code, f"{gate.name}手机", "1.0")[0])
    return rows


def _expected(people, chief, today):
    begins = plant.day_start(today) + timedelta(hours=8)
    for name, host, purpose in (
        ("马师傅（模拟）", people[3], "送氧气"),
        ("韩工（模拟）", people[40], "检修水轮机导叶"),
    ):
        visit = expected.announce(
            by=chief,
            host=host,
            name=name,
            employer="模拟公司",
            purpose=purpose,
            begins_at=begins,
            ends_at=begins + timedelta(hours=10),
        )
        if host is people[3]:
            expected.answer(visit, True, by=chief)
    expected.expect_vehicle(
        by=chief,
        plate="甘A12345",
        owner="模拟公司",
        driver="马师傅（模拟）",
        begins_at=begins,
        ends_at=begins + timedelta(hours=10),
    )


def _crossings(random, people, posts, today, chief):
    """Let people come in from six in the morning and some go out again, all that lies before now."""
    now = plant.now()
    for back in range(DAYS_BACK, 0, -1):
        _past(random, people, posts, today - timedelta(days=back), chief)
    records: dict = {device.pk: [] for device in posts}
    for number, person in enumerate(random.sample(people, min(CROSSED, len(people)))):
        device = posts[(0, 3, 0, 2, 1, 3)[number % 6]]
        came = plant.day_start(today) + timedelta(minutes=360 + random.randint(0, 170))
        if came < now:
            records[device.pk].append(_record(f"in{number}", person, came, "in", random.randint(359, 369)))
        left = came + timedelta(minutes=random.randint(120, 500))
        if number % 3 == 0 and left < now:
            records[device.pk].append(_record(f"out{number}", person, left, "out", 0))
    for device in posts:
        silent = device.gate.code == "G5"
        if not silent:
            absorbing.absorb(device, records[device.pk], drift=4)
            continue
        with plant.clock.at(min(now, plant.day_start(today) + timedelta(hours=1))):
            absorbing.absorb(device, [], drift=-2, queue=3)


def _past(random, people, posts, day, chief):
    """One of the days before: in on the early watch, out in the afternoon; strangers and those without a pass turned away."""
    records: dict = {device.pk: [] for device in posts}
    for number, person in enumerate(random.sample(people, min(CROSSED // 2, len(people)))):
        device = posts[(0, 3, 4, 2, 1, 3)[number % 6]]
        came = plant.day_start(day) + timedelta(minutes=round(random.triangular(330, 600, 440)))
        left = came + timedelta(minutes=random.randint(240, 660))
        records[device.pk].append(_record(f"{day}in{number}", person, came, "in", round(random.gauss(364, 3))))
        records[device.pk].append(_record(f"{day}out{number}", person, left, "out", 0))
    for number, (refusal, verdict, reason) in enumerate(random.choices(TURNED_AWAY, k=4)):
        came = plant.day_start(day) + timedelta(minutes=random.randint(420, 1200))
        device = posts[random.randint(0, 3)]
        stranger = {
            "kind": "unknown",
            "person": None,
            "passed": "none",
            "pass_number": None,
            "refusal": refusal,
            "temperature": None,
        }
        row = _record(f"{day}no{number}", None, came, "in", 0) | stranger
        records[device.pk].append({**row, "verdict": {"verdict": verdict, "reason": reason}, "name": "送货人（模拟）"})
    with plant.clock.at(plant.day_start(day) + timedelta(hours=23, minutes=50)):
        for device in posts:
            absorbing.absorb(device, records[device.pk], drift=4)
        for item in ledger.items():
            ledger.close_item(item, "已与卡口核对（模拟）", by=chief)


def _paper(people, gate, today, chief):
    """Yesterday evening without power at the east gate: two sheets, one of them keyed back in part."""
    begins = plant.day_start(today) - timedelta(hours=5)
    with plant.clock.at(begins + timedelta(hours=3)):
        sheet, _empty = paper.make_sheets(gate, plant.today(), 2, by=chief)
        paper.key(
            sheet,
            {n: _line(n, people[7 * n % len(people)], begins + timedelta(minutes=9 * n)) for n in range(1, 10)},
            by=chief,
        )
        for item in ledger.items():
            ledger.close_item(item, "已与纸质台账核对（模拟）", by=chief)


def _handovers(people, posts, today, chief):
    """The watches of the days before, handed over at each gate but for two: one that somebody has explained, and one of tonight."""
    for device in posts:
        gives = people[11 * device.gate_id % len(people)].staff_no
        for back in range(DAYS_BACK + 1, -1, -1):
            for watch in sorted(device.gate.pattern.watches.all(), key=lambda watch: watch.span(today)[0]):
                begins, _ends = watch.span(today - timedelta(days=back))
                forgotten = (device.gate.code == "G3" and back == 1 and watch.night) or (device.gate.code == "G5" and back == 0)  # fmt: skip
                if begins < plant.now() and (takes := _takes(device, watch, begins, gives, people)):
                    if not forgotten:
                        _sign(device, watch, begins, gives, takes)
                    gives = takes
    for gap in gaps.open_gaps():
        if gap.gate.code == "G3":
            gaps.explain(gap.gate, gap.begins, "雨夜两班在岗亭口头交接，已补问清楚（模拟）", by=chief)


def _walk_ins(device, today, chief):
    """Three who came unannounced: let in, slowly answered, and refused."""
    rows = [("陈师傅（模拟）", "送检定证书", 17, 41, True), ("何工（模拟）", "看励磁柜", 52, 137, True), ("周经理（模拟）", "推销防护用品", 90, 28, False)]  # fmt: skip
    hosts = list(Person.objects.filter(account__is_active=True).order_by("pk")[:3])
    for number, (name, purpose, minutes, seconds, yes) in enumerate(rows):
        arrived = plant.day_start(today) - timedelta(hours=8) + timedelta(minutes=minutes)
        uid = str(uuid.uuid5(LIVES, f"walk{number}"))
        told = {"uid": uid, "at": int(arrived.timestamp()), "name": name, "purpose": purpose, "host": hosts[number % len(hosts)].pk, "declared": "no"}  # fmt: skip
        with plant.clock.at(arrived + timedelta(seconds=12)):
            visit = walk_ins.ask_host(device, told, 0)
        with plant.clock.at(arrived + timedelta(seconds=seconds)):
            expected.answer(visit, yes, by=chief)
            walk_ins.settled(visit.host, str(visit.get_state_display()), by=chief)
            walk_ins.answers(device, [uid])


def _takes(device, watch, begins, out, people):
    """Return the staff number of who takes a watch over: whom the roster names; None when nobody of them can, or he stands there.

    Before there was a roster it was anybody.
    """
    with plant.clock.at(begins):
        rows = places.on_watch([device.gate.post_id], begins - handing.AROUND, begins + handing.AROUND)
    if not rows:
        return people[(11 * device.gate_id + watch.pk + begins.day) % len(people)].staff_no
    able = [person.staff_no for _post, start, _end, person, away in rows if start == begins and not away]
    return next((number for number in able if number != out), None)


def _sign(device, watch, begins, out, come):
    """Let somebody (a staff number) hand a watch over to another."""
    first = 11 * device.gate_id + watch.pk
    at = int(begins.timestamp()) - 300 + 60 * (first % 7)
    told = {
        "uid": str(uuid.uuid5(LIVES, f"handover{device.gate_id}{at}")), "at": at, "from": out, "to": come, "queue": 0, "inside": 3 + first % 9,
        "keys": 1, "retests": 0, "holds": 0, "note": "", "signed_out": f"{out} {begins:%H:%M}", "signed_in": f"{come} {begins:%H:%M}",
    }  # fmt: skip
    with plant.clock.at(begins):
        handing.hand_over(device, told, 0)


def _line(number, person, at):
    """Return one row of the paper as it is understood."""
    way, at = "out" if number % 3 else "in", at.replace(second=0, microsecond=0)
    moment, tenths = int(at.timestamp()), 361 + number
    said = {
        "time": f"{at:%H:%M}",
        "way": "出" if number % 3 else "进",
        "who": person.staff_no,
        "plate": "",
        "degrees": f"{tenths / 10}",
        "result": "放行",
        "note": "",
    }
    record = {
        "at": moment, "direction": way, "kind": "person", "person": person.pk, "refusal": "", "note": "",
        "temperature": {"first": tenths, "at": moment, "method": "paper"},
    }  # fmt: skip
    return SimpleNamespace(at=at, direction=way, kind="person", holder=person.pk, refusal="", record=record, said=said)


def _record(name, person, at, direction, tenths):
    moment = int(at.timestamp())
    return {
        "uid": str(uuid.uuid5(LIVES, name)), "at": moment, "drift": 0, "direction": direction, "kind": "person", "person": person and person.pk,
        "passed": "ok", "pass_number": person and person.gate_passes.first().number, "guard": "卡口",
        "temperature": {"first": tenths, "at": moment, "method": "forehead"} if tenths else None,
        "verdict": {"verdict": "pass", "reason": "enters" if direction == "in" else "leaves"}, "bundle": "demo",
    }  # fmt: skip
