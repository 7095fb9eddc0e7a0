"""A gate of a real server that can be killed, the people who come to it, and the hands of a guard who lets them in.

`furnish` fills an empty database; `Serving` runs `diba serve` over a DIBA_HOME in a process of its own; `story` makes up so
many crossings of every kind. tests/browser/test_gate_storm.py and bench/gate_faults.py play it.
"""

import http.client
import itertools
import os
import random
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections import deque
from datetime import date, timedelta
from datetime import time as hour
from decimal import Decimal
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("gate_driver.js")
WELL, UNREPORTED, HELD, RETURNEES, VISITS, ASKED, VEHICLES = 40, 9, 6, 6, 8, 4, 12


# What a tab does that sends all it finds, in pieces, ten times over, and asks nobody whether another sends too.
TEN_TIMES = """async (from) => {
  const base = await new Promise((resolve) => { indexedDB.open("diba-gate", 1).onsuccess = (event) => resolve(event.target.result); });
  const got = (store, key) => new Promise((resolve) => {
    const asked = key ? base.transaction(store).objectStore(store).get(key) : base.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  const [device, lines] = [await got("held", "device"), await got("queue")];
  base.close();
  const sizes = [7, 50, 3, 120, 1, 64];
  let [statuses, sent] = [[], 0];
  for (let round = 0; round < 10; round++) {
    for (let place = (from + round) % 5; place < lines.length; ) {
      const part = lines.slice(place, (place += sizes[sent++ % sizes.length]));
      const body = JSON.stringify({ sent_at: Math.floor(Date.now() / 1000), queue: 0, records: part.map((line) => line.record) });
      statuses.push((await fetch("/gates/api/crossings", { method: "POST", body, headers: { Authorization: `Device ${device.token}` } })).status);
    }
  }
  return statuses;
}"""


def furnish():
    """Fill an empty database with a gate and who comes to it; return what a guard and an officer hold in their hands.

    {code: of the device, session: of the officer, passes: {staff number: text}, dead: number of a pass to revoke and its id}
    """
    from diba.gates.actions import devices, expected, passes, places
    from diba.grid import actions as grid
    from diba.plant import actions as plant
    from diba.plant.models import Person, Role, Site, Unit, WatchPattern

    Site.objects.create(code="storm", name="模拟电站", synthetic=True)
    unit = Unit.add(code="D01", name="运行分场", kind="department")
    grid.set_policy(
        date(2020, 1, 1), threshold=Decimal("37.3"), comparator=">", due=hour(9), grace=120, second_due=hour(18), isolation_days=14,
        source="test",
    )  # fmt: skip
    groups = (("well", WELL, "张"), ("late", UNREPORTED, "罗"), ("held", HELD, "周"), ("back", RETURNEES, "郑"))
    people = {}
    for place, (group, count, family) in enumerate(groups, 1):
        for n in range(count):
            person = Person.objects.create(staff_no=f"{place}{n:03}", name=f"{family}测{n:02}", unit=unit)
            people.setdefault(group, []).append(person)
    officer = plant.open_account(people["well"][0], None, roles=[Role.DUTY_OFFICER], must_change=False)
    for person in people["well"]:
        grid.check_in(person, plant.today(), Decimal("36.5"), uid=uuid.uuid4())
    for group, reason in (("held", "contact"), ("back", "returnee")):
        for person in people[group]:
            plant.hold(person, reason, ends_at=plant.now() + timedelta(days=9))
    pattern, _made = WatchPattern.objects.get_or_create(code="3x8", defaults={"name": "三班"})
    zone = places.keep_zone(by=officer, code="LIVING", name="生活区")
    gate = places.keep_gate(by=officer, code="G1", name="生活区正门", zone=zone, pattern=pattern, phone="8120")  # fmt: skip
    begins, ends = plant.now() - timedelta(hours=1), plant.now() + timedelta(hours=12)
    for n in range(VISITS + ASKED):
        by = officer if n < VISITS else None
        expected.announce(
            by=by, host=people["well"][0], begins_at=begins, ends_at=ends, name=f"安立{n:02}", purpose="电梯维保", declared="没有"
        )  # fmt: skip
    for n in range(VEHICLES):
        expected.expect_vehicle(by=officer, begins_at=begins, ends_at=ends, plate=f"甘AD{n:05}", driver=f"马师傅{n}")
    issued = passes.issue([one for group in people.values() for one in group], by=officer)
    texts = {row.person.staff_no: row.text for row in issued}
    return {
        "code": devices.make_code(gate, by=officer)[1], "session": _session(officer), "passes": texts,
        "ids": {row.person.staff_no: row.pk for row in issued},
    }  # fmt: skip


