"""Calendar addresses: making, revoking, and what stands behind one, for whoever has it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from .. import actions
from ..forms import FeedName
from .refused import put_on

GUESSES = 30  # wrong addresses that one network address may ask for in a minute; behind a router stand many phones with right ones


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def feeds(request):
    form, made = FeedName(request.POST or None), None
    if not plant.has_role(request.user, Role.PLANNER, Role.DUTY_OFFICER):
        del form.fields["post"]
    if request.method == "POST" and form.is_valid():
        try:
            feed, token = actions.make_feed(by=request.user, **form.cleaned_data)
        except BadInput as error:
            put_on(form, error, request)
        else:
            # Shown this once: only its hash is kept.
            made = {"feed": feed, "url": request.build_absolute_uri(reverse("rosters:feed", args=[token]))}
            form = None
    rows = actions.feeds_visible_to(request.user)
    return render(request, "rosters/feeds.html", {"form": form, "made": made, "rows": rows, "tab": "feeds"})


@plant.allow(*plant.EVERYONE)
@require_POST
def feed_revoke(request, pk):
    row = get_object_or_404(actions.feeds_visible_to(request.user), pk=pk)
    if actions.revoke_feed(row, by=request.user):
        messages.success(request, _("Revoked: the address is dead."))
    return redirect("rosters:feeds")


@require_safe
def feed(request, token):
    """Give the calendar behind a token to whoever has it: a phone's calendar signs in nowhere."""
    row = actions.feed_of(token)
    if row is None:
        wait = plant.wait_after(f"feed-guesses:{request.META.get('REMOTE_ADDR', '')}", GUESSES)
        return _wait_words(wait) if wait else _plain(_("There is no calendar here."), 404)
    if wait := actions.use(row):
        return _wait_words(wait)
    response = HttpResponse(actions.calendar_of(row), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="duties.ics"'
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


def _wait_words(seconds):
    minutes = -(-seconds // 60)
    words = ngettext("Too often; try again in %(n)s minute.", "Too often; try again in %(n)s minutes.", minutes)
    response = _plain(words % {"n": minutes}, 429)
    response["Retry-After"] = str(seconds)
    return response


def _plain(words, status):
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
