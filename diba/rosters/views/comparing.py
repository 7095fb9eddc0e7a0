"""Rosters beside each other, a search that goes on, and who was told of what."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from .. import actions
from ..forms import MoreSeconds
from ..models import Roster
from ..timeline import tints
from . import READERS
from .editing import TOP, row_of

MOST = 3  # rosters side by side
LOOKED_AT = (Roster.State.DRAFT, Roster.State.PUBLISHED, Roster.State.SUPERSEDED)
LINES = 80  # people whose differences a page shows


@plant.allow(*READERS)
@require_GET
def compare(request):
    wanted = [int(text) for text in request.GET.getlist("r") if text.isascii() and text.isdigit() and len(text) < 10]
    rows = Roster.objects.filter(state__in=LOOKED_AT).select_related("pattern", "split", "revises", "repairs")
    chosen = sorted(rows.filter(pk__in=[pk for pk in wanted if pk <= TOP]), key=lambda row: wanted.index(row.pk))[:MOST]
    context = {"chosen": chosen, "may_plan": plant.whole_plant(request.user, Role.PLANNER), "candidates": rows[:30]}
    if len(chosen) >= 2:
        columns = actions.columns_of(chosen)
        days, lines = actions.differing(columns)
        rules = list(dict.fromkeys(rule for column in columns for rule, _points in column.cost))
        context |= {
            "columns": columns, "shared": bool(actions.shared_days(columns)), "days": days, "lines": lines[:LINES], "more": max(0, len(lines) - LINES),
            "differ": sum(len(cells) for _person, cells in lines), "tint": tints([w for c in columns for w in c.hearing.watches]),
            "names": [f"{row} #{row.pk}" for row in chosen],
            "costs": [(rule, [dict(column.cost).get(rule, 0) for column in columns]) for rule in rules],
        }  # fmt: skip
    return render(request, "rosters/compare.html", context)


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def search_on(request, pk):
    row = row_of(pk)
    form = MoreSeconds(request.POST)
    if not form.is_valid():
        messages.error(request, _("Between 1 and 600 seconds, please."))
        return redirect("rosters:roster", pk)
    try:
        following = actions.search_on(row, form.cleaned_data["seconds"], by=request.user)
    except BadInput:
        messages.error(request, _("Only a draft can be searched on."))
        return redirect("rosters:roster", pk)
    return redirect("rosters:roster", following.pk)


@plant.allow(Role.PLANNER, whole=True)
@require_http_methods(["GET", "POST"])
def told(request, pk):
    row = row_of(pk)
    if request.method == "POST":
        if count := actions.tell_again(row, by=request.user):
            words = ngettext("%(n)s person was told again.", "%(n)s people were told again.", count) % {"n": count}
            messages.success(request, words)
        else:
            messages.info(request, _("Nobody was told: all have confirmed, or were told again less than a minute ago."))
        return redirect("rosters:told", pk)
    rows = actions.told_of(row)
    silent = [one for one in rows if one.confirmed_at is None]
    return render(request, "rosters/told.html", {"roster": row, "rows": rows, "silent": silent})
