"""Reaching people: one tap an outcome, taken back within minutes; call-backs about what others reported of themselves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from .. import actions
from ..forms import CallBackForm, ContactForm, asked_by, words
from ..models import CheckIn, DailyContact, Outcome
from .cells import cell_page
from .lost import kept, person_of, the_person

ROLES = (Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)


def _back(person):
    return f"{reverse('grid:cell')}?cell={person.cell.code}" if person.cell else reverse("grid:cell")


@kept(the_person)
@plant.allow(*ROLES)
@require_POST
def contact(request, pk):
    person = get_object_or_404(plant.active(plant.health_visible_to(request.user)), pk=pk)
    if person.pk == request.user.person_id:
        raise PermissionDenied  # nobody vouches for himself as a lead; his own check-in is his own page
    form = asked_by(ContactForm, actions.version_asked(plant.today()))(request.POST)
    if not form.is_valid():
        return _refused(request, person, form)
    try:
        row = actions.contact(person, by=request.user, **form.cleaned_data)
    except BadInput as error:
        form.add_error("temperature" if error.field == "temperature" else None, words(error))
        return _refused(request, person, form)
    text = _("%(name)s: %(outcome)s, saved.") % {"name": person.name, "outcome": row.get_outcome_display()}
    undo = "" if row.outcome == Outcome.SEEN_NOT_OK else f"undo:{reverse('grid:undo_contact', args=[row.pk])}"
    messages.success(request, text, extra_tags=undo)
    if row.outcome == Outcome.SEEN_OK and actions.newest(row.checkin).abnormal:
        stands = _("%(name)s: today's report says not well, and stands; the health officer judges it.")
        messages.warning(request, stands % {"name": person.name})
    return HttpResponseRedirect(_back(person))


def _refused(request, person, form):
    """Show the cell's page again with the questions open and what was typed; the words beside the field."""
    cells = list(plant.cells_of(request.user).order_by("code"))
    unit = next((unit for unit in cells if unit.pk == person.cell_id), None)
    if unit is None or form.data.get("outcome") != Outcome.SEEN_NOT_OK:
        for errors in form.errors.values():
            messages.error(request, f"{person.name}: {errors[0]}")
        return HttpResponseRedirect(_back(person))
    form.person = person
    return cell_page(request, cells, unit, refused=form)


@plant.allow(*ROLES)
@require_POST
def undo_contact(request, pk):
    row = get_object_or_404(DailyContact.objects.select_related("person__cell"), pk=pk, by=request.user)
    if actions.take_back(row, by=request.user):
        messages.success(request, _("Taken back."))
    else:
        messages.error(request, _("It is too late to take this back, or it is a health report: correct that instead."))
    return HttpResponseRedirect(_back(row.person))


@kept(person_of(CheckIn))
@plant.allow(*ROLES)
@require_POST
def call_back(request, pk):
    seen = plant.health_visible_to(request.user).exclude(pk=request.user.person_id)
    report = get_object_or_404(CheckIn.objects.select_related("person__cell"), pk=pk, person__in=seen)
    form = CallBackForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, f"{report.person.name}: {errors[0]}")
        return redirect(_back(report.person))
    try:
        row = actions.call_back(report, by=request.user, **form.cleaned_data)
    except BadInput as error:
        messages.error(request, f"{report.person.name}: {words(error)}")
    else:
        text = _("%(name)s: call-back %(found)s, saved.")
        messages.success(request, text % {"name": report.person.name, "found": row.get_found_display()})
    return redirect(_back(report.person))
