"""What a guard's device asks for: JSON, known by its token alone; no session, so nothing that a forged form could use."""

import gzip
import json
import re
from functools import partial, wraps

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, HttpResponseNotModified, JsonResponse, RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..actions import absorbing, devices, evacuating, first_readings, handing, lists, walk_ins
from ..actions.reading import Unreadable, clean, count, moment

ASKS, GUESSES = 600, 30  # requests of one device in a minute; wrong codes and tokens of one network address
VISITORS = 10  # unannounced ones whom one device puts before hosts in a minute; more do not come to one guard
DIGITAL = re.compile("[0-9]{1,9}|[1-3][0-9]{9}")  # seconds since 1970 fit, and an integer of the database
DIGITS = 19  # of a whole number; longer ones are no number of ours


def fault(status, why, **more):
    return JsonResponse({"error": why, **more}, status=status)


def of_device(view, asked=devices.device_of):
    """Let only an enrolled device in: 401 for any other, with `revoked` for one that was; 429 for too many requests.

    asked: takes a token and returns its device. Raises NoDevice, as the view may.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request):
        scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Device" or not token:
            return _turned_away(request, "no such device")
        try:
            device = asked(token.strip())
            if wait := plant.wait_after(f"gate-device:{device.pk}", ASKS):
                return _wait(wait)
            answer = view(request, device)
        except devices.NoDevice as error:
            return (
                _turned_away(request, "revoked", revoked=True)
                if error.revoked
                else _turned_away(request, "no such device")
            )
        answer["Cache-Control"] = "no-store, private"
        return answer

    return guarded


def _guessed(request):
    """Count a wrong token of a network address and return the seconds that it has to wait, 0 while it may try others."""
    return plant.wait_after(f"gate-guess:{request.META.get('REMOTE_ADDR', '')}", GUESSES)


def _turned_away(request, why, **more):
    wait = _guessed(request)
    return _wait(wait) if wait else fault(401, why, **more)


def _wait(seconds):
    answer = fault(429, "too many requests")
    answer["Retry-After"] = str(seconds)
    return answer


def _told(request):
    """Return the JSON object of a request's body. Raises Unreadable."""
    try:
        told = json.loads(request.body, parse_int=_whole)
    except (ValueError, RecursionError, RequestDataTooBig, RawPostDataException):
        raise Unreadable("body") from None
    if not isinstance(told, dict):
        raise Unreadable("body")
    return told


def _whole(digits):
    return int(digits) if len(digits) <= DIGITS else digits


@csrf_exempt
@require_POST
def enrol(request):
    """Enrol a device by the code of the office's page."""
    if wait := plant.wait_after(f"gate-enrol:{request.META.get('REMOTE_ADDR', '')}", GUESSES):
        return _wait(wait)
    try:
        told = _told(request)
        code, name, app = (clean(told.get(field), 60) for field in ("code", "name", "app"))
        device, token = devices.enrol(code, name or "—", app)
    except Unreadable as error:
        return fault(400, str(error))
    except BadInput:
        return fault(403, "the code is unknown, used or older than 15 minutes")
    answer = JsonResponse({"token": token, **devices.welcome(device)}, status=201)
    answer["Cache-Control"] = "no-store, private"
    return answer


@require_GET
@of_device
def bundle(request, device):
    """Give the signed lists, or 304 when the device has them."""
    asked = request.headers.get("If-None-Match", "").removeprefix("W/")
    key, newest = devices.keys_for(device, asked.strip('"'))
    version, made = lists.bundle(device.gate, key)
    devices.heard(device, lists=version, lists_at=plant.now())
    tag = f'"{version}-{device.gate_id}-{made["key"][:8]}-{newest.public[:8]}"'
    if asked == tag:
        answer = HttpResponseNotModified()
    else:
        text, zipped = json.dumps(made).encode(), "gzip" in request.headers.get("Accept-Encoding", "")
        answer = HttpResponse(gzip.compress(text, 6) if zipped else text, content_type="application/json")
        if zipped:
            answer["Content-Encoding"] = "gzip"
        answer["Vary"] = "Accept-Encoding"
    answer["ETag"] = tag
    return answer


