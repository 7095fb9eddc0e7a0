"""Visitors and vehicles: the office announces them, the host answers on his phone."""

import hashlib
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant

from ..actions import expected as expected_actions
from ..actions import walk_ins
from ..actions.passes import good
from ..forms.expected import VehicleForm, VisitForm
from ..forms.styled import put_on, refusal
from ..models import Pass, Vehicle, Visit
from .drawn import code
from .office import KEEPERS, READERS

SHOWN = 200  # rows; older ones are in the ledger


@plant.allow(*READERS, whole=True)
@require_http_methods(["GET", "POST"])
def expected(request):
    step, moment = request.POST.get("do", ""), plant.now()
    spans = {"begins_at": moment, "ends_at": moment + timedelta(hours=4)}
    forms = {
        "visit": VisitForm(request.POST if step == "visit" else None, prefix="visit", initial=spans),
        "vehicle": VehicleForm(request.POST if step == "vehicle" else None, prefix="vehicle", initial=spans),
    }
    if request.method == "POST":
        if step not in forms:
            raise PermissionDenied
        if _entered(request, step, forms[step]):
            return redirect("gates:expected")
    since = moment - timedelta(days=1)
    passes = Prefetch("passes", Pass.objects.filter(good(moment)).order_by("-id"), "good_passes")
    visits = Visit.objects.filter(ends_at__gt=since).select_related("host", "gate").prefetch_related(passes)[:SHOWN]
    return render(request, "gates/expected.html", {
        "forms": forms, "visits": visits, "vehicles": Vehicle.objects.filter(ends_at__gt=since).prefetch_related(passes)[:SHOWN],
        "keeps": plant.whole_plant(request.user, *KEEPERS),
        "asked": sum(1 for row in visits if row.state == Visit.State.ASKED and not row.called_off_at and (not row.arrived_at or row.ends_at > moment)),
        "now": moment, "times": walk_ins.times(), "target": walk_ins.TARGET,
    })  # fmt: skip


def _entered(request, step, form):
    if not form.is_valid():
        return False
    try:
        if step == "visit":
            _ask(expected_actions.announce(by=request.user, **form.cleaned_data), request.user)
        else:
            expected_actions.expect_vehicle(by=request.user, **form.cleaned_data)
    except BadInput as error:
        if error.reason == "announced":
            form.add_error("name", _announced(error.value))
        else:
            put_on(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


def _announced(pk):
    """Return that a visit is there already, with a way to it: its row of the same page."""
    row = Visit.objects.select_related("host").get(pk=pk)
    begins, ends = (localtime(each).strftime("%m-%d %H:%M") for each in (row.begins_at, row.ends_at))
    said = _("%(name)s is announced to %(host)s already, %(begins)s to %(ends)s (%(state)s): call that visit off first if it is to change.")  # fmt: skip
    said %= {"name": row.name, "host": row.host.name, "begins": begins, "ends": ends, "state": row.get_state_display()}
    return format_html('{} <a href="#visit-{}">{}</a>', said, pk, _("To that visit"))


def _ask(visit, by):
    if visit.state == Visit.State.ASKED:
        plant.ask(
            gettext_noop("{name} wants to visit you: may he come?"), {"name": visit.name}, owner=visit.host, key=f"visit:{visit.pk}",
            due_at=visit.begins_at, link="/gates/guests/", by=by,
        )  # fmt: skip


@plant.allow(*KEEPERS, whole=True)
@require_POST
def visit_off(request, pk):
    return _called_off(request, get_object_or_404(Visit, pk=pk), "gates:expected")


@plant.allow(*KEEPERS, whole=True)
@require_POST
def vehicle_off(request, pk):
    return _called_off(request, get_object_or_404(Vehicle, pk=pk), "gates:expected")


@plant.allow(*plant.EVERYONE)
@require_POST
def guest_off(request, pk):
    return _called_off(request, get_object_or_404(expected_actions.visits_of(request.user), pk=pk), "gates:guests")


def _called_off(request, row, back):
    if expected_actions.call_off(row, by=request.user):
        messages.success(request, _("Called off: the gates know at their next contact."))
    else:
        messages.info(request, _("It was called off before, or is over."))
    return redirect(back)


@plant.allow(*plant.EVERYONE)
@require_GET
def guests(request):
    """A host's own visitors, to say yes or no to."""
    rows = expected_actions.visits_of(request.user).filter(ends_at__gt=plant.now() - timedelta(days=1))
    now = plant.now()
    rows = sorted(rows, key=lambda row: _what_is_to_do(row, now))
    seen = hashlib.sha256(
        repr([(row.pk, row.state, row.called_off_at, row.ends_at <= now) for row in rows]).encode()
    ).hexdigest()[:12]
    if request.headers.get("HX-Request") and request.GET.get("seen") == seen:
        return HttpResponse(status=204)  # nothing is drawn anew under a finger that is about to answer
    return render(request, "gates/guests.html", {"rows": rows, "now": now, "seen": seen})


def _what_is_to_do(row, now):
    """Return where a visit stands on its host's page: who waits at a gate, who waits for an answer, who may come, who does no more."""
    if row.called_off_at or row.ends_at <= now or row.state == Visit.State.REFUSED:
        return 3, -row.ends_at.timestamp()
    asked = row.state == Visit.State.ASKED
    return (0 if row.arrived_at else 1) if asked else 2, row.begins_at.timestamp()


@plant.allow(*plant.EVERYONE)
@require_GET
def guest_pass(request, pk):
    """The pass of a host's own visitor, for him to send on or to print."""
    visit = get_object_or_404(expected_actions.visits_of(request.user), pk=pk)
    row = visit.passes.filter(good(plant.now())).order_by("-id").first()
    if row:
        plant.note(request.user, "pass.read", row)
    answer = render(request, "gates/guest_pass.html", {"visit": visit, "row": row, "code": row and code(row.text, 8)})
    answer["Cache-Control"] = "no-store, private"
    return answer


@plant.allow(*plant.EVERYONE)
@require_POST
def guest_answer(request, pk):
    visit = get_object_or_404(expected_actions.visits_of(request.user), pk=pk)
    said = request.POST.get("say", "")
    try:
        answered = said in ("yes", "no") and expected_actions.answer(visit, said == "yes", by=request.user)
    except BadInput as error:
        messages.error(request, refusal(error))
        return redirect("gates:guests")
    if answered:
        plant.close_keyed(f"visit:{visit.pk}", str(visit.get_state_display()), by=request.user)
        walk_ins.settled(visit.host, str(visit.get_state_display()), by=request.user)
        messages.success(
            request, _("The guard has your answer in a moment.") if visit.arrived_at else _("The gates know.")
        )
    elif said in ("yes", "no") and visit.arrived_at and visit.state == Visit.State.ASKED:
        messages.error(request, _("He waited half an hour and has left: tell the gate yourself."))
    return redirect("gates:guests")
