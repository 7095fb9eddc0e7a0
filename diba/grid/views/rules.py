"""The health rules: which are in force, since when, from where; new ones are a new row."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from diba.plant import actions as plant
from diba.plant.models import Role

from .. import actions
from ..forms import RulesForm
from ..models import CaseState, Policy


@plant.allow(Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER)
@require_http_methods(["GET", "POST"])
def rules(request):
    """All rules, the newest first; only the health officer of the whole plant enters new ones."""
    now, may = actions.policy_on(plant.today()), plant.whole_plant(request.user, Role.HEALTH_OFFICER)
    initial = model_to_dict(now, exclude=["id", "source"]) if now else {}
    initial["starts_on"] = plant.today() + timedelta(days=1)
    form = RulesForm(request.POST or None, initial=initial) if may else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            row = actions.set_policy(by=request.user, **form.cleaned_data)
            messages.success(request, _("Entered: in force from %(day)s.") % {"day": row.starts_on})
            return redirect("grid:rules")
    rows = list(Policy.objects.order_by("-starts_on"))
    context = {"in_force": now, "form": form, "rows": [
        (row, _values(row, before), row == now, row.starts_on > plant.today())
        for row, before in zip(rows, [*rows[1:], None], strict=True)
    ]}  # fmt: skip
    return render(request, "grid/rules.html", context)


def _values(row, before):
    """Return [(rule, value, whether it differs from the policy before)]."""
    fields = [field for field in Policy._meta.concrete_fields if field.name not in ("id", "starts_on", "source")]
    return [
        (field.verbose_name, _shown(row, field), before is not None and field.value_from_object(row) != field.value_from_object(before))
        for field in fields
    ]  # fmt: skip


def _shown(row, field):
    value = field.value_from_object(row)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.name == "report_states":
        return "、".join(str(CaseState(code).label) for code in value.split(","))
    return getattr(row, f"get_{field.name}_display")() if field.choices else value
