"""A plant as a guard's device knows it: signed lists, signed passes, and a server that answers by the contract of docs/gates.md."""

import base64
import json
import time
from urllib.parse import urlparse

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from diba.core import gating

PLANT = b"LJX1"
KEY, FORGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
DAY = 86_400


def public(key):
    return key.public_key().public_bytes_raw().hex()


def now():
    return int(time.time())


def pass_of(number, holder, kind="person", key=KEY, **changed):
    """Return the text of a pass."""
    minute = now() // 60 * 60
    values = {"plant": PLANT, "kind": kind, "number": number, "holder": holder, "begins": minute - 3600, "ends": minute + DAY, "zones": 1} | changed  # fmt: skip
    packed = gating.pack(gating.Pass(**values))
    return gating.text_of(packed, key.sign(packed))


def person(number, **changed):
    return {
        "id": number, "no": f"{1000 + number}", "name": f"张{number:04}", "unit": "运行二班", "zones": ["yard"], "hold": "none", "hold_until": 0,
        "health": "ok", "health_until": now() + DAY, "turns": [], "left": False, "photo": None,
    } | changed  # fmt: skip


PEOPLE = {
    1: {"name": "侯军"}, 2: {"name": "王志军", "unit": "运行二，巡视 B 组", "turns": [[now() + 3 * DAY, now() + 10 * DAY]]},
    3: {"name": "周芳", "hold": "held", "hold_until": now() + 9 * DAY}, 4: {"name": "罗强", "health": "missing"},
    5: {"name": "郑海", "zones": []}, 6: {"name": "林涛"}, 7: {"name": "韩福"}, 8: {"name": "陈立"},
}  # fmt: skip


def bundle(people=30, version="v1", made_at=None, **changed):
    """Return the lists of a plant with so many people."""
    at = now()
    return {
        "version": version, "made_at": made_at or at, "plant": PLANT.hex(), "keys": [public(KEY)],
        "gate": {"id": 3, "code": "G3", "name": "3号门 坝顶", "zone": "yard", "phone": "8120", "directions": "both"},
        "zones": [{"id": 1, "code": "yard", "name": "厂区", "bit": 0}], "rules": gating.as_data(), "limits": vars(gating.Limits()),
        "watch": {"begins": at - 3600, "ends": at + 7 * 3600, "names": ["韩福"]},
        "people": [person(number, **PEOPLE.get(number, {})) for number in range(1, people + 1)],
        "visits": [{"id": 1, "name": "安立新", "host": "彭涛", "host_phone": "8233", "state": "approved", "begins": at - 3600, "ends": at + DAY, "declared": False, "pass": None}],
        "vehicles": [{"id": 1, "plate": "甘AD00017", "begins": at - 3600, "ends": at + DAY, "disinfected": 0, "driver": "马师傅"}],
        "passes": {"revoked": [99], "used": []}, "inside": [], "reasons": {}, "refusals": {},
    } | changed  # fmt: skip


def envelope(lists, key=KEY):
    signed = json.dumps(lists, ensure_ascii=False).encode()
    return {"signed": base64.b64encode(signed).decode(), "signature": key.sign(signed).hex(), "key": public(KEY)}


class Server:
    """Answers the device; counts how often each crossing came. fails: how many of the next requests break on their way back."""

    def __init__(self, **lists):
        self.sealed = envelope(bundle(**lists))
        self.version = lists.get("version", "v1")
        self.kept, self.times, self.handovers = {}, {}, []
        self.revoked, self.fails, self.ahead, self.refuses = False, 0, 0, set()
        self.offline = self.evacuation = False
        self.listless = self.dead = (
            False  # the lists do not come through; what stands before the server is up, and it is not
        )
        self.enrolled = 6  # the last device
        self.keeps_at = 0  # when it says that it kept what comes; 0: now
        self.resting = {}  # the first readings too high that were told
        self.unread = {}  # {person whose reading it does not take: the status, 0: it breaks off}
        self.evacuation_at = 0  # when the one that runs began
        self.news = "0.0"  # another one once somebody is held or rests
        self.gates = []  # the others, and when they were heard of

    def answer(self, route):
        if self.offline:
            return route.abort("internetdisconnected")
        if self.dead:
            return route.fulfill(status=502)
        request = route.request
        path = urlparse(request.url).path.removeprefix("/gates/api/")
        if path == "enrol":
            return self._enrol(route)
        if self.revoked:
            return route.fulfill(status=401, json={"revoked": True})
        assert request.headers["authorization"] == "Device secret"
        if path == "ping":
            return route.fulfill(
                json={"server_at": now() - self.ahead, "bundle": "", "revoked": False, "queue_seen": 0, "evacuation": self.evacuation, "evacuation_at": self.evacuation_at, "gates": self.gates, "news": self.news}
            )  # fmt: skip
        if path == "bundle" and self.listless:
            return route.abort("timedout")
        if path == "bundle":
            tag = f'"{self.version}"'
            if request.headers.get("if-none-match") == tag:
                return route.fulfill(status=304)
            return route.fulfill(json=self.sealed, headers={"ETag": tag})
        said = json.loads(request.post_data)
        if path == "handover":
            assert said["signed_out"] != said["signed_in"] and isinstance(said["sent_at"], int)
            if said["to"] in self.refuses:
                return route.fulfill(status=400, json={"error": "signed_in"})
            self.handovers.append(said)
            return route.fulfill(status=200, json={"uid": said["uid"]})
        if path == "readings":
            for record in said["records"]:
                if (status := self.unread.get(record["person"])) is not None:
                    return route.fulfill(status=status) if status else route.abort("connectionreset")
            self.resting |= {record["uid"]: record for record in said["records"]}
            return route.fulfill(json={"stand": len(said["records"])})
        return self._crossings(route, said)

    def _enrol(self, route):
        said = json.loads(route.request.post_data)
        if said["code"] != "good":
            return route.fulfill(status=403, json={"error": "code"})
        self.enrolled += 1
        device = {
            "token": "secret",
            "device": {"id": self.enrolled, "name": said["name"]},
            "gate": bundle(1)["gate"],
            "plant": PLANT.hex(),
            "keys": [public(KEY)],
        }
        return route.fulfill(status=201, json=device)

    def _crossings(self, route, said):
        assert len(said["records"]) <= 500
        if self.refuses & {record["name"] for record in said["records"]}:
            return route.fulfill(status=400, json={"error": "unreadable"})
        results = []
        for record in said["records"]:
            again = record["uid"] in self.kept
            self.times[record["uid"]] = self.times.get(record["uid"], 0) + 1
            self.kept.setdefault(record["uid"], record)
            results.append({"uid": record["uid"], "state": "again" if again else "kept", "item": None, "why": ""})
        if self.fails:  # kept, and the answer is lost on the way: the worst of breaks
            self.fails -= 1
            return route.abort("connectionreset")
        return route.fulfill(
            json={"server_at": now(), "kept_at": self.keeps_at or now(), "drift": 0, "results": results}
        )
