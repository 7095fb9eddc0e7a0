"""Wishes and days one cannot stand; the planner's call for wishes and what was wished."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from .. import actions
from ..forms import Away, WishCallForm, WishForm
from ..models import Wish, WishCall
from .refused import put_on


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def wishes(request):
    form, away = _wish_form(request), Away(prefix="away")
    if request.method == "POST" and request.user.person_id and form.is_valid():
        data = form.cleaned_data
        try:
            actions.wish(request.user.person, data["day"], data["watch"], data["weight"], by=request.user)
        except BadInput as error:
            put_on(form, error, request)
        else:
            messages.success(request, _("Entered."))
            return redirect("rosters:wishes")
    return _show(request, form, away)


def _wish_form(request, data=True):
    return WishForm(
        actions.pattern_of_wishes(), (request.POST or None) if data else None, initial={"weight": Wish.Weight.LIGHT}
    )


def _show(request, form, away):
    person, today = request.user.person_id, plant.today()
    rows = actions.wishes_of(person, today - timedelta(days=60), today + timedelta(days=366)) if person else []
    open_from = actions.first_open_day()
    counted = open_from or today  # the month whose points can be spent
    context = {
        "form": form, "away": away, "rows": rows, "budget": actions.budget(person, counted) if person else None,
        "open_from": open_from, "counted": counted, "calls": list(WishCall.objects.filter(last_day__gte=today)[:3]),
        "absences": actions.own_absences(person), "tab": "wishes", "may_call": plant.whole_plant(request.user, Role.PLANNER), "today": today,
    }  # fmt: skip
    return render(request, "rosters/wishes.html", context)


@plant.allow(*plant.EVERYONE)
@require_POST
def cannot(request):
    away = Away(request.POST, prefix="away")
    if not request.user.person_id or not away.is_valid():
        return _show(request, _wish_form(request, data=False), away)
    data = away.cleaned_data
    try:
        actions.cannot(request.user.person, data["first_day"], data["last_day"], data["reason"], by=request.user)
    except BadInput as error:
        put_on(away, error, request)
        return _show(request, _wish_form(request, data=False), away)
    messages.success(request, _("The planner has been asked."))
    return redirect("rosters:wishes")


@plant.allow(*plant.EVERYONE)
@require_POST
def wish_withdraw(request, pk):
    row = get_object_or_404(Wish, pk=pk, person=request.user.person_id or 0)
    if actions.withdraw_wish(row, by=request.user):
        messages.success(request, _("Taken back; the points are yours again."))
    else:
        messages.error(request, _("Wishes for this day are closed."))
    return redirect("rosters:wishes")


@plant.allow(Role.PLANNER, whole=True)
@require_http_methods(["GET", "POST"])
def wish_calls(request):
    form = WishCallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.call_for_wishes(**form.cleaned_data, by=request.user)
        except BadInput as error:
            put_on(form, error, request)
        else:
            messages.success(request, _("Everybody who is rostered has been told."))
            return redirect("rosters:wish_calls")
    rows = Wish.objects.filter(day__gte=plant.today(), withdrawn_at=None).select_related("person", "watch")[:500]
    context = {
        "form": form,
        "rows": actions.granted(list(rows)),
        "calls": WishCall.objects.select_related("by__person")[:20],
    }
    return render(request, "rosters/wish_calls.html", context)
