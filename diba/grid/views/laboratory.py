"""A laboratory's file: read dry, looked at, written, taken back; the rows that fit nobody."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.actions import importing
from diba.plant.models import Role

from ..actions import laboratory
from ..forms.screening import refusal, words_of
from ..models import Finding, LabFile, Round, Target

PAGE = 50
SHOWN = 20  # refusals of a sheet of tubes that are named one by one


@plant.allow(Role.HEALTH_OFFICER)
@require_POST
def lab_new(request, pk):
    """Read a file for a round, or register the tubes of a sheet."""
    _whole(request)
    round = get_object_or_404(Round.objects.select_related("campaign"), pk=pk)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise BadInput("missing", "file")
        if request.POST.get("do") != "samples":
            return redirect(
                "grid:lab", laboratory.dry_run(importing.bytes_of(file), file.name, round, by=request.user).pk
            )
        written, refused = laboratory.register_sheet(
            importing.bytes_of(file), file.name, round, pooled="pooled" in request.POST, by=request.user
        )
        messages.success(request, _("%(n)s samples registered.") % {"n": written})
        for sheet, row, column, reason in refused[:SHOWN]:
            messages.error(request, f"{sheet} · {row} · {column}: {words_of(reason)}")
        if (more := len(refused) - SHOWN) > 0:
            messages.error(request, _("%(n)s more rows were not taken. Mend these and send the sheet again: what is written stays, and once.") % {"n": more})  # fmt: skip
    except importing.FileRefused as error:
        messages.error(request, str(error))
    except BadInput as error:
        messages.error(request, refusal(error))
    return redirect("grid:screening", round.campaign_id)


def _whole(request):
    if not plant.whole_plant(request.user, Role.HEALTH_OFFICER):
        raise PermissionDenied


@plant.allow(Role.HEALTH_OFFICER)
@require_http_methods(["GET", "POST"])
def lab(request, pk):
    _whole(request)
    file = get_object_or_404(LabFile.objects.select_related("round__campaign"), pk=pk, typed=False)
    kept = {}
    if request.method == "POST":
        if (kept := _step(request, file)) is None:
            return redirect("grid:lab", pk)
        file.refresh_from_db()
    dry = file.state == LabFile.State.DRY_RUN
    found, unknown = laboratory.rows_of(file) if dry else ((), ())
    rows = [(row, words_of(row.problem)) for row in found if row.problem]
    waiting = () if dry else laboratory.queue_of(file)
    page = Paginator(rows if dry else waiting, PAGE).get_page(request.GET.get("page"))
    plant.note(request.user, "lab.seen", file, people=() if dry else _people(file, page))
    queue = () if dry else [(row, words_of(row.problem)) for row in page]
    return render(request, "grid/lab.html", {
        "file": file, "dry": dry, "page": page, "queue": queue, "findings": Finding.choices, "kept": kept,
        "beside": list(dict.fromkeys(head for _sheet, head in unknown if head)), "unread": [sheet for sheet, head in unknown if not head],
    })  # fmt: skip


def _people(file, rows):
    """Return the ids of whom rows of the queue may speak: whose they seem, and who of the campaign has a name or number in them."""
    words = {str(cell).strip() for row in rows for cell in (row.line or {}).values() if cell}
    named = Q(person__name__in=words) | Q(person__staff_no__in=words)
    targets = Target.objects.filter(named, campaign=file.round.campaign_id).values_list("person", flat=True)
    return {*targets, *(row.target.person_id for row in rows if row.target)}


def _step(request, file):
    """Do what was asked; return None when done, else what was typed, to be shown again."""
    step, by = request.POST.get("do", ""), request.user
    try:
        if step == "confirm":
            if laboratory.confirm(file, by=by) is None:
                messages.warning(request, _("What the file would do has changed meanwhile: look again, please."))
        elif step == "drop":
            laboratory.drop(file, by=by)
        elif step == "undo":
            laboratory.undo(file, by=by)
        elif step in ("assign", "discard"):
            _resolve(request, file, step)
        else:
            raise PermissionDenied
    except BadInput as error:
        messages.error(request, refusal(error))
        return {name: request.POST.get(name, "")[:300] for name in ("row", "number", "outcome", "reason")}
    return None


def _resolve(request, file, step):
    number = request.POST.get("row", "")
    row = get_object_or_404(file.results, pk=int(number) if number.isdecimal() and len(number) < 10 else 0)
    reason = request.POST.get("reason", "").replace("\0", "")
    if step == "discard":
        return laboratory.discard(row, reason, by=request.user)
    word = request.POST.get("number", "").replace("\0", "").strip()[:60]
    people = Target.objects.filter(campaign=file.round.campaign_id).select_related("person")
    found = list(people.filter(person__staff_no=word)[:2]) or list(people.filter(person__name=word)[:2])
    if len(found) != 1:
        raise BadInput("ambiguous" if found else "nobody", "number")
    return laboratory.assign(row, found[0], request.POST.get("outcome", ""), reason, by=request.user)