def _session(account):
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from diba.plant.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), "diba.plant.login.StaffNumberOrPhone"
    session[HASH_SESSION_KEY], session["seen"] = account.get_session_auth_hash(), time.time()
    session.create()
    return session.session_key


class Serving:
    """Our own server over a DIBA_HOME, always at the same free port of this machine; it may be killed and started again."""

    def __init__(self, home):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home, self.url, self.process = home, f"http://127.0.0.1:{self.port}", None

    def start(self, wait=True):
        """Start it; wait: until it answers. Raises RuntimeError when it does not within a minute."""
        env = {**os.environ, "DIBA_HOME": str(self.home), "DIBA_PORT": str(self.port), "DJANGO_SETTINGS_MODULE": "diba.web.settings"}  # fmt: skip
        env.pop("DIBA_DATABASE", None)
        command = [sys.executable, "-m", "diba", "serve"]
        self.process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        for _wait in range(600 if wait else 0):
            if self.answers():
                return
            time.sleep(0.1)
        if wait:
            raise RuntimeError("the server did not come up")

    def answers(self):
        """Say whether it answers now."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/livez")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self):
        """End it and its processes at once, as a power cut does."""
        if self.process is None:
            return
        end(psutil.Process(self.process.pid))
        self.process.wait(20)
        self.process = None

    def rows(self):
        """Return every crossing of the ledger as {column: value}, with the kind of its open item as "item"."""
        base = sqlite3.connect(f"file:{self.home / 'diba.sqlite3'}?mode=ro", uri=True, timeout=30)
        base.row_factory = sqlite3.Row
        try:
            found = base.execute(
                "SELECT c.*, i.kind AS item FROM gates_crossing c LEFT JOIN gates_openitem i ON i.crossing_id = c.id"
            )
            return [dict(row) | {"uid": str(uuid.UUID(row["uid"]))} for row in found]
        finally:
            base.close()


def end(process):
    """Kill one process of ours with those it started."""
    for each in [*process.children(recursive=True), process]:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue


def browser_of(profile):
    """Return the process of the browser that runs over a profile."""
    for process in psutil.Process().children(recursive=True):
        try:
            line = process.cmdline()
        except psutil.Error:
            continue
        if f"--user-data-dir={profile}" in line and not any(part.startswith("--type=") for part in line):
            return process
    raise RuntimeError("no browser runs over this profile")


class Story:
    """Who comes, one after the other, for ever: `next(story)` is one crossing as gate_driver.js does it.

    kind: text (a pass or number as a scanner types it), stranger, vehicle, visit, walk. expect: the reason last shown,
    where the lists alone say it; "" where it depends on what is known at the moment.
    """

    def __init__(self, passes, seed):
        self.passes, self.die, self.count = passes, random.Random(seed), itertools.count(1)
        self.inside, self.ill, self.recent = set(), set(), deque(maxlen=30)
        # Each kind as often as it stands here.
        self.kinds = [
            *[self.person] * 8, *[self.vehicle] * 2, *[self.visit] * 2, self.late, self.late_forced, self.held, self.returnee,
            self.stranger, self.walk, self.unbooked, self.dirty, self.fever, self.rested, self.forged, self.asked,
        ]  # fmt: skip
        self.turn = []

    def __iter__(self):
        return self

    def __next__(self):
        if not self.turn:
            self.turn = self.die.sample(self.kinds, len(self.kinds))
        return {"out": False} | self.turn.pop()()

    def _pick(self, kind, low, high):
        """Return a number of somebody who was not here a moment ago: the ledger counts in seconds, and these hands are fast."""
        n = self.die.choice([n for n in range(low, high) if (kind, n) not in self.recent])
        self.recent.append((kind, n))
        return n

    def _in_or_out(self, key, said):
        """Let somebody who is inside go out, anybody else come in."""
        if key in self.inside:
            self.inside.remove(key)
            return said | {"out": True, "expect": "leaves"}
        self.inside.add(key)
        return said | {"readings": [self.die.randrange(355, 373)], "expect": "enters"}

    def _no(self, place, count):
        return f"{place}{self._pick(place, 0, count):03}"

    def person(self):
        number = f"1{self._pick('well', 5, WELL):03}"
        return self._in_or_out(number, {"kind": "text", "text": self.die.choice((number, self.passes[number]))})

    def late(self):
        number = self._no(2, UNREPORTED)
        return {"kind": "text", "text": number, "refuse": "其他原因", "expect": "" if number in self.inside else "not_checked_in"}  # fmt: skip

    def late_forced(self):
        number = f"2{self._pick(2, 0, UNREPORTED):03}"
        if number in self.inside:
            return self._in_or_out(number, {"kind": "text", "text": number})
        self.inside.add(number)
        return {"kind": "text", "text": number, "force": True, "expect": "not_checked_in"}

    def held(self):
        return {"kind": "text", "text": self.passes[self._no(3, HELD)], "refuse": "隔离观察中", "expect": "held"}

    def returnee(self):
        return {"kind": "text", "text": self._no(4, RETURNEES), "refuse": "隔离观察中", "expect": "held"}

    def forged(self):
        text = self.passes[f"1{self.die.randrange(WELL):03}"]
        place = self.die.randrange(60, 140)
        other = "A" if text[place] != "A" else "B"
        return {"kind": "text", "text": text[:place] + other + text[place + 1 :], "refuse": "证件不对", "expect": "pass_forged"}  # fmt: skip

    def fever(self):
        n = self._pick("ill", 0, 4)  # these never come in: see person()
        first, _known = n not in self.ill, self.ill.add(n)  # who was ill once may be held by the next lists
        return {"kind": "text", "text": f"1{n:03}", "name": f"张测{n:02}", "readings": [self.die.randrange(374, 385), self.die.randrange(374, 390)], "refuse": "发热", "expect": "fever" if first else ""}  # fmt: skip

    def rested(self):
        said = self.person()
        if said["expect"] == "enters":
            number = next(number for number in (said["text"], *self.passes) if number in self.passes and said["text"] in (number, self.passes[number]))  # fmt: skip
            said |= {"readings": [375, 366], "name": f"张测{number[2:]}"}
        return said

    def stranger(self):
        return {"kind": "stranger", "name": f"生人{next(self.count)}", "refuse": "没带证", "expect": "not_listed"}

    def vehicle(self):
        n = self._pick("car", 0, VEHICLES)
        said = {"kind": "vehicle", "plate": f"甘AD{n:05}", "driver": f"马师傅{n}", "cargo": "菜", "clean": True}
        return self._in_or_out(f"car{n}", said)

    def unbooked(self):
        return {"kind": "vehicle", "plate": f"甘B{next(self.count) % 100000:05}", "driver": "李四", "cargo": "", "clean": True, "refuse": "其他原因", "expect": "not_booked"}  # fmt: skip

    def dirty(self):
        n = self._pick("car", 0, VEHICLES)
        return {"kind": "vehicle", "plate": f"甘AD{n:05}", "driver": f"马师傅{n}", "cargo": "", "clean": False, "refuse": "没消毒", "expect": ""}  # fmt: skip

    def visit(self):
        n = self._pick("guest", 0, VISITS)
        return self._in_or_out(f"guest{n}", {"kind": "visit", "name": f"安立{n:02}"})

    def asked(self):
        n = self._pick("guest", VISITS, VISITS + ASKED)
        return self._in_or_out(f"guest{n}", {"kind": "visit", "name": f"安立{n:02}", "phone": True})

    def walk(self):
        return {"kind": "walk", "name": f"李工{next(self.count)}", "purpose": "送药", "host": "张测00", "readings": [365], "expect": "enters"}  # fmt: skip
