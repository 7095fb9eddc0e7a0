"""The exercise: start it, play a suspicion, say what was done, end it and read its protocol."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Response, Role

from ..actions import drills as actions
from ..forms import DrillForm, PlayForm, case_words
from ..models import Played, PlayedStep

ROLES = (Role.HEALTH_OFFICER, Role.DUTY_OFFICER)


@plant.allow(*ROLES)
@require_http_methods(["GET", "POST"])
def drills(request):
    form = DrillForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.start_drill(form.cleaned_data["name"], by=request.user)
        except BadInput as error:
            form.add_error("name", case_words(error))
        except plant.ResponseRuns as error:
            form.add_error("name", str(error))
        else:
            return redirect("grid:drill", row.pk)
    rows = Response.objects.filter(drill=True).select_related("begun_by__person")
    return render(request, "grid/drills.html", {"form": form, "rows": rows[:100], "running": plant.running_drill()})


def _people(request):
    return plant.active(plant.people_of(request.user, *ROLES))


@plant.allow(*ROLES)
@require_http_methods(["GET", "POST"])
def drill(request, pk):
    row = get_object_or_404(Response, pk=pk, drill=True)
    form = PlayForm(_people(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.play(row, form.cleaned_data["person"], form.cleaned_data["reason"], by=request.user)
        except BadInput as error:
            form.add_error(error.field, case_words(error))
        else:
            return redirect("grid:drill", pk)
    played = [(each, lines) for each, lines in actions.protocol(row) if _may_see(request, each)]
    return render(
        request,
        "grid/drill.html",
        {
            "drill": row,
            "form": form,
            "played": played,
            "people": _people(request).exclude(staff_no=None).values_list("staff_no", "name"),
        },
    )


def _may_see(request, played):
    if not hasattr(request, "_drilled"):
        request._drilled = set(_people(request).values_list("pk", flat=True))
    return played.person_id in request._drilled


def _mine(request, model, field, pk):
    return get_object_or_404(model.objects.filter(**{f"{field}__in": _people(request)}), pk=pk)


@plant.allow(*ROLES)
@require_POST
def drill_done(request, pk):
    step = _mine(request, PlayedStep, "played__person", pk)
    return _after(request, step.played.response_id, lambda: actions.done(step, by=request.user))


@plant.allow(*ROLES)
@require_POST
def drill_undo(request, pk):
    played = _mine(request, Played, "person", pk)
    return _after(request, played.response_id, lambda: actions.take_back(played, by=request.user))


@plant.allow(*ROLES)
@require_POST
def drill_end(request, pk):
    row = get_object_or_404(Response, pk=pk, drill=True)
    if actions.end_drill(row, by=request.user):
        messages.success(request, _("The exercise is over; its protocol can be printed."))
    return redirect("grid:drill", row.pk)


def _after(request, drill, work):
    try:
        work()
    except BadInput as error:
        messages.error(request, case_words(error))
    return redirect("grid:drill", drill)
