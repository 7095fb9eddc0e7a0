"""Machines at a gate that the tests drive: the fakes of the examples, and their way to the server."""

import json
import runpy
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest

from diba.gates.actions import machines, passes

FAKES = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[2] / "examples" / "gate_machines.py")))
ROOT = "/gates/api/v1/"
ALL = ["passages", "readings", "plates"]


@pytest.fixture
def send(client, gates, officer):
    """Return send(scopes, gate="G1") that makes a token and gives the fake machines' way to the server."""

    def make(scopes, gate="G1", **more):
        _row, token = machines.make_token(gates[gate], "1 号闸机", scopes, by=officer, **more)
        return sender(client, token)

    return make


def sender(client, token):
    def post(path, told):
        answer = client.post(
            ROOT + path, json.dumps(told), content_type="application/json", headers={"Authorization": f"Bearer {token}"}
        )
        return answer.status_code, answer.json()

    return post


@pytest.fixture
def his_pass(plant, officer):
    [row] = passes.issue([plant["林涛"]], by=officer)
    plant.check_in("林涛")
    return row


def ask(post, at=None, number=None, staff_no="1010", **more):
    told = {"uid": number or str(uuid.uuid4()), "direction": "in", "staff_no": staff_no, **more}
    status, answer = post("passages", told if at is None else {**told, "at": at})
    return status, answer.get("open"), answer.get("reason")


def measure(post, celsius, staff_no="1010", number=None):
    return post("readings", {"uid": number or str(uuid.uuid4()), "celsius": celsius, "staff_no": staff_no})[0]