@require_POST
@partial(of_device, asked=devices.device_lately)
def crossings(request, device):
    """Take in what a device kept, at most 1,000 records; what is answered is on the disk."""
    try:
        told = _told(request)
        now = int(plant.now().timestamp())
        drift = moment(told.get("sent_at"), "sent_at") - now
    except Unreadable as error:
        return fault(400, str(error))
    records = told.get("records")
    if not isinstance(records, list):
        return fault(400, "records")
    if len(records) > absorbing.MOST:
        return fault(413, f"at most {absorbing.MOST} records a request")
    results = absorbing.absorb(device, records, drift=drift, queue=count(told.get("queue")), as_now=devices.as_now)
    kept = int(plant.now().timestamp())
    return JsonResponse(
        {"server_at": now, "kept_at": kept, "drift": drift, "results": [result._asdict() for result in results]}
    )


@require_POST
@of_device
def readings(request, device):
    """Take in the first readings too high of people who rest at a gate: every other gate hears of them in its lists."""
    try:
        told = _told(request)
        drift = moment(told.get("sent_at"), "sent_at") - int(plant.now().timestamp())
        records = told.get("records")
        if not isinstance(records, list) or len(records) > first_readings.MOST:
            return fault(400, "records")
        return JsonResponse({"stand": first_readings.tell(device, records, drift)})
    except Unreadable as error:
        return fault(400, str(error))


@require_GET
@of_device
def ping(request, device):
    """Say that the server is there, and which lists are the newest. A device says here what its clock shows and how many lines wait."""
    now = int(plant.now().timestamp())
    devices.heard(device, **_of_itself(request.GET, now))
    flight = evacuating.running()
    return JsonResponse({
        "server_at": now, "bundle": device.lists, "revoked": False, "queue_seen": device.queue, "news": lists.news(),
        "evacuation": flight is not None, "evacuation_at": int(flight.begun_at.timestamp()) if flight else 0,
        "gates": [{"name": name, "heard_at": int(heard.timestamp()) if heard else 0} for name, heard in devices.others_heard(device.gate)],
    })  # fmt: skip


def _of_itself(said, now):
    """Return what a device says of itself as heard() writes it; what cannot be is left out."""
    told = {name: int(said[name]) for name in ("sent_at", "queue") if DIGITAL.fullmatch(said.get(name, ""))}
    found = {"drift": told["sent_at"] - now} if "sent_at" in told else {}
    return found | ({"queue": told["queue"]} if "queue" in told else {})


@require_POST
@of_device
def handover(request, device):
    """Take in a hand-over of a watch, once."""
    try:
        told = _told(request)
        drift = moment(told.get("sent_at"), "sent_at") - int(plant.now().timestamp()) if "sent_at" in told else 0
        handed = handing.hand_over(device, told, drift)
    except Unreadable as error:
        return fault(400, str(error))
    return JsonResponse(handed._asdict())


@require_http_methods(["GET", "POST"])
@of_device
def walk_in(request, device):
    """Put an unannounced visitor before his host (POST), or say what hosts have answered (GET ?uid=…&uid=…)."""
    try:
        if request.method == "GET":
            rows = walk_ins.answers(device, request.GET.getlist("uid"))
            return JsonResponse({"answers": [_answer(row) for row in rows]})
        if wait := plant.wait_after(f"gate-walkin:{device.pk}", VISITORS):
            return _wait(wait)
        told = _told(request)
        drift = moment(told.get("sent_at"), "sent_at") - int(plant.now().timestamp())
        row = walk_ins.ask_host(device, told, drift)
    except Unreadable as error:
        return fault(400, str(error))
    return JsonResponse({**_answer(row), "host": row.host.name, "phone": row.host.phone}, status=201)


def _answer(row):
    return {"uid": str(row.uid), "visit": row.pk, "state": row.state}
