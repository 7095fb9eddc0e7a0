"""What every request passes: who asks and from where (for the record), idle sign-out, one structured log line."""

import logging
import time

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import JsonResponse
from django.shortcuts import redirect, render

from .actions.access import roles_of
from .actions.clock import now
from .actions.openings import HealthClosed
from .actions.record import origin
from .keys import KeyGone
from .logs import address_of, of_health
from .views import openings

log = logging.getLogger("diba.request")
TOUCH = 0.1  # of IDLE_LOGOUT; so long the session is not written again, and so much earlier it may end


class Origin:
    """Let the record know who asks and from where, for the time of the request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        account = request.user
        known = account.is_authenticated
        # The roles are asked for only when something is written down.
        roles = (lambda: ",".join(sorted(roles_of(account)))[:160]) if known else str
        token = origin.set((request.META.get("REMOTE_ADDR", "")[:45], account.pk if known else None, roles))
        started = time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            origin.reset(token)
        taken = round((time.perf_counter() - started) * 1000)
        # The route without words and query: a search may hold a name, a personal address is itself the key.
        told = known and not of_health(request)
        log.info("request", extra={"path": address_of(request), "status": response.status_code, "milliseconds": taken,
                                   "account": account.pk if told else None})  # fmt: skip
        return response


class CleanText:
    """Refuse a request that holds a NUL: no text has one, PostgreSQL stores none, and only an attack sends it.

    Whoever asks below JSON reads no page: the answer there names the field as {"error": …}.
    """

    JSON = ("/gates/api/",)

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        for values in (request.GET, request.POST):
            for name in values:
                if any("\0" in text for text in (name, *values.getlist(name))):
                    if request.path.startswith(self.JSON):
                        return JsonResponse({"error": name.replace("\0", "")}, status=400)
                    raise BadRequest("a NUL in the request")
        return None


class SealedShut:
    """Say in words that nothing was written because the key of the response is gone, instead of breaking."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, KeyGone):
            return None
        log.error("the key of response %s is gone", exception.response_id)
        return render(request, "plant/key_gone.html", status=503)


class OpenWithReason:
    """Offer to open a person's health with a reason, instead of only refusing it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return openings.closed(request, exception.person) if isinstance(exception, HealthClosed) else None


class ButtonNotPage:
    """Say in words that an address takes only what a button sends: a browser shows nothing for the bare refusal."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response


class IdleLogout:
    """Sign out whoever has not asked for anything for IDLE_LOGOUT seconds; polling does not count as asking."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            moment = now().timestamp()
            last = request.session.get("seen", moment)
            if moment - last > settings.IDLE_LOGOUT:
                logout(request)
                return redirect(settings.LOGIN_URL)
            asked = not request.path.endswith("/live/")  # a page that refreshes itself is not a person asking
            if asked and (moment - last > TOUCH * settings.IDLE_LOGOUT or "seen" not in request.session):
                request.session["seen"] = moment
        response = self.get_response(request)
        if request.user.is_authenticated:
            # Pages hold personal data: no copy stays in a shared browser.
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class NewPassword:
    """Lead whoever got his password from somebody else to choosing his own before anything else."""

    OPEN = ("/accounts/", "/static/", "/i18n/", "/healthz", "/livez")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        must = request.user.is_authenticated and request.user.must_change_password
        if must and not request.path.startswith(self.OPEN):
            return redirect("account_change_password")
        return self.get_response(request)
