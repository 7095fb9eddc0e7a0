"""The page of the switch for an evacuation, with the count of who is still inside."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Role

from ..actions import evacuating, fleeing
from ..forms.evacuation import EvacuationForm
from ..models import Evacuation

LEADERS = (Role.DUTY_OFFICER, Role.ADMINISTRATOR)


@plant.allow(*LEADERS, whole=True)
@require_http_methods(["GET", "POST"])
def evacuation(request):
    """Show what runs, who is still inside, and the switch."""
    form = EvacuationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            evacuating.begin(by=request.user, **form.cleaned_data)
        except BadInput:
            messages.error(request, _("One runs already."))
        else:
            messages.warning(request, _("Begun: every gate lets out and nobody in from its next contact on."))
        return redirect("gates:evacuation")
    row = evacuating.running()
    parts, silent, out = fleeing.count(row) if row else ([], [], 0)
    return render(request, "gates/evacuation.html", {
        "row": row, "form": form, "parts": parts, "untold": [one for one in silent if one.untold], "silent": [one for one in silent if not one.untold], "out": out, "inside": sum(part.count for part in parts),
        "past": Evacuation.objects.exclude(ended_at=None).select_related("begun_by__person", "ended_by__person")[:10],
    })  # fmt: skip


@plant.allow(*LEADERS, whole=True)
@require_POST
def evacuation_end(request, pk):
    if evacuating.end(get_object_or_404(Evacuation, pk=pk), by=request.user):
        messages.success(request, _("Ended: the gates judge as usual from their next contact on."))
    return redirect("gates:evacuation")
