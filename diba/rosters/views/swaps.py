"""Swaps: what waits for me, asking, taking over, entering on behalf, answering and deciding."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from .. import actions
from ..forms import Behalf, Proposal, TakeOver, Words
from ..models import Swap
from .refused import put_on

State = Swap.State
HELPERS = (Role.PLANNER, Role.DUTY_OFFICER, Role.CELL_LEAD)


@plant.allow(*plant.EVERYONE)
@require_GET
def swaps(request):
    me, decides = request.user.person_id, plant.has_role(request.user, Role.PLANNER, Role.DUTY_OFFICER)
    rows = list(actions.swaps_visible_to(request.user)[:200])
    mine = [row for row in rows if me in (row.giver_id, row.taker_id)]
    context = {
        "to_answer": [row for row in mine if row.state == State.ASKED and row.taker_id == me],
        "to_decide": [row for row in rows if row.state in (State.AGREED, State.TAKEN) and row not in mine] if decides else [],
        "open": [row for row in mine if row.is_open and not (row.state == State.ASKED and row.taker_id == me)],
        "closed": [row for row in (rows if decides else mine) if not row.is_open][:50],
        "coming": _coming(me), "me": me, "decides": decides, "helps": plant.has_role(request.user, *HELPERS), "tab": "swaps",
        "today": plant.today(),
    }  # fmt: skip
    return render(request, "rosters/swaps.html", context)


def _coming(person):
    today = plant.today()
    return actions.duties_between(today, today + timedelta(days=42), person) if person else []


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def swap_new(request):
    duty = _own_duty(request)
    if duty is None:
        messages.error(request, _("Choose one of your coming duties."))
        return redirect("rosters:swaps")
    form = Proposal(request.POST or None)
    try:
        exchanges, takers = actions.offers_for(duty)
    except BadInput as error:
        for words in actions.refusal_words(error):
            messages.error(request, words)
        return redirect("rosters:swaps")
    if request.method == "POST" and form.is_valid() and _offered(form, [*exchanges, *takers]):
        taker, back = form.cleaned_data["offer"]
        try:
            swap = actions.ask_swap(
                request.user.person, duty.day, taker, back, by=request.user, reason=form.cleaned_data["reason"]
            )
        except BadInput as error:
            put_on(form, error, request)
        else:
            messages.success(request, _("%(name)s has been asked.") % {"name": taker.name})
            return redirect("rosters:swap", swap.pk)
    context = {"duty": duty, "form": form, "exchanges": exchanges, "takers": takers, "tab": "swaps"}
    return render(request, "rosters/swap_new.html", context)


def _offered(form, offers):
    """Say whether the choice is one of those offered: what rules forbid others is nobody else's to learn."""
    taker, back = form.cleaned_data["offer"]
    if any(offer.person == taker and back == (offer.back.day if offer.back else None) for offer in offers):
        return True
    form.add_error("offer", _("This offer stands no longer; choose one of those below."))
    return False


def _own_duty(request):
    """Return the coming duty of the account's person on the day the address names, or None."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return actions.duty_of(request.user.person_id, day) if request.user.person_id and day >= plant.today() else None


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def swap_take(request):
    form = TakeOver(request.POST or None)
    if request.method == "POST" and form.is_valid():
        giver, day = form.cleaned_data["offer"]
        try:
            if not request.user.person_id:
                raise BadInput("no_person", "offer")
            swap = actions.take_over(
                giver, day or plant.today(), request.user.person, by=request.user, reason=form.cleaned_data["reason"]
            )
        except BadInput as error:
            put_on(form, error, request)
        else:
            messages.success(request, _("The duty is yours; everybody concerned has been told."))
            return redirect("rosters:swap", swap.pk)
    return render(
        request, "rosters/swap_take.html", {"form": form, "rows": actions.urgent_for(request.user), "tab": "swaps"}
    )


@plant.allow(*HELPERS)
@require_http_methods(["GET", "POST"])
def swap_behalf(request):
    form = Behalf(actions.givers_for(request.user), actions.rostered(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            swap = actions.ask_on_behalf(
                data["giver"], data["day"], data["taker"], data["back"], by=request.user, reason=data["reason"]
            )
        except BadInput as error:
            put_on(form, error, request)
        else:
            told = swap.state == State.APPROVED
            messages.success(
                request,
                _("Entered; both have been told.")
                if told
                else _("Now: %(state)s.") % {"state": swap.get_state_display()},
            )
            return redirect("rosters:swap", swap.pk)
    return render(request, "rosters/swap_behalf.html", {"form": form, "tab": "swaps"})


def _seen(request, pk):
    return get_object_or_404(actions.swaps_visible_to(request.user), pk=pk)


@plant.allow(*plant.EVERYONE)
@require_GET
def swap(request, pk):
    return _show(request, _seen(request, pk), Words())


def _show(request, row, form):
    me = request.user.person_id
    decides = plant.has_role(request.user, Role.PLANNER, Role.DUTY_OFFICER) and me not in (row.giver_id, row.taker_id)
    context = {
        "swap": row, "form": form, "broken": actions.broken_words(actions.weigh_swap(row), me) if row.state in (State.ASKED, State.AGREED) else [],
        "steps": row.steps.select_related("by__person"), "tab": "swaps", "done": row.state == State.APPROVED and row.last_day < plant.today(),
        "may_answer": row.state == State.ASKED and me == row.taker_id,
        "may_decide": row.state in (State.AGREED, State.TAKEN) and decides,
        "may_withdraw": row.state in (State.ASKED, State.AGREED) and (me == row.giver_id or row.asked_by_id == request.user.pk),
    }  # fmt: skip
    return render(request, "rosters/swap.html", context)


VERBS = {"agree": actions.agree, "approve": actions.approve, "refuse": actions.refuse, "withdraw": actions.withdraw}


@plant.allow(*plant.EVERYONE)
@require_POST
def swap_answer(request, pk):
    row, verb, form = _seen(request, pk), request.POST.get("verb", ""), Words(request.POST)
    if verb not in VERBS:
        raise Http404
    if verb == "approve" and not plant.has_role(request.user, Role.PLANNER, Role.DUTY_OFFICER):
        raise PermissionDenied
    if not form.is_valid():
        return _show(request, row, form)
    reason = {"reason": form.cleaned_data["reason"]} if verb in ("approve", "refuse") else {}
    try:
        after = VERBS[verb](row, by=request.user, **reason)
    except BadInput as error:
        put_on(form, error, request)
        return _show(request, _seen(request, pk), form)
    messages.success(request, _("Now: %(state)s.") % {"state": after.get_state_display()})
    return redirect("rosters:swap", pk)
