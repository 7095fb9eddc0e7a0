"""Beginning and ending a response to an epidemic, and its key: what personal epidemic data are sealed under."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from .. import keys
from ..models import Response
from .clock import now
from .lately import Lately
from .record import note

STANDING = "常态防控"  # what is in force between epidemics, in the plant's own words
ASKED_EVERY = 2.0  # s; so long may another process go on sealing under the response before
_under: ContextVar[int | None] = ContextVar("under", default=None)


class ResponseRuns(Exception):
    """One of this kind runs already, or the response has not ended. Carries its words."""


@transaction.atomic
def begin_response(name, *, by, profile="", drill=False):
    """Begin a response with a key of its own and return it. Raises ResponseRuns when one of its kind runs already."""
    return _begin(name, by, profile=profile, drill=drill)


def _begin(name, by, **values):
    try:
        with transaction.atomic():
            row = Response.objects.create(name=name.strip()[:80], begun_at=now(), begun_by=by, **values)
    except IntegrityError as error:
        raise ResponseRuns(gettext("A response of this kind runs already: end it first.")) from error
    keys.make(row.pk)
    note(by, "response.begun", row, detail="drill" if row.drill else "")
    _lately.forget()
    return row


@transaction.atomic
def end_response(response, *, by):
    """End a response, once; its data stay readable until its key is destroyed. Say whether this call ended it."""
    ended = Response.objects.filter(pk=response.pk, ended_at=None).update(ended_at=now(), ended_by=by)
    if ended:
        note(by, "response.ended", response)
        _lately.forget()
    response.refresh_from_db()
    return bool(ended)


def response():
    """Return the response in force, never None: the real one that runs, else the standing one, made when first asked for."""
    return _in_force() or _stand()


def _in_force():
    return Response.objects.filter(ended_at=None, drill=False).order_by("standing", "-begun_at", "-id").first()


def _stand():
    try:
        with transaction.atomic():
            return _begin(STANDING, None, standing=True)
    except ResponseRuns:
        return Response.objects.get(ended_at=None, standing=True)  # somebody else was first


def running_drill():
    """Return the exercise that runs, or None."""
    return Response.objects.filter(ended_at=None, drill=True).first()


@contextmanager
def under_response(response):
    """Seal what is written in this block under a response, such as an exercise, instead of the one in force."""
    token = _under.set(response.pk)
    try:
        yield response
    finally:
        _under.reset(token)


def destroy_key(response, *, by):
    """Destroy the key of a response that has ended: its sealed values can never be read again. Say whether there was one.

    It happens at once and cannot be undone by a failing transaction, so call it last. Raises ResponseRuns.
    """
    row = Response.objects.get(pk=response.pk)
    if row.ended_at is None:
        raise ResponseRuns(gettext("The response still runs: end it before its key is destroyed."))
    with transaction.atomic():
        Response.objects.filter(pk=row.pk, key_destroyed_at=None).update(key_destroyed_at=now())
        note(by, "response.key_destroyed", row)
    return keys.destroy(row.pk)


def key_is_there(response):
    """Say whether the key of a response lies where it belongs."""
    return keys.is_there(response.pk)


def sealing_under():
    """Return the id of the response that a value written now is sealed under; asked of the database every two seconds."""
    chosen = _under.get()
    if chosen is not None:
        return chosen
    return _lately()


_lately = Lately(lambda: response().pk, ASKED_EVERY)
keys.in_force_is(sealing_under)
