"""Today's follow-ups of contacts: whom to see, who sees him, what came of it, and WHO's two figures."""

import uuid
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from diba.core import follow_up as core
from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Role

from ..actions import follow_ups as actions
from ..actions import followers
from ..actions.cases import cases_visible_to
from ..forms import HandOverForm, VisitForm, case_words
from ..models import Contact
from .cases import PAGE, READERS
from .lost import kept, person_of

ROLES = (Role.CELL_LEAD, *READERS)
STATES = {core.OVERDUE: gettext_noop("overdue"), core.DUE: gettext_noop("due today"), core.DONE: gettext_noop("seen today"), core.WAITING: gettext_noop("to come"), core.ENDED: gettext_noop("follow-up ended")}  # fmt: skip
ORDERS = {
    "name": lambda row: row.contact.person.name,
    "cell": lambda row: (str(row.contact.person.cell or ""), row.contact.person.name),
    "until": lambda row: row.standing.last,
    "seen": lambda row: row.standing.seen - row.standing.asked,
    "who": lambda row: row.follower.name if row.follower else "",
}


@plant.allow(*ROLES)
@require_http_methods(["GET", "POST"])
def follow_ups(request):
    rows = actions.followed(actions.contacts_to_follow(request.user))
    reader, officer = plant.has_role(request.user, *READERS), plant.has_role(request.user, Role.HEALTH_OFFICER)
    form = HandOverForm([row.contact.pk for row in rows], plant.active(), request.POST or None)
    if request.method == "POST":
        if not officer:
            raise PermissionDenied
        if form.is_valid() and _handed(request, form):
            return redirect(request.get_full_path())
    asked = _asked(request)
    shown = [row for row in rows if _fits(row, asked)]
    if asked["sort"] in ORDERS:
        shown.sort(key=ORDERS[asked["sort"]])
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "contacts.exported", detail=f"rows={len(shown)}", people=_ids(shown))
        return file_answer(kind, "follow-ups", {_("Follow-ups"): _lines(shown, asked["day"])})
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    plant.note(request.user, "contacts.read", detail=f"people={len(page)}", people=_ids(page))
    chosen = set(form.data.getlist("contacts")) if form.is_bound else set()
    return render(request, "grid/follow_ups.html", {
        "page": page, "lines": [(row, uuid.uuid4(), _on(row, asked["day"]), str(row.contact.pk) in chosen) for row in page],
        "open": sum(row.standing.state in actions.OPEN for row in rows), "overdue": sum(row.standing.state == core.OVERDUE for row in rows),
        "all": len(rows), "reader": reader, "officer": officer, "form": form, "asked": asked, "filtered": any(asked.values()),
        "states": [(code, _(word)) for code, word in STATES.items()], **_choices(rows),
        "figures": actions.indicators(cases_visible_to(request.user)) if reader else None,
    })  # fmt: skip


def _ids(rows):
    return [row.contact.person_id for row in rows]


def _asked(request):
    """Return what the list is narrowed by: words, state, day, who looks after, cell, order."""
    found = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "state", "who", "cell", "sort")}
    try:
        found["day"] = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        found["day"] = None
    return found


def _fits(row, asked):
    person = row.contact.person
    if asked["q"] and asked["q"] not in person.name and asked["q"] != (person.staff_no or ""):
        return False
    if asked["state"] in STATES and row.standing.state != asked["state"]:
        return False
    if asked["cell"] and str(person.cell_id) != asked["cell"]:
        return False
    if asked["who"] and str(row.follower.pk if row.follower else 0) != asked["who"]:
        return False
    return asked["day"] is None or row.standing.first <= asked["day"] <= row.standing.last


def _on(row, day):
    """Return (what came of a day, or None; whether it is over) of the day the list is for, today unless another."""
    return row.visits.get(day or plant.today()), bool(day and day < plant.today())


def _choices(rows):
    cells = {row.contact.person.cell_id: str(row.contact.person.cell) for row in rows if row.contact.person.cell_id}
    whose = {row.follower.pk: row.follower.name for row in rows if row.follower}
    return {"cells": sorted(cells.items(), key=lambda item: item[1]), "whose": sorted(whose.items(), key=lambda item: item[1])}  # fmt: skip


def _lines(rows, day):
    yield [_("Person"), _("Staff number"), _("Telephone"), _("Cell"), _("Looked after by"), _("State"), _("Last exposure"), _("Until"), _("Days asked"), _("Days seen"), _("What came of it")]  # fmt: skip
    for row in rows:
        person, visit = row.contact.person, _on(row, day)[0]
        yield [person.name, person.staff_no, person.phone, person.cell, row.follower and row.follower.name, _(STATES[row.standing.state]), row.contact.last_exposed_on,
               row.standing.last, row.standing.asked, row.standing.seen, visit.get_outcome_display() if visit else ""]  # fmt: skip


def _handed(request, form):
    """Hand the chosen ones over, as the button says: to somebody, or back to their leads. Say whether it was done."""
    to = form.cleaned_data["follower"]
    if request.POST.get("do") == "leads":
        to = None
    elif to is None:
        form.add_error("follower", _("Who is to look after them?"))
        return False
    mine = actions.contacts_to_follow(request.user).filter(pk__in=form.cleaned_data["contacts"])
    mine = mine.filter(person__in=plant.people_of(request.user, Role.HEALTH_OFFICER))
    try:
        n = followers.hand_over(mine, to, by=request.user)
    except BadInput as error:
        form.add_error("follower" if error.field == "follower" else None, case_words(error))
        return False
    messages.success(request, ngettext("%(n)s contact handed over.", "%(n)s contacts handed over.", n) % {"n": n})
    return True


@kept(person_of(Contact))
@plant.allow(*ROLES)
@require_POST
def follow_up(request, pk):
    row = get_object_or_404(actions.contacts_to_follow(request.user).select_related("person"), pk=pk)
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
