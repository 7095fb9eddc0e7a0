"""The office's pages: the plan of gates and watches, zones and gates, passes."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..actions import devices as device_actions
from ..actions import gaps as gap_actions
from ..actions import handing
from ..actions import passes as pass_actions
from ..actions import places as place_actions
from ..actions.reading import as_time
from ..forms.office import GapForm, GateForm, IssueAllForm, IssueForm, RevokeForm, ZoneForm
from ..forms.styled import put_on
from ..models import Gate, Handover, Pass, PassKind, Zone
from .drawn import code

READERS = (Role.GUARD, Role.DUTY_OFFICER, Role.HEALTH_OFFICER, Role.ADMINISTRATOR)
KEEPERS = (Role.DUTY_OFFICER, Role.ADMINISTRATOR)
PAGE = 50
AHEAD = 30  # days the plan may be looked at


@plant.allow(*READERS)
@require_GET
def plan(request):
    since, running = place_actions.running_now()
    day = _day(request) or since
    rows = running if day == since else place_actions.plan(day)
    empty = [gate for gate, stand in place_actions.standing(since, running) if not stand.people]
    limit, gaps = plant.now() - device_actions.SILENT, gap_actions.gaps(plant.now() - gap_actions.SHOWN, plant.now())
    unexplained = [gap for gap in gaps if gap.explained is None]
    handovers = list(Handover.objects.select_related("gate").order_by("-at")[:8])
    names = handing.names_of(word for row in handovers for word in (row.outgoing, row.incoming))
    for row in handovers:
        row.others = (row.said or {}).get("others", [])
        row.gives, row.takes = (names.get(word, word) for word in (row.outgoing, row.incoming))
        row.late = (
            row.received_at - row.at > gap_actions.LATE
        )  # signed without a network, or after the fact: told apart by whoever asks
    return render(request, "gates/plan.html", {
        "gaps": unexplained, "explained": [gap for gap in gaps if gap.explained],
        "rows": [(row, [(device, device.heard_at >= limit) for device in row.devices]) for row in rows], "day": day, "empty": empty,
        "before": day - timedelta(days=1), "after": day + timedelta(days=1), "watches": rows[0].stands if rows else [],
        "silent": [gate.pk for gate, _since in device_actions.silent_gates()], "keeps": plant.whole_plant(request.user, *KEEPERS),
        "handovers": handovers,
    })  # fmt: skip


@plant.allow(*KEEPERS, whole=True)
@require_POST
def gap_explain(request):
    """Say why a watch began without a signed hand-over."""
    form = GapForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in words what was done."))
    elif gap_actions.explain(
        form.cleaned_data["gate"], as_time(form.cleaned_data["at"]), form.cleaned_data["words"], by=request.user
    ):
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("No gap is open there any more."))
    return redirect(reverse("gates:plan") + "#gaps")


def _day(request):
    """Return the day that was asked for, None: none that there is."""
    try:
        day = parse_date(request.GET.get("day", "")[:10])
    except ValueError:
        return None
    return day if day and abs((day - plant.today()).days) <= AHEAD else None


@plant.allow(*KEEPERS, whole=True)
@require_http_methods(["GET", "POST"])
def places(request):
    zone, gate = _chosen(request, Zone, "zone"), _chosen(request, Gate, "gate")
    step = request.POST.get("do", "")
    shown = {
        "zone": {"code": zone.code, "name": zone.name, "within": zone.within_id, "units": zone.units.all()}
        if zone
        else None,
        "gate": {name: getattr(gate, name) for name in GateForm.base_fields} if gate else None,
    }
    forms = {
        "zone": ZoneForm(
            request.POST if step == "zone" else None,
            prefix="zone",
            initial=shown["zone"],
            barred=place_actions.inside_of(zone),
        ),
        "gate": GateForm(request.POST if step == "gate" else None, prefix="gate", initial=shown["gate"]),
    }
    if request.method == "POST":
        if step not in forms:
            raise PermissionDenied
        if _kept(request, forms[step], step, zone, gate):
            return redirect("gates:places")
    return render(request, "gates/places.html", {
        "forms": forms, "zone": zone, "gate": gate, "zones": Zone.objects.select_related("within").prefetch_related("units"),
        "gates": Gate.objects.select_related("zone", "pattern", "post").order_by("-active", "code"),
    })  # fmt: skip


def _chosen(request, model, name):
    number = request.GET.get(name, "")
    return model.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None


def _kept(request, form, step, zone, gate):
    if not form.is_valid():
        return False
    try:
        if step == "zone":
            place_actions.keep_zone(zone, by=request.user, **form.cleaned_data)
        else:
            place_actions.keep_gate(gate, by=request.user, **form.cleaned_data)
    except BadInput as error:
        put_on(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


@plant.allow(*KEEPERS, whole=True)
@require_http_methods(["GET", "POST"])
def passes(request):
    step = request.POST.get("do", "")
    form = IssueForm(request.POST if step == "one" else None)
    everybody = IssueAllForm(request.POST if step == "all" else None, prefix="all")
    anew = IssueAllForm(request.POST if step == "anew" else None, prefix="anew")
    if request.method == "POST" and _issued(request, step, {"one": form, "all": everybody, "anew": anew}):
        return redirect("gates:passes")
    wanted, state, kind = (request.GET.get(name, "").strip()[:60] for name in ("q", "state", "kind"))
    page = Paginator(pass_actions.found(wanted, state, kind), PAGE).get_page(request.GET.get("page"))
    return render(request, "gates/passes.html", {
        "page": page, "form": form, "everybody": everybody, "without": pass_actions.without_pass().count(), "revoke": RevokeForm(), "anew": anew, "old": pass_actions.of_old_keys().count(),
        "guests": pass_actions.guests_of_old_keys(), "wanted": wanted, "state": state, "kind": kind, "kinds": PassKind.choices, "now": plant.now(),
    })  # fmt: skip


def _issued(request, step, forms):
    chosen = forms.get(step)
    if chosen is None:
        raise PermissionDenied
    if not chosen.is_valid():
        return False
    everybody = {"all": pass_actions.without_pass, "anew": pass_actions.of_old_keys}
    people = [chosen.cleaned_data["person"]] if step == "one" else list(everybody[step]())
    try:
        with transaction.atomic():
            made = pass_actions.issue_anew(by=request.user) if step == "anew" else []
            if people or not made:
                made += pass_actions.issue(people, by=request.user, days=chosen.cleaned_data["days"])
    except BadInput as error:
        put_on(chosen, error)
        return False
    messages.success(request, _("%(n)s passes issued.") % {"n": len(made)})
    return True


PRINTED = 200  # cards at once


@plant.allow(*KEEPERS, whole=True)
@require_GET
def passes_print(request):
    """The valid passes that were found, or one, as cards to cut out: for whoever has no phone, for visitors and windscreens."""
    wanted, kind, one = (request.GET.get(name, "").strip()[:60] for name in ("q", "kind", "pass"))
    only = [int(one) if one.isdecimal() and len(one) < 19 else 0] if one else None
    found = pass_actions.valid(wanted, kind, only)
    rows = list(found[: PRINTED + 1])
    left, rows = max(found.count() - PRINTED, 0) if len(rows) > PRINTED else 0, rows[:PRINTED]
    if rows:
        plant.note(request.user, "pass.read", rows[0] if len(rows) == 1 else ("pass", ""), detail=f"passes={len(rows)}")
    answer = render(request, "gates/passes_print.html", {
        "rows": [(row, code(row.text)) for row in rows], "left": left, "printed": PRINTED, "now": plant.now(),
    })  # fmt: skip
    answer["Cache-Control"] = "no-store, private"
    return answer


@plant.allow(*KEEPERS, whole=True)
@require_POST
def pass_revoke(request, pk):
    row, form = get_object_or_404(Pass, pk=pk), RevokeForm(request.POST)
    if form.is_valid() and pass_actions.revoke(row, form.cleaned_data["why"], by=request.user):
        messages.success(request, _("Revoked: the pass is dead at every gate from its next contact on."))
    return redirect(reverse("gates:passes"))


@plant.allow(*plant.EVERYONE)
@require_GET
def my_pass(request):
    """A person's own pass on his phone: the code as large as it goes, and words for the guard."""
    row = pass_actions.own_pass(request.user.person) if request.user.person_id else None
    answer = render(request, "gates/my_pass.html", {
        "row": row, "code": row and code(row.text, 8), "kept_out": plant.kept_out(request.user.person),
        "zones": [zone for zone in Zone.objects.all() if row.zones >> zone.bit & 1] if row else [],
    })  # fmt: skip
    answer["Cache-Control"] = "no-store, private"
    return answer
