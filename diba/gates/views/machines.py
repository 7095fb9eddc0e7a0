"""The API for turnstiles, thermometers and plate cameras: typed, described by its own OpenAPI document, a token a machine."""

import uuid

from django.core.exceptions import RequestDataTooBig
from django.http import JsonResponse
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..actions import machines
from ..models import Scope
from ..words import REASONS, word
from .api import _guessed, _wait

LONGEST = 400  # characters of a pass
api = NinjaAPI(
    title="Diba gates", version="1", urls_namespace="machines", docs_url=None, openapi_url="openapi.json",
    description="For turnstiles, thermometers and cameras that read number plates. Every moment is a whole number of seconds since "
    "1970, left out: now. `uid` is the machine's own number of the event, a UUID: sent again it writes nothing and answers "
    "`again` with the same `open` (for 120 s after the first; then shut). So a machine turns or lifts once for each `uid`, not once for each answer.",
)  # fmt: skip


class TooOften(Exception):
    """More requests a minute than the token may send, or too many wrong tokens of one address."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


class Token(HttpBearer):
    """`Authorization: Bearer <token>`, with one scope."""

    def __init__(self, scope):
        self.scope = scope
        super().__init__()

    def authenticate(self, request, token):
        try:
            machine = machines.machine_of(token, self.scope)
        except machines.NoMachine as error:
            if error.scope:
                raise HttpError(403, f"this token has no scope {self.scope}") from None
            if wait := _guessed(request):
                raise TooOften(wait) from None
            return None
        if wait := plant.wait_after(f"gate-machine:{machine.pk}", machine.a_minute):
            raise TooOften(wait)
        return machine


class Fault(Schema):
    error: str


class Event(Schema):
    uid: uuid.UUID
    at: int | None = Field(None, ge=946_684_800, lt=4_102_444_800)


class Passage(Event):
    direction: str = Field(pattern="^(in|out)$")
    pass_: str = Field("", alias="pass", max_length=LONGEST, description="what the code of a pass says")
    staff_no: str = Field("", max_length=32)


class Plate(Event):
    direction: str = Field(pattern="^(in|out)$")
    plate: str = Field(min_length=1, max_length=16)


class Reading(Event):
    celsius: float = Field(ge=30, le=45, description="°C; a tenth is kept")
    staff_no: str = Field("", max_length=32, description="left out: of whoever passes the gate next, within 90 s")


class Judged(Schema):
    uid: uuid.UUID
    state: str = Field(description="kept, or again: this uid was answered before")
    open: bool = Field(description="it may let pass, once for each uid however many answers say so")
    verdict: str = Field(description="pass, stop or wait")
    reason: str
    words: str = Field(description="the reason in the language asked for")


class Kept(Schema):
    uid: uuid.UUID
    state: str


class TakenFault(Fault):
    open: bool = Field(False, description="the number was another event's: nothing is opened, nothing is written")


FAULTS = {400: Fault, 401: Fault, 403: Fault, 409: TakenFault, 422: Fault, 429: Fault}


@api.post("passages", auth=Token(Scope.PASSAGES), response={200: Judged, **FAULTS}, summary="A turnstile asks, and writes who passes")  # fmt: skip
def passages(request, told: Passage):
    if bool(told.pass_) == bool(told.staff_no):
        raise HttpError(400, "either pass or staff_no")
    return _said(machines.passage(request.auth, told.uid, told.at, told.direction, text=told.pass_, staff_no=told.staff_no))  # fmt: skip


@api.post("plates", auth=Token(Scope.PLATES), response={200: Judged, **FAULTS}, summary="A camera asks, and writes a vehicle")  # fmt: skip
def plates(request, told: Plate):
    return _said(machines.plate(request.auth, told.uid, told.at, told.direction, told.plate))


@api.post("readings", auth=Token(Scope.READINGS), response={200: Kept, **FAULTS}, summary="A thermometer writes a reading")  # fmt: skip
def readings(request, told: Reading):
    new = machines.reading(request.auth, told.uid, told.at, round(told.celsius * 10), told.staff_no)
    return {"uid": told.uid, "state": "kept" if new else "again"}


def _said(answer):
    return {**answer._asdict(), "words": str(word(REASONS, answer.reason))}


def _fault(status, why):
    return JsonResponse({"error": why}, status=status)


@api.exception_handler(AuthenticationError)
def no_token(request, error):
    return _fault(401, "no such token")


@api.exception_handler(TooOften)
def too_often(request, error):
    return _wait(error.seconds)


@api.exception_handler(BadInput)
def bad_input(request, error):
    return _fault(400, f"{error.field}: {error.reason}")


@api.exception_handler(machines.Taken)
def taken(request, error):
    return JsonResponse({"error": "uid: taken", "open": False}, status=409)


@api.exception_handler(ValidationError)
def invalid(request, error):
    first = error.errors[0]
    return _fault(422, f"{'.'.join(map(str, first['loc'][2:])) or 'body'}: {first['msg']}")


@api.exception_handler(HttpError)
def refused(request, error):
    return _fault(error.status_code, str(error))


@api.exception_handler(RequestDataTooBig)
def too_big(request, error):
    return _fault(413, "body")
