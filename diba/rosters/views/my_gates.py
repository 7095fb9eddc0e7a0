"""What a volunteer does on his phone: sign up, answer a call, swap a watch, open his certificate."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..actions import gate_hours, gate_swaps, volunteers
from ..models import CallUp, GateDuty, GateSwap, Invitation, Volunteer
from ..register_forms import GateSwapForm, OfferForm, ReplyForm
from . import READERS

SWAP_REFUSALS = {
    "is_over": lambda: _("One of the watches has begun, or is not his any more."),
    "moved": lambda: _("One of the watches is another one by now: take this back and ask anew."),
    "asked_already": lambda: _("Somebody is being asked about this watch already: take that back first."),
    "closed": lambda: _("This is settled already, or the watches are not published."),
    "not_listed": lambda: _("One of them is not on the list of volunteers."),
    "training": lambda: _("Training or insurance is not valid on that day."),
    "skill": lambda: _("The gates ask for a skill that one of them does not have."),
    "same_day": lambda: _("One of them would stand twice on one day."),
    "rest": lambda: _("One of them would have less than 11 h of rest."),
    "barred": lambda: _("One of them is on duty or away then."),
    "most_nights_in_row": lambda: _("One of them would stand two nights in a row."),
    "most_in_week": lambda: _("One of them would stand more watches in a week than he wants."),
    "longest_run": lambda: _("One of them would stand more than three days in a row."),
}


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def calls(request):
    """One's own calls and watches at the gates, on the phone."""
    person = request.user.person
    if request.method == "POST" and person:
        return _answer(request, person)
    waiting, duties = volunteers.calls_of(person) if person else ([], [])
    asked, asks = gate_swaps.open_of(person) if person else ([], [])
    mine = Volunteer.objects.filter(person=person, left_at=None).first() if person else None
    rows = [
        (invitation, reply, [invitation.call.first_day + timedelta(days=offset) for offset in range(invitation.call.days)],
         sorted({need.post.name for need in invitation.call.needs.all()}))
        for invitation, reply in waiting
    ]  # fmt: skip
    said = {"skills": mine.skills, "most_a_week": mine.most_a_week} if mine else None
    return render(request, "rosters/calls.html", {
        "rows": rows, "duties": duties, "today": plant.today(), "asked": asked, "asks": asks, "mine": mine, "tab": "calls",
        "offer": OfferForm(initial=said), "may": bool(mine and mine.may_stand_on(plant.today())),
        "stood": gate_hours.thanks(mine) if mine else None, "open": {row.duty_id for row in asks},
    })  # fmt: skip


@plant.allow(*plant.EVERYONE)
@require_POST
def offer(request):
    """Sign up, or say anew what one can do and how often."""
    person, form = request.user.person, OfferForm(request.POST)
    if person is None or person.staff_no is None:
        messages.error(request, _("Only employees can sign up here."))
    elif form.is_valid():
        volunteers.offer(person, by=request.user, **form.cleaned_data)
        messages.success(request, _("Thank you. You are called up once your training and insurance are entered."))
    else:
        messages.error(request, _("Choose from what is offered, please."))
    return redirect("rosters:calls")


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def swap(request, pk):
    """Who could take one's watch, alone or for one of his."""
    duties = GateDuty.objects.select_related("watch", "post", "call", "person")
    duty = get_object_or_404(
        duties, pk=pk, person=request.user.person_id or 0, day__gte=plant.today(), call__state=CallUp.State.PUBLISHED
    )
    if request.method == "POST":
        form = GateSwapForm(request.POST)
        taker = (
            form.is_valid()
            and Volunteer.objects.filter(person=form.cleaned_data["taker"]).select_related("person").first()
        )
        back = form.is_valid() and form.cleaned_data["back"]
        other = duties.filter(pk=back, call__state=CallUp.State.PUBLISHED).first() if back else None
        if not taker or (back and other is None):
            messages.error(request, _("Choose one of the ways below."))
            return redirect("rosters:gate_swap", pk)
        try:
            gate_swaps.ask(duty, taker.person, other, by=request.user)
        except BadInput as error:
            messages.error(request, SWAP_REFUSALS.get(error.reason, SWAP_REFUSALS["closed"])())
            return redirect("rosters:gate_swap", pk)
        messages.success(request, _("Asked. Until the other agrees the watch is yours."))
        return redirect("rosters:calls")
    ways = gate_swaps.Scales().ways(duty)
    return render(request, "rosters/gate_swap.html", {
        "duty": duty, "alone": [way for way in ways if way.back is None], "exchanges": [way for way in ways if way.back],
    })  # fmt: skip


@plant.allow(*plant.EVERYONE)
@require_POST
def swap_answer(request, pk):
    """Agree to a swap, refuse it, or take one's own back."""
    row = get_object_or_404(GateSwap, pk=pk)
    verb, me = request.POST.get("verb"), request.user.person_id
    if me not in (row.giver_id, row.taker_id) or me is None:
        raise Http404
    try:
        if verb == "agree" and me == row.taker_id:
            gate_swaps.agree(row, by=request.user)
            messages.success(request, _("Done: the watch is yours."))
        elif verb in ("refuse", "withdraw") and me == (row.taker_id if verb == "refuse" else row.giver_id):
            gate_swaps.end(row, by=request.user, refuse=verb == "refuse")
            messages.success(request, _("Noted, thank you."))
        else:
            messages.error(request, _("This does not follow from the state it is in: look again."))
    except BadInput as error:
        messages.error(request, SWAP_REFUSALS.get(error.reason, SWAP_REFUSALS["closed"])())
    return redirect("rosters:calls")


@plant.allow(*READERS)
@require_GET
def thanks(request, pk):
    """A certificate of thanks, to print."""
    return _certificate(request, get_object_or_404(Volunteer.objects.select_related("person__unit"), pk=pk))


@plant.allow(*plant.EVERYONE)
@require_GET
def my_thanks(request):
    """One's own certificate."""
    rows = Volunteer.objects.select_related("person__unit")
    return _certificate(request, get_object_or_404(rows, person=request.user.person_id or 0))


def _certificate(request, row):
    done = gate_hours.thanks(row)
    plant.note(request.user, "thanks.printed", row)
    return render(request, "rosters/thanks.html", {"row": row, "done": done, "hours": done and done.minutes / 60})


def _answer(request, person):
    number = request.POST.get("invitation", "")
    pk = int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0
    invitation, form = get_object_or_404(Invitation, pk=pk, person=person), ReplyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Yes or no, please."))
        return redirect("rosters:calls")
    try:
        volunteers.answer(invitation, form.cleaned_data["yes"], request.POST.getlist("days")[:40], by=request.user)
        messages.success(request, _("Noted, thank you."))
    except BadInput:
        messages.error(request, _("This call is closed."))
    return redirect("rosters:calls")
