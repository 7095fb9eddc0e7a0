"""Who learns what from whom, and who of the reserve could stand tomorrow."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions.table_files import file_answer
from diba.plant.models import Role

from ..actions import training
from ..models import Training
from ..register_forms import TrainingForm
from . import READERS

REFUSALS = {
    "holds_it": lambda: _("Holds this certificate already."),
    "mentor_lacks_it": lambda: _("The mentor does not hold this certificate."),
    "learns_it": lambda: _("Learns this already."),
}
STATES = {"ready": "ok", "rusty": "warn", "expired": "now", "away": "off"}


@plant.allow(*READERS, whole_to_write=True)
@require_http_methods(["GET", "POST"])
def trainings(request):
    may_plan = plant.whole_plant(request.user, Role.PLANNER)
    form = TrainingForm(request.POST or None, initial={"first_day": plant.today()})
    if request.method == "POST" and may_plan and form.is_valid():
        try:
            training.plan_training(by=request.user, **form.cleaned_data)
        except BadInput as error:
            form.add_error(error.field, REFUSALS[error.reason]())
        else:
            messages.success(request, _("Entered; both have been told."))
            return redirect("rosters:training")
    lines, reserve = training.register(), training.reserve()
    if (kind := request.GET.get("format")) in ("xlsx", "csv"):
        plant.note(request.user, "training.exported")
        return file_answer(
            kind, "training", {_("Training"): _training_lines(lines), _("Reserve"): _reserve_lines(reserve)}
        )
    return render(request, "rosters/training.html", {
        "form": form, "lines": lines, "reserve": [(each, STATES[each.state], WORDS[each.state]()) for each in reserve], "may_plan": may_plan, "proposals": training.proposals(),
        "ready": sum(each.state == "ready" for each in reserve), "open": sum(line.row.state in ("planned", "started") for line in lines),
        "people": plant.active().exclude(kind="family").values_list("staff_no", "name"),
    })  # fmt: skip


@plant.allow(Role.PLANNER, whole=True)
@require_POST
def training_step(request, pk):
    row = get_object_or_404(Training.objects.select_related("person", "qualification"), pk=pk)
    state = request.POST.get("state", "")
    if state not in Training.State.values or not training.step(
        row, state, by=request.user, note=request.POST.get("note", "").replace("\0", "")
    ):
        messages.error(request, _("This step does not follow from the state it is in: look again."))
    elif state == Training.State.PASSED:
        messages.success(
            request,
            _("Passed. The administrator is asked to enter the certificate; until then nothing changes in the depth."),
        )
    else:
        messages.success(request, _("Noted."))
    return redirect("rosters:training")


WORDS = {
    "ready": lambda: _("ready"),
    "rusty": lambda: _("lead in again first"),
    "expired": lambda: _("no valid certificate"),
    "away": lambda: _("away"),
}


def _training_lines(lines):
    yield [
        _("Person"),
        _("Qualification"),
        _("Mentor"),
        _("From"),
        _("Examination on"),
        _("State"),
        _("Depth now"),
        _("Depth then"),
    ]
    for line in lines:
        row = line.row
        yield [row.person.name, row.qualification.name, row.mentor.name if row.mentor else "", str(row.first_day), str(row.last_day),
               row.get_state_display(), line.depth, line.then]  # fmt: skip


def _reserve_lines(reserve):
    yield [_("Person"), _("Qualifications"), _("First certificate ends"), _("Last stood"), _("Readiness")]
    for each in reserve:
        yield [
            each.person.name,
            "、".join(q.name for q in each.qualifications),
            each.expires,
            each.last_stood,
            WORDS[each.state](),
        ]
