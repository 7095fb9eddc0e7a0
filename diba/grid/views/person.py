"""One person's health."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..actions import isolated, links, returned, risks, screening
from ..actions.cases import judge_case
from ..actions.officers import judges
from ..forms import CaseForm, case_words
from ..models import Case, CheckIn
from ..models.cases import POSITIVE


@plant.allow(*plant.EVERYONE)
@require_http_methods(["GET", "POST"])
def person(request, pk):
    plant.refuse_with_offer(request.user, pk)
    someone = get_object_or_404(plant.health_open_to(request.user).select_related("cell", "unit"), pk=pk)
    opening = plant.opening_of(request.user, someone)
    officer = plant.people_of(request.user, Role.HEALTH_OFFICER).filter(pk=pk).exists()
    case = Case.objects.filter(person=someone).order_by("-id").first()
    seen = case and case.changes.order_by("-id").values_list("pk", flat=True).first()
    form = CaseForm(request.POST or None, initial={"seen": seen}) if case and judges(request.user, someone) else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                judge_case(case, **form.cleaned_data, by=request.user)
            except BadInput as error:
                form.add_error(error.field if error.field in form.fields else None, case_words(error))
            else:
                messages.success(request, _("The case is classified; the earlier classifications stay on record."))
                return redirect("grid:case_followed", case.pk)
    if someone.pk != request.user.person_id:
        detail = f"opening={opening.pk}" if opening else ""
        plant.note(request.user, "health.read", someone, detail=detail, people=[someone.pk])
    rows = (
        CheckIn.objects.filter(person=someone)
        .select_related("by__person", "profile", "by_link")
        .order_by("-day", "-id")[:60]
    )
    # What a case is called, and an officer's words, are read by officers alone: everybody else reads whether he is held.
    told = opening is not None or plant.people_of(request.user, *risks.OFFICERS).filter(pk=pk).exists()
    changes = case.changes.select_related("by__person").order_by("-id") if case and told else []
    changes = list(changes)
    context = {
        "someone": someone,
        "rows": rows,
        "case": case,
        "changes": changes,
        "told": told,
        "waits": bool(changes) and changes[0].reason.startswith(POSITIVE),
        "held": [] if told else plant.held([someone.pk]),
        "kept_out": "" if told else plant.kept_out(someone),
        "form": form,
        "officer": officer,
    }
    mine = plant.people_of(request.user, Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
    context["reached"] = someone.pk != request.user.person_id and mine.filter(pk=pk).exists()
    context["isolation"] = isolated.panel(someone, request.user)
    context["returns"] = returned.panel(someone, request.user)
    context["opening"] = opening
    context["may_give"] = not opening and someone.kind != "family" and plant.has_role(request.user, *links.GIVERS)
    context["risks"] = risks.panel(someone, request.user)
    context["screening"] = screening.panel(someone, plant.today())
    return render(request, "grid/person.html", context)
