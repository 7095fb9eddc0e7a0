"""A personal address: giving it, with its code to show or print; and what stands behind it, for whoever has it."""

import uuid
from datetime import timedelta

import segno
from django.contrib import messages
from django.core import signing
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant

from .. import actions
from ..actions import links
from ..forms import asked_by, words
from ..forms.links import LinkForm, LinkReportForm

SENT, TOLD = "diba.grid.sent-by-link", timedelta(minutes=10)  # so long may the answer to a report be looked at again
GUESSES = 30  # addresses that open nothing which one network address may ask for in a minute; behind a router stand many good ones
NO_LINK = {
    "altered": gettext_lazy("This address is not whole, or was altered. Ask your cell lead for a new one."),
    "revoked": gettext_lazy(
        "This address was replaced by a newer one, or revoked. Use the newest, or ask your cell lead."
    ),
    "ended": gettext_lazy(
        "This address was only valid for some days, and they are over. Ask your cell lead for a new one."
    ),
}


@plant.allow(*links.GIVERS)
@require_http_methods(["GET", "POST"])
def link(request, pk):
    """Give a person an address, shown this once; or revoke the one there is."""
    person = get_object_or_404(links.people_to_give(request.user), pk=pk)
    form, made = LinkForm(request.POST or None), None
    if request.method == "POST" and request.POST.get("do") == "revoke":
        row = links.open_link(person)
        if row and links.revoke_link(row, by=request.user):
            messages.success(request, _("Revoked: the address is dead."))
        return redirect("grid:link", pk)
    if request.method == "POST" and form.is_valid():
        try:
            row, token = links.give_link(person, by=request.user, days=form.cleaned_data["days"])
        except BadInput as error:
            form.add_error(None, words(error))
        else:
            made, form = request.build_absolute_uri(reverse("grid:personal", args=[token])), LinkForm()
    there = links.open_link(person)
    answer = render(request, "grid/link.html", {
        "person": person, "form": form, "made": made, "code": made and _code(made), "there": there,
        "uses": there.uses.count() if there else 0,
    })  # fmt: skip
    answer["Cache-Control"] = "no-store, private"
    return answer


def _code(address):
    drawn = segno.make(address, error="m").svg_inline(
        scale=4, border=2, omitsize=True, svgclass="db-qr", lineclass=None
    )
    return mark_safe(drawn)


@require_http_methods(["GET", "POST"])
def personal(request, token):
    """Today's report of a person or his household, for whoever has the address. Signs nobody in, shows nobody's health."""
    try:
        row = links.link_of(token)
    except links.NoLink as error:
        return _closed(request, error.reason)
    if request.method == "POST" and links.used_too_often(row):
        return _page(request, {"refused": _("Too many reports came by this address; try again in an hour.")}, 429)
    people = links.household_of(row)
    form = _form()(request.POST or None, initial={"uid": uuid.uuid4(), "day": plant.today()}, people=_choices(people))  # fmt: skip
    if request.method == "POST" and form.is_valid() and _reported(row, people, form):
        return redirect(f"{request.path}?sent={_sent(people[form.cleaned_data['who']])}")
    sent = request.GET.get("sent", "")
    context = {
        "form": form,
        "people": people,
        "open": _choices(people),
        "sent": bool(sent),
        "kept_out": _told(sent, people),
    }
    return _page(request, context)


def _sent(someone):
    """Return the mark of a report that was taken: "1", or of whom when he may not come in."""
    if not plant.kept_out(someone.person):
        return "1"
    return signing.dumps(someone.person.pk, salt=SENT)


def _told(sent, people):
    """Return what whoever has just reported somebody is told beside that it came in; nobody learns it by the address alone."""
    try:
        pk = signing.loads(sent, salt=SENT, max_age=TOLD)
    except signing.BadSignature:
        return ""
    return next((plant.kept_out(each.person) for each in people if each.person.pk == pk), "")


def _form():
    return asked_by(LinkReportForm, actions.version_asked(plant.today()))


def _choices(people):
    return [(each.number, _in_words(each)) for each in people]


def _in_words(each):
    done = "" if each.asked or each.closed else f"· {_('done today')}"
    return " ".join(filter(None, [each.name, each.relation or _("himself or herself"), done]))


def _reported(row, people, form):
    data = dict(form.cleaned_data)
    someone = people[data.pop("who")]
    try:
        # A replay meets the row that is there; what is told of who was reported already stands in its place.
        links.report_by_link(row, someone.person, slot=someone.slot, **data)
    except BadInput as error:
        form.add_error("temperature" if error.field == "temperature" else None, words(error))
        return False
    return True


def _page(request, context, status=200):
    answer = render(request, "grid/personal.html", context, status=status)
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex"
    # The address goes to no other site; "no-referrer" would have browsers post without an origin, which is refused.
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _closed(request, reason):
    """Say why an address opens nothing; count it, so that nobody tries many."""
    if wait := plant.wait_after(f"link-guesses:{request.META.get('REMOTE_ADDR', '')}", GUESSES):
        answer = _page(request, {"refused": _("Too often; try again in a minute.")}, 429)
        answer["Retry-After"] = str(wait)
        return answer
    return _page(request, {"refused": NO_LINK[reason]}, 404 if reason == "altered" else 410)
