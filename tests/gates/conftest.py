"""Two gates of the small plant, a device at each, and what a device sends."""

import json
import uuid
from types import SimpleNamespace

import pytest
from django.urls import reverse

from diba.gates.actions import devices, places, signing
from diba.gates.models import Gate
from diba.plant.actions import often
from diba.plant.models import Role, WatchPattern

from ..conftest import NOW

AT = int(NOW.timestamp())


class Post:
    """A guard's device: its token, and what it asks the server for."""

    def __init__(self, client, device, token):
        self.client, self.device, self.token = client, device, token
        self.headers = {"Authorization": f"Device {token}"}

    def get(self, name, **headers):
        return self.client.get(reverse(f"gates:api_{name}"), headers={**self.headers, **headers})

    def post(self, name, told):
        body = told if isinstance(told, (str, bytes)) else json.dumps(told)
        return self.client.post(
            reverse(f"gates:api_{name}"), body, content_type="application/json", headers=self.headers
        )

    def send(self, *records, sent_at=AT, queue=0):
        answer = self.post("crossings", {"sent_at": sent_at, "queue": queue, "records": list(records)})
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]


def record(person=None, **changed):
    """Return one crossing as a device writes it: well, and let in."""
    return {
        "uid": str(uuid.uuid4()), "at": AT, "drift": 0, "direction": "in", "kind": "person" if person else "unknown",
        "person": person.pk if person else None, "visit": None, "vehicle": None, "pass_number": None, "passed": "none",
        "temperature": {"first": 365, "at": AT, "second": 0, "second_at": 0, "method": "forehead"}, "disinfected": None,
        "verdict": {"verdict": "pass", "reason": "enters", "next": "enter", "until": 0, "warnings": []},
        "bundle": "1-a", "refusal": None, "forced": "", "note": "", "guard": "2001", **changed,
    }  # fmt: skip


@pytest.fixture
def officer(plant):
    return plant.account("刘敏", Role.DUTY_OFFICER)


@pytest.fixture
def gates(plant, officer):
    """A zone open to all with its gate, and one open to operations only with its own."""
    everyone = places.keep_zone(by=officer, code="LIVING", name="生活区")
    works = places.keep_zone(by=officer, code="WORKS", name="厂区", units=[plant["林涛"].unit])
    pattern = WatchPattern.objects.get(code="3x8")
    for code, name, zone in (("G1", "生活区正门", everyone), ("G2", "厂区大门", works)):
        places.keep_gate(by=officer, code=code, name=name, zone=zone, pattern=pattern)
    return {gate.code: gate for gate in Gate.objects.select_related("zone")}


@pytest.fixture
def enrolled(client, gates, officer):
    """Return a function that enrols a device at a gate."""

    def make(code="G1", name="手机"):
        _row, secret = devices.make_code(gates[code], by=officer)
        return Post(client, *devices.enrol(secret, name, "1.0"))

    return make


@pytest.fixture
def own_gate_key(tmp_path, monkeypatch):
    """The keys of a test that changes them."""
    place = tmp_path / "keys" / "gates.key"
    monkeypatch.setattr(signing, "path", lambda: place)
    return place


@pytest.fixture
def post(enrolled):
    return enrolled()


@pytest.fixture
def one_minute(monkeypatch):
    """All that is tried falls into one minute, however long a busy machine takes over it."""
    monkeypatch.setattr(often, "time", SimpleNamespace(time=lambda: 6_000_015))
