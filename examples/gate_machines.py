"""Three fake machines at a gate that speak Diba's API: a turnstile, a thermometer, a camera that reads number plates.

    python examples/gate_machines.py http://127.0.0.1:8000 TOKEN turnstile PASS
    python examples/gate_machines.py http://127.0.0.1:8000 TOKEN thermometer 36.5 [STAFF-NUMBER]
    python examples/gate_machines.py http://127.0.0.1:8000 TOKEN camera 甘A12345

The token comes from the page of the devices ("接入机器"). Only the standard library is used. An event keeps its number
through every try, so that a lost answer writes nothing twice; a machine opens only when it is told to.
"""

import json
import sys
import time
import uuid
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

TRIES, TIMEOUT = 3, 2  # s


def over_http(address, token):
    """Return send(path, told) -> (status, answer) that speaks to a server."""

    def send(path, told):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept-Language": "zh-hans"}
        request = Request(f"{address}/gates/api/v1/{path}", json.dumps(told).encode(), headers)
        try:
            with urlopen(request, timeout=TIMEOUT) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)

    return send


class Machine:
    """What all three share: an event with its own number, sent until it is answered."""

    path = ""

    def __init__(self, send):
        self.send = send

    def event(self, **told):
        """Send one event and return (status, answer); (0, None) when nobody answered. Faults of ours are not tried again."""
        told = {"uid": str(uuid.uuid4()), "at": int(time.time()), **told}
        for attempt in range(TRIES):
            try:
                status, answer = self.send(self.path, told)
            except (URLError, OSError):
                time.sleep(attempt)
                continue
            if status not in (429, 503):
                return status, answer
            time.sleep(attempt)
        return 0, None


class Turnstile(Machine):
    """Reads a pass and turns only when the server lets it; without an answer it stays shut, and a guard decides.

    A repeat of a number is answered `again` with the same `open`: it turns once for each number, not for each answer.
    """

    path = "passages"
    turned = 0
    turned_for = None

    def scan(self, text, direction="in", **more):
        status, answer = self.event(direction=direction, **{"pass": text}, **more)
        opens = status == 200 and answer["open"]
        if opens and answer["uid"] != self.turned_for:
            self.turned, self.turned_for = self.turned + 1, answer["uid"]
        return opens, answer


class Thermometer(Machine):
    """Takes a temperature; the passage at the same gate within 90 s is judged by it."""

    path = "readings"

    def measure(self, celsius, staff_no="", **more):
        return self.event(celsius=celsius, staff_no=staff_no, **more)


class Camera(Machine):
    """Reads a plate and lifts the barrier only for a vehicle that is expected."""

    path = "plates"

    def see(self, plate, direction="in", **more):
        status, answer = self.event(plate=plate, direction=direction, **more)
        return status == 200 and answer["open"], answer


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    address, token, kind, *rest = sys.argv[1:]
    send = over_http(address.rstrip("/"), token)
    if kind == "thermometer":
        print(Thermometer(send).measure(float(rest[0]), *rest[1:2]))
    else:
        print({"turnstile": Turnstile(send).scan, "camera": Camera(send).see}[kind](rest[0]))


if __name__ == "__main__":
    main()
