"""Editing a draft on its time line: every change answered at once with what the referee says."""

import json
from datetime import date, timedelta

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Person, Role

from .. import actions
from ..actions.reach import people_reached
from ..editor import crossing_words, refusal_words, state
from ..models import Edit, Roster
from ..timeline import grid
from . import READERS

HAND = {Edit.Kind.SET, Edit.Kind.CLEAR, Edit.Kind.MOVE, Edit.Kind.PIN, Edit.Kind.SUBSTITUTE}
TOP = 2**31 - 1


def row_of(pk):
    return get_object_or_404(Roster.objects.select_related("pattern", "split", "repairs", "revises", "job"), pk=pk)


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def edit(request, pk):
    """Take {"version", "kind", "cells": [[person, day index, watch, post, pinned] or [person, day index]]}."""
    row = row_of(pk)
    try:
        version, kind, cells = _change(_sent(request), row)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return JsonResponse({"error": refusal_words(BadInput("unreadable"))}, status=400)
    return _answer(row, version, lambda: actions.edit(row, cells, by=request.user, version=version, kind=kind))


def _sent(request):
    """Return what a script sent as JSON. Raises ValueError when it is something else."""
    if request.content_type != "application/json":
        raise ValueError(request.content_type)
    return json.loads(request.body)


def _change(data, row):
    """Return (version, kind, cells) of what was sent. Raises ValueError, TypeError, KeyError when it is no change."""
    cells = {}
    for who, day, *place in data["cells"]:
        if len(place) == 1:
            raise ValueError(place)
        where = actions.Place(_whole(place[0]), _whole(place[1]), bool(place[2:] and place[2])) if place else None
        cells[_whole(who), row.first_day + timedelta(days=_whole(day))] = where
    kind = data.get("kind", Edit.Kind.SET)
    if kind not in HAND:
        raise ValueError(kind)
    return _whole(data["version"]), kind, cells


def _whole(value):
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= TOP:
        raise ValueError(value)
    return value


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def step(request, pk, which):
    """Undo or redo the newest edit."""
    row = row_of(pk)
    try:
        version = _whole(_sent(request)["version"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return JsonResponse({"error": refusal_words(BadInput("unreadable"))}, status=400)
    act = actions.undo if which == "undo" else actions.redo
    return _answer(row, version, lambda: act(row, by=request.user, version=version))


def _answer(row, version, act):
    """Do one change and answer with the state after it; refused or crossed, with the sentence and the state as it is."""
    error = ""
    try:
        act()
    except actions.Crossed as crossed:
        error = crossing_words(crossed)
    except BadInput as refused:
        error = refusal_words(refused)
    return JsonResponse({**state(grid(row), version), "error": error})


@plant.allow(*READERS)
@require_GET
def changes(request, pk):
    """Answer what others changed since a version: nothing when nobody did."""
    row = row_of(pk)
    since = request.GET.get("since", "")
    if not since.isascii() or not since.isdigit() or int(since) > TOP:
        return JsonResponse({"error": refusal_words(BadInput("unreadable"))}, status=400)
    if actions.version_of(row) <= int(since):
        return JsonResponse({})
    return JsonResponse(state(grid(row, people_reached(request.user, *READERS)), int(since)))


@plant.allow(*READERS)
@require_GET
def cell(request, pk):
    """Show one day of a person, or one place that is to be filled: why, and who else could stand there."""
    row = row_of(pk)
    hearing = actions.hear(row)
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
        number = {
            name: int(request.GET[name])
            for name in ("person", "watch", "post")
            if request.GET.get(name, "").isdecimal()
        }
    except ValueError:
        return render(request, "rosters/cell.html", {"nothing": True})
    if not 0 <= hearing.day(day) < row.days or any(value > TOP for value in number.values()):
        return render(request, "rosters/cell.html", {"nothing": True})
    may_edit = (
        plant.whole_plant(request.user, Role.PLANNER) and row.state == Roster.State.DRAFT and day >= plant.today()
    )
    context = {"roster": row, "day": day, "index": hearing.day(day), "may_edit": may_edit}
    if "person" in number:
        context |= _person(hearing, day, number["person"], people_reached(request.user, *READERS))
    else:
        context |= _place(hearing, day, number.get("watch"), number.get("post"))
    return render(request, "rosters/cell.html", context)


def _person(hearing, day, pk, reached):
    person = Person.objects.select_related("unit").filter(pk=pk).first()
    if person is None:
        return {"nothing": True}
    duty = next((duty for duty in hearing.duties if duty.person_id == pk and duty.day == day), None)
    conflicts = [c for c in actions.conflicts_of(hearing, reached) if c.person == person and day in c.days]
    others = actions.suggestions(hearing, day, duty.watch, duty.post) if duty else []
    return {
        "person": person, "duty": duty, "team": hearing.teams.get(pk, ""), "reasons": actions.why(hearing, person, day),
        "conflicts": conflicts, "suggestions": [row for row in others if row.person != person],
        "holes": [] if duty else _open(hearing, person, day), "watch": duty and duty.watch, "post": duty and duty.post,
    }  # fmt: skip


def _open(hearing, person, day):
    index = hearing.day(day)
    return [
        {"watch": watch, "post": post, "cells": [[person.pk, index, watch.pk, post.pk]]}
        for watch, post in actions.holes_for(hearing, person, day)
    ]


def _place(hearing, day, watch, post):
    watch = next((row for row in hearing.watches if row.pk == watch), None)
    post = next((row for row in hearing.posts if row.pk == post), None)
    if watch is None or post is None:
        return {"nothing": True}
    there = [
        duty.person for duty in hearing.duties if (duty.day, duty.watch_id, duty.post_id) == (day, watch.pk, post.pk)
    ]
    needed = hearing.needed().get((hearing.day(day), watch.code, post.code), 0)
    found = actions.suggestions(hearing, day, watch, post)
    return {
        "watch": watch,
        "post": post,
        "there": there,
        "needed": needed,
        "short": needed - len(there),
        "suggestions": found,
    }


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def revise(request, pk):
    row = row_of(pk)
    try:
        draft = actions.revise(row, by=request.user)
    except BadInput:
        messages.error(request, _("Only a roster in force whose days are not over can be edited."))
        return redirect("rosters:roster", pk)
    messages.success(request, _("A draft of what is in force: edit it; it counts once it is published."))
    return redirect("rosters:roster", draft.pk)
