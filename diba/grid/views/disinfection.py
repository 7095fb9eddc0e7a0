"""Disinfection: the board of today's rounds, the page that a code at a place opens, the sheet of codes, places and agents."""

import uuid
from datetime import timedelta

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer

from ..actions import disinfecting
from ..forms.disinfection import AgentForm, PlaceForm, RoundForm, refusal
from ..models import Agent, DisinfectedPlace
from .isolation import OFFICERS, READERS

KINDS = {"done": "ok", "late": "warn", "missed": "now", "overdue": "now", "due": "doing", "ahead": "off"}


def state_words(state):
    """Return the word for the state of a round."""
    return {
        "done": _("done"), "late": _("done late"), "missed": _("missed"), "overdue": _("overdue"), "due": _("due now"),
        "ahead": _("later"),
    }[state]  # fmt: skip


def _shown(row):
    return [(each, done, KINDS[each.state], state_words(each.state)) for each, done in row.lines]


@plant.allow(*READERS)
@require_GET
def rounds(request):
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "round.exported")
        return file_answer(kind, "disinfection", {_("Disinfection"): _lines()})
    rows = disinfecting.days_of(plant.today())
    return render(request, "grid/rounds.html", {
        "rows": [(row, _shown(row)) for row in rows], "officer": plant.whole_plant(request.user, *OFFICERS),
        "behind": sum(bool(row.count("overdue", "missed")) for row in rows),
        "done": sum(row.count("done", "late") for row in rows), "all": sum(len(row.rounds) for row in rows),
    })  # fmt: skip


def _lines():
    yield [
        _("Day"),
        _("Place"),
        _("Due by"),
        _("State"),
        _("Done at"),
        _("Done by"),
        _("Agent"),
        _("Concentration"),
        pgettext("measure", "Unit"),
    ]
    for day, place, due, state, row in disinfecting.history(plant.today() - timedelta(days=30), plant.today()):
        done = [f"{row.at:%H:%M}", str(row.by), row.agent.name, row.concentration, row.agent.unit] if row else [""] * 5
        yield [day, place.name, f"{due:%H:%M}", state_words(state), *done]


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def round_at(request, token):
    place = get_object_or_404(DisinfectedPlace.objects.select_related("agent"), token=str(token), active=True)
    form = RoundForm(request.POST or None, initial={
        "uid": uuid.uuid4(), "agent": place.agent})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            disinfecting.disinfect(place, data.pop("agent"), data.pop("concentration"), by=request.user, **data)
        except BadInput as error:
            form.add_error(error.field if error.field in form.fields else None, refusal(error))
        else:
            messages.success(request, _("Saved. Thank you."))
            return redirect(request.path)
    [row] = disinfecting.days_of(plant.today(), [place])
    agents = Agent.objects.filter(active=True)
    return render(
        request,
        "grid/round_at.html",
        {"place": place, "row": row, "lines": _shown(row), "form": form, "agents": agents},
    )


@plant.allow(*OFFICERS)
@require_GET
def round_codes(request):
    places = DisinfectedPlace.objects.filter(active=True).order_by("code")
    made = [
        (place, _code(request.build_absolute_uri(reverse("grid:round_at", args=[place.token])))) for place in places
    ]
    return render(request, "grid/round_codes.html", {"places": made})


def _code(address):
    """Return the QR code of an address as an SVG picture without style or script."""
    drawn = segno.make(address, error="m").svg_inline(
        scale=4, border=2, omitsize=True, svgclass="db-qr", lineclass=None
    )
    return mark_safe(drawn)


@plant.allow(*OFFICERS, whole=True)
@require_http_methods(["GET", "POST"])
def round_places(request):
    number = request.GET.get("place", "")
    place = DisinfectedPlace.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None
    step = request.POST.get("do", "")
    shown = (
        {name: getattr(place, name) for name in ("code", "name", "agent", "early", "grace", "active")} if place else {}
    )
    forms = {
        "place": PlaceForm(request.POST if step == "place" else None, prefix="place", initial=shown | (
            {"times": " ".join(place.times)} if place else {})),
        "agent": AgentForm(request.POST if step == "agent" else None, prefix="agent"),
    }  # fmt: skip
    if request.method == "POST":
        if step not in forms:
            raise PermissionDenied
        if _kept(request, forms[step], step, place):
            return redirect("grid:round_places")
    places = DisinfectedPlace.objects.select_related("agent").order_by("-active", "code")
    return render(
        request,
        "grid/round_places.html",
        {"forms": forms, "place": place, "places": places, "agents": Agent.objects.all()},
    )


def _kept(request, form, step, place):
    if not form.is_valid():
        return False
    try:
        if step == "place":
            disinfecting.keep_place(place, by=request.user, **form.cleaned_data)
        else:
            disinfecting.keep_agent(by=request.user, **form.cleaned_data)
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, refusal(error))
        return False
    messages.success(request, _("Saved."))
    return True
