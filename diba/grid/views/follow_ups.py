"""Today's follow-ups of contacts: whom to see, what came of it, and WHO's two figures."""

import uuid

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from diba.core import follow_up as core
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..actions import follow_ups as actions
from ..actions.cases import cases_visible_to
from ..forms import VisitForm, case_words
from ..models import Contact, Outcome
from .cases import READERS

ROLES = (Role.CELL_LEAD, *READERS)
KINDS = {core.OVERDUE: "now", core.DUE: "doing", core.DONE: "ok", core.WAITING: "off", core.ENDED: "off"}


@plant.allow(*ROLES)
@require_GET
def follow_ups(request):
    rows = actions.followed(actions.contacts_to_follow(request.user))
    reader = plant.has_role(request.user, *READERS)
    plant.note(
        request.user, "contacts.read", detail=f"people={len(rows)}", people=[row.contact.person_id for row in rows]
    )
    open_rows = [(row, uuid.uuid4()) for row in rows if row.standing.state in actions.OPEN]
    return render(request, "grid/follow_ups.html", {
        "open": open_rows, "rest": [row for row in rows if row.standing.state not in actions.OPEN], "kinds": KINDS,
        "overdue": sum(row.standing.state == core.OVERDUE for row, _uid in open_rows), "outcomes": Outcome, "reader": reader,
        "figures": actions.indicators(cases_visible_to(request.user)) if reader else None,
    })  # fmt: skip


@plant.allow(*ROLES)
@require_POST
def follow_up(request, pk):
    row = get_object_or_404(
        Contact.objects.select_related("person"), pk=pk, person__in=plant.health_visible_to(request.user)
    )
    form = VisitForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"{row.person.name}: {next(iter(form.errors.values()))[0]}")
        return redirect("grid:follow_ups")
    try:
        made = actions.visit(row, by=request.user, **form.cleaned_data)
    except BadInput as error:
        messages.error(request, f"{row.person.name}: {case_words(error)}")
    else:
        messages.success(
            request,
            _("%(name)s: %(outcome)s, saved.") % {"name": row.person.name, "outcome": made.get_outcome_display()},
        )
    return redirect("grid:follow_ups")
