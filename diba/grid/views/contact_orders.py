"""Ordering isolation for the contacts of a case: filled in by the rule, looked at, ordered for many in one press."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..actions import contact_orders as actions
from ..actions.cases import cases_visible_to
from ..actions.policies import policy_on
from ..forms import case_words
from ..models import IsolationKind


def _case(request, pk):
    case = get_object_or_404(cases_visible_to(request.user).select_related("person"), pk=pk)
    if not plant.people_of(request.user, Role.HEALTH_OFFICER).filter(pk=case.person_id).exists():
        raise PermissionDenied
    return case


def _proposals(request, case):
    """Return what is proposed for those contacts whom the officer's role covers."""
    own = set(plant.people_of(request.user, Role.HEALTH_OFFICER).values_list("pk", flat=True))
    return [row for row in actions.proposals(case) if row.contact.person_id in own]


@plant.allow(Role.HEALTH_OFFICER)
@require_http_methods(["GET", "POST"])
def contact_orders(request, pk):
    case = _case(request, pk)
    rows = _proposals(request, case)
    typed, fault, batch = {}, None, uuid.uuid4()
    if request.method == "POST":
        typed, batch = _typed(request, rows)
        fault = _ordered(request, case, typed, batch)
        if fault is None:
            return redirect("grid:contacts", pk)
    plant.note(request.user, "contacts.read", case, detail=f"people={len(rows)}", people=[row.contact.person_id for row in rows])  # fmt: skip
    lines = [_line(row, typed, fault, request.method == "POST") for row in rows]
    return render(request, "grid/contact_orders.html", {
        "case": case, "lines": lines, "kinds": IsolationKind.choices, "policy": policy_on(plant.today()), "batch": batch,
        "close": sum(row.close for row in rows), "fault": case_words(fault) if fault and fault.row is None else "",
    })  # fmt: skip


def _typed(request, rows):
    """Return ({contact id: (kind, place)} of those ticked, the batch's uuid)."""
    chosen = set(request.POST.getlist("contacts"))
    ids = [row.contact.pk for row in rows if str(row.contact.pk) in chosen]
    try:
        batch = uuid.UUID(request.POST.get("batch", ""))
    except ValueError:
        batch = uuid.uuid4()
    return {pk: (request.POST.get(f"kind-{pk}", ""), request.POST.get(f"place-{pk}", "")[:200]) for pk in ids}, batch


def _line(row, typed, fault, sent):
    """Return a row as it is drawn: what is proposed or was typed, whether it is ticked, what is wrong with it."""
    kind, place = typed.get(row.contact.pk, (IsolationKind.HOME, row.place))
    ticked = row.contact.pk in typed if sent else row.close
    return row, ticked, kind, place, case_words(fault) if fault and fault.row == row.contact.pk else ""


def _ordered(request, case, typed, batch):
    """Order what is ticked; return the BadInput that stops it, or None."""
    try:
        orders = actions.order_many(case, typed, batch=batch, by=request.user)
    except BadInput as error:
        return error
    words = ngettext("Isolation ordered for %(n)s person.", "Isolation ordered for %(n)s people.", len(orders)) % {"n": len(orders)}  # fmt: skip
    messages.success(request, words, extra_tags=f"undo:{reverse('grid:contact_orders_back', args=[case.pk, batch])}")
    return None


@plant.allow(Role.HEALTH_OFFICER)
@require_POST
def contact_orders_back(request, pk, batch):
    """Take back what one press of the button ordered."""
    case = _case(request, pk)
    try:
        n = actions.take_back_many(case, uuid.UUID(batch), by=request.user)
    except ValueError as error:
        raise Http404 from error
    except BadInput as error:
        messages.error(request, case_words(error))
    else:
        messages.success(request, _("Taken back: %(n)s orders. They stay on record.") % {"n": n})
    return redirect("grid:contacts", pk)
